"""The list pane: counts by state, the table, the filter's line, and every key that limits or arranges the list."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.timer import Timer

from odps_tui.messages import EventHappened
from odps_tui.monitor import InstanceRow, Snapshot, utc_now
from odps_tui.monitor.filtering import RowFilter
from odps_tui.screens.columns_dialog import ColumnsDialog
from odps_tui.screens.export import ExportError, write_export
from odps_tui.screens.export_dialog import ExportDialog
from odps_tui.screens.list_scope import ListScope
from odps_tui.screens.window_dialog import WindowDialog
from odps_tui.widgets.arrangement import Arrangement
from odps_tui.widgets.columns import Column
from odps_tui.widgets.filter_bar import FilterBar
from odps_tui.widgets.headings import usual_columns
from odps_tui.widgets.instance_table import InstanceTable
from odps_tui.widgets.state_chips import ALL, CHIPS, FAULTS, Chip, StateChips

_LOOK_DELAY = 0.2
"""Seconds the list rests before the ends of what is on the screen are asked for."""
ASKED_AT_REST = 400
"""Ends asked for while the cursor rests and a filter waits for them: what leaves makes room for the next, through a whole day."""
_ASKED_PER_POLL = 8
"""Ends asked for after that, for what ends meanwhile."""


class InstancesPane(Vertical):
    """Shows `snapshot` as of `now`, limited by what the operator chose. Asks upwards for what only the service knows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "filter", key_display="/", id="filter"),
        *(Binding(chip.key, f"chip({chip.key})", chip.word, id=f"chip.{chip.key}", show=False) for chip in CHIPS),
        Binding("f", "faults", "failed only", id="list.faults", show=False),
        Binding("m", "mine", "mine or all", id="list.mine", show=False),
        Binding("t", "window", "how far back", id="list.window", show=False, tooltip="how far back: 15 m … 7 d, or any"),
        Binding("c", "columns", "columns", id="list.columns", show=False, tooltip="choose, order and size the columns"),
        Binding("E", "export", "export", id="list.export", show=False, tooltip="write what is shown to a file"),
    ]

    snapshot: var[Snapshot | None] = var(None)
    now: var[datetime | None] = var(None)
    window: var[timedelta] = var(timedelta(hours=1))
    scope: var[ListScope] = var(ListScope(), init=False)

    table = getters.query_one(InstanceTable)
    chips = getters.query_one(StateChips)

    class MineAsked(Message):
        """Only the caller's own instances are wanted: who are they?"""

    @dataclass
    class WindowChosen(Message):
        """The list is to reach back this far."""

        window: timedelta

    @dataclass
    class EndsSeen(Message):
        """These ended instances are on the screen, and nobody knows how they ended."""

        instance_ids: Collection[str]

        def can_replace(self, message: Message) -> bool:
            """What is on the screen now counts."""
            return isinstance(message, InstancesPane.EndsSeen)

    def __init__(self, arrangement: Arrangement, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._first_arrangement = arrangement
        self._look_timer: Timer | None = None
        self._asked: set[str] = set()
        self._may_ask = ASKED_AT_REST
        self._at_hand: str | None = None
        self._read_at: datetime | None = None

    def compose(self) -> ComposeResult:
        """Counts, rows, filter."""
        yield StateChips(id="chips").data_bind(InstancesPane.snapshot)
        yield InstanceTable(id="table").data_bind(InstancesPane.snapshot, InstancesPane.now)
        yield FilterBar(id="filter-bar")

    def on_mount(self) -> None:
        """Arrange the list as it was left."""
        self.table.border_title = "Instances"
        self.table.arrangement = self._first_arrangement
        self.watch_scope()

    # What limits the list --------------------------------------------------------------------------------------------------

    def watch_scope(self) -> None:
        """Other limits: filter anew and say so."""
        self._may_ask = ASKED_AT_REST
        self.table.filter_by(self.scope.selects)
        self.chips.chip = self.scope.chip
        self._say_scope()

    def watch_window(self) -> None:
        """Another window."""
        if self.is_mounted:
            self._say_scope()

    def _say_scope(self) -> None:
        self.chips.scope = self.scope.words(self.window, self.table.arrangement)

    def clear_limits(self) -> bool:
        """Take away what limits the list: the filter, else chip and owner, else the marks; False if there is nothing."""
        if not self.scope.filter.is_empty:
            self.scope = replace(self.scope, filter=RowFilter())
        elif self.scope != ListScope():
            self.scope = ListScope()
        elif self.table.marks:
            self.table.action_unmark()
        else:
            return False
        return True

    def show_mine(self, owner: str) -> None:
        """Show only the instances of `owner`."""
        self.scope = replace(self.scope, owner=owner)

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterBar).edit(str(self.scope.filter))

    @on(FilterBar.Filtered)
    def take_filter(self, message: FilterBar.Filtered) -> None:
        """Filter while it is typed."""
        self.scope = replace(self.scope, filter=message.filter)

    @on(FilterBar.Left)
    def leave_filter(self) -> None:
        """Back to the rows."""
        self.table.focus()

    def action_chip(self, key: int) -> None:
        """Show the instances of one kind; again, or 6, shows all."""
        self._choose(next(chip for chip in CHIPS if chip.key == str(key)))

    def action_faults(self) -> None:
        """Show what failed; again shows all."""
        self._choose(FAULTS)

    @on(StateChips.Chosen)
    def take_chip(self, message: StateChips.Chosen) -> None:
        """A click is a choice."""
        self._choose(message.chip)

    def _choose(self, chip: Chip) -> None:
        self.scope = replace(self.scope, chip=ALL if chip is self.scope.chip else chip)

    def action_mine(self) -> None:
        """Show the caller's own instances, or all again."""
        if self.scope.owner is not None:
            self.scope = replace(self.scope, owner=None)
        else:
            self.post_message(self.MineAsked())

    def action_window(self) -> None:
        """Choose how far back the list reaches."""

        def take(window: timedelta | None) -> None:
            if window is not None:
                self.post_message(self.WindowChosen(window))

        self.app.push_screen(WindowDialog(self.window), take)

    # How it is arranged ----------------------------------------------------------------------------------------------------

    @on(InstanceTable.Arranged)
    def take_arrangement(self) -> None:
        """Say the order; the message goes on to who keeps it."""
        self._say_scope()

    def action_columns(self) -> None:
        """Choose, order and size the columns."""
        arrangement = self.table.arrangement

        def take(answer: tuple[tuple[str, ...], tuple[tuple[str, int], ...]] | None) -> None:
            if answer is not None:
                columns, widths = answer
                self.table.arrangement = replace(self.table.arrangement, columns=columns, widths=widths)

        chosen = arrangement.columns or usual_columns(self.table.size.width)
        self.app.push_screen(ColumnsDialog(chosen, arrangement.widths), take)

    def action_export(self) -> None:
        """Write what is shown to a file."""
        rows, columns, now = self.table.shown_rows(), self.table.painter.columns, self.now or utc_now()

        def take(path: Path | None) -> None:
            if path is not None:
                self.export(path, rows, columns, now)

        self.app.push_screen(
            ExportDialog(
                f"instances-{now:%Y%m%d-%H%M%S}.csv",
                f"Export the {len(rows)} instances shown",
                "⏎ writes it; .json gives JSON, anything else CSV. Nothing is overwritten.",
            ),
            take,
        )

    @work(group="export")
    async def export(self, path: Path, rows: Sequence[InstanceRow], columns: Sequence[Column], now: datetime) -> None:
        """Write the file beside the event loop: 100,000 rows take seconds."""
        try:
            await asyncio.to_thread(write_export, path, rows, columns, now)
        except ExportError as error:
            self.post_message(EventHappened(f"not exported: {error}"))
        else:
            self.post_message(EventHappened(f"{len(rows)} instances written to {path}"))

    # What is seen ----------------------------------------------------------------------------------------------------------

    @on(InstanceTable.Changed)
    def say_what_is_listed(self) -> None:
        """How many of how many, and the marks; then look at what came onto the screen. Before a first answer nobody knows."""
        table = self.table
        if self.snapshot is None:
            return
        parts = [f"{table.shown} of {table.total}" if table.shown != table.total else f"{table.total} instances"]
        if table.marks:
            hidden = len(table.marks) - table.count_shown(table.marks)
            parts.append(f"{len(table.marks)} marked" + (f", {hidden} of them hidden" if hidden else ""))
        if self.scope.awaits_ends and (unknown := table.count_unknown_ends()):
            parts.append(f"{unknown} ends unknown")
        if table.following:
            parts.append("following")
        table.border_subtitle = Content(" · ".join(parts))
        self._look_soon()

    @on(InstanceTable.Scrolled)
    def _look_soon(self) -> None:
        if self._look_timer is not None:
            self._look_timer.stop()
        self._look_timer = self.set_timer(_LOOK_DELAY, self._look)

    def _look(self) -> None:
        seen = [row.id for row in self.table.visible_rows() if row.end_is_unknown]
        if self.scope.awaits_ends:
            fresh = [id_ for id_ in seen if id_ not in self._asked][: self._may_ask]
            self._may_ask -= len(fresh)
            self._asked.update(fresh)
            seen = [id_ for id_ in seen if id_ in self._asked]
        if seen:
            self.post_message(self.EndsSeen(seen))

    @on(InstanceTable.Highlighted)
    def ask_on(self, message: InstanceTable.Highlighted) -> None:
        """Where the cursor goes on, so do the questions."""
        at_hand = message.row.id if message.row is not None else None
        if at_hand != self._at_hand:
            self._at_hand, self._may_ask = at_hand, ASKED_AT_REST
            self._look_soon()

    def watch_snapshot(self) -> None:
        """What ended since the last poll may be asked for too."""
        if self.snapshot is not None and self.snapshot.read_at != self._read_at:
            self._read_at = self.snapshot.read_at
            self._may_ask = max(self._may_ask, _ASKED_PER_POLL)
