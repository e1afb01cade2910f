"""What happened between two samples that is worth a line among the events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from odps_tui.models import StageStatus, TaskProgress
from odps_tui.monitor.progress.overall import overall
from odps_tui.monitor.progress.stage_state import has_begun, is_down_to_one


@dataclass(frozen=True, slots=True)
class Fell:
    """The task's percentage went down, and why: stages that began, got more workers, or lost finished ones (a rerun)."""

    before: int
    after: int
    begun: tuple[str, ...] = ()
    grown: tuple[str, ...] = ()
    rerun: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DownToOne:
    """One worker of `total` is left in a stage."""

    stage: str
    total: int


@dataclass(frozen=True, slots=True)
class BackupStarted:
    """The service started backup workers in a stage where there were none."""

    stage: str
    count: int


@dataclass(frozen=True, slots=True)
class StageFailed:
    """A stage failed."""

    stage: str


News = Fell | DownToOne | BackupStarted | StageFailed


def news(before: TaskProgress, after: TaskProgress) -> Iterator[News]:
    """Yield what happened from one sample to the next."""
    yield from _fall(before, after)
    was = {stage.name: stage for stage in before.stages}
    for stage in after.stages:
        old = was.get(stage.name)
        if old is None:
            continue
        if stage.status == StageStatus.FAILED != old.status:
            yield StageFailed(stage.name)
        if is_down_to_one(stage) and not is_down_to_one(old):
            yield DownToOne(stage.name, stage.total_workers or 0)
        if stage.backup_workers and old.backup_workers == 0:
            yield BackupStarted(stage.name, stage.backup_workers)


def _fall(before: TaskProgress, after: TaskProgress) -> Iterator[Fell]:
    old, new = overall(before), overall(after)
    if old.fraction is None or new.fraction is None or new.fraction >= old.fraction:
        return
    was = {stage.name: stage for stage in before.stages}
    pairs = [(was.get(stage.name), stage) for stage in after.stages]
    yield Fell(
        int(old.fraction * 100),
        int(new.fraction * 100),
        begun=tuple(new.name for old, new in pairs if has_begun(new) and (old is None or not has_begun(old))),
        grown=tuple(
            new.name for old, new in pairs if old and has_begun(old) and (new.total_workers or 0) > (old.total_workers or 0)
        ),
        rerun=tuple(
            new.name for old, new in pairs if old is not None and (new.terminated_workers or 0) < (old.terminated_workers or 0)
        ),
    )
