"""A terminal emulator that does what xterm does where pyte does less."""

from __future__ import annotations

from typing import Any, NamedTuple

import pyte
from pyte.screens import Char

_BLANKS_SHOW = ("underscore", "strikethrough", "reverse", "blink")


class Cell(NamedTuple):
    """What one sees in a place: a space has no colour of its own and is neither bold nor italic."""

    character: str
    foreground: str
    background: str
    attributes: tuple[str, ...]


class Xterm(pyte.Screen):
    """pyte's screen with xterm's erased cells, lines that scroll in, and halves of wide characters.

    `bce`: erased cells have the pen's background, as in xterm; without, the default one, as in GNU screen.
    """

    def __init__(self, columns: int, lines: int, *, bce: bool = True) -> None:
        self._bce = bce
        super().__init__(columns, lines)
        self.answers = ""

    def write_process_input(self, data: str) -> None:
        self.answers += data

    @property
    def _blank(self) -> Char:
        return self.default_char._replace(bg=self.cursor.attrs.bg) if self._bce else self.default_char

    def draw(self, data: str) -> None:
        for character in data:
            before = self.cursor.x, self.cursor.y
            x = min(before[0], self.columns - 1)
            line = self.buffer[before[1]]
            old = [line[column].data for column in range(self.columns)]
            super().draw(character)
            after = self.cursor.x if self.cursor.y == before[1] else self.columns
            if after > x:
                self._mend(before[1], x, after, old)

    def _mend(self, y: int, start: int, end: int, old: list[str]) -> None:
        """A wide character of which one half has been overwritten loses the other."""
        line = self.buffer[y]
        if start and old[start] == "":
            line[start - 1] = line[start - 1]._replace(data=" ")
        if end < self.columns and old[end] == "":
            line[end] = line[end]._replace(data=" ")

    def erase_in_line(self, how: int = 0, private: bool = False) -> None:
        assert (how, private) == (0, False)
        self._erase(self.cursor.y, min(self.cursor.x, self.columns - 1), self.columns)

    def erase_characters(self, count: int | None = None) -> None:
        self._erase(self.cursor.y, self.cursor.x, min(self.cursor.x + (count or 1), self.columns))

    def erase_in_display(self, how: int = 0, *_: Any, **__: Any) -> None:
        assert how == 2
        for y in range(self.lines):
            self._erase(y, 0, self.columns)

    def _erase(self, y: int, start: int, end: int) -> None:
        for x in range(start, end):
            self.buffer[y][x] = self._blank

    def insert_lines(self, count: int | None = None) -> None:
        top, bottom = self.cursor.y, self._bottom
        super().insert_lines(count)
        for y in range(top, min(top + (count or 1), bottom + 1)):
            self._erase(y, 0, self.columns)

    def delete_lines(self, count: int | None = None) -> None:
        top, bottom = self.cursor.y, self._bottom
        super().delete_lines(count)
        for y in range(max(bottom + 1 - (count or 1), top), bottom + 1):
            self._erase(y, 0, self.columns)

    @property
    def _bottom(self) -> int:
        return self.margins.bottom if self.margins else self.lines - 1

    def seen(self) -> list[list[Cell]]:
        """Return what one sees, line by line."""
        return [[seen(self.buffer[y][x]) for x in range(self.columns)] for y in range(self.lines)]


def seen(char: Char) -> Cell:
    shown = ("bold", "italics", *_BLANKS_SHOW) if char.data != " " else _BLANKS_SHOW
    attributes = tuple(name for name in shown if getattr(char, name))
    has_ink = char.data != " " or "reverse" in attributes or "underscore" in attributes or "strikethrough" in attributes
    return Cell(char.data, char.fg if has_ink else "", char.bg, attributes)


def differences(left: Xterm, right: Xterm) -> str:
    """Return the first differing cells, or nothing."""
    found = [
        f"line {y}, column {x}: {one} is not {other}"
        for y, (one_line, other_line) in enumerate(zip(left.seen(), right.seen(), strict=True))
        for x, (one, other) in enumerate(zip(one_line, other_line, strict=True))
        if one != other
    ]
    return "\n".join([*found[:10], f"{len(found)} cells differ"] if found else [])
