"""Lines between the same two borders: what stands left and right of them is made once for all lines of a widget.

Textual asks a widget's styles for its four borders, outlines, paddings, tint and hatch at each line, which takes longer than to
draw the line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from rich.segment import Segment
from textual._border import get_box
from textual._segment_tools import line_pad
from textual._styles_cache import StylesCache
from textual.color import Color
from textual.css.styles import StylesBase
from textual.geometry import Region, Size, Spacing
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

_render_widget, _render_line = StylesCache.render_widget, StylesCache.render_line


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands beside the lines of a widget; `first` and `end` bound those that are neither border nor padding."""

    first: int
    end: int
    left: Segment | None
    right: Segment | None
    inner: Style

    def around(self, line: Strip, width: int, padding: Spacing) -> Strip:
        """Return a line as wide as the widget, in a strip of its own: one that a widget keeps remembers how it was written."""
        segments: Iterable[Segment] = line
        if padding.left or padding.right:
            segments = line_pad(line, padding.left, padding.right, self.inner.rich_style)
        left, right = [self.left] if self.left else [], [self.right] if self.right else []
        return Strip([*left, *segments, *right], width)


_UNKNOWN: Final = object()


def make_frames_once() -> None:
    """Have all widgets drawn so; those with an outline, a tint, a hatch or see-through text are drawn as ever."""
    StylesCache.render_widget = render_widget  # type: ignore[method-assign]
    StylesCache.render_line = render_line  # type: ignore[assignment]


def render_widget(self: StylesCache, widget: Widget, crop: Region) -> list[Strip]:
    """As `StylesCache.render_widget`: styles do not change while it draws."""
    self._odps_frame = _UNKNOWN  # type: ignore[attr-defined]
    try:
        return _render_widget(self, widget, crop)
    finally:
        self._odps_frame = None  # type: ignore[attr-defined]


def render_line(  # noqa: PLR0917 - as Textual calls it
    self: StylesCache,
    styles: StylesBase,
    y: int,
    size: Size,
    content_size: Size,
    padding: Spacing,
    base_background: Color,
    background: Color,
    render_content_line: Callable[[int], Strip],
    border_title: Any,
    border_subtitle: Any,
    opacity: float,
    *rest: Any,
) -> Strip:
    """As `StylesCache.render_line`."""
    frame = getattr(self, "_odps_frame", None)
    if frame is _UNKNOWN:
        plain = opacity == 1.0 and _is_plain(styles)
        frame = _frame_of(self, styles, size, base_background, background) if plain else None
        self._odps_frame = frame  # type: ignore[attr-defined]
    if frame is None or not frame.first <= y < frame.end or y - frame.first >= content_size.height:
        given = (styles, y, size, content_size, padding, base_background, background, render_content_line)
        return _render_line(self, *given, border_title, border_subtitle, opacity, *rest)
    line = render_content_line(y - frame.first).adjust_cell_length(content_size.width, frame.inner.rich_style)
    drawn: Strip = frame.around(line, size.width, padding)
    return drawn


def _is_plain(styles: StylesBase) -> bool:
    outlined = any(edge for edge, _ in styles.outline)
    hatched = styles.has_rule("hatch") and styles.hatch != "none"
    return not outlined and not hatched and not styles.tint.a and styles.text_opacity == 1.0


def _frame_of(cache: StylesCache, styles: StylesBase, size: Size, base_background: Color, background: Color) -> Frame:
    (_, (edge_right, colour_right), _, (edge_left, colour_left)) = styles.border
    inner, outer = cache.get_inner_outer(base_background, background)
    left = get_box(edge_left, inner, outer, Style(foreground=base_background + colour_left))[1][0] if edge_left else None
    right = get_box(edge_right, inner, outer, Style(foreground=base_background + colour_right))[1][2] if edge_right else None
    gutter = styles.gutter
    return Frame(gutter.top, size.height - gutter.bottom, left, right, inner)
