"""Whatever polls, filters, orders and groups do to the list, it is what a plain sort of the plain rows would give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from odps_tui.models import Instance
from odps_tui.monitor import Heading, InstanceRow, Line, Listing
from odps_tui.monitor.snapshot import Step

NOW = datetime(2026, 11, 24, tzinfo=UTC)
IDS = st.text(alphabet="abcdefgh", min_size=1, max_size=2)
OWNERS = st.sampled_from(["etl", "bi", "pai"])
FATES = st.sampled_from(["with its step", "with its step", "without its step", "lost"])


def row(id_: str, owner: str, minute: int) -> InstanceRow:
    return InstanceRow(id_, Instance(id_, owner, "Running", NOW + timedelta(minutes=minute), None))


def by_start(row: InstanceRow) -> float:
    return row.start_time.timestamp() if row.start_time else 0.0


def by_id(row: InstanceRow) -> str:
    return row.id


def owner_of(row: InstanceRow) -> str:
    return row.owner or ""


@dataclass(frozen=True)
class OwnedBy:
    owners: frozenset[str]
    depends_on_time: bool = False

    def narrows(self, other: OwnedBy) -> bool:
        return self.owners <= other.owners

    def matches(self, row: InstanceRow, now: datetime) -> bool:  # noqa: ARG002 - the protocol of Selects
        return row.owner in self.owners

    def select(self, rows: Iterable[InstanceRow], now: datetime) -> list[str]:
        return [row.id for row in rows if self.matches(row, now)]


class ListingMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.listing = Listing(by_start)
        self.rows: dict[str, InstanceRow] = {}
        self.key = by_start
        self.reverse = False
        self.selects: OwnedBy | None = None
        self.grouped = False
        self.folded: set[str] = set()
        self.kept: set[str] = set()
        self.pinned: list[str] = []
        self.polled: dict[str, InstanceRow] = {}
        """What the latest snapshot held, whether it was shown or got lost on its way."""
        self.state = 0

    @rule(
        changes=st.dictionaries(IDS, st.tuples(OWNERS, st.integers(0, 5)), max_size=8), drop=st.sets(IDS, max_size=4), fate=FATES
    )
    def poll(self, changes: dict[str, tuple[str, int]], drop: set[str], fate: str) -> None:
        new = {id_: polled for id_, polled in self.polled.items() if id_ not in drop}
        new |= {id_: row(id_, owner, minute) for id_, (owner, minute) in changes.items()}
        step = Step(self.state, self.state + 1, {*changes, *drop})
        self.polled, self.state = new, self.state + 1
        if fate == "lost":
            return
        self.listing.show(new, NOW, step if fate == "with its step" else None)
        self.rows = {**new, **{id_: self.rows[id_] for id_ in self.kept if id_ in self.rows and id_ not in new}}

    @rule(owners=st.frozensets(OWNERS) | st.none(), depends_on_time=st.booleans())
    def filter(self, owners: frozenset[str] | None, depends_on_time: bool) -> None:
        self.selects = OwnedBy(owners, depends_on_time) if owners is not None else None
        self.listing.filter_by(self.selects, NOW)

    @rule(by_name=st.booleans(), reverse=st.booleans())
    def sort(self, by_name: bool, reverse: bool) -> None:
        self.key, self.reverse = (by_id if by_name else by_start), reverse  # type: ignore[assignment]
        self.listing.sort_by(self.key, NOW, reverse=reverse)

    @rule(grouped=st.booleans())
    def group(self, grouped: bool) -> None:
        self.grouped, self.folded = grouped, set()
        self.listing.group_by(owner_of if grouped else None, NOW)

    @rule(owner=OWNERS)
    def fold(self, owner: str) -> None:
        if self.grouped and any(owner_of(row) == owner for row in self.shown()):
            self.folded ^= {owner}
            self.listing.fold(Heading(owner))

    @rule(ids=st.sets(IDS, max_size=2))
    def keep(self, ids: set[str]) -> None:
        self.kept = ids
        self.listing.keep(ids, NOW)

    @rule(ids=st.lists(IDS, max_size=3, unique=True))
    def pin(self, ids: list[str]) -> None:
        self.pinned = ids
        self.listing.pin(ids, NOW)

    def head(self) -> list[str]:
        return [id_ for id_ in self.pinned if id_ in self.rows]

    def shown(self) -> list[InstanceRow]:
        """What stands below the pinned ones."""
        rows = [
            row
            for row in self.rows.values()
            if row.id not in self.pinned and (self.selects is None or self.selects.matches(row, NOW) or row.id in self.kept)
        ]
        return sorted(rows, key=lambda row: (self.key(row), row.id), reverse=self.reverse)

    def expected(self) -> list[Line]:
        shown = self.shown()
        if not self.grouped:
            return [*self.head(), *(row.id for row in shown)]
        lines: list[Line] = [*self.head()]
        for owner in sorted({owner_of(row) for row in shown}):
            lines.append(Heading(owner))
            lines += [row.id for row in shown if owner_of(row) == owner and owner not in self.folded]
        return lines

    @invariant()
    def it_is_what_a_sort_would_give(self) -> None:
        expected = self.expected()
        assert self.listing.lines(0, len(self.listing) + 5) == expected
        assert [self.listing.number(line) for line in expected] == list(range(len(expected)))
        assert self.listing.shown == len(self.head()) + len(self.shown())
        assert set(self.listing.ids()) == {*self.head(), *(row.id for row in self.shown())}
        matching = {row.id for row in self.rows.values() if self.selects is None or self.selects.matches(row, NOW)}
        assert set(self.listing.matching_ids(NOW)) == set(self.listing.ids()) - (set(self.head()) - matching)
        assert dict(self.listing.rows) == self.rows

    @invariant()
    def an_instance_in_a_folded_group_stands_at_its_heading(self) -> None:
        for row_ in self.shown():
            if self.grouped and owner_of(row_) in self.folded:
                assert self.listing.number(row_.id) == self.listing.number(Heading(owner_of(row_)))


ListingMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
TestListing = ListingMachine.TestCase


def test_ids_follow_the_order() -> None:
    listing = Listing(by_start)
    listing.show({"a": row("a", "etl", 2), "b": row("b", "etl", 1)}, NOW)
    assert listing.ids() == ["b", "a"]
    listing.sort_by(by_start, NOW, reverse=True)
    assert listing.ids() == ["a", "b"]
    assert "a" in listing
    assert "c" not in listing
