"""Finding lines that have moved up or down as a whole, so that the terminal can move them itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from odps_tui.painting.cells import Row

_WORTH: Final = 40
"""How many cells must be spared: about what it takes in bytes to say so."""

_KEY_CELLS: Final = slice(3, -3)
"""What a line is known by: not by its ends, where frames, cursors and scroll bars stand, which do not move with it."""


class Scroll(NamedTuple):
    """Lines `top` to `bottom` (both included) move up by `lines`, or down where that is negative."""

    top: int
    bottom: int
    lines: int


def find_scroll(shown: Sequence[Row], wanted: Sequence[Row], changed: Sequence[int]) -> Scroll | None:
    """Return the one move that seems to spare most, if one seems worth it: what it really spares only the writing tells."""
    if len(changed) < 3:
        return None
    sources = _once({y: "".join(shown[y].characters[_KEY_CELLS]) for y in changed})
    targets = _once({y: "".join(wanted[y].characters[_KEY_CELLS]) for y in changed})
    moves = Counter(sources[text] - y for text, y in targets.items() if text in sources and sources[text] != y)
    if not moves:
        return None
    lines = moves.most_common(1)[0][0]
    return _widest(shown, wanted, range(changed[0], changed[-1] + 1), lines)


def _once(texts: dict[int, str]) -> dict[str, int]:
    """Return the lines of texts that are there once."""
    counted = Counter(texts.values())
    return {text: y for y, text in texts.items() if counted[text] == 1 and not text.isspace()}


def _widest(shown: Sequence[Row], wanted: Sequence[Row], among: range, lines: int) -> Scroll | None:
    """Return the block of lines that spares most when it moves by `lines`: the heaviest run of what each line spares.

    At the end that the move uncovers, as many lines as it moves by are blank, and have to be written whole.
    """
    size = abs(lines)
    spared = [
        shown[y].differences(wanted[y]) - shown[y + lines].differences(wanted[y]) if y + lines in among else None for y in among
    ]
    best, best_at = 0, (0, -1)
    total, begin = 0, 0
    for at, gain in enumerate(spared):
        if gain is None or total < 0:
            total, begin = 0, at + (gain is None)
        if gain is None:
            continue
        total += gain
        if total > best:
            best, best_at = total, (begin, at)
    first, last = (among[0] + at for at in best_at) if best else (0, -1)
    if last < first:
        return None
    uncovered = range(last + 1, last + 1 + size) if lines > 0 else range(first - size, first)
    cost = sum(len(wanted[y]) - wanted[y].characters.count(" ") - shown[y].differences(wanted[y]) for y in uncovered)
    scroll = Scroll(min(first, first + lines), max(last, last + lines), lines)
    return scroll if best - cost > _WORTH else None
