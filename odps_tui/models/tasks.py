"""A task inside an instance, looked at closely: what was submitted, what it left behind, what it used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


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
