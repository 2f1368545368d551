"""Whether the texts of a figure can be read: none overlaps another or leaves the page."""

from __future__ import annotations

import matplotlib.text
from matplotlib.figure import Figure


def check_texts(figure: Figure, fewest: int = 8) -> None:
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in texts_on(figure)]
    assert len(boxes) >= fewest
    for i, (text, box) in enumerate(boxes):
        assert figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1, text
        assert figure.bbox.y0 <= box.y0 and box.y1 <= figure.bbox.y1, text
        for other, its_box in boxes[i + 1 :]:
            assert not box.overlaps(its_box), (text, other)


def texts_on(figure: Figure) -> list:
    """All texts that are drawn: of the ticks, only those within the limits of their axis."""
    texts = set(figure.findobj(matplotlib.text.Text))
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            low, high = axis.get_view_interval()
            for tick in axis.get_major_ticks() + axis.get_minor_ticks():
                if not low <= tick.get_loc() <= high:
                    texts -= set(tick.findobj(matplotlib.text.Text))
    return [text for text in texts if text.get_visible() and text.get_text().strip()]
