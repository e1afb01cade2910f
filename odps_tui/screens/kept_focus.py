"""The keys go on to where they went before a terminal was small for a while."""

from __future__ import annotations

from textual.screen import Screen, ScreenResultType
from textual.widget import Widget


class KeepsFocus(Screen[ScreenResultType]):
    """Textual takes the focus from a widget that is hidden, and gives it back to none: the list would be deaf to its keys."""

    _lost_focus: Widget | None = None

    def watch_focused(self, before: Widget | None, now: Widget | None) -> None:
        """Remember who had it last; somebody else may take it at once. While the terminal is behind nobody has it."""
        self._lost_focus = before if now is None and self.app.app_focus else None
        if self._lost_focus is not None:
            self.call_after_refresh(self._give_focus_back)

    def on_resize(self) -> None:
        """Give it back, once it is known what is shown at this size."""
        self.call_after_refresh(self._give_focus_back)

    def _give_focus_back(self) -> None:
        if self.focused is None and self._lost_focus is not None:
            usual = next(iter(self.query(self.AUTO_FOCUS)), None) if self.AUTO_FOCUS else None
            owner = next((widget for widget in (self._lost_focus, usual) if widget is not None and _is_shown(widget)), None)
            if owner is not None:
                self.set_focus(owner, scroll_visible=False)


def _is_shown(widget: Widget) -> bool:
    return widget.is_attached and all(one.display for one in widget.ancestors_with_self)
