"""The stall detector: three equal reads and three minutes, never for what has no stages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given

from odps_tui.models import StageProgress, TaskProgress
from odps_tui.monitor.progress import find_stall
from odps_tui.monitor.progress.stall import FEWEST_EQUAL, SHORTEST
from tests.clock import START
from tests.monitor.progress.telling import histories, progress, sampled, sampled_at, stage, task

STILL = progress(stage(done=9, running=1, records=700))


def test_nothing_moved_for_nine_minutes() -> None:
    stall = find_stall(task(), sampled([progress(stage(done=8)), *[STILL] * 10], seconds=60))
    assert stall is not None
    assert stall.duration == timedelta(minutes=9)
    assert stall.samples == 10
    assert stall.records_told


@pytest.mark.parametrize(
    "moved",
    [stage(done=10, running=1, records=700), stage(done=9, running=1, records=701), stage("R2_1", done=9, records=700)],
)
def test_anything_that_moves_ends_it(moved: StageProgress) -> None:
    assert find_stall(task(), sampled([*[STILL] * 10, progress(moved)], seconds=60)) is None


def test_a_worker_that_begins_or_gets_a_backup_moves_nothing() -> None:
    busy = progress(stage(done=9, running=2, records=700, backup=1))
    assert find_stall(task(), sampled([STILL, STILL, busy, STILL, busy], seconds=60)) is not None


def test_too_few_reads_and_too_short_a_time_say_nothing() -> None:
    assert find_stall(task(), sampled([STILL, STILL], seconds=140)) is None
    assert find_stall(task(), sampled([STILL] * 10, seconds=5)) is None


@pytest.mark.parametrize("kind_and_told", [("CUPID", STILL), ("SQL", progress()), ("SQL", progress(StageProgress("M1_job_0")))])
def test_what_has_no_stages_or_tells_no_workers_is_never_called_stalled(kind_and_told: tuple[str, TaskProgress]) -> None:
    kind, told = kind_and_told
    assert find_stall(task(kind=kind), sampled([told] * 20, seconds=60)) is None


@pytest.mark.parametrize("status", ["Success", "Failed", "Cancelled", "Waiting", "Suspended"])
def test_only_a_running_task_can_stand_still(status: str) -> None:
    assert find_stall(task(status), sampled([STILL] * 20, seconds=60)) is None


def test_untold_records_are_said_to_be_untold() -> None:
    stall = find_stall(task(), sampled([progress(stage(done=9, records=None))] * 10, seconds=60))
    assert stall is not None
    assert not stall.records_told


@given(histories)
def test_a_stall_is_never_claimed_from_too_little_and_ends_at_the_last_read(history: list[tuple[TaskProgress, float]]) -> None:
    samples = sampled_at(history)
    stall = find_stall(task(), samples)
    if stall is not None:
        assert samples.last is not None
        assert stall.samples >= FEWEST_EQUAL
        assert stall.duration >= SHORTEST
        assert START < stall.since < stall.until == samples.last.until
