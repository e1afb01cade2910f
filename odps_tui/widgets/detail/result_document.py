"""The Result tab where it is no table: what each task left behind, as it is; why one failed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from odps_tui.models import TaskFailure, TaskResult
from odps_tui.widgets.detail.document import Document, Writer
from odps_tui.widgets.detail.failure_document import failure_document
from odps_tui.widgets.notation import short_bytes

MOST_SHOWN = 4 * 1024 * 1024
"""Characters of a text that are shown; the file it is saved to has all of it."""


def result_document(
    results: Iterable[TaskResult], failures: Mapping[str, TaskFailure], queries: Mapping[str, str | None]
) -> Document:
    """Return the texts of all tasks, one below the other."""
    writer = Writer()
    for result in results:
        failure = failures.get(result.name)
        if failure is not None:
            writer.append(failure_document(result, failure, queries.get(result.name)))
        else:
            _write_text(writer, result)
        writer.add_line()
    return writer.document()


def row_document(header: Sequence[str], row: Sequence[str | None]) -> Document:
    """Return one row of a table, field by field."""
    writer = Writer()
    width = max((len(name) for name in header), default=0)
    for place, name in enumerate(header):
        cell = row[place] if place < len(row) else "?"
        writer.add(f"{name:<{width}}  ", "muted")
        writer.add_line("NULL" if cell is None else cell, "gutter" if cell is None else "")
    return writer.document()


def _write_text(writer: Writer, result: TaskResult) -> None:
    text = result.text
    writer.add(result.name, "heading")
    writer.add_line(f"  {result.format} · {short_bytes(len(text.encode()))}" if text else "  nothing", "muted")
    writer.add_line(text[:MOST_SHOWN])
    if len(text) > MOST_SHOWN:
        writer.add_line(f"… {short_bytes(len(text) - MOST_SHOWN)} more; E saves all of it", "muted")
