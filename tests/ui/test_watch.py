"""Pins, rules, the log and what happened since somebody looked: on the screen, to the terminal, and out into the world."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from textual import events

from odps_tui.config.watch_store import WatchStore
from odps_tui.demo import World
from odps_tui.notifying.notifier import Notifier
from odps_tui.notifying.settings import NotifySettings, Way
from odps_tui.screens.inside import InsideScreen
from odps_tui.screens.watching import WatchingScreen
from odps_tui.secret_str import SecretStr
from tests.clock import Clock
from tests.ui.conftest import Session, open_dashboard

_POINTER_SHAPE = re.compile(r"\x1b\]22;[a-z]+\x07")


class Wire:
    """What the app writes to the terminal apart from frames: there are none without a terminal."""

    def __init__(self, session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
        self.written = ""
        monkeypatch.setattr(session.app._driver, "write", self._write)

    def _write(self, data: str) -> None:
        self.written += _POINTER_SHAPE.sub("", data)


def lines_of(session: Session) -> list[str]:
    return session.text.splitlines()


def first_rows(session: Session, count: int) -> list[str]:
    return [line for line in session.screen.table._listing.lines(0, count) if isinstance(line, str)]


def log_text(session: Session) -> str:
    journal = session.screen._watch.journal
    return "\n".join(f"{entry.row.id if entry.row else ''} {entry.words}" for entry in journal.latest())


async def command(session: Session, text: str) -> None:
    await session.pilot.press("colon", *("space" if key == " " else key for key in text), "enter")
    await session.pilot.pause()


async def until_ended(session: Session, instance_id: str) -> None:
    """Somebody else stops an instance: let the world go on until it has ended and the screen knows how."""
    await session.client.stop_instance(instance_id)
    for _ in range(40):
        session.clock.advance(120)
        await session.poll()
        await session.settle()
        row = session.screen._watch.row(instance_id)
        if row is not None and row.outcome is not None:
            return
    raise AssertionError(f"{instance_id} never ended\n{session.text}")


# Pins ----------------------------------------------------------------------------------------------------------------------


async def test_a_pinned_instance_stands_on_top_over_every_filter() -> None:
    async with open_dashboard() as session:
        instance_id = await session.select("succeeded")
        assert first_rows(session, 1) != [instance_id]
        await session.pilot.press("w")
        assert first_rows(session, 1) == [instance_id]
        assert session.screen.table.cursor_id == instance_id, "the cursor goes along"
        line = next(line for line in lines_of(session) if instance_id[-10:] in line)
        assert "★" in line
        await session.pilot.press("1")
        assert first_rows(session, 1) == [instance_id], "it does not run, and stays"
        await session.pilot.press("6", "S", "B")
        assert first_rows(session, 1) == [instance_id]
        await session.pilot.press("g", "w")
        assert first_rows(session, 1) != [instance_id]


async def test_marking_all_does_not_mark_what_only_its_pin_keeps_in_the_list() -> None:
    async with open_dashboard() as session:
        instance_id = await session.select("succeeded")
        await session.pilot.press("w", "1", "asterisk")
        assert session.screen.table.marks
        assert instance_id not in session.screen.table.marks


async def test_pins_and_rules_are_there_after_a_restart_wherever_the_window_ends(tmp_path: Path) -> None:
    store, clock = WatchStore(tmp_path), Clock()
    world = World(seed=7, instances=60, clock=clock.time, project="demo_project")
    async with open_dashboard(watched=store, clock=clock, world=world) as session:
        instance_id = await session.select("succeeded")
        await session.pilot.press("w")
        await command(session, "watch fails owner:etl")
    kept = tmp_path / "watch.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    clock.advance(3 * 3600)
    async with open_dashboard(watched=WatchStore(tmp_path), clock=clock, world=world) as session:
        await session.until(lambda: first_rows(session, 1) == [instance_id], "the pin, looked up by its id")
        assert session.screen.snapshot is not None
        assert session.screen.snapshot.rows[instance_id].start_time < session.screen.snapshot.since  # type: ignore[operator]
        assert [str(rule) for rule in session.screen._watch.book.rules] == ["ends pinned", "fails owner:etl"]


async def test_a_file_that_cannot_be_read_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / "watch.json").write_text("{nonsense")
    async with open_dashboard(watched=WatchStore(tmp_path)) as session:
        instance_id = await session.select("running")
        await session.pilot.press("w")
        assert first_rows(session, 1) == [instance_id]
    assert (tmp_path / "watch.json.unreadable").read_text() == "{nonsense"
    assert instance_id in (tmp_path / "watch.json").read_text()


async def test_a_pin_that_the_service_does_not_know_is_let_go_with_a_word(tmp_path: Path) -> None:
    store = WatchStore(tmp_path)
    async with open_dashboard() as session:
        place = session.screen._watch._place
    store.save(place, {"pins": [["20250101000000000gdoesnotex", True]]})
    async with open_dashboard(watched=store) as session:
        await session.poll()
        assert "the service does not know it any more" in log_text(session)
        assert store.load(place)["pins"] == []


async def test_a_pinned_one_that_ended_while_the_program_was_closed_is_told(tmp_path: Path) -> None:
    store, clock = WatchStore(tmp_path), Clock()
    world = World(seed=7, instances=60, clock=clock.time, project="demo_project")
    async with open_dashboard(watched=store, clock=clock, world=world) as session:
        instance_id = await session.select("running")
        await session.pilot.press("w")
    clock.advance(6 * 3600)
    async with open_dashboard(watched=WatchStore(tmp_path), clock=clock, world=world) as session:
        await session.until(lambda: session.screen._watch.row(instance_id), "looked up")
        for _ in range(5):
            await session.poll()
            await session.settle()
        assert "rule: ends pinned" in log_text(session)


# Rules ---------------------------------------------------------------------------------------------------------------------


async def test_the_end_of_a_pinned_one_rings_and_is_in_the_title(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_dashboard(notifier=Notifier(NotifySettings(), {})) as session:
        instance_id = await session.select("running")
        await session.pilot.press("w")
        wire = Wire(session, monkeypatch)
        await until_ended(session, instance_id)
        assert wire.written.count("\a") == 2, "one ends the title, one is the bell"
        assert re.search(r"\x1b\]2;odps-tui demo · demo_project · cn-demo ●1 (ended|failed)\x07", wire.written)
        for _ in range(3):
            await session.poll()
        assert wire.written.count("\a") == 2, "told once"
        await command(session, "ack")
        assert wire.written.endswith("\x1b]2;odps-tui demo · demo_project · cn-demo\x07")


@pytest.mark.parametrize(
    ("ways", "environ", "pattern"),
    [
        ({Way.OSC9}, {}, r"\x1b\]9;[^\x1b\a]*has waited[^\x1b\a]*\a"),
        ({Way.OSC777}, {}, r"\x1b\]777;notify;odps-tui;[^\x1b\a;]*has waited[^\x1b\a;]*\a"),
        ({Way.OSC99}, {}, r"\x1b\]99;i=odps-tui:d=0;odps-tui\a\x1b\]99;i=odps-tui:d=1:p=body;[^\x1b\a]*has waited[^\x1b\a]*\a"),
        ({Way.OSC9}, {"TMUX": "/x,1,0"}, r"\x1bPtmux;\x1b\x1b\]9;[^\x1b\a]*has waited[^\x1b\a]*\a\x1b\\"),
        ({Way.OSC9}, {"STY": "1.x"}, r"\x1bP\x1b\]9;[^\x1b\a]*has waited[^\x1b\a]*\a\x1b\\"),
        ({Way.BELL}, {}, r"\a"),
        (set(), {}, r""),
    ],
)
async def test_by_which_bytes(ways: set[Way], environ: dict[str, str], pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_dashboard(notifier=Notifier(NotifySettings(frozenset(ways)), environ)) as session:
        await session.select("waiting")
        wire = Wire(session, monkeypatch)
        await command(session, "watch waits>1s this")
        session.clock.advance(2)
        await session.poll()
        await session.settle()
        assert re.fullmatch(pattern, wire.written), repr(wire.written)
        assert "★" in session.text
        assert "has waited" in "\n".join(text for _, text in session.screen.log_events)


async def test_a_rule_is_silent_while_nothing_is_read_and_says_so() -> None:
    async with open_dashboard() as session:
        await session.select("waiting")
        await command(session, "watch waits>5d this")
        await session.end_service()
        session.clock.advance(6 * 86_400)
        await session.pilot.press("r")
        await session.until(lambda: session.screen.failure, "a failed poll")
        assert "has waited" not in log_text(session)
        await command(session, "watch")
        await session.until(lambda: "silent: nothing has been read since" in session.text)


async def test_a_rule_that_cannot_be_read_stays_and_is_explained() -> None:
    async with open_dashboard() as session:
        await session.select("running")
        await command(session, "watch")
        await session.pilot.press("i", *"fials", "enter")
        assert "Did you mean fails?" in session.text
        assert "fials" in session.text
        await session.pilot.press("escape", "i", *"fails", "enter")
        assert "fails" in session.text
        assert [str(rule) for rule in session.screen._watch.book.rules] == ["ends pinned", "fails"]
        await session.pilot.press("escape")
        await command(session, "watch wait>soon")
        assert "Did you mean waits?" in "\n".join(text for _, text in session.screen.log_events)


async def test_the_watch_screen_shows_takes_and_acknowledges() -> None:
    async with open_dashboard() as session:
        instance_id = await session.select("waiting")
        await command(session, "watch waits>1s this")
        session.clock.advance(2)
        await session.poll()
        await command(session, "watch")
        for words in ("Pinned", instance_id[-10:], "ends pinned", "waits>1s", "fired 1×", "Not acknowledged", "has waited"):
            assert words in session.text, words
        await session.pilot.press("A")
        assert "No alert waits for you" in session.text
        await session.pilot.press("home", "j", "d")
        assert "ends pinned" not in session.text
        await session.pilot.press("escape")
        assert [rule.kind for rule in session.screen._watch.book.rules] == ["waits"]


async def test_a_deadline_has_a_verdict_and_unknown_is_one() -> None:
    async with open_dashboard() as session:
        await session.select("waiting")
        later = session.clock.utc_now().astimezone()
        clock = f"{(later.hour + 1) % 24:02}:{later.minute:02}"
        await command(session, f"watch deadline {clock} this")
        await command(session, "watch")
        await session.until(lambda: f"{clock} unknown: it is waiting" in session.text)
        await session.pilot.press("escape")
        session.clock.advance(3700)
        await session.poll()
        await session.settle()
        assert "late for" in log_text(session) or "rule: ends pinned" in log_text(session)


async def polls(session: Session, count: int, *, apart: float) -> None:
    """Let the list be read again and again; nobody presses a key."""
    for _ in range(count):
        session.clock.advance(apart)
        before = session.screen.snapshot
        session.screen._poller.wake()
        await session.until(lambda before=before: session.screen.snapshot is not before, "a new snapshot")  # type: ignore[misc]
        await session.pilot.pause(0.01)


async def test_workers_of_a_pinned_one_are_asked_now_and_then_and_their_word_is_told() -> None:
    async with open_dashboard() as session:
        skewed = await session.select("skewed")
        await session.pilot.press("w")
        await session.select("running")
        await command(session, "watch stalls>2m pinned")
        session.service.requests.clear()
        await polls(session, 30, apart=5)
        asked = [request for request in session.service.requests if skewed in request.path]
        assert 5 <= sum("instanceprogress" in request.query for request in asked) <= 6, "150 s, a look every 30"
        assert sum("taskstatus" in request.query for request in asked) <= 1
        told = re.search(rf"{skewed} ★ no worker has finished for 2m \(2 at work\)", log_text(session))
        assert told, log_text(session)
        session.service.requests.clear()
        await polls(session, 8, apart=5)
        assert not [request for request in session.service.requests if "instanceprogress" in request.query], "it has been told"


async def test_a_rule_for_many_goes_by_the_queue_and_asks_nobody() -> None:
    async with open_dashboard() as session:
        await session.select("succeeded")
        await command(session, "watch stalls>2m state:running")
        await command(session, "watch stalls>2m pinned")
        session.service.requests.clear()
        await polls(session, 20, apart=10)
        assert not [request for request in session.service.requests if "instanceprogress" in request.query]
        assert "★ ~progress has stood at" in log_text(session)
        await command(session, "watch")
        assert "~by the progress in the queue" in session.text
        assert "workers are asked every 30s, of 16 at most" in session.text


async def test_a_deadline_at_risk_is_told_and_told_again_when_it_is_late() -> None:
    async with open_dashboard() as session:
        instance_id = await session.select("running")
        later = (session.clock.utc_now() + timedelta(minutes=12)).astimezone()
        await command(session, f"watch deadline {later:%H:%M} this")
        await polls(session, 20, apart=20)
        assert log_text(session).count("★ at risk for") == 1
        await polls(session, 5, apart=90)
        assert len(re.findall(rf"{instance_id} ★ late for {later:%H:%M}", log_text(session))) == 1
        await command(session, "watch")
        assert "late for" in session.text
        assert "at risk for" not in session.text, "one alert, the newest"


# The log -------------------------------------------------------------------------------------------------------------------


async def test_the_log_tells_what_happened_and_is_searched() -> None:
    async with open_dashboard() as session:
        instance_id = await session.select("running")
        await session.pilot.press("w")
        await until_ended(session, instance_id)
        await command(session, "log")
        await session.until(lambda: "Log of this session" in session.text)
        assert "new" in session.text
        assert "ended" in session.text
        await session.pilot.press("slash", *instance_id[-8:])
        await session.until(lambda: "pinned" in session.text and " of " in session.text)
        assert "rule: ends pinned" in session.text
        await session.pilot.press("enter", "enter")
        await session.until(lambda: session.app.screen is session.screen, "the log closed")
        assert session.screen.table.cursor_id == instance_id


async def test_what_is_done_here_is_in_the_log_too() -> None:
    async with open_dashboard() as session:
        await session.select("running")
        await command(session, "nonsense")
        assert "No command :nonsense" in log_text(session)


# Since you looked ----------------------------------------------------------------------------------------------------------


async def test_who_comes_back_reads_one_line() -> None:
    async with open_dashboard(instances=120) as session:
        await session.select("running")
        left = f"{session.clock.utc_now().astimezone():%H:%M}"
        session.clock.advance(30)
        await session.poll()  # with a key: somebody is there
        for _ in range(12):
            session.clock.advance(120)
            session.screen._poller.wake()
            await session.settle()
            await session.pilot.pause(0.05)
        session.screen._tick()
        await session.pilot.pause()
        assert f"since you looked ({left})" in session.text
        line = next(line for line in lines_of(session) if "since you looked" in line)
        assert re.search(r"\d+ new", line)
        assert re.search(r"\d+ (succeeded|failed|cancelled|ended)", line)
        await session.pilot.press("j")
        assert "since you looked" in session.text, "the key that wakes it does not take it away"
        session.clock.advance(40)
        session.screen._tick()
        await session.pilot.pause()
        assert "since you looked" not in session.text


async def test_a_terminal_behind_another_window_and_a_gap() -> None:
    async with open_dashboard() as session:
        await session.select("running")
        session.app.post_message(events.AppBlur())
        await session.pilot.pause()
        began = f"{session.clock.utc_now().astimezone():%H:%M}"
        await session.end_service()
        session.clock.advance(600)
        session.screen._poller.wake()
        await session.until(lambda: session.screen.failure, "a failed poll")
        session.app.post_message(events.AppFocus())
        await session.until(lambda: f"nothing read {began}–now" in session.text)


# Out into the world --------------------------------------------------------------------------------------------------------


@dataclass
class Receiver:
    """A webhook of somebody's: takes one request a connection, and answers as it is told."""

    port: int = 0
    statuses: list[int] = field(default_factory=list)
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("ascii")
        first, *lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        body = await reader.readexactly(int(headers["content-length"]))
        self.requests.append((first, headers, body))
        status = self.statuses.pop(0) if self.statuses else 204
        writer.write(f"HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def receiving(*statuses: int) -> AsyncIterator[Receiver]:
    receiver = Receiver(statuses=list(statuses))
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    async with server:
        yield receiver


async def test_a_webhook_and_a_command_get_facts_and_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = tmp_path / "told.json"
    program = (
        "import json,os,sys; json.dump([json.load(sys.stdin), dict(os.environ)], open(sys.argv[1] + '.part', 'w'));"
        "os.replace(sys.argv[1] + '.part', sys.argv[1])"
    )
    environ = {"ALIBABA_CLOUD_ACCESS_KEY_SECRET": "canary-secret", "ODPS_STS_TOKEN": "canary-token", "PATH": "/usr/bin", "X": "1"}
    async with receiving() as receiver:
        settings = NotifySettings(
            frozenset(),
            (sys.executable, "-c", program, str(told)),
            SecretStr(f"http://127.0.0.1:{receiver.port}/hook?key=canary-key"),
        )
        async with open_dashboard(notifier=Notifier(settings, environ)) as session:
            instance_id = await session.select("waiting")
            await command(session, "watch waits>1s this")
            session.clock.advance(2)
            await session.poll()
            await session.until(lambda: told.exists() and receiver.requests, "both were told", patience=1500)
            assert "canary" not in session.text + log_text(session)
    facts, seen = json.loads(told.read_text())
    first, headers, body = receiver.requests[0]
    assert first == "POST /hook?key=canary-key HTTP/1.1"
    assert headers["content-type"] == "application/json"
    assert "authorization" not in headers
    assert json.loads(body) == facts
    assert facts["rule"] == f"waits>1s @{instance_id}"
    assert facts["count"] == 1
    assert [fact["id"] for fact in facts["instances"]] == [instance_id]
    assert (seen["ODPS_TUI_INSTANCE_ID"], seen["X"]) == (instance_id, "1")
    assert "canary" not in json.dumps([facts, seen])
    assert "select" not in body.decode().lower(), "no SQL"


async def test_what_does_not_arrive_is_said_without_the_address() -> None:
    async with receiving(500, 503) as receiver:
        settings = NotifySettings(
            frozenset(), ("/does/not/exist",), SecretStr(f"http://127.0.0.1:{receiver.port}/hook?key=canary")
        )
        async with open_dashboard(notifier=Notifier(settings, {})) as session:
            await session.select("waiting")
            await command(session, "watch waits>1s this")
            session.clock.advance(2)
            await session.poll()
            await session.until(lambda: "answered 503" in log_text(session), "the second try is told", patience=1500)
            assert "the command cannot be run: No such file or directory" in log_text(session)
            assert "canary" not in session.text + log_text(session)
    assert len(receiver.requests) == 2


def test_the_two_halves_of_the_dashboard_take_no_name_from_each_other() -> None:
    """They are siblings: a method of one that is named like one of the other would silently take its place."""
    ours, theirs = (
        {name for name, value in vars(half).items() if callable(value) and not name.startswith("__")}
        for half in (WatchingScreen, InsideScreen)
    )
    assert ours & theirs == set()
