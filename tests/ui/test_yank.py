"""The yank menu: what each key would copy, what it sends, and what it says of it."""

from __future__ import annotations

import asyncio
import json
import shlex
from dataclasses import replace

import pytest

from odps_tui.browser import is_trusted
from odps_tui.cli import main
from odps_tui.demo.wire.messages import Answer, Request, Response
from odps_tui.maxcompute.calls.links import LinkCalls
from odps_tui.maxcompute.logview import NoLink
from odps_tui.screens.detail_tabs import Tab
from odps_tui.screens.export import to_json
from odps_tui.screens.place import Place
from odps_tui.screens.yank_dialog import YankDialog
from odps_tui.screens.yanking import Piece, link_piece, pieces
from tests.ui.clipboard_wire import ClipboardWire, over_ssh
from tests.ui.conftest import Session, open_dashboard


@pytest.fixture(autouse=True)
def jump_host(monkeypatch: pytest.MonkeyPatch) -> None:
    over_ssh(monkeypatch)


async def yank(session: Session, monkeypatch: pytest.MonkeyPatch, story: str, key: str) -> tuple[str, str]:
    """Yank a piece of a story's instance; return its id and the text that was sent."""
    wire = ClipboardWire(session, monkeypatch)
    instance_id = await session.select(story)
    await session.until(lambda: session.screen.detail is not None and "reading" not in session.text)
    await session.pilot.press("y")
    await session.until(lambda: isinstance(session.app.screen, YankDialog) and "asking" not in session.text)
    await session.pilot.press(key)
    await session.until(lambda: "sent to the terminal" in str(session.screen.log_events), f"{key} sends")
    (text,) = wire.texts
    assert session.app.screen is session.screen
    return instance_id, text


def event(session: Session) -> str:
    return session.screen.log_events[-1][1]


async def test_the_id(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_dashboard() as session:
        instance_id, text = await yank(session, monkeypatch, "skewed", "i")
        assert text == instance_id
        assert event(session) == f"id of …{instance_id[-10:]} sent to the terminal (OSC 52)"


async def test_the_sql(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_dashboard() as session:
        _, text = await yank(session, monkeypatch, "skewed", "q")
        job = session.screen.detail.job.value  # type: ignore[union-attr]
        assert job is not None
        assert text == (job.tasks[0].query or "").strip()
        assert not text.endswith("\n"), "pasted into a shell it waits for Enter"


async def test_the_sql_is_asked_for_where_no_tab_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_dashboard() as session:
        wire = ClipboardWire(session, monkeypatch)
        session.screen.detail_pane.tab = Tab.TASKS
        await session.pilot.pause()
        instance_id = session.world.stories["running"]
        session.screen.table.select(instance_id)
        await session.until(lambda: session.screen.detail is not None and session.screen.detail.id == instance_id)
        await session.until(lambda: session.screen.detail is not None and session.screen.detail.progress)
        assert session.screen.detail is not None
        assert session.screen.detail.job.read_at is None, "nobody has looked at it"
        await session.pilot.press("y")
        await session.until(lambda: session.screen.detail is not None and session.screen.detail.job.value is not None)
        await session.until(lambda: "asking" not in session.text)
        await session.pilot.press("q")
        await session.until(lambda: "sent to the terminal" in str(session.screen.log_events))
        job = session.screen.detail.job.value
        assert job is not None
        assert wire.texts == [(job.tasks[0].query or "").strip()]


async def test_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_dashboard() as session:
        _, text = await yank(session, monkeypatch, "failed", "e")
        assert "ODPS-" in text


async def test_the_link_has_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_dashboard() as session:
        instance_id, text = await yank(session, monkeypatch, "skewed", "l")
        assert text.endswith(f"&i={instance_id}")
        assert "token" not in text
        assert is_trusted(text, session.service.endpoint)
        assert not any(request.path.endswith("/authorization") for request in session.service.requests)


async def test_the_row_is_what_an_export_says_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_dashboard() as session:
        instance_id, text = await yank(session, monkeypatch, "waiting", "r")
        row = session.screen.table.row(instance_id)
        assert row is not None
        assert [json.loads(text)] == json.loads(to_json([row], (), session.clock.utc_now()))


async def test_the_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_dashboard() as session:
        instance_id, text = await yank(session, monkeypatch, "skewed", "c")
        ours, theirs, python = text.split("\n")
        assert shlex.split(theirs)[-2:] == ["-e", f"status {instance_id};"]
        assert python == f"# PyODPS: o.get_instance('{instance_id}', project='demo_project')"
        program, *arguments = shlex.split(ours)
        assert program == "odps-tui"
        with pytest.raises(SystemExit) as done:
            main([*arguments, "--help"])
        assert done.value.code == 0, "our own command line takes it"


async def test_what_is_not_there_is_dim_says_why_and_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_dashboard() as session:
        wire = ClipboardWire(session, monkeypatch)
        await session.select("skewed")
        await session.pilot.press("y")
        await session.until(lambda: "it has not ended" in session.text)
        await session.pilot.press("e", "x", "space", "enter")
        assert isinstance(session.app.screen, YankDialog)
        await session.pilot.press("y")
        await session.until(lambda: session.app.screen is session.screen)
        assert not wire.written
        assert not session.screen.log_events


async def test_without_a_link_it_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: object) -> str:
        raise NoLink("The region is not known", remedy="Set the region.")

    monkeypatch.setattr(LinkCalls, "_region_of", refuse)
    async with open_dashboard() as session:
        await session.select("skewed")
        await session.pilot.press("y")
        await session.until(lambda: "The region is not known. Set the region. Press o for it." in session.dialog_text)
        await session.pilot.press("l")
        assert isinstance(session.app.screen, YankDialog)


async def test_a_host_that_is_not_ours_is_not_yanked(monkeypatch: pytest.MonkeyPatch) -> None:
    async def foreign(*_: object) -> str:
        return "https://example.com"

    monkeypatch.setattr(LinkCalls, "_webconsole", foreign)
    async with open_dashboard() as session:
        await session.select("skewed")
        await session.pilot.press("y")
        await session.until(lambda: "named a host" in session.dialog_text)
        assert "https://example.com" not in session.text + session.dialog_text


def words(session: Session) -> list[str]:
    """What the dialog says, without its frame."""
    return session.text.replace("│", " ").split()


async def test_the_sql_arrives_while_the_menu_is_open() -> None:
    told = asyncio.Event()

    def slow_with_sources(answer: Answer) -> Answer:
        async def answering(request: Request) -> Response:
            if request.has("source"):
                await told.wait()
            return await answer(request)

        return answering

    async with open_dashboard(disturb=slow_with_sources) as session:
        instance_id = session.world.stories["skewed"]
        session.screen.table.select(instance_id)
        await session.until(lambda: session.screen.detail is not None and session.screen.detail.id == instance_id)
        await session.pilot.press("y")
        await session.until(lambda: "SQL           not read yet" in session.text)
        told.set()
        await session.until(lambda: "INSERT OVERWRITE" in session.dialog_text)


@pytest.mark.parametrize(("story", "key"), [("hostile", "q"), ("hostile", "r"), ("hostile_failed", "e"), ("hostile_failed", "r")])
async def test_no_control_character_is_yanked(monkeypatch: pytest.MonkeyPatch, story: str, key: str) -> None:
    async with open_dashboard() as session:
        _, text = await yank(session, monkeypatch, story, key)
        assert not any(ord(character) < 0x20 and character not in "\n\t" for character in text)
        assert not any(0x7F <= ord(character) < 0xA0 for character in text)
        assert "\x1b" not in event(session)


async def test_what_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_dashboard() as session:
        wire = ClipboardWire(session, monkeypatch)
        await session.select("skewed")
        long = replace(session.screen.selected, id="9" * 60_000)  # type: ignore[type-var]
        session.screen.selected = long
        await session.pilot.press("y", "i")
        await session.until(lambda: "not sent: it is 58 KB long" in str(session.screen.log_events))
        assert not wire.written


async def test_an_id_that_is_no_id_gets_no_command() -> None:
    async with open_dashboard() as session:
        await session.select("skewed")
        row = session.screen.selected
        assert row is not None
        place = Place("p; x", "http://127.0.0.1/api")

        def command(instance_id: str) -> Piece:
            found = pieces(replace(row, id=instance_id), None, link_piece(), place)
            return next(piece for piece in found if piece.key == "c")

        for bad in ("1; drop table t", "$(reboot)", "1\nreboot", "", "1'", 'a"b'):
            assert not command(bad).text
            assert "characters" in command(bad).reason
        assert "--project='p; x' show 20261121abc" in command("20261121abc").text


async def test_text_selected_with_the_mouse_goes_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_dashboard() as session:
        wire = ClipboardWire(session, monkeypatch)
        session.app.copy_to_clipboard("a\x1bb")
        await session.until(lambda: "selection sent to the terminal" in session.text)
        assert wire.texts == ["a\ufffdb"]
