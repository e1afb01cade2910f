"""A frame that can be drawn without Textual, and that the painter takes for what the terminal shows when it begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


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
        pen = f"\x1b[{self.background}m" if erases_in_colour and self.background else ""
        return f"{pen}\x1b[2J{written(self.spans)}"


def written(spans: Iterable[Span]) -> str:
    """Return what draws texts, the later over the earlier; the terminal's pen is the default one after it."""
    parts, sgr = [], None
    for span in sorted(spans, key=lambda span: (span.y, span.x)):
        pen = "" if span.sgr == sgr else f"\x1b[0;{span.sgr}m" if span.sgr else "\x1b[m"
        sgr = span.sgr
        parts.append(f"\x1b[{span.y + 1};{span.x + 1}H{pen}{span.text}")
    return "".join(parts) + "\x1b[m"
