"""The loop over the real client and the demo service: what it asks for, and how it goes on when nothing comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from odps_tui.accounts import AccessKey
from odps_tui.demo import DemoService, World
from odps_tui.demo.wire.messages import Answer, Request, Response
from odps_tui.errors import DecodeError, NoPermission, Throttled, TransportError
from odps_tui.maxcompute import MaxComputeClient
from odps_tui.monitor import DetailPoller, InstanceDetail, Poller, PollFailed, Snapshot
from odps_tui.monitor.poller import MAX_BACK_OFF
from odps_tui.monitor.stopping import StopResult, stop_instance
from odps_tui.secret_str import SecretStr
from tests.clock import Clock

Fault = Callable[[Request], Response | None]


@dataclass
class Scene:
    """A service, a client, a poller that never sleeps, and the pauses it would have made."""

    clock: Clock
    world: World
    service: DemoService
    client: MaxComputeClient
    pauses: list[float] = field(default_factory=list)
    fault: Fault | None = None

    async def pause(self, _event: asyncio.Event, seconds: float) -> None:
        self.pauses.append(seconds)

    def poller(self, **settings: float | timedelta) -> Poller:
        return Poller(self.client, clock=self.clock.utc_now, wait=self.pause, monotonic=self.clock.time, **settings)  # type: ignore[arg-type]

    def details(self) -> DetailPoller:
        return DetailPoller(self.client, clock=self.clock.utc_now, wait=self.pause)

    def asked(self) -> list[str]:
        return [request.path.rsplit("/", 1)[1] for request in self.service.requests]


@asynccontextmanager
async def scene(instances: int = 60) -> AsyncIterator[Scene]:
    clock = Clock()
    world = World(seed=7, instances=instances, clock=clock.time)
    holder: list[Scene] = []

    def disturb(answer: Answer) -> Answer:
        async def disturbed(request: Request) -> Response:
            fault = holder[0].fault
            return (fault(request) if fault else None) or await answer(request)

        return disturbed

    async def no_sleep(_seconds: float) -> None:
        return

    async with DemoService(world, disturb=disturb) as service:
        key = AccessKey(service.identity.access_id, SecretStr(service.identity.secret))
        async with MaxComputeClient(service.endpoint, "demo_project", key, clock=clock.time, sleep=no_sleep) as client:
            holder.append(Scene(clock, world, service, client))
            yield holder[0]


def error(status: int, code: str, message: str, **headers: str) -> Response:
    body = f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>R</RequestId><HostId>h</HostId></Error>"
    return Response.of(body, status=status, headers=tuple(headers.items()))


async def next_snapshot(answers: AsyncIterator[Snapshot | PollFailed]) -> Snapshot:
    while True:
        answer = await anext(answers)
        assert isinstance(answer, Snapshot), answer
        if answer.complete:
            return answer


async def next_failure(answers: AsyncIterator[Snapshot | PollFailed]) -> PollFailed:
    answer = await anext(answers)
    assert isinstance(answer, PollFailed)
    return answer


async def test_the_first_read_brings_what_lives_and_what_started_in_the_window() -> None:
    async with scene() as s:
        snapshot = await s.poller(window=timedelta(hours=1)).read_once()
        living = {instance.id for instance in s.world.living(s.world.now())}
        assert {id_ for id_, row in snapshot.rows.items() if row.is_live} == living
        started = [row.start_time for row in snapshot.rows.values() if not row.is_live]
        assert started
        assert all(time and time >= snapshot.since for time in started)
        assert snapshot.read_at - snapshot.since == timedelta(hours=1)


async def test_a_read_that_has_begun_before_anybody_listens_is_not_made_twice() -> None:
    async with scene() as s:
        poller = s.poller()
        first = await poller.begin()
        assert isinstance(first, Snapshot)
        asked = len(s.service.requests)
        assert asked
        answers = poller.instances()
        assert await anext(answers) is first
        assert len(s.service.requests) == asked
        s.clock.advance(5)
        assert (await next_snapshot(answers)).read_at > first.read_at


async def test_a_first_answer_that_is_there_can_be_had_at_once() -> None:
    async with scene() as s:
        poller = s.poller()
        assert poller.take_first() is None
        first = poller.begin()
        assert poller.take_first() is None, "it is still on its way"
        await first
        assert poller.take_first() is first.result()
        asked = len(s.service.requests)
        s.clock.advance(5)
        await next_snapshot(poller.instances())
        assert len(s.service.requests) > asked, "what comes next is another answer"


async def test_a_refusal_of_a_read_that_has_begun_is_an_answer_too() -> None:
    async with scene() as s:
        s.fault = lambda _: error(401, "AccessDenied", "no")
        poller = s.poller()
        first = await poller.begin()
        assert isinstance(first, PollFailed)
        assert await anext(poller.instances()) is first


async def test_later_reads_ask_only_for_what_can_have_changed() -> None:
    async with scene() as s:
        answers = s.poller().instances()
        await next_snapshot(answers)
        s.service.requests.clear()
        s.clock.advance(5)
        await next_snapshot(answers)
        (listing,) = [request for request in s.service.requests if request.path.endswith("/instances")]
        asked_since = int(listing.query["daterange"].partition(":")[0])
        assert s.clock.time() - asked_since < 200, "not the whole window again"


async def test_pages_are_shown_while_they_come_in() -> None:
    async with scene(instances=30_000) as s:
        answers = s.poller(window=timedelta(days=7)).instances()
        sizes = []
        while True:
            snapshot = await anext(answers)
            assert isinstance(snapshot, Snapshot)
            sizes.append(len(snapshot.rows))
            if snapshot.complete:
                break
        assert len(sizes) > 20
        assert sizes == sorted(sizes)
        assert sizes[0] < 5000


async def test_an_end_is_noticed_when_an_instance_leaves_the_queue() -> None:
    async with scene() as s:
        answers = s.poller().instances()
        await next_snapshot(answers)
        ending = s.world.stories["ending_soon"]
        s.clock.advance(600)
        snapshot = await next_snapshot(answers)
        assert not snapshot.rows[ending].is_live
        assert snapshot.rows[ending].end_time is not None
        assert snapshot.rows[ending].task_type == "SQL", "what the queue told is remembered"


async def test_unchanged_rows_are_the_same_objects() -> None:
    async with scene() as s:
        answers = s.poller().instances()
        first = await next_snapshot(answers)
        second = await next_snapshot(answers)
        assert all(second.rows[id_] is row for id_, row in first.rows.items())


async def test_failures_back_off_and_a_success_ends_that() -> None:
    async with scene() as s:
        answers = s.poller(interval=5.0).instances()
        await next_snapshot(answers)
        s.fault = lambda _: error(503, "ServiceUnavailable", "later")
        waits = [(await next_failure(answers)).retry_in for _ in range(8)]
        assert all(0.8 * expected <= wait <= 1.2 * expected for wait, expected in zip(waits, (5, 10, 20, 40, 80), strict=False))
        assert max(waits) <= MAX_BACK_OFF * 1.2
        s.fault = None
        await next_snapshot(answers)
        await next_snapshot(answers)
        assert s.pauses[-1] == 5.0


async def test_throttling_is_obeyed() -> None:
    async with scene() as s:
        answers = s.poller().instances()
        await next_snapshot(answers)
        s.fault = lambda _: error(429, "FlowExceeded", "slow down", **{"Retry-After": "3600"})
        failure = await next_failure(answers)
        assert isinstance(failure.error, Throttled)
        assert failure.retry_in == 3600


async def test_no_answer_is_no_empty_list() -> None:
    async with scene() as s:
        answers = s.poller().instances()
        before = await next_snapshot(answers)
        await s.service.__aexit__(None, None, None)
        failure = await next_failure(answers)
        assert isinstance(failure.error, TransportError)
        assert before.rows, "the last snapshot is still there for who holds it"


async def test_a_page_that_fails_half_way_loses_nothing() -> None:
    async with scene(instances=5000) as s:
        answers = s.poller(window=timedelta(days=7)).instances()
        s.fault = lambda request: error(503, "ServiceUnavailable", "later") if request.parameter("marker") else None
        first = await anext(answers)
        assert isinstance(first, Snapshot)
        assert not first.complete
        failure = await anext(answers)
        while isinstance(failure, Snapshot):
            failure = await anext(answers)
        assert isinstance(failure, PollFailed)
        s.fault = None
        whole = await next_snapshot(answers)
        assert first.rows.keys() <= whole.rows.keys()
        assert len(whole.rows) > 4900


async def test_a_marker_that_repeats_for_ever_is_an_error_after_two_pages() -> None:
    page = (
        "<Instances><Marker>again</Marker><MaxItems>1</MaxItems><Instance><Name>20261124093000000gabc</Name>"
        "<Owner>o</Owner><Status>Running</Status><StartTime/><EndTime/></Instance></Instances>"
    )
    async with scene() as s:
        answers = s.poller().instances()
        s.fault = lambda request: Response.of(page) if request.path.endswith("/instances") else None
        answer = await anext(answers)
        while isinstance(answer, Snapshot):
            assert not answer.complete
            answer = await anext(answers)
        assert isinstance(answer.error, DecodeError)
        assert s.asked().count("instances") <= 3


async def test_without_a_right_to_the_queue_the_history_is_still_shown() -> None:
    async with scene() as s:
        s.fault = lambda request: error(403, "NoPermission", "no") if "cachedinstances" in request.path else None
        snapshot = await next_snapshot(s.poller().instances())
        assert isinstance(snapshot.gap, NoPermission)
        assert snapshot.rows
        s.fault = None


async def test_a_vanished_instance_is_dropped() -> None:
    async with scene() as s:
        answers = s.poller().instances()
        await next_snapshot(answers)
        s.clock.advance(15)
        await next_snapshot(answers)  # from now on the history is asked for later starts only
        ending = s.world.stories["ending_soon"]
        s.clock.advance(600)
        s.fault = lambda request: error(404, "NoSuchObject", "gone") if request.path.endswith(ending) else None
        snapshot = await next_snapshot(answers)
        assert ending not in snapshot.rows


async def test_kept_ones_are_looked_up_and_stay_wherever_the_window_ends() -> None:
    async with scene() as stage:
        poller = stage.poller()
        first = await poller.read_once()
        old = next(id_ for id_, row in first.rows.items() if not row.is_live)
        later = stage.poller(window=timedelta(seconds=1))
        assert old not in (await later.read_once()).rows
        later.keep([old])
        assert old in (await later.read_once()).rows, "looked up by its id"
        asked = stage.asked().count(old)
        stage.clock.advance(7200)
        assert old in (await later.read_once()).rows
        assert stage.asked().count(old) == asked == 1, "an end does not change"
        later.keep([])
        assert old not in (await later.read_once()).rows


async def test_a_kept_one_that_the_service_does_not_know_is_asked_for_once() -> None:
    async with scene() as stage:
        poller = stage.poller()
        poller.keep(["20250101000000000gdoesnotex"])
        await poller.read_once()
        await poller.read_once()
        assert stage.asked().count("20250101000000000gdoesnotex") == 1
        assert poller.vanished == {"20250101000000000gdoesnotex"}


async def test_the_list_is_whole_only_when_all_of_it_has_been_read() -> None:
    async with scene(instances=5000) as s:
        poller = s.poller(window=timedelta(days=7))
        answers = poller.instances()
        first = await anext(answers)
        assert isinstance(first, Snapshot)
        assert not first.complete
        assert not poller.note_endings({}).complete, "what is learned meanwhile does not make it whole"
        whole = await next_snapshot(answers)
        assert poller.note_endings({}).complete
        assert len(whole.rows) > len(first.rows)


async def test_a_wider_window_wished_for_during_a_read_is_read_whole_by_the_next() -> None:
    async with scene(instances=5000) as s:
        poller = s.poller(window=timedelta(hours=1))
        answers = poller.instances()
        narrow = await anext(answers)
        assert isinstance(narrow, Snapshot)
        poller.reach_back(timedelta(days=7))
        wide = await next_snapshot(answers)
        assert len(wide.rows) > 4900
        poller.reach_back(timedelta(hours=1))
        again = await next_snapshot(answers)
        assert len(again.rows) < 2000


async def test_a_wake_ends_a_pause() -> None:
    async with scene() as s:
        poller = Poller(s.client, clock=s.clock.utc_now, interval=3600)
        answers = poller.instances()
        await next_snapshot(answers)
        waiting = asyncio.ensure_future(next_snapshot(answers))
        await asyncio.sleep(0)
        poller.wake()
        assert (await asyncio.wait_for(waiting, 20)).rows


# One instance --------------------------------------------------------------------------------------------------------------


async def last_detail(s: Scene, story: str) -> InstanceDetail:
    return [detail async for detail in s.details().detail(s.world.stories[story])][-1]


async def until(details: AsyncIterator[InstanceDetail], condition: Callable[[InstanceDetail], object]) -> InstanceDetail:
    async for detail in details:
        if condition(detail):
            return detail
    raise AssertionError("it never came true")


@pytest.mark.parametrize(
    ("story", "outcome"), [("succeeded", "Success"), ("failed", "Failed"), ("cancelled", "Cancelled"), ("ddl", "Success")]
)
async def test_an_ended_instance_is_read_whole_and_left_alone(story: str, outcome: str) -> None:
    async with scene() as s:
        detail = await last_detail(s, story)
        assert detail.is_settled
        assert detail.ending is not None
        assert detail.ending.outcome == outcome
        assert detail.job.value is not None
        assert detail.results.value is not None
        assert s.pauses == [], "one round was enough"


async def test_a_living_instance_is_read_until_it_ends() -> None:
    async with scene() as s:
        details = s.details().detail(s.world.stories["ending_soon"])
        first = await anext(details)
        assert not first.is_terminated
        await until(details, lambda detail: detail.job.is_good)
        sources = [request for request in s.service.requests if "source" in request.query]
        s.clock.advance(600)
        async for detail in details:
            last = detail
        assert last.is_settled
        assert [request for request in s.service.requests if "source" in request.query] == sources, "the SQL is asked once"


async def test_a_denied_part_says_so_and_is_not_asked_for_ever() -> None:
    async with scene() as s:
        details = s.details().detail(s.world.stories["forbidden"])
        detail = await until(details, lambda detail: detail.job.error)
        assert isinstance(detail.job.error, NoPermission)
        assert detail.tasks.is_good
        for _ in range(6):
            await anext(details)
        assert sum(1 for request in s.service.requests if "source" in request.query) == 1


async def test_an_xflow_has_its_actions_and_a_plain_instance_is_never_asked_for_any() -> None:
    async with scene() as s:
        details = s.details().detail(s.world.stories["xflow"])
        detail = await until(details, lambda detail: detail.actions)
        assert detail.actions is not None
        assert detail.actions.value
        s.service.requests.clear()
        await last_detail(s, "succeeded")
        assert not [request for request in s.service.requests if "xresult" in request.query]


# A stop --------------------------------------------------------------------------------------------------------------------


async def test_a_stop_reads_then_sends_once() -> None:
    async with scene() as s:
        answer = await stop_instance(s.client, s.world.stories["skewed"], confirmed_owner=None)
        assert answer.result is StopResult.REQUESTED
        assert [request.method for request in s.service.requests] == ["GET", "PUT"]


async def test_a_changed_owner_sends_nothing() -> None:
    async with scene() as s:
        answer = await stop_instance(s.client, s.world.stories["skewed"], confirmed_owner="ALIYUN$somebody_else")
        assert answer.result is StopResult.CHANGED
        assert [request.method for request in s.service.requests] == ["GET"]


async def test_losing_the_race_is_an_end_not_an_error() -> None:
    async with scene() as s:
        instance_id = s.world.stories["succeeded"]
        s.fault = lambda request: (
            Response.of("<Instance><Status>Running</Status></Instance>")
            if request.method == "GET" and not s.service.requests
            else None
        )
        answer = await stop_instance(s.client, instance_id, confirmed_owner=None)
        assert answer.result is StopResult.ENDED_BEFORE


async def test_a_lost_answer_is_never_repeated() -> None:
    async with scene() as s:
        s.fault = lambda request: error(502, "BadGateway", "gone") if request.method == "PUT" else None
        answer = await stop_instance(s.client, s.world.stories["skewed"], confirmed_owner=None)
        assert answer.result is StopResult.UNANSWERED, "a gateway's word is no proof that nothing was done"
        assert [request.method for request in s.service.requests].count("PUT") == 1


async def test_a_service_that_cannot_be_asked_stops_nothing() -> None:
    async with scene() as s:
        await s.service.__aexit__(None, None, None)
        answer = await stop_instance(s.client, s.world.stories["skewed"], confirmed_owner=None)
        assert answer.result is StopResult.REFUSED
        assert isinstance(answer.error, TransportError)
