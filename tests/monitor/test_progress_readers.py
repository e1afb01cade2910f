"""What the progress pane asks of the service, and how seldom: quota, sub-instances, workers."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

from odps_tui.demo.wire.messages import JSON, Request, Response
from odps_tui.errors import NoPermission
from odps_tui.monitor import InstanceDetail, InstanceState
from odps_tui.monitor.family_reader import sub_instances
from odps_tui.monitor.quota_reader import QuotaReader
from odps_tui.monitor.worker_poller import WorkerPoller
from tests.monitor.test_poller import Scene, error, scene

TASK = "AnonymousSQLTask"


def asked(s: Scene, flag: str) -> int:
    return sum(1 for request in s.service.requests if flag in request.query)


async def reads(s: Scene, story: str, count: int, seconds: float = 5.0) -> InstanceDetail:
    """Read an instance `count` times over, the clock going on in between."""
    poller, rounds = s.details(), 0
    instance_id = s.world.stories[story]
    known = InstanceDetail(instance_id)
    while rounds < count:
        details = poller.detail(instance_id)
        async for known in details:
            if known.progress and (known.quota.read_at or known.quota.error or known.is_terminated):
                break
        await details.aclose()  # type: ignore[attr-defined]
        rounds += 1
        s.clock.advance(seconds)
    return known


# Quota ---------------------------------------------------------------------------------------------------------------------


async def test_the_quota_is_asked_every_thirty_seconds_and_keeps_its_time() -> None:
    async with scene() as s:
        quotas = QuotaReader(s.client, s.clock.utc_now)
        instance_id, begin = s.world.stories["skewed"], s.clock.utc_now()
        for _ in range(13):
            reading = await quotas.read(instance_id, TASK)
            assert reading.value is not None, "never an empty one in between"
            assert reading.error is None
            s.clock.advance(5)
        assert asked(s, "instancequota") == 2
        assert reading.read_at is not None
        assert timedelta(seconds=30) < reading.read_at - begin < timedelta(seconds=40)


async def test_an_empty_quota_leaves_the_last_good_one() -> None:
    async with scene() as s:
        quotas, instance_id = QuotaReader(s.client, s.clock.utc_now), s.world.stories["skewed"]
        good = await quotas.read(instance_id, TASK)
        s.clock.advance(40)
        await s.client.get_task_quota(instance_id, TASK)  # somebody else asks; for 30 s nobody is told anything
        again = await quotas.read(instance_id, TASK)
        assert again == good


async def test_a_forbidden_quota_is_not_asked_again() -> None:
    async with scene() as s:
        s.fault = lambda request: (
            error(403, "NoPermission", "no") if any(k == "instancequota" for k, _ in request.query) else None
        )
        quotas, instance_id = QuotaReader(s.client, s.clock.utc_now), s.world.stories["skewed"]
        for _ in range(3):
            reading = await quotas.read(instance_id, TASK)
            s.clock.advance(60)
        assert isinstance(reading.error, NoPermission)
        assert asked(s, "instancequota") == 1


async def test_opening_an_instance_again_asks_no_sooner() -> None:
    async with scene() as s:
        detail = await reads(s, "skewed", 4)
        assert detail.quota.value is not None
        assert asked(s, "instancequota") == 1
        assert len(detail.samples[TASK]) > 1, "and what was seen before is still known"


# Sub-instances -------------------------------------------------------------------------------------------------------------


async def whole_family(s: Scene, story: str) -> InstanceDetail:
    async for detail in s.details().detail(s.world.stories[story]):
        if detail.family and all(reading.value is not None for reading in detail.family.values()):
            return detail
    raise AssertionError("never read whole")


async def test_an_xflow_tells_how_each_sub_instance_is_nested_ones_too() -> None:
    async with scene() as s:
        detail = await whole_family(s, "xflow")
        assert detail.actions is not None
        states = {
            action.name: row.state
            for action in sub_instances(detail.actions.value or ())
            if (row := detail.family[action.instance_id or ""].value) is not None
        }
        assert states == {
            "split": InstanceState.SUCCESS,
            "train": InstanceState.RUNNING,
            "iteration_1": InstanceState.SUCCESS,
            "iteration_2": InstanceState.RUNNING,
        }
        running = detail.family[s.world.stories["sub_instance"]].value
        assert running is not None
        assert running.progress is not None


async def test_a_sub_instance_that_has_ended_is_asked_once() -> None:
    async with scene() as s:
        instance_id, split = s.world.stories["xflow"], ""
        polls = 0
        async for detail in s.details().detail(instance_id):
            if not detail.family:
                continue
            split = split or next(
                action.instance_id or "" for action in sub_instances((detail.actions.value if detail.actions else None) or ())
            )
            polls += 1
            if polls == 20:
                break
        paths = Counter(request.path.rsplit("/", 1)[1] for request in s.service.requests)
        assert paths[split] == 3, "what the scheduler knows, its status, its tasks"
        assert paths[s.world.stories["sub_instance"]] > 3


async def test_a_step_that_is_not_an_xflow_is_asked_once_whether_it_is() -> None:
    async with scene() as s:
        polls = 0
        async for detail in s.details().detail(s.world.stories["sub_instance"]):
            assert detail.actions is None
            polls += 1
            if polls > 12:
                break
        assert asked(s, "xresult") == 1


async def test_a_forbidden_tree_says_so() -> None:
    async with scene() as s:
        s.fault = lambda request: error(403, "NoPermission", "no") if any(k == "xresult" for k, _ in request.query) else None
        async for detail in s.details().detail(s.world.stories["xflow"]):
            if detail.actions is not None:
                assert isinstance(detail.actions.error, NoPermission)
                break


# Workers -------------------------------------------------------------------------------------------------------------------


async def test_workers_are_read_every_fifteen_seconds_however_often_the_view_is_opened() -> None:
    async with scene() as s:

        async def pause(_event: asyncio.Event, seconds: float) -> None:
            s.pauses.append(seconds)
            s.clock.advance(seconds)

        workers = WorkerPoller(s.client, clock=s.clock.utc_now, wait=pause)
        instance_id, seen = s.world.stories["skewed"], 0
        async for reading in workers.workers(instance_id, TASK):
            assert reading.value is not None
            assert reading.value.stages
            seen += 1
            if seen == 3:
                break
        assert asked(s, "instancedetail") == 3
        assert set(s.pauses) == {15.0}
        s.clock.advance(5)
        reopened = workers.workers(instance_id, TASK)
        await anext(reopened)
        assert asked(s, "instancedetail") == 3, "what is known is shown at once, and nothing is asked before it is time"
        await anext(reopened)
        assert s.pauses[-1] == 10.0
        assert asked(s, "instancedetail") == 4


async def test_the_workers_of_an_ended_instance_are_read_once() -> None:
    async with scene() as s:
        workers = WorkerPoller(s.client, clock=s.clock.utc_now, wait=s.pause)
        name = next(iter(await s.client.get_task_statuses(s.world.stories["succeeded"])))
        for _ in range(3):
            readings = [reading async for reading in workers.workers(s.world.stories["succeeded"], name)]
            assert len(readings) == 1
            s.clock.advance(60)
        assert asked(s, "instancedetail") == 1


async def test_an_empty_detail_is_an_empty_detail() -> None:
    def empty(request: Request) -> Response | None:
        flags = {name for name, _ in request.query}
        return Response.of("", JSON) if flags & {"instancedetail", "detail"} else None

    async with scene() as s:
        s.fault = empty
        workers = WorkerPoller(s.client, clock=s.clock.utc_now, wait=s.pause)
        reading = await anext(workers.workers(s.world.stories["skewed"], TASK))
        assert reading.value is not None
        assert reading.value.stages == ()
        assert reading.error is None
