"""The rows of a SELECT as a table, painted line by line: ten thousand rows scroll like ten."""

from __future__ import annotations

import asyncio
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events, work
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from odps_tui.monitor.result_rows import ResultRows
from odps_tui.widgets.detail.finding import count_words, find_rows
from odps_tui.widgets.line_view import LineView
from odps_tui.widgets.notation import UNKNOWN

_HEADER_LINES = 1
_MEASURED = 300
"""Rows at either end that are looked at to choose the widths."""
_WIDEST = 40
_NULL = "NULL"
_NUMBERS = frozenset({"tinyint", "smallint", "int", "bigint", "float", "double"})


@dataclass(frozen=True, slots=True)
class _Column:
    title: str
    width: int
    align_right: bool


def _columns(rows: ResultRows) -> list[_Column]:
    """As wide as their titles and the first rows need, numbers to the right."""
    sample = [*rows.rows[:_MEASURED], *rows.rows[_MEASURED:][-_MEASURED:]]
    columns = []
    for place, title in enumerate(rows.header):
        cells = [_text(row[place]) for row in sample if place < len(row)]
        width = max([cell_len(_one_line(title)), *(min(_WIDEST, cell_len(cell)) for cell in cells)])
        kind = rows.types[place].lower() if rows.types else ""
        columns.append(_Column(_one_line(title), min(_WIDEST, max(1, width)), kind in _NUMBERS or kind.startswith("decimal")))
    return columns


class ResultTable(LineView, can_focus=True):
    """Shows `rows`. The cursor is on one cell. Posts `Opened` on Enter and `Searched` with what was found."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"result-table--{name}" for name in ("header", "row", "null", "number", "cursor", "cell", "match")
    }

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "cursor_by(1)", "down", id="result.down", show=False),
        Binding("k,up", "cursor_by(-1)", "up", id="result.up", show=False),
        Binding("h,left", "column_by(-1)", "column to the left", id="result.left", show=False),
        Binding("l,right", "column_by(1)", "column to the right", id="result.right", show=False),
        Binding("g,home", "cursor_by(-1000000000)", "first", id="result.first", show=False),
        Binding("G,end", "cursor_by(1000000000)", "last", id="result.last", show=False),
        Binding("pageup,ctrl+b", "page_by(-1)", "page up", id="result.page_up", show=False),
        Binding("pagedown,ctrl+f", "page_by(1)", "page down", id="result.page_down", show=False),
        Binding("ctrl+d", "page_by(0.5)", "half a page down", id="result.half_down", show=False),
        Binding("ctrl+u", "page_by(-0.5)", "half a page up", id="result.half_up", show=False),
        Binding(
            "enter", "open", "the whole row", id="result.open", show=False, tooltip="the whole row of a result, field by field"
        ),
    ]

    rows: reactive[ResultRows | None] = reactive(None, init=False)
    cursor: reactive[int] = reactive(0, init=False)
    column: reactive[int] = reactive(0, init=False)
    words: reactive[str] = reactive("", init=False)

    @dataclass
    class Opened(Message):
        """Enter was pressed on a row."""

        rows: ResultRows
        number: int

    @dataclass
    class Searched(Message):
        """How many rows match, and which one is looked at."""

        says: str

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._columns: list[_Column] = []
        self._first = 0
        """The first column on the screen."""
        self._matches: array[int] = array("L")

    @property
    def cell(self) -> str | None:
        """The text under the cursor; None for NULL and where there is none."""
        if self.rows is None or not self.rows.rows:
            return None
        row = self.rows.rows[self.cursor]
        return row[self.column] if self.column < len(row) else None

    # What is shown ---------------------------------------------------------------------------------------------------------

    def watch_rows(self, rows: ResultRows | None) -> None:
        """Another result starts at its first cell."""
        self._columns = _columns(rows) if rows is not None else []
        self._first = 0
        self._matches = array("L")
        self.set_reactive(ResultTable.cursor, 0)
        self.set_reactive(ResultTable.column, 0)
        self._say_size()
        self.scroll_to(y=0, animate=False, immediate=True)
        self.refresh()

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self._say_size()
        self.watch_cursor(self.cursor, self.cursor)
        self._show_column()

    def _say_size(self) -> None:
        self.virtual_size = Size(self._width, (len(self.rows.rows) if self.rows is not None else 0) + _HEADER_LINES)

    @property
    def _width(self) -> int:
        return self.scrollable_content_region.width

    @property
    def _page(self) -> int:
        return max(1, self.size.height - _HEADER_LINES)

    # The cursor ------------------------------------------------------------------------------------------------------------

    def validate_cursor(self, cursor: int) -> int:
        """Stay in the table."""
        return max(0, min(cursor, (len(self.rows.rows) if self.rows is not None else 0) - 1))

    def validate_column(self, column: int) -> int:
        """Stay in the table."""
        return max(0, min(column, len(self._columns) - 1))

    def watch_cursor(self, before: int, after: int) -> None:
        """Scroll it into view and repaint the two rows."""
        top, page = round(self.scroll_offset.y), self._page
        if after < top:
            self.scroll_to(y=after, animate=False, immediate=True)
        elif after >= top + page:
            self.scroll_to(y=after - page + 1, animate=False, immediate=True)
        for row in (before, after):
            y = row - round(self.scroll_offset.y) + _HEADER_LINES
            if _HEADER_LINES <= y < self.size.height:
                self.refresh(Region(0, y, self._width, 1))

    def watch_column(self) -> None:
        """Show it."""
        self._show_column()
        self.refresh()

    def _show_column(self) -> None:
        """Choose the first column on the screen so that the cursor's is whole."""
        self._first = min(self._first, self.column)
        while self._first < self.column and self._number_cells + self._cells(self._first, self.column) > self._width:
            self._first += 1

    def _cells(self, first: int, last: int) -> int:
        return sum(column.width + 1 for column in self._columns[first : last + 1])

    def action_cursor_by(self, rows: int) -> None:
        """Move by rows."""
        self.cursor += rows

    def action_page_by(self, pages: float) -> None:
        """Move by pages."""
        self.cursor += int(pages * self._page)

    def action_column_by(self, columns: int) -> None:
        """Move by columns."""
        self.column += columns

    def action_open(self) -> None:
        """Show the whole row."""
        if self.rows is not None and self.rows.rows:
            self.post_message(self.Opened(self.rows, self.cursor))

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor there, a double click opens the row."""
        offset = event.get_content_offset(self)
        if offset is None or offset.y < _HEADER_LINES:
            return
        self.cursor = round(self.scroll_offset.y) + offset.y - _HEADER_LINES
        end = self._number_cells
        for place in range(self._first, len(self._columns)):
            end += self._columns[place].width + 1
            if offset.x < end:
                self.column = place
                break
        if event.chain == 2:
            self.action_open()

    # Searching -------------------------------------------------------------------------------------------------------------

    @work(exclusive=True, group="search")
    async def watch_words(self) -> None:
        """Search while one types, from the cursor on."""
        rows, words = self.rows, self.words
        found = await asyncio.to_thread(find_rows, rows.rows if rows is not None else (), words)
        if rows is not self.rows:
            return
        self._matches = found
        if found:
            self.cursor = found[bisect_left(found, self.cursor) % len(found)]
        self.refresh()
        self._tell()

    def find_next(self, step: int) -> None:
        """Go to the next row that matches, or with -1 to the one before; behind the last comes the first."""
        if self._matches:
            at = bisect_left(self._matches, self.cursor + (1 if step > 0 else 0)) - (0 if step > 0 else 1)
            self.cursor = self._matches[at % len(self._matches)]
        if self.words:
            self._tell()

    def _tell(self) -> None:
        at = bisect_left(self._matches, self.cursor)
        place = at if at < len(self._matches) and self._matches[at] == self.cursor else None
        self.post_message(self.Searched(count_words(place, len(self._matches)) if self.words else ""))

    # Painting --------------------------------------------------------------------------------------------------------------

    @property
    def _number_cells(self) -> int:
        """Cells of the column with the rows' numbers."""
        return len(str(len(self.rows.rows) if self.rows is not None else 0)) + 2

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"result-table--{name}")

    def notify_style_update(self) -> None:
        """Other colours."""
        self.refresh()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Paint line `y` of the viewport: the titles, or a row."""
        if self.rows is None:
            return Strip.blank(self._width, self.rich_style)
        if y < _HEADER_LINES:
            return self._titles()
        number = round(self.scroll_offset.y) + y - _HEADER_LINES
        if number >= len(self.rows.rows):
            return Strip.blank(self._width, self.rich_style)
        return self._row(number, self.rows.rows[number])

    def _titles(self) -> Strip:
        style = self._style("header")
        titles = "".join(f"{_fit(column.title, column)} " for column in self._columns[self._first :])
        return self._strip([Segment(f"{'◂' if self._first else ' ':>{self._number_cells}}{titles}", style)], style)

    def _row(self, number: int, cells: Sequence[str | None]) -> Strip:
        is_cursor = number == self.cursor
        base = self._style("cursor") if is_cursor else self._style("row")
        if not is_cursor and self._is_match(number):
            base = self._style("match")
        segments = [Segment(f"{number + 1:>{self._number_cells - 1}} ", base + Style(color=self._style("number").color))]
        room = self._width - self._number_cells
        for place in range(self._first, len(self._columns)):
            if room <= 0:
                break
            column = self._columns[place]
            cell = cells[place] if place < len(cells) else UNKNOWN
            style = base + Style(color=self._style("null").color, italic=True) if cell is None else base
            if is_cursor and place == self.column:
                style = self._style("cell")
            segments += [Segment(_fit(_text(cell), column), style), Segment(" ", base)]
            room -= column.width + 1
        return self._strip(segments, base)

    def _is_match(self, number: int) -> bool:
        at = bisect_left(self._matches, number)
        return at < len(self._matches) and self._matches[at] == number

    def _strip(self, segments: Sequence[Segment], base: Style) -> Strip:
        return Strip(segments).adjust_cell_length(self._width, base)


def _one_line(text: str) -> str:
    return text.replace("\n", "⏎").replace("\t", " ")


def _text(cell: str | None) -> str:
    """What a cell shows: NULL by its name, line feeds by a sign, and no more of a long text than can be seen."""
    return _NULL if cell is None else _one_line(cell[: _WIDEST + 1])


def _fit(text: str, column: _Column) -> str:
    """Cut or pad to the column's cells; what was cut says so."""
    length = cell_len(text)
    if length > column.width:
        return set_cell_size(text, column.width - 1) + "…"
    return " " * (column.width - length) + text if column.align_right else text + " " * (column.width - length)
