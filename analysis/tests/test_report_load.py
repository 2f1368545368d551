"""Load and cost in the report, against numbers computed by another path."""

import json

import h5py
import numpy as np
import pytest

from conftest import dense_sweep
from ntksweep import open_sweep
from ntksweep.report import lanes
from ntksweep.report.load import cost_by_value, load_section
from ntksweep.report.runs import idle_share, runs_of
from report_pages import Page, attempt, run_facts


def written(tmp_path, attempts=None, ranks=2, **values):
    sweep = dense_sweep()
    variables, texts = run_facts(24, ranks, attempts or [attempt(ranks=ranks)])
    sweep.values |= {**variables, **values}
    sweep.texts = texts
    return sweep.write(tmp_path / f"{len(list(tmp_path.iterdir()))}.h5")


def test_lanes_and_idle_share_follow_from_the_file(tmp_path):
    path = written(tmp_path)
    ds = open_sweep(path)
    (run,) = runs_of(ds)
    with h5py.File(path) as file:
        wall, rank = file["wall_time"][()].ravel(), file["rank"][()].ravel()
    for lane in run.lanes:
        assert lane.busy == pytest.approx(wall[rank == lane.rank].sum())
        assert lane.host == "node <1>" and (np.diff(lane.seconds) <= 0).all()
        np.testing.assert_array_equal(wall[lane.cells], lane.seconds)
    assert [lane.rank for lane in run.lanes] == [0, 1] and run.duration == 60
    assert idle_share(ds, run) == pytest.approx(1 - wall.sum() / 120)


def test_cost_by_value_adds_up_by_width(tmp_path):
    path = written(tmp_path, status=np.r_[np.ones(20), np.zeros(4)].astype("u1"))
    rows = cost_by_value(open_sweep(path), "width")
    with h5py.File(path) as file:
        ended = file["status"][()].reshape(8, 3) > 0
        wall = np.where(ended, file["wall_time"][()].reshape(8, 3), 0)
        widths = file["width"][()].tolist()
    assert [row[0] for row in rows] == widths and [row[1] for row in rows] == ended.sum(axis=1).tolist()
    np.testing.assert_allclose([row[2] for row in rows], wall.sum(axis=1))


def test_runs_that_were_killed_or_half_written_are_told_as_far_as_known(tmp_path):
    attempts = [attempt(end=None), attempt("2026-01-03T00:00:00Z", "2026-01-03T00:00:30Z")]
    variables = {"attempt": np.r_[np.zeros(12), np.ones(12)].astype("i4")}
    ds = open_sweep(written(tmp_path, attempts, **variables))
    first, second = runs_of(ds)
    assert (first.duration, first.ended, second.duration, second.ended) == (55, False, 30, True)
    assert first.busy + second.busy == pytest.approx(float(ds["wall_time"].sum()))
    ds["attempts"] = ("attempt_index", np.array(['{"start":"2026-', json.dumps(attempts[1])], dtype=object))
    broken = runs_of(ds)[0]
    assert np.isnan(broken.duration) and len(broken.lanes) == 2 and np.isnan(idle_share(ds, broken))


def test_short_runs_and_cells_of_several_threads_have_no_idle_share(tmp_path):
    ds = open_sweep(written(tmp_path, [attempt(end="2026-01-02T03:04:09Z")]))
    assert np.isnan(idle_share(ds, runs_of(ds)[0]))
    ds = open_sweep(written(tmp_path))
    ds.attrs["settings"] = json.dumps({"training.threads": [1, 4]})
    assert np.isnan(idle_share(ds, runs_of(ds)[0]))


def test_the_picture_has_a_bar_for_each_cell_with_its_settings(tmp_path):
    path = written(tmp_path)
    shown = Page(load_section(open_sweep(path), runs_of(open_sweep(path))))
    bars = shown.of("rect")
    with h5py.File(path) as file:
        wall = file["wall_time"][()].ravel()
    assert len(bars) == 24
    widths = sorted(float(bar["width"]) for bar in bars)
    np.testing.assert_allclose(np.array(widths) / widths[0], np.sort(wall) / wall.min(), rtol=0.01)
    assert "cell 23, width = 256, seed = 2" in shown.text
    assert f"24 cells took 1 min {wall.sum() - 60:.0f} s" in shown.text
    assert "50 % of it went into training" in shown.text


def test_many_cells_are_one_bar_for_each_rank_and_end_and_many_ranks_a_choice(tmp_path, monkeypatch):
    from ntksweep.report import load

    monkeypatch.setattr(load, "MOST_CELLS", 20)
    status = np.where(np.arange(24) % 4 == 0, 3, 1).astype("u1")
    ds = open_sweep(written(tmp_path, status=status))
    assert len(Page(load_section(ds, runs_of(ds))).of("rect")) == 3  # rank 0 has two ways to end, rank 1 one
    monkeypatch.setattr("ntksweep.report.lanes.MOST_LANES", 5)
    ds = open_sweep(written(tmp_path, ranks=24))
    shown = Page(load_section(ds, runs_of(ds)))
    assert "5 of the ranks are drawn" in shown.text and "24 ranks computed 24 cells" in shown.text
    widths = sorted(float(bar["width"]) for bar in shown.of("rect"))
    assert len(widths) == 5 and widths[-1] / widths[0] == pytest.approx(7, rel=0.01)  # from 1 s to 7 s


def test_a_sweep_without_any_cell_that_ended_says_so(tmp_path):
    ds = open_sweep(written(tmp_path, status=np.zeros(24, "u1")))
    assert "no time to tell" in load_section(ds, runs_of(ds))


@pytest.mark.parametrize("busy, duration, text", [
    ([3, 5], 6, "each rank for 3 s to 5 s of 6 s"),
    ([110, 110.3], 110, "each rank for 1 min 50 s, the whole time"),
    ([5, 5], 6, "each rank for 5 s of 6 s"),
    ([5], float("nan"), "the rank for 5 s"),
    ([3, 5], 0, "each rank for 3 s to 5 s"),
], ids=str)  # fmt: skip
def test_times_of_the_ranks_that_are_the_same_are_said_once(busy, duration, text):
    assert lanes._times(busy, duration) == text
