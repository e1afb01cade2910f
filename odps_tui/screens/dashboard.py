"""The dashboard: the panes, the keys and the acts.

A key flows the other way than data: a binding reads the instance's id once, at the press. Each act has a room of its own beside
this one; here is only which key leads there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.geometry import Size
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Footer, Static

from odps_tui.errors import OdpsTuiError
from odps_tui.messages import StopAnswered
from odps_tui.monitor import DetailPart, DetailPoller, Poller, Snapshot
from odps_tui.monitor.stop_plan import PendingStops, plan_stop
from odps_tui.monitor.stopping import StopResult
from odps_tui.monitor.window import write_window
from odps_tui.screens.action_menu import ActionMenu
from odps_tui.screens.audit_dialog import AuditDialog
from odps_tui.screens.commands import Command, CommandError, Commands
from odps_tui.screens.dashboard_service import DashboardService, Keeps, Notifies, Records
from odps_tui.screens.detail_pane import DetailPane
from odps_tui.screens.detail_tabs import Tab, wanted_by
from odps_tui.screens.export import write_new_file
from odps_tui.screens.export_dialog import ExportDialog
from odps_tui.screens.help_dialog import HelpDialog
from odps_tui.screens.inside import InsideScreen, inside_bindings
from odps_tui.screens.instances_pane import InstancesPane
from odps_tui.screens.kept_arrangement import from_plain, to_plain
from odps_tui.screens.list_commands import list_commands
from odps_tui.screens.logview import show_logview
from odps_tui.screens.place import Place
from odps_tui.screens.place_bar import place_bar
from odps_tui.screens.place_commands import place_commands
from odps_tui.screens.row_dialog import RowDialog
from odps_tui.screens.stop_flow import StopFlow, end_words, stop_words
from odps_tui.screens.unlocking import parse_unlock
from odps_tui.screens.watching import WatchingScreen
from odps_tui.screens.yank import yank, yank_field
from odps_tui.widgets.arrangement import Arrangement
from odps_tui.widgets.command_bar import CommandBar
from odps_tui.widgets.detail.result_table import ResultTable
from odps_tui.widgets.event_line import EventLine
from odps_tui.widgets.fields import Field
from odps_tui.widgets.instance_table import InstanceTable
from odps_tui.widgets.notation import id_tail
from odps_tui.widgets.notice import Notice
from odps_tui.widgets.signed_as import SignedAs
from odps_tui.widgets.since_line import SinceLine
from odps_tui.widgets.task_progress import TaskProgress


class DashboardScreen(WatchingScreen, InsideScreen):
    """List, detail and progress; a peek under the list where the terminal is small."""

    HORIZONTAL_BREAKPOINTS = [(0, "-tiny"), (40, "-slim"), (80, "-narrow"), (120, "-normal"), (180, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-flat"), (8, "-low"), (20, "-short"), (30, "-tall")]  # noqa: RUF012

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark", "help", "help", key_display="?", id="help", tooltip="this list"),
        Binding("escape", "back", "back", key_display="esc", id="back", show=False, tooltip="one step back; never quits"),
        Binding("tab", "app.focus_next", "pane", id="pane.next", show=False, tooltip="next pane"),
        Binding("shift+tab", "app.focus_previous", "pane", id="pane.previous", show=False, tooltip="previous pane"),
        Binding("o", "logview", "logview", id="logview", tooltip="open Logview"),
        Binding("y", "yank", "yank", id="yank", show=False, tooltip="copy its id, SQL, error, link, row, commands or a field"),
        Binding("Y", "yank_field", "yank a field", id="yank.field", show=False, tooltip="copy any field of the panes"),
        Binding("w", "pin", "pin", id="pin", show=False, tooltip="pin it: on top of the list, over filters and restarts"),
        Binding("K", "stop", "stop", key_display="K", id="stop", tooltip="stop the instance: asks first"),
        Binding("x", "menu", "acts", id="menu", show=False, tooltip="every act on this instance, or on the marked ones"),
        Binding(
            "colon", "command", "command", key_display=":", id="command", show=False, tooltip="a command: unlock, lock, audit …"
        ),
        Binding("r", "refresh", "refresh", id="refresh", tooltip="ask the service now"),
        Binding("p", "pause", "pause", id="pause", tooltip="hold the screen still; polling goes on"),
        Binding("left_square_bracket", "tab(-1)", "tab before", key_display="[", id="tab.before", show=False),
        Binding("right_square_bracket", "tab(1)", "tab behind", key_display="]", id="tab.behind", show=False),
        Binding("plus,equals_sign", "pace(1)", "poll more often", key_display="+", id="interval.shorter", show=False),
        Binding("minus", "pace(-1)", "poll less often", id="interval.longer", show=False),
        Binding("q", "quit", "quit", id="quit", tooltip="quit"),
    ]

    unlocked_until: var[datetime | None] = var(None)
    """A read-only place may be stopped in until then."""

    detail_pane = getters.query_one(DetailPane)

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
        signed_as: Callable[[], SignedAs] | None = None,
        watched: Keeps | None = None,
        notifier: Notifies | None = None,
    ) -> None:
        super().__init__(service, poller, details, clock=clock, place=str(place), watched=watched, notifier=notifier)
        self._place = place
        self._store = store
        self._audit = audit
        self._signed_as = signed_as
        self._commands = Commands(
            [
                *list_commands(self),
                *self.watch_commands(),
                *place_commands(self, self._place, self._signed_as),
                *self._own_commands(),
            ]
        )
        self._pending = PendingStops()
        self._stops = StopFlow(service.acts, place, audit, may_stop=self.may_stop, answered=self.post_message, said=self._note)

    def compose(self) -> ComposeResult:
        """Top lines, panes, event line, keys; laid out for this terminal at once, and not from the first resize on."""
        self.add_class(*self._breakpoints_of(self.app.size), update=False)
        cls = DashboardScreen
        yield place_bar(self._place, self._signed_as).data_bind(
            cls.snapshot, cls.failure, cls.now, cls.interval, cls.slowed, cls.rate, cls.held, cls.held_changes, cls.unlocked_until
        )
        yield Notice(id="notice").data_bind(cls.snapshot, cls.failure, cls.clock_offset)
        yield SinceLine(id="since")
        with Container(id="panes"):
            yield InstancesPane(self._kept_arrangement(), id="instances").data_bind(
                snapshot=cls.snapshot, now=cls.drawn_now, window=cls.window
            )
            yield DetailPane(self._place.project, id="detail").data_bind(
                head=cls.selected, row=cls.drawn_row, detail=cls.drawn_detail, now=cls.drawn_now
            )
            yield TaskProgress(id="progress").data_bind(
                head=cls.selected, row=cls.drawn_row, detail=cls.drawn_detail, now=cls.drawn_now, parent_xflow=cls.parent_xflow
            )
        yield CommandBar(self._commands.suggested, id="command-bar")
        yield EventLine(id="events").data_bind(events=cls.log_events)
        yield Footer(show_command_palette=False)
        yield Static(Content("This terminal is too small for odps-tui: 40×8 at least."), id="too-small")

    def _breakpoints_of(self, size: Size) -> Iterator[str]:
        for cells, breakpoints in zip(size, (self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS), strict=True):
            yield max(one for one in breakpoints if one[0] <= cells)[1]

    def on_mount(self) -> None:
        """Ask for what the first tab shows."""
        self._ask_for_tab()

    # The panes ---------------------------------------------------------------------------------------------------------------

    @on(InstanceTable.Opened)
    def action_open(self) -> None:
        """Go into the instance: on a small terminal its panes take the screen."""
        if self.selected is not None:
            self.add_class("-opened")
            self.detail_pane.focus()

    def action_back(self) -> None:
        """One step back: to where one jumped from; to the list; there, no filter, then no other limits, then no marks."""
        if self.go_back():
            return
        if not self.has_class("-opened") and self.table.has_focus:
            self.query_one(InstancesPane).clear_limits()
        self.remove_class("-opened")
        self.table.focus()

    def action_tab(self, step: int) -> None:
        """Another tab of the detail, wherever the keys go."""
        self.detail_pane.action_tab(step)

    @on(DetailPane.TabShown)
    def look_at_tab(self) -> None:
        """Ask for what is looked at, and for nothing else."""
        self._ask_for_tab()

    def _ask_for_tab(self, *more: DetailPart) -> None:
        tab = self.detail_pane.tab
        self._details.want(wanted_by(tab) | set(more), answers=tab is Tab.RAW)

    @on(ResultTable.Opened)
    def show_row(self, message: ResultTable.Opened) -> None:
        """A row of a result, whole."""
        self.app.push_screen(RowDialog(message.rows, message.number))

    @on(DetailPane.SaveWanted)
    @work(group="acts")
    async def save_result(self, message: DetailPane.SaveWanted) -> None:
        """Write a result to a file of its own."""
        dialog = ExportDialog(message.proposed, "Save the result", "⏎ writes it as it came. Nothing is overwritten.")
        path = await self.app.push_screen_wait(dialog)
        if path is None:
            return
        try:
            await asyncio.to_thread(write_new_file, path, message.text)
        except OdpsTuiError as error:
            self._note(str(error))
        else:
            self._note(f"result written to {path}")

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

    # Keys and commands -------------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """In a read-only place there is no stop key."""
        return action != "stop" or self.may_stop()

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
            ("yank", "y", "copy its id, SQL, error, link, row or commands"),
            ("yank_field", "Y", "copy any field of the panes"),
            *stop,
            ("pin", "w", "pin it on top, or let it go"),
            ("rules", ":watch", "pins, rules and alerts"),
            ("stage_view", "T", "stages as table, tree or time line"),
            ("workers", "W", "the workers of a stage"),
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
                await self._commands.obey(message.text)
        except OdpsTuiError as error:
            self._note(str(error))

    def _own_commands(self) -> Iterator[Command]:
        yield Command("unlock", self._unlock, "let a read-only place be stopped in, for a time", "10m")
        yield Command("lock", lambda _: self._lock("read-only again"), "read-only again")
        yield Command("audit", lambda _: self._show_audit(), "what was stopped from here, when, and the answer")
        yield Command("calls", lambda _: self.say_calls(), "how much is asked of the service, how often, and why not more")
        yield Command("help", lambda _: self.action_help(), "every key and command")
        yield Command("quit", lambda _: self.action_quit(), "leave")

    def _show_audit(self) -> None:
        self.app.push_screen(AuditDialog(self._audit.latest(200) if self._audit is not None else []))

    def action_help(self) -> None:
        """Show every key."""
        groups = [("Everywhere", self), ("List", self.query_one(InstancesPane)), ("Rows", self.table)]
        shown = [(title, _bindings(widget)) for title, widget in groups]
        inside = ("Inside an instance", [*_bindings(self.detail_pane), *inside_bindings(), *_bindings(self.progress_pane)])
        self.app.push_screen(HelpDialog([*shown, inside], self._commands.lines))

    def action_quit(self) -> None:
        """Leave."""
        self.app.exit()

    # Read-only ---------------------------------------------------------------------------------------------------------------

    def may_stop(self) -> bool:
        """Tell whether a stop may be sent from here at this moment."""
        return not self._place.read_only or (self.unlocked_until is not None and self._clock() < self.unlocked_until)

    def _unlock(self, argument: str) -> None:
        time = parse_unlock(argument)
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

    def watch_now(self, now: datetime | None) -> None:
        """What was unlocked for a time locks itself."""
        if now is not None and self.unlocked_until is not None and now >= self.unlocked_until:
            self._lock("the time is over: read-only again")

    # Stopping ----------------------------------------------------------------------------------------------------------------

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
            return (await self._service.acts.whoami()).display_name
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

    def _take_snapshot(self, snapshot: Snapshot) -> None:
        super()._take_snapshot(snapshot)
        if not self.held:
            self._follow_stops()

    def _follow_stops(self) -> None:
        """Tell how stopped instances ended; ask for those of which the list only says that they have."""
        for row in self._pending.settled(self.table.row):
            self._note(end_words(row))
        if unknown := self._pending.unknown(self.table.row):
            self.learn_ends(unknown)

    # Looking elsewhere -------------------------------------------------------------------------------------------------------

    @work(group="acts")
    async def action_logview(self) -> None:
        """Open the instance's page in a browser, or show its link where there is none."""
        if (at_hand := self.id_at_hand) is not None:
            place = self._place
            await show_logview(
                self.app, self._service, at_hand, endpoint=place.endpoint, note=self._note, hours=place.logview_hours
            )

    @work(group="acts")
    async def action_yank(self) -> None:
        """Copy a piece of the instance: the next key says which. Its SQL is asked for, whatever tab is shown."""
        if self.selected is None:
            return
        self._ask_for_tab(DetailPart.SOURCE)
        await yank(self.app, self._service, self.selected, lambda: self.detail, self._fields, place=self._place, note=self._note)
        self._ask_for_tab()

    @work(group="acts")
    async def action_yank_field(self) -> None:
        """Copy any field that the panes show."""
        if self.selected is not None:
            await yank_field(self.app, self.selected, self._fields(), note=self._note)

    def _fields(self) -> Iterator[Field]:
        """Those of the pane that has the focus first."""
        panes: tuple[DetailPane | TaskProgress, ...] = (self.detail_pane, self.progress_pane)
        return chain.from_iterable([pane.fields() for pane in sorted(panes, key=lambda pane: not pane.has_focus_within)])


def _bindings(widget: Widget) -> list[Binding]:
    return [binding for binding in type(widget).BINDINGS if isinstance(binding, Binding)]
