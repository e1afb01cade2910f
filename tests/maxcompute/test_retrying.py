from __future__ import annotations

import pytest

from odps_tui.errors import (
    CredentialsRefused,
    DeadlineExceeded,
    DecodeError,
    InternalServerError,
    NoPermission,
    OdpsTuiError,
    Throttled,
    TransportError,
)
from odps_tui.maxcompute.exchange import Request
from odps_tui.maxcompute.retrying import may_repeat, pause_before, retry_after
from odps_tui.maxcompute.service_clock import ServiceClock
from tests.maxcompute.clients import NOW

GET, PUT, POST = (Request(method, ("p",)) for method in ("GET", "PUT", "POST"))


@pytest.mark.parametrize(
    ("request_", "error", "may"),
    [
        (GET, TransportError("cut", sent=True), True),
        (GET, TransportError("refused", sent=False), True),
        (GET, DeadlineExceeded("silent"), True),
        (GET, Throttled("", status=429), True),
        (GET, InternalServerError("", status=502), True),
        (GET, NoPermission("", status=403), False),
        (GET, CredentialsRefused("", status=401), False),
        (GET, DecodeError("cut short"), False),
        (PUT, TransportError("refused", sent=False), True),
        (PUT, TransportError("cut", sent=True), False),
        (PUT, DeadlineExceeded("silent", sent=True), False),
        (PUT, InternalServerError("", status=503), False),
        (PUT, Throttled("", status=429), False),
        (POST, TransportError("refused", sent=False), True),
        (POST, TransportError("cut", sent=True), False),
        (POST, InternalServerError("", status=503), False),
    ],
)
def test_reads_are_repeated_and_writes_only_when_they_never_left(request_: Request, error: OdpsTuiError, may: bool) -> None:
    assert may_repeat(request_, error) is may


@pytest.mark.parametrize(("jitter", "pauses"), [(0.0, [0.1, 0.2, 0.4]), (1.0, [0.3, 0.6, 1.2])])
def test_the_pause_doubles_with_a_jitter_of_half(jitter: float, pauses: list[float]) -> None:
    assert [pause_before(attempt, TransportError(""), lambda: jitter) for attempt in (2, 3, 4)] == pytest.approx(pauses)


def test_the_pause_has_an_end_and_the_service_the_last_word() -> None:
    assert pause_before(30, TransportError(""), lambda: 0.5) == 5.0
    assert pause_before(2, Throttled("", retry_after=17.0)) == 17.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("3", 3.0),
        (" 0 ", 0.0),
        ("9" * 400, 86_400.0),
        ("Fri, 14 Mar 2025 02:10:30 GMT", 30.0),
        ("Fri, 14 Mar 2025 02:00:00 GMT", 0.0),
        ("Fri, 14 Mar 9025 02:00:00 GMT", 86_400.0),
        (None, None),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("nan", None),
        ("inf", None),
        ("soon", None),
        ("²", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_or_nothing(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, ServiceClock(NOW.timestamp)) == seconds
