"""What can be yanked of an instance, each piece with its text or with the reason why there is none yet."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from odps_tui.models import TaskResult, TaskStatus
from odps_tui.monitor import InstanceDetail, InstanceRow
from odps_tui.screens.export import row_facts
from odps_tui.screens.place import Place

_NOT_READ = "not read yet"
_ORDINARY_ID = re.compile(r"[0-9A-Za-z_-]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Something to copy: the key that picks it, its name, its text; without one, `reason` says why."""

    key: str
    name: str
    text: str = ""
    reason: str = ""


FIELD = Piece("f", "a field …", "one of what the panes show: Y comes here at once")
"""Leads on to the choice of a field."""


def pieces(row: InstanceRow, detail: InstanceDetail | None, link: Piece, place: Place) -> Iterator[Piece]:
    """Yield every piece, in the order of the menu. A detail of another instance counts as not read."""
    known = detail if detail is not None and detail.id == row.id else None
    yield Piece("i", "id", row.id)
    yield _sql(known)
    yield _error(row, known)
    yield link
    yield Piece("r", "row as JSON", json.dumps(row_facts(row), ensure_ascii=False))
    yield _command(row, place)
    yield FIELD


def link_piece(url: str = "", reason: str = "") -> Piece:
    """Return the piece for the Logview link; it is asked of the service while the menu is open."""
    return Piece("l", "Logview link", url, reason)


def _sql(detail: InstanceDetail | None) -> Piece:
    if detail is None or detail.job.value is None:
        return Piece("q", "SQL", reason=str(detail.job.error) if detail is not None and detail.job.error else _NOT_READ)
    # Without the blanks around it: a line feed at its end would run it where it is pasted.
    queries = [task.query.strip() for task in detail.job.value.tasks if task.query]
    return Piece("q", "SQL", "\n\n".join(queries), "" if queries else "this job has no SQL")


def _error(row: InstanceRow, detail: InstanceDetail | None) -> Piece:
    if row.is_live:
        return Piece("e", "error", reason="it has not ended")
    if detail is None or detail.results.value is None:
        return Piece("e", "error", reason=str(detail.results.error) if detail is not None and detail.results.error else _NOT_READ)
    texts = [result.text.strip() for result in detail.results.value.values() if result.text and _has_failed(result, detail)]
    return Piece("e", "error", "\n\n".join(texts), "" if texts else "there is none: no task has failed")


def _has_failed(result: TaskResult, detail: InstanceDetail) -> bool:
    statuses = {task.name: task.status for task in detail.tasks.value or ()}
    return (result.status or statuses.get(result.name)) == TaskStatus.FAILED


def _command(row: InstanceRow, place: Place) -> Piece:
    """How other tools look at this instance. Run by accident, each of the lines only reads."""
    if _ORDINARY_ID.fullmatch(row.id) is None:
        # It came from the service, and odpscmd has no quotes that would hold it.
        return Piece("c", "commands", reason="this id has characters that do not belong into a command")
    flags = f"--endpoint={shlex.quote(place.endpoint)} --project={shlex.quote(place.project)}"
    lines = [
        f"odps-tui {flags} show {row.id}",
        f'odpscmd {flags} -e "status {row.id};"',
        f"# PyODPS: o.get_instance({row.id!r}, project={place.project!r})",
    ]
    return Piece("c", "commands", "\n".join(lines))
