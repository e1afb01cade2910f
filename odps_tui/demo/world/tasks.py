"""A task of an instance on the time line, and how far it is at a given second.

This is the part of an instance's script that the live queue needs of everybody alive (how far, how many workers), so it is
cheap: a few small objects and arithmetic. Texts, tables and record counts are the other part, in `script.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from odps_tui.demo.world.instance import Instance, Kind, Outcome
from odps_tui.demo.world.patterns import Pattern
from odps_tui.demo.world.stages import Stage

# Spark executors and session workers: they have no stages, and work from the first second to the last.
_STEADY_WORKERS = {Kind.CUPID: 20, Kind.SESSION: 8}


@dataclass(frozen=True, slots=True)
class Attempt:
    """An earlier, failed try of a task: an entry of its Histories (Protocol §4.2)."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Task:
    """One task: `start` to `end` as planned, epoch seconds. `fails_with` is set when it fails though the instance goes on."""

    name: str
    type: str
    start: float
    end: float
    stages: tuple[Stage, ...] = ()
    pattern: Pattern | None = None
    histories: tuple[Attempt, ...] = ()
    fails: bool = False

    @property
    def begins(self) -> float:
        """When its first attempt started; `start` is that of the last one."""
        return self.histories[0].start if self.histories else self.start

    def status(self, instance: Instance, now: float) -> str:
        """The task's status in Title case at `now` (Protocol §4.2)."""
        at = min(now, instance.ends_at)
        if at >= self.end:
            return Outcome.FAILED if self.fails else Outcome.SUCCESS
        if instance.is_terminated(now):
            return instance.ends_as if self.has_begun(instance, now) else Outcome.CANCELLED
        if at < self.begins:
            return "Suspended" if instance.status(now) == "Suspended" else "Waiting"
        return "Running"

    def has_begun(self, instance: Instance, now: float) -> bool:
        """True when it got to work; a task whose instance ended at its very beginning did not."""
        return self.begins < instance.ends_at and self.begins <= now

    def ended_at(self, instance: Instance, now: float) -> float | None:
        """When it ended, None while it has not: at its own end or with its instance."""
        ends = min(self.end, instance.ends_at)
        return ends if now >= ends else None

    def at(self, instance: Instance, now: float) -> float:
        """The second up to which its stages have lived: `now`, or when it was cut short."""
        return min(now, self.end, instance.ends_at)


def stage_status(instance: Instance, task: Task, stage: Stage, now: float) -> str:
    """The stage's status in Title case (Protocol §4.5): a task that is cut short takes its stages with it."""
    at = task.at(instance, now)
    if at >= stage.end:
        return "Terminated"
    if task.ended_at(instance, now) is not None:
        return task.status(instance, now) if at >= stage.start else "Cancelled"
    return "Running" if at >= stage.start else "Waiting"


def progress(instance: Instance, tasks: tuple[Task, ...], now: float) -> float:
    """Ended workers through all workers, 0 … 1 (Protocol §3.2, instanceProgress)."""
    total = ended = 0
    for task in tasks:
        at = task.at(instance, now)
        for stage in task.stages:
            total += stage.workers
            ended += stage.ended_count(at)
    return ended / total if total else 0.0


def running_workers(instance: Instance, tasks: tuple[Task, ...], now: float) -> int:
    """Workers at work now, backup workers included."""
    if instance.is_terminated(now) or now < instance.admitted:
        return 0
    return _STEADY_WORKERS.get(instance.kind, 0) + sum(
        stage.started_count(now) - stage.ended_count(now) + stage.backup_count(now)
        for task in tasks
        if task.start <= now < task.end
        for stage in task.stages
        if stage.start <= now < stage.end
    )


def worker_seconds(instance: Instance, tasks: tuple[Task, ...], now: float) -> float:
    """Worker-seconds used so far; never shrinks."""
    steady = _STEADY_WORKERS.get(instance.kind, 0) * max(0.0, min(now, instance.ends_at) - instance.admitted)
    return steady + sum(stage.worker_seconds_at(task.at(instance, now)) for task in tasks for stage in task.stages)
