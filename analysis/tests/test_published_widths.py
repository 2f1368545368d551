"""Published pictures over width and initialization: what is drawn against the file (by h5py) and against laws."""

import h5py
import numpy as np
import pytest

from published_runs import drawn


def slope(x, y):
    """Least squares of log y on log x, by another routine than the figure's."""
    return np.polyfit(np.log(x), np.log(y), 1)[0]


def test_the_exponents_of_width_scaling_are_those_of_the_averages_in_the_file(published_run):
    run = published_run("width_scaling")
    axes = run.figure.axes
    with h5py.File(run.path) as file:
        width = file["width"][()].astype(float)
        start = file["infinite_distance"][()][:, 0, 0, ..., 0].mean(axis=-1)
        drift = np.median(file["ntk_drift"][()][:, 0, 0, ..., -1], axis=-1)
        departure = np.median(np.nanmax(file["linearised_train_distance"][()][:, 0, 0], axis=-1), axis=-1)
    for ax, values, guide in zip(axes, (start, drift, departure), (-0.5, -1, -1)):
        texts = [text.get_text() for text in ax.get_legend().get_texts()]
        for place in range(2):
            np.testing.assert_allclose(drawn(ax)[place], [width, values[:, place]])
            assert texts[place].startswith(f"$m^{{{slope(width[1:], values[1:, place]):.2f}}}$ [")
        assert slope(*drawn(ax, "guide")[0]) == pytest.approx(guide)


def test_lazy_rich_draws_drift_features_and_loss_over_one_scale(published_run):
    run = published_run("lazy_rich")
    axes = run.figure.axes
    with h5py.File(run.path) as file:
        x = np.sqrt(file["width"][()])[:, np.newaxis] * file["output_scale"][()]
        values = [
            file["ntk_drift"][()][:, 0, 0, ..., -1],
            file["feature_movement"][()][:, 0, 0, ..., -1, 0],  # one hidden layer, then the output's
            file["test_loss"][()][:, 0, 0, ..., -1],
        ]
    for ax, numbers in zip(axes, values):
        for width in range(2):
            np.testing.assert_allclose(drawn(ax)[width], [x[width], np.median(numbers[width], axis=-1)])
    for ax in axes[:2]:
        ends, law = drawn(ax, "slope")[0]
        np.testing.assert_allclose(law * ends, drawn(ax)[1][1][-1] * x[1, -1])
    assert not drawn(axes[2], "slope")


def test_the_rate_and_its_prediction_are_those_of_the_loss_and_of_the_spectrum(published_run):
    run = published_run("general_initialization")
    axes = run.figure.axes
    assert len(axes) == 6
    with h5py.File(run.path) as file:
        names = ("train_loss", "checkpoint_step", "ntk_lambda_min", "ntk_lambda_max", "step_size_absolute", "status")
        loss, step, low, high, size, status = (file[name][()][:, 0, 0] for name in names)
        steps, samples, every = file["step_size"][()], file["samples"][()][0], file["status"][()][:, 0]
    assert steps.tolist() == [0.1, 0.5] and (status != 3).all()
    factor = np.array([0.25, 0.5, 1, 2, 4])
    for row in range(2):
        smallest, speed, largest = axes[3 * row : 3 * row + 3]
        for width in range(2):
            here = (width, row)
            np.testing.assert_allclose(drawn(smallest)[width], [factor, np.median(low[here][..., 0], axis=-1)])
            rates = np.array([[fitted(*pair) for pair in zip(*many)] for many in zip(loss[here], step[here])])
            np.testing.assert_allclose(drawn(speed)[width][1], np.median(rates / size[here], axis=-1))
            modes = np.stack([1 - size[here] * part[here][..., 0] / samples for part in (low, high)])
            expected = np.median(-np.log(np.max(modes**2, axis=0)) / size[here], axis=-1)
            np.testing.assert_allclose(drawn(speed, "predicted")[width][1], expected)
            stable = np.where(every[width, 1, row] == 3, 0.1, 0.5)
            np.testing.assert_allclose(drawn(largest)[width][1], np.median(stable, axis=-1))
        s, law = drawn(smallest, "law")[0]
        middle = drawn(smallest)[1][1][2]
        np.testing.assert_allclose(law / middle, (s**2 + 1 / s**2) / 2)


def fitted(loss, step):
    """Minus the slope of log L_t while 1e-10 <= L_t / L_0 <= 0.1."""
    known = np.isfinite(loss)
    loss, step = loss[known] / loss[0], step[known]
    used = (loss <= 0.1) & (loss >= 1e-10)
    return -np.polyfit(step[used], np.log(loss[used]), 1)[0] if used.sum() > 2 else np.nan
