"""The rules at work: each look at the list goes in, what came true comes out. Costs what changed, and what has become due.

A rule about time knows when it would come true for a row: that moment is put on a heap when the row changes, and looked at again
when it has come. A great many rows that changed at once stand in line, and are looked at a part at a time. Rules are never asked
about data that is old: who has no snapshot asks nothing.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import count

from odps_tui.models import Outcome, TaskProgress
from odps_tui.monitor.instance_row import InstanceRow, InstanceState
from odps_tui.monitor.watching.finished_workers import FinishedWorkers, Standstill
from odps_tui.monitor.watching.firings import Firing, Firings
from odps_tui.monitor.watching.rules import Kind, Rule
from odps_tui.monitor.watching.trail import Trails
from odps_tui.monitor.watching.transitions import Change, Look
from odps_tui.monitor.watching.verdict import Judgement, Verdict, judge
from odps_tui.monitor.watching.waiting_time import waiting_since

_PATIENCE = 3
"""Looks for which an end waits for its outcome, before it is told without one."""
_AGAIN = timedelta(seconds=30)
"""A rule is due for a row and does not hold: its filter does not select the row now, or its workers were not asked."""
_AT_ONCE = 2000
"""Rows times rules that are looked at in one part: some three milliseconds."""
_OF_TIME = frozenset({Kind.WAITS, Kind.STALLS, Kind.DEADLINE})
_OF_ENDS = frozenset({Kind.ENDS, Kind.FAILS, Kind.DEADLINE})
"""One that ends between two looks may be late, and nobody saw it live after its deadline."""


class RuleBook:
    """Rules, what is due, and what has fired."""

    def __init__(self, rules: Iterable[Rule] = (), firings: Firings | None = None) -> None:
        self.firings = firings or Firings()
        self._rules = tuple(rules)
        self._has_fresh = bool(self._rules)
        """A rule has not looked at the rows that were there before it."""
        self._rows: Mapping[str, InstanceRow] = {}
        self._now: datetime | None = None
        self._pinned: frozenset[str] = frozenset()
        self._line: deque[str] = deque()
        """Rows that changed and that no rule about time has looked at since; some may stand in it twice."""
        self._due: list[tuple[datetime, int, Rule, str]] = []
        self._dues: dict[tuple[Rule, str], datetime] = {}
        self._order = count()
        self._ends: dict[str, int] = {}
        """Ended instances that a rule concerns and whose outcome nobody told yet, with the looks for which it is waited for."""
        self._trails = Trails()
        self._workers = FinishedWorkers()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """In the order in which they were given."""
        return self._rules

    def add(self, rule: Rule) -> bool:
        """Take a rule in; False when it is there already."""
        if rule in self._rules:
            return False
        self._rules += (rule,)
        self._has_fresh = True
        return True

    def remove(self, rule: Rule) -> None:
        """Take a rule away."""
        self._rules = tuple(one for one in self._rules if one != rule)
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
        """Return what came true of ends and of pinned instances; the others are looked at by `examine`.

        `ended_unseen` are pinned instances that ended while nobody looked.
        """
        self._rows, self._now, self._pinned = look.snapshot.rows, look.snapshot.read_at, pinned
        found = [*self._of_ends(look, ended_unseen, pinned), *self._of_narrow(look.snapshot.read_at)]
        if any(rule.kind in _OF_TIME for rule in self._rules):
            self._line.extend(() if self._has_fresh else look.touched)
            if self._has_fresh or len(self._line) > 2 * len(self._rows) + _AT_ONCE:
                self._line = deque(self._rows)
        self._has_fresh = False
        self.firings.prune(self._rows)
        return self._told(found)

    def examine(self) -> list[Firing]:
        """Look at a part of what stands in line and of what has become due; return what came true."""
        if self._now is None:
            return []
        rules = [rule for rule in self._rules if rule.kind in _OF_TIME]
        at_once = max(50, _AT_ONCE // max(1, len(rules)))
        ids = [self._line.popleft() for _ in range(min(at_once, len(self._line)))]
        found = [*self._of_line(rules, ids, self._now), *self._of_due(self._now, at_once - len(ids))]
        return self._told(found)

    @property
    def is_behind(self) -> bool:
        """True while there is something that `examine` has not looked at."""
        return bool(self._line) or (self._now is not None and bool(self._due) and self._due[0][0] <= self._now)

    def _told(self, found: Iterable[Firing]) -> list[Firing]:
        return [firing for firing in found if self.firings.add(firing)]

    # Workers -----------------------------------------------------------------------------------------------------------------

    def to_ask(self) -> list[str]:
        """Return the running instances whose workers tell whether a rule holds: pinned ones, and those that a rule names."""
        stalls = [rule for rule in self._rules if rule.kind is Kind.STALLS and rule.whom.is_narrow]
        named = sorted(stalls, key=lambda rule: rule.whom.is_pinned)
        ids = ((rule, id_) for rule in named for id_ in self._ids_of(rule))
        return list(dict.fromkeys(id_ for rule, id_ in ids if self._is_running(id_) and not self.firings.has(rule, id_)))

    def take_workers(self, instance_id: str, at: datetime, progress: Mapping[str, TaskProgress]) -> None:
        """Take in what the running tasks of an instance told `at` that moment; the next look goes by it."""
        if self._is_running(instance_id):
            self._workers.take(instance_id, at, progress)

    def standstill(self, instance_id: str) -> Standstill | None:
        """Return since when no worker of an instance has finished; None when its workers were not asked."""
        return self._workers.of(instance_id)

    def _is_running(self, instance_id: str) -> bool:
        row = self._rows.get(instance_id)
        return row is not None and row.state is InstanceState.RUNNING

    # Ends --------------------------------------------------------------------------------------------------------------------

    def _of_ends(self, look: Look, unseen: Iterable[InstanceRow], pinned: frozenset[str]) -> Iterator[Firing]:
        """An end is told with its outcome, which comes a little later; without one when nobody told it for some looks."""
        rows, now = look.snapshot.rows, look.snapshot.read_at
        for row in (*(one.row for one in look.transitions if one.change is Change.ENDED), *unseen):
            if any(rule.kind in _OF_ENDS and rule.whom.concerns(row, now, pinned) for rule in self._rules):
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
            elif rule.kind is Kind.DEADLINE and rule.whom.concerns(row, now, pinned):
                yield from filter(None, [self._true_of_deadline(rule, row, now)])

    @property
    def awaited(self) -> frozenset[str]:
        """Ended instances whose outcome is being waited for."""
        return frozenset(self._ends)

    # Time --------------------------------------------------------------------------------------------------------------------

    def _ids_of(self, rule: Rule) -> Iterable[str]:
        """Return whom a narrow rule concerns."""
        return sorted(self._pinned) if rule.whom.is_pinned else (rule.whom.instance_id or "",)

    def _of_narrow(self, now: datetime) -> Iterator[Firing]:
        """A few instances are looked at every time: what is said of them may change though they do not."""
        for rule in self._rules:
            if rule.kind in _OF_TIME and rule.whom.is_narrow:
                rows = [row for id_ in self._ids_of(rule) if (row := self._rows.get(id_)) is not None]
                for row in rows:
                    self._follow(row.id, now)
                    yield from self._of_row(rule, row, now)

    def _of_line(self, rules: list[Rule], ids: Iterable[str], now: datetime) -> Iterator[Firing]:
        wide = [rule for rule in rules if not rule.whom.is_narrow]
        follows = any(rule.kind in (Kind.STALLS, Kind.DEADLINE) for rule in rules)
        for id_ in ids:
            if follows:
                self._follow(id_, now)
            row = self._rows.get(id_)
            if row is None or not row.is_live:
                continue
            for rule in wide:
                if rule.whom.concerns(row, now, self._pinned):
                    yield from self._of_row(rule, row, now)

    def _follow(self, instance_id: str, now: datetime) -> None:
        """Keep the trails of what lives, and forget the others."""
        row = self._rows.get(instance_id)
        if row is not None and row.is_live:
            self._trails.take(row, now)
        else:
            self._trails.forget(instance_id)
        if not self._is_running(instance_id):
            self._workers.forget(instance_id)

    def _of_row(self, rule: Rule, row: InstanceRow, now: datetime) -> Iterator[Firing]:
        if self.firings.has(rule, row.id, Verdict.LATE if rule.kind is Kind.DEADLINE else ""):
            return
        firing = self._true_of(rule, row, now)
        if firing is not None:
            yield firing
        is_over = firing is not None and firing.verdict != Verdict.AT_RISK
        if not is_over and not rule.whom.is_narrow and (due := self._due_of(rule, row)) is not None:
            self._expect(rule, row.id, due if due > now else now + _AGAIN)

    def _of_due(self, now: datetime, at_most: int) -> Iterator[Firing]:
        for _ in range(at_most):
            if not self._due or self._due[0][0] > now:
                return
            due, _, rule, id_ = heapq.heappop(self._due)
            if self._dues.get((rule, id_)) != due:
                continue
            del self._dues[rule, id_]
            row = self._rows.get(id_)
            if row is None or rule not in self._rules:
                continue
            if rule.whom.concerns(row, now, self._pinned):
                yield from self._of_row(rule, row, now)
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
            if (standstill := self._workers.of(row.id)) is not None:
                return standstill.since
            trail = self._trails.of(row.id)
            return trail.stands_since if trail is not None else None
        return None

    def _true_of(self, rule: Rule, row: InstanceRow, now: datetime) -> Firing | None:
        """Return what is true of a row; None when the rule does not hold."""
        if rule.kind is Kind.DEADLINE:
            return self._true_of_deadline(rule, row, now) if row.is_live else None
        since = self._since(rule, row)
        if since is None or rule.span is None:
            return None
        standstill = self._workers.of(row.id) if rule.kind is Kind.STALLS else None
        time = (now if standstill is None else standstill.until) - since
        if time <= rule.span:
            return None
        return Firing(rule, row, now, _time_words(rule.kind, row, _shortly(time), standstill))

    def _true_of_deadline(self, rule: Rule, row: InstanceRow, now: datetime) -> Firing | None:
        deadline = rule.deadline(row)
        if deadline is None:
            return None
        judged = judge(row, deadline, now, self._trails.of(row.id))
        if judged.verdict not in (Verdict.AT_RISK, Verdict.LATE):
            return None
        words = f"{judged.verdict} for {deadline.astimezone():%H:%M}: {judged.reason}"
        return Firing(rule, row, now, words, judged.verdict)


def _shortly(time: timedelta) -> str:
    minutes, seconds = divmod(int(time.total_seconds()), 60)
    return f"{minutes}m" if minutes else f"{seconds}s"


def _time_words(kind: Kind, row: InstanceRow, time: str, standstill: Standstill | None) -> str:
    if kind is Kind.WAITS:
        return f"has waited {time}"
    if standstill is None:
        # The queue tells a fraction, and how finely nobody knows: that it stands is all that can be said.
        return f"~progress has stood at {100 * (row.progress or 0):.0f}% for {time}"
    at_work = f" ({standstill.running} at work)" if standstill.running is not None else ""
    return f"no worker has finished for {time}{at_work}"


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
