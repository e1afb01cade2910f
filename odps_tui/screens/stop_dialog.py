"""The question before a stop. `Enter` on a fresh dialog stops nothing: Cancel has the focus."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from odps_tui.monitor import InstanceDetail, InstanceRow
from odps_tui.widgets.notation import exact_duration, live_percent, plain
from odps_tui.widgets.stages import one_line
from odps_tui.widgets.state_words import STATE_WORDS


class StopDialog(ModalScreen[bool]):
    """Names the instance, its owner and what is lost; dismissed with True only by `y` or the Stop button."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "stop it", id="stop.yes"),
        Binding("n,escape", "answer(False)", "cancel", id="stop.no"),
        Binding("left,right,h,l", "app.focus_next", "other button", id="stop.other", show=False),
    ]

    def __init__(self, row: InstanceRow, detail: InstanceDetail | None, *, place: str, request: str, now: datetime) -> None:
        super().__init__()
        self._row = row
        self._detail = detail
        self._place = place
        self._request = request
        self._now = now

    def compose(self) -> ComposeResult:
        """Facts, the exact request, and the two answers."""
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(f"Stop this instance? · {self._place}")
            yield Static(self._facts(), id="facts")
            with Horizontal(id="buttons"):
                yield Button("Cancel (esc)", id="cancel", variant="default")
                yield Button("Stop job (y)", id="stop", variant="error")

    def on_mount(self) -> None:
        """The harmless answer has the focus."""
        self.query_one("#cancel", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A button is an answer."""
        self.dismiss(event.button.id == "stop")

    def action_answer(self, stop: bool) -> None:
        """A key is an answer."""
        self.dismiss(stop)

    def _facts(self) -> Content:
        row = self._row
        lines = [
            Content.assemble(("Instance  ", "$foreground-muted"), (row.id, "bold")),
            Content.assemble(("Owner     ", "$foreground-muted"), plain(row.owner)),
            Content.assemble(("Job       ", "$foreground-muted"), f"{plain(row.job_name)}  {plain(row.task_type)}"),
            Content.assemble(
                ("State     ", "$foreground-muted"),
                f"{STATE_WORDS[row.state]} {exact_duration(row.age(self._now))}, ",
                self._how_far(),
            ),
            Content.assemble(("Sends     ", "$foreground-muted"), self._request),
            Content(""),
            Content("A stopped job cannot be resumed; its work so far is lost."),
            Content("It ends some seconds later: the list says so when the service does."),
        ]
        return Content("\n").join(lines)

    def _how_far(self) -> Content:
        share = f"{live_percent(self._row.progress)}% done" if self._row.progress is not None else "progress ?"
        stages = one_line(self._detail) if self._detail is not None and self._detail.id == self._row.id else Content()
        return Content.assemble(share, ("  " if stages else ""), stages)
