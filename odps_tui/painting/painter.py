"""The painter: it knows what the terminal shows and what it should show, and writes the difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import inf
from typing import Final

from rich.color import ColorSystem
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.strip import Strip

from odps_tui.painting.cells import Row, blank_row, cells_of
from odps_tui.painting.early_frame import Frame
from odps_tui.painting.pens import DEFAULT_PEN, Pen, parse_pen
from odps_tui.painting.scrolling import Scroll, find_scroll
from odps_tui.painting.writing import Writer

_WORTH_KEEPING: Final = 20
"""Cells from which on a strip is known again."""

_KEPT: Final = 200
"""So many strips are known again: more than there are lines on a screen."""


class Painter:
    """Two screens of cells: the one on the terminal, and the one to come.

    colours: how many colours the terminal has. erases_in_colour: see Writer. begun: what is on the terminal already.
    """

    def __init__(self, colours: ColorSystem, *, erases_in_colour: bool, begun: Frame | None = None) -> None:
        self._colours = colours
        self._erases_in_colour = erases_in_colour
        self._begun = None if begun is None else _rows_of(begun, erases_in_colour=erases_in_colour)
        self._shown: list[Row] | None = None
        self._wanted: list[Row] = []
        self._touched: set[int] = set()
        self._cursor = (0, 0)
        self._known: dict[int, tuple[Strip, Row]] = {}

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines of what it should show; nothing as long as Textual has not drawn a whole screen."""
        return (len(self._wanted[0]), len(self._wanted)) if self._wanted else (0, 0)

    def forget(self) -> None:
        """The terminal may show anything by now: paint all of it next time."""
        self._shown = None

    def take(self, update: LayoutUpdate | ChopsUpdate) -> None:
        """Take over what Textual has drawn. It is not yet painted."""
        if isinstance(update, LayoutUpdate):
            self._take_screen(update)
        else:
            self._take_spans(update)

    def paint(self, cursor: tuple[int, int] = (0, 0)) -> str:
        """Return what makes the terminal show what it should; empty when it does.

        cursor: where the terminal's own cursor is left. It is hidden, but input methods open their windows there.
        """
        writer = self._writer()
        shown = self._shown
        if shown is None or len(shown) != len(self._wanted):
            shown = self._painted_blank(writer)
            self._touched = set(range(len(shown)))
        changed = sorted(y for y in self._touched if shown[y] != self._wanted[y])
        scroll = find_scroll(shown, self._wanted, changed)
        if scroll is not None:
            writer = self._shorter(writer, shown, changed, scroll)
        else:
            self._write(writer, shown, changed)
        self._shown = shown
        for y in changed:
            shown[y] = self._wanted[y].copy()
        self._touched.clear()
        if cursor != self._cursor or (cursor != (0, 0) and not writer.is_empty):
            writer.park(*cursor)
        self._cursor = cursor
        return writer.finish()

    def _writer(self) -> Writer:
        return Writer(erases_in_colour=self._erases_in_colour)

    def _take_screen(self, update: LayoutUpdate) -> None:
        region = update.region
        if region.offset != (0, 0) or region.size != self.size:
            self._shown, self._begun = self._begun_at(region.size), None
            self._wanted = [blank_row(region.width) for _ in range(region.height)]
        for y, strips in enumerate(update.strips):
            self._wanted[y].put(0, cells_of(strips, self._colours))
        self._touched.update(range(len(self._wanted)))

    def _begun_at(self, size: tuple[int, int]) -> list[Row] | None:
        """Return what the terminal shows already, if it is of this size."""
        return self._begun if self._begun and (len(self._begun[0]), len(self._begun)) == size else None

    def _take_spans(self, update: ChopsUpdate) -> None:
        """Which cells of a line a span means is Textual's own rule: whole chops, the last one cropped."""
        for y, start, end in update.spans:
            if y >= len(self._wanted):
                continue
            for chop_end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                if strip is None or x > end or chop_end <= start:
                    continue
                is_within = start <= x < end and chop_end <= end
                drawn = strip if is_within else strip.crop(0, min(chop_end, end) - x)
                self._wanted[y].put(x, self._cells_of(drawn))
            self._touched.add(y)

    def _cells_of(self, strip: Strip) -> Row:
        """Return the cells of a strip; a line that has moved is the same strip as before."""
        if strip.cell_length < _WORTH_KEEPING:
            return cells_of((strip,), self._colours)
        known, cells = self._known.get(id(strip), (None, None))
        if known is not strip or cells is None:
            cells = cells_of((strip,), self._colours)
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[id(strip)] = (strip, cells)
        return cells

    def _painted_blank(self, writer: Writer) -> list[Row]:
        width, height = self.size
        pen = writer.erase_screen(_most_common_blank(self._wanted))
        return [blank_row(width, pen) for _ in range(height)]

    def _write(self, writer: Writer, shown: Sequence[Row], lines: Iterable[int], *, at_most: float = inf) -> bool:
        """Write lines; tell whether that took no more than so many bytes. If it takes more it is not written to its end."""
        for y in lines:
            writer.change(y, shown[y], self._wanted[y])
            if writer.length > at_most:
                return False
        return True

    def _shorter(self, writer: Writer, shown: Sequence[Row], changed: Sequence[int], scroll: Scroll) -> Writer:
        """Write it with lines that the terminal moves itself, and without; return the shorter one of both."""
        plain, scrolled = writer.copy(), writer
        moved = self._moved(scrolled, shown, scroll)
        self._write(scrolled, moved, sorted({*changed, *range(scroll.top, scroll.bottom + 1)}))
        return plain if self._write(plain, shown, changed, at_most=scrolled.length) else scrolled

    def _moved(self, writer: Writer, shown: Sequence[Row], scroll: Scroll) -> list[Row]:
        """Let the terminal move lines; return what it shows then."""
        top, bottom, lines = scroll
        uncovered = range(bottom - lines + 1, bottom + 1) if lines > 0 else range(top, top - lines)
        pen = writer.scroll(top, bottom, lines, _most_common_blank([self._wanted[y] for y in uncovered]))
        blanks = [blank_row(len(shown[0]), pen) for _ in uncovered]
        kept = list(shown[top : bottom + 1])
        inside = kept[lines:] + blanks if lines > 0 else blanks + kept[:lines]
        return [*shown[:top], *inside, *shown[bottom + 1 :]]


def _most_common_blank(rows: Sequence[Row]) -> Pen:
    blanks: Counter[Pen] = Counter()
    for row in rows:
        blanks.update(pen for pen in row.pens if pen.is_plain)
    return blanks.most_common(1)[0][0] if blanks else DEFAULT_PEN


def _rows_of(frame: Frame, *, erases_in_colour: bool) -> list[Row]:
    blank = parse_pen(frame.background if erases_in_colour else "", "")
    rows = [blank_row(frame.columns, blank) for _ in range(frame.lines)]
    for x, y, text, sgr in frame.spans:
        pen = parse_pen(sgr, "")
        rows[y].put(x, Row(list(text), [pen.blank if character == " " else pen for character in text]))
    return rows
