"""The detail pane: one instance, read with its own age and its own errors."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from odps_tui.monitor import InstanceDetail as Detail
from odps_tui.monitor import InstanceRow
from odps_tui.widgets.notation import exact_duration, id_tail
from odps_tui.widgets.overview import overview, peek

_PEEK_LINES = 6
"""A pane of so few lines shows the short form."""


class InstanceDetail(VerticalScroll, can_focus=True):
    """Shows `row` at once and `detail` as soon as it is read; a detail of another instance is not shown."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "down", id="detail.down", show=False),
        Binding("k", "scroll_up", "up", id="detail.up", show=False),
        Binding("g", "scroll_home", "top", id="detail.top", show=False),
        Binding("G", "scroll_end", "bottom", id="detail.bottom", show=False),
    ]

    row: reactive[InstanceRow | None] = reactive(None)
    detail: reactive[Detail | None] = reactive(None)
    now: reactive[datetime | None] = reactive(None)

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(Content(), id="overview")

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = "Detail"

    def on_resize(self) -> None:
        """Short form or long form."""
        self._say()

    def watch_row(self, before: InstanceRow | None, after: InstanceRow | None) -> None:
        """Another instance starts at its top; the same one keeps its place."""
        if before is None or after is None or before.id != after.id:
            self.scroll_home(animate=False)
        self.border_title = f"Detail {id_tail(after.id)}" if after is not None else "Detail"
        self._say()

    def watch_detail(self) -> None:
        """More was read."""
        self._say()

    def watch_now(self) -> None:
        """Time went on: durations and the age of the reading."""
        self._say()

    def _say(self) -> None:
        if not self.is_mounted:
            return
        if self.row is None or self.now is None:
            self._show(Content.styled("no instance selected", "$foreground-muted"), "")
            return
        detail = self.detail if self.detail is not None and self.detail.id == self.row.id else None
        say = peek if self.size.height <= _PEEK_LINES else overview
        self._show(say(self.row, detail, self.now), _age(detail, self.now))

    def _show(self, text: Content, age: str) -> None:
        static = self.query_one("#overview", Static)
        if static.content != text:
            same_height = isinstance(static.content, Content) and static.content.plain.count("\n") == text.plain.count("\n")
            static.update(text, layout=not same_height)
        if self.border_subtitle != age:
            self.border_subtitle = age


def _age(detail: Detail | None, now: datetime) -> str:
    """When the newest part was read; an ended instance is read once and says so."""
    if detail is None:
        return "reading …"
    times = [time for time in (detail.instance.read_at, detail.tasks.read_at) if time is not None]
    if not times:
        return "not read"
    if detail.is_settled:
        return "ended: read once"
    return f"read {exact_duration(max(now - max(times), now - now))} ago"
