"""The page in a browser: what a word in the search field finds, and how figures are laid out."""

import numpy as np
import pytest

from conftest import list_sweep
from ntksweep.report.watch import report

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    sweep = list_sweep()
    sweep.values["status"] = np.r_[np.ones(40), [2] * 5, [3] * 3].astype("u1")
    sweep.values["wall_time"] = np.r_[[512.0, 3.256, 256.5], np.full(45, 0.5)]
    sweep.values["test_loss"][7, -1] = np.inf
    names = ["loss_curves", "double_descent", "kernel_drift"]
    report([str(sweep.write(folder / "a.h5"))], str(folder), ["html"], names)
    return folder / "index.html"


@pytest.mark.parametrize("text, cells", [
    ("gd 256", 3), ("256", 6), ("25", 1), ("2.56e2", 6), ("min_norm", 24), ("min norm", 24), ("norm", 24), ("orm", 0),
    ("max_steps", 5), ("max steps", 5), ("step limit reached", 5), ("STEP LIMIT", 5), ("converged", 40), ("erged", 0),
    ("diverged 256", 3), ("512", 1), ("inf", 1), ("<b>", 0), ("constructor", 0), (" ", 48),
])  # fmt: skip
def test_a_word_finds_whole_numbers_and_beginnings_of_words(browser, index, text, cells):
    if not browser.driver.current_url.endswith(str(index)):
        browser.open(index)
    browser.search(text)
    assert browser.matches() == cells
    browser.search("")


def layout(browser):
    """Of each picture: name, its width and that of the room for figures."""
    found = browser.run(
        "const room = document.querySelector('.figures').offsetWidth;"
        "return [...document.querySelectorAll('.picture')].map((one) => [one.id, one.offsetWidth / room])"
    )
    return {name.removeprefix("figure-"): share for name, share in found}


def test_figures_of_several_panels_take_the_whole_row_and_others_half(browser, index):
    browser.driver.set_window_size(1400, 1000)
    browser.open(index)
    shares = layout(browser)
    assert shares["loss_curves"] == 1 and shares["kernel_drift"] < 0.5
    width = browser.run("return document.querySelector('#figure-loss_curves img').offsetWidth")
    assert width > 900


def test_on_a_telephone_a_figure_is_enlarged_to_its_natural_width(browser, index):
    size = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        browser.open(index)
        assert set(layout(browser).values()) == {1}
        browser.run("document.querySelector('#figure-loss_curves .enlarge').click()")
        shown, natural, scrolled, room, page = browser.run(
            "const one = document.getElementById('enlarged'), image = one.querySelector('img');"
            "return [image.offsetWidth, image.naturalWidth, one.scrollWidth, one.clientWidth,"
            " document.documentElement.scrollWidth]"
        )
        assert shown == natural > 600 and scrolled > room and room <= page <= 390
        browser.run("document.querySelector('#enlarged .close').click()")
    finally:
        browser.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
