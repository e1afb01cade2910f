"""Whether a task stands still: no worker finished and no record moved, in several samples."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from odps_tui.models import Task, TaskStatus
from odps_tui.monitor.progress.samples import Sample, Samples
from odps_tui.monitor.progress.stage_state import is_running

FEWEST_EQUAL = 3
SHORTEST = timedelta(minutes=3)
"""Shorter standstills are ordinary: a worker that sorts moves no record for a while."""
_NO_STAGES = "CUPID"


@dataclass(frozen=True, slots=True)
class Stall:
    """Nothing moved from `since` to `until`, as `samples` equal reads say. `records_told` False: only workers were told."""

    since: datetime
    until: datetime
    samples: int
    running: int | None
    pending: int | None
    records_told: bool

    @property
    def duration(self) -> timedelta:
        """How long; up to the last read, not up to now."""
        return self.until - self.since


def find_stall(task: Task, samples: Samples) -> Stall | None:
    """Return the standstill that lasts until the last sample, None when something moved, or too little was seen to tell.

    Needs `FEWEST_EQUAL` equal reads and `SHORTEST`. A CUPID task, one without stages and one whose workers are not told are never
    called stalled. A hole between equal samples is no excuse: these figures only grow.
    """
    last = samples.last
    if last is None or task.type == _NO_STAGES or task.status != TaskStatus.RUNNING:
        return None
    running = [stage for stage in last.progress.stages if is_running(stage)]
    if not running or any(stage.terminated_workers is None for stage in running):
        return None
    since, reads = last.at, 0
    for sample in reversed(samples.runs):
        if _moved(sample, last):
            break
        since, reads = sample.at, reads + sample.count
    if reads < FEWEST_EQUAL or last.until - since < SHORTEST:
        return None
    told = [stage.running_workers for stage in running if stage.running_workers is not None]
    pending = [stage.pending_workers for stage in running if stage.pending_workers is not None]
    return Stall(
        since,
        last.until,
        reads,
        running=sum(told) if len(told) == len(running) else None,
        pending=sum(pending) if len(pending) == len(running) else None,
        records_told=any(stage.input_records is not None or stage.output_records is not None for stage in running),
    )


def _moved(sample: Sample, last: Sample) -> bool:
    """Workers that begin or get a backup move nothing; a worker that ends, a record and a stage that begins do."""
    return _state(sample) != _state(last)


def _state(sample: Sample) -> tuple[object, ...]:
    return (*((stage.name, stage.status, stage.terminated_workers) for stage in sample.progress.stages), sample.records)
