"""Belkin et al. 2019: test and training error of random features on digits, here with wrong labels beside."""

from __future__ import annotations

import matplotlib.pyplot as plt
import xarray as xr
from matplotlib.figure import Figure

from ntksweep.cells import tidy
from ntksweep.figures import page
from ntksweep.figures.families import draw_line, family, values_along
from ntksweep.figures.groups import groups
from ntksweep.measures import at_end
from ntksweep.published.conditions import experiment
from ntksweep.published.layout import PLACE, complete, line_entries, logarithmic, mark, panels, seeds_of

_ERRORS = {"test_error": "test error [%]", "train_error": "training error [%]"}


@experiment(*_ERRORS, several=("width", "label_noise"), source="digits", train="output", method="min_norm", depth=1)
def digits_label_noise(ds: xr.Dataset) -> Figure:
    """Share of the test set, and of the training set with its labels, that is classified wrongly [%], against the
    number of features m, a line for each share of wrong labels; a row for each group of other settings.

    Dotted: m = n, where all labels are fitted and the paper has the peak. Medians and bands over the seeds.
    Belkin, Hsu, Ma, Mandal 2019, arXiv:1812.11118; with wrong labels Nakkiran et al. 2020, arXiv:1912.02292.
    """
    cells = tidy(ds, *_ERRORS)
    cells = cells.assign({name: ("cell", 100 * at_end(cells, name)) for name in _ERRORS})
    noises = values_along(cells, "label_noise")
    found = groups(cells, ("width", "label_noise"), most=4)
    drawn = [[family(group.cells, name, "width", "label_noise", noises) for name in _ERRORS] for group in found]
    everything = [line for row in drawn for lines in row for line in lines]
    with plt.rc_context(page.RC):
        figure, axes = panels(2, len(found), share=True)
        for group, row, rows in zip(found, axes, drawn):
            for ax, lines, text in zip(row, rows, _ERRORS.values()):
                for line in lines:
                    draw_line(ax, line, markersize=2.5)
                ax.axvline(group.cells["samples"].values[0], **PLACE)
                logarithmic(ax, cells["width"].values, None)
                ax.set(ylabel=text, ylim=(-3, 100))
                ax.tick_params(labelleft=True)
        for ax in axes[-1]:
            ax.set_xlabel("random features $m$")
        entries = line_entries(everything) | mark("$m = n$: the peak of Belkin et al. 2019", PLACE)
        labels = [text for group in found for text in (group.label, "")]
        complete(figure, axes, labels, ds, seeds_of(everything), entries)
    return figure
