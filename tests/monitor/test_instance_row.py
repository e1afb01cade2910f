from datetime import UTC, datetime, timedelta

import pytest

from odps_tui.models import Instance, Outcome, QueueingInfo, SubStatus
from odps_tui.monitor import Ending, InstanceRow, InstanceState

NOW = datetime(2026, 11, 24, 9, 41, tzinfo=UTC)
START = NOW - timedelta(minutes=52)


def queued(code: int | None = 1030, words: str = "SQLTask is running", wait_pos: int = 0, status: str = "Running") -> InstanceRow:
    sub_status = SubStatus(words, code, START)
    return InstanceRow(
        "i1", info=QueueingInfo("i1", status=status, wait_pos=wait_pos, sub_status=sub_status, progress=0.5), is_queued=True
    )


def ended(outcome: Outcome | None = None) -> InstanceRow:
    return InstanceRow("i1", Instance("i1", "o", "Terminated", START, NOW), ending=Ending(outcome) if outcome else None)


@pytest.mark.parametrize(
    ("row", "state"),
    [
        (queued(), InstanceState.RUNNING),
        (queued(code=1010, words="Waiting for scheduling"), InstanceState.WAITING),
        (queued(wait_pos=4), InstanceState.WAITING),
        (queued(words="SQLTask is optimizing query"), InstanceState.COMPILING),
        (queued(code=None, words="?"), InstanceState.RUNNING),
        (queued(status="Suspended"), InstanceState.SUSPENDED),
        (queued(status="Sleeping"), InstanceState.UNKNOWN),
        (InstanceRow("i1"), InstanceState.UNKNOWN),
        (ended(), InstanceState.ENDED),
        (ended(Outcome.SUCCESS), InstanceState.SUCCESS),
        (ended(Outcome.FAILED), InstanceState.FAILED),
        (ended(Outcome.CANCELLED), InstanceState.CANCELLED),
        (ended(Outcome.UNKNOWN), InstanceState.ENDED),
    ],
)
def test_state(row: InstanceRow, state: InstanceState) -> None:
    assert row.state is state


def test_a_requested_stop_is_no_end() -> None:
    row = InstanceRow("i1", Instance("i1", "o", "Running", START, None), stop_requested_at=NOW)
    assert row.state is InstanceState.STOPPING
    assert row.is_live
    gone = InstanceRow("i1", Instance("i1", "o", "Terminated", START, NOW), stop_requested_at=NOW)
    assert gone.state is InstanceState.ENDED


def test_terminated_wins_over_a_queue_that_still_holds_it() -> None:
    info = QueueingInfo("i1", status="Running", progress=0.4)
    row = InstanceRow("i1", Instance("i1", "o", "Terminated", START, NOW), info, is_queued=True)
    assert not row.is_live
    assert row.progress is None


def test_progress_is_unknown_outside_the_queue_and_when_hidden() -> None:
    assert queued().progress == 0.5
    assert InstanceRow("i1", info=QueueingInfo("i1", status="Running", progress=0.5)).progress is None
    assert InstanceRow("i1", info=QueueingInfo("i1", status="Running", progress=-1.0), is_queued=True).progress is None


def test_times() -> None:
    assert ended().run_time(NOW + timedelta(days=1)) == timedelta(minutes=52)
    live = InstanceRow("i1", Instance("i1", "o", "Running", START, None))
    assert live.run_time(NOW) == live.age(NOW) == timedelta(minutes=52)
    assert live.age(START - timedelta(seconds=3)) == timedelta(0), "a clock that is behind must not show a negative age"
    assert InstanceRow("i1").age(NOW) is None
    no_end = InstanceRow("i1", Instance("i1", "o", "Terminated", START, None))
    assert no_end.run_time(NOW) is None, "an end nobody told is not now"
