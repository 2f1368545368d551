"""ntksweep-report OUT.h5 -o FOLDER: the report of a sweep, also of one that still runs."""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence

import matplotlib

from ntksweep.arguments import ArgumentParser
from ntksweep.errors import SweepError

FORMATS = ("html", "pdf", "png", "svg")


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0, 2 after one line on stderr that says what is wrong, 1 where the system refused.

    130 after Ctrl-C, as a shell has it.
    """
    options = _parser().parse_args(arguments)
    formats = list(dict.fromkeys(options.format or ["html"]))
    matplotlib.use("Agg")
    try:
        from ntksweep.report.watch import report, watch  # after the choice of matplotlib's back end

        _check_figures(options.figures)
        if options.watch is None:
            report(options.files, options.output, formats, options.figures)
        else:
            watch(options.files, options.output, formats, options.figures, options.watch)
    except SweepError as error:
        print(f"ntksweep-report: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        why = error.strerror or error
        print(f"ntksweep-report: {options.output} cannot be written: {why}; give another folder (-o)", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = ArgumentParser(
        prog="ntksweep-report",
        description="Writes one HTML page of a sweep: figures, what was measured against what theory predicts, "
        "failures, cells, cost. The page needs no network and no other file.",
        epilog="example: ntksweep-report out.h5 -o report",
    )
    parser.add_argument("files", nargs="+", metavar="OUT.h5", help="result file, also while its run goes on; several "
                        "are one sweep")  # fmt: skip
    parser.add_argument("-o", "--output", type=_folder, default="report", metavar="FOLDER",
                        help="folder for the report, made where missing (default: report)")  # fmt: skip
    parser.add_argument("--format", type=_formats, action="extend", metavar="LIST",
                        help="html (the page, the default), or pdf, png, svg (each figure as a file); joined by "
                        "commas")  # fmt: skip
    parser.add_argument("--figures", type=_names, action="extend", metavar="LIST",
                        help="only these figures, joined by commas; a wrong name is answered with all there "
                        "are")  # fmt: skip
    parser.add_argument("--watch", type=_seconds, nargs="?", const=10.0, metavar="SECONDS",
                        help="look every so many seconds (default 10) whether the sweep has changed, and write the "
                        "report again, until it is complete")  # fmt: skip
    return parser


def _folder(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("the folder has no name")
    return text


def _formats(text: str) -> list[str]:
    found = _names(text)
    for name in found:
        if name not in FORMATS:
            raise argparse.ArgumentTypeError(f"{name!r} is no format; there are {', '.join(FORMATS)}")
    return found


def _names(text: str) -> list[str]:
    found = [name.strip() for name in text.split(",") if name.strip()]
    if not found:
        raise argparse.ArgumentTypeError("the list is empty")
    return list(dict.fromkeys(found))


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0.1 <= value <= 86400:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 0.1 to 86400")
    return value


def _check_figures(names: Sequence[str] | None) -> None:
    from ntksweep.figures import FIGURES
    from ntksweep.report.pictures import PUBLISHED

    for name in names or ():
        if name not in (PUBLISHED, *FIGURES):
            raise SweepError(f"{name!r} is no figure; there are {', '.join((PUBLISHED, *FIGURES))}")


if __name__ == "__main__":
    sys.exit(main())
