"""python3 -m ntksweep.gallery [JOB ...]: runs the jobs of jobs/ and draws the published picture of each.

Made for docs/gallery of the sources: from the top folder, with the program built.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import matplotlib
import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from ntksweep.arguments import ArgumentParser
from ntksweep.errors import SweepError
from ntksweep.published import PICTURES
from ntksweep.status import status_counts
from ntksweep.sweep import open_sweep

_DPI = 160
_COLOURS = 256


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 0, 1 where the system refuses to write, or 2 after one line that says what is wrong."""
    options = _parser().parse_args(arguments)
    matplotlib.use("Agg")
    try:
        for job in _jobs(options.jobs, options.names):
            result = options.results / f"{job.stem}.h5"
            if not _complete(result):
                _run(options.program, job, result, options.ranks)
            print(f"wrote {_draw(result, job.stem, options.output)}")
    except SweepError as error:
        print(f"ntksweep.gallery: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        why = f"{error.strerror or error}; give other folders (-o, --results)"
        print(f"ntksweep.gallery: {error.filename or options.output}: {why}", file=sys.stderr)
        return 1
    return 0


def save_small(figure: Figure, path: Path) -> None:
    """A PNG for a page: 160 dpi, 256 colours, 20 to 60 kB."""
    from PIL import Image

    whole = io.BytesIO()
    figure.savefig(whole, dpi=_DPI, format="png")
    small = Image.open(whole).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    small.save(path, format="PNG", optimize=True)


def _jobs(folder: Path, names: Sequence[str]) -> list[Path]:
    """The job files that are wanted, all of the folder where none is named."""
    found = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    if not found:
        raise SweepError(f"{folder}: no job (*.toml) is in it; start in the top folder of the sources, or give --jobs")
    unknown = [name for name in names if name not in found]
    if unknown:
        raise SweepError(f"{folder} has no job {unknown[0]}; it has {', '.join(found)}")
    names = list(dict.fromkeys(names)) or list(found)
    plain = [name for name in names if name not in PICTURES]
    if plain:
        raise SweepError(f"there is no published picture of {plain[0]}; there are those of {', '.join(PICTURES)}")
    return [found[name] for name in names]


def _complete(result: Path) -> bool:
    """Whether all cells of a result file have ended."""
    if not result.exists():
        return False
    with open_sweep(result) as ds:
        return status_counts(ds)["pending"] == 0


def _run(program: Path, job: Path, result: Path, ranks: int) -> None:
    """Runs a job, or goes on with it, in the folder above the jobs' (where the paths of their data start)."""
    if not os.access(program, os.X_OK) or program.is_dir():
        raise SweepError(f"{program} is no program; build it (scripts/build.sh release), or give --program")
    launcher = ["mpirun", "-n", str(ranks)] if ranks > 1 else []
    if launcher and not shutil.which(launcher[0]):
        raise SweepError(f"{ranks} ranks need mpirun, which is not there: give --ranks 1")
    result.parent.mkdir(parents=True, exist_ok=True)
    job, result, program = job.resolve(), result.resolve(), program.resolve()
    top = job.parent.parent
    command = [*launcher, str(program), "run", str(job.relative_to(top)), "-o", str(result)]
    print(f"running {job.stem}", flush=True)
    ended = subprocess.run(command, cwd=top, capture_output=True, text=True, check=False)
    if ended.returncode not in (0, 3):  # 3: finished, but some cells have no result
        said = [line for line in ended.stderr.splitlines() if line.startswith("ntksweep")] or ended.stderr.splitlines()
        why = said[-1] if said else f"exit code {ended.returncode}"
        raise SweepError(f"the run of {job.stem} ended without its cells: {why}")


def _draw(result: Path, name: str, folder: Path) -> Path:
    """Writes NAME.png into the folder and returns its path."""
    with open_sweep(result) as ds:
        figure = PICTURES[name](ds)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    save_small(figure, path)
    plt.close(figure)
    return path


def _ranks(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"a number of ranks is 1 or more, not {text}")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = ArgumentParser(
        prog="python3 -m ntksweep.gallery",
        description="Runs jobs, where their results are not there yet, and draws the published picture of each.",
        epilog="example: python3 -m ntksweep.gallery catapult --results out/gallery -o docs/gallery",
    )
    program = Path(os.environ.get("NTKSWEEP") or "build/release/ntksweep")
    parser.add_argument("names", nargs="*", metavar="JOB", help="names of jobs (default: all)")
    parser.add_argument("--jobs", type=Path, default=Path("jobs"), help="folder of the jobs (default: jobs)")
    parser.add_argument("--program", type=Path, default=program, help=f"the program (default: {program})")
    parser.add_argument("--results", type=Path, default=Path("out/gallery"), help="folder of the result files; those "
                        "that are complete are not run again (default: out/gallery)")  # fmt: skip
    parser.add_argument("--ranks", type=_ranks, default=2, help="MPI ranks of a run (default: 2)")
    parser.add_argument("-o", "--output", type=Path, default=Path("docs/gallery"), help="folder of the pictures "
                        "(default: docs/gallery)")  # fmt: skip
    return parser


if __name__ == "__main__":
    sys.exit(main())
