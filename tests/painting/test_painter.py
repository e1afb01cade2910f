"""The painter alone: random screens, drawn by Textual's own updates and by the painter, look the same in a terminal."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from odps_tui.painting.painter import Painter
from tests.painting.xterm import Xterm, differences

WIDTH, HEIGHT = 24, 12

words = st.text(st.sampled_from("ab  漢é●─👍✓"), min_size=1, max_size=9)
styles = st.sampled_from(
    [
        None,
        Style(),
        *map(
            Style.parse,
            [
                "#d0d0d0 on #121212",
                "bold #d0d0d0 on #121212",
                "bold dim red on #121212",
                "italic #5fafff on #262626",
                "underline #ff6b6b on #262626",
                "reverse green",
                "strike on #010203",
                "on #121212",
                "bold underline2 color(99) on color(17)",
                "white on #262626 link https://example.com/a",
            ],
        ),
    ]
)
lines = st.lists(st.tuples(words, styles), min_size=1, max_size=6)


def strip_of(line: list[tuple[str, Style | None]]) -> Strip:
    return Strip([Segment(text, style) for text, style in line]).adjust_cell_length(WIDTH, line[-1][1])


def screen_of(strips: list[Strip]) -> LayoutUpdate:
    return LayoutUpdate([[strip] for strip in strips], Region(0, 0, WIDTH, HEIGHT))


def lines_of(strips: dict[int, Strip]) -> ChopsUpdate:
    chops = [{0: strips[y]} if y in strips else {0: None} for y in range(HEIGHT)]
    return ChopsUpdate(chops, [(y, 0, WIDTH) for y in sorted(strips)], [[WIDTH]] * HEIGHT)


def part_of(y: int, x: int, strip: Strip) -> ChopsUpdate:
    strip = strip.crop(0, WIDTH - x)
    end = x + strip.cell_length
    return ChopsUpdate([{x: strip} if line == y else {} for line in range(HEIGHT)], [(y, x, end)], [[end]] * HEIGHT)


class Both:
    """A terminal that Textual's own painter draws on, and one that ours does."""

    def __init__(self, *, bce: bool, colours: ColorSystem = ColorSystem.TRUECOLOR) -> None:
        self.console = Console(color_system=None, force_terminal=True, width=WIDTH)
        self.console._color_system = colours
        self.painter = Painter(colours, erases_in_colour=bce)
        self.terminals = Xterm(WIDTH, HEIGHT), Xterm(WIDTH, HEIGHT, bce=bce)
        self.streams = [pyte.Stream(terminal) for terminal in self.terminals]
        for stream in self.streams:
            stream.feed("\x1b[?7l")
        self.bytes = [0, 0]

    def draw(self, update: LayoutUpdate | ChopsUpdate) -> None:
        self._feed(0, update.render_segments(self.console))
        self.painter.take(update)

    def paint(self) -> None:
        self._feed(1, self.painter.paint())

    def _feed(self, number: int, text: str) -> None:
        self.bytes[number] += len(text.encode())
        self.streams[number].feed(text)


moves = st.one_of(
    st.tuples(st.just("write"), st.dictionaries(st.integers(0, HEIGHT - 1), lines, min_size=1, max_size=4)),
    st.tuples(st.just("scroll"), st.tuples(st.integers(0, 4), st.integers(6, HEIGHT), st.integers(-4, 4).filter(bool), lines)),
    st.tuples(st.just("part"), st.tuples(st.integers(0, HEIGHT - 1), st.integers(0, WIDTH - 1), lines)),
    st.tuples(st.just("again"), st.none()),
    st.tuples(st.just("forget"), st.none()),
    st.tuples(st.just("hold"), st.none()),
)


@pytest.mark.parametrize("bce", [True, False])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=st.lists(lines, min_size=HEIGHT, max_size=HEIGHT), walk=st.lists(moves, max_size=8))
def test_both_painters_end_in_the_same_screen(bce: bool, first: list, walk: list) -> None:  # type: ignore[type-arg]
    both = Both(bce=bce)
    strips = [strip_of(line) for line in first]
    both.draw(screen_of(strips))
    both.paint()
    assert not differences(*both.terminals)
    for what, with_ in walk:
        if what == "write":
            changed = {y: strip_of(line) for y, line in with_.items()}
            for y, strip in changed.items():
                strips[y] = strip
            both.draw(lines_of(changed))
        elif what == "scroll":
            top, bottom, by, line = with_
            part = strips[top:bottom]
            new = [strip_of(line)] * abs(by)
            strips[top:bottom] = part[by:] + new if by > 0 else new + part[:by]
            both.draw(lines_of({y: strips[y] for y in range(top, bottom)}))
        elif what == "part":
            y, x, line = with_
            both.draw(part_of(y, x, Strip([Segment(text, style) for text, style in line])))
        elif what == "again":
            both.draw(screen_of(strips))
        elif what == "forget":
            both.painter.forget()
        if what != "hold":
            both.paint()
            assert not differences(*both.terminals), f"after {what}"
    both.paint()
    assert not differences(*both.terminals)
