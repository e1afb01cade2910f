"""Strips that are freed when nobody shows them any more, and so is what a widget keeps them in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rich.color import Color as RichColor
from rich.style import Style
from textual._styles_cache import StylesCache
from textual.color import Color
from textual.filter import ANSIToTruecolor, LineFilter
from textual.strip import Strip
from textual.style import Style as TextualStyle

_divide, _crop_extend, _apply_filter = Strip.divide, Strip.crop_extend, Strip.apply_filter


def let_strips_go() -> None:
    """Have no strip remember itself.

    A strip remembers what was cut from it. Where the whole of it was wanted that is the strip itself, and then only the collector
    finds out that nobody needs it: a key that scrolls leaves a thousand objects behind, and every few dozen keys one is held up.
    And the colours that a widget's `StylesCache` once asked for remember all that the widget showed, which would stay of each
    dashboard that was left.
    """
    StylesCache.get_inner_outer = staticmethod(_inner_outer)  # type: ignore[method-assign,assignment]
    Strip.divide = divide  # type: ignore[method-assign]
    Strip.crop_extend = crop_extend  # type: ignore[method-assign]
    Strip.apply_filter = apply_filter  # type: ignore[method-assign]


@lru_cache(maxsize=1024)
def _inner_outer(base_background: Color, background: Color) -> tuple[TextualStyle, TextualStyle]:
    """As `StylesCache.get_inner_outer`."""
    return TextualStyle(background=base_background + background), TextualStyle(background=base_background)


def divide(self: Strip, cuts: Iterable[int]) -> Sequence[Strip]:
    """As `Strip.divide`."""
    cuts = [cut for cut in cuts if cut <= self.cell_length]
    return [self] if cuts == [self.cell_length] else _divide(self, cuts)


def crop_extend(self: Strip, start: int, end: int, style: Style | None) -> Strip:
    """As `Strip.crop_extend`."""
    return self if start <= 0 and end == self.cell_length else _crop_extend(self, start, end, style)


def apply_filter(self: Strip, filter: LineFilter, background: Color) -> Strip:  # noqa: A002 - Textual's name
    """As `Strip.apply_filter`. Where the filter would give every text back in its own colours, nothing is made anew."""
    if isinstance(filter, ANSIToTruecolor) and all(style is None or _is_true(style) for _, style, _ in self):
        return self
    return _apply_filter(self, filter, background)


@lru_cache(maxsize=4096)
def _is_true(style: Style) -> bool:
    """Tell whether a style is the same everywhere: not dim, and in none of the sixteen colours that each has for itself."""
    return not style.dim and _is_own(style.color) and _is_own(style.bgcolor)


def _is_own(color: RichColor | None) -> bool:
    return color is None or color.triplet is not None
