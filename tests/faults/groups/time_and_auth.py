"""Clocks that are wrong, and keys that end."""

from tests.faults.fault import Fault
from tests.faults.plays import both_ways
from tests.faults.session import Session
from tests.faults.stages.clock import jump, turn_of_the_year
from tests.faults.stages.demo import chaos
from tests.faults.stages.keys import expiring_token, half_written_file, rotated_key
from tests.faults.verdict import Judge


def _still_read(session: Session) -> None:
    """The service answers nothing that is signed v4 any more: what is read now was asked with v2."""
    session.pass_time(5.0)
    assert session.is_live, f"nothing is read any more: {session.screen.display[0].strip()}"


_STAYS = {Judge.RECOVERY: "no poll fails"}

TIME_AND_AUTH = (
    Fault(
        "clock off by ±20 min",
        chaos("clock-ahead", "clock-behind"),
        says="clock is (20m|19m)[^ ]* (behind|ahead of) the service",
        silent=True,
        play=both_ways,
        without=_STAYS,
    ),
    Fault("STS token expiring mid-poll", expiring_token, says="expired"),
    Fault("rotated key", rotated_key, says="the key was revoked"),
    Fault(
        "signatures v4 refused",
        chaos("v4-refused", region="cn-demo"),
        says=r"● live \S+ ago",
        silent=True,
        looks=_still_read,
        without=_STAYS,
    ),
    Fault("summer time and the new year", turn_of_the_year, says=r"01:00:\d\d \+01", silent=True, without=_STAYS),
    Fault(
        "clock jumps back an hour", jump(-3600), says="clock is (1h|59m|60m)[^ ]* behind the service", silent=True, without=_STAYS
    ),
    Fault("NTP step of 90 s", jump(90), says="clock is 1m[^ ]* ahead of the service", silent=True, without=_STAYS),
    Fault("token file half-written", half_written_file, says="half written"),
)
