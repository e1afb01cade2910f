from datetime import UTC, datetime, timedelta

import pytest

from odps_tui.errors import TransportError
from odps_tui.monitor import Reading

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
ERROR = TransportError("cut off")


def test_when_it_was_read_is_not_what_it_says() -> None:
    assert Reading("a", NOW).says_as(Reading("a", NOW + timedelta(seconds=1)))


@pytest.mark.parametrize("other", [Reading("b", NOW), Reading("a", NOW, ERROR), Reading(), Reading(None, NOW)])
def test_another_value_an_error_and_not_having_been_asked_say_something_else(other: Reading[str]) -> None:
    assert not Reading("a", NOW).says_as(other)
    assert not other.says_as(Reading("a", NOW))
