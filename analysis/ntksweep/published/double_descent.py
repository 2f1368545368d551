"""Belkin et al. 2019, d'Ascoli et al. 2020: the test loss of random features over features per sample."""

from __future__ import annotations

import matplotlib.pyplot as plt
import xarray as xr
from matplotlib.figure import Figure

from ntksweep.cells import tidy
from ntksweep.figures import page
from ntksweep.figures.families import draw_line, family, values_along
from ntksweep.figures.groups import groups
from ntksweep.published.conditions import experiment
from ntksweep.published.layout import PLACE, complete, line_entries, logarithmic, mark, numbers_of, seeds_of, tiled

_AXIS = "features_per_sample"


@experiment("test_loss", several=("width",), train="output", method="min_norm", depth=1)
def double_descent(ds: xr.Dataset) -> Figure:
    """Test loss [1] against features per sample m / n [1], a line for each n, a panel for each label noise (and further
    axes).

    Dotted: m = n, where the papers have the peak, for every n. Medians and bands over the seeds.
    Belkin, Hsu, Ma, Mandal 2019, arXiv:1812.11118; d'Ascoli, Refinetti, Biroli, Krzakala 2020, arXiv:2003.01054.
    """
    cells = tidy(ds, "test_loss")
    cells = cells.assign_coords({_AXIS: ("cell", cells["width"].values / cells["samples"].values)})
    samples = values_along(cells, "samples")
    drawn = [(group.label, family(group.cells, "test_loss", _AXIS, "samples", samples))
             for group in groups(cells, ("width", "samples", _AXIS), most=9)]  # fmt: skip
    everything = [line for _, lines in drawn for line in lines]
    with plt.rc_context(page.RC):
        figure, axes = tiled(len(drawn), "features per sample $m\\,/\\,n$", "test loss", height=2.4)
        for (_, lines), ax in zip(drawn, axes.ravel()):
            for line in lines:
                draw_line(ax, line, markersize=2)
            ax.axvline(1, **PLACE)
            logarithmic(ax, cells[_AXIS].values, numbers_of(everything))
        entries = line_entries(everything) | mark("$m = n$: the peak of the papers", PLACE)
        complete(figure, axes, [label for label, _ in drawn], ds, seeds_of(everything), entries)
    return figure
