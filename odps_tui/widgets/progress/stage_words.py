"""How a stage is written in few cells: its name, its state, its counts and its times."""

from __future__ import annotations

from datetime import datetime, timedelta

from odps_tui.models import StageProgress, StageStatus
from odps_tui.monitor.progress import Span, parse_stage_name
from odps_tui.widgets.notation import UNKNOWN, bar, plain, short_duration
from odps_tui.widgets.progress.cells import MUTED, Cell

_STATE_WORDS: dict[str, str] = {
    StageStatus.READY: "○ ready",
    StageStatus.WAITING: "○ waiting",
    StageStatus.RUNNING: "● running",
    StageStatus.SUSPENDED: "‖ suspended",
    StageStatus.FAILED: "✗ failed",
    StageStatus.TERMINATED: "✓ done",
    StageStatus.CANCELLED: "⊘ cancelled",
    StageStatus.CANCELLING: "◌ cancelling",
}
_COLORS: dict[str, str] = {
    StageStatus.RUNNING: "$text-primary",
    StageStatus.TERMINATED: "$text-success",
    StageStatus.FAILED: "$text-error",
    StageStatus.SUSPENDED: "$text-warning",
    StageStatus.CANCELLING: "$text-warning",
}
EMPTY_BAR = "·"
MARK = "!"
"""Behind what is far from the mean: it must be seen without colours."""
_LEAST_TOLD = 0.05
"""A ratio below it would be told as 0.0, which it is not."""
_WORTH_TELLING = timedelta(seconds=1)


def name_of(stage: StageProgress) -> str:
    """`R2_1_job_0` → `R2_1`: every stage of a plan carries the same ending."""
    return parse_stage_name(stage.name).short


def color_of(stage: StageProgress) -> str:
    """Return the colour of a stage's state."""
    return _COLORS.get(stage.status or "", MUTED)


def state_cell(stage: StageProgress) -> Cell:
    """Return its state with a sign. Terminated with workers missing is not done: then the service's own word stands."""
    word = _STATE_WORDS.get(stage.status or "", f"{UNKNOWN} {stage.status.lower()}" if stage.status else UNKNOWN)
    if stage.status == StageStatus.TERMINATED and not _is_whole(stage):
        word = "· terminated"
    return Cell(word, color_of(stage))


def _is_whole(stage: StageProgress) -> bool:
    return stage.total_workers is None or stage.terminated_workers is None or stage.terminated_workers >= stage.total_workers


def counts(stage: StageProgress) -> str:
    """`1999/2000`."""
    return f"{plain(stage.terminated_workers)}/{plain(stage.total_workers)}"


def stage_bar(stage: StageProgress, width: int) -> str:
    """Draw the finished workers; nothing at all when their number is not known."""
    if not stage.total_workers or stage.terminated_workers is None:
        return ""
    return bar(stage.terminated_workers / stage.total_workers, width, empty=EMPTY_BAR)


def elapsed_words(span: Span | None, at: datetime | None) -> str:
    """`3m` told by the service, `~3m` from our samples, `≥3m` when it began before anybody watched; `-` not begun."""
    if span is None or at is None or (elapsed := span.elapsed(at)) is None:
        return "-"
    if span.is_exact:
        return short_duration(elapsed)
    if span.is_open and (span.ended is not None or elapsed < _WORTH_TELLING):
        return UNKNOWN
    return f"{'≥' if span.is_open else '~'}{short_duration(elapsed)}"


def out_per_in(stage: StageProgress) -> str:
    """Records out through records in: `0.1x`; `-` when nothing came in."""
    if stage.input_records is None or stage.output_records is None:
        return UNKNOWN
    if not stage.input_records:
        return "-"
    return times(stage.output_records / stage.input_records)


def times(ratio: float | None) -> str:
    """`0.1x`, `32x`; `<0.1x` for what is more than nothing; `?` for None."""
    if ratio is None:
        return UNKNOWN
    if 0 < ratio < _LEAST_TOLD:
        return "<0.1x"
    return f"{ratio:.0f}x" if ratio >= 9.95 else f"{ratio:.1f}x"
