from datetime import datetime, timedelta, timezone

import pytest

from odps_tui.models import Outcome, StageProgress, Task, TaskCost, TaskProgress, outcome_of

AT = datetime(2026, 11, 22, 15, 42, 46, tzinfo=timezone(timedelta(hours=8)))


def test_the_progress_line_is_pyodps_own() -> None:
    """The line recorded from PyODPS (protocol §4.5)."""
    progress = TaskProgress(
        (
            StageProgress("M1_job_0", "Terminated", 12, 12, 0, 0, 1, 1, 100),
            StageProgress("R2_1_job_0", "Running", 8, 3, 5, 2, 1, 1, 37),
            StageProgress("J3_1_2_job_0", "Ready", 4, 0, 0, 0, 0, 0, 0),
        )
    )
    assert progress.get_stage_progress_formatted_string(AT) == (
        "2026-11-22 15:42:46 M1_job_0:0/12/12[100%]\tR2_1_job_0:5/3/8(+2 backups)[37%]\tJ3_1_2_job_0:0/0/4[0%]\t"
    )


def test_a_stage_without_figures_is_written_as_not_begun() -> None:
    assert TaskProgress((StageProgress("R3"),)).get_stage_progress_formatted_string(AT).endswith(" R3:0/0/0[0%]\t")


def test_percentage_comes_from_the_service_or_from_workers_or_not_at_all() -> None:
    assert StageProgress("a", total_workers=8, terminated_workers=3, finished_percentage=50).percentage == 50
    assert StageProgress("a", total_workers=8, terminated_workers=3).percentage == 37
    assert StageProgress("a", total_workers=8).percentage is None
    assert StageProgress("a").percentage is None


def test_pending_workers_leave_backups_out() -> None:
    assert StageProgress("a", total_workers=8, terminated_workers=3, running_workers=7, backup_workers=2).pending_workers == 0
    assert StageProgress("a", total_workers=8, terminated_workers=3, running_workers=1).pending_workers == 4
    assert StageProgress("a").pending_workers is None


def test_workers_of_an_unknown_plan_are_unknown() -> None:
    assert TaskProgress().total_workers is None
    assert TaskProgress((StageProgress("a"),)).total_workers is None
    mixed = TaskProgress((StageProgress("a", total_workers=8, terminated_workers=3), StageProgress("b")))
    assert (mixed.done_workers, mixed.total_workers) == (3, 8)


def test_cost_in_hours() -> None:
    cost = TaskCost(cpu=360_000, memory=3_686_400, input=1)
    assert (cost.core_hours, cost.memory_gb_hours) == (1.0, 1.0)
    assert TaskCost(None, None, None).core_hours is None


def task(status: str) -> Task:
    return Task("t", "SQL", status, None, None)


@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [
        (["Success", "Success"], Outcome.SUCCESS),
        (["Success", "Failed", "Cancelled"], Outcome.FAILED),
        (["Success", "Cancelled"], Outcome.CANCELLED),
        (["Success", "Running"], Outcome.UNKNOWN),
        ([], Outcome.UNKNOWN),
    ],
)
def test_outcome(statuses: list[str], outcome: Outcome) -> None:
    assert outcome_of(tuple(task(status) for status in statuses)) is outcome
