"""Queues for quotas: who is admitted when, and who stands where.

Each quota is first come, first served, so a place in a queue only ever gets better.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import NamedTuple

from odps_tui.demo.world.instance import Instance
from odps_tui.demo.world.quotas import Quota

_UTILISATION = 0.5


class Place(NamedTuple):
    """waitPos and queueLength of `cachedinstances` (Protocol §3.2): 0 is "not waiting", 1 is next."""

    position: int
    length: int


class Admissions:
    """Says when an instance gets its quota. Must be asked in the order of the starts.

    `rate` is arriving instances a second over all quotas; the queues are laid out to be half busy.
    """

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._last: dict[Quota, float] = {}

    def admit(self, quota: Quota, start: float, wait: float) -> float:
        """Return the admission (epoch s) of an instance that starts at `start` and would wait `wait` seconds if alone."""
        spacing = _UTILISATION / (self._rate * quota.share) if self._rate and quota.share else 0.0
        admitted = max(start + wait, self._last.get(quota, -inf) + spacing)
        self._last[quota] = admitted
        return admitted

    def hold(self, quota: Quota, until: float) -> None:
        """Let nobody into `quota` before `until`, because somebody is to be admitted then."""
        self._last[quota] = max(until, self._last.get(quota, until))


def places(living: Iterable[Instance], now: float) -> dict[str, Place]:
    """Return each living instance's place in its quota's queue at `now`, by id."""
    everybody = list(living)
    queues: dict[Quota, list[Instance]] = {}
    for instance in everybody:
        if instance.is_waiting(now):
            queues.setdefault(instance.quota, []).append(instance)
    found = {instance.id: Place(0, len(queues.get(instance.quota, ()))) for instance in everybody}
    for queue in queues.values():
        queue.sort(key=lambda instance: (instance.admitted, instance.id))
        found.update((instance.id, Place(position, len(queue))) for position, instance in enumerate(queue, start=1))
    return found
