"""When a task will end: a range from how fast its workers finish, or why there is none. Never one figure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from odps_tui.models import StageProgress, Task, TaskProgress, TaskStatus
from odps_tui.monitor.progress.pace import MINUTE, finished_per_minute
from odps_tui.monitor.progress.samples import Sample, Samples, stage_of
from odps_tui.monitor.progress.stage_graph import parse_stage_name
from odps_tui.monitor.progress.stage_state import has_begun, is_running, left
from odps_tui.monitor.progress.stall import Stall

_LOOKED_AT = 6
"""Minutes of finished workers that the range is made of."""
_FEWEST_MINUTES = 3
_MARGIN = 0.15
"""Added on both sides: even a steady pace does not hold to the second."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """It ends between `low` and `high` from `at` on, if the last minutes' pace holds."""

    low: timedelta
    high: timedelta
    at: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class NoEstimate:
    """Why nobody can tell. `stage_ends` is for the stages at work all the same, when only later ones are unknown."""

    reason: str
    stage_ends: Estimate | None = None


def estimate(task: Task, samples: Samples, stall: Stall | None = None) -> Estimate | NoEstimate:
    """Return when a running task will end. The reason of a refusal is a clause that goes behind "not estimable:"."""
    last = samples.last
    reason = _why_not(task, last, stall)
    if reason or last is None:
        return NoEstimate(reason)
    at_work = _of_stages(_running(last), last, samples)
    to_come = [stage for stage in last.progress.stages if not has_begun(stage)]
    if isinstance(at_work, NoEstimate) or not to_come:
        return at_work
    first, others = parse_stage_name(to_come[0].name).short, len(to_come) - 1
    return NoEstimate(f"{first}{f' and {others} more' if others else ''} not begun, pace unknown", at_work)


def _why_not(task: Task, last: Sample | None, stall: Stall | None) -> str:
    """Return why nothing can be said before any pace is looked at; an empty text when something can."""
    if task.status != TaskStatus.RUNNING:
        return f"the task is {task.status.lower()}"
    if last is None or not last.progress.stages:
        return "a CUPID task tells no stages" if task.type == "CUPID" else "there is no plan yet"
    if not _running(last):
        return "no stage is at work"
    return "nothing moves" if stall is not None else ""


def _running(sample: Sample) -> list[StageProgress]:
    return [stage for stage in sample.progress.stages if is_running(stage)]


def _of_stages(running: list[StageProgress], last: Sample, samples: Samples) -> Estimate | NoEstimate:
    """Stages at work side by side end when the slowest ends."""
    estimates = []
    for stage in running:
        found = _of_stage(stage, last, samples)
        if isinstance(found, NoEstimate):
            return found
        estimates.append(found)
    return Estimate(
        max(one.low for one in estimates),
        max(one.high for one in estimates),
        last.until,
        min(one.minutes for one in estimates),
    )


def _of_stage(stage: StageProgress, last: Sample, samples: Samples) -> Estimate | NoEstimate:
    name, remaining = parse_stage_name(stage.name).short, left(stage)
    if remaining is None:
        return NoEstimate(f"{name} does not tell its workers")
    if not stage.pending_workers:
        return NoEstimate(f"last wave, {_workers(remaining)} of {name}")
    if (stage.terminated_workers or 0) < (stage.running_workers or 0):
        return NoEstimate(f"{name} has not finished a first wave")
    looked_at = samples.since(last.until - (_LOOKED_AT + 1) * MINUTE)
    rates = [rate for rate in finished_per_minute(_only(looked_at, stage.name), last.until, _LOOKED_AT) if rate is not None]
    if len(rates) < _FEWEST_MINUTES:
        return NoEstimate(f"watched for less than {_FEWEST_MINUTES} min")
    if min(rates) <= 0:
        return NoEstimate(f"workers of {name} finish too unevenly")
    low, high = remaining / max(rates) * (1 - _MARGIN), remaining / min(rates) * (1 + _MARGIN)
    return Estimate(timedelta(minutes=low), timedelta(minutes=high), last.until, len(rates))


def _only(samples: Samples, name: str) -> Samples:
    """The same samples with one stage only."""

    def cut(progress: TaskProgress) -> TaskProgress:
        stage = stage_of(progress, name)
        return TaskProgress((stage,) if stage is not None else ())

    return Samples(tuple(Sample(s.at, s.until, cut(s.progress), s.count, s.gap) for s in samples))


def _workers(count: int) -> str:
    return "one worker" if count == 1 else f"{count} workers"
