from __future__ import annotations

from collections.abc import Callable

import pytest

from odps_tui.errors import (
    InstanceCancelled,
    InstanceFailed,
    InternalServerError,
    NoPermission,
    OdpsTuiError,
    Throttled,
    TransportError,
    WaitTimeout,
)
from odps_tui.maxcompute.waiting import Pace, wait_until_terminated
from odps_tui.models import Instance, Outcome
from tests.maxcompute.clients import canned
from tests.maxcompute.exchanges import by_flag
from tests.maxcompute.wire_samples import sample


class Time:
    """Seconds that pass only by sleeping, or as long as a read is said to take."""

    def __init__(self) -> None:
        self.now = 100.0
        self.sleeps: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds


def instance(status: str) -> Instance:
    return Instance("i", None, status, None, None)


class Reads:
    """Answers in turn, the last one again and again; an error is raised."""

    def __init__(self, time: Time, *answers: str | OdpsTuiError, takes: float = 0.0) -> None:
        self.time = time
        self.answers = answers
        self.takes = takes
        self.count = 0

    async def __call__(self) -> Instance:
        self.time.now += self.takes
        answer = self.answers[min(self.count, len(self.answers) - 1)]
        self.count += 1
        if isinstance(answer, OdpsTuiError):
            raise answer
        return instance(answer)


async def wait(reads: Reads, pace: Pace) -> Instance:
    return await wait_until_terminated(reads, pace, now=reads.time, sleep=reads.time.sleep)


async def test_it_looks_once_per_interval_until_the_end() -> None:
    reads = Reads(Time(), "Running", "Suspended", "Terminated")

    assert (await wait(reads, Pace())).is_terminated
    assert reads.time.sleeps == [1.0, 1.0]


async def test_the_time_of_a_blocking_read_counts_as_waiting() -> None:
    reads = Reads(Time(), "Running", "Terminated", takes=0.75)

    await wait(reads, Pace())

    assert reads.time.sleeps == [0.25]


async def test_the_interval_doubles_up_to_its_maximum() -> None:
    reads = Reads(Time(), *["Running"] * 5, "Terminated")

    await wait(reads, Pace(interval=1, max_interval=5))

    assert reads.time.sleeps == [1.0, 2.0, 4.0, 5.0, 5.0]


async def test_it_gives_up_after_the_timeout_having_looked_at_its_end() -> None:
    reads = Reads(Time(), "Running")

    with pytest.raises(WaitTimeout, match=r"after 2\.5 s; it goes on") as caught:
        await wait(reads, Pace(timeout=2.5))

    assert isinstance(caught.value, TimeoutError)
    assert reads.time.sleeps == [1.0, 1.0, 0.5]
    assert reads.count == 4


async def test_what_may_pass_is_waited_out() -> None:
    passing = [TransportError("refused"), InternalServerError("", status=500), Throttled("", status=429)]
    reads = Reads(Time(), "Running", *passing, "Terminated")

    assert (await wait(reads, Pace())).is_terminated


async def test_but_not_for_more_than_five_minutes() -> None:
    reads = Reads(Time(), "Running", TransportError("refused"))

    with pytest.raises(TransportError):
        await wait(reads, Pace(interval=10))

    assert 300 <= reads.time.now - 100 <= 320


async def test_a_clear_no_is_raised_at_once() -> None:
    reads = Reads(Time(), NoPermission("no"))

    with pytest.raises(NoPermission):
        await wait(reads, Pace())


@pytest.mark.parametrize(
    ("status", "tasks", "is_successful", "outcome"),
    [
        ("instance-terminated.xml", "taskstatus-success.xml", True, Outcome.SUCCESS),
        ("instance-terminated.xml", "taskstatus-failed.xml", False, Outcome.FAILED),
        ("instance-terminated.xml", "taskstatus-cancelled.xml", False, Outcome.CANCELLED),
        ("instance-running.xml", "taskstatus-success.xml", False, None),
    ],
)
async def test_success_takes_the_end_and_every_task(
    status: str, tasks: str, is_successful: bool, outcome: Outcome | None
) -> None:
    async with canned(by_flag({"": status, "taskstatus": tasks})) as client:
        assert await client.is_successful("i") is is_successful
        assert await client.get_outcome("i") == outcome


@pytest.mark.parametrize(
    ("tasks", "result", "check"),
    [
        (
            "taskstatus-failed.xml",
            "result-failed.xml",
            lambda error: (
                isinstance(error, InstanceFailed)
                and error.code == "ODPS-0130131"
                and str(error) == "ODPS-0130131:[1,15] Table not found - table demo_project.ordrs cannot be resolved"
            ),
        ),
        (
            "taskstatus-failed.xml",
            "result-failed-xml.xml",
            lambda error: isinstance(error, InstanceFailed) and error.code == "ODPS-0130161" and "SLEECT" in str(error),
        ),
        (
            "taskstatus-failed.xml",
            "result-running.xml",
            lambda error: isinstance(error, InstanceFailed) and error.code is None and "left no reason" in str(error),
        ),
        (
            "taskstatus-cancelled.xml",
            "result-cancelled.xml",
            lambda error: isinstance(error, InstanceCancelled) and str(error) == "AnonymousSQLTask, status=Cancelled",
        ),
    ],
    ids=["failed", "failed with a document", "failed without a reason", "cancelled"],
)
async def test_waiting_for_success_raises_what_went_wrong(tasks: str, result: str, check: Callable[[Exception], bool]) -> None:
    answers = {"instancestatus": "instance-terminated.xml", "taskstatus": tasks, "result": result}
    async with canned(by_flag(answers)) as client:
        with pytest.raises((InstanceFailed, InstanceCancelled)) as caught:
            await client.wait_for_success("i-1")

    assert check(caught.value)
    assert (caught.value.instance_id, caught.value.task_name) == ("i-1", "AnonymousSQLTask")


async def test_waiting_for_success_returns_the_instance() -> None:
    async with canned(by_flag({"instancestatus": "instance-terminated.xml", "taskstatus": "taskstatus-success.xml"})) as client:
        assert (await client.wait_for_success("i-1")).id == "i-1"


async def test_waiting_without_blocking_asks_the_plain_way() -> None:
    async with canned(by_flag({"": "instance-terminated.xml"})) as client:
        assert (await client.wait_for_completion("i", blocking=False)).is_terminated


async def test_waiting_can_time_out() -> None:
    time = Time()
    answers = by_flag({"instancestatus": "instance-running.xml"})
    async with canned(answers, monotonic=time, sleep=time.sleep) as client:
        with pytest.raises(WaitTimeout):
            await client.wait_for_completion("i", timeout=3)

    assert sample("instance-running.xml").is_success
    assert time.now == 103.0
