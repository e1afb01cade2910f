"""The line of tabs on top of the detail pane."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

_GAP = 1


class TabLine(Widget):
    """Shows `names`, the one that is `shown` set off; those in `faults` carry a sign. A click posts `Chosen`."""

    shown: reactive[str] = reactive("")
    faults: reactive[frozenset[str]] = reactive(frozenset[str]())

    @dataclass
    class Chosen(Message):
        """A tab was clicked."""

        name: str

    def __init__(self, names: tuple[str, ...], *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._names = names

    def render(self) -> Content:
        """One line; the sign of a tab that could not be read says so without colour, too."""
        parts: list[Content | str] = []
        for name in self._names:
            style = "bold $text on $primary 30%" if name == self.shown else "$foreground-muted"
            parts += [Content.styled(self._label(name), style), " " * _GAP]
        return Content.assemble(*parts)

    def _label(self, name: str) -> str:
        return f" {name}{'✗' if name in self.faults else ' '}"

    def on_click(self, event: events.Click) -> None:
        """Which tab is at this cell?"""
        offset = event.get_content_offset(self)
        end = 0
        for name in self._names if offset is not None else ():
            end += cell_len(self._label(name)) + _GAP
            if offset is not None and offset.x < end:
                event.stop()
                self.post_message(self.Chosen(name))
                return
