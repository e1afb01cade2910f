"""Rows in order, kept up by moving only what changed: a poll of 1 % must not cost a sort of 100,000.

Rows and their keys stand in two lists side by side. One list of (key, id) pairs would be 100,000 small tuples, which cost more to
make, to compare and to look through for garbage than all the rest.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from itertools import compress
from operator import attrgetter, itemgetter
from typing import Any

from odps_tui.monitor.instance_row import InstanceRow

SortKey = Callable[[InstanceRow], Any]
"""Rows compare by what this returns, and it depends on nothing but the row; equal ones stay in the order of their ids."""

_Edit = tuple[int, bool, Any, InstanceRow | None]
"""At a position: the row there is cut, or a row with its key comes in before it."""

_NEAR = 500
"""To copy so many rows costs about what it costs to move the tail of a list of 100,000 once."""

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
        """Begin anew with `rows`: by id, which mostly is the order they come in, then by key, which keeps that among equals."""
        ordered = sorted(rows, key=_id_of)
        ordered.sort(key=self._key)
        self._rows = ordered
        self._keys = list(map(self._key, ordered))

    def only(self, ids: Set[str]) -> OrderedView:
        """Return a view of some rows of this one: no sort, no key."""
        chosen = [row.id in ids for row in self._rows]
        return self._of(list(compress(self._rows, chosen)), list(compress(self._keys, chosen)))

    def without(self, ids: Set[str]) -> OrderedView:
        """Return a view of all rows of this one but some."""
        chosen = [row.id not in ids for row in self._rows]
        return self._of(list(compress(self._rows, chosen)), list(compress(self._keys, chosen)))

    def split(self, name_of: Callable[[InstanceRow], str]) -> dict[str, OrderedView]:
        """Return a view for the rows of each name."""
        parts: dict[str, tuple[list[InstanceRow], list[Any]]] = defaultdict(lambda: ([], []))
        for row, key in zip(self._rows, self._keys, strict=True):
            rows, keys = parts[name_of(row)]
            rows.append(row)
            keys.append(key)
        return {name: self._of(rows, keys) for name, (rows, keys) in parts.items()}

    def _of(self, rows: list[InstanceRow], keys: list[Any]) -> OrderedView:
        view = OrderedView(self._key)
        view._rows, view._keys = rows, keys
        return view

    def update(
        self,
        before: Mapping[str, InstanceRow],
        after: Mapping[str, InstanceRow],
        coming: Collection[str],
        leaving: Collection[str],
    ) -> bool:
        """Take in rows that are new or changed, and let go of others, if they are here; a row is found by what it was `before`.

        Return whether any position may have changed.
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

    def _place(self, key: Any, instance_id: str) -> int:
        """Return where a row stands or would stand."""
        begin = bisect_left(self._keys, key)
        if begin == len(self._keys) or self._keys[begin] != key:
            return begin
        return bisect_left(self._rows, instance_id, begin, bisect_right(self._keys, key, begin), key=_id_of)

    def _splice(self, cuts: Collection[int], fresh: list[tuple[Any, str, InstanceRow]]) -> None:
        """Rewrite the windows in which something changes, from the back so that the positions before stay true."""
        fresh.sort(key=itemgetter(0, 1))
        edits: list[_Edit] = [(position, True, None, None) for position in cuts]
        edits += [(self._place(key, id_), False, key, row) for key, id_, row in fresh]
        # Stable: what comes before the same row stays in its own order, before a cut of that row.
        edits.sort(key=itemgetter(0, 1))
        for window in reversed(_windows(edits)):
            self._rewrite(window)

    def _rewrite(self, edits: Sequence[_Edit]) -> None:
        """Copy the pieces between edits that are near each other: a thousand single ones would move the tail a thousand times."""
        begin, end = edits[0][0], edits[-1][0] + 1
        rows: list[InstanceRow] = []
        keys: list[Any] = []
        start = begin
        for position, is_cut, key, row in edits:
            rows += self._rows[start:position]
            keys += self._keys[start:position]
            start = position + is_cut
            if row is not None:
                rows.append(row)
                keys.append(key)
        self._rows[begin:end] = rows + self._rows[start:end]
        self._keys[begin:end] = keys + self._keys[start:end]


def _windows(edits: Sequence[_Edit]) -> list[list[_Edit]]:
    """Put edits that are near each other together."""
    windows: list[list[_Edit]] = []
    for edit in edits:
        if windows and edit[0] - windows[-1][-1][0] <= _NEAR:
            windows[-1].append(edit)
        else:
            windows.append([edit])
    return windows
