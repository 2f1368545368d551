#!/usr/bin/env python3
"""Every test that docs/gates.md names exists: python3 check_gates.py [ROOT]."""

import re
import sys
from pathlib import Path

NAME = re.compile(r"`((?:core|nn|ntk|sweep|store|cluster|cli|python|program|house)\.[\w.]+)`")


def exists(root, name):
    layer, _, rest = name.partition(".")
    folder = root / "tests" / layer
    if "." in rest:
        test = re.compile(r"TEST(?:_F|_P)?\({},\s*{}\)".format(*rest.split(".")))
        return any(test.search(path.read_text(encoding="utf-8")) for path in folder.glob("test_*.cpp"))
    return re.search(rf"\b{rest}\b", (folder / "CMakeLists.txt").read_text(encoding="utf-8")) is not None


def missing_tests(root):
    """One complaint for each name without a test, or for a table without names."""
    names = NAME.findall((root / "docs" / "gates.md").read_text(encoding="utf-8"))
    missing = sorted({name for name in names if not exists(root, name)})
    return [f"docs/gates.md: no test is called {name}" for name in missing] if names else ["docs/gates.md: no names"]


if __name__ == "__main__":
    complaints = missing_tests(Path(sys.argv[1]))
    print("\n".join(complaints))
    sys.exit(1 if complaints else 0)
