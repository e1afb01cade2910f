"""The dashboard: the list, one instance's detail and its progress, kept fresh by two workers.

Data flows one way: a worker reads and posts a message; this screen, the only writer, sets its reactives; `data_bind` hands them
to the panes. A key flows the other way: a binding reads the instance's id once, at the press.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.reactive import reactive, var
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Footer, Static

from odps_tui.errors import OdpsTuiError
from odps_tui.messages import DetailRead, EndingsLearned, EventHappened, IdentityKnown, PollAnswered, StopAnswered
from odps_tui.monitor import DetailPoller, InstanceRow, Poller, PollFailed, Snapshot
from odps_tui.monitor import InstanceDetail as Detail
from odps_tui.monitor.outcomes import OutcomeSeeker
from odps_tui.monitor.stop_plan import PendingStops, plan_stop
from odps_tui.monitor.stopping import StopResult
from odps_tui.monitor.window import WindowError, parse_window, write_window
from odps_tui.screens.action_menu import ActionMenu
from odps_tui.screens.audit_dialog import AuditDialog
from odps_tui.screens.commands import SUGGESTED, Command, CommandError, parse_command, parse_unlock
from odps_tui.screens.dashboard_service import DashboardService, Keeps, Place, Records
from odps_tui.screens.help_dialog import HelpDialog
from odps_tui.screens.instances_pane import InstancesPane
from odps_tui.screens.kept_arrangement import from_plain, to_plain
from odps_tui.screens.logview import show_logview
from odps_tui.screens.stop_flow import StopFlow, end_words, stop_words
from odps_tui.screens.yank import yank
from odps_tui.widgets.command_bar import CommandBar
from odps_tui.widgets.connection_bar import ConnectionBar
from odps_tui.widgets.event_line import EventLine
from odps_tui.widgets.instance_detail import InstanceDetail
from odps_tui.widgets.instance_table import Arrangement, InstanceTable
from odps_tui.widgets.notation import id_tail
from odps_tui.widgets.notice import Notice
from odps_tui.widgets.task_progress import TaskProgress

_SELECT_DELAY = 0.15
"""Seconds the cursor rests before its instance is read: racing down the list asks for one detail, not thirty."""
_EVENTS_KEPT = 50
_PACES = (1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0)
"""Seconds between polls that + and - choose from."""


class DashboardScreen(Screen[None]):
    """List, detail and progress; a peek under the list where the terminal is small."""

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-slim"), (80, "-narrow"), (120, "-normal"), (180, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (8, "-low"), (20, "-short"), (30, "-tall")]  # noqa: RUF012

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "help", key_display="?", id="help", tooltip="this list"),
        Binding("escape", "back", "back", key_display="esc", id="back", show=False, tooltip="one step back; never quits"),
        Binding("tab", "app.focus_next", "pane", id="pane.next", show=False, tooltip="next pane"),
        Binding("shift+tab", "app.focus_previous", "pane", id="pane.previous", show=False, tooltip="previous pane"),
        Binding("o", "logview", "logview", id="logview", tooltip="open Logview"),
        Binding("y", "yank", "yank", id="yank", show=False, tooltip="copy its id, SQL, error, link, row or commands"),
        Binding("K", "stop", "stop", key_display="K", id="stop", tooltip="stop the instance: asks first"),
        Binding("x", "menu", "acts", id="menu", show=False, tooltip="every act on this instance, or on the marked ones"),
        Binding(
            "colon", "command", "command", key_display=":", id="command", show=False, tooltip="a command: unlock, lock, audit …"
        ),
        Binding("r", "refresh", "refresh", id="refresh", tooltip="ask the service now"),
        Binding("p", "pause", "pause", id="pause", tooltip="hold the screen still; polling goes on"),
        Binding("plus,equals_sign", "pace(1)", "poll more often", key_display="+", id="interval.shorter", show=False),
        Binding("minus", "pace(-1)", "poll less often", id="interval.longer", show=False),
        Binding("q", "quit", "quit", id="quit", tooltip="quit"),
    ]

    snapshot: reactive[Snapshot | None] = reactive(None)
    failure: reactive[PollFailed | None] = reactive(None)
    detail: reactive[Detail | None] = reactive(None)
    selected: reactive[InstanceRow | None] = reactive(None)
    now: reactive[datetime | None] = reactive(None)
    """This moment; the top line shows it."""
    drawn_now: reactive[datetime | None] = reactive(None)
    """The moment the panes show: stands still while drawing is paused."""
    held: reactive[bool] = reactive(False)
    held_changes: reactive[int] = reactive(0)
    interval: reactive[float] = reactive(0.0)
    window: reactive[timedelta] = reactive(timedelta(hours=1))
    clock_offset: reactive[timedelta | None] = reactive(None)
    unlocked_until: reactive[datetime | None] = reactive(None)
    """A read-only place may be stopped in until then."""
    log_events: reactive[tuple[tuple[datetime, str], ...]] = reactive(())
    _waiting: var[Snapshot | None] = var(None)
    """The latest snapshot while drawing is paused."""

    table = getters.query_one(InstanceTable)
    detail_pane = getters.query_one(InstanceDetail)

    AUTO_FOCUS: ClassVar[str | None] = "InstanceTable"

    def __init__(
        self,
        service: DashboardService,
        poller: Poller,
        details: DetailPoller,
        place: Place,
        *,
        clock: Callable[[], datetime],
        store: Keeps | None = None,
        audit: Records | None = None,
    ) -> None:
        super().__init__()
        self._audit = audit
        self._outcomes = OutcomeSeeker(service)
        self._pending = PendingStops()
        self._stops = StopFlow(service, place, audit, may_stop=self.may_stop, answered=self.post_message, said=self._note)
        self._store = store
        self._service = service
        self._poller = poller
        self._details = details
        self._place = place
        self._clock = clock
        self._select_timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Top lines, panes, event line, keys."""
        cls = DashboardScreen
        yield ConnectionBar(str(self._place), read_only=self._place.read_only, id="connection").data_bind(
            cls.snapshot, cls.failure, cls.now, cls.interval, cls.held, cls.held_changes, cls.unlocked_until
        )
        yield Notice(id="notice").data_bind(cls.snapshot, cls.failure, cls.clock_offset)
        with Container(id="panes"):
            yield InstancesPane(self._kept_arrangement(), id="instances").data_bind(
                snapshot=cls.snapshot, now=cls.drawn_now, window=cls.window
            )
            yield InstanceDetail(id="detail").data_bind(row=cls.selected, detail=cls.detail, now=cls.drawn_now)
            yield TaskProgress(id="progress").data_bind(detail=cls.detail, snapshot=cls.snapshot)
        yield CommandBar(SUGGESTED, id="command-bar")
        yield EventLine(id="events").data_bind(events=cls.log_events)
        yield Footer(show_command_palette=False)
        yield Static(Content("This terminal is too small for odps-tui: 40×8 at least."), id="too-small")

    def on_mount(self) -> None:
        """Start the clock and the poll."""
        self.interval = self._poller.interval
        self.window = self._poller.window
        self._tick()
        self.set_interval(1.0, self._tick)
        self._say_empty()
        self.poll_instances()

    # Reading ---------------------------------------------------------------------------------------------------------------

    @work(exclusive=True, group="instances")
    async def poll_instances(self) -> None:
        """Post every answer of the poller; the loop ends with the screen."""
        async for answer in self._poller.instances():
            self.post_message(PollAnswered(answer))

    @work(exclusive=True, group="detail")
    async def poll_detail(self, instance_id: str) -> None:
        """Post what is read of one instance; selecting another one cancels this."""
        async for detail in self._details.detail(instance_id):
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
        self._tick()
        self._say_empty()

    def _take_snapshot(self, snapshot: Snapshot) -> None:
        if self.held:
            self._waiting = snapshot
            self.held_changes = _changes(self.snapshot, snapshot)
            return
        self.snapshot = snapshot
        if self.selected is not None:
            self.selected = self.table.row(self.selected.id)
        self._follow_stops()

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

    def _follow_stops(self) -> None:
        """Tell how stopped instances ended; ask for those of which the list only says that they have."""
        for row in self._pending.settled(self.table.row):
            self._note(end_words(row))
        if unknown := self._pending.unknown(self.table.row):
            self.learn_ends(unknown)

    def _tick(self) -> None:
        self.now = self._clock()
        if self.unlocked_until is not None and self.now >= self.unlocked_until:
            self._lock("the time is over: read-only again")
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

    # Selecting -------------------------------------------------------------------------------------------------------------

    @on(InstanceTable.Highlighted)
    def select(self, message: InstanceTable.Highlighted) -> None:
        """Show the row at once; read its detail when the cursor has come to rest."""
        row = message.row
        is_same = row is not None and self.selected is not None and row.id == self.selected.id
        self.selected = row
        if is_same:
            return
        self.detail = None
        if self._select_timer is not None:
            self._select_timer.stop()
        if row is not None:
            self._select_timer = self.set_timer(_SELECT_DELAY, lambda: self.poll_detail(row.id))

    @on(InstanceTable.Opened)
    def action_open(self) -> None:
        """Go into the instance: on a small terminal its panes take the screen."""
        if self.selected is not None:
            self.add_class("-opened")
            self.detail_pane.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """In a read-only place there is no stop key."""
        return action != "stop" or self.may_stop()

    def may_stop(self) -> bool:
        """Tell whether a stop may be sent from here at this moment."""
        return not self._place.read_only or (self.unlocked_until is not None and self._clock() < self.unlocked_until)

    def action_back(self) -> None:
        """One step back: to the list; there, take away the filter, then the other limits, then the marks."""
        if not self.has_class("-opened") and self.table.has_focus:
            self.query_one(InstancesPane).clear_limits()
        self.remove_class("-opened")
        self.table.focus()

    # What the list asks for ------------------------------------------------------------------------------------------------

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

    @on(EventHappened)
    def note(self, message: EventHappened) -> None:
        """Put it among the events."""
        self.log_events = (*self.log_events, (self._clock(), message.text))[-_EVENTS_KEPT:]

    @on(InstanceTable.Arranged)
    def keep_arrangement(self, message: InstanceTable.Arranged) -> None:
        """Remember it for next time; a full disk is no reason to stop."""
        if self._store is not None and message.arrangement != self._kept_arrangement():
            try:
                self._store.save(str(self._place), to_plain(message.arrangement))
            except OdpsTuiError as error:
                self._note(str(error))

    def _kept_arrangement(self) -> Arrangement:
        return from_plain(self._store.load(str(self._place))) if self._store is not None else Arrangement()

    # Acting ----------------------------------------------------------------------------------------------------------------

    def action_refresh(self) -> None:
        """Ask now."""
        self._poller.wake()
        self._details.wake()

    def action_pause(self) -> None:
        """Hold the screen still, or go on with the latest data."""
        self.held = not self.held
        self.held_changes = 0
        waiting, self._waiting = self._waiting, None
        if not self.held and waiting is not None:
            self._take_snapshot(waiting)
        self._tick()

    def action_pace(self, step: int) -> None:
        """Poll more or less often."""
        paces = [pace for pace in _PACES if (pace < self.interval if step > 0 else pace > self.interval)]
        if paces:
            self.interval = self._poller.interval = self._details.interval = max(paces) if step > 0 else min(paces)
            self._poller.wake()

    def action_menu(self) -> None:
        """Every act by its name."""

        async def act(action: str | None) -> None:
            if action is not None:
                await self.run_action(action)

        if self.selected is not None:
            marked = f", {len(self.table.marks)} marked" if self.table.marks else ""
            self.app.push_screen(ActionMenu(f"{id_tail(self.selected.id)}{marked}", self._acts()), act)

    def _acts(self) -> tuple[tuple[str, str, str], ...]:
        stop = (("stop", "K", "stop, after a question"),) if self.may_stop() else ()
        return (
            ("open", "⏎", "open: detail and progress"),
            ("logview", "o", "Logview"),
            *stop,
            ("refresh", "r", "ask the service now"),
        )

    def action_command(self) -> None:
        """Type a command."""
        self.query_one(CommandBar).ask()

    @on(CommandBar.Given)
    async def take_command(self, message: CommandBar.Given) -> None:
        """Do what was typed; what cannot be done is said."""
        self.table.focus()
        try:
            if message.text:
                await self._obey(parse_command(message.text))
        except (CommandError, WindowError) as error:
            self._note(str(error))

    async def _obey(self, command: Command) -> None:
        match command.name:
            case "unlock":
                self._unlock(parse_unlock(command.argument))
            case "lock":
                self._lock("read-only again")
            case "audit":
                self.app.push_screen(AuditDialog(self._audit.latest(200) if self._audit is not None else []))
            case "window":
                self.take_window(InstancesPane.WindowChosen(parse_window(command.argument)))
            case name:
                await self.run_action(name)

    def _unlock(self, time: timedelta) -> None:
        if not self._place.read_only:
            raise CommandError("This place is not read-only: there is nothing to unlock")
        self.unlocked_until = self._clock() + time
        self.refresh_bindings()
        self._note(f"unlocked for {write_window(time)}")

    def _lock(self, words: str) -> None:
        if self.unlocked_until is not None:
            self.unlocked_until = None
            self.refresh_bindings()
            self._note(words)

    def action_help(self) -> None:
        """Show every key."""
        groups = [("Everywhere", self), ("List", self.query_one(InstancesPane)), ("Rows", self.table)]
        self.app.push_screen(HelpDialog([(title, _bindings(widget)) for title, widget in groups]))

    def action_quit(self) -> None:
        """Leave."""
        self.app.exit()

    @work(group="acts")
    async def action_stop(self) -> None:
        """Ask, read again, stop, and tell what became of it. Never exclusive: a second stop must not cut off the first."""
        marked, at_hand = self.table.marked_rows(), self.selected
        caller = await self._caller() if len(marked) > 1 else None
        plan = plan_stop(marked, at_hand, is_shown=self.table.is_shown, caller=caller)
        await self._stops.run(self.app, plan, self.detail, self._clock())

    async def _caller(self) -> str | None:
        """Who we are, as instances name their owner; None when the service does not say."""
        try:
            return (await self._service.whoami()).display_name
        except OdpsTuiError:
            return None

    @on(StopAnswered)
    def take_stop(self, message: StopAnswered) -> None:
        """Tell what became of a stop, and ask at once how things are now."""
        row, answer = message.row, message.answer
        if answer.result in (StopResult.REQUESTED, StopResult.UNANSWERED):
            self._pending.expect(row.id, self._clock())
        if answer.result is StopResult.REQUESTED:
            self._take_snapshot(self._poller.note_stop_requested(row.id))
        elif answer.instance is not None:
            self._take_snapshot(self._poller.note_instance(answer.instance))
        self.table.marks -= {row.id}
        self._note(stop_words(row, answer))
        self.action_refresh()

    @work(group="acts")
    async def action_logview(self) -> None:
        """Open the instance's page in a browser, or show its link where there is none."""
        if self.selected is not None:
            await show_logview(self.app, self._service, self.selected.id, endpoint=self._place.endpoint, note=self._note)

    @work(group="acts")
    async def action_yank(self) -> None:
        """Copy a piece of the instance: the next key says which."""
        if self.selected is not None:
            await yank(self.app, self._service, self.selected, lambda: self.detail, place=self._place, note=self._note)

    def _note(self, text: str) -> None:
        self.post_message(EventHappened(text))


def _changes(before: Snapshot | None, after: Snapshot) -> int:
    """How many instances are not as they were."""
    if before is None:
        return len(after.rows)
    changed = sum(1 for id_, row in after.rows.items() if before.rows.get(id_) is not row)
    return changed + len(before.rows.keys() - after.rows.keys())


def _bindings(widget: Widget) -> list[Binding]:
    return [binding for binding in type(widget).BINDINGS if isinstance(binding, Binding)]
