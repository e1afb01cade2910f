"""The Overview tab, and the peek under the list: facts first, then what went wrong, then where the time went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from textual.content import Content

from odps_tui.models import Task
from odps_tui.monitor import InstanceDetail, InstanceRow, InstanceState
from odps_tui.monitor.phases import phases_of, timeline_of
from odps_tui.widgets.detail.ages import fault_line
from odps_tui.widgets.detail.failures import failures_of
from odps_tui.widgets.detail.task_list import task_status
from odps_tui.widgets.notation import UNKNOWN, clock_time, exact_duration, going_duration, plain, short_bytes
from odps_tui.widgets.stages import one_line
from odps_tui.widgets.state_words import STATE_COLORS, STATE_WORDS

_LABEL_CELLS = 10
_LONGEST_ERROR = 2000
"""Characters of an error shown here; the Result tab has all of it."""
_MATTERS = (
    "odps.task.quota.name", "odps.task.wlm.quota", "odps.instance.priority", "odps.sql.allow.fullscan", "odps.sql.mapper.",
    "odps.sql.reducer.", "odps.sql.joiner.", "odps.stage.", "odps.optimizer.", "odps.sql.skew", "odps.sql.type.system",
    "odps.sql.executionengine.", "odps.service.mode", "spark.executor.", "odps.cupid.application.type",
)  # fmt: skip
"""How the names of settings begin that decide where a job runs, how wide, and with how much memory."""


def overview(row: InstanceRow, detail: InstanceDetail | None, now: datetime, project: str) -> Content:
    """Return the whole tab: from the row at once, and with everything that `detail` has read."""
    lines = [*_identity(row, detail, now, project), *_times(row, detail, now)]
    if detail is not None:
        lines += [*_problems(detail, now), *_tasks(detail), *_settings(detail)]
    lines += _timeline(row, now)
    return Content("\n").join(lines)


def peek(row: InstanceRow, detail: InstanceDetail | None, now: datetime) -> Content:
    """Return the same in a few lines, for a terminal that has no room for a pane: who, how far, and what is wrong."""
    age = _in_all(row, now)
    job = plain(row.job_name or (detail.job.value.name if detail is not None and detail.job.value is not None else None))
    lines = [
        Content.assemble((row.id, "bold"), f"  {plain(row.owner)}", (f"  {job} {plain(row.task_type)}", "$foreground-muted")),
        Content.assemble((STATE_WORDS[row.state], f"bold {STATE_COLORS[row.state]}"), f" {age}", _words(row, now)),
    ]
    if detail is not None:
        lines += [line.first_line for line in (one_line(detail), *_problems(detail, now)) if line]
    return Content("\n").join(lines)


def _fact(label: str, *parts: Content | str | tuple[str, str]) -> Content:
    return Content.assemble((f"{label:<{_LABEL_CELLS}}", "$foreground-muted"), *parts)


def _heading(title: str) -> Content:
    return Content.styled(f"\n{title}", "bold $text-accent")


def _identity(row: InstanceRow, detail: InstanceDetail | None, now: datetime, project: str) -> Iterator[Content]:
    job = detail.job.value if detail is not None else None
    tasks = (detail.tasks.value or ()) if detail is not None else ()
    yield _fact("Instance", (row.id, "bold"))
    yield _fact("State", (STATE_WORDS[row.state], f"bold {STATE_COLORS[row.state]}"), _words(row, now))
    yield _fact("Status", plain(row.status), ("  outcome ", "$foreground-muted"), _outcome(row))
    yield _fact("Owner", plain(row.owner))
    yield _fact("Project", row.project or project)
    yield _fact("Job", plain(row.job_name or (job.name if job is not None else None)))
    yield _fact("Task", ", ".join(task.name for task in tasks) or plain(row.info.task_name if row.info is not None else None))
    types = ", ".join(dict.fromkeys(task.type for task in tasks if task.type)) or plain(row.task_type)
    priority = row.priority if row.priority is not None else job.priority if job is not None else None
    yield _fact("Type", types, ("  priority ", "$foreground-muted"), plain(priority))


def _outcome(row: InstanceRow) -> str:
    if row.is_live:
        return "not yet"
    return row.outcome.value if row.outcome is not None else UNKNOWN


def _times(row: InstanceRow, detail: InstanceDetail | None, now: datetime) -> Iterator[Content]:
    phases = phases_of(row, detail.tasks.value if detail is not None else None, now)
    end = clock_time(row.end_time, now=now) if row.end_time is not None or not row.is_live else "not yet"
    yield _fact("Started", clock_time(row.start_time, now=now), ("  ended ", "$foreground-muted"), end)
    ran = _derived(phases.ran, goes_on=row.is_live)
    waited = _derived(phases.waited, goes_on=row.is_live and phases.ran is None)
    if row.is_live and phases.ran is None and phases.waited is not None:
        ran = "not yet"
    yield _fact("Waited", waited, ("  ran ", "$foreground-muted"), ran, (f"  in all {_in_all(row, now)}", "$foreground-muted"))
    info = row.info
    if info is not None and row.is_queued and row.is_live:
        place = f"place {info.wait_pos} of {plain(info.queue_length)}" if info.wait_pos else "not waiting for its turn"
        yield _fact("Queue", place)
        yield _fact("Uses", f"{_cores(info.cpu_usage)} cores, {short_bytes(_mb(info.memory_usage))} now")


def _derived(duration: timedelta | None, *, goes_on: bool) -> str:
    return UNKNOWN if duration is None else f"~{(going_duration if goes_on else exact_duration)(duration)}"


def _in_all(row: InstanceRow, now: datetime) -> str:
    return going_duration(row.run_time(now)) if row.is_live else exact_duration(row.run_time(now))


def _words(row: InstanceRow, now: datetime) -> str:
    """The service's own words, and since when they hold."""
    if row.state is InstanceState.STOPPING:
        return f"  requested {clock_time(row.stop_requested_at, now=now)}; the service has not said Terminated yet"
    if not row.is_live or row.info is None or not row.is_queued or row.info.sub_status is None:
        return ""
    sub_status = row.info.sub_status
    since = f" since {clock_time(sub_status.start_time, now=now)}" if sub_status.start_time else ""
    return f"  {sub_status.description}{since}"


def _cores(usage: int | None) -> str:
    return UNKNOWN if usage is None else f"{usage / 100:g}"


def _mb(megabytes: int | None) -> int | None:
    return None if megabytes is None else megabytes * 1024 * 1024


def _problems(detail: InstanceDetail, now: datetime) -> Iterator[Content]:  # noqa: ARG001 - like the other parts
    """What could not be read, each part for itself, and why a task failed."""
    for label, reading in (("status", detail.instance), ("tasks", detail.tasks), ("SQL", detail.job), ("error", detail.results)):
        if reading.error is not None:
            yield Content.assemble((f"{label} ", "$foreground-muted"), fault_line(reading))
    for failure in failures_of(detail).values():
        text = failure.message[:_LONGEST_ERROR].rstrip()
        more = " … (more in Result)" if len(failure.message) > _LONGEST_ERROR else ""
        yield Content.styled(f"✗ {text}{more}", "$text-error")


def _tasks(detail: InstanceDetail) -> Iterator[Content]:
    """Only where there is something to tell: several tasks, or one that was tried again."""
    tasks = detail.tasks.value or ()
    if len(tasks) > 1 or any(task.histories for task in tasks):
        yield _heading("TASKS")
        for task in tasks:
            yield Content.assemble(task.name, "  ", task_status(task), (_attempts(task), "$foreground-muted"))


def _attempts(task: Task) -> str:
    return f"  attempt {len(task.histories) + 1}" if task.histories else ""


def _settings(detail: InstanceDetail) -> Iterator[Content]:
    """Those that decide where and how wide it runs; the SQL tab has all."""
    settings: Mapping[str, str] = {}
    for task in detail.job.value.tasks if detail.job.value is not None else ():
        settings = {**settings, **task.settings}
    chosen = {name: value for name, value in sorted(settings.items()) if name.startswith(_MATTERS)}
    if not settings:
        return
    others = len(settings) - len(chosen)
    yield Content.assemble(_heading("SETTINGS"), (f"  {others} more in SQL" if others else "", "$foreground-muted"))
    for name, value in chosen.items():
        yield Content.assemble((f"{name} = ", "$foreground-muted"), value)


def _timeline(row: InstanceRow, now: datetime) -> Iterator[Content]:
    """What the scheduler said it was doing, and for how long: our own subtraction."""
    yield _heading("TIMELINE")
    steps = timeline_of(row, now)
    for step in steps:
        sub_status = step.sub_status
        goes_on = step.is_last and row.is_live
        lasted = _derived(step.lasted, goes_on=goes_on)
        code = "" if sub_status.code is None else f" {sub_status.code}"
        so_far = " so far" if goes_on else ""
        yield Content.assemble(
            clock_time(sub_status.start_time, now=now), code, f" {plain(sub_status.description)}",
            (f"  {lasted}{so_far}", "$foreground-muted"),
        )  # fmt: skip
    if not steps:
        words = "it is not in the live queue" if row.is_live else "it had ended before it was seen in the live queue"
        yield Content.styled(f"{UNKNOWN} only the live queue tells it, and {words}", "$foreground-muted")
