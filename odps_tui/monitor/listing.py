"""The list as lines: which instances are shown, in which order, under which headings. Pure: no clock, no screen.

A snapshot goes in, and so do the wishes of the operator (filter, order, groups); out come lines by number and numbers by line.
Everything is kept up by difference, so that a poll or a key costs what it changes and not what there is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any, Protocol

from odps_tui.monitor.instance_row import InstanceRow
from odps_tui.monitor.ordered_view import OrderedView, SortKey
from odps_tui.monitor.snapshot import Step

_MANY = 4
"""From one row in so many on, sorting anew is cheaper than moving what changed."""


class Selects(Protocol):
    """What decides whether a row is shown."""

    @property
    def depends_on_time(self) -> bool:
        """True when the answer for an unchanged row can change as time passes."""
        ...

    def narrows(self, other: Any, /) -> bool:
        """Return True only when it shows nothing that `other`, of its own kind, does not show at the same moment."""
        ...

    def matches(self, row: InstanceRow, now: datetime) -> bool:
        """Tell whether one row is shown."""
        ...

    def select(self, rows: Iterable[InstanceRow], now: datetime) -> list[str]:
        """Return the ids of the rows that are shown."""
        ...


@dataclass(frozen=True, slots=True)
class Heading:
    """The line above a group's rows."""

    group: str


Line = str | Heading
"""A line of the list: an instance's id, or the heading of a group."""

GroupOf = Callable[[InstanceRow], str]


@dataclass(frozen=True, slots=True)
class Shown:
    """What taking in a snapshot did: ids whose row is another object now, and whether lines moved."""

    changed: Collection[str]
    moved: bool


class Listing:
    """The rows of the last snapshot, seen through filter, order and groups.

    `kept` ids are shown whatever the filter says: the one under the cursor, so that an operator never loses the row at hand.
    `pinned` ones stand above everything else, in their own order, and nowhere else.
    """

    def __init__(self, key: SortKey, *, reverse: bool = False) -> None:
        self.rows: Mapping[str, InstanceRow] = {}
        self._key = key
        self._reverse = reverse
        self._selects: Selects | None = None
        self._group_of: GroupOf | None = None
        self._collapsed: set[str] = set()
        self._kept: frozenset[str] = frozenset()
        self._missing: frozenset[str] = frozenset()
        self._pinned: tuple[str, ...] = ()
        self._head: tuple[str, ...] = ()
        """The pinned ones of which there is a row."""
        self._state: int | None = None
        self._order = OrderedView(key)
        """Every row, shown or not: a filter or a grouping takes its pieces from it and never sorts."""
        self._groups: dict[str, OrderedView] = {"": self._order}
        self._names: list[str] = [""]
        self._ends: list[int] = [0]

    # Lines -----------------------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self._head) + (self._ends[-1] if self._ends else 0)

    @property
    def shown(self) -> int:
        """How many instances are in the list, those in collapsed groups included, headings not."""
        return len(self._head) + sum(len(view) for view in self._groups.values())

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
        view = self._groups[name]
        return view.id_at(len(view) - 1 - offset if self._reverse else offset)

    def lines(self, start: int, stop: int) -> list[Line]:
        """Return the lines `start` … `stop - 1`, as many as there are."""
        return [self.line(number) for number in range(max(0, start), min(stop, len(self)))]

    def number(self, line: Line | None) -> int | None:
        """Return where a line stands; None when it is not shown. An instance in a collapsed group stands at its heading."""
        if line in self._head:
            return self._head.index(line)
        name = line.group if isinstance(line, Heading) else self._group_of_id(line)
        if line is None or name is None or name not in self._groups:
            return None
        index = self._names.index(name)
        begin = len(self._head) + (self._ends[index - 1] if index else 0)
        if isinstance(line, Heading):
            return begin
        view = self._groups[name]
        position = view.position(self.rows[line])
        if position is None:
            return None
        if name in self._collapsed:
            return begin
        return begin + self._heading_lines + (len(view) - 1 - position if self._reverse else position)

    def group_size(self, heading: Heading) -> int:
        """Return how many instances a group holds."""
        return len(self._groups[heading.group])

    def is_collapsed(self, heading: Heading) -> bool:
        """Tell whether a group's rows are folded away."""
        return heading.group in self._collapsed

    def is_tombstone(self, instance_id: str, now: datetime) -> bool:
        """Tell whether an instance is shown only because it is kept: the filter or the service has let go of it."""
        if instance_id in self._head and instance_id not in self._missing:
            return False
        if instance_id not in self._kept or instance_id not in self.rows:
            return False
        selects = self._selects
        return instance_id in self._missing or (selects is not None and not selects.matches(self.rows[instance_id], now))

    def shown_rows(self) -> list[InstanceRow]:
        """Return all instances in the list, in its order, those of collapsed groups included."""
        found = [self.rows[id_] for id_ in self._head]
        for name in self._names:
            rows = self._groups[name].rows
            found += reversed(rows) if self._reverse else rows
        return found

    def ids(self) -> list[str]:
        """Return the ids of all instances in the list, in its order, those of collapsed groups included."""
        return [row.id for row in self.shown_rows()]

    def matching_ids(self, now: datetime) -> list[str]:
        """Return the ids of all instances in the list but of those that only their pin keeps there."""
        selects = self._selects
        pinned = {id_ for id_ in self._head if selects is not None and not selects.matches(self.rows[id_], now)}
        return [row.id for row in self.shown_rows() if row.id not in pinned]

    def __contains__(self, instance_id: str) -> bool:
        if instance_id in self._head:
            return True
        name = self._group_of_id(instance_id)
        return name in self._groups and self._groups[name].position(self.rows[instance_id]) is not None

    # Wishes ----------------------------------------------------------------------------------------------------------------

    def show(self, rows: Mapping[str, InstanceRow], now: datetime, step: Step | None = None) -> Shown:
        """Take in a snapshot's rows. A kept instance that is no longer among them stays as it was last seen.

        The `step` that led to the snapshot spares the comparison of all rows, if it began where this list stands: a snapshot that
        was never shown here breaks the chain.
        """
        before = self.rows
        suspects = {*step.touched, *self._missing} if step is not None and step.begin == self._state else None
        self._state = step.end if step is not None else None
        self._missing = frozenset(id_ for id_ in self._kept if id_ not in rows and id_ in before)
        if self._missing:
            rows = {**rows, **{id_: before[id_] for id_ in self._missing}}
        changed, gone = _difference(before, rows, suspects)
        self.rows = rows
        has_other_head = self._lift()
        if len(changed) * _MANY > len(rows):
            self._order.fill(rows.values())
        else:
            moved = self._order.update(before, rows, changed, gone)
            if self._is_all:
                self._count()
                return Shown(changed, moved)
            if self._selects is None or not self._selects.depends_on_time:
                passing = self._passing(changed, now)
                moved = self._move(before, passing, {*gone, *(set(changed) - set(passing))})
                return Shown(changed, moved or has_other_head)
        self._choose(now)
        return Shown(changed, moved=True)

    def keep(self, ids: Iterable[str], now: datetime) -> bool:
        """Show `ids` whatever the filter says, and no longer those kept before; return whether lines moved."""
        kept = frozenset(ids)
        if kept == self._kept:
            return False
        touched = [id_ for id_ in kept ^ self._kept if id_ in self.rows]
        self._kept = kept
        passing = self._passing(touched, now)
        return self._move(self.rows, passing, set(touched) - set(passing))

    def pin(self, ids: Iterable[str], now: datetime) -> None:
        """Put `ids` above everything else, whatever the filter says; those pinned before go back to their places."""
        pinned = tuple(dict.fromkeys(ids))
        if pinned != self._pinned:
            self._pinned = pinned
            self._lift()
            self._choose(now)

    def filter_by(self, selects: Selects | None, now: datetime) -> None:
        """Show what `selects` selects; None shows everything. Typing on mostly narrows: then only what is shown is asked."""
        within = self._groups[""] if self._is_narrower(selects) else None
        self._selects = selects
        self._choose(now, within)

    def sort_by(self, key: SortKey, now: datetime, *, reverse: bool = False) -> None:
        """Order by `key`. To turn an order round costs nothing."""
        self._reverse = reverse
        if key is not self._key:
            self._key = key
            self._order = OrderedView(key)
            self._order.fill(self.rows.values())
            self._choose(now)

    def group_by(self, group_of: GroupOf | None, now: datetime) -> None:
        """Put a heading above the rows of each group; None takes the headings away."""
        self._group_of = group_of
        self._collapsed.clear()
        self._choose(now)

    def fold(self, heading: Heading) -> None:
        """Fold a group's rows away, or show them again."""
        self._collapsed ^= {heading.group}
        self._count()

    # How -------------------------------------------------------------------------------------------------------------------

    @property
    def _heading_lines(self) -> int:
        return 0 if self._group_of is None else 1

    @property
    def _is_all(self) -> bool:
        """True when the list is every row in its order: nothing else has to be kept up."""
        return self._selects is None and self._group_of is None and not self._pinned

    def _is_narrower(self, selects: Selects | None) -> bool:
        """Tell whether only rows that are shown now can be selected, and whether it pays to ask just them.

        They are asked in their order, which jumps about in memory: as many as half of all take as long as all.
        """
        before = self._selects
        if selects is None or before is None or type(selects) is not type(before) or self._group_of is not None:
            return False
        return 2 * self.shown < len(self.rows) and not before.depends_on_time and selects.narrows(before)

    def _group_of_id(self, instance_id: str | None) -> str | None:
        row = self.rows.get(instance_id) if instance_id is not None else None
        if row is None:
            return None
        return "" if self._group_of is None else self._group_of(row)

    def _passing(self, ids: Collection[str], now: datetime) -> Collection[str]:
        selects, pinned = self._selects, self._pinned
        if selects is None:
            return [id_ for id_ in ids if id_ not in pinned] if pinned else ids
        return [id_ for id_ in ids if id_ not in pinned and (id_ in self._kept or selects.matches(self.rows[id_], now))]

    def _lift(self) -> bool:
        """Find the pinned rows; return whether they are others than before."""
        before, self._head = self._head, tuple(id_ for id_ in self._pinned if id_ in self.rows)
        return before != self._head

    def _choose(self, now: datetime, within: OrderedView | None = None) -> None:
        """Filter and group everything (or what is `within`) anew, in the order that is already there."""
        shown = self._order if within is None else within
        if self._selects is not None:
            chosen = self._selects.select(self.rows.values() if within is None else within.rows, now)
            shown = shown.only({*chosen, *self._kept} - set(self._pinned))
        elif self._pinned:
            shown = shown.without(frozenset(self._pinned))
        self._groups = {"": shown} if self._group_of is None else shown.split(self._group_of)
        self._count()

    def _move(self, before: Mapping[str, InstanceRow], passing: Collection[str], leaving: Collection[str]) -> bool:
        if self._group_of is None:
            moved = self._groups[""].update(before, self.rows, passing, leaving)
        else:
            moved = self._move_in_groups(before, passing, leaving, self._group_of)
        if moved:
            self._count()
        return moved

    def _move_in_groups(
        self, before: Mapping[str, InstanceRow], passing: Collection[str], leaving: Collection[str], group_of: GroupOf
    ) -> bool:
        """A row leaves the group of what it was and comes into the group of what it is."""
        coming, going = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
        for id_ in passing:
            name = group_of(self.rows[id_])
            coming[name].append(id_)
            if id_ in before and (old := group_of(before[id_])) != name:
                going[old].append(id_)
        for id_ in leaving:
            if id_ in before:
                going[group_of(before[id_])].append(id_)
        moved = False
        for name in coming.keys() | going.keys():
            view = self._groups.setdefault(name, OrderedView(self._key))
            moved |= view.update(before, self.rows, coming.get(name, ()), going.get(name, ()))
            if not len(view):
                del self._groups[name]
        return moved

    def _count(self) -> None:
        self._names = sorted(self._groups) if self._group_of is not None else [""]
        self._ends = list(accumulate(self._lines_of(name) for name in self._names))

    def _lines_of(self, name: str) -> int:
        return self._heading_lines + (0 if name in self._collapsed else len(self._groups[name]))


def _difference(
    before: Mapping[str, InstanceRow], after: Mapping[str, InstanceRow], suspects: Collection[str] | None
) -> tuple[Collection[str], Collection[str]]:
    """Return the ids whose row is another object now, and those that are gone; None suspects all."""
    if not before:
        return after.keys(), ()
    if suspects is not None:
        changed = [id_ for id_ in suspects if id_ in after and before.get(id_) is not after[id_]]
        return changed, [id_ for id_ in suspects if id_ in before and id_ not in after]
    changed = [id_ for id_, row in after.items() if before.get(id_) is not row]
    arrived = sum(1 for id_ in changed if id_ not in before)
    return changed, (before.keys() - after.keys() if len(before) + arrived != len(after) else ())
