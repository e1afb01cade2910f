"""Calls that were given up: each is paid for until the service has seen it, and its connection goes on."""

from __future__ import annotations

import asyncio
import gc

import pytest

from odps_tui.errors import DeadlineExceeded
from odps_tui.maxcompute.call_budget import WINDOW, CallBudget
from odps_tui.maxcompute.left_calls import LeftCalls
from tests.clock import Clock
from tests.maxcompute.clients import client_of
from tests.maxcompute.loopback import loopback, reply

ID = "20250314020815123ga1b2c3d4"


async def turns(count: int = 50) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_what_was_given_up_is_paid_for_until_the_service_has_answered() -> None:
    """A busy service reads late what lay before it all the time: that counts, and not when we lost interest."""
    clock, released = Clock(0.0), asyncio.Event()

    async def held(writer: asyncio.StreamWriter) -> None:
        await released.wait()
        await reply()(writer)

    budget = CallBudget(1.0, monotonic=clock.time, sleep=lambda _: asyncio.sleep(0))
    async with loopback(*[held] * 5, reply()) as service, client_of(service.endpoint, budget=budget) as client:
        reads = [asyncio.create_task(client.get_instance(ID)) for _ in range(5)]
        await service.arrived(5)
        for read in reads:
            read.cancel()
        await asyncio.gather(*reads, return_exceptions=True)
        clock.advance(WINDOW + 1)
        another = asyncio.create_task(client.get_instance(ID))
        await turns()
        assert (len(service.requests), budget.rate.waiting) == (5, 1)
        released.set()
        await client.finish()
        await turns()
        assert (len(service.requests), budget.rate.waiting) == (5, 1), "it is seen when it ends, at the latest"
        clock.advance(WINDOW)
        assert (await another).status == "Running"
        assert len(service.requests) == 6


async def test_what_waits_for_its_turn_is_not_sent_when_it_is_given_up() -> None:
    budget = CallBudget(0.2, monotonic=Clock(0.0).time, sleep=lambda _: asyncio.sleep(0))
    async with loopback(reply(), reply()) as service, client_of(service.endpoint, budget=budget) as client:
        await client.get_instance(ID)
        waiting = asyncio.create_task(client.get_instance(ID))
        await turns()
        assert budget.rate.waiting == 1
        waiting.cancel()
        await turns()
        assert (len(service.requests), budget.rate.waiting) == (1, 0)


@pytest.mark.parametrize(("patience", "is_cut_off"), [(0.01, False), (3600.0, True)])
async def test_it_goes_on_for_a_time_and_not_when_the_client_is_closed(patience: float, is_cut_off: bool) -> None:
    left, end = LeftCalls(patience), asyncio.Event()

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            end.set()

    call = asyncio.create_task(left.see_through(endless(), lambda: True))
    await turns()
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    assert not end.is_set()
    await (left.cut_off() if is_cut_off else left.ended())
    assert end.is_set()


@pytest.mark.parametrize(("error", "is_told"), [(DeadlineExceeded("fell silent", sent=True), False), (KeyError("a bug"), True)])
async def test_that_it_failed_is_told_to_nobody_unless_it_is_a_bug(error: Exception, is_told: bool) -> None:
    """What nobody fetches asyncio writes to the terminal, over the dashboard."""
    left, released, told = LeftCalls(), asyncio.Event(), list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context.get("exception")))

    async def failing() -> None:
        await released.wait()
        raise error

    call = asyncio.create_task(left.see_through(failing(), lambda: True))
    await turns()
    call.cancel()
    await asyncio.gather(call, return_exceptions=True)
    released.set()
    await left.ended()
    await turns()
    del call  # it holds the last of what asyncio would tell when it is freed
    gc.collect()
    assert told == [error] * is_told
