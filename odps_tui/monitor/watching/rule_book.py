"""The rules at work: each look at the list goes in, what came true comes out. Costs what changed, and what has become due.

A rule about time knows when it would come true for a row: that moment is put on a heap when the row changes, and looked at again
when it has come. Rules are never asked about data that is old: who has no snapshot asks nothing.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import count

from odps_tui.models import Outcome
from odps_tui.monitor.instance_row import InstanceRow, InstanceState
from odps_tui.monitor.watching.firings import Firing, Firings
from odps_tui.monitor.watching.rules import Kind, Rule
from odps_tui.monitor.watching.trail import Trails
from odps_tui.monitor.watching.transitions import Change, Look
from odps_tui.monitor.watching.verdict import Judgement, Verdict, judge
from odps_tui.monitor.watching.waiting_time import waiting_since

_PATIENCE = 3
"""Looks for which an end waits for its outcome, before it is told without one."""
_AGAIN = timedelta(seconds=30)
"""A rule that is due for a row which its filter does not select now, but may later."""


class RuleBook:
    """Rules, what is due, and what has fired."""

    def __init__(self, rules: Iterable[Rule] = (), firings: Firings | None = None) -> None:
        self.firings = firings or Firings()
        self._rules = tuple(rules)
        self._fresh = set(self._rules)
        """Rules that have not looked at the rows that were there before them."""
        self._due: list[tuple[datetime, int, Rule, str]] = []
        self._dues: dict[tuple[Rule, str], datetime] = {}
        self._order = count()
        self._ends: dict[str, int] = {}
        """Ended instances that a rule concerns and whose outcome nobody told yet, with the looks for which it is waited for."""
        self._trails = Trails()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """In the order in which they were given."""
        return self._rules

    def add(self, rule: Rule) -> bool:
        """Take a rule in; False when it is there already."""
        if rule in self._rules:
            return False
        self._rules += (rule,)
        self._fresh.add(rule)
        return True

    def remove(self, rule: Rule) -> None:
        """Take a rule away."""
        self._rules = tuple(one for one in self._rules if one != rule)
        self._fresh.discard(rule)
        self._due = [due for due in self._due if due[2] != rule]
        heapq.heapify(self._due)
        self._dues = {key: due for key, due in self._dues.items() if key[0] != rule}
        self.firings.forget(rule)

    def judgement(self, rule: Rule, row: InstanceRow, now: datetime) -> Judgement:
        """Return what can be said of a row's deadline."""
        deadline = rule.deadline(row)
        if deadline is None:
            return Judgement(Verdict.UNKNOWN, "nobody tells when it began")
        return judge(row, deadline, now, self._trails.of(row.id))

    def look(self, look: Look, pinned: frozenset[str], ended_unseen: Iterable[InstanceRow] = ()) -> list[Firing]:
        """Return what came true. `ended_unseen` are pinned instances that ended while nobody looked."""
        found = [*self._of_ends(look, ended_unseen, pinned), *self._of_time(look, pinned)]
        self._fresh.clear()
        self.firings.prune(look.snapshot.rows)
        return [firing for firing in found if self.firings.add(firing)]

    # Ends --------------------------------------------------------------------------------------------------------------------

    def _of_ends(self, look: Look, unseen: Iterable[InstanceRow], pinned: frozenset[str]) -> Iterator[Firing]:
        """An end is told with its outcome, which comes a little later; without one when nobody told it for some looks."""
        rows, now = look.snapshot.rows, look.snapshot.read_at
        for row in (*(one.row for one in look.transitions if one.change is Change.ENDED), *unseen):
            if any(rule.kind in (Kind.ENDS, Kind.FAILS) and rule.whom.concerns(row, now, pinned) for rule in self._rules):
                self._ends[row.id] = _PATIENCE
        for id_, left in list(self._ends.items()):
            row_now = rows.get(id_)
            if row_now is None or row_now.outcome is not None:
                del self._ends[id_]
            else:
                self._ends[id_] = left - 1
            if row_now is not None and (row_now.outcome is not None or left == 0):
                yield from self._of_end(row_now, now, pinned)

    def _of_end(self, row: InstanceRow, now: datetime, pinned: frozenset[str]) -> Iterator[Firing]:
        for rule in self._rules:
            is_true = rule.kind is Kind.ENDS or (rule.kind is Kind.FAILS and row.outcome is Outcome.FAILED)
            if is_true and rule.whom.concerns(row, now, pinned):
                yield Firing(rule, row, now, _end_words(row))

    @property
    def awaited(self) -> frozenset[str]:
        """Ended instances whose outcome is being waited for."""
        return frozenset(self._ends)

    # Time --------------------------------------------------------------------------------------------------------------------

    def _of_time(self, look: Look, pinned: frozenset[str]) -> Iterator[Firing]:
        rules = [rule for rule in self._rules if rule.kind in (Kind.WAITS, Kind.STALLS, Kind.DEADLINE)]
        if not rules:
            return
        snapshot = look.snapshot
        rows, now = snapshot.rows, snapshot.read_at
        self._follow(rules, look, rows, now)
        for rule in rules:
            if rule.whom.is_narrow:
                ids: Iterable[str] = pinned if rule.whom.is_pinned else (rule.whom.instance_id or "",)
                yield from self._of_rows(rule, (rows[id_] for id_ in ids if id_ in rows), now)
            else:
                ids = rows.keys() if rule in self._fresh else look.touched
                touched = (row for id_ in ids if (row := rows.get(id_)) is not None and row.is_live)
                yield from self._of_rows(rule, (row for row in touched if rule.whom.concerns(row, now, pinned)), now)
        yield from self._of_due(rows, now, pinned)

    def _follow(self, rules: list[Rule], look: Look, rows: Mapping[str, InstanceRow], now: datetime) -> None:
        if not any(rule.kind in (Kind.STALLS, Kind.DEADLINE) for rule in rules):
            return
        for id_ in look.touched if not self._fresh else rows:
            row = rows.get(id_)
            if row is not None and row.is_live:
                self._trails.take(row, now)
            else:
                self._trails.forget(id_)

    def _of_rows(self, rule: Rule, rows: Iterable[InstanceRow], now: datetime) -> Iterator[Firing]:
        for row in rows:
            if self.firings.has(rule, row.id):
                continue
            words = self._words(rule, row, now)
            if words:
                yield Firing(rule, row, now, words)
            elif not rule.whom.is_narrow and (due := self._due_of(rule, row)) is not None:
                self._expect(rule, row.id, due)

    def _of_due(self, rows: Mapping[str, InstanceRow], now: datetime, pinned: frozenset[str]) -> Iterator[Firing]:
        while self._due and self._due[0][0] <= now:
            due, _, rule, id_ = heapq.heappop(self._due)
            if self._dues.get((rule, id_)) != due:
                continue
            del self._dues[rule, id_]
            row = rows.get(id_)
            if row is None or rule not in self._rules or self.firings.has(rule, id_):
                continue
            if rule.whom.concerns(row, now, pinned):
                yield from self._of_rows(rule, [row], now)
            elif rule.whom.filter.depends_on_time and self._due_of(rule, row) is not None:
                self._expect(rule, id_, now + _AGAIN)

    def _expect(self, rule: Rule, instance_id: str, due: datetime) -> None:
        if self._dues.get((rule, instance_id)) != due:
            self._dues[rule, instance_id] = due
            heapq.heappush(self._due, (due, next(self._order), rule, instance_id))

    def _due_of(self, rule: Rule, row: InstanceRow) -> datetime | None:
        """Return the moment from which on the rule holds if nothing changes; a little behind it, as it says "longer than"."""
        since = self._since(rule, row)
        if rule.span is not None:
            return since + rule.span + timedelta(microseconds=1) if since is not None else None
        deadline = rule.deadline(row) if row.is_live else None
        return deadline + timedelta(microseconds=1) if deadline is not None else None

    def _since(self, rule: Rule, row: InstanceRow) -> datetime | None:
        if rule.kind is Kind.WAITS:
            return waiting_since(row)
        if rule.kind is Kind.STALLS and row.state is InstanceState.RUNNING:
            trail = self._trails.of(row.id)
            return trail.stands_since if trail is not None else None
        return None

    def _words(self, rule: Rule, row: InstanceRow, now: datetime) -> str:
        """Say what is true of a row; nothing when the rule does not hold."""
        if rule.kind is Kind.DEADLINE:
            return self._words_of_deadline(rule, row, now)
        since = self._since(rule, row)
        if since is None or rule.span is None or now - since <= rule.span:
            return ""
        minutes, seconds = divmod(int((now - since).total_seconds()), 60)
        time = f"{minutes}m" if minutes else f"{seconds}s"
        # The queue tells a fraction, and how finely nobody knows: that it stands is all that can be said.
        return (
            f"has waited {time}"
            if rule.kind is Kind.WAITS
            else f"~progress has stood at {100 * (row.progress or 0):.0f}% for {time}"
        )

    def _words_of_deadline(self, rule: Rule, row: InstanceRow, now: datetime) -> str:
        deadline = rule.deadline(row) if row.is_live else None
        if deadline is None:
            return ""
        judged = judge(row, deadline, now, self._trails.of(row.id))
        is_bad = judged.verdict in (Verdict.AT_RISK, Verdict.LATE)
        return f"{judged.verdict} for {deadline.astimezone():%H:%M}: {judged.reason}" if is_bad else ""


def _end_words(row: InstanceRow) -> str:
    match row.outcome:
        case None:
            return "has ended, nobody told how"
        case Outcome.SUCCESS:
            return "has succeeded"
        case Outcome.FAILED:
            return "has failed"
        case Outcome.CANCELLED:
            return "was cancelled"
    return "has ended"
