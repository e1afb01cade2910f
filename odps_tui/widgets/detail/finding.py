"""Finding words in megabytes without holding up the screen: small steps, so that another thread gets its turn between them."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Sequence

MOST_MATCHES = 10_000
_STEP = 262_144
"""Characters searched at a time: a millisecond or two."""


def find_all(text: str, words: str) -> array[int]:
    """Return where `words` stand in `text`, upper and lower case alike, in order; at most `MOST_MATCHES`."""
    found = array("L")
    if not words:
        return found
    pattern = re.compile(re.escape(words), re.IGNORECASE)
    at = 0
    while at < len(text) and len(found) < MOST_MATCHES:
        end = min(len(text), at + _STEP)
        # A match may reach over the end of this step, but begins in it.
        for match in pattern.finditer(text, at, min(len(text), end + len(words) - 1)):
            found.append(match.start())
            if len(found) == MOST_MATCHES:
                break
        at = max(end, found[-1] + len(words)) if found else end
    return found


def find_rows(rows: Iterable[Sequence[str | None]], words: str) -> array[int]:
    """Return the numbers of the rows in which a cell holds `words`, in order; at most `MOST_MATCHES`."""
    found = array("L")
    wanted = words.casefold()
    for number, row in enumerate(rows):
        if wanted and any(cell is not None and wanted in cell.casefold() for cell in row):
            found.append(number)
            if len(found) == MOST_MATCHES:
                break
    return found


def count_words(place: int | None, count: int) -> str:
    """Say which match of how many: `3 of 17`, `none found`."""
    if not count:
        return "none found"
    many = f"{count}+" if count >= MOST_MATCHES else str(count)
    return f"{place + 1} of {many}" if place is not None else many
