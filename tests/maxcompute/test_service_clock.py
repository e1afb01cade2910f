from __future__ import annotations

from datetime import timedelta

from odps_tui.maxcompute.exchange import Response
from odps_tui.maxcompute.service_clock import ServiceClock
from tests.maxcompute.clients import NOW
from tests.maxcompute.wire_samples import sample


def test_it_tells_our_time_until_the_service_objects() -> None:
    clock = ServiceClock(NOW.timestamp)

    assert clock.now() == NOW
    assert clock.offset is None


def test_the_date_of_the_answer_tells_the_offset() -> None:
    clock = ServiceClock(NOW.timestamp)

    offset = clock.learn(Response(400, {"date": "Fri, 14 Mar 2025 02:40:00 GMT"}), "")

    assert offset == timedelta(minutes=30) == clock.offset
    assert clock.now() == NOW + timedelta(minutes=30)


def test_without_a_date_the_message_tells_it() -> None:
    clock = ServiceClock(NOW.timestamp)

    clock.learn(Response(400), sample("error-clockskew.xml").body.decode())

    assert clock.offset == timedelta(minutes=30, milliseconds=456)


def test_with_neither_nothing_is_learned() -> None:
    clock = ServiceClock(NOW.timestamp)

    assert clock.learn(Response(400, {"date": "today"}), "now_date:2025") is None
    assert clock.now() == NOW


def test_a_second_lesson_counts_from_our_own_clock() -> None:
    clock = ServiceClock(NOW.timestamp)
    for date in ("Fri, 14 Mar 2025 05:00:00 GMT", "Fri, 14 Mar 2025 02:11:00 GMT"):
        clock.learn(Response(400, {"date": date}), "")

    assert clock.offset == timedelta(minutes=1)


def test_every_answer_tells_the_drift_and_none_changes_what_we_sign_with() -> None:
    clock = ServiceClock(NOW.timestamp)

    clock.observe(Response(200, {"date": "Fri, 14 Mar 2025 02:12:00 GMT"}))

    assert clock.drift == timedelta(minutes=2)
    assert clock.now() == NOW


def test_what_cannot_be_measured_is_no_drift() -> None:
    clock = ServiceClock(NOW.timestamp)

    clock.observe(Response(200))
    assert clock.drift is None
    clock.observe(Response(200, {"date": "Fri, 14 Mar 2025 02:10:02 GMT"}))
    assert clock.drift == timedelta()
    clock.observe(Response(200, {"date": "Fri, 14 Mar 2025 02:20:00 GMT"}))
    clock.observe(Response(200, {"date": "Fri, 14 Mar 2025 02:20:01 GMT"}))
    assert clock.drift == timedelta(minutes=10), "it does not tremble"
    clock.observe(Response(200, {"date": "Fri, 14 Mar 2025 02:10:00 GMT"}))
    assert clock.drift == timedelta(), "somebody set the clock"
