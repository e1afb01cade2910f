"""Rows in order, kept up by moving only what changed: a poll of 1 % must not cost a sort of 100,000.

Rows and their keys stand in two lists side by side. One list of (key, id) pairs would be 100,000 small tuples, which cost more to
make, to compare and to look through for garbage than all the rest. To copy both takes a millisecond, so a view never changes: to
work on the next one, slice by slice, does not disturb those who look at this one.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from itertools import compress
from operator import attrgetter, itemgetter
from typing import Any

from odps_tui.large_heap import uncollected
from odps_tui.monitor import slicing
from odps_tui.monitor.instance_row import InstanceRow
from odps_tui.monitor.slicing import Steps
from odps_tui.monitor.sorting import sort_in_slices

SortKey = Callable[[InstanceRow], Any]
"""Rows compare by what this returns, and it depends on nothing but the row; equal ones stay in the order of their ids."""

_Edit = tuple[int, bool, Any, InstanceRow | None]
"""At a position: the row there is cut, or a row with its key comes in before it."""

_id_of = attrgetter("id")


class OrderedView:
    """Rows by `key`. Finding the position of a row, or the row at a position, never walks the list."""

    __slots__ = ("_key", "_keys", "_rows")

    def __init__(self, key: SortKey, rows: list[InstanceRow] | None = None, keys: list[Any] | None = None) -> None:
        self._key = key
        self._rows: list[InstanceRow] = uncollected(rows or [])
        self._keys: list[Any] = uncollected(keys or [])

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def rows(self) -> Sequence[InstanceRow]:
        """All rows, in their order."""
        return self._rows

    def id_at(self, position: int) -> str:
        """Return the id at a position from 0 to `len - 1`."""
        return self._rows[position].id

    def position(self, row: InstanceRow) -> int | None:
        """Return where a row stands; None when it is not in the view."""
        position = self._place(self._key(row), row.id)
        is_there = position < len(self._rows) and self._rows[position].id == row.id
        return position if is_there else None

    def is_aligned_with(self, other: OrderedView) -> bool:
        """Tell whether one was made from the other and every instance kept its position."""
        return self._keys is other._keys

    def only(self, ids: Set[str]) -> Steps[OrderedView]:
        """Return a view of some rows of this one: no sort, no key."""
        return self._picked(lambda rows: [row.id in ids for row in rows])

    def without(self, ids: Set[str]) -> Steps[OrderedView]:
        """Return a view of all rows of this one but some."""
        return self._picked(lambda rows: [row.id not in ids for row in rows])

    def _picked(self, pick: Callable[[Sequence[InstanceRow]], Iterable[bool]]) -> Steps[OrderedView]:
        rows: list[InstanceRow] = []
        keys: list[Any] = []
        for start in range(0, len(self._rows), slicing.COPIED):
            if start:
                yield
            asked = self._rows[start : start + slicing.COPIED]
            chosen = pick(asked)
            rows += compress(asked, chosen)
            keys += compress(self._keys[start : start + slicing.COPIED], chosen)
        return OrderedView(self._key, rows, keys)

    def split(self, name_of: Callable[[InstanceRow], str]) -> Steps[dict[str, OrderedView]]:
        """Return a view for the rows of each name."""
        parts: dict[str, tuple[list[InstanceRow], list[Any]]] = defaultdict(lambda: ([], []))
        for start in range(0, len(self._rows), slicing.ASKED):
            if start:
                yield
            end = start + slicing.ASKED
            for row, key in zip(self._rows[start:end], self._keys[start:end], strict=True):
                rows, keys = parts[name_of(row)]
                rows.append(row)
                keys.append(key)
        return {name: OrderedView(self._key, rows, keys) for name, (rows, keys) in parts.items()}

    def updated(
        self,
        before: Mapping[str, InstanceRow],
        after: Mapping[str, InstanceRow],
        coming: Iterable[str],
        leaving: Iterable[str],
    ) -> Steps[OrderedView]:
        """Return a view with rows that are new or changed, and without others; a row is found by what it was `before`.

        It is this one when nothing in it is another, and aligned with this one when nothing moved.
        """
        same: list[tuple[int, InstanceRow]] = []
        cuts: list[int] = []
        fresh: list[tuple[Any, str, InstanceRow]] = []
        for number, id_ in enumerate(coming, 1):
            row, old = after[id_], before.get(id_)
            key = self._key(row)
            position = self.position(old) if old is not None else None
            if position is not None and self._keys[position] == key:
                same.append((position, row))
            else:
                fresh.append((key, id_, row))
                if position is not None:
                    cuts.append(position)
            if not number % slicing.SOUGHT:
                yield
        for number, id_ in enumerate(leaving, 1):
            position = self.position(before[id_]) if id_ in before else None
            if position is not None:
                cuts.append(position)
            if not number % slicing.SOUGHT:
                yield
        rows = self._rows_with(same)
        if cuts or fresh:
            return (yield from self._spliced(rows, cuts, fresh))
        return self if rows is self._rows else OrderedView(self._key, rows, self._keys)

    def _place(self, key: Any, instance_id: str) -> int:
        """Return where a row stands or would stand."""
        begin = bisect_left(self._keys, key)
        if begin == len(self._keys) or self._keys[begin] != key:
            return begin
        return bisect_left(self._rows, instance_id, begin, bisect_right(self._keys, key, begin), key=_id_of)

    def _rows_with(self, same: Iterable[tuple[int, InstanceRow]]) -> list[InstanceRow]:
        """Return the rows with other objects for the same instances at the same positions."""
        others = [(position, row) for position, row in same if self._rows[position] is not row]
        if not others:
            return self._rows
        rows = list(self._rows)
        for position, row in others:
            rows[position] = row
        return rows

    def _spliced(
        self, old: Sequence[InstanceRow], cuts: Iterable[int], fresh: list[tuple[Any, str, InstanceRow]]
    ) -> Steps[OrderedView]:
        """Return a view of the pieces of `old` between the edits, and of what comes in between."""
        fresh.sort(key=itemgetter(0, 1))
        edits: list[_Edit] = [(position, True, None, None) for position in cuts]
        for number, (key, id_, row) in enumerate(fresh, 1):
            edits.append((self._place(key, id_), False, key, row))
            if not number % slicing.SOUGHT:
                yield
        # Stable: what comes before the same row stays in its own order, before a cut of that row.
        edits.sort(key=itemgetter(0, 1))
        if len(old) > slicing.COPIED:
            yield
        rows: list[InstanceRow] = []
        keys: list[Any] = []
        start = 0
        for number, (position, is_cut, key, fresh_row) in enumerate(edits, 1):
            rows += old[start:position]
            keys += self._keys[start:position]
            start = position + is_cut
            if fresh_row is not None:
                rows.append(fresh_row)
                keys.append(key)
            if not number % slicing.ASKED:
                yield
        if len(old) > slicing.COPIED:
            yield
        rows += old[start:]
        keys += self._keys[start:]
        return OrderedView(self._key, rows, keys)


def in_order(rows: Iterable[InstanceRow], key: SortKey) -> Steps[OrderedView]:
    """Return a view of `rows`: sorted by id, which mostly is how they come, then by key, which keeps that among equals."""
    by_id = yield from sort_in_slices(list(rows), _id_of)
    ordered = yield from sort_in_slices(by_id, key)
    keys: list[Any] = []
    for start in range(0, len(ordered), slicing.ASKED):
        if start:
            yield
        keys += map(key, ordered[start : start + slicing.ASKED])
    return OrderedView(key, ordered, keys)
