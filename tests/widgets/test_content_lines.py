"""A pane of lines: only what looks different is painted, and the cursor stays on what it is on."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from textual.app import App, ComposeResult
from textual.content import Content
from textual.strip import Strip

from odps_tui.widgets.content_lines import ContentLines


class Counted(ContentLines):
    """Remembers which lines were painted."""

    painted: list[int]

    def render_line(self, y: int) -> Strip:
        self.painted.append(y)
        return super().render_line(y)


class Pane(App[None]):
    CSS = "ContentLines { height: 10; width: 40; scrollbar-gutter: stable; }"

    def compose(self) -> ComposeResult:
        lines = Counted(id="lines")
        lines.painted = []
        yield lines


def at(lines: ContentLines) -> Hashable:
    return lines.cursor


def numbered(count: int) -> list[Content]:
    return [Content(f"line {number}") for number in range(count)]


async def test_only_lines_that_look_different_are_painted() -> None:
    async with Pane().run_test() as pilot:
        lines = pilot.app.query_one(Counted)
        shown = numbered(8)
        lines.show(shown)
        await pilot.pause()
        lines.painted.clear()
        lines.show(numbered(8))
        await pilot.pause()
        assert lines.painted == [], "the same again paints nothing"
        shown = numbered(8)
        shown[3] = Content("other")
        lines.show(shown)
        await pilot.pause()
        assert set(lines.painted) == {3}
        lines.painted.clear()
        shown = [*shown]
        shown[5] = Content.styled("line 5", "bold")
        lines.show(shown)
        await pilot.pause()
        assert set(lines.painted) == {5}, "a colour is a difference too"


async def test_lines_that_are_not_seen_are_not_made() -> None:
    made: set[int] = set()

    class Late(Sequence[Content]):
        def __len__(self) -> int:
            return 100_000

        def __getitem__(self, number: int) -> Content:  # type: ignore[override]
            made.add(number)
            return Content(f"line {number}")

    async with Pane().run_test() as pilot:
        lines = pilot.app.query_one(Counted)
        lines.show(Late())
        await pilot.pause()
        assert made == set(range(10))
        lines.action_to_end()
        await pilot.pause()
        assert "line 99999" in "".join(segment.text for segment in lines.render_line(9))
        assert len(made) <= 20


async def test_the_cursor_stays_on_its_key_and_passes_over_lines_without_one() -> None:
    async with Pane().run_test() as pilot:
        lines = pilot.app.query_one(Counted)
        lines.focus()
        lines.show(numbered(6), [None, "a", None, "b", "c", None])
        assert at(lines) == "a"
        await pilot.press("j")
        assert at(lines) == "b"
        lines.show(numbered(7), [None, "x", "a", None, "c", "b", None])
        assert at(lines) == "b"
        assert lines.cursor_line == 5
        await pilot.press("k", "k", "k", "k")
        assert at(lines) == "x"
        lines.show(numbered(3), [None, "p", "q"], prefer="q")
        assert at(lines) == "q", "where its key is gone it goes to what is preferred"
        await pilot.press("g")
        assert at(lines) == "p"


async def test_pinned_lines_stay_while_the_rest_scrolls() -> None:
    async with Pane().run_test() as pilot:
        lines = pilot.app.query_one(Counted)
        lines.focus()
        lines.show(numbered(50), [None, *range(49)], pinned=1)
        await pilot.pause()
        await pilot.press("G")
        await pilot.pause()
        first, last = ("".join(segment.text for segment in lines.render_line(y)).strip() for y in (0, 9))
        assert (first, last) == ("line 0", "line 49")
        await pilot.press("pageup")
        assert at(lines) == 48 - 9
