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
from typing import Protocol

from odps_tui.monitor.instance_row import InstanceRow
from odps_tui.monitor.ordered_view import OrderedView, SortKey


class Selects(Protocol):
    """What decides whether a row is shown."""

    @property
    def depends_on_time(self) -> bool:
        """True when the answer for an unchanged row can change as time passes."""
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
        self._groups: dict[str, OrderedView] = {"": OrderedView(key)}
        self._member: dict[str, str] = {}
        self._names: list[str] = [""]
        self._ends: list[int] = [0]

    # Lines -----------------------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @property
    def shown(self) -> int:
        """How many instances are in the list, those in collapsed groups included, headings not."""
        return sum(len(view) for view in self._groups.values())

    def line(self, number: int) -> Line:
        """Return the line at `number`, from 0 to `len - 1`."""
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
        if line is None:
            return None
        name = line.group if isinstance(line, Heading) else self._name_of(line)
        if name is None or name not in self._groups:
            return None
        index = self._names.index(name)
        begin = self._ends[index - 1] if index else 0
        if isinstance(line, Heading) or name in self._collapsed:
            return begin
        view = self._groups[name]
        position = view.position(line)
        if position is None:
            return None
        return begin + self._heading_lines + (len(view) - 1 - position if self._reverse else position)

    def group_size(self, heading: Heading) -> int:
        """Return how many instances a group holds."""
        return len(self._groups[heading.group])

    def is_collapsed(self, heading: Heading) -> bool:
        """Tell whether a group's rows are folded away."""
        return heading.group in self._collapsed

    def is_tombstone(self, instance_id: str, now: datetime) -> bool:
        """Tell whether an instance is shown only because it is kept: the filter or the service has let go of it."""
        if instance_id not in self._kept or instance_id not in self.rows:
            return False
        selects = self._selects
        return instance_id in self._missing or (selects is not None and not selects.matches(self.rows[instance_id], now))

    def ids(self) -> list[str]:
        """Return the ids of all instances in the list, in its order, those of collapsed groups included."""
        found: list[str] = []
        for name in self._names:
            view = self._groups[name]
            ids = view.ids(0, len(view))
            found += reversed(ids) if self._reverse else ids
        return found

    def __contains__(self, instance_id: object) -> bool:
        return any(instance_id in view for view in self._groups.values())

    # Wishes ----------------------------------------------------------------------------------------------------------------

    def show(self, rows: Mapping[str, InstanceRow], now: datetime) -> Shown:
        """Take in a snapshot's rows. A kept instance that is no longer among them stays as it was last seen."""
        before = self.rows
        self._missing = frozenset(id_ for id_ in self._kept if id_ not in rows and id_ in before)
        if self._missing:
            rows = {**rows, **{id_: before[id_] for id_ in self._missing}}
        changed = [id_ for id_, row in rows.items() if before.get(id_) is not row]
        arrived = sum(1 for id_ in changed if id_ not in before)
        gone = before.keys() - rows.keys() if len(before) + arrived != len(rows) else ()
        self.rows = rows
        if not before or (self._selects is not None and self._selects.depends_on_time):
            self._fill(now)
            return Shown(changed, moved=True)
        passing = self._passing(changed, now)
        return Shown(changed, self._move(passing, {*gone, *(set(changed) - set(passing))}))

    def keep(self, ids: Iterable[str], now: datetime) -> bool:
        """Show `ids` whatever the filter says, and no longer those kept before; return whether lines moved."""
        kept = frozenset(ids)
        if kept == self._kept:
            return False
        touched = [id_ for id_ in kept ^ self._kept if id_ in self.rows]
        self._kept = kept
        passing = self._passing(touched, now)
        return self._move(passing, set(touched) - set(passing))

    def filter_by(self, selects: Selects | None, now: datetime) -> None:
        """Show what `selects` selects; None shows everything."""
        self._selects = selects
        self._fill(now)

    def sort_by(self, key: SortKey, now: datetime, *, reverse: bool = False) -> None:
        """Order by `key`. To turn an order round costs nothing."""
        self._reverse = reverse
        if key is not self._key:
            self._key = key
            self._fill(now)

    def group_by(self, group_of: GroupOf | None, now: datetime) -> None:
        """Put a heading above the rows of each group; None takes the headings away."""
        self._group_of = group_of
        self._collapsed.clear()
        self._fill(now)

    def fold(self, heading: Heading) -> None:
        """Fold a group's rows away, or show them again."""
        self._collapsed ^= {heading.group}
        self._count()

    # How -------------------------------------------------------------------------------------------------------------------

    @property
    def _heading_lines(self) -> int:
        return 0 if self._group_of is None else 1

    def _name_of(self, instance_id: str) -> str | None:
        return "" if self._group_of is None else self._member.get(instance_id)

    def _passing(self, ids: Collection[str], now: datetime) -> Collection[str]:
        selects = self._selects
        if selects is None:
            return ids
        return [id_ for id_ in ids if id_ in self._kept or selects.matches(self.rows[id_], now)]

    def _fill(self, now: datetime) -> None:
        """Begin anew: filter, group and sort everything."""
        ids: Collection[str] = self.rows
        if self._selects is not None:
            ids = self._selects.select(self.rows.values(), now)
            extra = [id_ for id_ in self._kept & self.rows.keys() if not self._selects.matches(self.rows[id_], now)]
            ids = [*ids, *extra]
        self._member = {}
        members: dict[str, Collection[str]] = {"": ids}
        if self._group_of is not None:
            self._member = {id_: self._group_of(self.rows[id_]) for id_ in ids}
            members = _by_group(self._member.items())
        self._groups = {}
        for name, group in members.items():
            self._groups[name] = OrderedView(self._key)
            self._groups[name].fill(self.rows, group)
        self._count()

    def _move(self, passing: Collection[str], leaving: Collection[str]) -> bool:
        if self._group_of is None:
            moved = self._groups[""].update(self.rows, passing, leaving)
        else:
            moved = self._move_in_groups(passing, leaving, self._group_of)
        if moved:
            self._count()
        return moved

    def _move_in_groups(self, passing: Collection[str], leaving: Collection[str], group_of: GroupOf) -> bool:
        arriving = {id_: group_of(self.rows[id_]) for id_ in passing}
        from_group = _by_group((id_, name) for id_ in (*leaving, *passing) if (name := self._member.get(id_)) is not None)
        to_group = _by_group(arriving.items())
        moved = False
        for name in from_group.keys() | to_group.keys():
            coming = to_group.get(name, ())
            staying = set(coming)
            view = self._groups.setdefault(name, OrderedView(self._key))
            moved |= view.update(self.rows, coming, [id_ for id_ in from_group.get(name, ()) if id_ not in staying])
            if not len(view):
                del self._groups[name]
        for id_ in leaving:
            self._member.pop(id_, None)
        self._member.update(arriving)
        return moved

    def _count(self) -> None:
        self._names = sorted(self._groups) if self._group_of is not None else [""]
        self._ends = list(accumulate(self._lines_of(name) for name in self._names))

    def _lines_of(self, name: str) -> int:
        return self._heading_lines + (0 if name in self._collapsed else len(self._groups[name]))


def _by_group(pairs: Iterable[tuple[str, str]]) -> dict[str, Collection[str]]:
    groups: dict[str, list[str]] = defaultdict(list)
    for id_, name in pairs:
        groups[name].append(id_)
    return dict(groups)
