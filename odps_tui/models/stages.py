"""How far a task is: its stages and their workers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any


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
