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


async def test_a_tick_writes_the_digits_of_clock_and_age(line: Line) -> None:
    async with open_dashboard(size=SIZE) as session:
        await at_rest(session, line, "succeeded")
        before = line.texts[-1]
        assert before[0].rstrip().endswith("09:41:07 +00")
        session.clock.advance(1)
        await session.until(lambda: "09:41:08" in session.text, "a tick")
        await session.pilot.pause(0.1)
        assert len(line.frames) == 1
        after = line.texts[-1]
        changed = [(y, x) for y in range(SIZE[1]) for x in range(SIZE[0]) if before[y][x] != after[y][x]]
        assert {y for y, _ in changed} == {0}, "only the top line"
        assert "".join(after[0][x] for _, x in changed) == "18", "live 1s ago, and 09:41:08"
        assert len(line.frames[0]) == len("\x1b[1;65H\x1b[38;5;245;48;5;235m1\x1b[45C\x1b[38;5;252m8\x1b[m")


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
