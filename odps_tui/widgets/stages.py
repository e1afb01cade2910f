"""What the progress pane says: the stages of each task with their workers, or the sub-instances of an XFlow, as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from textual.content import Content

from odps_tui.models import StageProgress, StageStatus, SubInstance, Task, TaskProgress, TaskStatus
from odps_tui.monitor import InstanceDetail, InstanceRow, Reading
from odps_tui.widgets.notation import UNKNOWN, bar, clock_time, id_tail, live_percent, plain, short_count
from odps_tui.widgets.state_words import STATE_COLORS, STATE_WORDS

_OVERALL_BAR = 20
_STAGE_BAR = 10
_BAR_FITS = 60
_RECORDS_FIT = 84
"""Cells from which on a stage's bar, and its records too, fit beside its workers."""

_STAGE_COLORS: dict[str, str] = {StageStatus.RUNNING: "$text-primary", StageStatus.FAILED: "$text-error"}
_TASK_COLORS: dict[str, str] = {
    TaskStatus.SUCCESS: "$text-success",
    TaskStatus.FAILED: "$text-error",
    TaskStatus.CANCELLED: "$foreground-muted",
}

FindRow = Callable[[str], InstanceRow | None]


def progress(detail: InstanceDetail, find_row: FindRow, width: int) -> Content:
    """Return the text for an instance's sub-tasks; `find_row` tells the state of a sub-instance, as the list knows it."""
    lines: list[Content] = []
    if detail.actions is not None:
        lines += _actions(detail.actions, find_row)
    for task in detail.tasks.value or ():
        reading = detail.progress.get(task.name)
        lines += _task(task, reading, detail, width)
    if not lines:
        lines.append(Content.styled("no tasks yet" if detail.tasks.is_good else "reading …", "$foreground-muted"))
    return Content("\n").join(lines)


def one_line(detail: InstanceDetail) -> Content:
    """Return all stages in one line, for a pane of a few lines: `M1 2000/2000 · R3_2 1999/2000`."""
    stages = [stage for reading in detail.progress.values() for stage in (reading.value or TaskProgress()).stages]
    parts = [Content.assemble(f"{_short_name(stage.name)} ", _counts(stage)) for stage in stages]
    return Content(" · ").join(parts)


def _task(task: Task, reading: Reading[TaskProgress] | None, detail: InstanceDetail, width: int) -> Iterator[Content]:
    yield Content.assemble((task.name, "bold"), f"  {task.status}")
    if reading is None:
        return
    if reading.error is not None:
        age = f" (last read {clock_time(reading.read_at)})" if reading.read_at else ""
        yield Content.styled(f"✗ {reading.error}{age}", "$text-error")
    if reading.value is not None:
        yield _overall(task, reading.value, is_terminated=detail.is_terminated)
        if reading.value.stages:
            yield from _table(reading.value.stages, width)


def _overall(task: Task, progress: TaskProgress, *, is_terminated: bool) -> Content:
    """All workers of the known plan. Counted, never painted to 100; no percentage before there is a plan."""
    total = progress.total_workers
    if total is None:
        words = "no stages" if is_terminated or task.status not in (TaskStatus.RUNNING, TaskStatus.WAITING) else "no plan yet"
        return Content.styled(f"{'·' * _OVERALL_BAR}  {words}", "$foreground-muted")
    fraction = progress.done_workers / total
    ended = is_terminated or task.status in (TaskStatus.SUCCESS, TaskStatus.FAILED, TaskStatus.CANCELLED)
    percent = int(fraction * 100) if ended else live_percent(fraction)
    return Content.assemble(
        (bar(fraction, _OVERALL_BAR), _TASK_COLORS.get(task.status, "$text-primary")),
        f" ~{percent}%",
        (f"  {progress.done_workers} of {total} known workers", "$foreground-muted"),
    )


def _table(stages: Iterable[StageProgress], width: int) -> Iterator[Content]:
    records = f" {'REC IN':>7} {'REC OUT':>7} {'OUT/IN':>6}" if width >= _RECORDS_FIT else ""
    heading = f"{'STAGE':<10} {'STATE':<10} {'DONE/TOTAL':>11} {'RUN':>5} {'WAIT':>5} {'BK':>3}{records}"
    yield Content.styled(heading[:width], "$foreground-muted underline")
    for stage in stages:
        yield _stage(stage, width)


def _stage(stage: StageProgress, width: int) -> Content:
    status = plain(stage.status).lower()
    color = _STAGE_COLORS.get(stage.status or "", "$foreground-muted")
    records = f" {short_count(stage.input_records):>7} {short_count(stage.output_records):>7} {_ratio(stage):>6}"
    done = (stage.terminated_workers or 0) / stage.total_workers if stage.total_workers else None
    return Content.assemble(
        f"{_short_name(stage.name)[:10]:<10} ",
        (f"{status[:10]:<10}", color),
        f" {_counts(stage):>11}",
        f" {plain(stage.running_workers):>5} {plain(stage.pending_workers):>5} {plain(stage.backup_workers):>3}",
        records if width >= _RECORDS_FIT else "",
        (f" {bar(done, _STAGE_BAR)}" if done is not None and width >= _BAR_FITS else "", color),
    )


def _counts(stage: StageProgress) -> str:
    return f"{plain(stage.terminated_workers)}/{plain(stage.total_workers)}"


def _ratio(stage: StageProgress) -> str:
    if not stage.input_records or stage.output_records is None:
        return UNKNOWN if stage.input_records is None else "-"
    return f"{stage.output_records / stage.input_records:.1f}x"


def _short_name(name: str) -> str:
    """`R2_1_job_0` → `R2_1`: every stage of a plan carries the same ending."""
    return name.partition("_job_")[0]


def _actions(reading: Reading[tuple[SubInstance, ...]], find_row: FindRow) -> Iterator[Content]:
    yield Content.styled("SUB-INSTANCES", "bold")
    if reading.error is not None:
        yield Content.styled(f"✗ {reading.error}", "$text-error")
    for action in reading.value or ():
        yield from _action(action, find_row, depth=0)


def _action(action: SubInstance, find_row: FindRow, depth: int) -> Iterator[Content]:
    row = find_row(action.instance_id) if action.instance_id else None
    if row is not None:
        state = Content.styled(STATE_WORDS[row.state], STATE_COLORS[row.state])
    elif action.instance_id is None:
        state = Content.styled("local" if action.node_type == "Local" else "not started", "$foreground-muted")
    else:
        state = Content.styled("? not in the list", "$foreground-muted")
    share = Content(f" {live_percent(row.progress)}%") if row is not None and row.progress is not None else Content()
    tail = Content.styled(f"  {id_tail(action.instance_id)}" if action.instance_id else "", "$foreground-muted")
    yield Content.assemble("  " * depth + "├─ ", (action.name, "bold"), "  ", state, share, tail)
    for child in action.children:
        yield from _action(child, find_row, depth + 1)
