"""A scroll bar that is painted when its thumb moves.

In a long list most steps do not show on it, and to paint it takes as long as all the rows.
"""

from __future__ import annotations

from math import ceil

from textual.scrollbar import ScrollBar

_STEPS = 8
"""In how many places the thumb can be within a cell."""


class ScrollPlace:
    """Where the thumb is, and how long."""

    def __init__(self) -> None:
        self._shown = (0, 0)

    def show(self, bar: ScrollBar, *, top: float, window: int, lines: int) -> None:
        """Let the bar stand for a `window` of so many lines that begins at `top`, of `lines` in all."""
        bar.set_reactive(ScrollBar.position, top)
        bar.set_reactive(ScrollBar.window_virtual_size, lines)
        bar.set_reactive(ScrollBar.window_size, window)
        thumb = max(1.0, window * bar.size.height / lines)
        begin = (bar.size.height - thumb) * top / max(1, lines - window)
        place = (int(begin * _STEPS), ceil(thumb * _STEPS))
        if place != self._shown:
            self._shown = place
            bar.refresh()
