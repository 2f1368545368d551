"""The page of the report, read back by an HTML parser."""

import base64
import hashlib
import re

import numpy as np
import pytest

from conftest import dense_sweep, list_sweep
from ntksweep import open_sweep
from ntksweep.report import page, write_page
from ntksweep.report.failures import failures
from ntksweep.report.markup import Markup, joined, tag, text
from planted_sweeps import sweep_of
from report_pages import Page, attempt, run_facts
from several_files import sweep_of as cells_of_files

EVIL = '<script>alert("x")</script> & </p>\'"'


def page_of(tmp_path, sweep, figures=()):
    path = sweep.write(tmp_path / f"{len(list(tmp_path.iterdir()))}.h5")
    return Page(page(open_sweep(path), [str(path)], figures))


def with_run(sweep, **more):
    cells = len(sweep.cells())
    variables, texts = run_facts(cells, 2, [attempt()])
    sweep.values |= variables
    sweep.texts |= texts
    sweep.attributes |= {"title": "A title", "job_origin": "jobs/a.toml", "program_version": "0.1.0", **more}
    return sweep


@pytest.mark.parametrize("make", [dense_sweep, list_sweep])
def test_it_stands_alone_and_says_what_it_is_about(tmp_path, make):
    shown = page_of(tmp_path, with_run(make()), ("double_descent",))
    linking = [one for name in ("img", "a", "script", "link") for one in shown.of(name)]
    addresses = [one.get(key) for one in linking for key in ("src", "href")]
    assert all(one.startswith(("data:image/", "#")) for one in addresses if one)
    cells = 24 if make is dense_sweep else 48
    assert f"{cells} cells: {cells} converged (100 %); all cells have ended." in shown.text
    assert "Computed from 2026-01-02 03:04:05 to 2026-01-02 03:05:05 UTC by ntksweep 0.1.0" in shown.text
    assert " on node <1>, 2 ranks, in 1 run." in shown.text
    assert "A title" in shown.text and "[grid] width = 8" in shown.text
    assert [one["href"] for one in shown.of("a")] == [f"#{one['id']}" for one in shown.of("section")]


def test_only_its_own_script_may_run(tmp_path):
    shown = page_of(tmp_path, dense_sweep())
    policy = next(one["content"] for one in shown.of("meta") if "http-equiv" in one)
    digest = base64.b64encode(hashlib.sha256(shown.scripts[1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy and "default-src 'none'" in policy


def test_every_picture_has_words_and_every_control_a_name(tmp_path):
    shown = page_of(tmp_path, with_run(dense_sweep()), None)
    pictures = [one for one in shown.of("img") if one.get("src")]
    assert len(pictures) >= 3 and all(len(one["alt"]) > 20 for one in pictures)
    assert all(one.get("aria-label") for one in shown.of("svg"))
    assert len(shown.of("caption")) == len(shown.of("table")) and all(one["scope"] == "col" for one in shown.of("th"))
    identities = [attributes["id"] for _, attributes in shown.elements if "id" in attributes]
    assert len(identities) == len(set(identities))


def test_whatever_the_file_says_is_text(tmp_path):
    sweep = with_run(dense_sweep(), title=EVIL, job_text=EVIL, git_hash=EVIL, job_origin=EVIL)
    sweep.texts["messages"] = [EVIL]
    sweep.texts["host_names"] = [EVIL]
    sweep.values["message"][0] = 0
    sweep.values["status"] = np.r_[[4], np.ones(23)].astype("u1")
    shown = page_of(tmp_path, sweep)
    assert len(shown.scripts) == 2 and not any("alert" in script for script in shown.scripts[1:])
    assert EVIL in "".join(shown.texts) and sum(EVIL in part for part in shown.texts) >= 5
    assert shown.cells()["message"][0] == EVIL


def test_failures_are_grouped_by_message_with_a_command_for_one(tmp_path):
    sweep = with_run(dense_sweep())
    sweep.texts["messages"] = ["no step fits", "too large"]
    sweep.values["status"] = np.r_[[4, 4, 5, 6], np.ones(20)].astype("u1")
    sweep.values["message"] = np.r_[[0, 0, 1, -1], np.full(20, -1)].astype("i4")
    path = sweep.write(tmp_path / "a.h5")
    found = failures(open_sweep(path), ["a.h5"])
    assert [(one.status.name, one.message, one.cells, one.example) for one in found] == [
        ("FAILED", "no step fits", 2, 0),
        ("SKIPPED", "too large", 1, 2),
        ("QUARANTINED", "two processes died at it", 1, 3),
    ]  # fmt: skip
    assert [one.command for one in found] == [
        "ntksweep replay a.h5 --cell 0",
        "ntksweep replay a.h5 --cell 2",
        "ntksweep run jobs/a.toml -o a.h5 --retry-quarantined",
    ]  # fmt: skip
    assert found[1].settings == "width = 2, seed = 2"
    shown = Page(page(open_sweep(path), ["a.h5"], ()))
    example = "for example cell 0 (width = 2, seed = 0): ntksweep replay a.h5 --cell 0"
    assert f"2 cells failed: no step fits {example}" in shown.text


def test_a_failure_in_one_of_several_files_is_named_by_its_key_and_file(tmp_path):
    paths = [tmp_path / "a.h5", tmp_path / "b.h5"]
    cells_of_files({"width": [2]}).write(paths[0])
    bad = cells_of_files({"width": [4]}, status=lambda **_: 4)
    bad.write(paths[1])
    (one,) = failures(open_sweep(paths), [str(path) for path in paths])
    assert one.command == f"ntksweep replay {paths[1]} --cell {int(bad.values['key'][0]):016x}"
    shown = Page(page(open_sweep(paths), [str(path) for path in paths], ()))
    assert "2 cells: 1 converged (50 %) and 1 failed (50 %); all cells have ended." in shown.text
    assert set(shown.cells()["file"]) == set(map(str, paths))


def test_one_message_in_several_files_is_one_failure(tmp_path):
    paths = [tmp_path / "a.h5", tmp_path / "b.h5"]
    for path, width in zip(paths, (2, 4)):
        sweep = cells_of_files({"width": [width]}, status=lambda **_: 4, texts={"messages": ["no step fits"]})
        sweep.values["message"] = np.zeros(1, "i4")
        sweep.write(path)
    (one,) = failures(open_sweep(paths), [str(path) for path in paths])
    assert (one.message, one.cells, one.settings) == ("no step fits", 2, "width = 2")


def test_a_running_sweep_says_what_is_left(tmp_path):
    sweep = with_run(dense_sweep())
    sweep.values["status"] = np.r_[np.ones(18), np.zeros(6)].astype("u1")
    shown = page_of(tmp_path, sweep)
    assert "24 cells: 18 converged (75 %); 6 cells still to come (25 %)." in shown.text
    assert shown.cells()["status"].count("pending") == 6


@pytest.mark.parametrize("status", [0, 3, 4])
def test_a_sweep_without_any_useful_cell_has_a_page(tmp_path, status):
    sweep = with_run(dense_sweep())
    sweep.values["status"] = np.full(24, status, "u1")
    shown = page_of(tmp_path, sweep, None)
    assert len(shown.cells()["cell"]) == 24 and "could not be drawn" not in shown.text
    if status != 3:
        assert "No cell has a result yet." in shown.text and "There is nothing to draw yet." in shown.text


def test_one_cell_is_a_sweep_too(tmp_path):
    axes = {"width": [4], "samples": [3], "step_size": [0.5], "seed": [0]}
    sweep = sweep_of(axes, {"train_loss": lambda **_: 1.0, "test_loss": lambda **_: 2.0})
    shown = page_of(tmp_path, sweep, None)
    assert "1 cell: 1 converged (100 %)" in shown.text and shown.cells()["test_loss"] == [2]
    assert "could not be drawn" not in shown.text


def test_it_loads_itself_again_only_when_asked_to(tmp_path):
    path = dense_sweep().write(tmp_path / "a.h5")
    ds = open_sweep(path)
    assert "data-reload" not in Page(page(ds, ["a.h5"], ())).of("body")[0]
    assert Page(page(ds, ["a.h5"], (), reload_s=7.5)).of("body")[0]["data-reload"] == "7.5"


def test_it_is_written_in_one_step(tmp_path):
    path = write_page("<p>one", tmp_path / "a" / "b")
    assert path.read_text() == "<p>one" and [one.name for one in path.parent.iterdir()] == ["index.html"]
    write_page("<p>two", path.parent)
    assert path.read_text() == "<p>two"


def test_markup_escapes_all_that_is_not_markup():
    made = tag("a", "<b>", Markup("<i>"), href='x"y', class_="c", data_key=None, hidden=True)
    assert made == '<a href="x&quot;y" class="c" hidden>&lt;b&gt;<i></a>' and isinstance(made, Markup)
    assert text("&") == "&amp;" and joined(["<", tag("br")], ", ") == "&lt;, <br>"
    assert re.fullmatch(r"<img src=\"a\">", tag("img", src="a"))
