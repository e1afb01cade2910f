"""The facts of one instance: small, fixed at birth, and enough to answer a list."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from odps_tui.demo.world.accounts import Owner
    from odps_tui.demo.world.failures import Failure
    from odps_tui.demo.world.jobs import SubmittedJob
    from odps_tui.demo.world.quotas import Quota


class Kind(StrEnum):
    """What an instance runs; it decides the shape of its script."""

    SQL = "sql"
    DDL = "ddl"
    MULTI_TASK = "multi_task"
    XFLOW = "xflow"
    ALGO = "algo"
    CUPID = "cupid"
    SESSION = "session"


class Trait(StrEnum):
    """What makes one instance of a kind unlike the others."""

    NONE = ""
    TYPICAL = "typical"
    SKEWED = "skewed"
    SUSPENDED = "suspended"
    HOSTILE = "hostile"
    WIDE = "wide"


class Outcome(StrEnum):
    """How a task, and with it an instance, ends (Protocol §4.2, Title case as on the wire)."""

    SUCCESS = "Success"
    FAILED = "Failed"
    CANCELLED = "Cancelled"


@dataclass(slots=True, eq=False)
class Instance:
    """One instance. Times are epoch seconds.

    From `start` to `admitted` it waits for its quota, from `admitted` to `end` it works; `outcome` is how it would end if left
    alone. `stops_at` is the only thing that ever changes: infinity, until somebody stops it.
    """

    id: str
    seed: int
    kind: Kind
    owner: Owner
    quota: Quota
    priority: int
    job_name: str
    start: float
    admitted: float
    end: float
    outcome: Outcome = Outcome.SUCCESS
    trait: Trait = Trait.NONE
    failure: Failure | None = None
    submitted: SubmittedJob | None = None
    stops_at: float = field(default=inf)

    @property
    def ends_at(self) -> float:
        """When it is Terminated: at its own end or at its stop, whichever comes first."""
        return min(self.end, self.stops_at)

    @property
    def ends_as(self) -> Outcome:
        """How it ends, a stop taken into account."""
        return Outcome.CANCELLED if self.stops_at < self.end else self.outcome

    def is_terminated(self, now: float) -> bool:
        """True from `ends_at` on, for ever."""
        return now >= self.end or now >= self.stops_at

    def is_waiting(self, now: float) -> bool:
        """True while it stands in its quota's queue."""
        return now < self.admitted and not self.is_terminated(now)

    def status(self, now: float) -> str:
        """`Running`, `Suspended` or `Terminated` (Protocol §6)."""
        if self.is_terminated(now):
            return "Terminated"
        if self.trait is Trait.SUSPENDED and now < self.admitted:
            return "Suspended"
        return "Running"
