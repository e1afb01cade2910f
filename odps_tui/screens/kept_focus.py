"""The keys go on to where they went before a terminal was small for a while."""

from __future__ import annotations

from textual.screen import Screen, ScreenResultType
from textual.timer import Timer
from textual.widget import Widget

_SOON = 0.05
"""Seconds in which a layout is done."""


class KeepsFocus(Screen[ScreenResultType]):
    """Textual takes the focus from a widget that is hidden, and gives it back to none: the list would be deaf to its keys."""

    _lost_focus: Widget | None = None
    _looks_again: Timer | None = None

    def watch_focused(self, before: Widget | None, now: Widget | None) -> None:
        """Remember who had it last; somebody else may take it at once. While the terminal is behind nobody has it."""
        self._lost_focus = before if now is None and self.app.app_focus else None
        self._look_soon()

    def on_resize(self) -> None:
        """Give it back, once it is known what is shown at this size."""
        self._look_soon()

    def _look_soon(self) -> None:
        """By a timer, not by a message of our own for each resize.

        Textual sends a screen its size once more from the layout. Between two sizes that follow each other such a message would
        keep them from being taken for one, and they would chase each other for ever.
        """
        if self._lost_focus is not None and self._looks_again is None:
            self._looks_again = self.set_timer(_SOON, self._give_focus_back)

    def _give_focus_back(self) -> None:
        self._looks_again = None
        if self.focused is None and self._lost_focus is not None:
            usual = next(iter(self.query(self.AUTO_FOCUS)), None) if self.AUTO_FOCUS else None
            owner = next((widget for widget in (self._lost_focus, usual) if widget is not None and _is_shown(widget)), None)
            if owner is not None:
                self.set_focus(owner, scroll_visible=False)


def _is_shown(widget: Widget) -> bool:
    return widget.is_attached and all(one.display for one in widget.ancestors_with_self)
