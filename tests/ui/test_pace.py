"""How much is asked, how often, and what the screen says of it: counted on the wire."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from textual import events

from odps_tui.demo.wire.messages import Answer, Request, Response
from odps_tui.maxcompute.call_budget import PER_SECOND, WINDOW, CallBudget
from tests.clock import Clock
from tests.ui.conftest import Session, open_dashboard

THROTTLED = "<Error><Code>FlowExceeded</Code><Message>slow down</Message><RequestId>R</RequestId><HostId>h</HostId></Error>"


@dataclass
class Weather:
    """What the service is like: `throttles` what it says 429 to; `took` seconds pass until it answers."""

    clock: Clock
    throttles: Callable[[Request], bool] = lambda _request: False
    retry_after: float | None = None
    took: float = 0.0

    def __call__(self, answer: Answer) -> Answer:
        async def answering(request: Request) -> Response:
            self.clock.advance(self.took)
            if self.throttles(request):
                headers = () if self.retry_after is None else (("Retry-After", f"{self.retry_after:.0f}"),)
                return Response.of(THROTTLED, status=429, headers=headers)
            return await answer(request)

        return answering


def passing(clock: Clock) -> Callable[[float], Awaitable[None]]:
    """A sleep that ends when the test's clock is there."""

    async def sleep(seconds: float) -> None:
        end = clock.now + seconds
        while clock.now < end - 1e-6:  # noqa: ASYNC110 - the clock is the test's
            await asyncio.sleep(0.002)

    return sleep


def a_budget(clock: Clock) -> CallBudget:
    return CallBudget(monotonic=clock.time, sleep=passing(clock))


def top_line(session: Session) -> str:
    return session.text.splitlines()[0]


def said(session: Session) -> str:
    return "\n".join(text for _, text in session.screen.log_events)


async def poll(session: Session, apart: float = 5.0) -> None:
    """Let the next poll come by itself."""
    session.clock.advance(apart)
    poller, before = session.screen._poller, session.screen.failure
    last = poller._last_read
    poller.wake()
    await session.until(lambda: poller._last_read != last or session.screen.failure is not before, "a poll")
    await session.pilot.pause(0.01)


async def tick(session: Session) -> None:
    session.screen._tick()
    await session.pilot.pause()


# The budget ----------------------------------------------------------------------------------------------------------------


async def test_racing_through_a_list_never_asks_more_than_the_limit() -> None:
    clock = Clock()
    async with open_dashboard(instances=300, clock=clock, budget=a_budget(clock)) as session:
        times = [clock.now] * len(session.service.requests)
        for step in range(160):
            if step % 8 == 0:
                await session.pilot.press(*"jjjj", "r")
            clock.advance(0.1)
            await session.pilot.pause(0.01)
            times += [clock.now] * (len(session.service.requests) - len(times))
        assert len(times) > 60, "it was asked all the time"
        most = max(sum(at <= other < at + WINDOW - 0.2 for other in times) for at in times)
        assert most <= PER_SECOND * WINDOW
        assert re.search(r" · \d\.\d(( of |/)5 calls)?/s", top_line(session))


async def test_a_stop_goes_before_everything_that_waits() -> None:
    clock = Clock()
    async with open_dashboard(instances=300, clock=clock, budget=a_budget(clock)) as session:
        skewed = session.world.stories["skewed"]
        session.screen.table.select(skewed)
        await session.until(lambda: session.screen.selected is not None and session.screen.selected.id == skewed)
        for _ in range(12):
            await session.pilot.press("r")
            await session.pilot.pause(0.05)
        await session.until(lambda: session.client.rate is not None and session.client.rate.waiting, "calls that wait")
        await session.pilot.press("K", "y")
        await session.until(lambda: any(request.method == "PUT" for request in session.service.requests), "the stop")
        assert session.client.rate is not None
        assert session.client.rate.waiting, "and no time has passed for them"
        put = next(n for n, request in enumerate(session.service.requests) if request.method == "PUT")
        assert session.service.requests[put - 1].path.endswith(skewed), "its last look went before them, too"


async def test_calls_says_everything_in_words() -> None:
    clock = Clock()
    async with open_dashboard(clock=clock, budget=a_budget(clock)) as session:
        await session.pilot.press("colon", *"calls", "enter")
        await session.until(lambda: "of 5 calls/s in the last 10 s · polls every 5s" in said(session))


@pytest.mark.parametrize(("width", "words"), [(140, " of 5 calls/s"), (100, "/s"), (80, "● live")])
async def test_at_every_width_the_line_keeps_the_place_and_the_time(width: int, words: str) -> None:
    clock = Clock()
    async with open_dashboard(size=(width, 24), clock=clock, budget=a_budget(clock)) as session:
        clock.advance(12)
        await poll(session, 0)
        await tick(session)
        line = top_line(session)
        assert words in line
        assert "demo_project" in line
        assert f"{clock.utc_now().astimezone():%H:%M}" in line
        assert len(line) <= width


# The pace ------------------------------------------------------------------------------------------------------------------


async def test_throttling_slows_the_polls_says_so_and_ends_by_itself() -> None:
    clock = Clock()
    weather, budget = Weather(clock), a_budget(clock)
    async with open_dashboard(size=(80, 24), clock=clock, budget=budget, disturb=weather) as session:
        weather.throttles, weather.retry_after = lambda _request: True, 60.0
        await poll(session)
        await session.until(lambda: not budget.underway, "the end of what had been asked before the service wanted quiet")
        session.service.requests.clear()
        assert "✗ throttled" in top_line(session)
        assert "next try in 60s" in top_line(session)
        for _ in range(6):
            clock.advance(9)
            await session.pilot.press("r", "j")
            await session.pilot.pause(0.05)
        assert not session.service.requests, "nothing more in the minute, whatever was pressed"
        assert "slow down" in session.text
        weather.throttles = lambda _request: False
        await poll(session, 10.0)
        await session.until(lambda: "● live" in top_line(session))
        assert "throttled" in top_line(session)
        assert session.screen._poller.pace.now.seconds > 5
        assert "the service throttles us" in said(session)
        for _ in range(30):
            await poll(session, 10.0)
        assert "every 5s" in top_line(session)
        assert "polls every 5s again" in said(session)


async def test_slow_answers_slow_the_polls_and_fast_ones_undo_it() -> None:
    clock = Clock()
    weather = Weather(clock)
    async with open_dashboard(clock=clock, disturb=weather) as session:
        await poll(session)
        weather.took = 3.0
        for _ in range(3):
            await poll(session)
        assert "slow answers" in top_line(session)
        assert session.screen.interval >= 4 * 3.0
        assert "a poll takes" in said(session)
        weather.took = 0.0
        for _ in range(3):
            await poll(session)
        assert "slow answers" not in top_line(session)
        assert "polls every 5s again" in said(session)


# Nobody looks --------------------------------------------------------------------------------------------------------------


async def test_behind_another_window_polls_are_rare_and_in_front_again_one_comes_at_once() -> None:
    async with open_dashboard() as session:
        session.app.post_message(events.AppBlur())
        await session.until(lambda: "every 60s, unfocused" in top_line(session))
        assert session.screen._details.pace.now.seconds == 60
        session.service.requests.clear()
        session.app.post_message(events.AppFocus())
        await session.until(lambda: session.service.requests, "a poll at once")
        await session.until(lambda: "every 5s" in top_line(session))
        assert "polls every" not in said(session), "switching windows is no event"


async def test_who_relies_on_being_told_is_told_soon_and_a_key_is_a_look() -> None:
    async with open_dashboard() as session:
        await session.select("skewed")
        await session.pilot.press("w")
        session.app.post_message(events.AppBlur())
        await session.until(lambda: "every 15s, unfocused" in top_line(session))
        session.service.requests.clear()
        await session.pilot.press("j")
        await session.until(lambda: session.service.requests, "a poll at once")
        assert "unfocused" not in top_line(session)


async def test_a_terminal_that_never_tells_is_in_front() -> None:
    async with open_dashboard() as session:
        session.app.post_message(events.AppFocus())
        await session.pilot.pause()
        assert "every 5s" in top_line(session)
        assert session.screen._poller.pace.now.seconds == 5


# The clock -----------------------------------------------------------------------------------------------------------------


def pending_tick(session: Session) -> float:
    """Return how long the clock waits, if it waits once."""
    begun = [timer for timer in session.screen._timers if timer.name == "clock"]
    waits = [timer for timer in begun if timer._task is not None and not timer._task.done()]
    assert len(waits) == 1, waits
    return waits[0]._interval


async def test_the_clock_waits_for_an_answer_that_comes_once_a_second_but_not_for_long() -> None:
    async with open_dashboard() as session:
        assert pending_tick(session) == 1.0, "answers are seconds apart"
        session.screen._poller.interval = 1.0
        await session.poll()
        await session.pilot.pause()
        assert 1.0 < pending_tick(session) < 1.5, "the answer comes first; when it does not, time goes on all the same"


async def test_the_clock_waits_for_no_answer_when_there_is_none() -> None:
    async with open_dashboard() as session:
        session.screen._poller.interval = 1.0
        await session.poll()
        await session.end_service()
        await session.pilot.press("r")
        await session.until(lambda: session.screen.failure is not None, "a failure")
        await session.pilot.pause()
        assert pending_tick(session) == 1.0
