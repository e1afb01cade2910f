"""How instances come to be: the dice that give one its kind, owner, quota, length and end."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate
from math import sqrt
from random import Random
from typing import TypeVar

from odps_tui.demo.world import failures
from odps_tui.demo.world.accounts import OWNERS, Owner
from odps_tui.demo.world.failures import Failure
from odps_tui.demo.world.ids import instance_id
from odps_tui.demo.world.instance import Instance, Kind, Outcome, Trait
from odps_tui.demo.world.queueing import Admissions
from odps_tui.demo.world.quotas import PAI, QUOTAS, Quota
from odps_tui.demo.world.tables import OUTPUTS

T = TypeVar("T")

_OWNERS = tuple(owner for owner in OWNERS for _ in range(owner.share))
_QUOTA_MARKS = tuple(accumulate(quota.share for quota in QUOTAS))
_KINDS = (Kind.SQL,) * 73 + (Kind.DDL,) * 15 + (Kind.MULTI_TASK,) * 5 + (Kind.CUPID,) * 4 + (Kind.XFLOW,) * 3
_PRIORITIES = (9, 9, 9, 9, 9, 5, 5, 3, 1, 1, 7, 0, 2, 4, 6, 8)
_JOB_NAMES = ("", "", "", *(f"{prefix}{table}" for prefix in ("", "sync_", "check_", "backfill_") for table in OUTPUTS))

# Seconds of work: (part of the arrivals, shortest, longest). Most are short; the few long ones are most of what one sees.
_LENGTHS = ((0.60, 4.0, 25.0), (0.34, 25.0, 160.0), (0.06, 160.0, 900.0))
MEAN_LENGTH = sum(part * (low + high) / 2 for part, low, high in _LENGTHS)
_FAILED, _CANCELLED = 0.09, 0.12


@dataclass(frozen=True, slots=True)
class Draft:
    """What is decided about an instance before it has a place in time. `length` and `wait` are seconds of world time."""

    kind: Kind
    owner: Owner
    quota: Quota
    priority: int
    job_name: str
    length: float = 0.0
    wait: float = 0.0
    outcome: Outcome = Outcome.SUCCESS
    trait: Trait = Trait.NONE
    failure: Failure | None = None


def length(random: Random) -> float:
    """Draw the length of an arriving instance."""
    chance = random.random()
    for part, low, high in _LENGTHS:
        if chance < part:
            return low + (high - low) * chance / part
        chance -= part
    return _LENGTHS[-1][2]


def length_of_living(random: Random) -> float:
    """Draw the length of an instance that is alive at some moment: long ones are met more often than they arrive."""
    chance = random.random() * MEAN_LENGTH
    for part, low, high in _LENGTHS:
        share = part * (low + high) / 2
        if chance < share:
            return sqrt(low * low + (high * high - low * low) * chance / share)
        chance -= share
    return _LENGTHS[-1][2]


def draft(random: Random, seconds: float) -> Draft:
    """Draw everything else about an instance that works for `seconds` of world time."""
    kind = _pick(_KINDS, random)
    quota = PAI if kind is Kind.XFLOW else QUOTAS[bisect(_QUOTA_MARKS, random.random() * _QUOTA_MARKS[-1])]
    if kind is Kind.DDL:
        seconds = 0.5 + seconds % 3.0
    outcome, failure = _fate(kind, random)
    if failure is not None and failure.at_compile:
        seconds = 0.8 + seconds % 2.0
    wait = 0.3 + 2 * random.random() + (30 * random.random() if random.random() < 0.12 else 0.0)
    owner, priority, job_name = _pick(_OWNERS, random), _pick(_PRIORITIES, random), _pick(_JOB_NAMES, random)
    return Draft(kind, owner, quota, priority, job_name, seconds, wait, outcome, Trait.NONE, failure)


def _pick(wheel: tuple[T, ...], random: Random) -> T:
    return wheel[int(random.random() * len(wheel))]


def _fate(kind: Kind, random: Random) -> tuple[Outcome, Failure | None]:
    chance = random.random()
    if chance >= _CANCELLED:
        return Outcome.SUCCESS, None
    if chance >= _FAILED:
        return Outcome.CANCELLED, None
    if kind is Kind.DDL:
        return Outcome.FAILED, failures.DDL_TASK
    if kind is Kind.SQL and random.random() < 0.6:
        return Outcome.FAILED, _pick(failures.AT_COMPILE, random)
    return Outcome.FAILED, _pick(failures.AT_RUN, random)


class Midwife:
    """Gives drafts a place in time. Drafts must come in the order of their starts, for the queues' sake.

    `speed` divides every duration; `random` only makes ids and seeds here.
    """

    def __init__(self, random: Random, admissions: Admissions, speed: float) -> None:
        self._random = random
        self._admissions = admissions
        self._speed = speed

    def deliver(self, draft: Draft, start: float) -> Instance:
        """Return the instance that `draft` becomes when it starts at `start` (epoch s) and queues like everybody."""
        admitted = self._admissions.admit(draft.quota, start, draft.wait / self._speed)
        return self.place(draft, start, admitted, admitted + draft.length / self._speed)

    def place(self, draft: Draft, start: float, admitted: float, end: float) -> Instance:
        """Return the instance that `draft` becomes with these times, epoch seconds; no queue is asked."""
        start = round(start, 3)
        return Instance(
            id=instance_id(start, self._random),
            seed=self._random.getrandbits(48),
            kind=draft.kind,
            owner=draft.owner,
            quota=draft.quota,
            priority=draft.priority,
            job_name=draft.job_name,
            start=start,
            admitted=max(start, admitted),
            end=end,
            outcome=draft.outcome,
            trait=draft.trait,
            failure=draft.failure,
        )
