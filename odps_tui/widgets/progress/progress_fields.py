"""The fields of the progress pane, to be copied one by one: what the cursor is on comes first."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence

from odps_tui.models import StageProgress, SubInstance, Worker
from odps_tui.monitor import InstanceDetail
from odps_tui.monitor.progress import TaskSight, WorkerTime
from odps_tui.widgets.fields import Field, field, fields
from odps_tui.widgets.progress.keys import StageKey, SubInstanceKey
from odps_tui.widgets.progress.stage_words import name_of


def progress_fields(
    detail: InstanceDetail, sights: Sequence[TaskSight], cursor: Hashable | None, worker: WorkerTime | None
) -> Iterator[Field]:
    """Yield what is under the cursor, then every task with its stages, the steps of an XFlow, and the quota."""
    if worker is not None:
        yield from worker_fields(worker)
    stages = [(StageKey(sight.task.name, stage.name), sight, stage) for sight in sights for stage in sight.progress.stages]
    steps = list(_steps((detail.actions.value if detail.actions is not None else None) or ()))
    for step in sorted(steps, key=lambda step: not (isinstance(cursor, SubInstanceKey) and cursor == _key(step))):
        yield from _step(step, detail)
    for sight in sights:
        yield from _task(sight)
    for _, sight, stage in sorted(stages, key=lambda found: found[0] != cursor):
        yield from _stage(sight, stage)
    yield from _quota(detail)


def worker_fields(time: WorkerTime) -> Iterator[Field]:
    """Yield what is told of a worker; its log id is what a log is asked with."""
    worker: Worker = time.worker
    yield from fields(
        f"Worker {time.short_id}",
        id=worker.id,
        log_id=worker.log_id,
        status=worker.status,
        start_time=worker.start_time,
        end_time=worker.end_time,
        input_records=worker.input_records,
        output_records=worker.output_records,
        input_bytes=worker.input_bytes,
        output_bytes=worker.output_bytes,
    )


def _task(sight: TaskSight) -> Iterator[Field]:
    counted, task = sight.overall, sight.task
    yield from fields(
        f"Task {task.name}",
        name=task.name,
        type=task.type,
        status=task.status,
        start_time=task.start_time,
        end_time=task.end_time,
        finished_workers=counted.done if counted.known is not None else None,
        known_workers=counted.known,
    )
    yield field(f"Task {task.name}", "~percent", counted.percent(ended=sight.is_ended))


def _stage(sight: TaskSight, stage: StageProgress) -> Iterator[Field]:
    group = f"Stage {name_of(stage)} of {sight.task.name}"
    yield from fields(
        group,
        name=stage.name,
        status=stage.status,
        terminated_workers=stage.terminated_workers,
        total_workers=stage.total_workers,
        running_workers=stage.running_workers,
        backup_workers=stage.backup_workers,
        input_records=stage.input_records,
        output_records=stage.output_records,
    )
    yield field(group, "~pending_workers", stage.pending_workers)
    spread = sight.spreads.get(name_of(stage))
    if spread is not None and spread.mean is not None and spread.maximum is not None:
        yield field(group, "~mean_worker_seconds", round(spread.mean.total_seconds(), 1))
        yield field(group, "max_worker_seconds", int(spread.maximum.total_seconds()))


def _steps(actions: Iterable[SubInstance]) -> Iterator[SubInstance]:
    for action in actions:
        yield action
        yield from _steps(action.children)


def _key(step: SubInstance) -> SubInstanceKey | None:
    return SubInstanceKey(step.instance_id, (*step.path, step.name)) if step.instance_id is not None else None


def _step(step: SubInstance, detail: InstanceDetail) -> Iterator[Field]:
    reading = detail.family.get(step.instance_id or "")
    row = reading.value if reading is not None else None
    yield from fields(
        f"Step {' / '.join((*step.path, step.name))}",
        name=step.name,
        node_type=step.node_type,
        instance_id=step.instance_id,
        state=row.state.value if row is not None else None,
        start_time=row.start_time if row is not None else None,
        end_time=row.end_time if row is not None else None,
    )


def _quota(detail: InstanceDetail) -> Iterator[Field]:
    quota = detail.quota.value
    if quota is None:
        return
    amounts = {"used": quota.used, "requested": quota.requested, "runtime": quota.runtime, "maximum": quota.maximum}
    yield from fields("Quota", group=quota.group, group_id=quota.group_id)
    for name, amount in amounts.items():
        if amount is not None:
            yield from fields("Quota", **{f"{name}_cpu": amount.cpu, f"{name}_memory": amount.memory})
