"""Published pictures of step sizes: what is drawn against the file (by h5py) and against the papers' equations."""

import h5py
import numpy as np
import pytest

from ntksweep.published.catapult import solve
from published_runs import drawn


def recursion(loss, curvature, step, width):
    """The two equations of the catapult for one cell, in plain Python: largest loss, eta lambda at the end."""
    f, peak = (2 * loss) ** 0.5, loss
    for _ in range(2000):
        if f * f / 2 <= 1e-8:
            break
        f, curvature = (
            f * (1 - step * curvature + step**2 * f * f / width),
            curvature + step * f * f / width * (step * curvature - 4),
        )
        peak = max(peak, f * f / 2)
    return peak, step * curvature


def test_the_catapult_is_drawn_from_the_file_beside_the_equations_of_the_paper(published_run):
    run = published_run("catapult")
    axes = run.figure.axes
    with h5py.File(run.path) as file:
        width, reach = file["width"][()], 2 * file["step_size"][()]
        names = ("train_loss", "ntk_lambda_max", "loss_peak", "step_size_absolute", "status")
        loss, curvature, peak, step, status = (file[name][()][:, 0] for name in names)
    diverged = status == 3
    assert not diverged[:, :4].any() and diverged[:, 4].all()
    for number, m in enumerate(width):
        largest = np.median(peak[number, :4] * loss[number, :4, :, 0], axis=-1) / m
        np.testing.assert_allclose(drawn(axes[0])[number], [reach[:4], largest])
        bent = np.median(step[number, :4] * curvature[number, :4, :, -1], axis=-1)
        np.testing.assert_allclose(drawn(axes[1])[number], [reach[:4], bent])
        np.testing.assert_allclose(drawn(axes[2])[number], [reach, 100 * diverged[number].mean(axis=-1)])
        cells = [[recursion(loss[number, i, j, 0], curvature[number, i, j, 0], step[number, i, j], m)
                  for j in range(5)] for i in range(4)]  # fmt: skip
        expected = np.median(np.array(cells), axis=1).T
        np.testing.assert_allclose(drawn(axes[0], "solved")[number][1] * m, expected[0], rtol=1e-6)
        np.testing.assert_allclose(drawn(axes[1], "solved")[number][1], expected[1], rtol=1e-6)
        np.testing.assert_allclose(expected[1], bent, rtol=1e-6)  # and the program agrees with the paper
    assert [line[0][0] for line in drawn(axes[2])[-2:]] == [2, 4]


def test_the_equations_diverge_above_four_and_end_below_two():
    step = np.array([1.5, 3.0, 4.5])
    peak, bent = solve(np.full(3, 0.5), np.ones(3), step, np.full(3, 1000.0), 1e-8, 5000)
    assert peak[0] == 0.5 and peak[1] > 10 and np.isnan(peak[2])
    assert bent[0] == pytest.approx(1.5, abs=0.01) and bent[1] < 2 and np.isnan(bent[2])


def test_sharpness_is_drawn_with_two_over_eta(published_run):
    run = published_run("edge_of_stability")
    loss, sharpness = run.figure.axes
    with h5py.File(run.path) as file:
        values = {name: file[name][()][0, 0] for name in ("train_loss", "sharpness", "checkpoint_step")}
    for place, eta in enumerate((0.05, 0.1)):
        for ax, name in ((loss, "train_loss"), (sharpness, "sharpness")):
            lines = [line for line in drawn(ax) if len(line[0]) > 2]
            median = np.median(values[name][place], axis=0)
            np.testing.assert_allclose(lines[place], [values["checkpoint_step"][place, 0], median])
        assert drawn(sharpness, "edge")[place][1].tolist() == [2 / eta, 2 / eta]


def test_loss_and_bound_of_every_rule_are_drawn(published_run):
    run = published_run("xu2023_figure1")
    axes = run.figure.axes
    assert [ax.get_title() for ax in axes] == [f"$\\sigma$ = {sigma:g}" for sigma in (1, 1.5, 2, 3)]
    with h5py.File(run.path) as file:
        cells = {name: file[name][()][0, 0, 0] for name in ("train_loss", "xu_bound", "checkpoint_step")}
        rules = file["step_rule"].asstr()[()].tolist()
    for sigma, ax in enumerate(axes):
        for name in ("train_loss", "xu_bound"):
            for rule in ("xu2023", "xu2023_adaptive"):
                x, y = drawn(ax, f"{name} {rule}")[0]
                here = (sigma, rules.index(rule))
                np.testing.assert_allclose(x, cells["checkpoint_step"][here][0])
                np.testing.assert_allclose(y, np.median(cells[name][here], axis=0))
        assert not drawn(ax, "xu_bound local_pl")
        loss, bound = (drawn(ax, f"{name} xu2023")[0][1] for name in ("train_loss", "xu_bound"))
        assert (loss[1:] < bound[1:]).all()


def test_a_finite_step_is_drawn_beside_the_linearised_network_and_the_flow(published_run):
    run = published_run("finite_step")
    axes = np.array(run.figure.axes).reshape(4, 2)
    with h5py.File(run.path) as file:
        steps, samples = file["step_size"][()], file["samples"][()][0]
        names = ("train_loss", "linearised_train_loss", "flow_train_loss", "checkpoint_step", "loss_peak",
                 "ntk_lambda_max", "step_size_absolute", "status", "linearised_status")  # fmt: skip
        cells = {name: file[name][()][:, 0] for name in names}
    for column in range(2):
        half = (1, steps.tolist().index(0.5), column)
        for name in names[:3]:
            x, y = drawn(axes[0, column], name)[0]
            assert y[0] == pytest.approx(np.median(cells[name][half][:, 0]))
            assert y[-1] == pytest.approx(np.median(cells[name][half][:, -1]))
            assert x[-1] == cells["checkpoint_step"][half].max()
        assert (cells["status"][:, 5, column] == 3).any() and not (cells["status"][:, :3, column] == 3).any()
        alive = np.where(cells["status"][:, :, column] == 3, np.nan, 1.0)
        bent = cells["step_size_absolute"] * cells["ntk_lambda_max"][..., -1] / samples
        for ax, values in ((axes[1, column], cells["loss_peak"]), (axes[2, column], bent)):
            for width in range(2):
                x, y = drawn(ax)[width]
                kept = np.isin(steps, x)
                np.testing.assert_allclose(y, np.nanmedian((values[:, :, column] * alive)[width, kept], axis=-1))
        share = 100 * (cells["linearised_status"][:, :, column] == 3).mean(axis=(0, 2))
        np.testing.assert_allclose(drawn(axes[3, column], "linearised")[0], [steps, share])
        assert share.tolist() == [0, 0, 0, 100, 100, 100]
        for width in range(2):
            dead = 100 * (cells["status"][width, :, column] == 3).mean(axis=-1)
            np.testing.assert_allclose(drawn(axes[3, column])[width], [steps, dead])
