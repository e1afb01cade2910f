"""Whether a stage has begun and whether it is over, from a status that may be missing or strange."""

from __future__ import annotations

from odps_tui.models import StageProgress, StageStatus

_BEGUN = frozenset(
    {StageStatus.RUNNING, StageStatus.SUSPENDED, StageStatus.FAILED, StageStatus.TERMINATED, StageStatus.CANCELLING}
)
_NOT_BEGUN = frozenset({StageStatus.READY, StageStatus.WAITING})
_OVER = frozenset({StageStatus.TERMINATED, StageStatus.FAILED, StageStatus.CANCELLED})


def has_begun(stage: StageProgress) -> bool:
    """Tell whether a stage has begun: by its status, else by its workers. A Cancelled one may never have."""
    if stage.status in _NOT_BEGUN:
        return False
    return stage.status in _BEGUN or bool(stage.terminated_workers) or bool(stage.running_workers)


def is_over(stage: StageProgress) -> bool:
    """Tell whether nothing more will happen in a stage, by its status only: the last worker is not the stage's last word."""
    return stage.status in _OVER


def is_running(stage: StageProgress) -> bool:
    """Tell whether a stage is at work."""
    return has_begun(stage) and not is_over(stage)


def left(stage: StageProgress) -> int | None:
    """Return how many workers have not finished; None when the service does not tell."""
    if stage.total_workers is None or stage.terminated_workers is None:
        return None
    return max(0, stage.total_workers - stage.terminated_workers)


def is_down_to_one(stage: StageProgress) -> bool:
    """Tell whether one worker of several is left."""
    return is_running(stage) and (stage.total_workers or 0) > 1 and left(stage) == 1
