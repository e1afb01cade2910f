"""What a list is made of: instances, their tasks, and the scheduler's live queue; and every word for a status."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class InstanceStatus(StrEnum):
    """The three words an instance's status can be (protocol §6). Success and failure exist on tasks only."""

    RUNNING = "Running"
    SUSPENDED = "Suspended"
    TERMINATED = "Terminated"


class TaskStatus(StrEnum):
    """Status of a task inside an instance (protocol §4.2)."""

    WAITING = "Waiting"
    RUNNING = "Running"
    SUCCESS = "Success"
    FAILED = "Failed"
    SUSPENDED = "Suspended"
    CANCELLED = "Cancelled"


class StageStatus(StrEnum):
    """Status of a stage inside a task's progress (protocol §4.5)."""

    READY = "Ready"
    WAITING = "Waiting"
    RUNNING = "Running"
    SUSPENDED = "Suspended"
    FAILED = "Failed"
    TERMINATED = "Terminated"
    CANCELLED = "Cancelled"
    CANCELLING = "Cancelling"


class Outcome(StrEnum):
    """How a terminated instance ended, derived from its tasks (protocol §6)."""

    SUCCESS = "Success"
    FAILED = "Failed"
    CANCELLED = "Cancelled"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True)
class Instance:
    """One run of a job, as a list or a status answer tells it (protocol §3.1, §4.1)."""

    id: str
    owner: str | None
    status: str
    start_time: datetime | None
    end_time: datetime | None

    @property
    def is_terminated(self) -> bool:
        """True when the service says Terminated, whatever the outcome."""
        return self.status == InstanceStatus.TERMINATED


@dataclass(frozen=True, slots=True)
class InstancePage:
    """One page of a list. `marker` asks for the next page; None on the last one."""

    instances: tuple[Instance, ...]
    marker: str | None


@dataclass(frozen=True, slots=True)
class SubStatus:
    """What the scheduler says an instance is doing, in its own words (protocol §3.2)."""

    description: str
    code: int | None
    start_time: datetime | None


@dataclass(frozen=True, slots=True)
class QueueingInfo:
    """An instance as the scheduler's live queue knows it (protocol §3.2, §3.3).

    `progress` is 0…1. `cpu_usage` is in 1/100 core and `memory_usage` in MB at this moment, `total_cpu_usage` in 1/100 core·s and
    `total_memory_usage` in MB·s so far (units inferred, protocol §3.2). `wait_pos` is the place in a queue of `queue_length`.
    """

    instance_id: str
    project: str | None = None
    job_name: str | None = None
    task_type: str | None = None
    task_name: str | None = None
    owner: str | None = None
    node_id: str | None = None
    status: str | None = None
    priority: int | None = None
    progress: float | None = None
    start_time: datetime | None = None
    cpu_usage: int | None = None
    memory_usage: int | None = None
    total_cpu_usage: int | None = None
    total_memory_usage: int | None = None
    wait_pos: int | None = None
    queue_length: int | None = None
    sub_status: SubStatus | None = None
    sub_status_history: tuple[SubStatus, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueingPage:
    """One page of the live queue. `marker` asks for the next page; None on the last one."""

    infos: tuple[QueueingInfo, ...]
    marker: str | None


@dataclass(frozen=True, slots=True)
class Task:
    """A task inside an instance, with its earlier attempts (protocol §4.2)."""

    name: str
    type: str | None
    status: str
    start_time: datetime | None
    end_time: datetime | None
    histories: tuple[Task, ...] = ()

    @property
    def is_successful(self) -> bool:
        """True for Success only."""
        return self.status == TaskStatus.SUCCESS


def outcome_of(tasks: Iterable[Task]) -> Outcome:
    """Return how a terminated instance ended: any Failed, else any Cancelled, else all Success, else Unknown (protocol §6)."""
    statuses = {task.status for task in tasks}
    if TaskStatus.FAILED in statuses:
        return Outcome.FAILED
    if TaskStatus.CANCELLED in statuses:
        return Outcome.CANCELLED
    return Outcome.SUCCESS if statuses == {TaskStatus.SUCCESS} else Outcome.UNKNOWN


@dataclass(frozen=True, slots=True)
class CallRate:
    """What is asked of the service: calls a second over the last ten, and how many there may be.

    `waiting` calls wait for their turn; the service wants `quiet` seconds more of nothing being asked.
    """

    per_second: float
    limit: float
    waiting: int = 0
    quiet: float = 0.0
