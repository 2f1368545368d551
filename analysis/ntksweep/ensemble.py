"""Ensembles of networks, and the split of the test loss into bias and variance.

The outputs on the test set, `test_predictions`, are stored by jobs with `also = ["predictions"]` in [statistics].
Write f_s for the outputs of replicate s (S of them) on n test samples, y for the clean targets, a bar for the
mean over replicates, and |.|^2 for the sum over samples and outputs. The stored loss is L_s = |f_s - y|^2 / (2n),
and because the cross terms cancel in the mean over s,

    mean_s L_s = |f_bar - y|^2 / (2n)  +  mean_s |f_s - f_bar|^2 / (2n)
               =        bias2          +           variance,

so bias2 is found from stored losses and predictions, without targets. It is a difference: exact to about
1e-16 times the mean loss. Only cells that converged or reached max_steps count; what became of the others is
given as shares. All functions read the whole variable `test_predictions`: `select` first where it is large.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from ntksweep.errors import SweepError, check_dataset
from ntksweep.measures import at_end
from ntksweep.replicates import Table, arrange, check_comparable, factor
from ntksweep.status import Status

_NAMES = {
    "test_loss": "mean test loss of the single networks",
    "bias2": "test loss of the mean prediction",
    "variance": "mean squared distance to the mean prediction, over 2 n",
    "bias2_unbiased": "estimated test loss of infinitely many networks' mean prediction",
    "variance_unbiased": "variance, S - 1 in the denominator",
}


def bias_variance(ds: xr.Dataset, over: str | Sequence[str] = "seed") -> xr.Dataset:
    """Bias and variance of the outputs over replicates, at the end of training.

    over: a seed axis, or several (("seed_init", "seed_data"); crossed seeds are no independent replicates, see
    `two_factor_variance`). The other axes are the dimensions of the result (a list file: `cell`). All variables
    [1], losses with the factor 1/(2n):

    test_loss = mean_s L_s, bias2 + variance = test_loss (exactly), as in this module's text;
    variance_unbiased = S/(S-1) variance, bias2_unbiased = bias2 - variance/(S-1): for independent replicates
    their expectations are those of infinitely many (E|f_bar - y|^2 = |E f - y|^2 + Var f / S), with the same
    sum; NaN for S = 1, and bias2_unbiased may be negative by chance;
    replicates = S; share_used, share_diverged, share_failed, share_pending of the group's cells.

    Throws SweepError where the test set or its targets differ between replicates, or the loss is not squared.
    Geman et al. 1992; Neal et al. 2018, arXiv:1810.08591; Yang et al. 2020, arXiv:2002.11328.
    """
    check_dataset(ds)
    table, used, outputs = _arranged(ds, [factor(over)])
    loss = at_end(table.cells, "test_loss")
    count = [used[table.members(group)].sum() for group in range(len(table.positions))]
    rows = []
    for group in range(len(table.positions)):
        cells = table.members(group)[used[table.members(group)]]
        rows.append(_split(*_measured(outputs[cells]), loss[cells]))
    columns = np.array(rows).reshape(-1, len(_NAMES)).T
    variables = {name: table.variable(column, _NAMES[name]) for name, column in zip(_NAMES, columns)}
    variables["replicates"] = table.variable(count, "networks averaged over, S")
    return xr.Dataset({**variables, **table.shares(used)}, table.coords)


def ensemble_loss(ds: xr.Dataset, over: str | Sequence[str] = "seed", members: int | None = None) -> xr.DataArray:
    """Test loss [1] of the mean prediction over `members` replicates, in the dimensions of `bias_variance`.

    None: of all S replicates, which is bias2. Otherwise the mean over all choices of k out of S, exactly:
    bias2 + variance (S - k) / (k (S - 1)); NaN where S < k. At k = 1 this is the mean test loss.
    d'Ascoli et al. 2020, arXiv:2003.01054.
    """
    check_dataset(ds)
    split = bias_variance(ds, over)
    if members is None:
        return split["bias2"].rename("ensemble_loss")
    if members < 1:
        raise SweepError(f"an ensemble has one member or more, not {members}")
    size = split["replicates"]
    extra = split["variance"] * (size - members) / (members * np.maximum(size - 1, 1))
    loss = (split["bias2"] + extra).where(size >= members).rename("ensemble_loss")
    return loss.assign_attrs(long_name=f"test loss of the mean prediction of {members} networks", units="1")


def two_factor_variance(
    ds: xr.Dataset, first: str | Sequence[str] = "seed_init", second: str | Sequence[str] = "seed_data"
) -> xr.Dataset:
    """The variance by its origin, from all pairs of initialization i and training set j (I x J networks f_ij).

    With f_i. and f_.j the means over the other factor, along the dimension `source` (its labels: the names of the
    two factors, "interaction"), each times 1/(2n):

    first = mean_i |f_i. - f..|^2, second = mean_j |f_.j - f..|^2,
    interaction = mean_ij |f_ij - f_i. - f_.j + f..|^2; sum = variance over all pairs (law of total variance).

    With first = initialization, second = data: mean_j Var_i f (the initialization variance of d'Ascoli et al.) is
    first + interaction, Var_j mean_i f (their sampling variance) is second; all three: Adlam and Pennington.
    variance_unbiased: the estimates of a two-way random-effects model, with expectations free of I and J,
    interaction IJ/((I-1)(J-1)) interaction =: v, first I/(I-1) first - v/J, second J/(J-1) second - v/I;
    NaN for I = 1 or J = 1, negative by chance. bias2(_unbiased) = test_loss - their sums.
    A factor may be several axes of a zipped sweep, ("seed_data", "seed_noise"). Otherwise label noise that follows
    `seed` is the same in all pairs, and counts as bias.

    Only a complete table can be split. Where cells diverged or failed, whole rows or columns are left out, those with
    the largest share missing first; first_levels = I, second_levels = J say what is left, share_used the share of
    cells, and the other shares what happened.
    d'Ascoli et al. 2020, arXiv:2003.01054; Adlam and Pennington 2020, arXiv:2011.03321.
    """
    factors = [factor(first), factor(second)]
    table, usable, outputs = _arranged(ds, factors)
    loss = at_end(table.cells, "test_loss")
    used = np.zeros_like(usable)
    rows, levels = [], []
    for positions in table.positions:
        chosen = positions[_complete((positions >= 0) & usable[positions])]
        used[chosen] = True
        values, samples = _measured(outputs[chosen.ravel()])
        rows.append(_two_factor_split(values.reshape(*chosen.shape, values.shape[1]), samples, loss[chosen]))
        levels.append(chosen.shape)
    means, plain, unbiased = (np.array(column) for column in zip(*rows))
    variables = {
        "test_loss": table.variable(means, _NAMES["test_loss"]),
        "bias2": table.variable(means - plain.sum(axis=1), _NAMES["bias2"]),
        "variance": table.variable(plain, "variance by origin", ("source",)),
        "bias2_unbiased": table.variable(means - unbiased.sum(axis=1), _NAMES["bias2_unbiased"]),
        "variance_unbiased": table.variable(unbiased, "variance by origin, unbiased estimate", ("source",)),
    }
    for place, name in enumerate(("first_levels", "second_levels")):
        variables[name] = table.variable(np.array(levels)[:, place], f"values of {'+'.join(factors[place])} used")
    labels = ["+".join(names) for names in factors] + ["interaction"]
    return xr.Dataset({**variables, **table.shares(used)}, {**table.coords, "source": labels})


def _arranged(ds: xr.Dataset, factors: list[tuple[str, ...]]) -> tuple[Table, np.ndarray, np.ndarray]:
    """The table, which cells are usable (bool, cells), and the outputs (cells x test samples x outputs)."""
    table = arrange(ds, ["test_loss", "test_predictions"], factors)
    check_comparable(ds, table)
    if table.positions[0].size < 2:
        raise SweepError(f"{', '.join(sum(factors, ()))} has one value only: no variance without replicates")
    outputs = table.cells["test_predictions"].values
    status = table.cells["status"].values
    ended = np.isin(status, (Status.CONVERGED, Status.MAX_STEPS)) & np.isfinite(at_end(table.cells, "test_loss"))
    slots = np.where(ended, np.isfinite(outputs).sum(axis=(1, 2)), 0)
    usable = np.zeros_like(ended)
    for group in range(len(table.positions)):
        cells = table.members(group)
        usable[cells] = (slots[cells] > 0) & (slots[cells] == slots[cells].max())
    return table, usable, outputs


def _measured(outputs: np.ndarray) -> tuple[np.ndarray, int]:
    """S x n x C with empty slots to S x (nC) without, and n."""
    if len(outputs) == 0:
        return np.empty((0, 0)), 0
    there = np.isfinite(outputs[0])
    return outputs[:, there], int(there.any(axis=1).sum())


def _split(outputs: np.ndarray, samples: int, loss: np.ndarray) -> tuple[float, ...]:
    """The numbers of `_NAMES` for one group. outputs: S x (nC), loss: S; NaN for S = 0."""
    count = len(loss)
    if count == 0:
        return (np.nan,) * len(_NAMES)
    mean = loss.mean()
    variance = _square(outputs - outputs.mean(axis=0)) / (count * 2 * samples)
    correction = variance / (count - 1) if count > 1 else np.nan
    return mean, mean - variance, variance, mean - variance - correction, variance + correction


def _two_factor_split(f: np.ndarray, samples: int, loss: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Mean loss; (first, second, interaction); the same unbiased. f: I x J x (nC), loss: I x J."""
    rows, columns = loss.shape
    if loss.size == 0:
        return np.nan, np.full(3, np.nan), np.full(3, np.nan)
    by_row, by_column, mean = f.mean(axis=1, keepdims=True), f.mean(axis=0, keepdims=True), f.mean(axis=(0, 1))
    rest = f - by_row - by_column + mean
    sums = _square(by_row - mean) / rows, _square(by_column - mean) / columns, _square(rest) / loss.size
    first, second, interaction = (value / (2 * samples) for value in sums)
    plain = np.array([first, second, interaction])
    if rows == 1 or columns == 1:
        return loss.mean(), plain, np.full(3, np.nan)
    pure = interaction * rows * columns / ((rows - 1) * (columns - 1))
    unbiased = [first * rows / (rows - 1) - pure / columns, second * columns / (columns - 1) - pure / rows, pure]
    return loss.mean(), plain, np.array(unbiased)


def _complete(there: np.ndarray) -> tuple[np.ndarray, ...]:
    """Index of a part of a table (bool, I x J) with nothing missing: the worst row or column goes first."""
    rows, columns = np.arange(there.shape[0]), np.arange(there.shape[1])
    while rows.size and columns.size and not there[np.ix_(rows, columns)].all():
        missing = ~there[np.ix_(rows, columns)]
        by_row, by_column = missing.mean(axis=1), missing.mean(axis=0)
        if by_row.max() >= by_column.max():
            rows = np.delete(rows, by_row.argmax())
        else:
            columns = np.delete(columns, by_column.argmax())
    return np.ix_(rows, columns)


def _square(values: np.ndarray) -> float:
    return float(np.sum(values**2))
