"""Ids in the order of their rows, kept up by moving only what changed: a poll of 1 % must not cost a sort of 100,000."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from odps_tui.monitor.instance_row import InstanceRow

SortKey = Callable[[InstanceRow], Any]
"""Rows compare by what this returns; rows that compare equal stay in the order of their ids."""

# From this share of moved rows on, merging all in one pass is cheaper than moving one by one.
_BULK_SHARE = 200


class OrderedView:
    """Rows by `key`. Finding the position of an id, or the id at a position, never walks the list."""

    def __init__(self, key: SortKey) -> None:
        self._key = key
        self._keys: dict[str, tuple[Any, str]] = {}
        self._sorted: list[tuple[Any, str]] = []

    def __len__(self) -> int:
        return len(self._sorted)

    def __contains__(self, instance_id: object) -> bool:
        return instance_id in self._keys

    def id_at(self, position: int) -> str:
        """Return the id at a position from 0 to `len - 1`."""
        return self._sorted[position][1]

    def ids(self, start: int, stop: int) -> Sequence[str]:
        """Return the ids at positions `start` … `stop - 1`, as many as there are."""
        return [id_ for _, id_ in self._sorted[max(0, start) : max(0, stop)]]

    def position(self, instance_id: str) -> int | None:
        """Return where an id stands; None when it is not in the view."""
        key = self._keys.get(instance_id)
        return None if key is None else bisect_left(self._sorted, key)

    def fill(self, rows: Mapping[str, InstanceRow], ids: Collection[str]) -> None:
        """Begin anew with `ids`, sorted once."""
        key = self._key
        self._keys = {id_: (key(rows[id_]), id_) for id_ in ids}
        self._sorted = sorted(self._keys.values())

    def update(self, rows: Mapping[str, InstanceRow], changed: Collection[str], gone: Collection[str]) -> bool:
        """Take in rows that are new or changed, and ids that are gone; return whether any position may have changed."""
        moved = {id_: key for id_ in changed if (key := (self._key(rows[id_]), id_)) != self._keys.get(id_)}
        left = [id_ for id_ in gone if id_ in self._keys]
        if not moved and not left:
            return False
        if (len(moved) + len(left)) * _BULK_SHARE > len(self._sorted):
            self._merge(moved, left)
        else:
            self._move(moved, left)
        return True

    def _merge(self, moved: Mapping[str, tuple[Any, str]], left: Collection[str]) -> None:
        touched = moved.keys() | set(left)
        if touched & self._keys.keys():
            self._sorted = [entry for entry in self._sorted if entry[1] not in touched]
        self._sorted.extend(sorted(moved.values()))
        self._sorted.sort()  # two sorted runs: one pass
        for id_ in left:
            del self._keys[id_]
        self._keys.update(moved)

    def _move(self, moved: Mapping[str, tuple[Any, str]], left: Collection[str]) -> None:
        for id_ in (*left, *(id_ for id_ in moved if id_ in self._keys)):
            del self._sorted[bisect_left(self._sorted, self._keys.pop(id_))]
        for id_, key in moved.items():
            insort(self._sorted, key)
            self._keys[id_] = key
