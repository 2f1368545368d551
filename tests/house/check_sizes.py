#!/usr/bin/env python3
"""Fails when a source file is over 250 lines: it then holds more than one idea.

    check_sizes.py ROOT      prints one line for each long file; exit code 1 if there is one
"""

import sys
from pathlib import Path

LIMIT = 250
FOLDERS = ("src", "include", "tests", "analysis", "bench", "scripts")
SUFFIXES = {".cpp", ".hpp", ".py", ".sh"}

# Path -> reason why this file may be longer.
EXCEPTIONS: dict = {}


def long_files(root: Path, exceptions: dict) -> list:
    files = sorted(f for folder in FOLDERS for f in (root / folder).rglob("*") if f.suffix in SUFFIXES)
    sizes = {f.relative_to(root).as_posix(): len(f.read_text(encoding="utf-8").splitlines()) for f in files}
    lines = [f"{name}: {size} lines, more than {LIMIT}; split it by idea"
             for name, size in sizes.items() if size > LIMIT and name not in exceptions]
    stale = [f"{name}: is an exception without need; take it off the list"
             for name in exceptions if sizes.get(name, 0) <= LIMIT]
    return lines + stale


def main() -> int:
    wrong = long_files(Path(sys.argv[1]), EXCEPTIONS)
    print("\n".join(wrong) or f"no file is over {LIMIT} lines")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
