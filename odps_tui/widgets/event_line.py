"""The latest event of this session: what we asked for and what became of it."""

from __future__ import annotations

from datetime import datetime

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from odps_tui.widgets.notation import clock_time


class EventLine(Widget):
    """One line, the newest event first; older ones follow as long as there is room."""

    events: reactive[tuple[tuple[datetime, str], ...]] = reactive(())

    def render(self) -> Content:
        """`09:40:55 stop requested …3d8b7u2y4   09:38:29 …`."""
        texts = [Content.assemble((clock_time(at), "$foreground-muted"), " ", text) for at, text in reversed(self.events)]
        return Content("   ").join(texts)
