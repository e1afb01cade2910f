"""Whether an instance will keep its deadline. "Unknown" is an answer; a guess is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from odps_tui.models import Outcome
from odps_tui.monitor.instance_row import InstanceRow, InstanceState
from odps_tui.monitor.watching.trail import Trail


class Verdict(StrEnum):
    """What can be said of a deadline."""

    ON_TIME = "on time"
    AT_RISK = "at risk"
    LATE = "late"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, and in a few words why."""

    verdict: Verdict
    reason: str


_NO_PACE = Judgement(Verdict.UNKNOWN, "no steady pace to go by")


def judge(row: InstanceRow, deadline: datetime, now: datetime, trail: Trail | None) -> Judgement:
    """Return the verdict as of `now`, the time of the data. Only what has succeeded can have been on time."""
    if not row.is_live:
        return _of_an_end(row, deadline)
    if now > deadline:
        return Judgement(Verdict.LATE, "it has not ended")
    if row.state is not InstanceState.RUNNING:
        return Judgement(Verdict.UNKNOWN, f"it is {row.state}")
    arrival = trail.arrival(now) if trail is not None else None
    if arrival is None:
        return _NO_PACE
    if arrival.latest <= deadline:
        return Judgement(Verdict.ON_TIME, f"~ends by {_clock(arrival.latest)}")
    return Judgement(Verdict.AT_RISK, f"~ends {_clock(arrival.earliest)}–{_clock(arrival.latest)}")


def _of_an_end(row: InstanceRow, deadline: datetime) -> Judgement:
    if row.outcome in (Outcome.FAILED, Outcome.CANCELLED):
        return Judgement(Verdict.LATE, f"it has ended {row.outcome}")
    if row.end_time is None:
        return Judgement(Verdict.UNKNOWN, "nobody tells when it ended")
    if row.end_time > deadline:
        return Judgement(Verdict.LATE, f"it ended {_clock(row.end_time)}")
    if row.outcome is Outcome.SUCCESS:
        return Judgement(Verdict.ON_TIME, f"it ended {_clock(row.end_time)}")
    return Judgement(Verdict.UNKNOWN, "it has ended, nobody told how")


def _clock(moment: datetime) -> str:
    return f"{moment.astimezone():%H:%M}"
