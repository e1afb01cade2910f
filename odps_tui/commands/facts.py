"""What MaxCompute says, as facts for a program: its own terms in snake case, times in ISO 8601 UTC, None for the unknown."""

from __future__ import annotations

from datetime import datetime

from odps_tui.models import Instance, Outcome, QueueingInfo, StageProgress, Task, Worker

INSTANCE_KEYS = ("id", "owner", "status", "outcome", "start_time", "end_time")
QUEUEING_KEYS = (
    "id", "owner", "status", "start_time", "project", "job_name", "task_name", "task_type", "node_id", "priority", "progress",
    "wait_pos", "queue_length", "cpu_usage", "memory_usage", "total_cpu_usage", "total_memory_usage", "sub_status",
)  # fmt: skip
TASK_KEYS = ("name", "type", "status", "start_time", "end_time")
WORKER_KEYS = (
    "id", "log_id", "status", "start_time", "end_time", "input_records", "output_records", "input_bytes", "output_bytes",
)  # fmt: skip


def iso(moment: datetime | None) -> str | None:
    """Return a time of the service's (UTC) as text."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def instance_facts(instance: Instance, outcome: Outcome | None = None) -> dict[str, object]:
    """Return what the list and the status tell. They do not tell the outcome (protocol §6): it comes from elsewhere."""
    return {
        "id": instance.id,
        "owner": instance.owner,
        "status": instance.status or None,
        "outcome": None if outcome is None else outcome.value,
        "start_time": iso(instance.start_time),
        "end_time": iso(instance.end_time),
    }


def queueing_facts(info: QueueingInfo) -> dict[str, object]:
    """Return what the scheduler's queue tells (protocol §3.2)."""
    return {
        "id": info.instance_id,
        "owner": info.owner,
        "status": info.status,
        "start_time": iso(info.start_time),
        "project": info.project,
        "job_name": info.job_name,
        "task_name": info.task_name,
        "task_type": info.task_type,
        "node_id": info.node_id,
        "priority": info.priority,
        # The service hides a progress it does not know behind a negative.
        "progress": info.progress if info.progress is not None and info.progress >= 0 else None,
        "wait_pos": info.wait_pos,
        "queue_length": info.queue_length,
        "cpu_usage": info.cpu_usage,
        "memory_usage": info.memory_usage,
        "total_cpu_usage": info.total_cpu_usage,
        "total_memory_usage": info.total_memory_usage,
        "sub_status": info.sub_status.description if info.sub_status else None,
    }


def task_facts(task: Task) -> dict[str, object]:
    """Return what the status of a task tells, its earlier attempts included (protocol §4.2)."""
    return {
        "name": task.name,
        "type": task.type,
        "status": task.status or None,
        "start_time": iso(task.start_time),
        "end_time": iso(task.end_time),
        "histories": [task_facts(attempt) for attempt in task.histories],
    }


def stage_facts(stage: StageProgress) -> dict[str, object]:
    """Return how far a stage is (protocol §4.5)."""
    return {
        "name": stage.name,
        "status": stage.status,
        "total_workers": stage.total_workers,
        "running_workers": stage.running_workers,
        "terminated_workers": stage.terminated_workers,
        "backup_workers": stage.backup_workers,
        "input_records": stage.input_records,
        "output_records": stage.output_records,
        "finished_percentage": stage.finished_percentage,
    }


def worker_facts(worker: Worker) -> dict[str, object]:
    """Return what the detail of a task tells of a worker (protocol §4.7)."""
    return {
        "id": worker.id,
        "log_id": worker.log_id,
        "status": worker.status,
        "start_time": iso(worker.start_time),
        "end_time": iso(worker.end_time),
        "input_records": worker.input_records,
        "output_records": worker.output_records,
        "input_bytes": worker.input_bytes,
        "output_bytes": worker.output_bytes,
    }
