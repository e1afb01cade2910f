"""The SQL tab: each task's query in colours, the place of its error marked, and below it the settings it runs with."""

from __future__ import annotations

import re
from collections.abc import Mapping

from odps_tui.models import Job, TaskFailure, TaskSource
from odps_tui.widgets.detail.document import Document, Span, Writer, overlaid, untabbed
from odps_tui.widgets.detail.highlighting import MOST_HIGHLIGHTED, sql_spans
from odps_tui.widgets.notation import plain, short_count

_WORD = re.compile(r"\w+|\S")


def sql_document(job: Job, failures: Mapping[str, TaskFailure]) -> Document:
    """Return the whole tab; `failures` by the name of the task."""
    writer = Writer()
    for task in job.tasks:
        _write_task(writer, task, failures.get(task.name))
    if not job.tasks:
        writer.add_line("The job has no tasks.", "muted")
    return writer.document()


def place_in(sql: str, failure: TaskFailure | None) -> int | None:
    """Return which character of `sql` a failure names; None when it names none, or one that is not there."""
    if failure is None or failure.place is None:
        return None
    line, column = failure.place
    start = 0
    for _ in range(line - 1):
        start = sql.find("\n", start) + 1
        if not start:
            return None
    at = start + column - 1
    return at if column > 0 and at < len(sql) and "\n" not in sql[start:at] else None


def _write_task(writer: Writer, task: TaskSource, failure: TaskFailure | None) -> None:
    writer.add(task.name, "heading")
    writer.add_line(f"  {task.type} · {_size(task)} · {_count(task.settings)}", "muted")
    if task.query:
        _write_query(writer, task.query.rstrip("\n"), failure)
        writer.add_line()
    if task.settings:
        _write_settings(writer, task.settings)
    writer.add_line()


def _write_query(writer: Writer, query: str, failure: TaskFailure | None) -> None:
    if len(query) > MOST_HIGHLIGHTED:
        writer.add_line(f"no colours: it is longer than {short_count(MOST_HIGHLIGHTED)} characters", "muted")
    at = place_in(query, failure)
    mark = None
    if at is not None and (word := _WORD.match(query, at)) is not None:
        start = len(untabbed(query[:at]))
        mark = Span(start, start + len(word[0]), "mark")
    text = untabbed(query)
    writer.add_numbered(text, overlaid(sql_spans(text), mark))


def _write_settings(writer: Writer, settings: Mapping[str, str]) -> None:
    width = max(map(len, settings))
    writer.add_line("SETTINGS", "heading")
    for name, value in sorted(settings.items()):
        writer.add(f"{name:<{width}}  ", "muted")
        writer.add_line(plain(value))


def _size(task: TaskSource) -> str:
    if not task.query:
        return "no SQL"
    lines = task.query.rstrip("\n").count("\n") + 1
    return f"{lines:,} line{'s' if lines > 1 else ''}, {short_count(len(task.query))} characters"


def _count(settings: Mapping[str, str]) -> str:
    return f"{len(settings)} setting{'s' if len(settings) != 1 else ''} below (G)" if settings else "no settings"
