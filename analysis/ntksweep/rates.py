"""How fast training converges, beside what theory says of it."""

from __future__ import annotations

import json

import numpy as np
import xarray as xr

from ntksweep.cells import cell_dimensions, setting, tidy
from ntksweep.errors import SweepError, check_dataset
from ntksweep.grouped import pair_of_numbers
from ntksweep.replicates import in_each_cell
from ntksweep.status import has_result

#: Checkpoints below which there is no fit.
FEWEST_CHECKPOINTS = 3

#: Values of the settings with which the residual follows r_{t+1} = (1 - eta K / n) r_t where the network is lazy.
_LINEAR_DESCENT = {
    "training.loss": ("squared",),
    "training.method": ("gd",),
    "training.momentum": ("0.0", "0"),
    "training.weight_decay": ("0.0", "0"),
    "training.batch": ("0",),
    "training.step_rule": ("constant", "critical"),
}


def convergence_rate(ds: xr.Dataset, between: tuple[float, float] = (1e-10, 1e-1)) -> xr.Dataset:
    """The factor by which the training loss shrinks per step, for each cell, and its predictions.

    exp of the slope of log L_t on t, least squares over the checkpoints at which L_t lies between these fractions of
    L_0 and after the last one above the upper. By default the start, where modes die out that are faster than the
    slowest, and the last part, where the loss may be rounding, are left out. Where the loss is not a single exponential
    the rate is a mean over that range: `residual` says how straight the line is.

    The result has the dimensions of the sweep and its settings and statuses, so that other functions of this package
    take it for a sweep: scaling_exponent(convergence_rate(ds), "rate"). Factors per step, all [1]:

    rate; points, the checkpoints used (NaN with fewer than three); residual, the root mean square of what the fit
    leaves of log L [1].
    spectral_rate = max_i (1 - eta lambda_i / n)^2 over the largest and the smallest eigenvalue of K_0; the smallest
    decides, (1 - eta lambda_min / n)^2, up to the step 2 n / (lambda_min + lambda_max). It is the factor of the slowest
    mode, so the limit of a lazy network's rate for large t; 1 where K_0 is singular.
    NaN outside gradient descent on the squared loss with full batches, constant steps, no momentum, no decay, or where
    the kernel is traced over several outputs, whose eigenvalues are others.
    linearised_rate: fitted to `linearised_train_loss` in the same way. xu_rate: of the next step, at initialization, an
    upper bound of the factor. Predictions that the file does not hold are left out.

    The statistic `convergence_rate` is minus the slope from a quarter of the steps on, the floor included.
    Lee et al. 2019, arXiv:1902.06720; Xu et al. 2023, AISTATS (PMLR 206).
    """
    check_dataset(ds)
    low, high = _checked(between)
    for name in ("train_loss", "checkpoint_step", "step_size_absolute"):
        if name not in ds:
            raise SweepError(f"the dataset has no variable {name}, which a rate needs: open the whole file")
    if "checkpoint" not in ds["train_loss"].dims:
        raise SweepError("a rate needs the loss at all checkpoints: keep the dimension checkpoint")
    dims = cell_dimensions(ds)
    result = ds[["status"]].copy()
    steps = ds["checkpoint_step"].transpose(*dims, "checkpoint").values
    texts = ("factor by which the training loss shrinks per step", "checkpoints used", "rms of log L minus the fit")
    for name, values, text in zip(("rate", "points", "residual"), _fitted(ds, "train_loss", steps, low, high), texts):
        result[name] = (dims, values, {"long_name": text, "units": "1"})
    spectral = _spectral_rate(ds)
    if spectral is not None:
        result["spectral_rate"] = (dims, spectral, {"long_name": "factor of the slowest mode of K_0", "units": "1"})
    if "linearised_train_loss" in ds:
        values = _fitted(ds, "linearised_train_loss", steps, low, high)[0]
        result["linearised_rate"] = (dims, values, {"long_name": "the same of the linearised network", "units": "1"})
    if "xu_rate" in ds:
        result["xu_rate"] = ds["xu_rate"].isel(checkpoint=0, drop=True)
    return result


def _checked(between: tuple[float, float]) -> tuple[float, float]:
    pair = pair_of_numbers(between)
    if pair is None or not 0 <= pair[0] < pair[1]:
        raise SweepError(f"between is a pair of fractions of the initial loss, (1e-10, 0.1), not {between}")
    return pair


def _fitted(ds: xr.Dataset, name: str, steps: np.ndarray, low: float, high: float) -> tuple[np.ndarray, ...]:
    """Rate, checkpoints used and residual of each cell, in the shape of the cells; steps: (cells..., checkpoints)."""
    loss = ds[name].transpose(*cell_dimensions(ds), "checkpoint").values
    known = (steps >= 0) & np.isfinite(loss) & (loss > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(known, loss / loss[..., :1], np.nan)
        above = np.flip(np.logical_or.accumulate(np.flip(share > high, -1), -1), -1)
        use = known & (share >= low) & (share <= high) & ~above
        logs = np.where(use, np.log(share), 0.0)
    return _line(np.where(use, steps, 0).astype(float), logs, use)


def _line(t: np.ndarray, v: np.ndarray, use: np.ndarray) -> tuple[np.ndarray, ...]:
    """exp(slope), number and residual of least squares along the last axis, over what is used."""
    points = use.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_t, mean_v = (np.sum(values * use, axis=-1, keepdims=True) / points[..., None] for values in (t, v))
        dt, dv = (t - mean_t) * use, (v - mean_v) * use
        slope = np.sum(dt * dv, axis=-1) / np.sum(dt**2, axis=-1)
        left = (dv - slope[..., None] * dt) * use
        residual = np.sqrt(np.sum(left**2, axis=-1) / points)
    enough = points >= FEWEST_CHECKPOINTS
    return np.where(enough, np.exp(slope), np.nan), points, np.where(enough, residual, np.nan)


def _spectral_rate(ds: xr.Dataset) -> np.ndarray | None:
    """Factor of the slowest mode, in the shape of the cells; None where the file holds no smallest eigenvalue."""
    smallest, largest = extreme_eigenvalues(ds)
    if smallest is None or largest is None:
        return None
    cells = tidy(ds, "step_size_absolute")
    samples = in_each_cell(ds, cells, "samples").astype(float).reshape(smallest.shape)
    eta = cells["step_size_absolute"].values.reshape(smallest.shape)
    rate = np.maximum((1 - eta * smallest / samples) ** 2, (1 - eta * largest / samples) ** 2)
    valid = has_result(cells["status"].values) & linear_descent(ds, cells)
    return np.where(valid.reshape(rate.shape), rate, np.nan)


def extreme_eigenvalues(ds: xr.Dataset) -> tuple[np.ndarray | None, np.ndarray | None]:
    """lambda_min and lambda_max of K_0 in the shape of the cells, from what the file has; None where it has neither."""
    found: list[np.ndarray | None] = []
    for name in ("ntk_lambda_min", "ntk_lambda_max"):
        values = ds[name].isel(checkpoint=0).transpose(*cell_dimensions(ds)).values if name in ds else None
        found.append(values)
    whole = "ntk_eigenvalues" in ds and setting(ds, "statistics.spectrum") == "full"
    if whole and (found[0] is None or found[1] is None):
        stored = ds["ntk_eigenvalues"]
        initial = stored.isel(checkpoint=0) if "checkpoint" in stored.dims else stored
        spectrum = initial.transpose(*cell_dimensions(ds), "eigen_index").values
        last = np.maximum(np.isfinite(spectrum).sum(axis=-1) - 1, 0)
        ends = np.take_along_axis(spectrum, last[..., None], axis=-1)[..., 0], spectrum[..., 0]
        found = [end if have is None else have for have, end in zip(found, ends)]
    return found[0], found[1]


def linear_descent(ds: xr.Dataset, cells: xr.Dataset) -> np.ndarray:
    """Where r_{t+1} = (1 - eta K / n) r_t is the linearised descent and the eigenvalues are its: bool, (cells,)."""
    valid = (in_each_cell(ds, cells, "statistics.kernel") == "full") | (_outputs(ds) == 1)
    for name, values in _LINEAR_DESCENT.items():
        valid &= np.isin(in_each_cell(ds, cells, name).astype(str), values)
    return valid


def _outputs(ds: xr.Dataset) -> np.ndarray | int:
    """The largest number of outputs of a network in the file of each cell; 0 where that does not say."""
    if "outputs" in ds.attrs and "file" in ds:  # several files, which are a list of cells
        return np.array(json.loads(ds.attrs["outputs"]))[ds["file"].values]
    return int(json.loads(ds.attrs.get("extents", "{}")).get("outputs", 0))
