"""The rows of a SELECT, read from the CSV that the service answers with (protocol §4.4)."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from odps_tui.models import TaskResult

MOST_ROWS = 50_000
"""Rows that are kept; the service itself answers with 10,000 at most unless a project is set otherwise."""
USUAL_LIMIT = 10_000

NULL = "\\N"
"""What stands for NULL in the service's CSV."""
_LONGEST_CELL = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ResultRows:
    """`rows` hold texts, None for NULL. `total` counts all rows that came; `types` are empty when nobody told them."""

    header: tuple[str, ...]
    types: tuple[str, ...]
    rows: Sequence[Sequence[str | None]]
    total: int

    @property
    def is_cut(self) -> bool:
        """True when more rows came than are kept."""
        return self.total > len(self.rows)


def read_rows(result: TaskResult) -> ResultRows | None:
    """Read a result's rows; None when it is no CSV, or cannot be read as one. Takes half a second for 16 MB."""
    if result.format != "csv" or not result.text:
        return None
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(_lines(result.text))
    try:
        header = tuple(next(reader))
        rows = [[None if cell == NULL else cell for cell in row] for row in islice(reader, MOST_ROWS)]
        total = len(rows) + sum(1 for _ in reader)
    except (csv.Error, StopIteration):
        return None
    told = result.descriptor.columns if result.descriptor is not None else ()
    types = tuple(kind for _, kind in told) if len(told) == len(header) else ()
    return ResultRows(header, types, rows, total)


def _lines(text: str) -> Iterator[str]:
    """Yield line by line, without a second copy of megabytes; clean text has no other line ends."""
    begin = 0
    while begin < len(text):
        end = text.find("\n", begin) + 1 or len(text)
        yield text[begin:end]
        begin = end


def completeness(result: TaskResult, total: int) -> str:
    """Say whether these are all rows, as far as the service tells."""
    status = (result.descriptor.select_status or "") if result.descriptor is not None else ""
    match status.upper():
        case "FULL":
            return "all rows"
        case "TRUNCATED":
            return "CUT OFF by the service: there are more rows"
        case _ if total == USUAL_LIMIT:
            return f"? the service does not say whether these are all, and {USUAL_LIMIT:,} is its usual limit"
        case _:
            return "? the service does not say whether these are all"
