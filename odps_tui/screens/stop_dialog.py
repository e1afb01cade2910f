"""The question before a stop. `Enter` on a fresh dialog stops nothing: Cancel has the focus, or the line to type in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from odps_tui.monitor import InstanceDetail, InstanceRow
from odps_tui.monitor.stop_plan import Skipped, StopPlan
from odps_tui.screens.place import Place
from odps_tui.widgets.fact import Fact
from odps_tui.widgets.notation import exact_duration, id_tail, live_percent, plain, short_duration, short_owner
from odps_tui.widgets.stages import one_line
from odps_tui.widgets.state_words import STATE_WORDS

_TAIL = 4
"""Characters of an id that a protected place wants typed."""
_LISTED = 500
Thing = TypeVar("Thing")


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
        Binding("down,pagedown", "scroll(1)", "further down", id="stop.down", show=False),
        Binding("up,pageup", "scroll(-1)", "further up", id="stop.up", show=False),
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
                yield from self._facts()
            if self._place.protected:
                yield Input(placeholder=self._typing_asked(), id="typed", compact=True)
            with Horizontal(id="buttons"):
                yield Button("Cancel (esc)", id="cancel")
                yield Button(Content(f"Stop {'job' if self._is_one else len(self._plan.rows)} (y)"), id="stop", variant="error")

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

    async def action_show_command(self) -> None:
        """Show the same act as other tools would do it."""
        facts = self.query_one("#stop-facts", VerticalScroll)
        await facts.query(".stop-hint").remove()
        await facts.mount_all(self._commands())
        facts.scroll_end(animate=False)

    def action_scroll(self, pages: int) -> None:
        """Show what does not fit."""
        facts = self.query_one("#stop-facts", VerticalScroll)
        facts.scroll_relative(y=pages * max(1, facts.size.height - 1), animate=False)

    # What is said ----------------------------------------------------------------------------------------------------------

    def _typing_asked(self) -> str:
        asked = f"the last {_TAIL} of the id" if self._is_one else f"the number of instances ({len(self._plan.rows)})"
        return f"This place is protected: type {asked}"

    def _facts(self) -> Iterator[Widget]:
        if self._warning:
            yield Static(Content.styled(self._warning, "$text-error"))
        yield from self._one(self._plan.rows[0]) if self._is_one else self._many()
        yield Fact("Discards", self._discards())
        yield Fact("Frees", Content(self._frees()))
        yield Fact("Sends", Content(self._request()))
        yield Static(
            Content("A stopped job cannot be resumed. The end comes some seconds later: the list says so when the service does.")
        )
        yield Static(Content.styled("c shows the same as odpscmd and PyODPS lines", "$foreground-muted"), classes="stop-hint")

    def _one(self, row: InstanceRow) -> Iterator[Widget]:
        yield Fact("Instance", Content.styled(row.id, "bold"))
        yield Fact("Owner", Content(plain(row.owner)))
        yield Fact("Job", Content(f"{plain(row.job_name)}  {plain(row.task_type)}"))
        yield Fact("State", Content(f"{STATE_WORDS[row.state]} {exact_duration(row.age(self._now))}, {_share(row)}"))
        if self._detail is not None and self._detail.id == row.id and self._detail.actions is not None:
            yield Fact("XFlow", Content("its sub-instances that run end with it"))

    def _many(self) -> Iterator[Widget]:
        yield Static(Content("\n").join(_listed(self._plan.rows, self._line)))
        if self._plan.skipped:
            yield Static(Content("\n").join(_listed(self._plan.skipped, _skipped_line)))

    def _line(self, row: InstanceRow) -> Content:
        name = f"{id_tail(row.id, 14)} {short_owner(row.owner)[:10]:<10} {plain(row.task_type)[:5]:<5}"
        return Content(f"{name} {STATE_WORDS[row.state]:<11} {short_duration(row.age(self._now)):>5}  {_share(row)}")

    def _discards(self) -> Content:
        used = self._plan.core_hours
        amount = "? core·h" if used is None else f"~{used:.2f} core·h"
        stages = (
            one_line(self._detail) if self._is_one and self._detail and self._detail.id == self._plan.rows[0].id else Content()
        )
        return Content.assemble(amount, "  " if stages else "", stages)

    def _frees(self) -> str:
        """Cores, and how much of the quota they are where that was told: whether it helps those who wait."""
        cores = self._plan.cores
        if cores is None:
            return "? cores in use now"
        quota = self._detail.quota.value if self._is_one and self._detail and self._detail.id == self._plan.rows[0].id else None
        limit = quota.runtime or quota.maximum if quota is not None else None
        if quota is None or limit is None or not limit.cpu:
            return f"{cores:g} cores in use now"
        return f"{cores:g} cores in use now, ~{cores / limit.cpu * 100:.1%} of {plain(quota.group)}"

    def _request(self) -> str:
        name = self._plan.rows[0].id if self._is_one else "ID"
        return f"PUT /projects/{self._place.project}/instances/{name} Status=Terminated"

    def _commands(self) -> Iterator[Widget]:
        yield Static(Content.styled("The same with other tools", "bold"))
        yield Static(Content("\n").join(_listed(self._plan.rows, self._command)))

    def _command(self, row: InstanceRow) -> Content:
        return Content(f"odpscmd --project={self._place.project} -e \"kill {row.id};\"\no.stop_instance('{row.id}')")


def _listed(things: Sequence[Thing], line: Callable[[Thing], Content]) -> Iterator[Content]:
    """A line for each; nobody reads thousands of them, so of very many the rest is only counted."""
    yield from map(line, things[:_LISTED])
    if len(things) > _LISTED:
        yield Content.styled(f"… and {len(things) - _LISTED:,} more", "$foreground-muted")


def _skipped_line(skipped: Skipped) -> Content:
    return Content.styled(f"{id_tail(skipped.row.id)} {skipped.reason}: not stopped", "$foreground-muted")


def _share(row: InstanceRow) -> str:
    return f"{live_percent(row.progress)}% done" if row.progress is not None else "progress ?"
