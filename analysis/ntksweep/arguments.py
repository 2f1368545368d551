"""Arguments of the commands: what is wrong with them is one line."""

from __future__ import annotations

import argparse
from typing import NoReturn


class ArgumentParser(argparse.ArgumentParser):
    """argparse's parser without the usage before an error: "NAME: ...; see NAME --help" on stderr, exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Ends the program."""
        name = self.prog.rpartition(" ")[2]
        self.exit(2, f"{name}: {' '.join(message.split())}; see {self.prog} --help\n")
