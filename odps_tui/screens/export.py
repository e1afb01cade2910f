"""What is shown, as a file: CSV with the columns of the screen, or JSON with the facts behind them."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from odps_tui.errors import OdpsTuiError
from odps_tui.monitor import InstanceRow
from odps_tui.safe_text import defused_cell
from odps_tui.widgets.columns import Column


class ExportError(OdpsTuiError):
    """The file could not be written."""


def write_export(path: Path, rows: Sequence[InstanceRow], columns: Sequence[Column], now: datetime) -> None:
    """Write `rows` to a new file that only its owner may read: JSON for `.json`, else CSV. Raises ExportError."""
    writer: Callable[..., str] = to_json if path.suffix == ".json" else to_csv
    write_new_file(path, writer(rows, columns, now))


def write_new_file(path: Path, text: str) -> None:
    """Write a new file that only its owner may read. Raises ExportError, also when there is one already."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except FileExistsError:
        raise ExportError(f"there is one already at {path}", remedy="Choose another name.") from None
    except OSError as error:
        raise ExportError(f"{path} cannot be written: {error.strerror}") from None


def to_csv(rows: Iterable[InstanceRow], columns: Sequence[Column], now: datetime) -> str:
    """Return the columns as they are on the screen, but whole: ids and owners are not cut."""
    whole: dict[str, Callable[[InstanceRow], str]] = {"id": lambda row: row.id, "owner": lambda row: row.owner or "?"}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.title for column in columns])
    for row in rows:
        cells = [whole[column.id](row) if column.id in whole else column.write(row, now) for column in columns]
        writer.writerow([defused_cell(cell) for cell in cells])
    return text.getvalue()


def to_json(rows: Iterable[InstanceRow], columns: Sequence[Column], now: datetime) -> str:  # noqa: ARG001 - like to_csv
    """Return the facts of each row: MaxCompute's terms in snake case, times in ISO 8601 UTC, null for what nobody told."""
    return json.dumps([row_facts(row) for row in rows], ensure_ascii=False, indent=1) + "\n"


def row_facts(row: InstanceRow) -> dict[str, object]:
    """Return what is known of one row, as `to_json` writes it."""
    info = row.info if row.is_queued and row.is_live else None
    return {
        "id": row.id,
        "owner": row.owner,
        "status": row.status,
        "state": row.state.value,
        "outcome": row.outcome.value if row.outcome else None,
        "start_time": _iso(row.start_time),
        "end_time": _iso(row.end_time),
        "task_type": row.task_type,
        "job_name": row.job_name,
        "priority": row.priority,
        "progress": row.progress,
        "wait_pos": info.wait_pos if info else None,
        "queue_length": info.queue_length if info else None,
        "cpu_usage": info.cpu_usage if info else None,
        "memory_usage": info.memory_usage if info else None,
        "sub_status": info.sub_status.description if info and info.sub_status else None,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None
