"""Detail of a task: its stages with every worker that has started (Protocol §4.7)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from odps_tui.demo.documents import summaries
from odps_tui.demo.documents.worker_logs import WorkerName, job_name, log_id
from odps_tui.demo.world.instance import Instance
from odps_tui.demo.world.script import BYTES_PER_RECORD, TaskScript
from odps_tui.demo.world.stages import Stage
from odps_tui.demo.world.tasks import Task, stage_status


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker that has started. `end` is 0 while it works, epoch seconds afterwards."""

    name: WorkerName
    status: str
    start: int
    end: int
    read: int
    written: int


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose detail it is. `place` is the task's among those of its instance."""

    instance: Instance
    task: Task
    place: int
    script: TaskScript
    project: str
    now: float

    @property
    def at(self) -> float:
        """The second up to which the task has lived."""
        return self.task.at(self.instance, self.now)


def detail(subject: Subject) -> str:
    """The text of `?instancedetail`: JSON, or nothing for a task without stages (the client then asks `?detail`)."""
    if not subject.task.stages:
        return ""
    told = summaries.summary(subject.instance, subject.task, subject.script, subject.now)["Instance"]
    stages = [_stage(subject, stage) for stage in subject.task.stages if stage.start <= subject.at]
    return json.dumps(
        {"Instance": {"JsonSummary": told.get("JsonSummary", ""), "Stages": stages, "Summary": told.get("Summary", "")}}
    )


def map_reduce_detail(subject: Subject) -> str:
    """The text of `?detail`: JSON of the newer shape, with records by worker."""
    told = summaries.map_reduce_summary(subject.instance, subject.task, subject.script, subject.now)["mapReduce"]
    tasks = [_map_reduce_task(subject, stage) for stage in subject.task.stages if stage.start <= subject.at]
    ended = subject.task.ended_at(subject.instance, subject.now)
    jobs = {
        "name": job_name(subject.instance, subject.project, subject.place),
        "startTime": int(subject.task.start),
        "endTime": int(ended or 0),
        "status": "Running" if ended is None else "Terminated",
        "tasks": tasks,
    }
    return json.dumps({"mapReduce": {"jobs": [jobs] if tasks else [], **told}})


def workers(subject: Subject, stage: Stage) -> Iterator[Worker]:
    """The workers of a stage that have started, by number, backup workers right behind their originals."""
    at = subject.at
    cut = subject.task.ended_at(subject.instance, subject.now) is not None
    for index in range(stage.workers):
        rank = stage.rank(index)
        if stage.starts(rank) <= at:
            yield from _worker_and_backup(subject, stage, index, rank, cut)


def _worker_and_backup(subject: Subject, stage: Stage, index: int, rank: int, cut: bool) -> Iterator[Worker]:
    """A worker and, if it lags, its backup. The original always wins: the records are its own, the backup is cancelled."""
    at = subject.at
    ends = min(stage.ends(rank), stage.end)
    read, written = subject.script.volumes[stage.name].at(stage, rank, at)
    ended = at >= ends
    end = int(ends) if ended else int(at) if cut else 0
    status = "Terminated" if ended else "Cancelled" if cut else "Running"
    yield Worker(WorkerName(subject.place, stage.name, index, 0), status, int(stage.starts(rank)), end, read, written)
    backup = stage.backup_starts(rank)
    if backup is not None and backup <= at:
        yield Worker(
            WorkerName(subject.place, stage.name, index, 1), "Cancelled" if ended or cut else "Running", int(backup), end, 0, 0
        )


def _stage(subject: Subject, stage: Stage) -> dict[str, Any]:
    at = subject.at
    status = stage_status(subject.instance, subject.task, stage, subject.now)
    return {
        "EndTime": int(stage.end) if at >= stage.end else 0 if status == "Running" else int(at),
        "FatalWorkers": [],
        "Progress": 100 * stage.ended_count(at) // stage.workers,
        "StageId": stage.id,
        "StartTime": int(stage.start),
        "Status": status,
        "Workers": [_worker(subject, stage, worker) for worker in workers(subject, stage)],
    }


def _worker_id(subject: Subject, name: WorkerName) -> str:
    return f"Odps/{job_name(subject.instance, subject.project, subject.place)}/{name.stage}#{name.index}_{name.attempt}"


def _worker(subject: Subject, stage: Stage, worker: Worker) -> dict[str, Any]:
    target = summaries.readers_of(subject.task, stage)
    counters = {
        "Counters": '{"CountersValue":[]}',
        "CustomInfo": {"UserCounters": "{}"},
        "InputCounters": {"input": {"bytes": worker.read * BYTES_PER_RECORD, "records": worker.read}},
        "OutputCounters": {target: {"bytes": worker.written * BYTES_PER_RECORD, "dumps": 0, "records": worker.written}},
    }
    return {
        "EndTime": worker.end,
        "GblCounter": json.dumps(counters),
        "LogID": log_id(subject.instance, subject.project, worker.name),
        "StartTime": worker.start,
        "Status": worker.status,
        "WorkerID": _worker_id(subject, worker.name),
    }


def _map_reduce_task(subject: Subject, stage: Stage) -> dict[str, Any]:
    at = subject.at
    return {
        "name": stage.name,
        "startTime": int(stage.start),
        "endTime": int(stage.end) if at >= stage.end else 0,
        "status": stage_status(subject.instance, subject.task, stage, subject.now),
        "instances": [_map_reduce_worker(subject, worker) for worker in workers(subject, stage)],
    }


def _map_reduce_worker(subject: Subject, worker: Worker) -> dict[str, Any]:
    return {
        "id": _worker_id(subject, worker.name),
        "logId": log_id(subject.instance, subject.project, worker.name),
        "startTime": worker.start,
        "endTime": worker.end,
        "status": worker.status,
        "gblCounter": "{}",
        "input_bytes": worker.read * BYTES_PER_RECORD,
        "input_records": worker.read,
        "output_bytes": worker.written * BYTES_PER_RECORD,
        "output_records": worker.written,
    }
