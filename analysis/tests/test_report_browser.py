"""The report of every job that comes with the program, reduced, in a real browser."""

import os

import h5py
import numpy as np
import pytest

from conftest import dense_sweep
from ntksweep.figures import FIGURES
from ntksweep.report.pictures import PUBLISHED
from ntksweep.report.watch import report
from published_runs import BINARY, ROOT, run_smaller

JOBS = sorted((ROOT / "jobs").glob("*.toml"))
LARGEST = 5_000_000

#: Figures that nearly every job allows, and the jobs with which they are shown here: each takes a second or two.
COMMON = ("double_descent", "kernel_drift", "loss_curves", "convergence_rates", "learning_curves")
WITH_COMMON = ("quickstart", "xu2023_figure1", "double_descent")
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.mark.skipif(not os.path.exists(BINARY), reason="NTKSWEEP names no program")
@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.stem)
def test_the_report_of_a_job(job, browser, tmp_path):
    path, folder = tmp_path / "out.h5", tmp_path / "report"
    run_smaller(job.stem, path)
    wanted = [PUBLISHED, *(name for name in FIGURES if name not in COMMON or job.stem in WITH_COMMON)]
    report([str(path)], str(folder), ["html"], wanted)
    index = folder / "index.html"
    assert index.stat().st_size < LARGEST and browser.open(index) == ([], [])
    assert browser.run("return document.querySelector('.picture h3').textContent") == "In the paper's axes"
    check_pictures(browser)
    check_filters(browser, path)
    check_order(browser, path)
    assert browser.noticed() == ([], [])


def check_pictures(browser):
    """All are loaded and visible; a click enlarges."""
    sizes = browser.run(
        "return [...document.querySelectorAll('main img')].map((one) => [one.naturalWidth, one.offsetWidth,"
        " one.offsetHeight, one.checkVisibility()])"
    )
    assert len(sizes) >= 1
    assert all(natural > 0 and width > 100 and height > 100 and seen for natural, width, height, seen in sizes), sizes
    assert "could not be drawn" not in browser.run("return document.body.innerText")
    browser.run("document.querySelector('.enlarge').click()")
    wide = "const one = document.getElementById('enlarged'); return one.open && one.querySelector('img').width"
    assert browser.run(wide) > 100
    browser.run("document.querySelector('#enlarged .close').click()")
    assert not browser.run("return document.getElementById('enlarged').open")


def column_of(path, name):
    """A setting in each cell, as the page writes it, read by h5py."""
    with h5py.File(path) as file:
        if file.attrs["grid_layout"] == "dense":
            axes = file.attrs["cell_axes"].split()
            grid = np.meshgrid(*(np.arange(file[axis].size) for axis in axes), indexing="ij")
            values = file[name][()][grid[axes.index(name)].ravel()]
        else:
            values = file[name][()]
        return [one.decode() if isinstance(one, bytes) else f"{one:.5g}" for one in values.tolist()]


def check_filters(browser, path):
    """Each filter, and two of them together with a text, let through as many cells as the file has."""
    with h5py.File(path) as file:
        status = file["status"][()].ravel()
        axes = [name for name in file.attrs["cell_axes"].split() if np.unique(file[name][()]).size > 1]
    assert browser.matches() == status.size
    for name in axes:
        values = column_of(path, name)
        shown = browser.run(
            "return [...document.querySelector(`#filters select[data-column='${arguments[0]}']`).options]"
            ".map((one) => one.text)", name,
        )  # fmt: skip
        chosen = shown[-1]
        expected = sum(same(one, chosen) for one in values)
        browser.pick(name, chosen)
        assert 0 < browser.matches() == expected < status.size and set(browser.column(name)) == {chosen}
        browser.pick(name, "all")
    words = {1: "converged", 2: "step limit reached", 3: "diverged", 4: "failed"}
    browser.search(words[int(status[-1])])
    assert browser.matches() == (status == status[-1]).sum()
    seeds = np.array(column_of(path, "seed"))
    browser.pick("seed", "1")
    assert browser.matches() == ((status == status[-1]) & (seeds == "1")).sum()
    browser.run("document.getElementById('clear').click()")
    assert browser.matches() == status.size and len(browser.column("cell")) == min(200, status.size)


def same(one, other):
    """The page has five digits of a number, the file more."""
    try:
        return float(one) == pytest.approx(float(other), rel=1e-4)
    except ValueError:
        return one == other


def check_order(browser, path):
    """Twice on a header: the largest test losses of the file come first; what is missing stays last."""
    with h5py.File(path) as file:
        loss = file["test_loss"][()]
        ends = loss.reshape(-1, loss.shape[-1])[:, -1]
    browser.sort("test_loss")
    for sign in (1, -1):
        known = np.sort(ends[~np.isnan(ends)])[::sign][:200]
        shown = [float(one.replace("inf", "Infinity")) for one in browser.column("test_loss") if one]
        np.testing.assert_allclose(shown, known, rtol=1e-4)
        state = browser.run("return document.querySelector(\"#cell-table th[data-column='test_loss']\").ariaSort")
        assert state == ("ascending" if sign == 1 else "descending")
        browser.sort("test_loss")


def test_more_rows_come_when_asked_for_and_texts_of_the_file_are_shown_as_they_are(browser, tmp_path):
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    sweep = dense_sweep()
    sweep.axes["seed"] = list(range(40))
    cells = len(sweep.cells())
    status = np.r_[[4], np.ones(cells - 1)].astype("u1")
    sweep.values = {"status": status, "message": np.where(status == 4, 0, -1).astype("i4")}
    sweep.texts, sweep.attributes = {"messages": [evil]}, {"title": evil, "job_text": evil}
    path = sweep.write(tmp_path / "a.h5")
    report([str(path)], str(tmp_path), ["html"])
    assert browser.open(tmp_path / "index.html") == ([], [])
    assert browser.driver.title == evil and browser.column("message")[0] == evil
    assert browser.run("return document.querySelectorAll('img[src=x]').length") == 0
    assert len(browser.column("cell")) == 200
    browser.run("document.getElementById('more').click()")
    assert len(browser.column("cell")) == cells == 320
    assert browser.run("return document.getElementById('more').hidden")


def test_a_page_that_loads_itself_again_keeps_its_filters(browser, tmp_path):
    sweep = dense_sweep()
    sweep.values["status"] = np.r_[np.ones(20), np.zeros(4)].astype("u1")
    path = sweep.write(tmp_path / "a.h5")
    report([str(path)], str(tmp_path), ["html"], [], 0.5)
    browser.open(tmp_path / "index.html")
    browser.pick("width", "64")
    browser.run("window.before = true")
    for _ in range(100):
        if browser.run("return window.before === undefined && document.readyState === 'complete'"):
            break
        browser.run("return new Promise((done) => setTimeout(done, 100))")
    assert browser.run("return window.before === undefined") and browser.matches() == 3
