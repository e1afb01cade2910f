"""What is asked of the selected instance, and what is not: only what is wanted, and nothing twice that cannot have changed."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from functools import partial

import pytest

from odps_tui.errors import NoPermission
from odps_tui.monitor import ALL_PARTS, DetailPart, DetailPoller, InstanceDetail
from tests.monitor.test_poller import Scene, scene

# The flag that asks for each part, as the demo service heard it (protocol §4).
FLAGS = {
    DetailPart.SOURCE: {"source"},
    DetailPart.PROGRESS: {"instanceprogress"},
    DetailPart.ERROR: {"result"},
    DetailPart.RESULT: {"result"},
    DetailPart.COST: {"instancesummary"},
}


def asked(s: Scene) -> Counter[str]:
    """How often each flag was asked; the bare status is `""`."""
    flags = {"taskstatus", "source", "instanceprogress", "result", "instancesummary", "xresult", "cached"}
    return Counter(next((name for name in request.query if name in flags), "") for request in s.service.requests)


class Listener:
    """Follows an instance as the screen does, and holds what is known."""

    def __init__(self, s: Scene, story: str, parts: Iterable[DetailPart], *, answers: bool = False) -> None:
        self.poller = DetailPoller(s.client, clock=s.clock.utc_now, wait=self._wait)
        self.poller.want(parts, answers=answers)
        self.known: InstanceDetail | None = None
        self.rests = 0
        self._task = asyncio.create_task(self._listen(self.poller.follow(s.world.stories[story])))

    async def _wait(self, event: asyncio.Event, _seconds: float) -> None:
        self.rests += 1
        await event.wait()

    async def _listen(self, details: AsyncIterator[InstanceDetail]) -> None:
        async for detail in details:
            self.known = detail

    async def until(self, condition: Callable[[InstanceDetail], object]) -> InstanceDetail:
        for _ in range(1000):
            if self.known is not None and condition(self.known):
                return self.known
            await asyncio.sleep(0.005)
        raise AssertionError(f"it never came true: {self.known}")

    async def rest(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0.005)

    async def __aenter__(self) -> Listener:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


async def test_what_is_wanted_meanwhile_does_not_put_off_the_next_read() -> None:
    async with scene() as s, Listener(s, "running", {DetailPart.PROGRESS}) as listener:
        await listener.until(lambda detail: detail.progress)
        await listener.rest()
        assert listener.rests == 1
        for part in (DetailPart.SOURCE, DetailPart.COST, DetailPart.SOURCE, DetailPart.PROGRESS):
            listener.poller.want({part})
            await listener.rest()
        assert listener.rests == 1, "it is the same rest, and ends when it would have ended"
        listener.poller.wake()
        await listener.until(lambda _: listener.rests == 2)


def settled_on(part: DetailPart, detail: InstanceDetail) -> bool:
    return detail.wanted == {part} and detail.is_settled


@pytest.mark.parametrize("part", sorted(DetailPart))
@pytest.mark.parametrize("story", ["succeeded", "failed"])
async def test_only_what_is_wanted_is_asked_for_and_once(part: DetailPart, story: str) -> None:
    async with scene() as s, Listener(s, story, {part}) as listener:
        await listener.until(lambda detail: detail.is_settled)
        for _ in range(3):
            listener.poller.wake()
            await listener.rest()
        wanted = FLAGS[part] if (part, story) != (DetailPart.ERROR, "succeeded") else set()
        assert asked(s) == dict.fromkeys({"", "taskstatus", *wanted}, 1), "an ended instance is asked once"


async def test_a_part_wanted_later_is_asked_then_and_nothing_else_again() -> None:
    async with scene() as s, Listener(s, "failed", {DetailPart.SOURCE}) as listener:
        await listener.until(lambda detail: detail.is_settled)
        s.service.requests.clear()
        for part in (DetailPart.ERROR, DetailPart.RESULT, DetailPart.COST, DetailPart.SOURCE, DetailPart.RESULT):
            listener.poller.want({part})
            await listener.until(partial(settled_on, part))
        assert asked(s) == {"result": 1, "instancesummary": 1}
        assert listener.known is not None
        assert listener.known.job.is_good, "what was read stays"


async def test_a_part_wanted_while_it_lives_is_asked_at_once_without_the_rest() -> None:
    async with scene() as s, Listener(s, "running", {DetailPart.PROGRESS}) as listener:
        await listener.until(lambda detail: detail.progress)
        await listener.rest()
        s.service.requests.clear()
        listener.poller.want({DetailPart.PROGRESS, DetailPart.SOURCE})
        await listener.until(lambda detail: detail.job.is_good)
        assert asked(s) == {"source": 1}
        listener.poller.wake()
        await listener.rest()
        assert asked(s) == {"source": 1, "": 1, "taskstatus": 1, "instanceprogress": 1}


async def test_what_is_no_longer_wanted_is_no_longer_asked_for() -> None:
    async with scene() as s, Listener(s, "running", {DetailPart.PROGRESS}) as listener:
        await listener.until(lambda detail: detail.progress)
        listener.poller.want(())
        await listener.rest()
        s.service.requests.clear()
        listener.poller.wake()
        await listener.rest()
        assert asked(s) == {"": 1, "taskstatus": 1}


async def test_results_are_not_asked_for_while_it_lives_and_come_with_the_end() -> None:
    async with scene() as s, Listener(s, "ending_soon", ALL_PARTS) as listener:
        await listener.until(lambda detail: detail.job.is_good)
        await listener.rest()
        assert "result" not in asked(s)
        s.clock.advance(600)
        listener.poller.wake()
        detail = await listener.until(lambda detail: detail.is_settled)
        assert detail.results.is_good
        assert asked(s)["result"] == 1


async def test_what_is_forbidden_is_asked_once_and_leaves_the_rest_alone() -> None:
    async with scene() as s, Listener(s, "forbidden", {DetailPart.SOURCE, DetailPart.PROGRESS}) as listener:
        await listener.until(lambda detail: detail.job.error and detail.progress)
        for _ in range(3):
            listener.poller.wake()
            await listener.rest()
        assert listener.known is not None
        assert isinstance(listener.known.job.error, NoPermission)
        assert all(reading.is_good for reading in listener.known.progress.values())
        assert asked(s)["source"] == 1


async def test_the_services_own_words_are_kept_for_the_selected_instance_only() -> None:
    async with scene() as s:
        async with Listener(s, "failed", {DetailPart.SOURCE, DetailPart.RESULT}, answers=True) as listener:
            detail = await listener.until(lambda detail: len(detail.answers) == 4)
            questions = [answer.question.partition("?")[2].partition("&")[0] for answer in detail.answers]
            assert set(questions) == {"curr_project=demo_project", "taskstatus", "source", "result"}
            assert any(name == "x-odps-owner" for name, _ in detail.answers[0].headers), "a status is told by its headers"
            assert "<Query><![CDATA[" in next(answer.text for answer in detail.answers if "?source" in answer.question)
            await s.client.get_instance(s.world.stories["running"])
            assert len(await s.client.read_answers(s.world.stories["failed"])) == 4, "another instance is not kept"
        async with Listener(s, "running", {DetailPart.SOURCE}) as listener:
            await listener.until(lambda detail: detail.job.is_good)
            assert listener.known is not None
            assert listener.known.answers == (), "not wanted, not handed on"
            assert await s.client.read_answers(s.world.stories["failed"]) == ()
