"""Reports of files of several jobs, of runs that stand still, and into folders that cannot be."""

import os
import re
import time
from pathlib import Path

import numpy as np
import pytest

from conftest import dense_sweep
from ntksweep import open_sweep
from ntksweep.report import page
from ntksweep.report.__main__ import main
from ntksweep.report.watch import watch
from report_pages import Page
from several_files import sweep_of as cells_of_files

HOUR = 3600


def pending_sweep(tmp_path, age=0.0, pending=6, locked=True):
    sweep = dense_sweep()
    sweep.values["status"] = np.r_[np.ones(24 - pending), np.zeros(pending)].astype("u1")
    path = sweep.write(tmp_path / "a.h5")
    os.utime(path, (time.time() - age,) * 2)
    if locked:
        Path(f"{path}.lock").touch()
    return path


@pytest.mark.parametrize("age, pending, words", [
    (3 * HOUR, 6,
     "last written 3 h 0 min before this page: where no program runs, run the same command again to go on."),
    (300, 6, r"The file was last written 5 min \d+ s before this page\. "),
    (3 * HOUR, 0, None),
])  # fmt: skip
def test_cells_to_come_stand_beside_the_time_of_the_last_write(tmp_path, age, pending, words):
    path = pending_sweep(tmp_path, age, pending)
    text = Page(page(open_sweep(path), [str(path)], ())).text
    assert re.search(words, text) if words else "last written" not in text
    assert "last written" not in Page(page(open_sweep(path), ["gone.h5"], ())).text


def test_a_run_that_was_stopped_is_said_to_be_at_once(tmp_path, monkeypatch, capsys):
    path = pending_sweep(tmp_path, age=5.0, locked=False)
    text = Page(page(open_sweep(path), [str(path)], ())).text
    assert re.search(r"written [5-9] s before this page; no program is at work on it: run the same command again", text)
    looks = []

    def next_look(_):
        looks.append(len(looks))
        if len(looks) == 3:
            pending_sweep(tmp_path, pending=0)

    monkeypatch.setattr(time, "sleep", next_look)
    watch([str(path)], str(tmp_path / "out"), ["html"], [], 5.0)
    said = capsys.readouterr().err
    assert said.count("no program is at work on it, the same command goes on") == 1 == len(said.splitlines())


def test_watch_says_once_that_nothing_has_changed_for_long(tmp_path, monkeypatch, capsys):
    path, looks = pending_sweep(tmp_path, age=2 * HOUR), []

    def next_look(_):
        looks.append(len(looks))
        if len(looks) == 3:
            pending_sweep(tmp_path, age=HOUR)  # a change: what has been said may be said again
        if len(looks) == 6:
            pending_sweep(tmp_path, pending=0)

    monkeypatch.setattr(time, "sleep", next_look)
    watch([str(path)], str(tmp_path / "out"), ["html"], [], 5.0)
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition("not changed for ")[2] for line in lines] == [
        f"{hours} h 0 min, and 6 cells are to come: where no program runs, the same command goes on" for hours in (2, 1)
    ]


def test_watch_gives_a_warning_once(tmp_path, monkeypatch, capsys):
    path, looks = pending_sweep(tmp_path), []

    def next_look(_):
        looks.append(len(looks))
        pending_sweep(tmp_path, age=len(looks), pending=max(0, 6 - 2 * len(looks)))

    monkeypatch.setattr(time, "sleep", next_look)
    watch([str(path)], str(tmp_path / "out"), ["html"], ["spectra"], 5.0)
    shown = capsys.readouterr()
    assert shown.out.count("wrote") == 4 and shown.err.count("spectra is not drawn") == 1


@pytest.mark.parametrize("titles, warned", [
    (("one job", "another job"), "the files are of different jobs: 'one job' and 'another job'; "),
    (("one job", "one job"), None),
    ((None, None), None),
    (("a", "b", "c", "d", "e"), "different jobs: 'a', 'b', 'c' and 2 more; "),
], ids=str)  # fmt: skip
def test_files_of_different_jobs_are_one_line_of_warning(tmp_path, capsys, titles, warned):
    paths = [str(tmp_path / f"{number}.h5") for number in range(len(titles))]
    for number, (path, title) in enumerate(zip(paths, titles)):
        more = {"attributes": {"title": title}} if title else {}
        cells_of_files({"width": [2 + number]}, **more).write(path)
    assert main([*paths, "-o", str(tmp_path / "out"), "--figures", "loss_curves"]) == 0
    lines = [line for line in capsys.readouterr().err.splitlines() if "different jobs" in line]
    assert len(lines) == bool(warned) and (not warned or warned in lines[0])


@pytest.mark.parametrize("output, code, words", [
    ("q.csv", 2, "q.csv is a file: give a folder"),
    ("taken", 2, "index.html is a folder, where the page is to be: move it away or give another folder"),
    ("q.csv/report", 1, "q.csv/report cannot be written: Not a directory; give another folder (-o)"),
    ("/proc/x", 1, "/proc/x cannot be written: No such file or directory; give another folder (-o)"),
    ("x" * 300, 1, "cannot be written: File name too long; give another folder (-o)"),
    ("", 2, "the folder has no name"),
])  # fmt: skip
def test_a_folder_that_cannot_be_is_one_line_with_its_cure(tmp_path, monkeypatch, capsys, output, code, words):
    monkeypatch.chdir(tmp_path)
    path = pending_sweep(tmp_path)
    (tmp_path / "q.csv").write_text("numbers")
    (tmp_path / "taken" / "index.html").mkdir(parents=True)
    try:
        found = main([str(path), "-o", output, "--figures", "kernel_drift"])
    except SystemExit as end:  # argparse
        found = end.code
    shown = capsys.readouterr()
    assert found == code and shown.out == "" and words in shown.err
    assert len(shown.err.splitlines()) == 1
    assert (tmp_path / "q.csv").read_text() == "numbers"
