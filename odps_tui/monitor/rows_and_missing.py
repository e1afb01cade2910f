"""Rows by id, and a few more that are no longer among them; no copy, which for 100,000 would hold up the screen at each poll."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from odps_tui.monitor.instance_row import InstanceRow


class RowsAndMissing(Mapping[str, InstanceRow]):
    """`rows`, which are not touched, and behind them the `missing`, of which none is in `rows`."""

    __slots__ = ("_missing", "_rows")

    def __init__(self, rows: Mapping[str, InstanceRow], missing: Mapping[str, InstanceRow]) -> None:
        self._rows, self._missing = rows, missing

    def __getitem__(self, instance_id: str) -> InstanceRow:
        return self._missing[instance_id] if instance_id in self._missing else self._rows[instance_id]

    def get(self, instance_id: str, default: Any = None) -> Any:
        """Return one row; asked for each of 100,000 in a comparison, and must not fail to tell that there is none."""
        return self._missing.get(instance_id) or self._rows.get(instance_id, default)

    def __contains__(self, instance_id: object) -> bool:
        return instance_id in self._missing or instance_id in self._rows

    def __iter__(self) -> Iterator[str]:
        return chain(self._rows, self._missing)

    def __len__(self) -> int:
        return len(self._rows) + len(self._missing)
