"""Before a token ends another is there; the clock is ours, the threads are real."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from odps_tui.accounts import AccessKey
from odps_tui.config.credentials import Credentials
from odps_tui.config.renewing import RenewedAccount
from odps_tui.errors import NoCredentials
from odps_tui.secret_str import SecretStr

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


class Source:
    """Gives keys that last an hour; counts, waits and fails as it is told."""

    def __init__(self) -> None:
        self.now = NOON
        self.asked = 0
        self.gate = threading.Event()
        self.gate.set()
        self.fails = False

    def look(self) -> Credentials:
        self.asked += 1
        self.gate.wait(30)
        if self.fails:
            raise NoCredentials("the source is away")
        key = AccessKey(f"STS.{self.asked}", SecretStr("s"), SecretStr("t"))
        return Credentials(key, "source", self.now + timedelta(hours=1), renew=self.look)

    def account(self) -> RenewedAccount:
        return RenewedAccount(self.look(), clock=lambda: self.now)


async def until(holds: Callable[[], object]) -> None:
    for _ in range(1000):
        if holds():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("never came true")


async def id_of(account: RenewedAccount) -> str:
    key = await account.account()
    assert isinstance(key, AccessKey)
    return key.access_id


async def test_five_minutes_before_its_end_another_is_fetched_while_the_old_one_signs() -> None:
    source = Source()
    account = source.account()
    source.now = NOON + timedelta(minutes=54)
    assert await id_of(account) == "STS.1"
    assert source.asked == 1
    source.now = NOON + timedelta(minutes=56)
    source.gate.clear()
    assert await id_of(account) == "STS.1", "nobody waits for the new one"
    assert await id_of(account) == "STS.1"
    source.gate.set()
    renewal = account._renewal
    assert renewal is not None
    await until(renewal.done)
    assert await id_of(account) == "STS.2"
    assert source.asked == 2


async def test_after_its_end_everybody_waits_for_one_look() -> None:
    source = Source()
    account = source.account()
    source.now = NOON + timedelta(hours=2)
    assert await asyncio.gather(*(id_of(account) for _ in range(8))) == ["STS.2"] * 8
    assert source.asked == 2


async def test_a_source_that_is_away_is_left_alone_for_a_while_and_an_error_once_the_key_has_ended() -> None:
    source = Source()
    account = source.account()
    source.fails = True
    source.now = NOON + timedelta(minutes=56)
    assert await id_of(account) == "STS.1"
    renewal = account._renewal
    assert renewal is not None
    await until(renewal.done)
    assert await id_of(account) == "STS.1"
    assert source.asked == 2, "asked again half a minute later, not at every request"
    source.now = NOON + timedelta(minutes=61)
    with pytest.raises(NoCredentials, match="away"):
        await account.account()
    source.fails = False
    assert await id_of(account) == "STS.4"


async def test_a_refused_one_is_looked_up_again_once_for_all_who_were_refused() -> None:
    source = Source()
    account = source.account()
    old = account.latest
    assert await asyncio.gather(*(account.renew(old) for _ in range(4))) == [True] * 4
    assert source.asked == 2
    assert await account.renew(old), "somebody else has a new one already"
    assert source.asked == 2


async def test_the_same_key_again_is_no_other() -> None:
    key = AccessKey("LTAI", SecretStr("s"))
    account = RenewedAccount(Credentials(key, "x", renew=lambda: Credentials(AccessKey("LTAI", SecretStr("s")), "x")))
    assert not await account.renew(key)
    assert not await RenewedAccount(Credentials(key, "typed")).renew(key)


async def test_one_that_hangs_does_not_keep_us() -> None:
    source = Source()
    account = source.account()
    source.now = NOON + timedelta(hours=2)
    source.gate.clear()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await account.account()
    source.gate.set()
    assert await id_of(account) == "STS.2"


async def test_nobody_complains_that_a_failure_was_not_looked_at() -> None:
    """What asyncio says of such things it would write across the screen."""
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    source = Source()
    account = source.account()
    source.now, source.fails = NOON + timedelta(hours=2), True
    with pytest.raises(NoCredentials):
        await account.account()
    gc.collect()
    await asyncio.sleep(0)
    assert complaints == []
