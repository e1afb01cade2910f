"""The sub-task progress pane: stages and workers of every task, or the sub-instances of an XFlow."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from odps_tui.monitor import InstanceDetail, InstanceRow, Snapshot
from odps_tui.widgets.stages import progress


class TaskProgress(VerticalScroll, can_focus=True):
    """Shows the progress part of `detail`; looks up sub-instances in `snapshot`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "down", id="progress.down", show=False),
        Binding("k", "scroll_up", "up", id="progress.up", show=False),
        Binding("g", "scroll_home", "top", id="progress.top", show=False),
        Binding("G", "scroll_end", "bottom", id="progress.bottom", show=False),
    ]

    detail: reactive[InstanceDetail | None] = reactive(None)
    snapshot: reactive[Snapshot | None] = reactive(None)

    def compose(self) -> ComposeResult:
        """One text."""
        yield Static(Content(), id="stages")

    def on_mount(self) -> None:
        """Name the pane."""
        self.border_title = "Progress"

    def watch_detail(self) -> None:
        """More was read, or another instance was selected."""
        self._say()

    def watch_snapshot(self) -> None:
        """The states of sub-instances may have changed."""
        if self.detail is not None and self.detail.actions is not None:
            self._say()

    def on_resize(self) -> None:
        """Show as many columns as fit."""
        self._say()

    def _say(self) -> None:
        if not self.is_mounted:
            return
        static = self.query_one("#stages", Static)
        if self.detail is None:
            static.update(Content.styled("reading …", "$foreground-muted"))
            return
        text = progress(self.detail, self._find_row, self.scrollable_content_region.width)
        if static.content != text:
            static.update(text)

    def _find_row(self, instance_id: str) -> InstanceRow | None:
        return self.snapshot.rows.get(instance_id) if self.snapshot is not None else None
