"""Whatever polls, filters, orders and groups do to the list, it is what a plain sort of the plain rows would give.

So it is when they are worked out slice by slice, with keys in between, and when work that had begun is dropped for other work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from odps_tui.models import Instance
from odps_tui.monitor import Change, Heading, InstanceRow, Line, Listing, SortKey
from odps_tui.monitor.slicing import Steps, at_once
from odps_tui.monitor.snapshot import Step
from tests.monitor.slices import tiny_slices

NOW = datetime(2026, 11, 24, tzinfo=UTC)
IDS = st.text(alphabet="abcdefgh", min_size=1, max_size=2)
OWNERS = st.sampled_from(["etl", "bi", "pai"])
SLICES = st.sampled_from([None, None, 0, 1, 2, 5])
"""How many slices of a work are done before something else happens; None: all."""
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
        self.key: SortKey = by_start
        self.reverse = False
        self.selects: OwnedBy | None = None
        self.grouped = False
        self.folded: set[str] = set()
        self.kept: set[str] = set()
        self.pinned: list[str] = []
        self.polled: dict[str, InstanceRow] = {}
        """What the latest snapshot held, whether it was shown or got lost on its way."""
        self.state = 0
        self.work: Steps[Change] | None = None
        self.effect: Callable[[], None] = lambda: None
        """What the work in hand changes when it is done."""
        self.slices = tiny_slices()
        self.slices.__enter__()

    def teardown(self) -> None:
        self.slices.__exit__(None, None, None)

    def begin(self, work: Steps[Change], effect: Callable[[], None], slices: int | None) -> None:
        """Begin work, and drop what was begun before."""
        self.work, self.effect = work, effect
        self.go_on(slices)

    @rule(slices=SLICES)
    def go_on(self, slices: int | None) -> None:
        """Do some slices of the work in hand; when it is at its end, show it."""
        if self.work is None:
            return
        for _ in range(10_000 if slices is None else slices):
            try:
                next(self.work)
            except StopIteration as end:
                self.work = None
                end.value()
                self.effect()
                return

    @rule(
        changes=st.dictionaries(IDS, st.tuples(OWNERS, st.integers(0, 5)), max_size=8),
        drop=st.sets(IDS, max_size=4),
        fate=FATES,
        slices=SLICES,
    )
    def poll(self, changes: dict[str, tuple[str, int]], drop: set[str], fate: str, slices: int | None) -> None:
        new = {id_: polled for id_, polled in self.polled.items() if id_ not in drop}
        new |= {id_: row(id_, owner, minute) for id_, (owner, minute) in changes.items()}
        step = Step(self.state, self.state + 1, {*changes, *drop})
        self.polled, self.state = new, self.state + 1
        if fate == "lost":
            return

        def effect() -> None:
            self.rows = {**new, **{id_: self.rows[id_] for id_ in self.kept if id_ in self.rows and id_ not in new}}

        self.begin(self.listing.show(new, NOW, step if fate == "with its step" else None), effect, slices)

    @rule(owners=st.frozensets(OWNERS) | st.none(), depends_on_time=st.booleans(), slices=SLICES)
    def filter(self, owners: frozenset[str] | None, depends_on_time: bool, slices: int | None) -> None:
        selects = OwnedBy(owners, depends_on_time) if owners is not None else None

        def effect() -> None:
            self.selects = selects

        self.begin(self.listing.filter_by(selects, NOW), effect, slices)

    @rule(by_name=st.booleans(), slices=SLICES)
    def sort(self, by_name: bool, slices: int | None) -> None:
        key: SortKey = by_id if by_name else by_start

        def effect() -> None:
            self.key = key

        self.begin(self.listing.sort_by(key, NOW), effect, slices)

    @rule(reverse=st.booleans())
    def turn(self, reverse: bool) -> None:
        self.reverse = reverse
        self.listing.turn(reverse=reverse)

    @rule(grouped=st.booleans(), slices=SLICES)
    def group(self, grouped: bool, slices: int | None) -> None:
        def effect() -> None:
            if grouped is not self.grouped:
                self.grouped, self.folded = grouped, set()

        self.begin(self.listing.group_by(owner_of if grouped else None, NOW), effect, slices)

    @rule(ids=st.lists(IDS, max_size=3, unique=True), slices=SLICES)
    def pin(self, ids: list[str], slices: int | None) -> None:
        def effect() -> None:
            self.pinned = ids

        self.begin(self.listing.pin(ids, NOW), effect, slices)

    @rule(owner=OWNERS)
    def fold(self, owner: str) -> None:
        if self.grouped and any(owner_of(row) == owner for row in self.shown()):
            self.folded ^= {owner}
            self.listing.fold(Heading(owner))

    @rule(ids=st.sets(IDS, max_size=2))
    def keep(self, ids: set[str]) -> None:
        self.kept = ids
        self.listing.keep(ids, NOW)

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
    at_once(listing.show({"a": row("a", "etl", 2), "b": row("b", "etl", 1)}, NOW))()
    assert listing.ids() == ["b", "a"]
    listing.turn(reverse=True)
    assert listing.ids() == ["a", "b"]
    assert "a" in listing
    assert "c" not in listing


def test_of_many_marks_those_that_are_shown_are_counted() -> None:
    listing = Listing(by_start)
    rows = {f"{number:03}": row(f"{number:03}", "etl" if number % 3 else "bi", number) for number in range(300)}
    at_once(listing.show(rows, NOW))()
    at_once(listing.filter_by(OwnedBy(frozenset({"bi"})), NOW))()
    at_once(listing.pin(["001", "003"], NOW))()
    for ids in (set(rows), {"000", "001", "002", "003", "gone"}, set(), {"gone"}):
        assert listing.count(ids) == len(ids & set(listing.ids()))
