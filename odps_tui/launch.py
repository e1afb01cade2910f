"""Opening the dashboard: a terminal, a client, a first answer, the app; each closed by who opened it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from asyncio import Future
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
from importlib import import_module
from threading import Timer
from typing import TYPE_CHECKING

from odps_tui.config.aside import started
from odps_tui.demo_process import running_demo
from odps_tui.errors import SettingsError
from odps_tui.large_heap import expect_many_rows
from odps_tui.private_memory import keep_memory_private

if TYPE_CHECKING:
    from concurrent.futures import Future as Loading
    from types import ModuleType

    from odps_tui.app import OdpsApp
    from odps_tui.config.config_file import Reading
    from odps_tui.config.credentials import Credentials
    from odps_tui.config.settings import Settings
    from odps_tui.monitor import PollFailed, Snapshot
    from odps_tui.open_place import OpenPlace
    from odps_tui.painting.early_screen import EarlyScreen

_SOON = 0.1
"""Seconds that the first question has the processor for itself, before the screens are loaded beside it."""

_DEMO_REGION = "cn-demo"
"""With a region known, links need no token; the demo service shows its own page for them."""


def load_client() -> None:
    """Load what asks the service. Before the screens: while they are loaded its first answer comes."""
    import_module("odps_tui.open_place")


def load_screens_soon() -> None:
    """Load the screens beside the search for an identity, if that takes long: it may take a minute."""
    soon = Timer(2 * _SOON, load_screens)
    soon.daemon = True
    soon.start()


@cache
def load_screens() -> Loading[ModuleType]:
    """Load Textual and the screens in a thread, once; return the app's module to come. Everything else goes on meanwhile."""
    return started(lambda: import_module("odps_tui.app"))


def is_frugal(painter: str | None) -> bool:
    """Tell which painter draws: the frugal one unless `stock` is wanted. Raises SettingsError for another name."""
    if painter not in {None, "", "frugal", "stock"}:
        raise SettingsError(f"There is no painter called {painter}", remedy="ODPS_TUI_PAINT is frugal or stock.")
    return painter != "stock"


def open_dashboard(
    settings: Settings,
    environ: Mapping[str, str],
    *,
    reading: Reading | None = None,
    frugal: bool = True,
    early: EarlyScreen | None = None,
) -> int:
    """Show the dashboard until the user leaves; return the exit status.

    `environ` and `reading` are what other profiles are opened with; `reading` None is this user's own file. `early` is what the
    terminal shows already.

    Raises the service's error when the first answer says that nothing can be shown (refused credentials, no such project …).
    A service that does not answer is weather: the screen opens and goes on trying.
    """
    from odps_tui.event_loop import run

    return run(_dashboard(settings, environ, reading, frugal=frugal, early=early))


def open_demo(environ: Mapping[str, str], *, frugal: bool = True, early: EarlyScreen | None = None) -> int:
    """Show the dashboard on a demo service that lives as long as it does; of `environ` only the safeties count."""
    from odps_tui.config.config_file import NO_FILE
    from odps_tui.config.settings import Flags, read_settings

    load_screens()
    safeties = {name: environ[name] for name in ("ODPS_TUI_READ_ONLY", "ODPS_TUI_PROTECTED") if name in environ}
    with running_demo() as printed:
        settings = read_settings({**safeties, **printed}, Flags(region=_DEMO_REGION), reading=NO_FILE)
        return open_dashboard(replace(settings, note="demo"), printed, reading=NO_FILE, frugal=frugal, early=early)


def sign_in(environ: Mapping[str, str], *, frugal: bool = True) -> int:
    """Ask who somebody is and where to look, then open that; return the exit status."""
    from odps_tui.screens.sign_in_service import Wish
    from odps_tui.sign_in_app import SignInApp
    from odps_tui.signing_in import SigningIn, settings_after

    keep_memory_private()
    app = SignInApp(SigningIn(environ), frugal=frugal)
    wish = app.run()
    if wish is None:
        return app.return_code or 0
    if isinstance(wish, Wish):
        return open_dashboard(settings_after(wish, environ), environ, frugal=frugal)
    return open_demo(environ, frugal=frugal)


async def _dashboard(
    settings: Settings, environ: Mapping[str, str], reading: Reading | None, *, frugal: bool, early: EarlyScreen | None
) -> int:
    """The first question is on its way before the screens are there to show the answer."""
    from odps_tui.config.view_store import ViewStore
    from odps_tui.config.watch_store import WatchStore
    from odps_tui.open_place import open_place

    keep_memory_private()
    views, watched = ViewStore(), WatchStore()
    async with contextlib.AsyncExitStack() as stack:
        place = open_place(settings)
        stack.push_async_callback(place.client.aclose)
        answer = place.poller.begin()
        if early is not None and not any(store.load(str(place.where)) for store in (views, watched)):
            answer.add_done_callback(partial(_draw_rows, early, place))
        await asyncio.wait([answer], timeout=_SOON)
        screens = load_screens()
        from odps_tui.contexts import OpenPlaces
        from odps_tui.notifying.notifier import Notifier
        from odps_tui.notifying.settings import Way, read_notify

        habits = settings.notify
        notify = read_notify(os.environ, ways=habits.via, command=habits.command, webhook=habits.webhook)
        await asyncio.wrap_future(screens)
        _raise_refusal(answer, settings.credentials)
        from odps_tui.app import OdpsApp

        places = await stack.enter_async_context(contextlib.aclosing(OpenPlaces(environ, reading=reading)))
        here = places.adopt(place)
        app = OdpsApp(
            here.service,
            here.poller,
            here.details,
            here.place,
            clock=here.clock,
            store=views,
            audit=here.audit,
            signed_as=here.signed_as,
            contexts=places,
            frugal=frugal,
            notes=(*here.notes, *filter(None, (views.trouble, watched.trouble))),
            watched=watched,
            notifier=Notifier(notify, os.environ),
            early=early,
        )

        watching = asyncio.create_task(_take_first_answer(answer, app))
        with _leaving_on_signals(app), _keeping_title(Way.TITLE in notify.ways):
            await app.run_async()
        watching.cancel()
        _raise_refusal(answer, settings.credentials)
    return app.return_code or 0


def _draw_rows(early: EarlyScreen, place: OpenPlace, answer: Future[Snapshot | PollFailed]) -> None:
    """A list that comes before the screens do is shown all the same."""
    from odps_tui.monitor import Snapshot
    from odps_tui.screens.first_rows import first_rows

    if not answer.cancelled() and answer.exception() is None and isinstance(snapshot := answer.result(), Snapshot):
        early.add(first_rows(early.frame, str(place.where), snapshot, place.clock()))


async def _take_first_answer(answer: Future[Snapshot | PollFailed], app: OdpsApp) -> None:
    """Start is over. Leave, when the answer says that nothing can be shown."""
    from odps_tui.open_place import refusal_of

    await asyncio.wait([answer])
    expect_many_rows()
    if answer.exception() is None and refusal_of(answer.result()) is not None:
        app.exit()


def _raise_refusal(answer: Future[Snapshot | PollFailed], credentials: Credentials) -> None:
    """Raise what the first answer says, if it is there and says that nothing can be shown."""
    from odps_tui.clients import naming_the_source
    from odps_tui.open_place import refusal_of

    if not answer.done() or answer.exception() is not None:
        return
    if (refusal := refusal_of(answer.result())) is not None:
        with naming_the_source(credentials):
            raise refusal


@contextlib.contextmanager
def _keeping_title(is_ours: bool) -> Iterator[None]:
    """Give the window its own title back at the end, whatever the end was."""
    from odps_tui.notifying.terminal import POP_TITLE, PUSH_TITLE

    _say_to_terminal(PUSH_TITLE if is_ours else "")
    try:
        yield
    finally:
        _say_to_terminal(POP_TITLE if is_ours else "")


def _say_to_terminal(sequence: str) -> None:
    """Write where Textual draws; a terminal that is gone needs no title."""
    with contextlib.suppress(OSError, ValueError):
        if sequence and sys.__stderr__ is not None:
            sys.__stderr__.write(sequence)
            sys.__stderr__.flush()


class _leaving_on_signals:  # noqa: N801 - reads as a statement: with _leaving_on_signals(app)
    """SIGTERM and SIGHUP end the app the ordinary way, so that the terminal is restored (exit 143 and 129)."""

    def __init__(self, app: OdpsApp) -> None:
        self._app = app
        self._signals = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]

    def __enter__(self) -> None:
        for number in self._signals:
            asyncio.get_running_loop().add_signal_handler(number, self._app.exit, None, 128 + number)

    def __exit__(self, *_: object) -> None:
        for number in self._signals:
            asyncio.get_running_loop().remove_signal_handler(number)
