"""Lines with what stands beside them look as Textual draws them, whatever the styles of the widget are."""

from __future__ import annotations

from itertools import product

import pytest
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from odps_tui.painting import framed_lines
from odps_tui.painting.framed_lines import render_line, render_widget

EDGES = (
    "",
    "border: round green;",
    "border-left: thick red;",
    "border-right: wide blue;",
    "border-top: solid red;",
    "border: inner red;",
)
PADDINGS = ("", "padding: 0 1;", "padding: 1;", "padding: 1 0 0 2;")
EFFECTS = (
    "",
    "opacity: 60%;",
    "text-opacity: 50%;",
    "tint: red 20%;",
    "outline: heavy red;",
    "outline-left: heavy red;",
    'hatch: "/" red;',
    "background: #102030 50%;",
)


class Lines(Widget):
    """Lines of several lengths: shorter than the widget, and longer."""

    def render_line(self, y: int) -> Strip:
        return Strip([Segment(f"line {y} 漢字", RichStyle(bold=True)), Segment(" " + "x" * (3 * y), RichStyle(color="red"))])


class Styled(App[None]):
    CSS = "Lines { width: 24; height: 8; }"

    def compose(self) -> ComposeResult:
        yield Lines()


def drawn(widget: Widget) -> list[tuple[str, int, list[Segment]]]:
    widget._styles_cache.clear()
    strips = widget._styles_cache.render_widget(widget, Region(0, 0, widget.region.width, widget.region.height))
    return [(strip.text, strip.cell_length, list(Strip(strip).simplify())) for strip in strips]


@pytest.mark.parametrize("effect", EFFECTS)
async def test_a_widget_looks_as_textual_draws_it(effect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for edge, padding in product(EDGES, PADDINGS):

        class AsTold(Styled):
            CSS = f"{Styled.CSS} Lines {{ {edge} {padding} {effect} }}"

        async with AsTold().run_test(size=(40, 12)) as pilot:
            widget = pilot.app.query_one(Lines)
            with monkeypatch.context() as patch:
                patch.setattr(type(widget._styles_cache), "render_widget", framed_lines._render_widget)
                patch.setattr(type(widget._styles_cache), "render_line", framed_lines._render_line)
                stock = drawn(widget)
            with monkeypatch.context() as patch:
                patch.setattr(type(widget._styles_cache), "render_widget", render_widget)
                patch.setattr(type(widget._styles_cache), "render_line", render_line)
                ours = drawn(widget)
            assert len(stock) == 8
            assert ours == stock, (edge, padding, effect)


async def test_a_plain_widget_asks_its_styles_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    real = framed_lines._frame_of
    monkeypatch.setattr(framed_lines, "_frame_of", lambda *given: made.append(given) or real(*given))  # type: ignore[func-returns-value]
    async with Styled().run_test(size=(40, 12)) as pilot:
        widget = pilot.app.query_one(Lines)
        monkeypatch.setattr(type(widget._styles_cache), "render_widget", render_widget)
        monkeypatch.setattr(type(widget._styles_cache), "render_line", render_line)
        made.clear()  # an app before this one may have had all widgets drawn so, this one too when it came up
        assert len(drawn(widget)) == 8
    assert len([given for given in made if given[2].width == 24]) == 1
