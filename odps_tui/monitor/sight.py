"""What is to be seen of all rows: which, in which order and groups. The next sight is worked out in slices beside this one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, Protocol

from odps_tui.monitor import slicing
from odps_tui.monitor.instance_row import InstanceRow
from odps_tui.monitor.ordered_view import OrderedView, SortKey, in_order
from odps_tui.monitor.rows_and_missing import RowsAndMissing
from odps_tui.monitor.slicing import Steps, at_once

_MANY = 4
"""From one row in so many on, sorting anew is cheaper than moving what changed."""

Rows = Mapping[str, InstanceRow]
GroupOf = Callable[[InstanceRow], str]


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
        """Return the ids of the rows that are shown; each is judged by itself."""
        ...


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the operator wants to see: the order, what is shown (None: everything), in which groups, and what stands on top."""

    key: SortKey
    selects: Selects | None = None
    group_of: GroupOf | None = None
    pinned: tuple[str, ...] = ()

    @property
    def is_all(self) -> bool:
        """True when every row is shown in its order, and nothing else has to be kept up."""
        return self.selects is None and self.group_of is None and not self.pinned

    @property
    def depends_on_time(self) -> bool:
        """True when rows that stay the same may come and go."""
        return self.selects is not None and self.selects.depends_on_time

    def passes(self, row: InstanceRow, now: datetime) -> bool:
        """Tell whether a row is shown below the pinned ones."""
        return row.id not in self.pinned and (self.selects is None or self.selects.matches(row, now))

    def group(self, row: InstanceRow) -> str:
        """Return the name of a row's group: none where nothing is grouped."""
        return "" if self.group_of is None else self.group_of(row)


@dataclass(frozen=True, slots=True, eq=False)
class Sight:
    """All `rows`, shown or not, in `order`; and of them, in `groups` by name, what is shown below the pinned ones.

    A filter or a grouping takes its pieces from the order and never sorts.
    """

    wishes: Wishes
    rows: Rows
    order: OrderedView
    groups: Mapping[str, OrderedView]

    @classmethod
    def of_nothing(cls, wishes: Wishes) -> Sight:
        """Return the sight of no rows."""
        nothing = OrderedView(wishes.key)
        return cls(wishes, {}, nothing, {"": nothing} if wishes.group_of is None else {})

    @property
    def head(self) -> tuple[str, ...]:
        """The pinned ones of which there is a row."""
        return tuple(id_ for id_ in self.wishes.pinned if id_ in self.rows)

    def position(self, row: InstanceRow) -> tuple[str, int] | None:
        """Return a row's group and its place in it; None when it is not shown below the pinned ones."""
        name = self.wishes.group(row)
        position = self.groups[name].position(row) if name in self.groups else None
        return None if position is None else (name, position)

    def is_aligned_with(self, other: Sight) -> bool:
        """Tell whether one was made from the other, and everything that is shown stands where it stood."""
        mine, theirs = self.groups, other.groups
        is_same = mine.keys() == theirs.keys() and all(view.is_aligned_with(theirs[name]) for name, view in mine.items())
        return is_same and self.head == other.head

    def with_rows(self, rows: Rows, suspects: Collection[str] | None, now: datetime) -> Steps[tuple[Sight, Collection[str]]]:
        """Return the sight of `rows`, of which no others than `suspects` differ (None: any may); and the ids of those that do."""
        wishes = self.wishes
        changed, gone = yield from _difference(self.rows, rows, suspects)
        is_another = len(changed) * _MANY > len(rows)
        if is_another:
            order = yield from in_order(rows.values(), wishes.key)
        else:
            order = yield from self.order.updated(self.rows, rows, changed, gone)
        sight = Sight(wishes, rows, order, self.groups)
        if wishes.is_all or is_another or wishes.depends_on_time or sight.head != self.head:
            return (yield from sight._chosen(order, now)), changed
        passing: list[str] = []
        leaving = [*gone]
        for number, id_ in enumerate(changed, 1):
            (passing if wishes.passes(rows[id_], now) else leaving).append(id_)
            if not number % slicing.SOUGHT:
                yield
        return (yield from sight._moved(self.rows, passing, leaving)), changed

    def wished(self, wishes: Wishes, now: datetime) -> Steps[Sight]:
        """Return what is seen of these rows with other wishes. Typing on mostly narrows: then only what is shown is asked."""
        if wishes == self.wishes and not wishes.depends_on_time:
            return self
        within = self.groups[""] if self._is_narrowed_by(wishes) else None
        order = self.order if wishes.key is self.wishes.key else (yield from in_order(self.order, wishes.key))
        sight = Sight(wishes, self.rows, order, {})
        return (yield from sight._chosen(order if within is None else within, now))

    def and_missing(self, rows: Rows, now: datetime) -> Sight:
        """Return the sight of a few rows more, of which none is in it."""
        if not rows:
            return self
        every = RowsAndMissing(self.rows, rows)
        order = at_once(self.order.updated({}, every, rows, ()))
        sight = Sight(self.wishes, every, order, {"": order} if self.wishes.is_all else self.groups)
        return sight.judging(rows, (), now)

    def judging(self, ids: Iterable[str], kept: Collection[str], now: datetime) -> Sight:
        """Return the sight in which of a few rows those are shown that pass, or are `kept`."""
        wishes = self.wishes
        if wishes.is_all:
            return self
        passing: list[str] = []
        leaving: list[str] = []
        for id_ in ids:
            if row := self.rows.get(id_):
                is_shown = wishes.passes(row, now) or (id_ in kept and id_ not in wishes.pinned)
                (passing if is_shown else leaving).append(id_)
        return at_once(self._moved(self.rows, passing, leaving))

    # How -------------------------------------------------------------------------------------------------------------------

    def _is_narrowed_by(self, wishes: Wishes) -> bool:
        """Tell whether only what is shown now can be shown then."""
        before, selects = self.wishes.selects, wishes.selects
        if before is None or selects is None or type(selects) is not type(before) or before.depends_on_time:
            return False
        return wishes == replace(self.wishes, selects=selects) and wishes.group_of is None and selects.narrows(before)

    def _chosen(self, shown: OrderedView, now: datetime) -> Steps[Sight]:
        """Filter and group all that is in `shown` anew, in the order that is already there."""
        wishes, rows, selects = self.wishes, self.rows, self.wishes.selects
        if selects is not None:
            shown = yield from shown.only(lambda some: selects.select(some, now))
        if wishes.pinned:
            shown = yield from shown.updated(rows, rows, (), wishes.pinned)
        groups = {"": shown} if wishes.group_of is None else (yield from shown.split(wishes.group_of))
        return Sight(wishes, rows, self.order, groups)

    def _moved(self, before: Rows, passing: Collection[str], leaving: Collection[str]) -> Steps[Sight]:
        """Take what passes into its group, and out of the one it was in `before`, and what leaves out of its own."""
        group = self.wishes.group
        coming, going = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
        for id_ in passing:
            name = group(self.rows[id_])
            coming[name].append(id_)
            if id_ in before and (old := group(before[id_])) != name:
                going[old].append(id_)
        for id_ in leaving:
            if id_ in before:
                going[group(before[id_])].append(id_)
        groups = dict(self.groups)
        for name in coming.keys() | going.keys():
            view = groups.get(name) or OrderedView(self.wishes.key)
            groups[name] = yield from view.updated(before, self.rows, coming.get(name, ()), going.get(name, ()))
            if not groups[name] and self.wishes.group_of is not None:
                del groups[name]
        return Sight(self.wishes, self.rows, self.order, groups)


def _difference(before: Rows, after: Rows, suspects: Collection[str] | None) -> Steps[tuple[Collection[str], Collection[str]]]:
    """Return the ids whose row is another object now, and those that are gone; None suspects all."""
    if not before:
        return after.keys(), ()
    if suspects is not None:
        changed = [id_ for id_ in suspects if id_ in after and before.get(id_) is not after[id_]]
        return changed, [id_ for id_ in suspects if id_ in before and id_ not in after]
    changed = yield from _picked(after, lambda ids: [id_ for id_ in ids if before.get(id_) is not after[id_]])
    return changed, (yield from _picked(before, lambda ids: [id_ for id_ in ids if id_ not in after]))


def _picked(ids: Iterable[str], pick: Callable[[Collection[str]], list[str]]) -> Steps[list[str]]:
    asked, found = iter(ids), list[str]()
    while part := list(islice(asked, slicing.COPIED)):
        found += pick(part)
        if len(part) == slicing.COPIED:
            yield
    return found
