"""python3 -m ntksweep.export OUT.h5 -o OUT.csv: the numbers of the cells as a tidy table, CSV or Parquet."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import xarray as xr

from ntksweep.arguments import ArgumentParser, warnings_in_lines
from ntksweep.errors import SweepError
from ntksweep.several import different_jobs
from ntksweep.sweep import open_sweep
from ntksweep.table import CHECKPOINTS, column_notes, table
from ntksweep.whole_file import replace_whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0, 1 where the system refuses to write, or 2 after one line that says what is wrong."""
    options = _parser().parse_args(arguments)
    try:
        write = _writer(options.output)
        with warnings_in_lines("ntksweep-export"):
            ds = open_sweep(options.files[0] if len(options.files) == 1 else options.files)
        with ds:
            _export(ds, options, write)
    except SweepError as error:
        print(f"ntksweep-export: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # `ntksweep-export OUT.h5 | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        where = "stdout" if options.output in (None, "-") else options.output
        other = "" if where == "stdout" else "; give another file (-o)"
        print(f"ntksweep-export: {where} cannot be written: {error.strerror or error}{other}", file=sys.stderr)
        return 1
    return 0


def _export(ds: xr.Dataset, options: argparse.Namespace, write: Callable[[pd.DataFrame, Path], None] | None) -> None:
    rows = table(ds, options.variables, options.checkpoints)
    if different_jobs(ds):
        print(f"ntksweep-export: warning: {different_jobs(ds)}", file=sys.stderr)
    if write is None:
        sys.stdout.write(_csv(rows))
        sys.stdout.flush()
        return
    path = Path(options.output)
    notes = path.with_suffix(".columns.csv")
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_whole(path, lambda new: write(rows, new))
    replace_whole(notes, lambda new: write_csv(column_notes(ds, list(rows.columns)), new))
    print(f"wrote {path} ({len(rows)} rows, {len(rows.columns)} columns)")
    print(f"wrote {notes} (units and formulas of the columns)")


def write_csv(rows: pd.DataFrame, path: Path) -> None:
    """Numbers with all of their digits, "inf" where a loss is infinite, nothing where there is none."""
    path.write_text(_csv(rows), encoding="utf-8")


def write_parquet(rows: pd.DataFrame, path: Path) -> None:
    """Columns keep their types."""
    try:
        rows.to_parquet(path, engine="pyarrow", index=False)
    except ImportError as error:
        why = str(error).strip().splitlines()[-1]
        raise SweepError(f"Parquet needs pyarrow ({why}): pip install pyarrow, or write .csv") from error


#: File ending -> function that writes such a file.
WRITERS: dict[str, Callable[[pd.DataFrame, Path], None]] = {".csv": write_csv, ".parquet": write_parquet}


def _writer(output: str | None) -> Callable[[pd.DataFrame, Path], None] | None:
    """The function that writes files of this name; None for stdout."""
    if output in (None, "-"):
        return None
    ending = Path(output).suffix.lower()
    if ending in (".nc", ".nc4", ".h5", ".hdf5"):
        raise SweepError(f"{output}: the result file is itself HDF5 and netCDF-4, there is nothing to convert: copy it")
    if ending not in WRITERS:
        raise SweepError(f"{output}: the ending says the format, one of {', '.join(WRITERS)}, not {ending or 'none'}")
    if os.path.isdir(output):
        raise SweepError(f"{output} is a folder: name a file in it")
    return WRITERS[ending]


def _names(text: str) -> list[str]:
    found = [name.strip() for name in text.split(",") if name.strip()]
    if not found:
        raise argparse.ArgumentTypeError("the list is empty: give names of variables, or leave the option out")
    return found


def _csv(rows: pd.DataFrame) -> str:
    return rows.to_csv(index=False, lineterminator="\n")


def _parser() -> argparse.ArgumentParser:
    parser = ArgumentParser(
        prog="ntksweep-export",
        description="Writes the numbers of a sweep as a tidy table: a row for each cell, a column for each number.",
        epilog="examples: ntksweep-export out/sweep.h5 -o sweep.csv; "
        "ntksweep-export out/sweep.h5 --checkpoints all --variables train_loss,ntk_drift -o training.parquet",
    )
    parser.add_argument("files", nargs="+", metavar="OUT.h5", help="result files, also while the run goes on")
    parser.add_argument(
        "-o", "--output", help="name.csv or name.parquet, replaced where it exists (default: CSV on stdout)"
    )
    parser.add_argument(
        "--variables",
        type=_names,
        action="extend",
        help="names, with commas between (default: all that have one number per cell, checkpoint or layer)",
    )
    parser.add_argument(
        "--checkpoints",
        choices=CHECKPOINTS,
        default="last",
        help="of a number that is taken over training: that at the end (default), at initialization, or a row for each",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
