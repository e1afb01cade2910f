"""What MaxCompute says of an instance, as frozen values.

Every value here came through the decoder: text is clean (`safe_text`), times are aware and in UTC. `None` means that the service
did not say; it is never turned into 0. Words the service may add one day stay as it wrote them: a status is a plain `str`
that equals a member of the enumeration when it is a known one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any


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
class TaskSource:
    """A task as it was submitted (protocol §4.3). `settings` are the job's flags; `query` is None for tasks without SQL."""

    name: str
    type: str
    query: str | None
    settings: Mapping[str, str]
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Job:
    """The job an instance runs (protocol §4.3). `priority` is 0 (first) … 9 (last); 9 when the document names none."""

    name: str | None
    comment: str | None
    owner: str | None
    creation_time: datetime | None
    priority: int
    running_cluster: str | None
    tasks: tuple[TaskSource, ...]


# What the SDKs call the numbers that they know (protocol §6); of the second kind the first digits count.
_FAILURES = {
    "ODPS-0010000": "InternalServerError",
    "ODPS-0110141": "DataVersionError",
    "ODPS-0123055": "ScriptError",
    "ODPS-0130013": "NoPermission",
    "ODPS-0130131": "NoSuchTable",
    "ODPS-0130161": "ParseError",
    "ODPS-0420153": "InternalServerError",
    "ODPS-0420411": "InvalidArgument",
}
_QUERY_ACCELERATION_FAILURES = {
    "ODPS-180": "SQAGenericError",
    "ODPS-181": "SQARetryError",
    "ODPS-182": "SQAAccessDenied",
    "ODPS-183": "SQAResourceNotEnough",
    "ODPS-184": "SQAServiceUnavailable",
    "ODPS-185": "SQAUnsupportedFeature",
    "ODPS-186": "SQAQueryTimedout",
}
_PLACE = re.compile(r"ODPS-\d{7}:\s*\[(\d{1,9}),(\d{1,9})\]")


@dataclass(frozen=True, slots=True)
class TaskFailure:
    """Why a task failed. `code` is its `ODPS-nnnnnnn`, else whatever symbolic code came with it; `symbol` is that code alone."""

    message: str
    code: str | None
    symbol: str | None = field(default=None, compare=False)

    @property
    def kind(self) -> str | None:
        """The class that the SDKs give it; None where they know none."""
        code = self.code or ""
        return self.symbol or _FAILURES.get(code) or _QUERY_ACCELERATION_FAILURES.get(code[:8])

    @property
    def place(self) -> tuple[int, int] | None:
        """Line and column in the SQL, counted from 1, where the message tells them."""
        match = _PLACE.search(self.message)
        return (int(match[1]), int(match[2])) if match else None


@dataclass(frozen=True, slots=True)
class ResultDescriptor:
    """What a result is (protocol §4.4). `select_status` is FULL, TRUNCATED or NO; `columns` are (name, type) pairs."""

    is_select: bool
    select_status: str | None
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What a task left behind (protocol §4.4): CSV of a SELECT, text of other statements, or the error of a failed task.

    `text` is decoded (Base64 undone). `format` is `csv` or `text`; None when the service did not say.
    """

    name: str
    type: str | None
    status: str | None
    format: str | None
    text: str
    descriptor: ResultDescriptor | None = None
    failure: TaskFailure | None = field(default=None, compare=False)
    """What `text` says when it is the reason of a failure."""


@dataclass(frozen=True, slots=True)
class StageProgress:
    """How far one stage of a task is (protocol §4.5). None where the service left a figure out."""

    name: str
    status: str | None = None
    total_workers: int | None = None
    terminated_workers: int | None = None
    running_workers: int | None = None
    backup_workers: int | None = None
    input_records: int | None = None
    output_records: int | None = None
    finished_percentage: int | None = None

    @property
    def pending_workers(self) -> int | None:
        """Workers neither running nor done; backup workers are counted apart. None when the total is not known."""
        if self.total_workers is None:
            return None
        return max(0, self.total_workers - (self.terminated_workers or 0) - (self.running_workers or 0))

    @property
    def percentage(self) -> int | None:
        """The service's own percentage; else derived from workers; None when neither is known."""
        if self.finished_percentage is not None:
            return self.finished_percentage
        if not self.total_workers or self.terminated_workers is None:
            return None
        return 100 * self.terminated_workers // self.total_workers


@dataclass(frozen=True, slots=True)
class TaskProgress:
    """The stages of one task. Empty while queueing and for statements without a plan."""

    stages: tuple[StageProgress, ...] = ()

    @property
    def done_workers(self) -> int:
        """Workers that have finished, over all stages whose total is known."""
        return sum(stage.terminated_workers or 0 for stage in self.stages if stage.total_workers)

    @property
    def total_workers(self) -> int | None:
        """Workers of all stages whose total is known; None before any is known (no plan yet)."""
        return sum(stage.total_workers or 0 for stage in self.stages) or None

    def get_stage_progress_formatted_string(self, now: datetime) -> str:
        """Return the very line PyODPS writes (protocol §4.5): local time, then `name:running/done/total[pct%]` per stage.

        `now` is aware; it is written in the zone it carries.
        """
        return f"{now:%Y-%m-%d %H:%M:%S} " + "".join(_formatted_stage(stage) for stage in self.stages)


def _formatted_stage(stage: StageProgress) -> str:
    backup = f"(+{stage.backup_workers} backups)" if stage.backup_workers else ""
    counts = f"{stage.running_workers or 0}/{stage.terminated_workers or 0}/{stage.total_workers or 0}"
    return f"{stage.name}:{counts}{backup}[{stage.percentage or 0}%]\t"


@dataclass(frozen=True, slots=True)
class TaskCost:
    """Resources a task has used (protocol §4.6): CPU in 1/100 core·s, memory in MB·s, input in bytes."""

    cpu: int | None
    memory: int | None
    input: int | None

    @property
    def core_hours(self) -> float | None:
        """CPU in core·h: `cpu / 100 / 3600`."""
        return None if self.cpu is None else self.cpu / 360_000

    @property
    def memory_gb_hours(self) -> float | None:
        """Memory in GB·h: `memory / 1024 / 3600`."""
        return None if self.memory is None else self.memory / 3_686_400


@dataclass(frozen=True, slots=True)
class TaskSummary:
    """The summary of a task (protocol §4.6). `finalized` False means that it may still change; None, that nobody said."""

    text: str
    document: Mapping[str, Any]
    cost: TaskCost | None
    finalized: bool | None


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker process of a stage (protocol §4.7). `log_id` is opaque: it goes back verbatim to ask for a log."""

    id: str
    log_id: str | None = None
    status: str | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None
    input_records: int | None = None
    output_records: int | None = None
    input_bytes: int | None = None
    output_bytes: int | None = None

    @property
    def elapsed(self) -> timedelta | None:
        """Run time of a worker that has ended; None while it runs or when a time is missing."""
        if self.start_time is None or self.end_time is None:
            return None
        return self.end_time - self.start_time


@dataclass(frozen=True, slots=True)
class StageDetail:
    """A stage with its workers, from the detail document (protocol §4.7)."""

    name: str
    workers: tuple[Worker, ...]
    status: str | None = None
    start_time: datetime | None = None
    end_time: datetime | None = None


@dataclass(frozen=True, slots=True)
class TaskDetail:
    """Stages and workers of a task. `document` is the answer as it came; `text` holds it when it was no JSON."""

    stages: tuple[StageDetail, ...] = ()
    document: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    text: str = ""


@dataclass(frozen=True, slots=True)
class Resources:
    """An amount of a quota: CPU in 1/100 core, memory in MB (units inferred, protocol §4.9)."""

    cpu: int | None
    memory: int | None


@dataclass(frozen=True, slots=True)
class TaskQuota:
    """The quota group of a task (protocol §4.9). The service answers at most once in 30 s; None in between."""

    group: str | None
    group_id: str | None
    used: Resources | None
    requested: Resources | None
    runtime: Resources | None
    maximum: Resources | None
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SubInstance:
    """An action of an XFlow that became an instance (protocol §7.4). `path` names the sub-workflows it lies in, outermost first.

    `instance_id` is None while the action has not started. `children` are the actions of a sub-workflow.
    """

    name: str
    node_type: str
    instance_id: str | None
    path: tuple[str, ...] = ()
    children: tuple[SubInstance, ...] = ()


@dataclass(frozen=True, slots=True)
class XFlowSource:
    """What an XFlow was asked to run (protocol §7.4)."""

    project: str | None
    xflow: str | None
    parameters: Mapping[str, str]
    priority: int | None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the service takes us for (protocol §9). `display_name` compares with an instance's owner."""

    display_name: str
    id: str | None


@dataclass(frozen=True, slots=True)
class Project:
    """A project (protocol §9). `state` is AVAILABLE, READONLY, FROZEN or DELETING."""

    name: str
    owner: str | None
    comment: str | None
    state: str | None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """One page of the list of projects."""

    projects: tuple[Project, ...]
    marker: str | None


@dataclass(frozen=True, slots=True)
class LogviewAddress:
    """A link to an instance's page. `url` of a legacy link carries a bearer token: a secret, shown as `masked` only."""

    url: str = field(repr=False)
    masked: str
    carries_token: bool


@dataclass(frozen=True, slots=True)
class CallRate:
    """What is asked of the service: calls a second over the last ten, and how many there may be.

    `waiting` calls wait for their turn; the service wants `quiet` seconds more of nothing being asked.
    """

    per_second: float
    limit: float
    waiting: int = 0
    quiet: float = 0.0


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """The service's last answer to one question about an instance, in its own words.

    `question` is method, path and query. `text` is the body, laid out and clean; of a body of `size` bytes only a first part is
    kept when `is_cut`. `headers` are those that mean something (protocol §1.4), never a cookie or a token.
    """

    question: str
    status: int
    headers: tuple[tuple[str, str], ...]
    text: str = field(repr=False)
    size: int
    read_at: datetime
    is_cut: bool = False
