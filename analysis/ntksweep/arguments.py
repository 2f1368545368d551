"""What the commands share: wrong arguments are one line, and so are warnings."""

from __future__ import annotations

import argparse
import contextlib
import sys
import warnings
from collections.abc import Iterator
from typing import Any, NoReturn


class ArgumentParser(argparse.ArgumentParser):
    """argparse's parser without the usage before an error: "NAME: ...; see NAME --help" on stderr, exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Ends the program."""
        name = self.prog.rpartition(" ")[2]
        self.exit(2, f"{name}: {' '.join(message.split())}; see {self.prog} --help\n")


@contextlib.contextmanager
def warnings_in_lines(name: str) -> Iterator[None]:
    """What Python warns of inside is one line on stderr: "NAME: warning: ..."."""

    def show(message: Any, *_: Any, **__: Any) -> None:
        print(f"{name}: warning: {message}", file=sys.stderr)

    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = show  # type: ignore[assignment]
        yield
