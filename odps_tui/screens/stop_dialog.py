"""The question before a stop. `Enter` on a fresh dialog stops nothing: Cancel has the focus, or the line to type in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from odps_tui.monitor import InstanceDetail, InstanceRow
from odps_tui.monitor.stop_plan import StopPlan
from odps_tui.screens.dashboard_service import Place
from odps_tui.widgets.notation import exact_duration, id_tail, live_percent, plain, short_duration, short_owner
from odps_tui.widgets.stages import one_line
from odps_tui.widgets.state_words import STATE_WORDS

_TAIL = 4
"""Characters of an id that a protected place wants typed."""


class StopDialog(ModalScreen[bool]):
    """Names what is stopped, whose it is and what is lost; dismissed with True only by `y` or the Stop button.

    In a protected place neither works before the end of the id (or the number of instances) has been typed. `warning` is said
    first: that the act cannot be written down, say.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "stop", id="stop.yes"),
        Binding("n,escape", "answer(False)", "cancel", id="stop.no"),
        Binding("c", "show_command", "as a command", id="stop.command"),
        Binding("left,right", "app.focus_next", "other button", id="stop.other", show=False),
    ]

    def __init__(self, plan: StopPlan, detail: InstanceDetail | None, *, place: Place, now: datetime, warning: str = "") -> None:
        super().__init__()
        self._plan = plan
        self._detail = detail
        self._place = place
        self._now = now
        self._warning = warning

    @property
    def _is_one(self) -> bool:
        return len(self._plan.rows) == 1

    @property
    def _typed_word(self) -> str:
        """What a protected place wants typed."""
        return self._plan.rows[0].id[-_TAIL:] if self._is_one else str(len(self._plan.rows))

    def compose(self) -> ComposeResult:
        """Facts, the exact request, and the two answers."""
        with Vertical(id="dialog") as dialog:
            what = "this instance" if self._is_one else f"{len(self._plan.rows)} instances"
            dialog.border_title = Content(f"Stop {what}? · {self._place}")
            with VerticalScroll(id="stop-facts", can_focus=False):
                yield Static(Content("\n").join(self._lines()), id="facts")
            if self._place.protected:
                yield Input(placeholder=self._typing_asked(), id="typed", compact=True)
            with Horizontal(id="buttons"):
                yield Button("Cancel (esc)", id="cancel")
                yield Button(f"Stop {'job' if self._is_one else len(self._plan.rows)} (y)", id="stop", variant="error")

    def on_mount(self) -> None:
        """What has the focus is harmless."""
        self.query_one("#stop", Button).disabled = self._place.protected
        self.query_one("#typed" if self._place.protected else "#cancel").focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """A button is an answer."""
        self.action_answer(event.button.id == "stop")

    @on(Input.Changed)
    def compare(self, message: Input.Changed) -> None:
        """The right word arms the Stop button."""
        self.query_one("#stop", Button).disabled = message.value.strip() != self._typed_word

    @on(Input.Submitted)
    def submit(self) -> None:
        """Enter goes on to the button that the word has armed; it does not press it."""
        stop = self.query_one("#stop", Button)
        (self.query_one("#cancel") if stop.disabled else stop).focus()

    def action_answer(self, stop: bool) -> None:
        """A key is an answer; a yes counts only when the button is armed."""
        if not stop or not self.query_one("#stop", Button).disabled:
            self.dismiss(stop)

    def action_show_command(self) -> None:
        """Show the same act as other tools would do it."""
        self.query_one("#facts", Static).update(Content("\n").join([*self._lines(), *self._commands()]))

    # What is said ----------------------------------------------------------------------------------------------------------

    def _typing_asked(self) -> str:
        asked = f"the last {_TAIL} of the id" if self._is_one else f"the number of instances ({len(self._plan.rows)})"
        return f"This place is protected: type {asked}"

    def _lines(self) -> Iterator[Content]:
        if self._warning:
            yield Content.styled(self._warning, "$text-error")
        yield from self._one(self._plan.rows[0]) if self._is_one else self._many()
        yield _fact("Discards", self._discards())
        cores = "?" if self._plan.cores is None else f"{self._plan.cores:g}"
        yield _fact("Frees", f"{cores} cores in use now")
        yield _fact("Sends", self._request())
        yield Content(
            "A stopped job cannot be resumed. The end comes some seconds later: the list says so when the service does."
        )

    def _one(self, row: InstanceRow) -> Iterator[Content]:
        yield _fact("Instance", (row.id, "bold"))
        yield _fact("Owner", plain(row.owner))
        yield _fact("Job", f"{plain(row.job_name)}  {plain(row.task_type)}")
        yield _fact("State", f"{STATE_WORDS[row.state]} {exact_duration(row.age(self._now))}, {_share(row)}")
        if self._detail is not None and self._detail.id == row.id and self._detail.actions is not None:
            yield _fact("XFlow", "its sub-instances that run end with it")

    def _many(self) -> Iterator[Content]:
        for row in self._plan.rows:
            name = f"{id_tail(row.id, 14)} {short_owner(row.owner)[:10]:<10} {plain(row.task_type)[:5]:<5}"
            yield Content(f"{name} {STATE_WORDS[row.state]:<11} {short_duration(row.age(self._now)):>5}  {_share(row)}")
        for skipped in self._plan.skipped:
            yield Content.styled(f"{id_tail(skipped.row.id)} {skipped.reason}: not stopped", "$foreground-muted")

    def _discards(self) -> Content:
        used = self._plan.core_hours
        amount = "? core·h" if used is None else f"~{used:.2f} core·h"
        stages = (
            one_line(self._detail) if self._is_one and self._detail and self._detail.id == self._plan.rows[0].id else Content()
        )
        return Content.assemble(amount, "  " if stages else "", stages)

    def _request(self) -> str:
        name = self._plan.rows[0].id if self._is_one else "ID"
        return f"PUT /projects/{self._place.project}/instances/{name} Status=Terminated"

    def _commands(self) -> Iterator[Content]:
        yield Content.styled("\nThe same with other tools", "bold")
        for row in self._plan.rows:
            yield Content(f'odpscmd --project={self._place.project} -e "kill {row.id};"')
            yield Content(f"o.stop_instance('{row.id}')")


def _fact(label: str, *parts: Content | str | tuple[str, str]) -> Content:
    return Content.assemble((f"{label:<10}", "$foreground-muted"), *parts)


def _share(row: InstanceRow) -> str:
    return f"{live_percent(row.progress)}% done" if row.progress is not None else "progress ?"
