"""The screen that watches: everything that is read goes through `WatchFlow` too, whether it is drawn or held back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime

from textual import on, work
from textual.widget import Widget

from odps_tui.errors import OdpsTuiError
from odps_tui.messages import DetailRead, EventHappened, PollAnswered
from odps_tui.models import TaskStatus
from odps_tui.monitor import DetailPoller, Poller, PollFailed, Snapshot
from odps_tui.monitor.worker_watch import WorkerWatch
from odps_tui.notifying.alert import Alert
from odps_tui.screens.commands import Command
from odps_tui.screens.dashboard_service import DashboardService, Keeps, Notifies
from odps_tui.screens.live import LiveScreen
from odps_tui.screens.log_dialog import LogDialog
from odps_tui.screens.sending import write_to_terminal
from odps_tui.screens.watch_dialog import WatchDialog
from odps_tui.screens.watch_flow import WatchFlow
from odps_tui.screens.watch_words import summary_words
from odps_tui.widgets.since_line import SinceLine

_BREATH = 0.005
"""Seconds between two parts: a key passes through many turns of the event loop until it is painted."""
_PACE_WATCHING, _PACE_UNWATCHED = 15.0, 60.0
"""Seconds between two polls while another window is in front, at least: with something pinned or a rule given, and without."""


class WatchingScreen(LiveScreen):
    """Pins, rules and the log. It is the hands of `WatchFlow`."""

    def __init__(
        self,
        service: DashboardService,
        poller: Poller,
        details: DetailPoller,
        *,
        clock: Callable[[], datetime],
        place: str,
        watched: Keeps | None,
        notifier: Notifies | None,
    ) -> None:
        super().__init__(service, poller, details, clock=clock)
        self._notifier = notifier
        self._watch = WatchFlow(place, watched, self, clock)
        self._asks_ends = False
        self._is_behind = False
        """Another window is in front, as far as the terminal tells; one that never tells is in front."""
        self._worker_watch = WorkerWatch(service.background, clock)

    def on_mount(self) -> None:
        """Show what was pinned."""
        self._watch.begin()

    def let_go(self, widgets: Iterable[Widget]) -> None:
        """See `LiveScreen.let_go`."""
        super().let_go(widgets)
        self._watch.let_go()

    # What comes in -----------------------------------------------------------------------------------------------------------

    def _take_snapshot(self, snapshot: Snapshot) -> None:
        is_first = self._watch.read_at is None
        self._watch.take(snapshot, self._poller.vanished)
        if is_first:
            self._look_up_pins()
        super()._take_snapshot(snapshot)
        if self._watch.book.is_behind:
            self.examine_rest()
        self.ask_due_workers()
        if not self._asks_ends and (ends := self._watch.ends_to_ask()):
            self._asks_ends = True
            self.ask_ends(ends)

    @work(exclusive=True, group="rules")
    async def examine_rest(self) -> None:
        """Let the rules look at a great many rows, a part at a time: keys come first."""
        more = True
        while more:
            await asyncio.sleep(_BREATH)
            more = self._watch.examine()

    def ask_due_workers(self) -> None:
        """Ask the workers of those under a rule about them; a round that is not over yet goes on."""
        if due := self._worker_watch.take_due(self._watch.book.to_ask()):
            self.ask_watched(due)

    @work(group="workers-watched")
    async def ask_watched(self, instance_ids: Collection[str]) -> None:
        """Ask how many workers have finished. A service that fails is the poll's to tell, and such a look tells nothing."""
        with contextlib.suppress(OdpsTuiError):
            async for instance_id, at, progress in self._worker_watch.ask(instance_ids):
                self._watch.take_workers(instance_id, at, progress)

    @on(DetailRead)
    def take_watched_workers(self, message: DetailRead) -> None:
        """What is read of the selected instance anyway is not asked for twice."""
        detail = message.detail
        running = [task.name for task in detail.tasks.value or () if task.status == TaskStatus.RUNNING]
        readings = {name: detail.progress[name] for name in running if name in detail.progress}
        told = {name: one.value for name, one in readings.items() if one.is_good and one.value is not None}
        times = [one.read_at for one in readings.values() if one.read_at is not None]
        if running and len(told) == len(running):
            self._watch.take_workers(detail.id, min(times), told)
            self._worker_watch.has_told(detail.id)

    @work(group="reads")
    async def ask_ends(self, instance_ids: Collection[str]) -> None:
        """Ask how those ended that ended just now, a few at a time."""
        try:
            await self._learn(instance_ids)
        finally:
            self._asks_ends = False

    @on(PollAnswered)
    def watch_failures(self, message: PollAnswered) -> None:
        """Rules are silent while nothing is read."""
        if isinstance(message.answer, PollFailed):
            self._watch.fail(message.answer)

    @on(EventHappened)
    def log_act(self, message: EventHappened) -> None:
        """What is done here belongs into the log."""
        self._watch.act(message.text)

    def _tick(self) -> None:
        super()._tick()
        self._say_since()

    def _say_since(self) -> None:
        now = self._clock()
        summary = self._watch.summary(now)
        words = summary_words(summary) if summary is not None else ""
        self.query_one(SinceLine).say(f"{summary.since.astimezone():%H:%M}" if summary is not None else "", words)

    # Somebody is there -------------------------------------------------------------------------------------------------------

    def looked(self) -> None:
        """A key or a button of the mouse was pressed: whoever types has it in front, whatever the terminal said."""
        self._watch.looked()
        self._be_in_front()
        if self.is_mounted:
            self._say_since()

    def went_behind(self) -> None:
        """Another window came to the front."""
        self._watch.blurred()
        self._is_behind = True
        for pace in (self._poller.pace, self._details.pace):
            pace.look_away(_PACE_WATCHING if self._watch.is_watching else _PACE_UNWATCHED)
        self._show_pace()

    def came_to_front(self) -> None:
        """The terminal is in front again."""
        self._watch.focused()
        self._be_in_front()
        if self.is_mounted:
            self._say_since()

    def _be_in_front(self) -> None:
        """Read at once what was not read meanwhile."""
        if self._is_behind:
            self._is_behind = False
            for pace in (self._poller.pace, self._details.pace):
                pace.look()
            self._show_pace()
            self.action_refresh()

    # Hands -------------------------------------------------------------------------------------------------------------------

    def show_pins(self, ids: tuple[str, ...]) -> None:
        """Keep them in the list, on top; those that are not in it are looked up."""
        self.table.pins = ids
        self._poller.keep(ids)
        if self.snapshot is not None:
            self._look_up_pins()

    def _look_up_pins(self) -> None:
        """Read at once when the list does not hold all of them: it may have been read before they were known."""
        unknown = {id_ for id_ in self._watch.pins.ids if self._watch.row(id_) is None}
        if unknown - self._poller.vanished:
            self._poller.wake()

    def show_event(self, at: datetime, text: str) -> None:
        """Put a text into the event line; the log has it already."""
        self._show_event(at, text)

    def show_title(self, text: str) -> None:
        """Say it in the window's title."""
        if self._notifier is not None:
            self._notifier.show_title(text, self._write)

    def tell(self, alert: Alert) -> None:
        """Ring at once; what leaves this machine goes its own way."""
        if self._notifier is not None:
            self._notifier.ring(alert, self._write)
            self.hand_on(alert)

    @work(group="alerts")
    async def hand_on(self, alert: Alert) -> None:
        """By command and webhook; what does not arrive is said."""
        if self._notifier is not None:
            for problem in await self._notifier.hand_on(alert):
                self._note(f"not notified: {problem}")

    def _write(self, sequence: str) -> None:
        write_to_terminal(self.app, sequence)

    # Keys and commands -------------------------------------------------------------------------------------------------------

    def action_pin(self) -> None:
        """Pin the instance under the cursor, or let it go."""
        if self.selected is not None:
            try:
                self._watch.toggle_pin(self.selected)
            except OdpsTuiError as error:
                self._note(str(error))

    def action_rules(self) -> None:
        """Show pins, rules and alerts."""
        ways = self._notifier.ways if self._notifier is not None else "the screen only"
        self.app.push_screen(WatchDialog(self._watch, self._clock, ways, this=self.selected), self._put_cursor_on)

    def action_log(self) -> None:
        """Show the log."""
        self.app.push_screen(LogDialog(self._watch.journal, self._clock), self._put_cursor_on)

    def _put_cursor_on(self, instance_id: str | None) -> None:
        """Put the cursor on an instance that was chosen in the log, or among the pins."""
        if instance_id is None:
            return
        if self.table.row(instance_id) is not None:
            self.table.select(instance_id)
        else:
            self._note(f"{instance_id} is not in the list: it has left the window")

    def watch_commands(self) -> Iterator[Command]:
        """Return the commands about watching."""

        def give(argument: str) -> None:
            if argument:
                rule = self._watch.add_rule(argument, self.selected)
                self._show_event(self._clock(), f"rule given: {rule}")
            else:
                self.action_rules()

        def acknowledge(_argument: str) -> None:
            count = self._watch.acknowledge()
            self._show_event(self._clock(), f"{count} acknowledged" if count else "nothing to acknowledge")

        yield Command("watch", give, "pins, rules and alerts; or a rule: ends fails waits>20m stalls>10m deadline", "waits>20m")
        yield Command("ack", acknowledge, "you know of all alerts")
        yield Command("log", lambda _: self.action_log(), "what happened to instances, and what was done here")
        yield Command("pin", lambda _: self.action_pin(), "keep the instance on top, or let it go")
