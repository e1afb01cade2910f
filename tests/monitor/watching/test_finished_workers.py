"""Since when no worker has finished, by what the tasks themselves told."""

from __future__ import annotations

from odps_tui.models import StageProgress, TaskProgress
from odps_tui.monitor.watching import FinishedWorkers, Standstill
from tests.monitor.watching.worlds import NOW, minutes


def stages(*finished: int | None, running: int | None = 4) -> TaskProgress:
    return TaskProgress(
        tuple(
            StageProgress(f"M{number}", "RUNNING", 40, terminated_workers=count, running_workers=running)
            for number, count in enumerate(finished, 1)
        )
    )


def test_it_lasts_from_the_first_to_the_last_look_that_told_the_same() -> None:
    workers = FinishedWorkers()
    assert workers.of("a") is None
    for after, count in ((0, 3), (1, 4), (3, 4), (9, 4)):
        workers.take("a", NOW + minutes(after), {"t": stages(count)})
    assert workers.of("a") == Standstill(NOW + minutes(1), NOW + minutes(9), 4)
    workers.take("a", NOW + minutes(10), {"t": stages(5)})
    assert workers.of("a") == Standstill(NOW + minutes(10), NOW + minutes(10), 4)


def test_workers_that_begin_finish_nothing_and_another_stage_or_task_does() -> None:
    workers = FinishedWorkers()
    workers.take("a", NOW, {"t": stages(4, running=2)})
    workers.take("a", NOW + minutes(1), {"t": stages(4, running=9)})
    assert workers.of("a") == Standstill(NOW, NOW + minutes(1), 9)
    workers.take("a", NOW + minutes(2), {"t": stages(4, 0)})
    assert workers.of("a") == Standstill(NOW + minutes(2), NOW + minutes(2), 8)
    workers.take("a", NOW + minutes(3), {"u": stages(4, 0)})
    assert workers.of("a") == Standstill(NOW + minutes(3), NOW + minutes(3), 8)


def test_an_older_look_that_comes_in_late_takes_nothing_back() -> None:
    workers = FinishedWorkers()
    for after in (0, 5, 4):
        workers.take("a", NOW + minutes(after), {"t": stages(4)})
    assert workers.of("a") == Standstill(NOW, NOW + minutes(5), 4)


def test_what_is_not_told_of_every_stage_is_not_known() -> None:
    workers = FinishedWorkers()
    for progress in ({}, {"t": TaskProgress()}, {"t": stages(4, None)}):
        workers.take("a", NOW, {"t": stages(4)})
        workers.take("a", NOW + minutes(1), progress)
        assert workers.of("a") is None
    workers.take("a", NOW, {"t": stages(4, running=None)})
    assert workers.of("a") == Standstill(NOW, NOW, None)
