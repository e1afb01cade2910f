"""Since when no worker of an instance has finished, as its tasks' progress told it look by look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from odps_tui.models import StageProgress, TaskProgress

_Counts = tuple[tuple[str, str, int], ...]
"""Task, stage, and how many workers of it have finished."""


@dataclass(frozen=True, slots=True)
class Standstill:
    """No worker finished from `since` to `until`, the first and the last look that told the same; it may have lasted longer.

    `running` workers were at work at the last look; None when that was not told.
    """

    since: datetime
    until: datetime
    running: int | None

    @property
    def duration(self) -> timedelta:
        """How long; up to the last look, not up to now."""
        return self.until - self.since


class FinishedWorkers:
    """The instances whose tasks are asked. What is not told of every stage is told of none."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[_Counts, Standstill]] = {}

    def take(self, instance_id: str, at: datetime, progress: Mapping[str, TaskProgress]) -> None:
        """Take in the running tasks of an instance, all of them, as they were `at` that moment."""
        counts = _counts(progress)
        if counts is None:
            self.forget(instance_id)
            return
        known = self._known.get(instance_id)
        running = _running(progress)
        if known is not None and known[0] == counts:
            standstill = replace(known[1], until=max(at, known[1].until), running=running)
        else:
            standstill = Standstill(at, at, running)
        self._known[instance_id] = counts, standstill

    def of(self, instance_id: str) -> Standstill | None:
        """Return how long no worker has finished; None when nobody told."""
        known = self._known.get(instance_id)
        return known[1] if known is not None else None

    def forget(self, instance_id: str) -> None:
        """Drop one that has ended, or does not run."""
        self._known.pop(instance_id, None)


def _stages(progress: Mapping[str, TaskProgress]) -> list[tuple[str, StageProgress]]:
    return [(task, stage) for task, told in progress.items() for stage in told.stages]


def _counts(progress: Mapping[str, TaskProgress]) -> _Counts | None:
    stages = _stages(progress)
    counts = tuple((task, one.name, one.terminated_workers) for task, one in stages if one.terminated_workers is not None)
    return counts if counts and len(counts) == len(stages) else None


def _running(progress: Mapping[str, TaskProgress]) -> int | None:
    told = [stage.running_workers for _, stage in _stages(progress)]
    known = [count for count in told if count is not None]
    return sum(known) if len(known) == len(told) else None
