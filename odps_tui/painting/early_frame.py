"""A frame that can be drawn without Textual, and that the painter takes for what the terminal shows when it begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from odps_tui.painting.pens import parse_pen


class Span(NamedTuple):
    """A text on line `y` from column `x` on; `sgr` are its parameters. Each of its characters takes one cell."""

    x: int
    y: int
    text: str
    sgr: str


class Frame(NamedTuple):
    """What is drawn on a blank screen of this size. `background` are the parameters of the blanks."""

    columns: int
    lines: int
    background: str
    spans: Sequence[Span]

    @property
    def uncoloured(self) -> Frame:
        """The same without colours, for a terminal that has fewer than the frame was made for."""
        return self._replace(background="", spans=[span._replace(sgr="") for span in self.spans])

    def write(self, *, erases_in_colour: bool) -> str:
        """Return what draws it; the terminal's pen is the default one before and after."""
        sgr = self.background if erases_in_colour else ""
        return f"{parse_pen('').step(parse_pen(sgr), blank=False)[0]}\x1b[2J{written(self.spans, sgr)}"


def written(spans: Iterable[Span], sgr: str = "") -> str:
    """Return what draws texts, the later over the earlier; `sgr` is the terminal's pen before it, after it the default one."""
    parts, pen = [], parse_pen(sgr)
    at: tuple[int, int] | None = None
    for span in sorted(spans, key=lambda span: (span.y, span.x)):
        change, pen = pen.step(parse_pen(span.sgr), blank=False)
        parts.append(f"{_move(at, span.x, span.y)}{change}{span.text}")
        at = (span.x + len(span.text), span.y)
    return "".join(parts) + "\x1b[m"


def _move(at: tuple[int, int] | None, x: int, y: int) -> str:
    """Return the shortest way to a place."""
    if at == (x, y):
        return ""
    if at is not None and at[1] == y and at[0] < x:
        return f"\x1b[{x - at[0]}C"
    if at is not None and at[1] == y - 1 and x == 0:
        return "\r\n"
    return f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H"
