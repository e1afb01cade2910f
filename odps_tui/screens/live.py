"""What is known, and how it comes: the list, one instance's detail, the time; kept fresh by two workers.

Data flows one way: a worker reads and posts a message; this screen, the only writer, sets its reactives; `data_bind` hands them
to the panes. What it looks like, and what one can do on it, is `DashboardScreen`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import ClassVar

from textual import getters, on, work
from textual.reactive import var
from textual.timer import Timer
from textual.widget import Widget

from odps_tui.errors import OdpsTuiError
from odps_tui.hands import HANDS
from odps_tui.large_heap import look_when_nobody_is_there
from odps_tui.messages import DetailRead, EndingsLearned, EventHappened, IdentityKnown, PollAnswered
from odps_tui.models import CallRate
from odps_tui.monitor import DetailPoller, InstanceRow, Poller, PollFailed, Snapshot, Why
from odps_tui.monitor import InstanceDetail as Detail
from odps_tui.monitor.changes_since import ChangesSince
from odps_tui.monitor.outcomes import OutcomeSeeker
from odps_tui.screens.dashboard_service import DashboardService
from odps_tui.screens.instances_pane import InstancesPane
from odps_tui.screens.kept_focus import KeepsFocus
from odps_tui.widgets.instance_table import InstanceTable
from odps_tui.widgets.pace_words import calls_words, change_words

_SELECT_DELAY = 0.15
"""Seconds the cursor rests before its instance is read: racing down the list asks for one detail, not thirty."""
_SETTLE_DELAY = 0.05
"""Seconds after which the panes show another instance's facts: a held key, 30 times a second, paints their heads only."""
_EVENTS_KEPT = 50
_TICK = 1.0
"""Seconds between two looks at the clock."""
_GRACE = 0.2
"""Seconds more that the clock waits for an answer that comes once a second: the time and the list are then one frame."""
_PACES = (1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0)
"""Seconds between polls that + and - choose from."""


class LiveScreen(KeepsFocus[None]):
    """Reads the list and the selected instance, and holds what was read."""

    snapshot: var[Snapshot | None] = var(None)
    failure: var[PollFailed | None] = var(None)
    detail: var[Detail | None] = var(None)
    selected: var[InstanceRow | None] = var(None)
    drawn_row: var[InstanceRow | None] = var(None)
    drawn_detail: var[Detail | None] = var(None)
    """What the panes show below their heads: those of `selected`, at most a moment later; None while the cursor races on."""
    now: var[datetime | None] = var(None)
    """This moment; the top line shows it."""
    drawn_now: var[datetime | None] = var(None)
    """The moment the panes show: stands still while drawing is paused."""
    held: var[bool] = var(False)
    held_changes: var[int] = var(0)
    interval: var[float] = var(0.0)
    """Seconds between two polls, as it is now."""
    slowed: var[Why] = var(Why.WISHED)
    """Why that is longer than somebody wished."""
    rate: var[CallRate | None] = var(None)
    """What everything here asks of the service."""
    window: var[timedelta] = var(timedelta(hours=1))
    clock_offset: var[timedelta | None] = var(None)
    log_events: var[tuple[tuple[datetime, str], ...]] = var(())
    _waiting: var[Snapshot | None] = var(None)
    """The latest snapshot while drawing is paused."""

    table = getters.query_one(InstanceTable)

    AUTO_FOCUS: ClassVar[str | None] = "InstanceTable"

    def __init__(
        self, service: DashboardService, poller: Poller, details: DetailPoller, *, clock: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._service = service
        self._poller = poller
        self._details = details
        self._clock = clock
        self._outcomes = OutcomeSeeker(service.background)
        self._select_timer: Timer | None = None
        self._settling: Timer | None = None
        self._pace = poller.pace.now
        self._next_tick: Timer | None = None
        self._since_held: ChangesSince | None = None

    def on_mount(self) -> None:
        """Start the clock and the poll."""
        self.watch(self.table, "cursor", self._cursor_moved, init=False)
        self._show_pace()
        self.window = self._poller.window
        self._tick()
        self._say_empty()
        if (first := self._poller.take_first()) is not None:  # then the list is in the first paint
            self.take_answer(PollAnswered(first))
        self.poll_instances()

    # Reading -----------------------------------------------------------------------------------------------------------------

    @work(exclusive=True, group="instances")
    async def poll_instances(self) -> None:
        """Post every answer of the poller; the loop ends with the screen."""
        async for answer in self._poller.instances():
            self.post_message(PollAnswered(answer))
            del answer  # what cancels this keeps its variables

    @work(exclusive=True, group="detail")
    async def poll_detail(self, instance_id: str) -> None:
        """Post what is read of one instance; selecting another one cancels this."""
        async for detail in self._details.follow(instance_id):
            self.post_message(DetailRead(detail))

    @on(PollAnswered)
    def take_answer(self, message: PollAnswered) -> None:
        """Show a snapshot; keep the last one when there is none."""
        answer = message.answer
        if isinstance(answer, PollFailed):
            self.failure = answer
        else:
            self.failure = None
            self._take_snapshot(answer)
        self.clock_offset = self._service.clock_offset
        self.set_class(self.failure is not None, "-stale")
        self._show_pace()
        self._tick()
        self._say_empty()
        look_when_nobody_is_there(HANDS.rest)

    def _take_snapshot(self, snapshot: Snapshot) -> None:
        if self.held:
            self._waiting = snapshot
            self.held_changes = self._since_held.count(snapshot) if self._since_held is not None else len(snapshot.rows)
            return
        self.snapshot = snapshot
        if self.selected is not None:
            self.selected = self.table.row(self.selected.id)

    @on(DetailRead)
    def take_detail(self, message: DetailRead) -> None:
        """Show the selected instance; tell the list what was learned of it."""
        detail = message.detail
        if self.selected is None or detail.id != self.selected.id:
            return
        self.detail = detail
        if detail.instance.value is not None and detail.instance.value != self.selected.instance:
            self._take_snapshot(self._poller.note_instance(detail.instance.value))
        if detail.ending is not None and detail.ending != self.selected.ending:
            self._take_snapshot(self._poller.note_endings({detail.id: detail.ending}))

    def _tick(self) -> None:
        """Go on with the time, and again in a second; an answer that is due by then brings it along, in the same frame."""
        if self._next_tick is not None:
            self._next_tick.stop()
        brings_time = self.failure is None and self._pace.seconds <= _TICK
        self._next_tick = self.set_timer(_TICK + _GRACE if brings_time else _TICK, self._tick, name="clock")
        self.now = self._clock()
        self.rate = self._service.rate
        if not self.held:
            self.drawn_now = self.now

    def _say_empty(self) -> None:
        """An empty list, a list not read yet and a list that could not be read are three different things."""
        if self.snapshot is not None and self.snapshot.complete:
            self.table.show_when_empty("No instance is running, waiting or was started in this window.")
        elif self.failure is not None:
            self.table.show_when_empty("Nothing could be read yet.")
        else:
            self.table.show_when_empty("Reading the list …")

    def let_go(self, widgets: Iterable[Widget]) -> None:
        """Hold nothing of what was read, nor let `widgets`, all that were on this screen.

        It was left, and is freed when nobody else holds it: timers that were cancelled do for up to a minute, and Textual holds
        the first screen for good.
        """
        self._poller.forget()
        self.set_reactive(LiveScreen._waiting, None)
        self._since_held = None
        for widget in (self, *widgets):
            reactive = getattr(type(widget), "snapshot", None)
            if reactive is not None:
                widget.set_reactive(reactive, None)  # no watcher draws what is not shown

    # Selecting ---------------------------------------------------------------------------------------------------------------

    @on(InstanceTable.Highlighted)
    def _cursor_moved(self) -> None:
        """Show the row at once, in the same frame as the cursor; read its detail when the cursor has come to rest."""
        row = self.table.cursor_row
        is_same = row is not None and self.selected is not None and row.id == self.selected.id
        self.selected = row
        if is_same:
            return
        self.detail = None
        if self._select_timer is not None:
            self._select_timer.stop()
        if row is not None:
            self._select_timer = self.set_timer(_SELECT_DELAY, lambda: self.poll_detail(row.id))

    def _watch_selected(self) -> None:
        self._draw_selected()

    def _watch_detail(self) -> None:
        self._draw_selected()

    def _draw_selected(self) -> None:
        """Hand the selected instance to the panes; another one than they show has to stay selected for a moment first."""
        row, drawn = self.selected, self.drawn_row
        if row is None or drawn is None or drawn.id == row.id:
            if self._settling is None:
                self.drawn_row, self.drawn_detail = row, self.detail
        elif self._settling is None:
            self._settle_later(row.id)

    def _settle_later(self, instance_id: str) -> None:
        self._settling = self.set_timer(_SETTLE_DELAY, lambda: self._settle(instance_id))

    def _settle(self, instance_id: str) -> None:
        """Facts of the instance that has stayed selected; none of any while the cursor races on."""
        self._settling = None
        row = self.selected
        if row is None or row.id == instance_id:
            self.drawn_row, self.drawn_detail = row, self.detail
        else:
            self.drawn_row = self.drawn_detail = None
            self._settle_later(row.id)

    # What the list asks for --------------------------------------------------------------------------------------------------

    @on(InstancesPane.EndsSeen)
    def seek_ends(self, message: InstancesPane.EndsSeen) -> None:
        """Ask how what is on the screen ended."""
        if not self.held:
            self.seek_outcomes(message.instance_ids)

    @work(exclusive=True, group="stops")
    async def learn_ends(self, instance_ids: Collection[str]) -> None:
        """Ask how instances ended that were to be stopped."""
        await self._learn(instance_ids)

    @work(exclusive=True, group="outcomes")
    async def seek_outcomes(self, instance_ids: Collection[str]) -> None:
        """Show each outcome as it is learned."""
        await self._learn(instance_ids)

    async def _learn(self, instance_ids: Collection[str]) -> None:
        """A service that fails is the poll's to tell."""
        with contextlib.suppress(OdpsTuiError):
            async for endings in self._outcomes.endings(instance_ids):
                self.post_message(EndingsLearned(endings))

    @on(EndingsLearned)
    def take_endings(self, message: EndingsLearned) -> None:
        """Show how they ended."""
        self._take_snapshot(self._poller.note_endings(message.endings))

    @on(InstancesPane.MineAsked)
    def ask_who(self) -> None:
        """Only the service knows the caller's name as it writes it in an instance."""
        self.show_mine()

    @work(group="reads")
    async def show_mine(self) -> None:
        """Ask who we are, then show what is ours."""
        try:
            self.post_message(IdentityKnown(await self._service.whoami()))
        except OdpsTuiError as error:
            self.post_message(EventHappened(f"who we are cannot be asked: {error}"))

    @on(IdentityKnown)
    def take_identity(self, message: IdentityKnown) -> None:
        """Show what is ours."""
        self.query_one(InstancesPane).show_mine(message.identity.display_name)

    @on(InstancesPane.WindowChosen)
    def take_window(self, message: InstancesPane.WindowChosen) -> None:
        """Reach back as far as is wanted."""
        self.window = message.window
        self._poller.reach_back(message.window)

    # Events ------------------------------------------------------------------------------------------------------------------

    @on(EventHappened)
    def note(self, message: EventHappened) -> None:
        """Put it among the events."""
        self._show_event(self._clock(), message.text)

    def _show_event(self, at: datetime, text: str) -> None:
        self.log_events = (*self.log_events, (at, text))[-_EVENTS_KEPT:]

    def _note(self, text: str) -> None:
        self.post_message(EventHappened(text))

    # The pace ----------------------------------------------------------------------------------------------------------------

    def action_refresh(self) -> None:
        """Ask now."""
        self._service.knock()
        self._poller.wake()
        self._details.wake()

    def action_pause(self) -> None:
        """Hold the screen still, or go on with the latest data."""
        self.held = not self.held
        self.held_changes = 0
        self._since_held = ChangesSince(self.snapshot) if self.held and self.snapshot is not None else None
        waiting, self._waiting = self._waiting, None
        if not self.held and waiting is not None:
            self._take_snapshot(waiting)
        self._tick()

    def action_pace(self, step: int) -> None:
        """Poll more or less often."""
        wished = self._poller.interval
        paces = [pace for pace in _PACES if (pace < wished if step > 0 else pace > wished)]
        if paces:
            self._poller.interval = self._details.interval = max(paces) if step > 0 else min(paces)
            self._show_pace()
            self._poller.wake()

    def _show_pace(self) -> None:
        """Show how often the list is read; that it is for another reason than before is an event."""
        before, self._pace = self._pace, self._poller.pace.now
        self.interval, self.slowed = self._pace.seconds, self._pace.why
        if words := change_words(before, self._pace):
            self._note(words)

    def say_calls(self) -> None:
        """Say how much is asked of the service, and how often."""
        self._note(calls_words(self._service.rate, self._poller.pace.now))
