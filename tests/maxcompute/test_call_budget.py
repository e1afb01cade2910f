"""What a profile may ask: how much, who goes first, and how quiet it is when the service wants quiet."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odps_tui.errors import NoSuchObject, OdpsTuiError, Throttled, TransportError
from odps_tui.maxcompute.call_budget import PER_SECOND, WINDOW, CallBudget, Urgency
from tests.clock import Clock
from tests.maxcompute.clients import client_of
from tests.maxcompute.loopback import hang_up, loopback, reply
from tests.virtual_time import VirtualTime

ID = "20250314020815123ga1b2c3d4"
MOST = round(PER_SECOND * WINDOW)


def a_budget(time: VirtualTime) -> CallBudget:
    return CallBudget(monotonic=time.time, sleep=time.sleep)


# How much ------------------------------------------------------------------------------------------------------------------

Arrivals = list[tuple[float, Urgency]]


async def begun(arrivals: Arrivals, took: float, on_the_way: Sequence[float] = ()) -> list[float]:
    """Return when each call began that arrived at a time and took `took` seconds, the n-th `on_the_way[n]` of it."""
    time, began = VirtualTime(), [-1.0] * len(arrivals)
    budget = a_budget(time)

    async def one(number: int, at: float, urgency: Urgency) -> None:
        await time.sleep(at)
        async with budget.call(urgency):
            began[number] = time.now + (took * on_the_way[number] if on_the_way else 0.0)
            await time.sleep(took)

    await time.run(*(one(number, *arrival) for number, arrival in enumerate(arrivals)))
    return began


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.floats(0, 12).map(lambda at: round(at, 1)), st.sampled_from(Urgency)), max_size=90),
    st.sampled_from([0.0, 0.3, 7.0]),
)
def test_never_more_than_the_limit_acts_at_once_and_who_is_first_goes_first(arrivals: Arrivals, took: float) -> None:
    began = asyncio.run(begun(arrivals, took))
    acts = [number for number, (_, urgency) in enumerate(arrivals) if urgency is Urgency.ACT]
    assert all(began[number] == arrivals[number][0] for number in acts), "an act waits for nobody"
    others = sorted(number for number in range(len(arrivals)) if number not in acts)
    for at in (began[number] for number in others):
        assert sum(at <= began[number] < at + WINDOW - 1e-6 for number in others) <= MOST
    for one in others:
        for other in others:
            ours, theirs = (arrivals[number][0] + arrivals[number][1].value for number in (one, other))
            if ours < theirs and arrivals[one][0] < began[other] - 0.05:
                assert began[one] <= began[other] + 0.05, "who is before another in the line goes before him"


@settings(deadline=None, max_examples=40)
@given(st.randoms(use_true_random=False), st.integers(30, 90), st.sampled_from([0.5, 2.0, 7.0]))
def test_the_service_sees_no_more_either_however_long_calls_are_on_their_way(chance: Random, calls: int, took: float) -> None:
    arrivals = [(round(chance.uniform(0, 12), 1), Urgency.LOOK) for _ in range(calls)]
    came = asyncio.run(begun(arrivals, took, [chance.choice([0.0, 1.0, chance.random()]) for _ in range(calls)]))
    assert max(sum(at <= other < at + WINDOW - 1e-6 for other in came) for at in came) <= MOST


def test_what_is_left_over_is_not_wasted() -> None:
    """A hundred calls at once: twenty-five now, and twenty-five more every five seconds."""
    began = asyncio.run(begun([(0.0, Urgency.LOOK)] * 100, 0.0))
    assert [sum(at < limit for at in began) for limit in (0.1, 5.2, 10.3, 15.4)] == [25, 50, 75, 100]


def test_background_lets_a_look_go_first_but_not_for_ever() -> None:
    flood = [(number / 10, Urgency.LOOK) for number in range(200)]
    began = asyncio.run(begun([(0.0, Urgency.LOOK)] * 25 + [(1.0, Urgency.BACKGROUND), (1.2, Urgency.LOOK), *flood], 0.0))
    assert began[26] <= began[25]
    assert began[25] < 11, "three seconds' patience, and a place in the line"
    assert max(began) > 40


async def test_the_rate_that_is_shown() -> None:
    time = VirtualTime()
    budget = a_budget(time)

    async def one() -> None:
        async with budget.call(Urgency.LOOK):
            pass

    for _ in range(4):
        await one()
    assert (budget.rate.per_second, budget.rate.limit, budget.rate.waiting) == (0.4, 5.0, 0)
    time.now = 9.9
    assert budget.rate.per_second == 0.4
    time.now = 10.1
    assert budget.rate.per_second == 0.0


# Quiet ---------------------------------------------------------------------------------------------------------------------


class Service:
    """Says 429 from `begin` to `end`, and notes when it was asked."""

    def __init__(self, time: VirtualTime, budget: CallBudget, end: float, retry_after: float | None) -> None:
        self.time, self.budget, self.end, self.retry_after = time, budget, end, retry_after
        self.asked: list[float] = []
        self.answered: list[float] = []

    async def ask(self, urgency: Urgency = Urgency.LOOK) -> None:
        async with self.budget.call(urgency):
            self.asked.append(self.time.now)
            await self.time.sleep(0.1)
            if self.time.now < self.end:
                raise Throttled("slow down", retry_after=self.retry_after)
            self.answered.append(self.time.now)

    async def keep_asking(self, until: float, pause: float, urgency: Urgency = Urgency.LOOK) -> None:
        while self.time.now < until:
            with suppress(Throttled):
                await self.ask(urgency)
            await self.time.sleep(pause)


@pytest.mark.parametrize("retry_after", [2.0, 30.0])
async def test_in_a_storm_one_call_a_window(retry_after: float) -> None:
    time = VirtualTime()
    service = Service(time, a_budget(time), 120.0, retry_after)
    readers = [(0.5, Urgency.LOOK), (0.7, Urgency.BACKGROUND), (1.1, Urgency.LOOK), (5.0, Urgency.BACKGROUND)]
    await time.run(*(service.keep_asking(120.0, pause, urgency) for pause, urgency in readers))
    first, later = [at for at in service.asked if at < 0.1], [at for at in service.asked if 0.1 <= at < 119.9]
    assert len(first) == 4, "on their way already"
    gaps = [after - before for before, after in zip([0.0, *later], later, strict=False)]
    assert min(gaps) >= retry_after
    assert len(later) <= 120 / retry_after
    assert len(later) >= 120 // (retry_after + 1.3) - 1


async def test_after_the_quiet_one_goes_first_and_the_others_after_its_answer() -> None:
    time = VirtualTime()
    budget = a_budget(time)
    service = Service(time, budget, 2.0, 3.0)
    with pytest.raises(Throttled):
        await time.run(service.ask())
    assert budget.rate.quiet == 3.0
    await time.run(*(service.ask() for _ in range(5)))
    assert [round(at, 1) for at in service.asked[1:]] == [3.1, 3.2, 3.2, 3.2, 3.2]
    assert budget.rate.quiet == 0


@pytest.mark.parametrize("first", [Urgency.LOOK, Urgency.BACKGROUND])
@pytest.mark.parametrize("retry_after", [1.0, None])
async def test_whoever_finds_out_nobody_waits_for_ever(first: Urgency, retry_after: float | None) -> None:
    """The line and the quiet are two things to wait for: whoever waits for the one must not hold up the other."""
    time = VirtualTime()
    service = Service(time, a_budget(time), 20.0, retry_after)
    readers = [first, *[Urgency.LOOK] * 12, *[Urgency.BACKGROUND] * 12]
    await time.run(*(service.keep_asking(60.0, 1.0, urgency) for urgency in readers))
    assert len(service.answered) > 100
    assert min(service.answered) < 20 + (1.3 if retry_after else 16)
    gaps = [after - before for before, after in zip(service.answered, service.answered[1:], strict=False)]
    assert max(gaps) < WINDOW + 1


async def test_a_long_quiet_is_told_at_once_and_an_act_goes_through() -> None:
    time = VirtualTime()
    service = Service(time, a_budget(time), 1.0, 3600.0)
    with pytest.raises(Throttled):
        await time.run(service.ask())
    time.now = 100.0
    with pytest.raises(Throttled, match="slow down") as caught:
        await time.run(service.ask())
    assert caught.value.retry_after == pytest.approx(3500, abs=1)
    await time.run(service.ask(Urgency.ACT))
    assert service.asked == [0.0, 100.0]
    with pytest.raises(Throttled):  # an act that went well says nothing of reads
        await time.run(service.ask())


async def test_without_retry_after_the_quiet_doubles() -> None:
    time = VirtualTime()
    service = Service(time, a_budget(time), 40.0, None)
    await time.run(service.keep_asking(40.0, 0.01))
    gaps = [after - before for before, after in zip(service.asked, service.asked[1:], strict=False)]
    assert [round(gap) for gap in gaps] == [1, 2, 4, 8, 16, 32][: len(gaps)]


@pytest.mark.parametrize("error", [TransportError("gone"), asyncio.CancelledError()])
async def test_one_that_went_first_and_got_no_answer_lets_the_next_go_first(error: BaseException) -> None:
    time = VirtualTime()
    budget = a_budget(time)
    with suppress(Throttled):
        async with budget.call(Urgency.LOOK):
            raise Throttled("slow down", retry_after=10.0)
    time.now = 11.0
    entered: list[str] = []

    async def first() -> None:
        with suppress(type(error)):
            async with budget.call(Urgency.LOOK):
                entered.append("first")
                await time.sleep(1)
                raise error

    async def second() -> None:
        async with budget.call(Urgency.LOOK):
            entered.append("second")
            await time.sleep(1)

    async def third() -> None:
        async with budget.call(Urgency.LOOK):
            entered.append(f"third at {time.now:g}")

    await time.run(first(), second(), third())
    assert entered == ["first", "second", "third at 13"]


async def test_a_clear_no_is_an_answer() -> None:
    time = VirtualTime()
    budget = a_budget(time)
    for error in (Throttled("slow down", retry_after=1.0), NoSuchObject("nobody")):
        with suppress(OdpsTuiError):
            async with budget.call(Urgency.LOOK):
                raise error
        time.now += 2
    assert budget.rate.quiet == 0
    async with budget.call(Urgency.LOOK), budget.call(Urgency.LOOK):
        pass


async def test_an_operator_may_knock_at_a_quiet_longer_than_anybody_waits() -> None:
    time = VirtualTime()
    service = Service(time, a_budget(time), 1e9, 3600.0)
    with suppress(Throttled):
        await time.run(service.ask())
    for _ in range(300):
        time.now += 1
        service.budget.knock()
        with suppress(Throttled):
            await time.run(service.ask())
    gaps = [round(after - before) for before, after in zip(service.asked, service.asked[1:], strict=False)]
    assert gaps == pytest.approx([1, 5, 10, 20, 40, 60, 60, 60][: len(gaps)], abs=1)
    assert len(gaps) >= 7
    service.end = time.now
    time.now += 60
    service.budget.knock()
    await time.run(*(service.ask() for _ in range(3)))
    assert len(service.answered) == 3, "and whoever asked with it waited for its answer"
    assert service.budget.rate.quiet == 0


async def test_nobody_knocks_at_a_short_quiet() -> None:
    time = VirtualTime()
    service = Service(time, a_budget(time), 1e9, 60.0)
    with suppress(Throttled):
        await time.run(service.ask())
    for _ in range(54):
        time.now += 1
        service.budget.knock()
        with suppress(Throttled):
            await time.run(service.ask())
    assert len(service.asked) == 1


async def test_nor_when_a_call_that_was_on_its_way_is_refused_later_than_the_first() -> None:
    time = VirtualTime()
    service = Service(time, a_budget(time), 1e9, 60.0)

    async def slow() -> None:
        async with service.budget.call(Urgency.LOOK):
            await time.sleep(9.0)
            raise Throttled("slow down", retry_after=60.0)

    with suppress(Throttled):
        await time.run(slow(), service.ask())
    for _ in range(54):
        time.now += 1
        service.budget.knock()
        with suppress(Throttled):
            await time.run(service.ask())
    assert len(service.asked) == 1


# On the wire ---------------------------------------------------------------------------------------------------------------


async def test_one_request_a_window_on_the_wire_and_a_stop_among_them() -> None:
    clock = Clock(0.0)

    async def sleep(seconds: float) -> None:
        clock.advance(seconds)
        await asyncio.sleep(0)

    budget = CallBudget(monotonic=clock.time, sleep=sleep)
    throttled = reply(429, b"", {"retry-after": "60"})
    async with loopback(throttled, reply(204, b""), throttled, reply()) as service:
        client, other = (client_of(service.endpoint, budget=budget) for _ in range(2))
        async with client, other:
            for one in (client, client, other, other.background):
                with pytest.raises(Throttled):
                    await one.get_instance(ID)
            assert [request.method for request in service.requests] == ["GET"], "one has told it to all"
            await client.acts.stop_instance(ID)
            assert [request.method for request in service.requests] == ["GET", "PUT"]
            clock.advance(61)
            results = await asyncio.gather(*(client.get_instance(ID) for _ in range(4)), return_exceptions=True)
            assert all(isinstance(result, Throttled) for result in results)
            assert len(service.requests) == 3, "one tried"
            clock.advance(61)
            await asyncio.gather(*(other.get_instance(ID) for _ in range(4)))
            assert len(service.requests) == 7


async def test_a_second_of_quiet_is_waited_out_in_the_call() -> None:
    clock, slept = Clock(0.0), []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.advance(seconds)

    budget = CallBudget(monotonic=clock.time, sleep=sleep)
    async with (
        loopback(reply(429, b"", {"retry-after": "1"}), reply()) as service,
        client_of(service.endpoint, budget=budget, sleep=sleep) as client,
    ):
        assert (await client.get_instance(ID)).status == "Running"
    assert slept == [1.0]


async def test_a_stop_does_not_wait_for_answers_that_do_not_come() -> None:
    """Eight reads hang: the stop has a way of its own."""
    released = asyncio.Event()

    async def held(writer: asyncio.StreamWriter) -> None:
        await released.wait()
        await hang_up(writer)

    answers = [held] * 8
    async with loopback(*answers, reply(204, b"")) as service, client_of(service.endpoint, budget=CallBudget()) as client:
        reads = [asyncio.create_task(client.get_instance(ID)) for _ in range(12)]
        async with asyncio.timeout(10):
            await service.arrived(8)
            await client.acts.stop_instance(ID)
        assert [request.method for request in service.requests] == [*["GET"] * 8, "PUT"]
        for one in reads:
            one.cancel()
        await asyncio.gather(*reads, return_exceptions=True)
        released.set()
