"""What a poll costs whoever watches 100,000 instances: by what changed, against a look at every row, in the same run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from odps_tui.models import Instance, QueueingInfo
from odps_tui.monitor import Roster, Snapshot
from odps_tui.monitor.watching import Comparison, RuleBook, parse_rule, waiting_since

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
ROWS, LIVE_EACH, POLLS = 100_000, 20, 15
RULES = ("ends pinned", "fails owner:etl", "waits>50m")
LIVE = [f"2026{number:08d}g" for number in range(0, ROWS, LIVE_EACH)]


def main() -> None:
    roster = filled()
    comparison, book = Comparison(), RuleBook(parse_rule(rule, now=NOW) for rule in RULES)
    watch(comparison, book, snapshot(roster, NOW))
    first = parts_of_a_first_look(roster)
    print(f"first look, 4 rules about time: {sum(first):.0f} ms in {len(first)} parts, the longest {max(first):.1f} ms")
    ours, every = [], []
    for poll in range(1, POLLS + 1):
        roster.note_queued(queued(id_, poll) for id_ in LIVE[:1000])
        seen = snapshot(roster, NOW + timedelta(seconds=5 * poll))
        ours.append(timed(lambda seen=seen: watch(comparison, book, seen)))  # type: ignore[misc]
        every.append(timed(lambda seen=seen: look_at_every_row(seen)))  # type: ignore[misc]
    mine, theirs = statistics.median(ours), statistics.median(every)
    print(f"{ROWS} instances, 1000 changed a poll, {len(RULES)} rules: {mine * 1000:.1f} ms a poll")
    print(f"a look at every row, one rule: {theirs * 1000:.1f} ms; ratio {mine / theirs:.2f}")


def filled() -> Roster:
    roster = Roster()
    live = set(LIVE)
    ids = (f"2026{number:08d}g" for number in range(ROWS))
    roster.note_instances(
        Instance(
            id_, "etl", "Running" if id_ in live else "Terminated", NOW - timedelta(minutes=30), None if id_ in live else NOW
        )
        for id_ in ids
    )
    roster.note_queue(queued(id_, 0) for id_ in LIVE)
    return roster


def queued(id_: str, poll: int) -> QueueingInfo:
    started = NOW - timedelta(minutes=30)
    return QueueingInfo(id_, status="Running", owner="etl", start_time=started, wait_pos=3 + poll, progress=0.0)


def parts_of_a_first_look(roster: Roster) -> list[float]:
    """Return how long each part of it holds up everything else, in milliseconds."""
    rules = ("waits>50m", "stalls>10m", "deadline 23:59 owner:etl", "waits>5m age>30m")
    comparison, book = Comparison(), RuleBook(parse_rule(rule, now=NOW) for rule in rules)
    seen = snapshot(roster, NOW)
    parts = [timed(lambda: begin(comparison, book, seen))]
    while book.is_behind:
        parts.append(timed(book.examine))
    return [1000 * part for part in parts]


def begin(comparison: Comparison, book: RuleBook, seen: Snapshot) -> None:
    look = comparison.look(seen)
    assert look is not None
    book.look(look, frozenset())


def snapshot(roster: Roster, at: datetime) -> Snapshot:
    return Snapshot(roster.rows, roster.counts, at, at - timedelta(hours=1), step=roster.step())


def watch(comparison: Comparison, book: RuleBook, seen: Snapshot) -> None:
    look = comparison.look(seen)
    assert look is not None
    book.look(look, frozenset())
    while book.is_behind:
        book.examine()


def look_at_every_row(seen: Snapshot) -> int:
    limit = timedelta(minutes=50)
    return sum(1 for row in seen.rows.values() if (since := waiting_since(row)) is not None and seen.read_at - since > limit)


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
