"""Strips that are freed when nobody shows them any more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.style import Style
from textual.strip import Strip

_divide, _crop_extend = Strip.divide, Strip.crop_extend


def let_strips_go() -> None:
    """Have no strip remember itself.

    A strip remembers what was cut from it. Where the whole of it was wanted that is the strip itself, and then only the collector
    finds out that nobody needs it: a key that scrolls leaves a thousand objects behind, and every few dozen keys one is held up.
    """
    Strip.divide = divide  # type: ignore[method-assign]
    Strip.crop_extend = crop_extend  # type: ignore[method-assign]


def divide(self: Strip, cuts: Iterable[int]) -> Sequence[Strip]:
    """As `Strip.divide`."""
    cuts = [cut for cut in cuts if cut <= self.cell_length]
    return [self] if cuts == [self.cell_length] else _divide(self, cuts)


def crop_extend(self: Strip, start: int, end: int, style: Style | None) -> Strip:
    """As `Strip.crop_extend`."""
    return self if start <= 0 and end == self.cell_length else _crop_extend(self, start, end, style)
