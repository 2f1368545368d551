"""Which values of an axis a figure gets that refuses all of them."""

import numpy as np
import pytest

from ntksweep import SweepError, tidy
from ntksweep.errors import TooMany
from ntksweep.figures import FIGURES, double_descent, loss_curves
from ntksweep.figures.groups import groups
from ntksweep.published import PICTURES
from ntksweep.report.captions import about
from ntksweep.report.choose import chosen, fewer
from ntksweep.report.pictures import picture, pictures
from planted_sweeps import sweep_of


def sweep(opened, **axes):
    axes = {"width": [4, 8, 16], "samples": [5], "step_size": [0.5], "seed": [0, 1], **axes}
    return opened(sweep_of(axes, {"train_loss": lambda width, **_: 1 / width, "test_loss": lambda width, **_: width}))


def test_what_a_figure_takes_in_is_drawn_whole(opened):
    assert chosen(double_descent, sweep(opened)).taken == {}


def test_first_middle_and_last_values_of_the_longest_axis_are_taken(opened):
    steps = np.linspace(0.1, 4.1, 41).round(3).tolist()
    drawn = chosen(double_descent, sweep(opened, step_size=steps))
    assert drawn.taken == {"step_size": [0.1, 2.1, 4.1]}
    titles = [ax.get_title() for ax in drawn.result.axes]
    assert [title for title in titles if title] == ["step size = 0.1", "step size = 2.1", "step size = 4.1"]


def test_further_axes_are_cut_down_until_the_figure_accepts(opened):
    ds = sweep(opened, width=list(range(2, 14)), step_size=np.linspace(0.1, 2.1, 21).round(3).tolist())
    drawn = chosen(lambda some: groups(tidy(some, "train_loss"), ()), ds)
    assert drawn.taken == {"step_size": [0.1, 1.1, 2.1], "width": [2, 7, 13]}
    assert [group.cells.sizes["cell"] for group in drawn.result] == [2] * 9


def test_what_cannot_be_cut_down_further_is_refused(opened):
    def never(_):
        raise TooMany("too many", ["width"])

    with pytest.raises(TooMany):
        chosen(never, sweep(opened))
    with pytest.raises(SweepError, match="has no variable"):
        chosen(lambda ds: tidy(ds, "nothing"), sweep(opened))


def test_of_three_values_two_are_left_and_of_two_one():
    assert fewer([1, 2, 3, 4, 5, 6]) == [1, 3, 6] and fewer([1, 2, 3]) == [1, 3] and fewer(["a", "b"]) == ["a"]


def test_the_caption_says_what_was_taken_and_the_call_draws_it(opened):
    ds = sweep(opened, step_size=np.linspace(0.1, 4.1, 41).round(3).tolist())
    one = picture("double_descent", double_descent, ds)
    assert "step size = 0.1, 2.1 and 4.1" in one.chosen
    assert one.call == "figures.double_descent(select(ds, step_size=[0.1, 2.1, 4.1]))"
    assert one.kind == "svg" and one.data.startswith(b"<?xml") and one.uri.startswith("data:image/svg+xml;base64,")


def test_the_caption_is_the_first_paragraph_and_the_sources_of_the_documentation():
    def one(_):
        """Loss [1] against width (`groups`),
        and more.

        by: an argument.
        It ends here.
        Belkin et al. 2019, arXiv:1;
        Nakkiran et al. 2020.
        """

    def other(_):
        """Loss [1].
        Belkin et al. 2019.
        """

    assert about(one) == ("Loss [1] against width, and more.", "Belkin et al. 2019, arXiv:1; Nakkiran et al. 2020.")
    assert about(other) == ("Loss [1].", "Belkin et al. 2019.") and about(lambda _: None) == ("", "")
    for figure in (*FIGURES.values(), *PICTURES.values()):
        assert all(len(part) > 20 for part in about(figure)), figure.__name__


def test_a_figure_that_fails_costs_the_report_this_figure_only(opened, monkeypatch):
    from ntksweep.report import pictures as module

    def broken(_):
        raise ZeroDivisionError("a fault\nof several lines")

    figures = {"broken": broken, "double_descent": double_descent, "loss_curves": loss_curves}
    monkeypatch.setattr(module, "FIGURES", figures)
    found, missing = pictures(sweep(opened))
    assert [one.name for one in found] == ["double_descent"]
    assert [(one.name, one.failed) for one in missing] == [("broken", True), ("loss_curves", False)]
    assert missing[0].reason == "ZeroDivisionError: a fault" and "checkpoint_step" in missing[1].reason
    assert pictures(sweep(opened), ["loss_curves"])[0] == []


def test_a_figure_against_the_width_is_not_drawn_of_one_width(opened):
    found, missing = pictures(sweep(opened, width=[8]))
    assert "double_descent" not in [one.name for one in found]
    assert "double_descent needs several values of width: the sweep has one" in [one.reason for one in missing]


def test_large_vector_pictures_become_pixels(opened, monkeypatch):
    from ntksweep.report import pictures as module

    monkeypatch.setattr(module, "LARGEST_VECTOR", 100)
    assert picture("double_descent", double_descent, sweep(opened)).uri.startswith("data:image/png;base64,iVBOR")
    monkeypatch.setattr(module, "LARGEST_VECTOR", 10**7)
    one = picture("double_descent", double_descent, sweep(opened))
    assert [p.kind for p in module.within([one], len(one.data))] == ["svg"]
    big = module.replace(one, data=one.data + b" " * 10**6)
    assert [p.kind for p in module.within([one, big], 10**6)] == ["svg", "png"]
