"""The headings of the instance list: which columns there are, how wide, and which of them a width has room for.

Nothing is imported for it: the first frame is drawn with it before there is a widget.
"""

from __future__ import annotations

MARK_CELLS = 2
"""Cells before the first column: the cursor, and what is noteworthy about the row."""

TAIL_WIDTH = 11
"""Cells of an id that is cut to its end."""

WHOLE_IDS_FROM = 112
"""The width of a list from which on ids are shown whole."""

TITLES: dict[str, tuple[str, int, bool]] = {
    "age": ("AGE", 5, True),
    "id": ("INSTANCE", 27, False),
    "owner": ("OWNER", 10, False),
    "job": ("JOB", 18, False),
    "type": ("TYPE", 5, False),
    "priority": ("PR", 2, True),
    "state": ("STATE", 11, False),
    "progress": ("PROGRESS", 12, False),
    "wait": ("WAIT", 5, True),
    "run": ("RUN", 5, True),
    "cpu": ("CPU", 5, True),
    "memory": ("MEM", 5, True),
    "started": ("STARTED", 8, False),
    "ended": ("ENDED", 8, False),
    "why": ("WHY / STAGE", 0, False),
}
"""Each column's title, its cells (0 takes what is left), and whether it stands at the right; in their usual order."""

_LIST_ONLY = ("age", "id", "state", "progress")
_NARROW = ("age", "id", "owner", "type", "state", "progress", "why")
_NORMAL = ("age", "id", "owner", "type", "priority", "state", "progress", "wait", "run", "cpu", "why")
_WIDE = ("age", "id", "owner", "job", "type", "priority", "state", "progress", "wait", "run", "cpu", "why")


def usual_columns(width: int) -> tuple[str, ...]:
    """Return the ids of the columns that a list of `width` cells shows unless the operator chose others."""
    if width < 72:
        return _LIST_ONLY
    if width < 112:
        return _NARROW
    return _NORMAL if width < 140 else _WIDE


def usual_titles(width: int) -> str:
    """Return the line of titles over a list of `width` cells that nobody has arranged."""
    columns = [TITLES[id_] for id_ in usual_columns(width)]
    if width < WHOLE_IDS_FROM:
        columns = [(title, TAIL_WIDTH if title == "INSTANCE" else cells, right) for title, cells, right in columns]
    left = max(0, width - sum(cells for _, cells, _ in columns) - len(columns) + 1 - MARK_CELLS)
    fitted = (title.rjust(cells or left) if right else title.ljust(cells or left) for title, cells, right in columns)
    return (" " * MARK_CELLS + " ".join(fitted))[:width]
