"""What the sentences of the report name: the criterion of a fit, and the settings of a group."""

import numpy as np
import pytest

from conftest import dense_sweep
from ntksweep import open_sweep
from ntksweep.figures.groups import setting_text
from ntksweep.report.finding import grouped
from ntksweep.report.findings import findings
from ntksweep.report.words import setting
from planted_sweeps import sweep_of
from several_files import sweep_of as cells_of_files

SETTINGS = {"training.loss": "squared", "training.tolerance": 1e-6, "model.train": "all", "model.activation": "erf"}


def fits(ds):
    (found,) = [one for one in findings(ds) if one.title == "Interpolation"]
    (line,) = found.lines
    return line


def sweep_with_errors(**settings):
    """The loss vanishes from m = 16 on, the error of the classes already from m = 8 on."""
    sweep = dense_sweep(settings={**SETTINGS, **settings})
    widths = np.array([cell["width"] for cell in sweep.cells()])
    sweep.values["train_error"] = np.tile(np.where(widths < 8, 0.25, 0.0)[:, np.newaxis], (1, 3))
    return sweep


def test_loss_and_error_each_have_their_width(opened):
    line = fits(opened(sweep_with_errors()))
    assert "he mean training loss is at most 1e-06 from m = 16 on, not at 8 (p = n C is between the two)" in line
    assert "the mean training error is zero from m = 8 on, not at 4 (p = n C is above them)" in line
    assert "parameters are as many as targets at m = 16 (24 of 24 cells)" in line


@pytest.mark.parametrize("settings", [{"training.loss": "logistic"}, {"training.tolerance": None}], ids=str)
def test_without_a_loss_that_vanishes_only_the_error_is_told(opened, settings):
    line = fits(opened(sweep_with_errors(**settings)))
    assert "loss" not in line and "raining error is zero from m = 8 on" in line


def test_groups_of_few_settings_are_named_by_all_of_them(opened):
    axes = {"width": [2, 4], "samples": [3, 5], "step_size": [0.1, 0.2], "seed": [0]}
    told = grouped(opened(sweep_of(axes, {"test_loss": lambda **_: 1.0})), ("width",), "test_loss")
    assert [where for where, _ in told][:2] == ["samples = 3, step size = 0.1", "samples = 3, step size = 0.2"]


def test_groups_of_many_settings_are_named_by_those_that_tell_them_apart(tmp_path):
    more = {"model.depth": 1, "training.tolerance": 1e-6, "data.input_dim": 3, "model.output_scale": 2.0,
            "training.max_steps": 7}
    paths = []
    for factor in (1, 3):
        settings = {key: factor * value for key, value in more.items()}
        paths.append(cells_of_files({"width": [2, 4]}, settings).write(tmp_path / f"{factor}.h5"))
    told = grouped(open_sweep(paths), ("width",))
    names = [where for where, _ in told]
    assert len(names) == len(set(names)) == 2 and all(name.count("=") == 1 for name in names), names


def test_an_empty_list_is_said():
    assert setting("layer_init_scale", "") == "layer init scale = none"
    assert setting_text("layer_init_scale", "") == "no layer init scale"
