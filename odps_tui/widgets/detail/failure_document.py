"""Why a task failed: its code, its class, its words, and the place in the SQL that it names."""

from __future__ import annotations

from rich.cells import cell_len

from odps_tui.models import TaskFailure, TaskResult
from odps_tui.widgets.detail.document import Document, Writer, untabbed
from odps_tui.widgets.detail.sql_document import place_in
from odps_tui.widgets.notation import plain

_AROUND = 2
"""Lines of the SQL shown before and behind the place."""
_BESIDE = 60
"""Characters shown to the left and right of the place: a query may be one line of megabytes."""
_MOST = 65_536


def failure_document(result: TaskResult, failure: TaskFailure, sql: str | None) -> Document:
    """Return the text for a failed task; `sql` is what it ran, where that could be read."""
    writer = Writer()
    writer.add_line(f"✗ {result.name} failed", "error")
    _fact(writer, "Code", plain(failure.code))
    _fact(writer, "Class", failure.kind or "? the SDKs have no class for it")
    place = failure.place
    if place is not None:
        _fact(writer, "Place", f"line {place[0]}, column {place[1]} of the SQL")
    writer.add_line()
    writer.add_line(failure.message[:_MOST].rstrip(), "error")
    if len(failure.message) >= _MOST:
        writer.add_line("… there is more of it", "muted")
    if place is not None:
        writer.add_line()
        _write_place(writer, failure, sql)
    return writer.document()


def _fact(writer: Writer, label: str, value: str) -> None:
    writer.add(f"{label:<7}", "muted")
    writer.add_line(value)


def _write_place(writer: Writer, failure: TaskFailure, sql: str | None) -> None:
    if sql is None:
        writer.add_line("The SQL could not be read: the place cannot be shown.", "muted")
        return
    sql = sql.rstrip("\n")
    at = place_in(sql, failure)
    if at is None or failure.place is None:
        writer.add_line("The SQL has no such place.", "muted")
        return
    lines, line = sql.split("\n"), failure.place[0] - 1
    first, last = max(0, line - _AROUND), min(len(lines), line + _AROUND + 1)
    width = len(str(last))
    for number in range(first, last):
        if number != line:
            writer.add(f"  {number + 1:>{width}} │ ", "gutter")
            writer.add_line(lines[number][: 2 * _BESIDE])
            continue
        _write_line(writer, lines[number], failure.place[1] - 1, f"▸ {number + 1:>{width}} │ ")


def _write_line(writer: Writer, line: str, column: int, gutter: str) -> None:
    """The line with the place, cut around it, and a sign under the place."""
    start = max(0, column - _BESIDE) if len(line) > 2 * _BESIDE else 0
    left, right = untabbed(line[start:column]), untabbed(line[column : start + 2 * _BESIDE])
    cut = "…" if start else ""
    writer.add(gutter, "gutter")
    writer.add(f"{cut}{left}")
    writer.add(right[:1], "mark")
    writer.add_line(right[1:] + ("…" if start + 2 * _BESIDE < len(line) else ""))
    writer.add_line(" " * cell_len(gutter + cut + left) + "^", "error")
