"""OdpsApp: the dashboard of one place after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from textual import events, on
from textual.widget import Widget

from odps_tui.base_app import BaseApp
from odps_tui.large_heap import collect_what_was_left
from odps_tui.messages import ContextWanted, EventHappened
from odps_tui.monitor import DetailPoller, Poller, utc_now
from odps_tui.painting.early_screen import EarlyScreen
from odps_tui.screens.context_flow import ContextFlow, acts_done
from odps_tui.screens.contexts import Connection, Contexts
from odps_tui.screens.dashboard import DashboardScreen
from odps_tui.screens.dashboard_service import DashboardService, Keeps, Notifies, Records
from odps_tui.screens.place import Place
from odps_tui.screens.sending import send_to_clipboard
from odps_tui.widgets.signed_as import SignedAs

_SIGNS_OF_LIFE = (events.Key, events.MouseDown, events.MouseScrollDown, events.MouseScrollUp)
"""What tells that somebody is there."""
_LET_GO = 1.5
"""Seconds after which what was known of a place that was left is freed: its workers have ended by then, the new one is shown."""


class OdpsApp(BaseApp[None]):
    """The program on the screen. Everything it needs is handed in; it opens and closes nothing."""

    def __init__(
        self,
        service: DashboardService,
        poller: Poller,
        details: DetailPoller,
        place: Place,
        *,
        clock: Callable[[], datetime] = utc_now,
        store: Keeps | None = None,
        audit: Records | None = None,
        signed_as: Callable[[], SignedAs] | None = None,
        contexts: Contexts | None = None,
        frugal: bool = True,
        notes: Sequence[str] = (),
        watched: Keeps | None = None,
        notifier: Notifies | None = None,
        early: EarlyScreen | None = None,
    ) -> None:
        super().__init__(frugal=frugal, early=early)
        self._store = store
        self._watched = watched
        self._notifier = notifier
        self._dashboard = self._dashboard_of(Connection(service, poller, details, place, clock, audit, signed_as))
        self._contexts = contexts
        self._notes = notes

    def get_default_screen(self) -> DashboardScreen:
        """The dashboard is the first and the last screen."""
        return self._dashboard

    async def on_event(self, event: events.Event) -> None:
        """Whoever presses a key is there."""
        if isinstance(event, _SIGNS_OF_LIFE) and not event.is_forwarded:
            self._dashboard.looked()
        await super().on_event(event)

    def on_app_blur(self) -> None:
        """Another window came to the front, as far as the terminal tells."""
        self._dashboard.went_behind()

    def on_app_focus(self) -> None:
        """The terminal is in front again."""
        self._dashboard.came_to_front()

    def on_mount(self) -> None:
        """Tell what there was to tell before there was a screen."""
        for note in self._notes:
            self._say(note)

    # Other places ------------------------------------------------------------------------------------------------------------

    @on(ContextWanted)
    def go_elsewhere(self, message: ContextWanted) -> None:
        """Open another place, from the wish that was typed. It outlives the dashboard that it was typed on."""
        if self._contexts is None:
            self._dashboard.post_message(EventHappened("there is no other place to go to from here"))
        else:
            flow = ContextFlow(self, self._contexts, show=self.show_place, said=self._say)
            self.run_worker(flow.follow(message.kind, message.name, message.known), group="contexts", exclusive=True)

    async def show_place(self, connection: Connection) -> None:
        """Replace the dashboard by that of another place, once what is being done on it is done."""
        old = self._dashboard
        await acts_done(self.workers, old)
        widgets = list(old.walk_children(Widget))
        self._dashboard = self._dashboard_of(connection)
        while self.screen is not old:
            await self.pop_screen()
        if not old._result_callbacks:  # noqa: SLF001 - the first screen of an app has none, and switch_screen takes one away
            old._push_result_callback(old, None)  # noqa: SLF001
        await self.switch_screen(self._dashboard)
        self.set_timer(_LET_GO, partial(old.let_go, widgets))
        self.set_timer(2 * _LET_GO, collect_what_was_left)

    def _dashboard_of(self, connection: Connection) -> DashboardScreen:
        return DashboardScreen(
            connection.service,
            connection.poller,
            connection.details,
            connection.place,
            clock=connection.clock,
            store=self._store,
            audit=connection.audit,
            signed_as=connection.signed_as,
            watched=self._watched,
            notifier=self._notifier,
        )

    def _say(self, words: str) -> None:
        self._dashboard.post_message(EventHappened(words))

    def copy_to_clipboard(self, text: str) -> None:
        """What is selected with the mouse goes the way of everything else, through tmux and screen too, and is told."""
        self._clipboard = text
        self.run_worker(self._send(text))

    async def _send(self, text: str) -> None:
        sent = await send_to_clipboard(self, text)
        self._dashboard.post_message(EventHappened(f"selection {sent.words}"))
