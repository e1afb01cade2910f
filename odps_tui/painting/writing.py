"""Writing cells to a terminal in few bytes: cursor moves, pens, erased stretches."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from odps_tui.painting.cells import STUB, Row
from odps_tui.painting.pens import DEFAULT_PEN, Pen

_GAP: Final = 12
"""Unchanged cells between two changes that may be cheaper to write again than to jump over."""

_ERASED_TO_THE_END: Final = 4
_ERASED_WITHIN: Final = 12
"""From how many blanks on it is shorter to erase them than to write them."""

_JOINING: Final = "\u200d\ufe0f"
"""Zero width joiner, and the selector that makes a character an emoji."""


class Writer:
    """Collects what to write for one frame. It begins with a pen and a cursor of which it knows nothing but the default look.

    erases_in_colour: whether the terminal gives erased cells the background of the pen (terminfo's `bce`).
    """

    def __init__(self, *, erases_in_colour: bool) -> None:
        self._erases_in_colour = erases_in_colour
        self._parts: list[str] = []
        self._pen = DEFAULT_PEN
        self._at: tuple[int, int] | None = None
        self._measured = self._length = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not self._parts

    def copy(self) -> Writer:
        """Return one that has written the same so far."""
        other = Writer(erases_in_colour=self._erases_in_colour)
        other._parts, other._pen, other._at = self._parts.copy(), self._pen, self._at
        return other

    @property
    def length(self) -> int:
        """How many bytes have been written."""
        self._length += sum(len(part.encode()) for part in self._parts[self._measured :])
        self._measured = len(self._parts)
        return self._length

    def finish(self) -> str:
        """Return all of it; the terminal's pen is the default one again."""
        self._take(DEFAULT_PEN, blank=False)
        return "".join(self._parts)

    def erase_screen(self, pen: Pen) -> Pen:
        """Blank the screen; return the pen that the blanks have."""
        pen = self._erasing(pen)
        self._parts.append("\x1b[2J")
        return pen

    def scroll(self, top: int, bottom: int, lines: int, pen: Pen) -> Pen:
        """Move the lines from `top` to `bottom` (both moved or uncovered) up, or down if negative; return the blanks' pen."""
        pen = self._erasing(pen)
        what = f"{abs(lines) if abs(lines) > 1 else ''}{'M' if lines > 0 else 'L'}"
        self._parts.append(f"\x1b[{top + 1};{bottom + 1}r\x1b[{top + 1}H\x1b[{what}\x1b[r")
        self._at = None
        return pen

    def change(self, y: int, shown: Row, wanted: Row) -> None:
        """Write what differs in a line."""
        written = -1
        for start, end in _joined(_runs(shown, wanted), wanted):
            if 0 <= written < start <= written + _GAP:
                self._bridge(y, wanted, written, start)
            self._write(y, wanted, start, end)
            written = end

    def park(self, x: int, y: int) -> None:
        """Leave the cursor at a place."""
        self._go(x, y)

    def _erasing(self, pen: Pen) -> Pen:
        if not (self._erases_in_colour and pen.is_plain):
            pen = DEFAULT_PEN
        self._take(pen, blank=True)
        return pen

    def _bridge(self, y: int, row: Row, start: int, end: int) -> None:
        """Write unchanged cells again if that is shorter than to jump over them."""
        if self._at != (start, y):
            return
        pen, parts = self._pen, self._parts
        jump, jumped = len(f"\x1b[{end - start}C"), len(pen.step(row.pens[end], blank=row.characters[end] == " ")[0])
        self._parts = []
        self._write(y, row, start, end)
        again = "".join(self._parts)
        self._parts = parts
        resumed = len(self._pen.step(row.pens[end], blank=row.characters[end] == " ")[0])
        if self._at == (end, y) and len(again.encode()) + resumed <= jump + jumped:
            parts.append(again)
        else:
            self._pen, self._at = pen, (start, y)

    def _write(self, y: int, row: Row, start: int, end: int) -> None:
        """Write cells one after the other."""
        width = len(row)
        for first, last, pen in _stretches(row, start, end):
            self._go(first, y)
            is_blank = row.characters[first] == " "
            self._take(pen, blank=is_blank)
            if is_blank and pen.is_plain and self._erase(last - first, to_the_end=last == width):
                continue
            text = "".join(row.characters[first:last])
            self._parts.append(text)
            self._at = None if last == width or _is_odd(text) else (last, y)

    def _erase(self, count: int, *, to_the_end: bool) -> bool:
        """Blank the cells from the cursor on, which stays, if that is shorter than to write them."""
        if not (self._erases_in_colour or not self._pen.background) or self._pen.marks_blanks:
            return False
        if to_the_end and count >= _ERASED_TO_THE_END:
            self._parts.append("\x1b[K")
        elif count >= _ERASED_WITHIN:
            self._parts.append(f"\x1b[{count}X")
        else:
            return False
        return True

    def _take(self, pen: Pen, *, blank: bool) -> None:
        if pen is not self._pen:
            sequence, self._pen = self._pen.step(pen, blank=blank)
            self._parts.append(sequence)

    def _go(self, x: int, y: int) -> None:
        if self._at == (x, y):
            return
        self._parts.append(_move(self._at, x, y))
        self._at = (x, y)


def _move(at: tuple[int, int] | None, x: int, y: int) -> str:
    """Return the shortest way to a place."""
    ways = [f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H"]
    if at is not None:
        from_x, from_y = at
        if from_y == y:
            ways.append(f"\x1b[{x - from_x if x - from_x > 1 else ''}C" if x > from_x else f"\x1b[{x + 1}G")
        elif from_x == x and y > from_y:
            ways.append(f"\x1b[{y - from_y if y - from_y > 1 else ''}B")
        if x == 0 and y == from_y + 1:
            ways.append("\r\n")
    return min(ways, key=len)


def _is_odd(text: str) -> bool:
    """Whether terminals may not agree where the cursor is after it: behind emoji, and characters made of several."""
    return not text.isascii() and (max(text) >= "\U0001f000" or any(unicodedata.combining(c) or c in _JOINING for c in text))


def _runs(shown: Row, wanted: Row) -> Iterator[tuple[int, int]]:
    """Yield where changed cells begin and end; wide characters belong to them whole."""
    characters, width = wanted.characters, len(wanted)
    cells = zip(shown.characters, characters, shown.pens, wanted.pens, strict=True)
    start = end = -1
    for x in [x for x, (old, new, pen, new_pen) in enumerate(cells) if pen is not new_pen or old != new]:
        first = x - 1 if characters[x] == STUB and x else x
        last = x + 2 if x + 1 < width and characters[x + 1] == STUB else x + 1
        if first > end >= 0:
            yield start, end
            start = first
        elif end < 0:
            start = first
        end = max(end, last)
    if end >= 0:
        yield start, end


def _joined(runs: Iterable[tuple[int, int]], row: Row) -> Iterator[tuple[int, int]]:
    """Join runs that end and begin within one stretch of blanks: to erase a long one takes no more bytes than a short one."""
    characters, pens = row.characters, row.pens
    before: tuple[int, int] | None = None
    for start, end in runs:
        if before is not None:
            blanks, last = range(before[1] - 1, start + 1), pens[before[1] - 1]
            if last.is_plain and all(characters[x] == " " and pens[x] is last for x in blanks):
                start = before[0]  # noqa: PLW2901 - it begins where that one began
            else:
                yield before
        before = (start, end)
    if before is not None:
        yield before


def _stretches(row: Row, start: int, end: int) -> Iterator[tuple[int, int, Pen]]:
    """Yield stretches of one look, each all blank or not at all; one ends behind an odd character."""
    characters, pens = row.characters, row.pens
    first, pen, blank = start, pens[start], characters[start] == " "
    for x in range(start + 1, end):
        character = characters[x]
        if pens[x] is pen and (character == " ") == blank and not (_is_odd(characters[x - 1]) and character != STUB):
            continue
        if character == STUB:  # whatever its pen says, it belongs to the character before
            continue
        yield first, x, pen
        first, pen, blank = x, pens[x], character == " "
    yield first, end, pen
