"""Lines of cells: the columns that fit are chosen by their rank, and a bar takes what is left."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from textual.content import Content

PaneLine = tuple[Content, Hashable | None]
"""A line and what it stands for when the cursor is on it; None for a line that the cursor passes over."""

MUTED = "$foreground-muted"


@dataclass(frozen=True, slots=True)
class Column:
    """`rank` 0 stays longest when room is short. `stretch` takes up to so many cells of what is left; `left` aligns left."""

    title: str
    rank: int
    left: bool = False
    width: int = 0
    stretch: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """A text and its style."""

    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns that are shown, by place, with their widths."""

    columns: Sequence[Column]
    shown: tuple[tuple[int, int], ...]

    def width(self, title: str) -> int:
        """Return a column's cells, 0 when it is not shown."""
        return next((width for place, width in self.shown if self.columns[place].title == title), 0)

    def heading(self) -> Content:
        """Return the line of titles."""
        cells = [Cell(column.title) for column in self.columns]
        return self.line(cells).stylize(f"{MUTED} underline")

    def line(self, cells: Sequence[Cell]) -> Content:
        """Return a line; a text that is too long is cut with an ellipsis."""
        parts: list[tuple[str, str] | str] = []
        for place, width in self.shown:
            text = fit(cells[place].text, width, left=self.columns[place].left)
            parts += [(text, cells[place].style) if cells[place].style else text, " "]
        return Content.assemble(*parts[:-1])


def lay_out(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], room: int) -> Layout:
    """Choose columns for `room` cells. A column without a width takes what its longest text needs."""
    widths = [
        column.width or max([cell_len(column.title), *(cell_len(row[place].text) for row in rows)])
        for place, column in enumerate(columns)
    ]
    chosen: set[int] = set()
    taken = -1
    for place in sorted(range(len(columns)), key=lambda place: columns[place].rank):
        if taken + widths[place] + 1 > room and chosen:
            break
        chosen.add(place)
        taken += widths[place] + 1
    left = max(0, room - taken)
    shown = []
    for place in sorted(chosen):
        more = min(left, columns[place].stretch)
        left -= more
        shown.append((place, widths[place] + more))
    return Layout(columns, tuple(shown))


def fit(text: str, width: int, *, left: bool = True) -> str:
    """Cut or pad a text to `width` cells."""
    length = cell_len(text)
    if length > width:
        return set_cell_size(text, max(0, width - 1)) + "…" if width else ""
    padding = " " * (width - length)
    return text + padding if left else padding + text


def right_aligned(left: Content, right: Content, width: int) -> Content:
    """Return both in one line, `right` at its end; `left` is cut when they do not fit."""
    room = width - right.cell_length
    if room < 2:
        return left.truncate(width, ellipsis=True)
    if left.cell_length > room - 1:
        left = left.truncate(room - 1, ellipsis=True)
    return Content.assemble(left, " " * (room - left.cell_length), right)
