"""Finding lines that have moved up or down as a whole, so that the terminal can move them itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from odps_tui.painting.cells import Row

_WORTH: Final = 60
"""How many cells must be spared: about what it takes in bytes to say so, and some."""


class Scroll(NamedTuple):
    """Lines `top` to `bottom` (both included) move up by `lines`, or down where that is negative."""

    top: int
    bottom: int
    lines: int


def find_scroll(shown: Sequence[Row], wanted: Sequence[Row], changed: Sequence[int]) -> Scroll | None:
    """Return the one move that spares most, if one is worth it.

    What moved is told by the text of its lines: a cursor's colours and a scroll bar do not move with them.
    """
    if len(changed) < 3:
        return None
    sources = _once({y: shown[y].text for y in changed})
    targets = _once({y: wanted[y].text for y in changed})
    moves = Counter(sources[text] - y for text, y in targets.items() if text in sources and sources[text] != y)
    if not moves:
        return None
    lines = moves.most_common(1)[0][0]
    moved = [y for text, y in targets.items() if text in sources and sources[text] - y == lines]
    top, bottom = min(moved), max(moved)
    scroll = Scroll(min(top, top + lines), max(bottom, bottom + lines), lines)
    return scroll if _spared(shown, wanted, scroll) > _WORTH else None


def _once(texts: dict[int, str]) -> dict[str, int]:
    """Return the lines of texts that are there once."""
    counted = Counter(texts.values())
    return {text: y for y, text in texts.items() if counted[text] == 1 and not text.isspace()}


def _spared(shown: Sequence[Row], wanted: Sequence[Row], scroll: Scroll) -> int:
    spared = 0
    for y in range(scroll.top, scroll.bottom + 1):
        source = y + scroll.lines
        spared += shown[y].differences(wanted[y])
        if scroll.top <= source <= scroll.bottom:
            spared -= shown[source].differences(wanted[y])
        else:
            spared -= len(wanted[y]) - wanted[y].characters.count(" ")
    return spared
