"""A QR code in half blocks: two modules to a cell, as a cell is twice as high as it is wide."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from textual.content import Content

_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
_COLORS = "#000000 on #ffffff"
"""Dark on light whatever the theme: many readers do not know the inverse."""
_QUIET_ZONES = (4, 2)
"""Modules of light around the code: what the standard wants, and what cameras make do with in a small terminal."""


class QrCode:
    """The code of `text`, at the lowest level of error correction: a screen has neither scratches nor creases."""

    def __init__(self, text: str) -> None:
        import segno  # noqa: PLC0415 - needed by one key that few press

        code = segno.make(text, error="l", micro=False)
        self.modules: tuple[tuple[bool, ...], ...] = tuple(tuple(bool(module) for module in row) for row in code.matrix)

    @property
    def cells(self) -> tuple[int, int]:
        """Columns and lines that it needs at least."""
        return self._cells(_QUIET_ZONES[-1])

    def draw(self, columns: int, lines: int) -> Content | None:
        """Return the drawing with as wide a quiet zone as there is room for; None when it does not fit."""
        for zone in _QUIET_ZONES:
            width, height = self._cells(zone)
            if width <= columns and height <= lines:
                return Content.styled(_half_blocks(self._framed(zone)), _COLORS)
        return None

    def _cells(self, zone: int) -> tuple[int, int]:
        side = len(self.modules) + 2 * zone
        return side, (side + 1) // 2

    def _framed(self, zone: int) -> list[tuple[bool, ...]]:
        side, beside = len(self.modules) + 2 * zone, (False,) * zone
        empty = [(False,) * side] * zone
        return [*empty, *((*beside, *row, *beside) for row in self.modules), *empty]


def _half_blocks(rows: Sequence[tuple[bool, ...]]) -> str:
    last = (False,) * len(rows[0])
    pairs = zip_longest(rows[::2], rows[1::2], fillvalue=last)
    return "\n".join("".join(_HALVES[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in pairs)
