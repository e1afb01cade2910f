"""The whole app under both painters: every update goes to both, and both terminals must show the same."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import Any

import pyte
import pytest
from rich.color import ColorSystem
from rich.console import RenderableType
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.screen import Screen
from textual.theme import BUILTIN_THEMES

from odps_tui.app import OdpsApp
from odps_tui.painting.painter import Painter
from tests.painting.xterm import Xterm, differences
from tests.ui.conftest import Session, open_dashboard

STEPS = int(os.environ.get("ODPS_TUI_WALK_STEPS", "120"))
SIZES = [(120, 40), (80, 24), (200, 60), (100, 30), (60, 18)]
KEYS = [*"jjjjkkkkGg", "pagedown", "pageup", "tab", "enter", "escape", "space", "v", *"<>SBhlmtfFc?xIu123456", "slash", "ctrl+d"]
THEMES = ["odps-night", "textual-light", "nord"]


class BothTerminals:
    """What Textual's painter and ours have drawn; ours is held back at random, as on a slow line."""

    def __init__(self, colours: ColorSystem, *, bce: bool, chance: random.Random) -> None:
        self.colours, self.bce, self.chance = colours, bce, chance
        self.painter = Painter(colours, erases_in_colour=bce)
        self.bytes = [0, 0]
        self.size = (0, 0)

    def draw(self, app: OdpsApp, update: LayoutUpdate | ChopsUpdate) -> None:
        if isinstance(update, LayoutUpdate) and update.region.size != self.size:
            self.size = update.region.size
            self.screens = Xterm(*self.size), Xterm(*self.size, bce=self.bce)
            self.streams = [pyte.Stream(screen) for screen in self.screens]
            for stream in self.streams:
                stream.feed("\x1b[?7l")
            self.painter.forget()
        self._feed(0, update.render_segments(app.console))
        self.painter.take(update)
        if self.chance.random() < 0.7:
            self.paint()

    def paint(self) -> None:
        self._feed(1, self.painter.paint())

    def _feed(self, number: int, text: str) -> None:
        self.bytes[number] += len(text.encode())
        self.streams[number].feed(text)

    def compare(self) -> str:
        self.paint()
        return differences(*self.screens)


@pytest.fixture
def terminals(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[BothTerminals]:
    seed, colours, bce = request.param
    both = BothTerminals(colours, bce=bce, chance=random.Random(seed))
    plain = OdpsApp._display

    def display(app: OdpsApp, screen: Screen[Any], update: RenderableType | None) -> None:
        app.console._color_system = colours
        if isinstance(update, LayoutUpdate | ChopsUpdate) and not app._batch_count:
            both.draw(app, update)
        plain(app, screen, update)

    monkeypatch.setattr(OdpsApp, "_display", display)
    yield both
    monkeypatch.undo()


@pytest.mark.parametrize(
    "terminals",
    [(1, ColorSystem.TRUECOLOR, True), (2, ColorSystem.EIGHT_BIT, True), (3, ColorSystem.TRUECOLOR, False)],
    indirect=True,
    ids=["truecolor", "256", "no-bce"],
)
async def test_a_random_walk_ends_in_the_same_screen(terminals: BothTerminals) -> None:
    chance = terminals.chance
    async with open_dashboard() as session:
        for number in range(STEPS):
            step = await walk(session, chance)
            if number % 5 == 0:
                await session.pilot.pause()
                assert not terminals.compare(), f"after step {number}, {step}"
        await session.pilot.pause()
        assert not terminals.compare()
    assert terminals.bytes[1] * 6 < terminals.bytes[0], "and in far fewer bytes"


async def walk(session: Session, chance: random.Random) -> str:
    """Do something at random; return what."""
    what = chance.choices(["key", "resize", "poll", "theme", "time"], [20, 1, 3, 1, 2])[0]
    match what:
        case "key":
            what = chance.choice(KEYS)
            await session.pilot.press(what)
        case "resize":
            await session.pilot.resize_terminal(*chance.choice(SIZES))
        case "poll":
            session.clock.advance(5)
            await session.pilot.press("r")
        case "theme":
            session.app.theme = chance.choice([theme for theme in THEMES if theme == "odps-night" or theme in BUILTIN_THEMES])
        case "time":
            session.clock.advance(1)
            await session.pilot.pause(0.05)
    return what
