"""The one figure for a task, and why it went down (features §3.3)."""

from __future__ import annotations

from hypothesis import given

from odps_tui.models import StageProgress, StageStatus, TaskProgress
from odps_tui.monitor.progress import BackupStarted, DownToOne, Fell, StageFailed, has_begun, news, overall
from tests.monitor.progress.telling import progress, progresses, stage, stages


@given(progresses)
def test_a_living_task_is_never_whole_and_both_counts_agree_with_the_percentage(told: TaskProgress) -> None:
    counted = overall(told)
    percent = counted.percent(ended=False)
    if percent is None:
        assert counted.known is None
        return
    assert 0 <= percent <= 99
    assert counted.known is not None
    assert 0 <= counted.done <= counted.known
    assert percent == min(99, 100 * counted.done // counted.known)
    assert counted.percent(ended=True) in (percent, 100)


@given(progresses, stages)
def test_a_stage_that_has_not_begun_has_no_say(told: TaskProgress, other: StageProgress) -> None:
    if has_begun(other):
        return
    with_other = TaskProgress((*told.stages, other))
    before, after = overall(told), overall(with_other)
    assert (before.done, before.known, before.begun) == (after.done, after.known, after.begun)


@given(stages)
def test_pending_is_never_negative_and_never_made_up(one: StageProgress) -> None:
    if one.total_workers is None:
        assert one.pending_workers is None
    else:
        assert one.pending_workers is not None
        assert 0 <= one.pending_workers <= one.total_workers


def test_before_a_plan_there_is_no_percentage() -> None:
    assert overall(progress()).percent(ended=False) is None
    waiting = stage(status=StageStatus.WAITING, total=50)
    assert overall(progress(waiting)).percent(ended=False) is None
    assert overall(progress(StageProgress("R2_1_job_0"))).percent(ended=False) is None, "a bare stage tells nothing"


def test_a_stage_that_tells_no_workers_is_counted_as_such() -> None:
    silent = stage("M2_job_0", done=None, total=None)
    counted = overall(progress(stage(done=5, total=10), silent))
    assert (counted.done, counted.known, counted.untold) == (5, 10, 1)


def test_going_down_is_told_with_its_cause() -> None:
    first = stage("M1_job_0", done=10, total=10, status=StageStatus.TERMINATED)
    waits, begins = stage("R2_1_job_0", total=30, status=StageStatus.WAITING), stage("R2_1_job_0", total=30)
    assert list(news(progress(first, waits), progress(first, begins))) == [Fell(100, 25, begun=("R2_1_job_0",))]
    assert list(news(progress(stage(done=5, total=10)), progress(stage(done=5, total=20)))) == [Fell(50, 25, grown=("M1_job_0",))]
    assert list(news(progress(stage(done=5)), progress(stage(done=2)))) == [Fell(50, 20, rerun=("M1_job_0",))]


@given(progresses, progresses)
def test_news_of_a_fall_come_exactly_when_it_falls(before: TaskProgress, after: TaskProgress) -> None:
    old, new = overall(before).fraction, overall(after).fraction
    fell = any(isinstance(one, Fell) for one in news(before, after))
    assert fell == (old is not None and new is not None and new < old)
    assert not list(news(after, after)), "nothing happens twice"


def test_the_last_worker_a_backup_and_a_failure_are_news() -> None:
    before = stage(done=8, total=10, running=2)
    assert list(news(progress(before), progress(stage(done=9, total=10, running=1)))) == [DownToOne("M1_job_0", 10)]
    assert list(news(progress(before), progress(stage(done=8, total=10, running=2, backup=1)))) == [BackupStarted("M1_job_0", 1)]
    failed = stage(done=8, total=10, running=0, status=StageStatus.FAILED)
    assert list(news(progress(before), progress(failed))) == [StageFailed("M1_job_0")]
