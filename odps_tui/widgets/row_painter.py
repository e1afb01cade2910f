"""How the list's lines look: one strip for the heading of the columns, one for a row, one for the heading of a group."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from odps_tui.monitor import InstanceRow
from odps_tui.widgets.columns import Column
from odps_tui.widgets.headings import MARK_CELLS

StyleOf = Callable[[str], Style]


@dataclass(frozen=True, slots=True)
class Notes:
    """What is noteworthy about a row beside what its columns say."""

    is_cursor: bool = False
    is_marked: bool = False
    is_tombstone: bool = False
    is_fresh: bool = False
    is_anchor: bool = False
    is_pinned: bool = False
    is_last_pin: bool = False
    """Below it lies the rest of the list."""

    @property
    def sign(self) -> str:
        """One cell: what matters most first."""
        if self.is_tombstone:
            return "†"
        if self.is_marked:
            return "*"
        if self.is_anchor:
            return "v"
        if self.is_pinned:
            return "★"
        return "•" if self.is_fresh else " "


class RowPainter:
    """Paints lines of `width` cells in `columns`; `style_of` gives the style of a component of the table by its short name."""

    def __init__(self, columns: Sequence[Column], width: int, style_of: StyleOf) -> None:
        self.columns = columns
        self.width = width
        self._style_of = style_of
        taken = sum(column.width for column in columns) + len(columns) - 1 + MARK_CELLS
        flexible = sum(1 for column in columns if not column.width)
        self._left = max(0, width - taken) // max(1, flexible)
        self._cells = taken + flexible * self._left
        self._spare = max(0, width - self._cells)
        """Cells to the right of the last column."""

    def texts(self, row: InstanceRow, now: datetime) -> tuple[str, ...]:
        """Return what the columns say of a row, not yet cut."""
        return tuple(column.write(row, now) for column in self.columns)

    def titles(self, sorted_by: str, *, reverse: bool) -> Strip:
        """Return the line of titles, the one that sorts with an arrow."""
        base = self._style_of("header")
        segments = [Segment(" " * MARK_CELLS, base)]
        for column in self.columns:
            is_sorted = column.id == sorted_by
            title = f"{column.title}{'▼' if reverse else '▲'}" if is_sorted else column.title
            segments.append(Segment(self._fit(title, column), self._style_of("sorted") if is_sorted else base))
            segments.append(Segment(" ", base))
        return self._strip(segments[:-1], base)

    def column_at(self, x: int) -> Column | None:
        """Return the column whose title is at cell `x`."""
        begin = MARK_CELLS
        for column in self.columns:
            end = begin + (column.width or self._left)
            if begin <= x < end:
                return column
            begin = end + 1
        return None

    def row(self, row: InstanceRow, texts: tuple[str, ...], notes: Notes) -> Strip:
        """Return a row's line."""
        base = self._base(row, notes)
        if notes.is_last_pin:
            base += Style(underline=True)
        state = base + Style(color=self._style_of(row.state).color)
        sign = base + Style(color=self._style_of("sign").color)
        segments = [Segment("▌" if notes.is_cursor else " ", base), Segment(notes.sign, sign)]
        run: list[str] = []
        for number, (text, column) in enumerate(zip(texts, self.columns, strict=True)):
            if number:
                run.append(" ")
            if column.shows_state and state != base:
                segments += (Segment("".join(run), base), Segment(self._fit(text, column), state))
                run = []
            else:
                run.append(self._fit(text, column))
        segments.append(Segment("".join(run) + " " * self._spare, base))
        strip = Strip([segment for segment in segments if segment.text], self._cells + self._spare)
        return strip.adjust_cell_length(self.width, base)

    def heading(self, name: str, size: int, *, is_folded: bool, is_cursor: bool) -> Strip:
        """Return the line above a group's rows."""
        style = self._style_of("cursor") if is_cursor else self._style_of("group")
        text = f"{'▌' if is_cursor else ' '}{'▸' if is_folded else '▾'} {name}  {size}"
        return self._strip([Segment(set_cell_size(text, self.width), style)], style)

    def words(self, text: str) -> Strip:
        """Return a line that says something in place of rows."""
        style = self._style_of("dim")
        return self._strip([Segment(f"  {text}", style)], style)

    def _base(self, row: InstanceRow, notes: Notes) -> Style:
        if notes.is_cursor:
            return self._style_of("cursor")
        if notes.is_marked:
            return self._style_of("marked")
        return self._style_of("row") if row.is_live else self._style_of("dim")

    def _strip(self, segments: Sequence[Segment], base: Style) -> Strip:
        return Strip(segments).adjust_cell_length(self.width, base).simplify()

    def _fit(self, text: str, column: Column) -> str:
        """Cut or pad a text to its column's cells; wide characters are never cut in half."""
        width = column.width or self._left
        length = cell_len(text)
        if length > width:
            return set_cell_size(text, max(0, width - 1)) + "…" if width else ""
        padding = " " * (width - length)
        return padding + text if column.align_right else text + padding
