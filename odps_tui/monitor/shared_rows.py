"""Rows by id that are handed out without a copy: a copy of 100,000 holds up the screen as long as all the rest of a poll."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Final

from odps_tui.monitor.instance_row import InstanceRow

_OURS: Final = 2
"""References to a dictionary that nobody else holds: our attribute, and the question."""


class SharedRows:
    """Two dictionaries take turns: one is out, and whoever has it may keep it; the other one is written.

    What is out never changes. With the first write after it was handed out, the one that was out before is brought up to date and
    takes its place, which costs what has changed since. Only when somebody still holds that one, a copy is made.
    """

    def __init__(self) -> None:
        self._rows: dict[str, InstanceRow] = {}
        self._other: dict[str, InstanceRow] = {}
        self._differing: set[str] = set()
        """Ids in which the other may differ."""
        self._is_out = False

    def __getitem__(self, instance_id: str) -> InstanceRow:
        return self._rows[instance_id]

    def get(self, instance_id: str) -> InstanceRow | None:
        """Return one row."""
        return self._rows.get(instance_id)

    def put(self, row: InstanceRow) -> None:
        """Add a row, or replace it."""
        self._turn()
        self._rows[row.id] = row
        self._differing.add(row.id)

    def pop(self, instance_id: str) -> InstanceRow | None:
        """Take a row away; return what it was."""
        if instance_id not in self._rows:
            return None
        self._turn()
        self._differing.add(instance_id)
        return self._rows.pop(instance_id)

    def hand_out(self) -> Mapping[str, InstanceRow]:
        """Return all rows as they are now, in no order."""
        self._is_out = True
        return self._rows

    def _turn(self) -> None:
        if not self._is_out:
            return
        if sys.getrefcount(self._other) > _OURS:
            self._other = dict(self._rows)
        else:
            for instance_id in self._differing:
                row = self._rows.get(instance_id)
                if row is None:
                    self._other.pop(instance_id, None)
                else:
                    self._other[instance_id] = row
        self._rows, self._other = self._other, self._rows
        self._differing = set()
        self._is_out = False
