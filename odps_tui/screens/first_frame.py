"""The first frame: borders and headings of the dashboard as it will be, drawn before Textual is there to draw it.

It says nothing that is not known: no row, no figure, and of the place only what was said on the command line. Everything below
its top line stays where it is when Textual takes over. Where the panes lie is said a second time in styles.tcss: what is drawn
here must be drawn there, cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from odps_tui.painting.early_frame import Frame, Span
from odps_tui.widgets.headings import usual_titles

_BACKGROUND = "48;5;233"
_BAR = "48;5;235"
_PLACE = f"1;38;5;252;{_BAR}"
_CONNECTING = f"38;5;215;{_BAR}"
_FOCUSED = f"38;5;75;{_BACKGROUND}"
_FOCUSED_TITLE = f"38;5;117;{_BACKGROUND}"
_BORDER = f"38;5;235;{_BACKGROUND}"
_TITLE = f"38;5;247;{_BACKGROUND}"
_HEADINGS = f"1;38;5;247;{_BACKGROUND}"

_TOP = 1
"""Lines above the panes."""

_BOTTOM = 2
"""Lines below them: events, keys."""

_PEEK = 6
"""Lines of the detail pane under the list."""

DETAIL, PROGRESS = "Detail", "Progress · table · T tree · W workers"


def first_frame(columns: int, lines: int, place: str, *, usual: bool = True) -> Frame:
    """Return the frame of a terminal's size. `place` is what was said of it; a list that is not `usual` has been arranged."""
    if columns < 40 or lines < 8:
        return Frame(columns, lines, _BACKGROUND, ())
    return Frame(columns, lines, _BACKGROUND, (*top_line(columns, place, "○ connecting …"), *_panes(columns, lines, usual=usual)))


class Rows(NamedTuple):
    """Where the list's rows are: the cells of the first one's begin, the cells of each, and how many there is room for."""

    x: int
    y: int
    width: int
    room: int


def rows_of(columns: int, lines: int) -> Rows:
    """Return where the rows are on a terminal of this size. The last column beside them is the scroll bar's."""
    height = lines - _TOP - _BOTTOM
    peek = _PEEK if columns >= 80 and lines >= 20 else 0
    if lines < 30:
        return Rows(0, _TOP + 2, columns - 1, height - peek - 2)
    if columns < 120:
        return Rows(1, _TOP + 3, columns - 3, height - peek - 4)
    if columns < 180:
        return Rows(1, _TOP + 3, columns - 3, height // 2 - 4)
    return Rows(1, _TOP + 3, columns * 3 // 5 - 3, height * 3 // 5 - 4)


def titles(place: Rows) -> Span:
    """Return the line above the rows."""
    return Span(place.x, place.y - 1, usual_titles(place.width), _HEADINGS)


def top_line(columns: int, place: str, news: str) -> Iterator[Span]:
    """Yield the first line: where we are, if that can be said in so many cells, and how far."""
    is_sayable = place.replace("·", "").isascii() and place.isprintable() and len(place) + len(news) + 3 < columns
    place = f" {place}" if place and is_sayable else ""
    yield Span(0, 0, place, _PLACE)
    yield Span(len(place), 0, f" {news}"[: columns - len(place)].ljust(columns - len(place)), _CONNECTING)


def _panes(columns: int, lines: int, *, usual: bool) -> Iterator[Span]:
    height = lines - _TOP - _BOTTOM
    if lines < 30:
        has_peek = columns >= 80 and lines >= 20
        yield from _headings(0, _TOP + 1, columns, usual=usual)
        if has_peek:
            yield from _rule(_TOP + height - _PEEK, columns, DETAIL)
    elif columns < 120:
        peek = _PEEK if columns >= 80 else 0
        yield from _list(0, _TOP, columns, height - peek, usual=usual)
        if peek:
            yield from _rule(_TOP + height - peek, columns, DETAIL)
    elif columns < 180:
        above, left = height // 2, columns * 5 // 12
        yield from _list(0, _TOP, columns, above, usual=usual)
        yield from _box(0, _TOP + above, left, height - above, DETAIL)
        yield from _box(left, _TOP + above, columns - left, height - above, PROGRESS)
    else:
        above, left = height * 3 // 5, columns * 3 // 5
        yield from _list(0, _TOP, left, above, usual=usual)
        yield from _box(0, _TOP + above, left, height - above, PROGRESS)
        yield from _box(left, _TOP, columns - left, height, DETAIL)


def _list(x: int, y: int, width: int, height: int, *, usual: bool) -> Iterator[Span]:
    """The list has a line of counts above its border, and the keys to begin with."""
    yield from _box(x, y + 1, width, height - 1, "Instances", focused=True)
    yield from _headings(x + 1, y + 2, width - 2, usual=usual)


def _headings(x: int, y: int, width: int, *, usual: bool) -> Iterator[Span]:
    """The last column is the scroll bar's."""
    if usual:
        yield Span(x, y, usual_titles(width - 1), _HEADINGS)


def _rule(y: int, width: int, title: str) -> Iterator[Span]:
    yield Span(0, y, "─", _BORDER)
    yield Span(1, y, title, _TITLE)
    yield Span(1 + len(title), y, "─" * (width - 1 - len(title)), _BORDER)


def _box(x: int, y: int, width: int, height: int, title: str, *, focused: bool = False) -> Iterator[Span]:
    border, named = (_FOCUSED, _FOCUSED_TITLE) if focused else (_BORDER, _TITLE)
    title = title if len(title) + 6 <= width else ""
    yield Span(x, y, "╭─", border)
    if title:
        yield Span(x + 2, y, f" {title} ", named)
    rest = width - 3 - (len(title) + 2 if title else 0)
    yield Span(x + width - 1 - rest, y, "─" * rest + "╮", border)
    for line in range(y + 1, y + height - 1):
        yield Span(x, line, "│", border)
        yield Span(x + width - 1, line, "│", border)
    yield Span(x, y + height - 1, f"╰{'─' * (width - 2)}╯", border)
