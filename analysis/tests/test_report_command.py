"""The command ntksweep-report: what it writes, what it refuses, and how it follows a sweep that runs."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from conftest import dense_sweep
from ntksweep.report.__main__ import main
from ntksweep.report.watch import stamp, watch
from report_pages import Page

ANALYSIS = Path(__file__).parents[1]


def written(tmp_path, pending=0, name="a.h5"):
    sweep = dense_sweep()
    sweep.values["status"] = np.r_[np.ones(24 - pending), np.zeros(pending)].astype("u1")
    path = tmp_path / f"new {name}"
    sweep.write(path)
    return Path(os.replace(path, tmp_path / name) or tmp_path / name)


def test_it_writes_one_page_and_says_so(tmp_path, capsys):
    path = written(tmp_path)
    assert main([str(path), "-o", str(tmp_path / "a report"), "--figures", "double_descent"]) == 0
    index = tmp_path / "a report" / "index.html"
    assert capsys.readouterr().out == f"wrote {index}\n" and list(index.parent.iterdir()) == [index]
    assert "24 cells" in Page(index.read_text()).text


def test_the_default_folder_is_report(tmp_path, monkeypatch):
    path = written(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main([str(path), "--figures", "kernel_drift"]) == 0
    assert (tmp_path / "report" / "index.html").exists()


def test_figures_are_files_in_the_formats_asked_for(tmp_path, capsys):
    path, folder = written(tmp_path), tmp_path / "out"
    assert main([str(path), "-o", str(folder), "--format", "svg,png,pdf", "--figures", "kernel_drift"]) == 0
    names = sorted(one.name for one in folder.iterdir())
    assert names == ["kernel_drift.pdf", "kernel_drift.png", "kernel_drift.svg"]
    starts = {one.suffix: one.read_bytes()[:5] for one in folder.iterdir()}
    assert starts == {".pdf": b"%PDF-", ".png": b"\x89PNG\r", ".svg": b"<?xml"}
    assert sorted(line.rpartition("/")[2] for line in capsys.readouterr().out.splitlines()) == names


def test_only_the_figures_asked_for_are_in_the_page(tmp_path):
    path, folder = written(tmp_path), tmp_path / "out"
    assert main([str(path), "-o", str(folder), "--figures", "kernel_drift"]) == 0
    shown = Page((folder / "index.html").read_text())
    assert [one["id"] for one in shown.of("figure") if "id" in one] == ["figure-kernel_drift"]


@pytest.mark.parametrize("arguments, words", [
    ([], "the following arguments are required"),
    (["none.h5"], "none.h5: no such file"),
    ([".", "a.h5"], ".: is a folder"),
    (["text.txt"], "not an HDF5 file"),
    (["a.h5", "--format", "gif"], "'gif' is no format; there are html, pdf, png, svg"),
    (["a.h5", "--format", ","], "the list is empty"),
    (["a.h5", "--figures", "nothing"], "'nothing' is no figure; there are published, double_descent,"),
    (["a.h5", "--figures", ""], "the list is empty"),
    (["a.h5", "--watch", "0"], "'0' is no number of seconds from 0.1 to 86400"),
    (["a.h5", "--watch", "nan"], "no number of seconds"),
    (["a.h5", "--watch", "soon"], "'soon' is no number of seconds"),
    (["a.h5", "-o", " "], "the folder has no name"),
    (["a.h5", "--colour"], "unrecognized arguments"),
    (["no*.h5"], "no file has a name like this"),
    (["a.h5", "none.h5"], "none.h5: no such file"),
])  # fmt: skip
def test_what_is_wrong_is_named_with_exit_code_2(tmp_path, monkeypatch, capsys, arguments, words):
    written(tmp_path)
    (tmp_path / "text.txt").write_text("no result")
    monkeypatch.chdir(tmp_path)
    try:
        code = main(arguments)
    except SystemExit as end:  # argparse
        code = end.code
    shown = capsys.readouterr()
    assert code == 2 and shown.out == "" and words in shown.err
    assert len(shown.err.splitlines()) == 1
    assert not (tmp_path / "report").exists()


def test_figures_that_cannot_be_drawn_are_named(tmp_path, capsys):
    path, folder = written(tmp_path), tmp_path / "out"
    assert main([str(path), "-o", str(folder), "--figures", "spectra,kernel_drift"]) == 0
    shown = capsys.readouterr()
    assert shown.err.startswith("ntksweep-report: warning: spectra is not drawn: spectra needs the variable")
    assert main([str(path), "-o", str(folder / "a"), "--figures", "spectra", "--format", "png"]) == 2
    shown = capsys.readouterr()
    assert "none of the figures can be drawn: spectra needs" in shown.err and not (folder / "a").exists()


def test_a_folder_that_cannot_be_written_is_one_line_and_exit_code_1(tmp_path, capsys):
    path = written(tmp_path)
    (tmp_path / "file").write_text("in the way")
    assert main([str(path), "-o", str(tmp_path / "file" / "report"), "--figures", "kernel_drift"]) == 1
    shown = capsys.readouterr()
    assert shown.out == "" and len(shown.err.strip().splitlines()) == 1
    assert f"{tmp_path / 'file' / 'report'} cannot be written: " in shown.err


def test_a_file_without_its_seal_is_one_line_of_warning(tmp_path, capsys):
    path = written(tmp_path)
    path.write_bytes(path.read_bytes()[:-16])
    assert main([str(path), "-o", str(tmp_path / "out"), "--figures", "kernel_drift"]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("ntksweep-report: warning: ") and "its seal is missing" in line


def test_watch_writes_again_when_the_file_changes_and_ends_when_it_is_complete(tmp_path, capsys):
    path, folder = written(tmp_path, pending=6), tmp_path / "out"
    index, seen = folder / "index.html", []
    arguments = ([str(path)], str(folder), ["html"], ["kernel_drift"], 0.1)
    thread = threading.Thread(target=watch, args=arguments, daemon=True)
    thread.start()
    for pending in (6, 3, 0):
        if pending < 6:
            written(tmp_path, pending)
        for _ in range(300):
            text = Page(index.read_text()).text if index.exists() else ""
            if (f"{pending} cells still to come" if pending else "all cells have ended") in text:
                seen.append(pending)
                break
            time.sleep(0.1)
    thread.join(30)
    assert not thread.is_alive() and seen == [6, 3, 0]
    assert capsys.readouterr().out.count("wrote ") == 3
    assert "data-reload" not in Page(index.read_text()).of("body")[0]


def test_watch_waits_while_nothing_changes_and_outlives_a_file_that_is_gone_for_a_moment(tmp_path, monkeypatch, capsys):
    path, folder = written(tmp_path, pending=6), tmp_path / "out"
    looks = []

    def next_look(_):
        looks.append(len(looks))
        if len(looks) == 3:
            os.rename(path, tmp_path / "aside.h5")
        if len(looks) == 4:
            written(tmp_path, pending=0)

    monkeypatch.setattr(time, "sleep", next_look)
    watch([str(path)], str(folder), ["html"], ["kernel_drift"], 5.0)
    shown = capsys.readouterr()
    assert len(looks) == 4 and shown.out.count("wrote") == 2
    assert shown.err.count("trying again") == 1 and "no such file" in shown.err
    assert stamp([str(path), "none.h5"])[1] == (0, 0, 0)
    assert stamp([str(tmp_path / "*.h5")]) == stamp([str(tmp_path / "a.h5"), str(tmp_path / "aside.h5")])


def test_ctrl_c_ends_a_watch_without_a_traceback(tmp_path):
    path, index = written(tmp_path, pending=6), tmp_path / "out" / "index.html"
    command = [sys.executable, "-W", "error::UserWarning", "-m", "ntksweep.report", str(path), "-o", str(index.parent)]
    environment = {**os.environ, "PYTHONPATH": str(ANALYSIS), "MPLBACKEND": "Agg"}
    started = subprocess.Popen([*command, "--watch", "60", "--figures", "kernel_drift"], env=environment, text=True,
                               cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    assert started.stdout is not None and started.stdout.readline() == f"wrote {index}\n"
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=60)
    assert (started.returncode, out, err) == (130, "", "")
    assert Page(index.read_text()).of("body")[0]["data-reload"] == "60"
