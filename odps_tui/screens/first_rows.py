"""The rows of a first answer that comes before Textual does: drawn as the list will draw them.

What the list does for an operator who has never arranged it: the usual columns in the usual order, the cursor on the first row.
A text with characters of which it is not certain that each takes one cell is left to the list.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import datetime
from heapq import nsmallest

from odps_tui.monitor import InstanceRow, Snapshot
from odps_tui.painting.early_frame import Frame, Span
from odps_tui.screens.first_frame import rows_of, titles, top_line
from odps_tui.widgets.columns import Column, by_activity, lay_out
from odps_tui.widgets.headings import MARK_CELLS, WHOLE_IDS_FROM, usual_columns

_PLAIN = "48;5;233"
_CURSOR = "48;2;37;57;77"
_TEXT, _DIM = "38;5;252", "38;5;247"
_STATES = {
    "running": "38;5;117",
    "compiling": "38;5;117",
    "waiting": "38;5;215",
    "suspended": "38;5;215",
    "stopping": "38;5;179",
    "success": "38;5;114",
    "failed": "38;5;210",
}


def first_rows(frame: Frame, where: str, snapshot: Snapshot, now: datetime) -> Iterator[Span]:
    """Yield what the answer puts on a frame that shows nothing but borders and headings.

    The top line says when it was read, and not for how long ago: nothing counts here.
    """
    if not frame.spans:
        return
    yield from top_line(frame.columns, where, f"● list read {now.astimezone():%H:%M:%S}, starting …")
    place = rows_of(frame.columns, frame.lines)
    columns = lay_out(usual_columns(place.width), whole_ids=place.width >= WHOLE_IDS_FROM)
    yield titles(place)
    rows = nsmallest(place.room, snapshot.rows.values(), lambda row: (by_activity(row), row.id))
    for number, row in enumerate(rows):
        yield from _row(row, columns, now, Span(place.x, place.y + number, " " * place.width, _PLAIN), is_cursor=not number)


def _row(row: InstanceRow, columns: tuple[Column, ...], now: datetime, blank: Span, *, is_cursor: bool) -> Iterator[Span]:
    base = f"1;{_TEXT};{_CURSOR}" if is_cursor else f"{_TEXT if row.is_live else _DIM};{_PLAIN}"
    state = f"{'1;' if is_cursor else ''}{_STATES.get(row.state, _DIM)};{_CURSOR if is_cursor else _PLAIN}"
    flexible = len(blank.text) - sum(column.width for column in columns) - len(columns) + 1 - MARK_CELLS
    parts: list[tuple[bool, str]] = [(False, "▌ " if is_cursor else "  ")]
    for column in columns:
        text = _fitted(column.write(row, now), column.width or max(0, flexible), column) + " "
        if parts[-1][0] == column.shows_state:
            parts[-1] = (column.shows_state, parts[-1][1] + text)
        else:
            parts.append((column.shows_state, text))
    if is_cursor:
        yield blank._replace(sgr=base)
    x = blank.x
    for shows_state, text in parts:
        yield Span(x, blank.y, text.rstrip(), state if shows_state else base)
        x += len(text)


def _fitted(text: str, width: int, column: Column) -> str:
    """Cut or pad a text to its column; what cannot be trusted to take a cell for each character is left out."""
    if not text.isascii() and any(unicodedata.east_asian_width(one) in "WF" or unicodedata.combining(one) for one in text):
        text = ""
    if not text.isprintable():
        text = ""
    if len(text) > width:
        return f"{text[: width - 1]}…" if width else ""
    return text.rjust(width) if column.align_right else text.ljust(width)
