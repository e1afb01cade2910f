"""How much has changed since a snapshot that somebody still looks at, while newer ones come in."""

from __future__ import annotations

from odps_tui.monitor.snapshot import Snapshot


class ChangesSince:
    """Counts the instances that are not as they were. Costs what was touched since; everything, where a step is missing."""

    def __init__(self, before: Snapshot) -> None:
        self._before = before
        self._state = before.step.end if before.step is not None else None
        self._touched: set[str] = set()

    def count(self, after: Snapshot) -> int:
        """Return how many instances of `after` are others than in the first snapshot, gone or new."""
        before, step = self._before.rows, after.step
        if step is not None and step.begin == self._state:
            self._touched |= set(step.touched)
        else:
            self._touched = {id_ for id_ in (*before, *after.rows) if before.get(id_) is not after.rows.get(id_)}
        self._state = step.end if step is not None else None
        return sum(1 for id_ in self._touched if before.get(id_) is not after.rows.get(id_))
