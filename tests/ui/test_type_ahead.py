"""Keys that arrive in one burst do what they would have done one by one."""

from __future__ import annotations

import asyncio
import time

import pytest
from textual import events
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from odps_tui.widgets.command_bar import CommandBar
from odps_tui.widgets.filter_bar import FilterBar
from tests.ui.conftest import Session, open_dashboard


def cursor_line(session: Session) -> int:
    """Which of the rows on the screen has the cursor."""
    lines = session.text.splitlines()
    titles = next(number for number, line in enumerate(lines) if "INSTANCE" in line)
    return next(number for number, line in enumerate(lines) if line.startswith("│▌")) - titles - 1


async def test_what_is_typed_behind_a_slash_is_the_filter() -> None:
    async with open_dashboard() as session:
        await session.type("slash", *"demo_admin")
        field = session.screen.query_one(FilterBar).query_one(Input)
        await session.until(lambda: field.value == "demo_admin")
        assert session.app.screen is session.screen, "no letter was taken for a command"
        assert "mine" not in session.text


async def test_what_is_typed_behind_enter_goes_to_the_list() -> None:
    async with open_dashboard() as session:
        await session.type("slash", *"type:sql", "enter", "j", "j")
        await session.until(lambda: session.screen.table.has_focus and cursor_line(session) == 2)
        assert str(session.screen.query_one(FilterBar).query_one(Input).value) == "type:sql"


async def test_a_command_in_one_burst() -> None:
    async with open_dashboard() as session:
        await session.type("colon", *"window", "space", *"6h", "enter")
        await session.until(lambda: session.screen.window.total_seconds() == 6 * 3600)


@pytest.mark.parametrize("slow", [CommandBar, Input])
async def test_no_letter_of_a_command_is_a_key_however_slow_a_widget_is(
    slow: type[Widget], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two commands in one burst the first ends while the second is being typed."""
    deal_with = slow._on_message

    async def on_message(self: Widget, message: Message) -> None:
        if not isinstance(message, events.Timer):
            await asyncio.sleep(0.005)
        await deal_with(self, message)

    async with open_dashboard() as session:
        monkeypatch.setattr(slow, "_on_message", on_message)
        burst = ["colon", *"group", "space", *"none", "enter", "colon", *"sort", "space", *"cpu", "space", *"desc", "enter"]
        await session.type(*burst)
        await session.until(lambda: session.screen.table.arrangement.sort == "cpu", patience=1000)
        assert session.screen.table.arrangement.reverse
        assert session.app.screen is session.screen, "nothing was opened"
        assert not session.screen.log_events


async def test_a_key_is_not_given_up_while_its_widget_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("odps_tui.screens.type_ahead._PATIENCE", 0.01)
    ask = CommandBar.ask

    def slowly(self: CommandBar) -> None:
        time.sleep(0.1)
        ask(self)

    monkeypatch.setattr(CommandBar, "ask", slowly)
    async with open_dashboard() as session:
        await session.type("colon", *"window", "space", *"6h", "enter")
        await session.until(lambda: session.screen.window.total_seconds() == 6 * 3600)


async def test_what_is_typed_behind_a_dialog_goes_to_it_and_then_to_the_list() -> None:
    async with open_dashboard() as session:
        await session.pilot.press("g")
        await session.type("question_mark", "j", "escape", "j", "j")
        await session.until(lambda: session.app.screen is session.screen and cursor_line(session) == 2)


async def test_a_key_whose_widget_goes_away_does_not_hold_up_the_others() -> None:
    async with open_dashboard() as session:
        await session.pilot.press("slash", "x")
        session.screen.query_one(FilterBar).query_one(Input).remove()
        await session.type("a", "escape", "escape", "question_mark")
        await session.until(lambda: session.app.screen is not session.screen, patience=1000)


async def test_a_burst_of_movement_moves_as_often() -> None:
    async with open_dashboard() as session:
        await session.pilot.press("g")
        await session.type(*"jjjjjjjjkk")
        await session.until(lambda: cursor_line(session) == 6)
