"""The list as lines: which instances are shown, in which order, under which headings. Pure: no clock, no screen.

A snapshot goes in, and so do the wishes of the operator (filter, order, groups); out come lines by number and numbers by line.
Everything is kept up by difference, so that a poll or a key costs what it changes and not what there is. What may cost more is
worked out in slices beside what is shown; that stays as it was until the `Change` is called. One such work at a time: what was
begun before another change was called is worth nothing. To keep, to fold and to read is free at any time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Set
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate

from odps_tui.monitor.first_in_order import first_in_order
from odps_tui.monitor.instance_row import InstanceRow
from odps_tui.monitor.ordered_view import SortKey
from odps_tui.monitor.sight import GroupOf, Rows, Selects, Sight, Wishes
from odps_tui.monitor.slicing import Steps
from odps_tui.monitor.snapshot import Step

_FEW = 50
"""To look up one id costs as much as to look at so many rows."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The line above a group's rows."""

    group: str


Line = str | Heading
"""A line of the list: an instance's id, or the heading of a group."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a change did: ids whose row is another object now, and whether lines moved."""

    changed: Collection[str]
    moved: bool


Change = Callable[[], Shown]
"""Shows what has been worked out."""


class Listing:
    """The rows of the last snapshot, seen through filter, order and groups.

    `kept` ids are shown whatever the filter says: the one under the cursor, so that an operator never loses the row at hand.
    `pinned` ones stand above everything else, in their own order, and nowhere else.
    """

    def __init__(self, key: SortKey, *, reverse: bool = False) -> None:
        self._sight = Sight.of_nothing(Wishes(key))
        self._head: tuple[str, ...] = ()
        self._reverse = reverse
        self._collapsed: frozenset[str] = frozenset()
        self._kept: frozenset[str] = frozenset()
        self._missing: frozenset[str] = frozenset()
        self._state: int | None = None
        self._names: list[str] = [""]
        self._ends: list[int] = [0]

    # Lines -----------------------------------------------------------------------------------------------------------------

    @property
    def rows(self) -> Rows:
        """Every row by id, shown or not."""
        return self._sight.rows

    def __len__(self) -> int:
        return len(self._head) + (self._ends[-1] if self._ends else 0)

    @property
    def shown(self) -> int:
        """How many instances are in the list, those in collapsed groups included, headings not."""
        return len(self._head) + sum(len(view) for view in self._sight.groups.values())

    @property
    def head(self) -> tuple[str, ...]:
        """The ids of the pinned instances: the first lines."""
        return self._head

    def line(self, number: int) -> Line:
        """Return the line at `number`, from 0 to `len - 1`."""
        if number < len(self._head):
            return self._head[number]
        number -= len(self._head)
        index = bisect_right(self._ends, number)
        name = self._names[index]
        offset = number - (self._ends[index - 1] if index else 0) - self._heading_lines
        if offset < 0:
            return Heading(name)
        view = self._sight.groups[name]
        return view.id_at(len(view) - 1 - offset if self._reverse else offset)

    def lines(self, start: int, stop: int) -> list[Line]:
        """Return the lines `start` … `stop - 1`, as many as there are."""
        return [self.line(number) for number in range(max(0, start), min(stop, len(self)))]

    def number(self, line: Line | None) -> int | None:
        """Return where a line stands; None when it is not shown. An instance in a collapsed group stands at its heading."""
        if line in self._head:
            return self._head.index(line)
        if isinstance(line, Heading):
            return self._begin(line.group) if line.group in self._sight.groups else None
        row = self.rows.get(line) if line is not None else None
        place = self._sight.position(row) if row is not None else None
        if place is None:
            return None
        name, position = place
        if name in self._collapsed:
            return self._begin(name)
        if self._reverse:
            position = len(self._sight.groups[name]) - 1 - position
        return self._begin(name) + self._heading_lines + position

    def _begin(self, group: str) -> int:
        index = self._names.index(group)
        return len(self._head) + (self._ends[index - 1] if index else 0)

    def group_size(self, heading: Heading) -> int:
        """Return how many instances a group holds."""
        return len(self._sight.groups[heading.group])

    def is_collapsed(self, heading: Heading) -> bool:
        """Tell whether a group's rows are folded away."""
        return heading.group in self._collapsed

    def is_tombstone(self, instance_id: str, now: datetime) -> bool:
        """Tell whether an instance is shown only because it is kept: the filter or the service has let go of it."""
        if instance_id in self._head and instance_id not in self._missing:
            return False
        if instance_id not in self._kept or instance_id not in self.rows:
            return False
        selects = self._sight.wishes.selects
        return instance_id in self._missing or (selects is not None and not selects.matches(self.rows[instance_id], now))

    def each(self) -> Iterator[InstanceRow]:
        """Yield all instances in the list, in no order."""
        yield from (self.rows[id_] for id_ in self._head)
        for view in self._sight.groups.values():
            yield from view

    def shown_rows(self) -> list[InstanceRow]:
        """Return all instances in the list, in its order, those of collapsed groups included."""
        found = [self.rows[id_] for id_ in self._head]
        for name in self._names:
            view = self._sight.groups[name]
            found += reversed(view) if self._reverse else view
        return found

    def ids(self) -> list[str]:
        """Return the ids of all instances in the list, in its order, those of collapsed groups included."""
        return [row.id for row in self.shown_rows()]

    def matching_ids(self, now: datetime) -> list[str]:
        """Return the ids of all instances in the list but of those that only their pin keeps there."""
        selects = self._sight.wishes.selects
        pinned = {id_ for id_ in self._head if selects is not None and not selects.matches(self.rows[id_], now)}
        return [row.id for row in self.shown_rows() if row.id not in pinned]

    def __contains__(self, instance_id: str) -> bool:
        if instance_id in self._head:
            return True
        row = self.rows.get(instance_id)
        return row is not None and self._sight.position(row) is not None

    def count(self, ids: Set[str]) -> int:
        """Return how many of `ids` are in the list."""
        if len(ids) * _FEW < self.shown:
            return sum(1 for id_ in ids if id_ in self)
        return sum(1 for row in self.each() if row.id in ids)

    # Wishes ----------------------------------------------------------------------------------------------------------------

    def show(self, rows: Rows, now: datetime, step: Step | None = None) -> Steps[Change]:
        """Take in a snapshot's rows. A kept instance that is no longer among them stays as it was last seen.

        The `step` that led to the snapshot spares the comparison of all rows, if it began where this list stands: a snapshot that
        was never shown here breaks the chain.
        """
        before, kept = self._sight, self._kept
        suspects = {*step.touched, *self._missing} if step is not None and step.begin == self._state else None
        sight, changed = yield from before.with_rows(rows, suspects, now)

        def change() -> Shown:
            missing = {id_: before.rows[id_] for id_ in self._kept if id_ in before.rows and id_ not in rows}
            self._missing = frozenset(missing)
            self._state = step.end if step is not None else None
            aligned = self._see(sight.and_missing(missing, now), kept, now)
            return Shown(changed, moved=not aligned)

        return change

    def ahead(self, rows: Rows, count: int, now: datetime) -> Steps[Listing]:
        """Return a list of nothing but the first `count` lines that this one will have when it shows `rows`.

        There are none where a filter, groups or pins have a say in it.
        """
        key, first = self._sight.wishes.key, list[InstanceRow]()
        if self._sight.wishes.is_all:
            first = yield from first_in_order(rows.values(), key, count, reverse=self._reverse)
        ahead = Listing(key, reverse=self._reverse)
        change = yield from ahead.show({row.id: row for row in first}, now)
        change()
        return ahead

    def keep(self, ids: Iterable[str], now: datetime) -> bool:
        """Show `ids` whatever the filter says, and no longer those kept before; return whether lines moved."""
        before, self._kept = self._kept, frozenset(ids)
        return self._kept != before and not self._see(self._sight, before, now)

    def pin(self, ids: Iterable[str], now: datetime) -> Steps[Change]:
        """Put `ids` above everything else, whatever the filter says; those pinned before go back to their places."""
        return self._wish(replace(self._sight.wishes, pinned=tuple(dict.fromkeys(ids))), now)

    def filter_by(self, selects: Selects | None, now: datetime) -> Steps[Change]:
        """Show what `selects` selects; None shows everything."""
        return self._wish(replace(self._sight.wishes, selects=selects), now)

    def sort_by(self, key: SortKey, now: datetime) -> Steps[Change]:
        """Order by `key`."""
        return self._wish(replace(self._sight.wishes, key=key), now)

    def group_by(self, group_of: GroupOf | None, now: datetime) -> Steps[Change]:
        """Put a heading above the rows of each group; None takes the headings away."""
        return self._wish(replace(self._sight.wishes, group_of=group_of), now)

    def turn(self, *, reverse: bool) -> None:
        """Show the order the other way round, within each group."""
        self._reverse = reverse

    def fold(self, heading: Heading) -> None:
        """Fold a group's rows away, or show them again."""
        self._collapsed ^= {heading.group}
        self._count()

    # How -------------------------------------------------------------------------------------------------------------------

    def _wish(self, wishes: Wishes, now: datetime) -> Steps[Change]:
        kept, is_grouped_anew = self._kept, wishes.group_of is not self._sight.wishes.group_of
        sight = yield from self._sight.wished(wishes, now)

        def change() -> Shown:
            if is_grouped_anew:
                self._collapsed = frozenset()
            self._see(sight, kept, now)
            return Shown((), moved=True)

        return change

    def _see(self, sight: Sight, kept: Collection[str], now: datetime) -> bool:
        """Show what was worked out while `kept` were kept; return whether everything stands where it stood."""
        before, self._sight = self._sight, sight.judging({*kept, *self._kept}, self._kept, now)
        self._head = self._sight.head
        self._count()
        return self._sight.is_aligned_with(before)

    @property
    def _heading_lines(self) -> int:
        return 0 if self._sight.wishes.group_of is None else 1

    def _count(self) -> None:
        self._names = sorted(self._sight.groups)
        self._ends = list(accumulate(self._lines_of(name) for name in self._names))

    def _lines_of(self, name: str) -> int:
        return self._heading_lines + (0 if name in self._collapsed else len(self._sight.groups[name]))
