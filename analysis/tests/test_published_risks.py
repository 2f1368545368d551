"""Published pictures of risks and errors: what is drawn against the file (by h5py) and against formulas."""

import h5py
import numpy as np

from published_runs import drawn



def test_random_features_are_drawn_beside_the_values_of_mei_and_montanari(published_run):
    run = published_run("random_features_peak")
    axes = run.figure.axes
    with h5py.File(run.path) as file:
        width, measured = file["width"][()], file["excess_risk"][()][:, 0, 0]
        limit = file["risk_random_features_limit"][()][:, 0, 0, :, 0]
    assert len(axes) == 2 and not np.isfinite(limit[width == 40]).any()
    for place, ax in enumerate(axes):
        np.testing.assert_allclose(drawn(ax)[0], [width / 40, np.median(measured[:, place], axis=1)])
        np.testing.assert_allclose(drawn(ax, "limit")[0], [width[width != 40] / 40, limit[width != 40, place]])
        assert drawn(ax)[-1][0].tolist() == [1, 1]
        band = ax.collections[0].get_paths()[0].vertices
        ends = np.sort(measured[0, place])[[2, 6]]  # quartiles of nine, by order
        np.testing.assert_allclose(np.unique(band[band[:, 0] == width[0] / 40, 1])[[0, -1]], ends)


def test_least_squares_are_drawn_beside_the_exact_risk_and_its_limit(published_run):
    run = published_run("least_squares_risk")
    clean, noisy = run.figure.axes
    with h5py.File(run.path) as file:
        measured, exact = file["excess_risk"][()], file["risk_least_squares"][()]
        noise = file["label_noise"][()].tolist()
        p = file["input_dim"][()]
        order = [file[name].shape[0] for name in ("width", "samples", "step_size", "input_dim", "label_noise", "seed")]
    measured, exact = (values.reshape(order)[0, 0, 0] for values in (measured, exact))
    assert noise == [0, 0.25]
    for place, ax in enumerate((clean, noisy)):
        np.testing.assert_allclose(drawn(ax)[0], [p / 20, measured[:, place].mean(axis=1)])
        np.testing.assert_allclose(drawn(ax, "exact")[0], [p / 20, exact[:, place, 0]])
        x, curve = drawn(ax, "exact curve")[0]
        np.testing.assert_allclose(curve[np.searchsorted(x, p / 20)], exact[:, place, 0], rtol=1e-12, atol=1e-12)
    x, limit = drawn(noisy, "limit")[0]
    np.testing.assert_allclose(limit[0], 0.25 * 0.25 / 0.75)
    np.testing.assert_allclose(limit[-1], 1 - 1 / 2 + 0.25 / (2 - 1))


def test_least_squares_have_the_published_values():
    from ntksweep.published.least_squares_risk import exact_risk, limit_risk

    np.testing.assert_allclose(exact_risk([80, 125], 100, 1.0, 0.25), [1.053, 1.242], atol=5e-4)
    np.testing.assert_allclose(limit_risk([0.8, 1.25], 1.0, 0.25), [1.0, 1.2])
    assert np.isinf(exact_risk([99, 100, 101], 100, 1.0, 0.25)).all()
    np.testing.assert_allclose(exact_risk([100, 101], 100, 1.0, 0.0), [0, 1 / 101])


def test_both_peaks_of_triple_descent_are_marked(published_run):
    run = published_run("triple_descent")
    axes = run.figure.axes
    with h5py.File(run.path) as file:
        samples, loss = file["samples"][()], file["test_loss"][()][:, :, 0, :, :, -1]
    assert len(axes) == 3
    for place, ax in enumerate(axes):
        for width, line in enumerate(drawn(ax)[:4:2]):
            np.testing.assert_allclose(line, [samples, 2 * np.median(loss[width, :, place], axis=1)])
        assert [line[0][0] for line in drawn(ax, "n = p")] == [20, 40]
        assert [line[0][0] for line in drawn(ax, "n = d")] == [8]


def test_double_descent_is_drawn_over_features_per_sample(published_run):
    run = published_run("double_descent")
    axes = run.figure.axes
    with h5py.File(run.path) as file:
        width, loss = file["width"][()], file["test_loss"][()][:, :, 0, :, :, -1]
    for place, ax in enumerate(axes):
        for number, samples in enumerate((32, 64)):
            np.testing.assert_allclose(
                drawn(ax)[number], [width / samples, np.median(loss[:, number, place], axis=1)]
            )
        assert drawn(ax)[2][0].tolist() == [1, 1]


def test_errors_on_digits_are_drawn_in_percent(published_run):
    run = published_run("digits_label_noise")
    axes = run.figure.axes
    with h5py.File(run.path) as file:
        width = file["width"][()]
        errors = {name: file[name][()][:, 0, 0, ..., -1] for name in ("test_error", "train_error")}
    for ax, values in zip(axes, errors.values()):
        for noise, line in enumerate(drawn(ax)[:3]):
            np.testing.assert_allclose(line, [width, 100 * np.median(values[:, noise], axis=1)])
        assert drawn(ax)[3][0].tolist() == [60, 60]


def test_the_quickstart_is_drawn_over_parameters_per_target(published_run):
    run = published_run("quickstart")
    loss, drift = run.figure.axes
    with h5py.File(run.path) as file:
        train, width = file["train"].asstr()[()], file["width"][()]
        values = {name: file[name][()][:, -1] for name in ("test_loss", "train_loss", "ntk_drift")}
        ratio = file["parameters_per_target"][()]
    for place, model in enumerate(("all", "output")):
        cells = [(train == model) & (width == m) for m in (4, 14, 40, 100)]
        x = [ratio[cell][0] for cell in cells]
        for line, name in ((drawn(loss)[2 * place], "test_loss"), (drawn(loss)[2 * place + 1], "train_loss")):
            np.testing.assert_allclose(line, [x, [np.median(values[name][cell]) for cell in cells]])
    moved = [np.median(values["ntk_drift"][(train == "all") & (width == m)]) for m in (4, 14, 40, 100)]
    np.testing.assert_allclose(drawn(drift)[0], [[4, 14, 40, 100], moved])
    (x, guide) = drawn(drift, "guide")[0]
    np.testing.assert_allclose(guide[1] / guide[0], x[0] / x[1])
