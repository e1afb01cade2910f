"""Where a text breaks into rows of a given width: five megabytes on one line are fifty thousand rows, found once and kept."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass

from rich.cells import cell_len, get_character_cell_size

_FIRST_BLANK = 0.6
"""A row is broken at a blank that stands behind this part of it; an earlier one would leave too much of the row empty."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Row `n` is `text[starts[n]:starts[n + 1]]`; `lines[n]` is the number of the line it begins, 0 for the rest of a line."""

    starts: array[int]
    lines: array[int]
    length: int

    def __len__(self) -> int:
        return len(self.starts)

    def span(self, row: int) -> tuple[int, int]:
        """Return where a row begins and ends, its line feed left out or not."""
        return self.starts[row], self.starts[row + 1] if row + 1 < len(self.starts) else self.length

    def row_at(self, position: int) -> int:
        """Return the row that holds a character."""
        return max(0, bisect_right(self.starts, position) - 1)


def wrap(text: str, width: int) -> Rows:
    """Break `text` into rows of at most `width` cells, at blanks where there is one in reach."""
    starts, lines = array("L"), array("L")
    begin, number = 0, 1
    width = max(2, width)
    while True:
        end = text.find("\n", begin)
        whole_end = len(text) if end < 0 else end
        lines.append(number)
        starts.append(begin)
        for start in _breaks(text, begin, whole_end, width):
            starts.append(start)
            lines.append(0)
        if end < 0:
            return Rows(starts, lines, len(text))
        begin, number = end + 1, number + 1


def _breaks(text: str, begin: int, end: int, width: int) -> list[int]:
    """Where the second and later rows of the line `text[begin:end]` begin."""
    breaks = []
    at = _next_break(text, begin, end, width)
    while at < end:
        breaks.append(at)
        at = _next_break(text, at, end, width)
    return breaks


def _next_break(text: str, begin: int, end: int, width: int) -> int:
    fits = _fits(text, begin, end, width)
    if fits >= end:
        return end
    blank = text.rfind(" ", begin + int((fits - begin) * _FIRST_BLANK), fits)
    return blank + 1 if blank > begin else fits


def _fits(text: str, begin: int, end: int, width: int) -> int:
    """Where the characters end that fit into `width` cells; always behind the first one."""
    piece = text[begin : min(end, begin + width)]
    if piece.isascii() or cell_len(piece) <= width:
        return begin + len(piece)
    cells = 0
    for at, character in enumerate(piece):
        cells += get_character_cell_size(character)
        if cells > width:
            return begin + max(1, at)
    return begin + len(piece)
