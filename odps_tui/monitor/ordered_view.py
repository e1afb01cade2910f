"""Rows in order, kept up by moving only what changed: a poll of 1 % must cost neither a sort nor a copy of 100,000.

A view is a list of pieces of a few hundred rows, and never changes: the next one shares all pieces in which nothing is another.
What was shown stays while the next is worked out slice by slice, and the last slice has as little to do as the others. To copy,
count up and let go of 100,000 references would take 10 ms: each lies somewhere else in memory.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, compress
from operator import attrgetter, itemgetter
from typing import Any

from odps_tui.large_heap import untracked
from odps_tui.monitor import slicing
from odps_tui.monitor.instance_row import InstanceRow
from odps_tui.monitor.slicing import Steps
from odps_tui.monitor.sorting import sort_in_slices

SortKey = Callable[[InstanceRow], Any]
"""Rows compare by what this returns, and it depends on nothing but the row; equal ones stay in the order of their ids."""

_Edit = tuple[int, bool, Any, InstanceRow | None]
"""At an offset in a piece: the row there is cut, or a row with its key comes in before it."""

_id_of = attrgetter("id")

_MOST_KEYS = 0.4
"""From more keys for each row on, rows are sorted one by one."""


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """Some rows with their keys, in order; never none. Pairs of both would be more objects than all the rest."""

    rows: list[InstanceRow]
    keys: list[Any]

    @property
    def last_id(self) -> str:
        return self.rows[-1].id

    def place(self, key: Any, instance_id: str) -> int:
        """Return the offset at which a row stands or would stand."""
        begin = bisect_left(self.keys, key)
        if begin == len(self.keys) or self.keys[begin] != key:
            return begin
        return bisect_left(self.rows, instance_id, begin, bisect_right(self.keys, key, begin), key=_id_of)


@dataclass(slots=True)
class _Changes:
    """What becomes of a piece: other objects for the same instances, offsets that are cut, and rows that come in."""

    same: list[tuple[int, InstanceRow]] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)
    fresh: list[tuple[Any, str, InstanceRow]] = field(default_factory=list)


class OrderedView:
    """Rows by `key`. Finding the position of a row, or the row at a position, never walks the list."""

    __slots__ = ("_ends", "_key", "_lasts", "_pieces")

    def __init__(self, key: SortKey, pieces: Sequence[_Piece] = ()) -> None:
        self._key = key
        self._pieces = pieces
        self._ends = list(accumulate(len(piece.rows) for piece in pieces))
        self._lasts = [piece.keys[-1] for piece in pieces]

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[InstanceRow]:
        """All rows, in their order."""
        return chain.from_iterable(piece.rows for piece in self._pieces)

    def __reversed__(self) -> Iterator[InstanceRow]:
        """All rows, the last one first."""
        return chain.from_iterable(reversed(piece.rows) for piece in reversed(self._pieces))

    def id_at(self, position: int) -> str:
        """Return the id at a position from 0 to `len - 1`."""
        index = bisect_right(self._ends, position)
        return self._pieces[index].rows[position - self._ends[index]].id

    def position(self, row: InstanceRow) -> int | None:
        """Return where a row stands; None when it is not in the view."""
        place = self._find(row)
        if place is None:
            return None
        index, offset = place
        return (self._ends[index - 1] if index else 0) + offset

    def is_aligned_with(self, other: OrderedView) -> bool:
        """Tell whether one was made from the other and every instance kept its position."""
        mine, theirs = self._pieces, other._pieces
        return len(mine) == len(theirs) and all(one.keys is another.keys for one, another in zip(mine, theirs, strict=True))

    def only(self, select: Callable[[Sequence[InstanceRow]], Iterable[str]]) -> Steps[OrderedView]:
        """Return a view of the rows of this one whose ids `select` returns when it is asked about some hundreds of them."""
        found = _Pieces()
        for piece, is_due in _paced(self._pieces, slicing.ASKED):
            if is_due:
                yield
            ids = frozenset(select(piece.rows))
            if len(ids) == len(piece.rows):
                found.share([piece])
            elif ids:
                chosen = [row.id in ids for row in piece.rows]
                found.add(list(compress(piece.rows, chosen)), list(compress(piece.keys, chosen)))
        return OrderedView(self._key, found.whole())

    def split(self, name_of: Callable[[InstanceRow], str]) -> Steps[dict[str, OrderedView]]:
        """Return a view for the rows of each name."""
        parts = defaultdict[str, _Pieces](_Pieces)
        for piece, is_due in _paced(self._pieces, slicing.ASKED):
            if is_due:
                yield
            shares: dict[str, tuple[list[InstanceRow], list[Any]]] = defaultdict(lambda: ([], []))
            for row, key in zip(piece.rows, piece.keys, strict=True):
                rows, keys = shares[name_of(row)]
                rows.append(row)
                keys.append(key)
            for name, (rows, keys) in shares.items():
                parts[name].add(rows, keys)
        return {name: OrderedView(self._key, part.whole()) for name, part in parts.items()}

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
        changes = defaultdict[int, _Changes](_Changes)
        for number, id_ in enumerate(coming, 1):
            row, old = after[id_], before.get(id_)
            key = self._key(row)
            place = self._find(old) if old is not None else None
            if place is not None and self._pieces[place[0]].keys[place[1]] == key:
                if self._pieces[place[0]].rows[place[1]] is not row:
                    changes[place[0]].same.append((place[1], row))
            else:
                changes[self._index(key, id_)].fresh.append((key, id_, row))
                if place is not None:
                    changes[place[0]].cuts.append(place[1])
            if not number % slicing.SOUGHT:
                yield
        for number, id_ in enumerate(leaving, 1):
            place = self._find(before[id_]) if id_ in before else None
            if place is not None:
                changes[place[0]].cuts.append(place[1])
            if not number % slicing.SOUGHT:
                yield
        return (yield from self._changed(changes)) if changes else self

    def _index(self, key: Any, instance_id: str) -> int:
        """Return the number of the piece in which a row stands or would stand: the first one that does not end before it."""
        index = bisect_left(self._lasts, key)
        if index < len(self._lasts) and self._lasts[index] == key:
            index = bisect_left(self._pieces, instance_id, index, bisect_right(self._lasts, key, index), key=_last_id_of)
        return max(0, min(index, len(self._pieces) - 1))

    def _find(self, row: InstanceRow) -> tuple[int, int] | None:
        """Return the number of the piece in which a row stands, and its offset there."""
        if not self._pieces:
            return None
        key = self._key(row)
        index = self._index(key, row.id)
        piece = self._pieces[index]
        offset = piece.place(key, row.id)
        return (index, offset) if offset < len(piece.rows) and piece.rows[offset].id == row.id else None

    def _changed(self, changes: Mapping[int, _Changes]) -> Steps[OrderedView]:
        pieces, begin = _Pieces(), 0
        for index in sorted(changes):
            if index > begin:
                pieces.share(self._pieces[begin:index])
            if index:
                yield
            begin = index + 1
            piece, change = self._pieces[index] if self._pieces else _Piece([], []), changes[index]
            rows = _rows_with(piece.rows, change.same)
            if change.cuts or change.fresh:
                pieces.add(*_spliced(piece, rows, change.cuts, change.fresh))
            else:
                pieces.share([_Piece(rows, piece.keys)])
        pieces.share(self._pieces[begin:])
        return OrderedView(self._key, pieces.whole())


_last_id_of = attrgetter("last_id")


class _Pieces:
    """Pieces of a view in the making."""

    def __init__(self) -> None:
        self._pieces: list[_Piece] = []
        self._rows: list[InstanceRow] = []
        self._keys: list[Any] = []

    def share(self, pieces: Iterable[_Piece]) -> None:
        """Take over pieces as they are."""
        self._close()
        self._pieces += pieces

    def add(self, rows: list[InstanceRow], keys: list[Any]) -> None:
        """Add rows, in pieces that are neither large nor, where more are added, small."""
        self._rows += rows
        self._keys += keys
        while len(self._rows) >= 2 * slicing.SHARED:
            self._cut(slicing.SHARED)
        if len(self._rows) >= slicing.SHARED:
            self._close()

    def whole(self) -> Sequence[_Piece]:
        """Return all of them."""
        self._close()
        return self._pieces

    def _close(self) -> None:
        if not self._rows:
            return
        if len(self._rows) < slicing.SHARED // 4 and self._pieces and len(self._pieces[-1].rows) < slicing.SHARED:
            last = self._pieces.pop()
            self._rows, self._keys = last.rows + self._rows, last.keys + self._keys
        self._cut(len(self._rows))

    def _cut(self, length: int) -> None:
        self._pieces.append(_Piece(untracked(self._rows[:length]), untracked(self._keys[:length])))
        del self._rows[:length], self._keys[:length]


def _paced(pieces: Iterable[_Piece], limit: int) -> Iterator[tuple[_Piece, bool]]:
    """Yield each piece, and whether a pause is due before it: after `limit` rows."""
    seen = 0
    for piece in pieces:
        is_due = seen >= limit
        yield piece, is_due
        seen = len(piece.rows) + (0 if is_due else seen)


def _rows_with(rows: list[InstanceRow], same: Iterable[tuple[int, InstanceRow]]) -> list[InstanceRow]:
    """Return the rows with other objects for the same instances."""
    if not same:
        return rows
    others = untracked(rows.copy())
    for offset, row in same:
        others[offset] = row
    return others


def _spliced(
    piece: _Piece, rows: list[InstanceRow], cuts: Iterable[int], fresh: list[tuple[Any, str, InstanceRow]]
) -> tuple[list[InstanceRow], list[Any]]:
    """Return the parts of a piece between the edits, and what comes in between."""
    fresh.sort(key=itemgetter(0, 1))
    edits: list[_Edit] = [(offset, True, None, None) for offset in cuts]
    edits += [(piece.place(key, id_), False, key, row) for key, id_, row in fresh]
    # Stable: what comes before the same row stays in its own order, before a cut of that row.
    edits.sort(key=itemgetter(0, 1))
    new_rows: list[InstanceRow] = []
    new_keys: list[Any] = []
    begin = 0
    for offset, is_cut, key, row in edits:
        new_rows += rows[begin:offset]
        new_keys += piece.keys[begin:offset]
        begin = offset + is_cut
        if row is not None:
            new_rows.append(row)
            new_keys.append(key)
    new_rows += rows[begin:]
    new_keys += piece.keys[begin:]
    return new_rows, new_keys


def in_order(rows: Iterable[InstanceRow], key: SortKey) -> Steps[OrderedView]:
    """Return a view of `rows`, by key, and by id among those with the same key."""
    unordered = untracked(list(rows))
    if len(unordered) > slicing.COPIED:
        yield
    pieces = _Pieces()
    gathered = yield from _gathered(unordered, key)
    if gathered is not None:
        yield from _add_gathered(pieces, gathered)
    else:
        yield from _add_sorted(pieces, unordered, key)
    return OrderedView(key, pieces.whole())


def _gathered(rows: Sequence[InstanceRow], key: SortKey) -> Steps[dict[Any, list[InstanceRow]] | None]:
    """Return the rows by their keys; None where too few have the same for that to be worth it."""
    found = defaultdict[Any, list[InstanceRow]](list)
    for begin in range(0, len(rows), slicing.ASKED):
        if begin:
            yield
        end = begin + slicing.ASKED
        for row in rows[begin:end]:
            found[key(row)].append(row)
        if end >= slicing.COPIED and len(found) > _MOST_KEYS * end:
            return None
    return found


def _add_gathered(pieces: _Pieces, gathered: Mapping[Any, list[InstanceRow]]) -> Steps[None]:
    """Half of the work of a sort is to fetch rows from where they lie: this does so once for the key, and once for the id."""
    rows: list[InstanceRow] = []
    row_keys: list[Any] = []
    for key in (yield from sort_in_slices(list(gathered), _itself)):
        tied = gathered[key]
        if len(tied) > slicing.ASKED:
            tied = yield from sort_in_slices(tied, _id_of)
        else:
            tied.sort(key=_id_of)
        rows += tied
        row_keys += [key] * len(tied)
        if len(rows) >= slicing.ASKED:
            pieces.add(rows, row_keys)
            rows, row_keys = [], []
            yield
    pieces.add(rows, row_keys)


def _add_sorted(pieces: _Pieces, rows: Sequence[InstanceRow], key: SortKey) -> Steps[None]:
    """Sorted by id, which mostly is how they come, and then by key, which keeps that among equals."""
    by_id = yield from sort_in_slices(rows, _id_of)
    ordered = yield from sort_in_slices(by_id, key)
    for begin in range(0, len(ordered), slicing.ASKED):
        if begin:
            yield
        asked = ordered[begin : begin + slicing.ASKED]
        pieces.add(asked, list(map(key, asked)))


def _itself(key: Any) -> Any:
    return key
