"""Rows in order, kept up by moving only what changed: a poll of 1 % must not cost a sort of 100,000.

Rows and their keys stand in two lists side by side. One list of (key, id) pairs would be 100,000 small tuples, which cost more to
make, to compare and to look through for garbage than all the rest.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import Any

from odps_tui.monitor.instance_row import InstanceRow

SortKey = Callable[[InstanceRow], Any]
"""Rows compare by what this returns, and it depends on nothing but the row; rows that compare equal stay in the order of their ids."""

_id_of = attrgetter("id")


class OrderedView:
    """Rows by `key`. Finding the position of a row, or the row at a position, never walks the list."""

    def __init__(self, key: SortKey) -> None:
        self._key = key
        self._keys: list[Any] = []
        self._rows: list[InstanceRow] = []

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def rows(self) -> Sequence[InstanceRow]:
        """All rows, in their order; good until the next change."""
        return self._rows

    def id_at(self, position: int) -> str:
        """Return the id at a position from 0 to `len - 1`."""
        return self._rows[position].id

    def position(self, row: InstanceRow) -> int | None:
        """Return where a row stands; None when it is not in the view."""
        position = self._place(self._key(row), row.id)
        is_there = position < len(self._rows) and self._rows[position].id == row.id
        return position if is_there else None

    def fill(self, rows: Iterable[InstanceRow]) -> None:
        """Begin anew with `rows`, sorted once: by key first, which is quick, then by id where keys are the same."""
        unsorted = list(rows)
        keys = list(map(self._key, unsorted))
        order = sorted(range(len(keys)), key=keys.__getitem__)
        self._keys = [keys[index] for index in order]
        self._rows = [unsorted[index] for index in order]
        start = 0
        while start < len(order):
            end = self._end_of_ties(start)
            if end - start > 1:
                self._rows[start:end] = sorted(self._rows[start:end], key=_id_of)
            start = end

    def only(self, ids: Iterable[str]) -> OrderedView:
        """Return a view of some rows of this one, named in its order: no sort, no key, no hash."""
        view = OrderedView(self._key)
        wanted = iter(ids)
        id_ = next(wanted, None)
        for row, key in zip(self._rows, self._keys, strict=True):
            if row.id == id_:
                view._append(row, key)
                id_ = next(wanted, None)
                if id_ is None:
                    break
        return view

    def split(self, name_of: Callable[[InstanceRow], str]) -> dict[str, OrderedView]:
        """Return a view for the rows of each name."""
        views: dict[str, OrderedView] = {}
        for row, key in zip(self._rows, self._keys, strict=True):
            name = name_of(row)
            if name not in views:
                views[name] = OrderedView(self._key)
            views[name]._append(row, key)
        return views

    def update(
        self,
        before: Mapping[str, InstanceRow],
        after: Mapping[str, InstanceRow],
        coming: Collection[str],
        leaving: Collection[str],
    ) -> bool:
        """Take in rows that are new or changed, and let go of others, if they are here; return whether any position may have changed.

        A row that is here is found by what it was `before`.
        """
        cuts: list[int] = []
        fresh: list[tuple[Any, str, InstanceRow]] = []
        for id_ in coming:
            row, old = after[id_], before.get(id_)
            key = self._key(row)
            position = self.position(old) if old is not None else None
            if position is not None and self._keys[position] == key:
                self._rows[position] = row
                continue
            fresh.append((key, id_, row))
            if position is not None:
                cuts.append(position)
        for id_ in leaving:
            position = self.position(before[id_]) if id_ in before else None
            if position is not None:
                cuts.append(position)
        if cuts or fresh:
            self._splice(cuts, fresh)
        return bool(cuts or fresh)

    def _append(self, row: InstanceRow, key: Any) -> None:
        self._rows.append(row)
        self._keys.append(key)

    def _end_of_ties(self, start: int) -> int:
        """Return the position behind the last row with the key of the one at `start`; mostly it is near."""
        key, near = self._keys[start], start + 32
        end = bisect_right(self._keys, key, start, min(near, len(self._keys)))
        return end if end < near else bisect_right(self._keys, key, end)

    def _place(self, key: Any, instance_id: str) -> int:
        """Return where a row stands or would stand."""
        begin = bisect_left(self._keys, key)
        if begin == len(self._keys) or self._keys[begin] != key:
            return begin
        return bisect_left(self._rows, instance_id, begin, self._end_of_ties(begin), key=_id_of)

    def _splice(self, cuts: Collection[int], fresh: list[tuple[Any, str, InstanceRow]]) -> None:
        """Copy the pieces between the edits, once: a thousand single insertions move the list's tail a thousand times."""
        fresh.sort(key=itemgetter(0, 1))
        edits: list[tuple[int, bool, Any, InstanceRow | None]] = [(position, True, None, None) for position in cuts]
        edits += [(self._place(key, id_), False, key, row) for key, id_, row in fresh]
        edits.sort(key=itemgetter(0, 1))  # stable: what comes before the same row stays in its own order, before a cut of that row
        rows: list[InstanceRow] = []
        keys: list[Any] = []
        start = 0
        for position, is_cut, key, row in edits:
            rows += self._rows[start:position]
            keys += self._keys[start:position]
            start = position + is_cut
            if row is not None:
                rows.append(row)
                keys.append(key)
        self._rows = rows + self._rows[start:]
        self._keys = keys + self._keys[start:]
