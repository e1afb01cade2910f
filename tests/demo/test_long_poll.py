"""`?instancestatus`: held until the instance ends or the time is up (protocol §4.1), on a clock and a sleep of ours."""

from __future__ import annotations

import asyncio

import pytest

from odps_tui.demo import DemoService, World
from tests.demo.wire_client import Clock, Reply, WireClient


class Waiting:
    """A sleep that moves the clock instead, and remembers how long it was asked to wait."""

    def __init__(self, clock: Clock, *, moves: bool = True) -> None:
        self.clock = clock
        self.moves = moves
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.moves:
            self.clock.advance(seconds)
        await asyncio.sleep(0)


async def poll(service: DemoService, clock: Clock, instance_id: str) -> Reply:
    wire = WireClient(service.endpoint, (service.identity.access_id, service.identity.secret), clock.time)
    return await asyncio.to_thread(wire.instance, instance_id, "instancestatus")


@pytest.fixture
def waiting(clock: Clock) -> Waiting:
    return Waiting(clock)


async def test_it_holds_for_five_seconds(world: World, clock: Clock, waiting: Waiting) -> None:
    async with DemoService(world, sleep=waiting.sleep) as service:
        reply = await poll(service, clock, world.stories["running"])
    assert reply.xml.findtext("Status") == "Running"
    assert sum(waiting.slept) == pytest.approx(5)


async def test_it_answers_when_the_instance_ends(world: World, clock: Clock, waiting: Waiting) -> None:
    clock.advance(24)
    async with DemoService(world, sleep=waiting.sleep) as service:
        reply = await poll(service, clock, world.stories["ending_soon"])
    assert reply.xml.findtext("Status") == "Terminated"
    assert reply.headers["x-odps-end-time"]
    assert sum(waiting.slept) < 2


async def test_it_answers_soon_after_a_stop(world: World, clock: Clock, waiting: Waiting) -> None:
    instance = world.find(world.stories["running"])
    assert instance is not None
    world.stop(instance, world.now())
    async with DemoService(world, sleep=waiting.sleep) as service:
        reply = await poll(service, clock, instance.id)
    assert reply.xml.findtext("Status") == "Terminated"
    assert sum(waiting.slept) < 4.2


async def test_it_does_not_hold_for_the_terminated(world: World, clock: Clock, waiting: Waiting) -> None:
    async with DemoService(world, sleep=waiting.sleep) as service:
        await poll(service, clock, world.stories["succeeded"])
    assert waiting.slept == []


async def test_a_frozen_clock_does_not_hold_for_ever(world: World, clock: Clock) -> None:
    frozen = Waiting(clock, moves=False)
    async with DemoService(world, sleep=frozen.sleep, long_poll_seconds=2) as service:
        reply = await poll(service, clock, world.stories["running"])
    assert reply.xml.findtext("Status") == "Running"
    assert sum(frozen.slept) == pytest.approx(2)


async def test_other_requests_are_answered_meanwhile(world: World, clock: Clock) -> None:
    held = asyncio.Event()
    release = asyncio.Event()

    async def sleep(seconds: float) -> None:
        held.set()
        await release.wait()

    async with DemoService(world, sleep=sleep, long_poll_seconds=0.1) as service:
        polling = asyncio.create_task(poll(service, clock, world.stories["running"]))
        await held.wait()
        wire = WireClient(service.endpoint, (service.identity.access_id, service.identity.secret), clock.time)
        reply = await asyncio.to_thread(wire.instance, world.stories["running"])
        assert reply.status == 200
        assert not polling.done()
        release.set()
        assert (await polling).status == 200


async def test_leaving_drops_a_held_request(world: World, clock: Clock) -> None:
    held = asyncio.Event()

    async def sleep(seconds: float) -> None:
        held.set()
        await asyncio.Event().wait()

    async with DemoService(world, sleep=sleep) as service:
        polling = asyncio.create_task(poll(service, clock, world.stories["running"]))
        await held.wait()
    with pytest.raises((ConnectionError, OSError)):
        await polling
