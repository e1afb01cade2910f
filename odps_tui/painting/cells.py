"""Cells: what each place on the screen shows, taken from Textual's strips."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import is_not, ne

from rich.cells import split_graphemes
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from odps_tui.painting.pens import DEFAULT_PEN, Pen, parse_pen

STUB = ""
"""The second cell of a wide character."""

_NARROW = re.compile("[ -~\xa1-\xac\xae-\xff\u2010-\u2027\u2190-\u2193\u2500-\u259f▲▼▸▾●○★✓✗]*").fullmatch
"""Texts in which every character is a cell: most of those that are not ASCII. Those of other scripts are looked at one by one."""

_NO_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)])


class Row:
    """A line of cells: what is in each, and its look. A space has the pen of its background only, unless more shows on it."""

    __slots__ = ("characters", "pens")

    def __init__(self, characters: list[str], pens: list[Pen]) -> None:
        self.characters = characters
        self.pens = pens

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Row) and self.characters == other.characters and self.pens == other.pens

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __len__(self) -> int:
        return len(self.characters)

    @property
    def text(self) -> str:
        """Its characters."""
        return "".join(self.characters)

    def copy(self) -> Row:
        """Return one with the same cells."""
        return Row(self.characters.copy(), self.pens.copy())

    def differences(self, other: Row) -> int:
        """Return in how many cells it differs, one that differs in both character and pen counted twice."""
        characters: int = sum(map(ne, self.characters, other.characters))
        return characters + sum(map(is_not, self.pens, other.pens))

    def put(self, x: int, cells: Row) -> None:
        """Put cells over its own from column `x` on, as far as it reaches. A wide character that is cut becomes blank."""
        end = min(x + len(cells), len(self))
        if end <= x:
            return
        self._part(x)
        self._part(end)
        self.characters[x:end] = cells.characters[: end - x]
        self.pens[x:end] = cells.pens[: end - x]
        if cells.characters[end - x : end - x + 1] == [STUB]:
            self.characters[end - 1] = " "

    def _part(self, x: int) -> None:
        """Blank the wide character that lies on both sides of the edge at column `x`."""
        if 0 < x < len(self) and self.characters[x] == STUB:
            self.characters[x - 1 : x + 1] = "  "
            self.pens[x - 1 : x + 1] = [pen.blank for pen in self.pens[x - 1 : x + 1]]


def blank_row(width: int, pen: Pen = DEFAULT_PEN) -> Row:
    """Return a row of spaces."""
    return Row([" "] * width, [pen] * width)


def cells_of(strips: Iterable[Strip], colours: ColorSystem) -> Row:
    """Return the cells of strips that lie side by side."""
    characters: list[str] = []
    pens: list[Pen] = []
    for strip in strips:
        for segment in strip:
            _add(segment, colours, characters, pens)
    return Row(characters, pens)


def _add(segment: Segment, colours: ColorSystem, characters: list[str], pens: list[Pen]) -> None:
    text, style, _ = segment
    cells: Sequence[str] = text if _NARROW(text) else split(text)
    pen = DEFAULT_PEN if style is None else _pen(style, colours)
    characters.extend(cells)
    if pen.blank is pen or " " not in text:
        pens.extend([pen] * len(cells))
    elif text.isspace():
        pens.extend([pen.blank] * len(cells))
    else:
        blank = pen.blank
        pens.extend([blank if cell == " " else pen for cell in cells])


def _pen(style: Style, colours: ColorSystem) -> Pen:
    sgr = style._ansi  # noqa: SLF001 - what Textual's own painter would write, from the same cache
    if sgr is None:
        sgr = Strip.render_ansi(style, colours)
    return parse_pen(sgr, style.link or "")


@lru_cache(maxsize=4096)
def split(text: str) -> tuple[str, ...]:
    """Return what is in each cell: a character with all that belongs to it, and a stub behind a wide one.

    What takes no cell and belongs to nothing, control characters above all, is left out.
    """
    text = text.translate(_NO_CONTROLS)
    cells: list[str] = []
    for start, end, width in split_graphemes(text)[0]:
        if width:
            cells.extend((text[start:end], STUB)[:width])
    return tuple(cells)


@lru_cache(maxsize=4096)
def width_of(character: str) -> int:
    """Return how many cells it takes."""
    return 1 if character.isascii() else len(split(character))
