"""Whom the rules ask about workers, how often, and what that costs."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from odps_tui.errors import NoPermission, TransportError
from odps_tui.models import StageProgress, Task, TaskProgress
from odps_tui.monitor.worker_watch import FOLLOWED, PAUSE, WorkerWatch
from tests.clock import Clock


class Service:
    """Counts what it is asked."""

    def __init__(self, tasks: Mapping[str, str]) -> None:
        self.tasks = tasks
        self.asked: list[str] = []
        self.error: Exception | None = None

    async def get_task_statuses(self, instance_id: str) -> Mapping[str, Task]:
        self.asked.append(f"{instance_id} tasks")
        if self.error is not None:
            raise self.error
        return {name: Task(name, "SQL", status, None, None) for name, status in self.tasks.items()}

    async def get_task_progress(self, instance_id: str, task_name: str) -> TaskProgress:
        self.asked.append(f"{instance_id} {task_name}")
        return TaskProgress((StageProgress(task_name, terminated_workers=1),))


async def round_of(watch: WorkerWatch, *ids: str) -> list[tuple[str, list[str]]]:
    return [(id_, list(told)) async for id_, _, told in watch.ask(watch.take_due(ids))]


async def test_each_is_asked_once_in_a_while_and_its_only_task_is_known_after_that() -> None:
    service, clock = Service({"t": "Running"}), Clock()
    watch = WorkerWatch(service, clock.utc_now)
    assert await round_of(watch, "a", "b") == [("a", ["t"]), ("b", ["t"])]
    assert await round_of(watch, "a", "b") == []
    clock.advance(PAUSE.seconds - 1)
    watch.has_told("b")
    clock.advance(1)
    service.asked.clear()
    assert await round_of(watch, "a", "b") == [("a", ["t"])]
    assert service.asked == ["a t"]


async def test_of_several_tasks_only_the_running_ones() -> None:
    service, clock = Service({"done": "Success", "now": "Running", "next": "Waiting"}), Clock()
    watch = WorkerWatch(service, clock.utc_now)
    assert await round_of(watch, "a") == [("a", ["now"])]
    clock.advance(PAUSE.seconds)
    service.tasks = {"done": "Success", "now": "Success", "next": "Running"}
    assert await round_of(watch, "a") == [("a", ["next"])]


async def test_a_few_at_most() -> None:
    service = Service({"t": "Running"})
    watch = WorkerWatch(service, Clock().utc_now)
    many = [f"i{number:02}" for number in range(50)]
    assert [id_ for id_, _ in await round_of(watch, *many)] == many[:FOLLOWED]
    assert [id_ for id_, _ in await round_of(watch, *many[1:])] == [many[FOLLOWED]], "a place has become free"


async def test_who_may_not_be_read_is_left_alone_and_a_failing_service_is_told() -> None:
    service, clock = Service({"t": "Running"}), Clock()
    watch = WorkerWatch(service, clock.utc_now)
    service.error = NoPermission("not yours")
    assert await round_of(watch, "a") == []
    clock.advance(PAUSE.seconds)
    assert watch.take_due(["a"]) == []
    service.error = TransportError("gone")
    with pytest.raises(TransportError):
        await round_of(watch, "b")
    assert watch.take_due(["b"]) == [], "not before its time"
