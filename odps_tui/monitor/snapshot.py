"""What one poll yields: the whole list as of a moment, or the reason why there is none this time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from odps_tui.errors import OdpsTuiError
from odps_tui.monitor.instance_row import InstanceRow, InstanceState


@dataclass(frozen=True, slots=True)
class Step:
    """What lies between two snapshots: ids of rows that may be other objects now, or gone, or new.

    It is true for a reader who stands at `begin` and nowhere else. States have numbers of their own over all rosters.
    """

    begin: int
    end: int
    touched: Collection[str] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Every known instance by id, in no order, as read at `read_at`.

    Compared by identity: a row object that did not change is the same object as in the last snapshot, so that a reader finds the
    difference without comparing values. A reader who has seen the very last one finds it in `step` without looking at every row;
    snapshots get lost on their way (the next takes their place), so the rows are the truth and the step is a short cut.

    The history reaches back to `since`. `complete` is False while pages are still coming in. `gap` is why a part is missing (no
    right to read the queue, say) while the rest is good.
    """

    rows: Mapping[str, InstanceRow] = field(repr=False)
    counts: Mapping[InstanceState, int]
    read_at: datetime
    since: datetime
    complete: bool = True
    gap: OdpsTuiError | None = None
    step: Step | None = None


@dataclass(frozen=True, slots=True)
class PollFailed:
    """A poll that brought nothing. The last snapshot stays true for its own time; `retry_in` is in seconds."""

    error: OdpsTuiError
    failed_at: datetime
    retry_in: float
    failures: int
