"""The dashboard on a service whose every word is hostile: the real client, real sockets, both painters, every byte looked at."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.widgets import Input

from odps_tui.config.audit_log import AuditLog
from odps_tui.config.view_store import ViewStore
from odps_tui.config.watch_store import WatchStore
from odps_tui.demo.wire.authentication import Caller, Gatekeeper
from odps_tui.screens.detail_tabs import Tab
from odps_tui.screens.logview_dialog import LogviewDialog
from odps_tui.screens.stop_dialog import StopDialog
from tests.hostile.disguise import Disguise
from tests.hostile.recording import Recorder, in_words, not_ours, recorded
from tests.hostile.texts import COUNT, given_to, texts
from tests.ui.conftest import Session, open_dashboard

PAGES = 6 if COUNT >= 5_000 else 3
CLIPBOARD = re.compile(r"\x1b\]52;c;[A-Za-z0-9+/=]*\x1b\\")


@asynccontextmanager
async def hostile_dashboard(
    monkeypatch: pytest.MonkeyPatch, painter: str, *, instances: int = 160 if COUNT >= 5_000 else 80, **options: Any
) -> AsyncIterator[tuple[Session, Disguise, Recorder]]:
    disguise = Disguise(texts(COUNT))
    monkeypatch.setattr(Gatekeeper, "admit", lambda *_: Caller())  # a signature is of the names that the client knows
    monkeypatch.setenv("ODPS_TUI_CLIPBOARD", "osc52")
    with recorded(monkeypatch, painter) as recorder:
        async with open_dashboard(instances=instances, disturb=disguise.around, **options) as session:
            yield session, disguise, recorder
            assert session.app._exception is None
        assert not (found := not_ours(recorder.taken())), found


async def turn(session: Session, disguise: Disguise) -> None:
    """Everything has another name, and the list is read anew."""
    disguise.turn()
    await session.poll()


@pytest.mark.parametrize("painter", ["frugal", "stock"])
async def test_the_list(monkeypatch: pytest.MonkeyPatch, painter: str) -> None:
    async with hostile_dashboard(monkeypatch, painter) as (session, disguise, recorder):
        given = seen = 0
        while given < COUNT:
            await turn(session, disguise)
            await session.pilot.press("g")
            for _ in range(PAGES):
                seen += len(list(session.screen.table.visible_rows()))
                await session.pilot.press("pagedown")
            recorder.check(f"the list with {disguise.given}")
            given = sum(disguise.given[what] for what in ("id", "Owner", "jobName", "taskType", "description"))
        assert seen
        given_to[f"list, {painter} painter: {seen:,} rows seen in {recorder.frames:,} frames"] += given


ROUNDS = max(1, COUNT // 5_000)
"""How often everything is looked at, each time with other texts."""
STORIES = ["running", "skewed", "multi_task", "failed", "succeeded", "waiting", "xflow", "cancelled", "hostile"]
PAINTERS = ["frugal", "stock"]
if COUNT < 5_000:  # the stock painter passes on whatever a widget holds; the frugal one leaves controls out by itself
    STORIES, PAINTERS = ["skewed", "failed", "xflow"], ["stock"]


@pytest.mark.parametrize("painter", PAINTERS)
async def test_inside_an_instance(monkeypatch: pytest.MonkeyPatch, painter: str, tmp_path: Path) -> None:
    options: dict[str, Any] = {"size": (160, 50), "instances": 30, "audit": AuditLog("\x1b]2;owned\x07", tmp_path)}
    async with hostile_dashboard(monkeypatch, painter, **options) as (session, disguise, recorder):
        for story in STORIES * ROUNDS:
            await turn(session, disguise)
            await open_story(session, disguise, story)
            await press(session, recorder, "enter", what="into the detail")
            seen = set()
            for _ in Tab:
                await press(session, recorder, "right_square_bracket", "pagedown", "G", what=f"{story}, a tab")
                seen.add(session.screen.detail_pane.tab)
            assert seen == set(Tab)
            await press(session, recorder, "T", "T", "T", "tab", "j", "j", "enter", "escape", what=f"{story}, stages")
            await press(session, recorder, "W", "j", "L", what=f"{story}, workers and log")
            await press(session, recorder, "right_square_bracket", "slash", "o", "enter", "escape", "escape", what="log")
            await press(session, recorder, "escape", "escape", "escape", "escape", what="back")
        assert "WorkerLog" in recorder.screens
        given_to[f"inside an instance, {painter} painter: tabs, stages, workers, logs"] += disguise.given.total()


@pytest.mark.parametrize("painter", PAINTERS)
async def test_dialogs_over_the_list(monkeypatch: pytest.MonkeyPatch, painter: str, tmp_path: Path) -> None:
    options: dict[str, Any] = {"instances": 40, "audit": AuditLog("\x1b]2;owned\x07", tmp_path), "store": ViewStore(tmp_path)}
    options["watched"] = WatchStore(tmp_path)
    async with hostile_dashboard(monkeypatch, painter, **options) as (session, disguise, recorder):
        for _ in range(ROUNDS):
            await turn(session, disguise)
            for story in ("running", "failed") if COUNT >= 5_000 else ("running",):
                await open_story(session, disguise, story)
                await press(session, recorder, "x", "j", "escape", what="menu")
                await press(session, recorder, "w", what="pin")
                await press(session, recorder, "y", what="yank menu")
                await press(session, recorder, "e" if story == "failed" else "q", what="yank", also=CLIPBOARD)
                await press(session, recorder, "y", "i", what="yank an id", also=CLIPBOARD)
                await logview(session, recorder)
                if story == "running":
                    await session.pilot.press("K")
                    await session.until(lambda: isinstance(session.app.screen, StopDialog), "the question")
                    await press(session, recorder, "c", "pagedown", "y", what="stopped")
                await press(session, recorder, "v", "j", "j", "j", "v", "K", what="stop several")
                await press(session, recorder, "escape", "escape", "u", *"BBBBB", what="groups")
            await commands(session, recorder, disguise)
            disguise.refuses = True
            await session.pilot.press("r")
            await session.until(lambda: session.screen.failure is not None, "a refusal")
            await press(session, recorder, "j", "k", what="a refusal in words that are hostile")
            disguise.refuses = False
        seen = {"ActionMenu", "YankDialog", "LogviewDialog", "QrDialog", "StopDialog", "LogDialog", "WatchDialog", "AuditDialog"}
        assert seen | {"HelpDialog"} <= recorder.screens
        for entry in AuditLog("", tmp_path).latest(500):
            assert not in_words(str(entry))
        given_to[f"dialogs over the list, {painter} painter; titles, errors, what is typed"] += disguise.given.total()


async def open_story(session: Session, disguise: Disguise, story: str) -> None:
    """Put the cursor on an instance and wait for what is shown of it."""
    real, table = session.world.stories[story], session.screen.table

    def listed() -> list[str]:
        """What has ended is not listed anew: it keeps the name that it had then."""
        return [name for name in disguise.names_of(real) if table.row(name) is not None]

    await session.until(listed, f"{story} in the list")
    table.select(listed()[-1])
    await session.until(lambda: session.screen.detail is not None and session.screen.detail.tasks.value is not None, story)


async def press(session: Session, recorder: Recorder, *keys: str, what: str, also: re.Pattern[str] | None = None) -> None:
    for key in keys:
        await session.type(key)
        await session.pilot.pause()
        recorder.screens.add(type(session.app.screen).__name__)
    recorder.check(what, also)
    assert session.app._exception is None, what


async def logview(session: Session, recorder: Recorder) -> None:
    """The one link that there is, and one with a token that is none."""
    await session.pilot.press("o")
    await session.until(lambda: isinstance(session.app.screen, LogviewDialog), "the dialog")
    await session.pilot.pause()
    recorder.check("Logview")
    await press(session, recorder, "r", what="the link as a code")
    await press(session, recorder, "escape", what="back to the link")
    await press(session, recorder, "t", "R", "escape", "escape", "escape", what="a link with a token")


async def commands(session: Session, recorder: Recorder, disguise: Disguise) -> None:
    """What is typed and pasted, and the dialogs behind a colon."""
    for command in ("log", "watch", "audit", "help"):
        await type_in(session, ":", command)
        await press(session, recorder, "enter", "j", "pagedown", "escape", "escape", what=f":{command}")
    for opener in (":", "/", "E"):
        for _ in range(3):
            await type_in(session, opener, disguise.text("pasted"))
            recorder.check(f"pasted after {opener}")
        await press(session, recorder, "escape", "escape", "escape", what=f"away from {opener}")
    await type_in(session, ":", f"ctx {disguise.text('pasted')}")
    await press(session, recorder, "enter", "escape", what=":ctx")
    rule = f"fails {disguise.text('pasted')}"
    await type_in(session, ":", f"watch {rule}")
    await press(session, recorder, "enter", "escape", "escape", what=":watch with a rule")


async def type_in(session: Session, opener: str, text: str) -> None:
    """Paste into the line that a key opens."""
    if not isinstance(session.app.focused, Input):
        await session.pilot.press({":": "colon", "/": "slash"}.get(opener, opener))
        await session.pilot.pause()
    driver = session.app._driver
    assert driver is not None
    driver.send_message(events.Paste(text))
    await session.pilot.pause()
