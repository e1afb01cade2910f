import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from odps_tui.errors import TransportError
from odps_tui.monitor import Reading
from odps_tui.monitor.reading import read

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
ERROR = TransportError("cut off")


def test_when_it_was_read_is_not_what_it_says() -> None:
    assert Reading("a", NOW).says_as(Reading("a", NOW + timedelta(seconds=1)))


@pytest.mark.parametrize("other", [Reading("b", NOW), Reading("a", NOW, ERROR), Reading(), Reading(None, NOW)])
def test_another_value_an_error_and_not_having_been_asked_say_something_else(other: Reading[str]) -> None:
    assert not Reading("a", NOW).says_as(other)
    assert not other.says_as(Reading("a", NOW))


async def answer(word: str) -> str:
    if not word:
        raise ERROR
    return word


async def test_a_failure_keeps_the_last_good_value() -> None:
    good = await read(Reading(), lambda: NOW, answer, "a")
    assert good == Reading("a", NOW)
    assert await read(good, lambda: NOW + timedelta(seconds=1), answer, "") == Reading("a", NOW, ERROR)


async def test_who_is_cancelled_before_his_turn_has_asked_nothing() -> None:
    """What was asked and is never awaited would be a warning, and fail this test."""
    asked: list[str] = []

    async def ask(word: str) -> str:
        asked.append(word)
        return word

    reading = asyncio.ensure_future(read(Reading(), lambda: NOW, ask, "a"))
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert asked == []
