"""What goes over the line: nothing when nothing changed, the digits of a clock when only time went on, one frame for a key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyte
import pytest
from rich.color import ColorSystem
from rich.console import RenderableType
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.screen import Screen

from odps_tui.app import OdpsApp
from odps_tui.painting.painter import Painter
from tests.painting.xterm import Xterm
from tests.ui.conftest import Session, open_dashboard

SIZE = (120, 40)


class Line:
    """What our painter writes, frame by frame, and what the terminal shows after each."""

    def __init__(self) -> None:
        self.painter = Painter(ColorSystem.TRUECOLOR, erases_in_colour=True)
        self.frames: list[str] = []
        self.texts: list[list[str]] = []
        self._screen = Xterm(*SIZE)
        self._stream = pyte.Stream(self._screen)
        self._stream.feed("\x1b[?7l")

    def draw(self, update: LayoutUpdate | ChopsUpdate) -> None:
        self.painter.take(update)
        frame = self.painter.paint()
        if frame:
            self._stream.feed(frame)
            self.frames.append(frame)
            self.texts.append(list(self._screen.display))

    def forget(self) -> None:
        self.frames, self.texts = [], self.texts[-1:]


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    line = Line()
    plain = OdpsApp._display

    def display(app: OdpsApp, screen: Screen[Any], update: RenderableType | None) -> None:
        app.console._color_system = ColorSystem.TRUECOLOR
        if isinstance(update, LayoutUpdate | ChopsUpdate) and not app._batch_count:
            line.draw(update)
        plain(app, screen, update)

    monkeypatch.setattr(OdpsApp, "_display", display)
    yield line
    monkeypatch.undo()


async def at_rest(session: Session, line: Line, story: str) -> None:
    """Put the cursor on an instance, and wait until all of it has been read and drawn."""
    await session.select(story)
    await session.settle()
    await session.until(lambda: "reading" not in session.text)
    session.clock.advance(20)  # away from the moment of the stories, which began whole minutes before it
    await session.poll()
    await session.settle()
    seen = -1
    while seen != len(line.frames):
        seen = len(line.frames)
        await session.pilot.pause(0.3)
    line.forget()


def cursor_line(text: list[str]) -> str:
    return next(each for each in text[3:] if each[1:2] == "▌")


async def test_a_poll_that_changes_nothing_writes_nothing(line: Line) -> None:
    async with open_dashboard(size=SIZE) as session:
        await at_rest(session, line, "succeeded")
        for _ in range(3):
            await session.poll()
            await session.pilot.pause(0.1)
        assert line.frames == []


async def tick(session: Session, line: Line) -> tuple[str, str]:
    """Let a second go by; return the characters that changed, before and after."""
    before = line.texts[-1]
    session.clock.advance(1)
    await session.until(lambda: "09:41:28" in session.text, "a tick")
    await session.pilot.pause(0.1)
    after = line.texts[-1]
    changed = [(y, x) for y in range(SIZE[1]) for x in range(SIZE[0]) if before[y][x] != after[y][x]]
    was, now = ("".join(text[y][x] for y, x in changed) for text in (before, after))
    return was, now


async def test_a_tick_writes_digits_and_nothing_else(line: Line) -> None:
    async with open_dashboard(size=SIZE) as session:
        await at_rest(session, line, "succeeded")
        was, now = await tick(session, line)
        assert (was + now).isdecimal(), "the ages of what is younger than a minute, and the clock"
        assert len(line.frames) == 1


async def test_a_tick_with_nothing_young_on_the_screen_is_the_clock_and_the_age_of_the_poll(line: Line) -> None:
    async with open_dashboard(size=SIZE) as session:
        await session.pilot.press("3")
        await at_rest(session, line, "suspended")
        assert await tick(session, line) == ("07", "18"), "live 0s ago and 09:41:27, live 1s ago and 09:41:28"
        assert [len(frame) for frame in line.frames] == [len("\x1b[1;63H\x1b[38;5;245;48;5;235m1\x1b[49C\x1b[38;5;252m8\x1b[m")]


async def test_a_key_changes_the_list_and_the_heads_in_one_frame(line: Line) -> None:
    async with open_dashboard(size=SIZE) as session:
        await at_rest(session, line, "skewed")
        was = session.screen.table.cursor_id
        await session.pilot.press("j")
        await session.until(lambda: line.frames, "a frame")
        first = line.texts[1] if len(line.texts) > 1 else line.texts[0]
        now = session.screen.table.cursor_id
        assert now is not None
        assert now != was
        assert now[-10:] in cursor_line(first), "the cursor"
        assert f"Detail …{now[-10:]}" in "\n".join(first), "the head of the detail"
        assert f"Progress …{now[-10:]}" in "\n".join(first), "the head of the progress"
        assert "filter" in first[-1], "the keys"
        assert len(line.frames[0]) < 600


async def test_a_held_key_draws_heads_and_no_facts_until_it_is_let_go(line: Line) -> None:
    async with open_dashboard(size=SIZE) as session:
        await at_rest(session, line, "skewed")
        for _ in range(8):
            await session.pilot.press("j")
        now = session.screen.table.cursor_id
        assert now is not None
        await session.until(lambda: session.screen.drawn_row is session.screen.selected, "its facts")
        await session.until(lambda: f"Instance  {now}" in session.text)
        assert f"Detail …{now[-10:]}" in session.text
        for text in line.texts:
            named = next(each for each in text if "Detail …" in each).split("…")[1][:10]
            facts = next((each for each in text if "│ Instance  " in each), None)
            assert facts is None or named in facts or "reading …" in text[-3], (
                "facts of another than is named are on their way out"
            )
