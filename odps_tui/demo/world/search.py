"""Which instances a list asks for, page by page (Protocol §3.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from odps_tui.demo.world.instance import Instance


@dataclass(frozen=True, slots=True)
class Wanted:
    """A list's filters; None is "any". `since` and `until` bound the start, epoch seconds, both included."""

    status: str | None = None
    owner: str | None = None
    job_name: str | None = None
    quota: str | None = None
    since: int | None = None
    until: int | None = None

    def admits(self, instance: Instance, now: float) -> bool:
        """True when `instance` passes every filter at `now`."""
        return (
            (self.owner is None or instance.owner.name == self.owner)
            and (self.status is None or instance.status(now) == self.status)
            and (self.since is None or int(instance.start) >= self.since)
            and (self.until is None or int(instance.start) <= self.until)
            and (self.job_name is None or instance.job_name == self.job_name)
            and (self.quota is None or instance.quota.name == self.quota)
        )


@dataclass(frozen=True, slots=True)
class Page:
    """Some instances in order of id, and whether more follow the last of them."""

    instances: tuple[Instance, ...]
    more: bool


def page(candidates: Iterable[Instance], wanted: Wanted, size: int, now: float) -> Page:
    """Return the first `size` of `candidates` that are wanted."""
    found = tuple(islice((instance for instance in candidates if wanted.admits(instance, now)), size + 1))
    return Page(found[:size], len(found) > size)
