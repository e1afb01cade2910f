"""Everybody there is: in order of id, found by id, and the living apart."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import count

from odps_tui.demo.world.instance import Instance
from odps_tui.demo.world.xflows import Action, XFlow


class Population:
    """The instances that exist, and the sub-instances that will. It draws no dice and knows no clock."""

    def __init__(self) -> None:
        self._ordered: list[Instance] = []
        self._by_id: dict[str, Instance] = {}
        self._living: dict[str, Instance] = {}
        self._unborn: list[tuple[float, int, Instance]] = []
        self._order = count()
        self._xflows: dict[str, XFlow] = {}
        self._parents: dict[str, Instance] = {}

    def __len__(self) -> int:
        return len(self._ordered)

    def add_all(self, instances: Iterable[Instance]) -> None:
        """Add many, in any order."""
        new = list(instances)
        self._by_id.update((instance.id, instance) for instance in new)
        self._living.update((instance.id, instance) for instance in new)
        self._ordered.extend(new)
        self._ordered.sort(key=_by_id)

    def add(self, instance: Instance) -> None:
        """Add one; the newest goes to the end, as ids sort by time."""
        self._by_id[instance.id] = instance
        self._living[instance.id] = instance
        if not self._ordered or self._ordered[-1].id < instance.id:
            self._ordered.append(instance)
        else:
            insort(self._ordered, instance, key=_by_id)

    def expect(self, family: Iterable[XFlow]) -> None:
        """Remember XFlows; their sub-instances are born when their time comes."""
        xflows = list(family)
        self.remember(xflows)
        for xflow in xflows:
            for action in xflow.actions:
                if action.instance is not None:
                    heappush(self._unborn, (action.instance.start, next(self._order), action.instance))

    def remember(self, family: Iterable[XFlow]) -> None:
        """Remember XFlows whose sub-instances are added by the caller."""
        for xflow in family:
            self._xflows[xflow.instance.id] = xflow
            self._parents.update((a.instance.id, xflow.instance) for a in xflow.actions if a.instance is not None)

    def next_birth(self) -> float | None:
        """When the next expected sub-instance starts; None when nobody is expected."""
        return self._unborn[0][0] if self._unborn else None

    def bear(self) -> None:
        """Add the next expected sub-instance, unless its parent has ended before it could start."""
        _, _, instance = heappop(self._unborn)
        if self._parents[instance.id].ends_at > instance.start and instance.ends_at > instance.start:
            self.add(instance)

    def find(self, instance_id: str) -> Instance | None:
        """The instance of this id, None when there is none (yet)."""
        return self._by_id.get(instance_id)

    def living(self, now: float) -> list[Instance]:
        """Everybody not Terminated at `now`, by id. The dead are forgotten here, so time must not run backwards."""
        dead = [instance.id for instance in self._living.values() if instance.is_terminated(now)]
        for instance_id in dead:
            del self._living[instance_id]
        return sorted(self._living.values(), key=_by_id)

    def after(self, instance_id: str) -> Iterator[Instance]:
        """Everybody whose id sorts after this one, in order; the empty string begins at the oldest."""
        place = bisect_right(self._ordered, instance_id, key=_by_id)
        for at in range(place, len(self._ordered)):
            yield self._ordered[at]

    def xflow(self, instance: Instance) -> XFlow | None:
        """`instance` as an XFlow; None when it is none."""
        return self._xflows.get(instance.id)

    def actions(self, xflow: XFlow) -> tuple[Action, ...]:
        """Those of an XFlow's actions that have begun: their instance exists, or they need none."""
        return tuple(action for action in xflow.actions if action.instance is None or action.instance.id in self._by_id)

    def descendants(self, instance: Instance) -> Iterator[Instance]:
        """Every sub-instance of an XFlow, born or expected, on all levels."""
        if (xflow := self.xflow(instance)) is not None:
            for action in xflow.actions:
                if action.instance is not None:
                    yield action.instance
                    yield from self.descendants(action.instance)


def _by_id(instance: Instance) -> str:
    return instance.id
