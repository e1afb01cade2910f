"""A pane of lines scrolls to what it has been given, without waiting for its scroll bar."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.geometry import Size

from odps_tui.widgets.line_view import LineView


class Pane(App[None]):
    CSS = "LineView { height: 10; width: 40; }"

    def compose(self) -> ComposeResult:
        yield LineView(id="lines")


async def test_lines_can_be_scrolled_to_as_soon_as_they_are_there() -> None:
    async with Pane().run_test() as pilot:
        lines = pilot.app.query_one(LineView)
        lines.virtual_size = Size(40, 100)
        lines.scroll_to(y=60, animate=False)
        assert lines.scroll_offset.y == 60
        await pilot.pause()
        assert lines.scroll_offset.y == 60, "nor does the scroll bar take it back"
        assert lines.vertical_scrollbar.position == 60


async def test_there_is_nowhere_to_scroll_to_where_all_lines_are_seen() -> None:
    async with Pane().run_test() as pilot:
        lines = pilot.app.query_one(LineView)
        lines.virtual_size = Size(40, 10)
        lines.scroll_to(y=3, animate=False)
        await pilot.pause()
        assert lines.scroll_offset.y == 0


async def test_a_pane_that_is_not_on_the_screen_stays_at_its_top() -> None:
    async with Pane().run_test() as pilot:
        lines = LineView()
        lines.display = False
        await pilot.app.mount(lines)
        lines.virtual_size = Size(40, 100)
        lines.scroll_to(y=60, animate=False)
        assert lines.scroll_offset.y == 0
