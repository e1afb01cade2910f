"""What a stop would stop: the marked instances, or the one under the cursor; and which of them it passes over, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from odps_tui.monitor.instance_row import InstanceRow


@dataclass(frozen=True, slots=True)
class Skipped:
    """An instance that was marked and will not be stopped."""

    row: InstanceRow
    reason: str


@dataclass(frozen=True, slots=True)
class StopPlan:
    """The instances to stop, as they were when the key was pressed, and those passed over."""

    rows: tuple[InstanceRow, ...]
    skipped: tuple[Skipped, ...] = ()

    @property
    def cores(self) -> float | None:
        """Cores they use now, all together: what a stop frees. None when nobody told for one of them."""
        usage = [row.info.cpu_usage if row.info is not None and row.is_queued else None for row in self.rows]
        known = [one for one in usage if one is not None]
        return sum(known) / 100 if len(known) == len(usage) else None

    @property
    def core_hours(self) -> float | None:
        """Core·h they have used so far: what a stop throws away (units inferred, protocol §3.2)."""
        usage = [row.info.total_cpu_usage if row.info is not None and row.is_queued else None for row in self.rows]
        known = [one for one in usage if one is not None]
        return sum(known) / 360_000 if len(known) == len(usage) else None


def plan_stop(
    marked: Iterable[InstanceRow],
    at_hand: InstanceRow | None,
    *,
    is_shown: Callable[[str], bool],
    caller: str | None = None,
) -> StopPlan:
    """Return the plan. What the filter hides is never stopped: nobody has just seen it.

    Of several marked instances those of others than `caller` are passed over (None: nobody knows who we are); one alone is
    stopped whoever owns it, if the service lets us.
    """
    wanted = list(marked)
    if not wanted:
        wanted, caller = ([at_hand] if at_hand is not None else []), None
    if len(wanted) == 1:
        caller = None
    skipped = [Skipped(row, reason) for row in wanted if (reason := _reason_to_skip(row, is_shown, caller))]
    passed_over = {skip.row.id for skip in skipped}
    return StopPlan(tuple(row for row in wanted if row.id not in passed_over), tuple(skipped))


def _reason_to_skip(row: InstanceRow, is_shown: Callable[[str], bool], caller: str | None) -> str:
    if not row.is_live:
        return "has already ended"
    if not is_shown(row.id):
        return "is hidden by the filter"
    return "" if caller is None or row.owner == caller else "is another's: stop it alone"


class PendingStops:
    """Stops that the service took and whose end is still to come."""

    def __init__(self) -> None:
        self._requested: dict[str, datetime] = {}

    def expect(self, instance_id: str, at: datetime) -> None:
        """A stop of this instance was taken at `at`."""
        self._requested[instance_id] = at

    def unknown(self, rows: Callable[[str], InstanceRow | None]) -> list[str]:
        """Return the ids of those that have ended without anybody knowing how."""
        return [id_ for id_ in self._requested if (row := rows(id_)) is not None and not row.is_live and row.outcome is None]

    def settled(self, rows: Callable[[str], InstanceRow | None]) -> list[InstanceRow]:
        """Return those that have ended in a known way, once."""
        ended = [row for id_ in self._requested if (row := rows(id_)) is not None and not row.is_live and row.outcome]
        for row in ended:
            del self._requested[row.id]
        return ended
