"""python3 -m ntksweep.quickstart OUT.h5 -o FOLDER: the summary table and the two figures of the quickstart."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import matplotlib
import xarray as xr

from ntksweep.arguments import ArgumentParser, warnings_in_lines
from ntksweep.errors import SweepError
from ntksweep.status import status_counts
from ntksweep.summary import summary_text
from ntksweep.sweep import open_sweep


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0, 2 after one line on stderr that says what is wrong, 1 where the system refused."""
    options = _parser().parse_args(arguments)
    matplotlib.use("Agg")
    try:
        with warnings_in_lines("ntksweep.quickstart"):
            ds = open_sweep(options.file)
        with ds:
            _show(ds, options.output)
    except SweepError as error:
        print(f"ntksweep.quickstart: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"ntksweep.quickstart: {options.output} cannot be written: {error.strerror or error}", file=sys.stderr)
        return 1
    return 0


def _show(ds: xr.Dataset, folder: str) -> None:
    from ntksweep.figures import double_descent, kernel_drift, save  # after the choice of matplotlib's back end

    print(summary_text(ds))
    left = status_counts(ds)["pending"]
    if left:
        print(f"{left} cells are still to come; the figures show those that are finished")
    for figure in (double_descent, kernel_drift):
        for path in save(figure(ds), folder, figure.__name__):
            print(f"wrote {path}")


def _parser() -> argparse.ArgumentParser:
    parser = ArgumentParser(
        prog="python3 -m ntksweep.quickstart",
        description="Prints a summary of a result file and draws test loss and kernel drift against width.",
        epilog="example: python3 -m ntksweep.quickstart out/quickstart.h5 -o out",
    )
    parser.add_argument("file", help="result file of ntksweep run, also while the run goes on")
    parser.add_argument(
        "-o", "--output", default=".", help="folder for the figures, made where missing (default: here)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
