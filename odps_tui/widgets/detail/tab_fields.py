"""The fields of the detail's tabs, to be copied one by one. Names are MaxCompute's in snake case, `~` before what we derived."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from odps_tui.models import Job, Task
from odps_tui.monitor import InstanceDetail, InstanceRow
from odps_tui.monitor.phases import phases_of, timeline_of
from odps_tui.monitor.result_rows import NULL, ResultRows
from odps_tui.widgets.detail.failures import failures_of
from odps_tui.widgets.fields import Field, field, fields


def overview_fields(row: InstanceRow, detail: InstanceDetail | None, project: str) -> Iterator[Field]:
    """Yield who and what it is, its times, its place in the queue, why it failed, and its settings."""
    job = detail.job.value if detail is not None else None
    tasks = (detail.tasks.value or ()) if detail is not None else ()
    yield from fields(
        "Instance",
        id=row.id,
        state=row.state.value,
        status=row.status,
        outcome=row.outcome.value if row.outcome is not None else None,
        owner=row.owner,
        project=row.project or project,
        job_name=row.job_name or (job.name if job is not None else None),
        tasks=", ".join(task.name for task in tasks) or (row.info.task_name if row.info is not None else None),
        task_type=", ".join(dict.fromkeys(task.type for task in tasks if task.type)) or row.task_type,
        priority=row.priority if row.priority is not None else job.priority if job is not None else None,
        start_time=row.start_time,
        end_time=row.end_time,
    )
    yield from _durations(row, detail)
    yield from _queue(row)
    if detail is not None:
        for name, failure in failures_of(detail).items():
            yield from fields(f"Failure of {name}", code=failure.code, kind=failure.kind, message=failure.message.strip())
    if job is not None:
        yield from _settings(job)
    yield from _timeline(row)


def _durations(row: InstanceRow, detail: InstanceDetail | None) -> Iterator[Field]:
    """Only of what has ended: a time that still goes on is another one as soon as it is pasted."""
    if row.is_live or row.end_time is None:
        return
    phases = phases_of(row, detail.tasks.value if detail is not None else None, row.end_time)
    yield field("Instance", "~waited_seconds", None if phases.waited is None else int(phases.waited.total_seconds()))
    yield field("Instance", "~ran_seconds", None if phases.ran is None else int(phases.ran.total_seconds()))


def _queue(row: InstanceRow) -> Iterator[Field]:
    info = row.info if row.is_live and row.is_queued else None
    if info is not None:
        yield from fields(
            "Queue",
            wait_pos=info.wait_pos,
            queue_length=info.queue_length,
            sub_status=info.sub_status.description if info.sub_status is not None else None,
            cpu_usage=info.cpu_usage,
            memory_usage=info.memory_usage,
            total_cpu_usage=info.total_cpu_usage,
            total_memory_usage=info.total_memory_usage,
            skynet_id=info.node_id,
        )


def _settings(job: Job) -> Iterator[Field]:
    for task in job.tasks:
        for name, value in sorted(task.settings.items()):
            yield field("Settings" if len(job.tasks) == 1 else f"Settings of {task.name}", name, value)


def _timeline(row: InstanceRow) -> Iterator[Field]:
    for step in timeline_of(row, row.end_time or row.start_time) if row.start_time is not None else ():
        yield field("Timeline", step.sub_status.description, step.sub_status.start_time)


def task_fields(detail: InstanceDetail) -> Iterator[Field]:
    """Yield each task with its earlier attempts."""
    for task in detail.tasks.value or ():
        yield field(task.name, "name", task.name)
        for number, attempt in enumerate(task.histories, 1):
            yield from _attempt(attempt, f"{task.name}, attempt {number}")
        yield from _attempt(task, f"{task.name}, attempt {len(task.histories) + 1}" if task.histories else task.name)


def _attempt(task: Task, group: str) -> Iterator[Field]:
    yield from fields(group, type=task.type, status=task.status, start_time=task.start_time, end_time=task.end_time)


def cost_fields(row: InstanceRow, detail: InstanceDetail) -> Iterator[Field]:
    """Yield the service's figures and what we make of them; so far while it lives."""
    if not detail.is_terminated and row.info is not None:
        group = "So far, as the live queue has it"
        yield from fields(group, total_cpu_usage=row.info.total_cpu_usage, total_memory_usage=row.info.total_memory_usage)
    for name, reading in detail.costs.items():
        cost = reading.value
        if cost is not None:
            yield from fields(name, cpu=cost.cpu, memory=cost.memory, input=cost.input)
            yield field(name, "~cpu_core_hours", cost.core_hours)
            yield field(name, "~memory_gb_hours", cost.memory_gb_hours)


def sql_fields(detail: InstanceDetail) -> Iterator[Field]:
    """Yield each task's SQL, whole, and its settings."""
    job = detail.job.value
    if job is None:
        return
    for task in job.tasks:
        # Without the blanks around it: a line feed at its end would run it where it is pasted.
        yield field(task.name, "query", task.query.strip() if task.query else None)
    yield from fields("Job", name=job.name, comment=job.comment, priority=job.priority, running_cluster=job.running_cluster)
    yield from _settings(job)


def result_fields(detail: InstanceDetail) -> Iterator[Field]:
    """Yield what each task left behind, and why one failed."""
    failures = failures_of(detail)
    for result in (detail.results.value or {}).values():
        failure = failures.get(result.name)
        if failure is not None:
            place = f"line {failure.place[0]}, column {failure.place[1]}" if failure.place is not None else None
            yield from fields(result.name, code=failure.code, kind=failure.kind, place=place)
        yield field(result.name, "message" if failure is not None else "text", result.text.strip())


def cell_fields(rows: ResultRows, number: int, column: int) -> Iterator[Field]:
    """Yield the cell under the cursor, its row, and each cell of that row. NULL is the word NULL, as it is shown."""
    if not rows.rows:
        return
    row = rows.rows[number]
    group = f"Row {number + 1:,}"
    cells = [field(group, name, "NULL" if cell is None else cell) for name, cell in zip(rows.header, row, strict=False)]
    yield from cells[column : column + 1]
    yield Field(group, "the whole row, as CSV", _csv_line(row))
    yield from cells[:column]
    yield from cells[column + 1 :]
    yield Field("Header", "the names of the columns, as CSV", _csv_line(rows.header))


def _csv_line(cells: Iterable[str | None]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow([NULL if cell is None else cell for cell in cells])
    return text.getvalue().removesuffix("\n")
