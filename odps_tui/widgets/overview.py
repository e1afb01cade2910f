"""What the detail pane says of one instance, as text: facts first, then what went wrong, then what was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from textual.content import Content

from odps_tui.models import Task, TaskResult, TaskStatus
from odps_tui.monitor import InstanceDetail, InstanceRow, InstanceState, Reading
from odps_tui.widgets.notation import clock_time, exact_duration, plain, short_bytes, short_count
from odps_tui.widgets.stages import one_line
from odps_tui.widgets.state_words import STATE_COLORS, STATE_WORDS

# Enough for any error message; a result of megabytes must not be laid out in a pane.
_SHOWN_CHARACTERS = 20_000
_LABEL_CELLS = 10
_TASK_COLORS: dict[str, str] = {TaskStatus.SUCCESS: "$text-success", TaskStatus.FAILED: "$text-error"}


def overview(row: InstanceRow, detail: InstanceDetail | None, now: datetime) -> Content:
    """Return the whole text for an instance: from its row at once, and with everything that `detail` has read."""
    lines = list(_facts(row, detail, now))
    if detail is not None:
        lines += _tasks(detail, now)
        lines += _results(detail)
        lines += _cost(detail)
        lines += _source(detail)
    return Content("\n").join(lines)


def peek(row: InstanceRow, detail: InstanceDetail | None, now: datetime) -> Content:
    """Return the same in a few lines, for a terminal that has no room for a pane: who, how far, and what is wrong."""
    age = exact_duration(row.run_time(now))
    lines = [
        Content.assemble(
            (row.id, "bold"), f"  {plain(row.owner)}", (f"  {plain(row.job_name)} {plain(row.task_type)}", "$foreground-muted")
        ),
        Content.assemble((STATE_WORDS[row.state], f"bold {STATE_COLORS[row.state]}"), f" {age}", _words(row, now)),
    ]
    if detail is not None:
        lines += [line.first_line for line in (one_line(detail), *_problems(detail)) if line]
    return Content("\n").join(lines)


def _problems(detail: InstanceDetail) -> Iterator[Content]:
    statuses = {task.name: task.status for task in detail.tasks.value or ()}
    for reading in (detail.instance, detail.tasks, detail.job, detail.results):
        if reading.error is not None:
            yield Content.styled(f"✗ {reading.error}", "$text-error")
    for result in (detail.results.value or {}).values():
        if result.text and (result.status or statuses.get(result.name)) == TaskStatus.FAILED:
            yield Content.styled(result.text[:_SHOWN_CHARACTERS], "$text-error")


def _fact(label: str, *parts: Content | str | tuple[str, str]) -> Content:
    return Content.assemble((f"{label:<{_LABEL_CELLS}}", "$foreground-muted"), *parts)


def _heading(title: str) -> Content:
    return Content.styled(f"\n{title}", "bold $text-accent")


def _facts(row: InstanceRow, detail: InstanceDetail | None, now: datetime) -> Iterator[Content]:
    state = row.state
    yield _fact("Instance", (row.id, "bold"))
    yield _fact("State", (STATE_WORDS[state], f"bold {STATE_COLORS[state]}"), _words(row, now))
    yield _fact("Owner", plain(row.owner))
    yield _fact("Job", plain(row.job_name), (f"  {plain(row.task_type)}, priority {_priority(row, detail)}", "$foreground-muted"))
    yield _fact("Started", clock_time(row.start_time, now=now), _ended(row, now))
    info = row.info
    if info is not None and row.is_queued:
        if info.wait_pos:
            yield _fact("Queue", f"place {info.wait_pos} of {plain(info.queue_length)}")
        yield _fact("Uses", f"{_cores(info.cpu_usage)} cores, {short_bytes(_mb(info.memory_usage))} now")
    if detail is not None and detail.instance.error is not None:
        yield _failed("Status", detail.instance)


def _words(row: InstanceRow, now: datetime) -> str:
    """The service's own words, and since when they hold."""
    if row.state is InstanceState.STOPPING:
        return f"  requested {clock_time(row.stop_requested_at, now=now)}; the service has not said Terminated yet"
    if not row.is_live or row.info is None or not row.is_queued or row.info.sub_status is None:
        return ""
    sub_status = row.info.sub_status
    since = f" since {clock_time(sub_status.start_time, now=now)}" if sub_status.start_time else ""
    return f"  {sub_status.description}{since}"


def _priority(row: InstanceRow, detail: InstanceDetail | None) -> str:
    if row.priority is not None:
        return str(row.priority)
    job = detail.job.value if detail is not None else None
    return plain(job.priority if job is not None else None)


def _ended(row: InstanceRow, now: datetime) -> str:
    if row.end_time is not None:
        return f"   ended {clock_time(row.end_time, now=now)}, ran {exact_duration(row.run_time(now))}"
    if row.is_live:
        return f"   {exact_duration(row.run_time(now))} ago"
    return ""


def _cores(usage: int | None) -> str:
    return "?" if usage is None else f"{usage / 100:g}"


def _mb(megabytes: int | None) -> int | None:
    return None if megabytes is None else megabytes * 1024 * 1024


def _failed(label: str, reading: Reading[object]) -> Content:
    """A part that could not be read: in place, with the reason, while the rest works."""
    age = f" (last read {clock_time(reading.read_at)})" if reading.read_at else ""
    return _fact(label, (f"✗ {reading.error}{age}", "$text-error"))


def _tasks(detail: InstanceDetail, now: datetime) -> Iterable[Content]:
    yield _heading("TASKS")
    if detail.tasks.error is not None:
        yield _failed("", detail.tasks)
    for task in detail.tasks.value or ():
        yield _task(task, now)
        for attempt in task.histories:
            yield Content.assemble(("  earlier  ", "$foreground-muted"), _task(attempt, now))
    if detail.tasks.value == ():
        yield Content.styled("none yet", "$foreground-muted")


def _task(task: Task, now: datetime) -> Content:
    color = _TASK_COLORS.get(task.status, "")
    end = task.end_time or (now if task.status == TaskStatus.RUNNING else None)
    ran = end - task.start_time if end and task.start_time else None
    time = f"  {exact_duration(max(timedelta(0), ran))}" if ran is not None else ""
    return Content.assemble(task.name, f"  {plain(task.type)}  ", (task.status, color), (time, "$foreground-muted"))


def _results(detail: InstanceDetail) -> Iterable[Content]:
    if detail.results.error is not None:
        yield _heading("RESULT")
        yield _failed("", detail.results)
        return
    statuses = {task.name: task.status for task in detail.tasks.value or ()}
    for result in (detail.results.value or {}).values():
        failed = (result.status or statuses.get(result.name)) == TaskStatus.FAILED
        if result.text:
            yield _heading(f"{'ERROR' if failed else 'RESULT'} {result.name}")
            yield Content.styled(_shown(result), "$text-error" if failed else "")


def _shown(result: TaskResult) -> str:
    if len(result.text) <= _SHOWN_CHARACTERS:
        return result.text.rstrip()
    return f"{result.text[:_SHOWN_CHARACTERS]}\n… {short_count(len(result.text) - _SHOWN_CHARACTERS)} more characters"


def _cost(detail: InstanceDetail) -> Iterable[Content]:
    for name, reading in detail.costs.items():
        cost = reading.value
        if cost is None or cost.core_hours is None or cost.memory_gb_hours is None:
            continue
        yield _heading(f"COST {name} (resources used, not a bill)")
        yield Content(f"{cost.core_hours:.2f} core·h  {cost.memory_gb_hours:.2f} GB·h  input {short_bytes(cost.input)}")


def _source(detail: InstanceDetail) -> Iterable[Content]:
    if detail.job.error is not None:
        yield _heading("SQL")
        yield _failed("", detail.job)
        return
    for task in detail.job.value.tasks if detail.job.value is not None else ():
        if task.query:
            yield _heading(f"SQL {task.name}")
            yield Content(task.query[:_SHOWN_CHARACTERS].strip())
        if task.settings:
            yield _heading("SETTINGS")
            for name, value in sorted(task.settings.items()):
                yield Content.assemble((f"{name} = ", "$foreground-muted"), value)
