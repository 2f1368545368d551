"""Rates of convergence, from planted losses and from a network that the program has trained (needs NTKSWEEP)."""

import os
import subprocess

import numpy as np
import pytest

from ntksweep import Status, SweepError, bootstrap_average, convergence_rate, open_sweep, scaling_exponent
from result_file import TRAILING, SyntheticSweep

BINARY = os.environ.get("NTKSWEEP", "")
STEPS = np.array([0, 1, 2, 5, 10, 20, 40, 80, -1, 100])
AXES = {"width": [4, 8, 16, 32], "samples": [5], "step_size": [0.5], "seed": [0, 1, 2]}
SETTINGS = {
    "training.loss": "squared", "training.method": "gd", "training.momentum": 0.0, "training.weight_decay": 0.0,
    "training.batch": 0, "training.step_rule": "constant", "statistics.kernel": "trace",
}  # fmt: skip


def decay(rate: np.ndarray) -> np.ndarray:
    """Half of the loss goes at once, the rest by `rate` (cells,) per step, down to a floor of 1e-12."""
    loss = 1.0 * (STEPS == 0) + rate[:, None] ** STEPS + 1e-12
    return np.where(STEPS < 0, np.nan, loss)


def sweep_of(losses: np.ndarray, axes=None, settings=None, attributes=None, **values) -> SyntheticSweep:
    sweep = SyntheticSweep(axes or AXES, {}, settings={**SETTINGS, **(settings or {})})
    sweep.attributes = {"extents": '{"outputs": 1}', **(attributes or {})}
    size = len(sweep.cells())
    sweep.values = {
        "checkpoint_step": np.tile(STEPS, (size, 1)), "train_loss": losses,
        "step_size_absolute": np.full(size, 0.5), **values,
    }  # fmt: skip
    return sweep


def rates() -> np.ndarray:
    return 1 - 2 * np.repeat(1.0 / np.array(AXES["width"]), 3) * np.tile([1, 1.1, 1.2], 4)


def test_a_planted_rate_is_recovered_from_between_the_start_and_the_floor(opened):
    found = convergence_rate(opened(sweep_of(decay(rates()))))
    np.testing.assert_allclose(found["rate"].values.ravel(), rates(), rtol=1e-5)
    assert (found["residual"] < 1e-4).all() and (found["points"] >= 3).all()


def test_points_outside_the_range_do_not_count(opened):
    ds = opened(sweep_of(decay(np.full(12, 0.5))))
    share = decay(np.full(1, 0.5))[0] / 2
    inside = lambda low, high: np.count_nonzero((share >= low) & (share <= high))  # noqa: E731
    assert (convergence_rate(ds)["points"] == inside(1e-10, 1e-1)).all()
    assert (convergence_rate(ds, between=(1e-4, 1e-1))["points"] == inside(1e-4, 1e-1)).all()
    assert np.isnan(convergence_rate(ds, between=(0.9e-3, 1e-1))["rate"]).all()


def test_the_fit_starts_after_the_last_time_the_loss_was_large(opened):
    losses = decay(np.full(12, 0.9))
    losses[:, 3] = 50.0  # a catapult
    losses[:, 2] = 0.1
    found = convergence_rate(opened(sweep_of(losses)))
    np.testing.assert_allclose(found["rate"], 0.9, rtol=1e-6)


def test_cells_without_a_loss_that_falls_have_no_rate(opened):
    losses = decay(np.full(12, 0.5))
    losses[0, 3:] = 1e30
    losses[1, 1:] = np.nan
    status = np.array([Status.DIVERGED, Status.MAX_STEPS, Status.PENDING] + [Status.CONVERGED] * 9, "u1")
    found = convergence_rate(opened(sweep_of(losses, status=status)))
    np.testing.assert_array_equal(np.isnan(found["rate"].values.ravel()), [True] * 3 + [False] * 9)


def at_checkpoints(first: np.ndarray) -> np.ndarray:
    """A number at initialization, something else later."""
    return np.concatenate([first[:, None], np.full((12, len(STEPS) - 1), 99.0)], axis=1)


def with_eigenvalues(monkeypatch, **more) -> SyntheticSweep:
    for name in ("ntk_lambda_min", "ntk_lambda_max"):
        monkeypatch.setitem(TRAILING, name, ("checkpoint",))
    return sweep_of(
        decay(rates()), ntk_lambda_min=at_checkpoints(np.full(12, 0.3)),
        ntk_lambda_max=at_checkpoints(np.where(np.arange(12) < 6, 5.0, 19.0)), **more,
    )  # fmt: skip


def test_the_spectral_rate_is_that_of_the_slowest_mode_at_initialization(opened, monkeypatch):
    found = convergence_rate(opened(with_eigenvalues(monkeypatch)))["spectral_rate"].values.ravel()
    np.testing.assert_allclose(found[:6], (1 - 0.5 * 0.3 / 5) ** 2, rtol=1e-14)
    np.testing.assert_allclose(found[6:], np.maximum((1 - 0.03) ** 2, (1 - 1.9) ** 2), rtol=1e-14)


def test_of_several_files_each_says_how_many_outputs_its_networks_have(tmp_path, monkeypatch):
    """The traced kernel of several outputs has other eigenvalues; that of one output in another file is right."""
    paths = []
    for outputs in (1, 3):
        about = {"settings": {"model.depth": outputs}, "attributes": {"extents": f'{{"outputs": {outputs}}}'}}
        keys = np.arange(1, 13, dtype="u8") + 100 * outputs
        paths.append(with_eigenvalues(monkeypatch, key=keys, **about).write(tmp_path / f"{outputs}.h5"))
    found = convergence_rate(open_sweep(paths))["spectral_rate"].values
    np.testing.assert_array_equal(np.isfinite(found), np.repeat([True, False], 12))


def test_the_whole_spectrum_will_do_and_a_part_of_it_will_not(opened):
    spectrum = np.full((12, len(STEPS), 4), np.nan)
    spectrum[:, 0, :3] = [4.0, 1.0, 0.3]
    for kept, there in (("full", True), ("top:3", False)):
        settings = {"statistics.spectrum": kept}
        found = convergence_rate(opened(sweep_of(decay(rates()), settings=settings, ntk_eigenvalues=spectrum)))
        assert ("spectral_rate" in found) == there
        if there:
            np.testing.assert_allclose(found["spectral_rate"], (1 - 0.03) ** 2, rtol=1e-14)


@pytest.mark.parametrize(
    "name, value",
    [
        ("loss", "logistic"), ("method", "flow"), ("momentum", 0.9), ("weight_decay", 1e-3), ("batch", 2),
        ("step_rule", "cosine"),
    ],  # fmt: skip
)
def test_there_is_no_spectral_rate_outside_its_assumptions(opened, monkeypatch, name, value):
    ds = opened(with_eigenvalues(monkeypatch, settings={f"training.{name}": value}))
    assert np.isnan(convergence_rate(ds)["spectral_rate"]).all()


def test_a_kernel_traced_over_outputs_has_other_eigenvalues(opened, monkeypatch):
    several = {"extents": '{"outputs": 3}'}
    traced = opened(with_eigenvalues(monkeypatch, attributes=several))
    assert np.isnan(convergence_rate(traced)["spectral_rate"]).all()
    full = opened(with_eigenvalues(monkeypatch, attributes=several, settings={"statistics.kernel": "full"}))
    assert np.isfinite(convergence_rate(full)["spectral_rate"]).all()


def test_rates_are_a_sweep_for_other_functions(opened):
    found = convergence_rate(opened(sweep_of(decay(rates()))))
    excess = found.assign(speed=1 - found["rate"])
    law = scaling_exponent(excess, "speed", within=(4, 32))
    assert law["exponent"].item() == pytest.approx(-1, rel=1e-5)
    assert bootstrap_average(found, "rate")["replicates"].values.ravel().tolist() == [3, 3, 3, 3]


def test_requests_that_mean_nothing_are_refused_in_one_line(opened):
    ds = opened(sweep_of(decay(rates())))
    for words, file, between in [
        ("pair of fractions", ds, (0.1, 1e-3)),
        ("pair of fractions", ds, (-1, 1e-3)),
        ("pair of fractions", ds, (1, 2, 3)),
        ("no variable checkpoint_step", ds.drop_vars("checkpoint_step"), (0, 1)),
        ("loss at all checkpoints", ds.isel(checkpoint=-1), (0, 1)),
    ]:
        with pytest.raises(SweepError, match=words) as caught:
            convergence_rate(file, between)
        assert "\n" not in str(caught.value)


LAZY = """
[grid]
width = [64, 512]
samples = 3
step_size = [0.25, 0.9]
seed = 3
[model]
activation = "linear"
output_scale = 100.0
output_center = "initial"
[data]
input_dim = 6
test_samples = 4
[training]
max_steps = 5000
tolerance = 1e-26
[statistics]
checkpoints = 80
also = ["linearised", "two_layer"]
"""


@pytest.mark.skipif(not os.path.exists(BINARY), reason="NTKSWEEP names no program")
def test_a_lazy_network_converges_at_the_rate_of_its_kernel(tmp_path):
    (tmp_path / "job.toml").write_text(LAZY)
    subprocess.run([BINARY, "run", tmp_path / "job.toml", "-o", tmp_path / "out.h5"], check=True, capture_output=True)
    found = convergence_rate(open_sweep(tmp_path / "out.h5"), between=(1e-22, 1e-8))
    assert found["rate"].dims == ("width", "samples", "step_size", "seed") and (found["points"] >= 5).all()
    speed, predicted, linearised = (-np.log(found[name]) for name in ("rate", "spectral_rate", "linearised_rate"))
    np.testing.assert_allclose(speed, linearised, rtol=0.01)
    np.testing.assert_allclose(linearised, predicted, rtol=0.02)
    assert "xu_rate" in found and found["xu_rate"].dims == found["rate"].dims
