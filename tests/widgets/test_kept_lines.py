"""A text of which only what differs is painted looks as if all of it were, and a line that says the same is not painted."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.strip import Strip
from textual.widgets import Static

from odps_tui.base_app import BaseApp
from odps_tui.widgets.kept_lines import KeptLines


class Beside(BaseApp[None]):
    """The lines, and a widget of Textual's that shows the same."""

    CSS = "VerticalScroll { height: 20; scrollbar-size-vertical: 1; }"

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="ours"):
            yield KeptLines(id="kept")
        with VerticalScroll(id="theirs"):
            yield Static(id="static")

    def show(self, content: Content) -> None:
        self.query_one(KeptLines).show(content)
        self.query_one(Static).update(content)

    def looks(self) -> tuple[list[Strip], list[Strip]]:
        strips = self.screen._compositor.render_strips()
        return strips[:20], strips[20:40]


@contextmanager
def rows_painted() -> Iterator[set[int]]:
    painted: set[int] = set()
    draw = KeptLines.render_line

    def render_line(self: KeptLines, y: int) -> Strip:
        painted.add(y)
        return draw(self, y)

    with patch.object(KeptLines, "render_line", render_line):
        yield painted


async def test_it_looks_as_if_it_were_drawn_whole_whatever_it_said_before() -> None:
    chance = random.Random(5)
    words = ["", "short", "a line that is too long for so narrow a pane and wraps", "漢字 and 🙂", "\ttabbed", "x" * 90]
    looks = ["", "bold", "$text-accent", "reverse"]
    app = Beside()
    async with app.run_test(size=(40, 40)) as pilot:
        lines = [Content("one"), Content("two")]
        for step in range(120):
            act = chance.random()
            if act < 0.1 and len(lines) < 15:
                lines.insert(chance.randrange(len(lines) + 1), Content("new"))
            elif act < 0.15 and len(lines) > 1:
                lines.pop()
            else:
                text, look = chance.choice(words), chance.choice(looks)
                lines[chance.randrange(len(lines))] = Content.styled(text, look) if look else Content(text)
            if step % 30 == 29:
                await pilot.resize_terminal(chance.choice([30, 40, 60]), 40)
            if step == 60:
                app.theme = "textual-light"
            app.show(Content("\n").join(lines))
            await pilot.pause()
            ours, theirs = app.looks()
            assert [list(one.simplify()) for one in ours] == [list(one.simplify()) for one in theirs], f"{step}: {lines}"


async def test_lines_that_say_the_same_are_not_painted() -> None:
    app = Beside()
    async with app.run_test(size=(40, 40)) as pilot:
        lines = [
            Content("Instance x"),
            Content("a reason that is longer than the pane is wide, and wraps"),
            Content("Uses 2 cores"),
        ]
        app.show(Content("\n").join(lines))
        await pilot.pause()
        with rows_painted() as painted:
            app.show(Content("\n").join([*lines[:2], Content("Uses 3 cores")]))
            await pilot.pause()
            assert painted == {3}
            painted.clear()
            app.show(Content("\n").join([*lines[:2], Content("Uses 3 cores")]))
            await pilot.pause()
            assert painted == set()
            app.show(Content("\n").join([*lines[:2], Content.styled("Uses 3 cores", "bold")]))
            await pilot.pause()
            assert painted == {3}, "the same words in another colour"


async def test_what_is_selected_with_the_mouse_is_the_text_and_stays_when_more_is_told() -> None:
    app = Beside()
    async with app.run_test(size=(40, 40)) as pilot:
        app.show(Content("Instance x\nUses 2 cores"))
        await pilot.pause()
        await pilot.mouse_down("#kept", offset=(0, 0))
        await pilot.hover("#kept", offset=(7, 0))
        await pilot.mouse_up("#kept", offset=(7, 0))
        assert app.screen.get_selected_text() == "Instance"
        app.show(Content("Instance x\nUses 3 cores"))
        await pilot.pause()
        assert app.screen.get_selected_text() == "Instance"
        ours, _ = app.looks()
        assert "Uses 3 cores" in ours[1].text
