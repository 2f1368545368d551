#!/usr/bin/env python3
"""Fails when an #include goes the wrong way (docs/architecture.md, "The house").

    check_includes.py ROOT      prints one line for each wrong include; exit code 1 if there is one
"""

import re
import sys
from pathlib import Path

# What each layer may include of the project, itself included. cluster and store never see each other.
MAY_SEE = {
    "core": {"core"},
    "nn": {"core", "nn"},
    "ntk": {"core", "nn", "ntk"},
    "sweep": {"core", "nn", "ntk", "sweep"},
    "cluster": {"core", "nn", "ntk", "sweep", "cluster"},
    "store": {"core", "nn", "ntk", "sweep", "store"},
    "cli": {"core", "nn", "ntk", "sweep", "cluster", "store", "cli"},
    "main": {"cli"},
}

# Third-party headers (by how the name starts) that belong to some layers only.
OWNERS = {
    "mpi.h": {"cluster"},
    "hdf5": {"store"},
    "H5": {"store"},
    "CLI/": {"cli"},
    "toml++/": {"sweep"},
    "Random123/": {"core"},
    "xxhash": {"core"},
    "zlib.h": {"nn"},
    "lapacke": {"nn", "ntk"},
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
STANDARD_CPP = re.compile(r"[a-z_]+")
SUFFIXES = {".hpp", ".cpp", ".h", ".cc", ".ipp"}


def layer_of(path: Path) -> str:
    """The layer of a file, from its path below ROOT; "" where it has none."""
    parts = path.parts
    if parts[0] == "src":
        return parts[1] if len(parts) > 2 else path.stem
    return parts[2] if parts[:2] == ("include", "ntksweep") and len(parts) > 3 else ""


def complaint(path: Path, layer: str, bracket: str, header: str, siblings: set) -> str:
    """Why this include is wrong, or ""."""
    if header.startswith("ntksweep/"):
        target = header.split("/")[1]
        if target not in MAY_SEE:
            return f"there is no layer {target}"
        return "" if target in MAY_SEE[layer] else f"{layer} must not see {target}"
    if bracket == '"':
        is_own = path.parts[0] == "src" and header in siblings
        return "" if is_own else "a quoted include is ntksweep/<layer>/... or a private header of the same folder"
    for start, owners in OWNERS.items():
        if header.startswith(start) and layer not in owners:
            return f"{start} belongs to {', '.join(sorted(owners))} only"
    if path.parts[0] == "include" and not (STANDARD_CPP.fullmatch(header) or header.startswith("Eigen/")):
        return "of third-party headers, only Eigen may stand in include/"
    return ""


def check_file(root: Path, path: Path) -> list:
    layer = layer_of(path)
    if layer not in MAY_SEE:
        return [f"{path}: no layer of this name (known: {', '.join(MAY_SEE)})"]
    siblings = {sibling.name for sibling in (root / path).parent.iterdir()}
    lines = (root / path).read_text(encoding="utf-8").splitlines()
    found = ((number, INCLUDE.match(line)) for number, line in enumerate(lines, 1))
    reasons = ((number, m[2], complaint(path, layer, m[1], m[2], siblings)) for number, m in found if m)
    return [f"{path}:{number}: includes {header}: {reason}" for number, header, reason in reasons if reason]


def check_tree(root: Path) -> list:
    """All wrong includes in ROOT/include and ROOT/src, one line each."""
    files = sorted(f for top in ("include", "src") for f in (root / top).rglob("*") if f.suffix in SUFFIXES)
    if not files:
        return [f"{root}: no C++ files below include/ and src/"]
    return [line for f in files for line in check_file(root, f.relative_to(root))]


def main() -> int:
    wrong = check_tree(Path(sys.argv[1]))
    print("\n".join(wrong) or "every include goes downwards")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
