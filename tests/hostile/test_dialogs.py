"""What is shown before there is a list, beside it, or from files: each in an app whose terminal keeps every byte."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.screen import Screen
from textual.widgets import Input

from odps_tui.accounts import AccessKey
from odps_tui.base_app import BaseApp
from odps_tui.config.credentials import Credentials
from odps_tui.errors import DecodeError, NoPermission, TransportError
from odps_tui.models import LogviewAddress
from odps_tui.monitor import PollFailed, Snapshot
from odps_tui.monitor.result_rows import ResultRows
from odps_tui.monitor.watching import Entry, Journal, Tone
from odps_tui.safe_text import clean, clean_line
from odps_tui.screens.action_menu import ActionMenu
from odps_tui.screens.audit_dialog import AuditDialog
from odps_tui.screens.context_dialog import ContextDialog
from odps_tui.screens.contexts import ProfileLine, SourceLine
from odps_tui.screens.export_dialog import ExportDialog
from odps_tui.screens.field_dialog import FieldDialog
from odps_tui.screens.help_dialog import HelpDialog
from odps_tui.screens.key_dialog import KeyDialog
from odps_tui.screens.log_dialog import LogDialog
from odps_tui.screens.logview_dialog import LogviewDialog
from odps_tui.screens.place import Place
from odps_tui.screens.place_bar import place_bar
from odps_tui.screens.project_dialog import ProjectDialog
from odps_tui.screens.qr_dialog import QrDialog
from odps_tui.screens.row_dialog import RowDialog
from odps_tui.screens.sign_in import SignInScreen
from odps_tui.screens.sign_in_service import FoundPlace, Wish
from odps_tui.screens.yank_dialog import YankDialog
from odps_tui.screens.yanking import Piece
from odps_tui.widgets.event_line import EventLine
from odps_tui.widgets.fields import Field
from odps_tui.widgets.notice import Notice
from odps_tui.widgets.signed_as import SignedAs
from odps_tui.widgets.since_line import SinceLine
from tests.hostile.recording import recorded
from tests.hostile.texts import COUNT, given_to, texts

NOW = datetime(2025, 3, 14, 2, 10, tzinfo=UTC)
LINES = 30


class Given:
    """Texts as the gate lets them through, one after the other."""

    def __init__(self) -> None:
        self._texts = itertools.cycle(texts(COUNT))
        self.count = 0

    def raw(self) -> str:
        self.count += 1
        return next(self._texts)

    def line(self) -> str:
        return clean_line(self.raw())

    def block(self) -> str:
        return clean("\n".join(self.raw() for _ in range(8)))

    def some(self, count: int = LINES) -> list[str]:
        """Different ones: names in a list are."""
        return list(dict.fromkeys(f"{self.line()}{number}" for number in range(count)))


def contexts(given: Given) -> Screen[Any]:
    lines = (ProfileLine(name, given.line(), given.line(), number % 2 == 0) for number, name in enumerate(given.some()))
    return ContextDialog(tuple(lines))


def key(given: Given) -> Screen[Any]:
    sources = tuple(SourceLine(given.raw(), given.line(), given.line()) for _ in range(8))
    return KeyDialog(given.line(), given.block(), sources)


def projects(given: Given) -> Screen[Any]:
    async def listed() -> AsyncIterator[tuple[str, ...]]:
        yield tuple(given.some())
        raise NoPermission(given.raw(), code=given.line(), request_id=given.line())

    return ProjectDialog(tuple(given.some(3)), listed)


def row(given: Given) -> Screen[Any]:
    header = tuple(given.some(12))
    return RowDialog(ResultRows(header, (), [[given.block() for _ in header]], 1), 0)


def log(given: Given) -> Screen[Any]:
    journal = Journal()
    for tone in [*Tone] * 8:
        journal.add(Entry(NOW, given.line(), tone=tone))
    return LogDialog(journal, lambda: NOW)


def audit(given: Given) -> Screen[Any]:
    fields = ("at", "result", "instance_id", "owner", "project", "who", "request_id", "error")
    return AuditDialog([{name: given.raw() for name in fields} for _ in range(10)])


def logview(given: Given) -> Screen[Any]:
    address = LogviewAddress(url="http://127.0.0.1/", masked=given.line(), carries_token=True)
    return LogviewDialog(given.line(), address, reason=given.block(), is_ours=False, hours=24)


def yank(given: Given) -> Screen[Any]:
    async def link() -> Piece:
        return Piece("l", "link", reason=given.line())

    pieces = [Piece(letter, given.line(), given.block(), given.line()) for letter in "abc"]
    pieces += [Piece(letter, given.line(), "", given.line()) for letter in "def"]
    return YankDialog(given.line(), lambda found: [*pieces, found], link)


def fields(given: Given) -> Screen[Any]:
    return FieldDialog(given.line(), [Field(given.line(), given.block(), given.block()) for _ in range(12)])


class Lines(Screen[None]):
    """The lines around the panes."""

    CSS = ".line { height: 1; }"

    def __init__(self, given: Given) -> None:
        super().__init__()
        self._given = given

    def compose(self) -> ComposeResult:
        given = self._given
        source = Credentials(AccessKey("\x9b666m" * 4, secret=None), given.raw())  # type: ignore[arg-type]
        for colour in ("red", "#abcdef", None):
            place = Place(given.line(), given.line(), given.line(), given.line(), profile=given.line(), colour=colour)
            with Container(classes="line"):
                yield place_bar(place, lambda: SignedAs(source.masked, source.source, NOW, renewed=True))
        for words in (given.raw(), given.raw()):
            notice = Notice()
            notice.failure = PollFailed(TransportError(words, remedy=given.raw()), NOW, 5.0, 1)
            yield notice
        gap = Notice()
        gap.snapshot = Snapshot({}, {}, NOW, NOW, gap=DecodeError(given.raw()))
        gap.clock_offset = timedelta(minutes=7)
        yield gap
        events_line = EventLine()
        events_line.events = tuple((NOW, given.line()) for _ in range(4))
        yield events_line
        yield SinceLine(id="since")

    def on_mount(self) -> None:
        self.query_one(SinceLine).say(self._given.line(), self._given.line())


SURFACES: dict[str, Callable[[Given], Screen[Any]]] = {
    "contexts": contexts,
    "key": key,
    "projects": projects,
    "row": row,
    "log": log,
    "audit": audit,
    "logview": logview,
    "yank": yank,
    "fields": fields,
    "menu": lambda given: ActionMenu(given.line(), tuple((str(n), given.line(), given.line()) for n in range(12))),
    "export": lambda given: ExportDialog(given.line(), given.line(), given.block()),
    "help": lambda given: HelpDialog([], [(given.line(), given.line()) for _ in range(LINES)]),
    "qr": lambda given: QrDialog(given.line(), "http://127.0.0.1/", is_secret=False),
    "lines": Lines,
}


class Host(BaseApp[None]):
    """An app for one dialog after another."""


@pytest.mark.parametrize("name", SURFACES)
@pytest.mark.parametrize("painter", ["frugal", "stock"])
async def test_a_dialog(monkeypatch: pytest.MonkeyPatch, painter: str, name: str) -> None:
    given = Given()
    with recorded(monkeypatch, painter) as recorder:
        app = Host()
        async with app.run_test(size=(120, 40)) as pilot:
            recorder.taken()
            for _ in _rounds(given):
                await app.push_screen(SURFACES[name](given))
                await pilot.pause()
                recorder.check(f"{name} of {given.count} texts")
                app.pop_screen()
                assert app._exception is None
            await pilot.pause()
    assert not recorder.controls
    given_to[f"{name}, {painter} painter"] += given.count


def _rounds(given: Given) -> Iterator[int]:
    """A few in an ordinary run; else until a surface has had a fifth of all texts, in three hundred rounds at most."""
    most = 2 if COUNT < 5_000 else 300
    return itertools.takewhile(lambda number: number < most and given.count < max(COUNT // 5, 1), itertools.count())


class Found:
    """Identities that lie about under names that nobody would choose."""

    def __init__(self, given: Given) -> None:
        self._given = given

    def found(self) -> tuple[FoundPlace, ...]:
        given = self._given
        lines = (SourceLine(given.raw(), given.line(), given.line()) for _ in range(10))
        return tuple(FoundPlace(line, given.line(), given.line()) for line in lines)

    async def try_out(self, _wish: Wish, /) -> str:
        raise NoPermission(self._given.raw(), code=self._given.line())

    async def keep(self, _wish: Wish, /) -> None:
        raise AssertionError


@pytest.mark.parametrize("painter", ["frugal", "stock"])
async def test_signing_in(monkeypatch: pytest.MonkeyPatch, painter: str) -> None:
    given = Given()
    with recorded(monkeypatch, painter) as recorder:
        app = Host()
        async with app.run_test(size=(120, 40)) as pilot:
            recorder.taken()
            for _ in _rounds(given):
                screen = SignInScreen(Found(given))
                await app.push_screen(screen)
                await pilot.press("down", "enter")
                for field in screen.query(Input):
                    field.focus()
                    await pilot.pause()
                    assert app._driver is not None
                    app._driver.send_message(events.Paste(given.raw()))
                    await pilot.pause()
                await pilot.press("enter")
                await pilot.pause()
                recorder.check("signing in")
                app.pop_screen()
            await pilot.pause()
    assert app._exception is None
    given_to[f"signing in, {painter} painter"] += given.count
