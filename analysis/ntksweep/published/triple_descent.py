"""d'Ascoli, Sagun, Biroli 2020: two peaks of the test loss over the number of samples."""

from __future__ import annotations

import matplotlib.pyplot as plt
import xarray as xr
from matplotlib.figure import Figure

from ntksweep.cells import setting, tidy
from ntksweep.figures import page
from ntksweep.figures.families import draw_line, family, values_along
from ntksweep.figures.groups import groups
from ntksweep.measures import at_end
from ntksweep.published.conditions import experiment
from ntksweep.published.layout import PLACE, complete, line_entries, logarithmic, mark, numbers_of, seeds_of, tiled


@experiment(
    "test_loss", several=("samples",), train="output", method="min_norm", depth=1, outputs=1, source="gaussian"
)
def triple_descent(ds: xr.Dataset) -> Figure:
    """Mean squared error on the test set, 2 test_loss [1], against samples n, a line for each width p, a panel for each
    activation (and further axes).

    Dotted in black: n = d, the linear peak; in the colour of a width: n = p, the nonlinear one. Linear features have
    rank min(p, d), so both of their peaks are at that n. Medians and bands over the seeds.
    d'Ascoli, Sagun, Biroli 2020, arXiv:2006.03509.
    """
    cells = tidy(ds, "test_loss")
    cells = cells.assign(error=("cell", 2 * at_end(cells, "test_loss")))
    widths = values_along(cells, "width")
    drawn = [(group.label, family(group.cells, "error", "samples", "width", widths))
             for group in groups(cells, ("width", "samples"), most=9)]  # fmt: skip
    everything = [line for _, lines in drawn for line in lines]
    with plt.rc_context(page.RC):
        figure, axes = tiled(len(drawn), "training samples $n$", "test error $|f - y|^2$", height=2.3)
        for (_, lines), ax in zip(drawn, axes.ravel()):
            for line in lines:
                draw_line(ax, line, markersize=2)
                ax.axvline(line.value, **{**PLACE, "color": line.colour}, label="n = p")
            ax.axvline(int(setting(ds, "input_dim")), **PLACE, label="n = d")
            logarithmic(ax, cells["samples"].values, numbers_of(everything))
        entries = {text.replace("m", "p"): handle for text, handle in line_entries(everything).items()}
        entries |= mark("$n = d$ and, in colour, $n = p$ (d'Ascoli et al. 2020)", PLACE)
        complete(figure, axes, [label for label, _ in drawn], ds, seeds_of(everything), entries)
    return figure
