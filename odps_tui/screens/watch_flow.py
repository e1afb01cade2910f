"""Watching, from a snapshot to what is told: pins, rules, the log, and what happened since somebody looked."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Protocol

from odps_tui.errors import OdpsTuiError
from odps_tui.models import TaskProgress
from odps_tui.monitor import InstanceRow, PollFailed, Snapshot
from odps_tui.monitor.watching import (
    MAX_PINS,
    MAX_RULES,
    Absence,
    Change,
    Comparison,
    Entry,
    Firing,
    Firings,
    Journal,
    Key,
    Kind,
    Rule,
    RuleBook,
    RuleError,
    Summary,
    Tone,
    Transition,
    parse_rule,
    read_pins,
    write_pins,
)
from odps_tui.notifying.alert import FACTS_TOLD, Alert
from odps_tui.screens.dashboard_service import Keeps
from odps_tui.screens.watch_words import alert_words, end_tone, entry_words, event_words, facts_of, title_words
from odps_tui.widgets.notation import clock_time, id_tail

_USUAL_RULES = ("ends pinned",)
"""Whoever pins an instance wants to know when it ends. It can be taken away."""
_SHOWN_APART = 3
"""Events of one poll that get a place of their own in the event line; more are counted."""
_LOGGED_OF_A_RULE = 500
"""What a rule told of so many at once stands in the log one by one; of the others how many there are."""
_ENDS_KEPT = 200
"""Ended instances whose outcome is still to be asked for, at most: the latest."""
_ASKED_AT_ONCE = 8
_ASKED_TIMES = 3


class Hands(Protocol):
    """What the flow can do to the world."""

    def show_pins(self, ids: tuple[str, ...]) -> None:
        """Keep these instances in the list, on top."""
        ...

    def show_event(self, at: datetime, text: str) -> None:
        """Put a text into the event line."""
        ...

    def show_title(self, text: str) -> None:
        """Say a text in the window's title."""
        ...

    def tell(self, alert: Alert) -> None:
        """Tell whoever does not look."""
        ...


class WatchFlow:
    """Holds what is watched at one place; `hands` shows and tells it, `store` keeps it."""

    def __init__(self, place: str, store: Keeps | None, hands: Hands, clock: Callable[[], datetime]) -> None:
        self._place = place
        self._store = store
        self._hands = hands
        self._clock = clock
        kept = store.load(place) if store is not None else {}
        self.pins = read_pins(kept.get("pins"))
        self.book = RuleBook(_read_rules(kept.get("rules"), clock()), Firings(_read_keys(kept.get("fired"))))
        self.journal = Journal()
        self.absence = Absence(clock())
        self._comparison = Comparison()
        self._rows: Mapping[str, InstanceRow] = {}
        self._lost_at: datetime | None = None
        self._read_at: datetime | None = None
        self._gap: OdpsTuiError | None = None
        self._unknown_ends: OrderedDict[str, int] = OrderedDict()
        self._untold: list[Firing] = []
        """What came true while the rules were still looking: each rule tells it at once, and not a part at a time."""

    def begin(self) -> None:
        """The screen is there: show what was kept."""
        self._hands.show_pins(self.pins.ids)
        self._say_title()

    def let_go(self) -> None:
        """Hold no rows: nobody is here any more."""
        self._comparison, self._rows, self.book = Comparison(), {}, RuleBook()

    # What comes in -----------------------------------------------------------------------------------------------------------

    def take(self, snapshot: Snapshot, vanished: Collection[str] = ()) -> None:
        """Take in a snapshot that was read just now, shown or not. `vanished` are pinned ones that the service does not know."""
        look = self._comparison.look(snapshot)
        self._rows, self._gap = snapshot.rows, snapshot.gap
        if look is None:
            return
        self._found(snapshot)
        pinned = frozenset(self.pins.ids)
        fired = self.book.look(look, pinned, self.pins.ended_unseen(snapshot.rows))
        self.absence.take(look.transitions, ())
        self._log(look.transitions, pinned)
        self._tell(fired)
        self._note_ends(look.transitions)
        self._drop(vanished)
        pins = self.pins.seen(snapshot.rows)
        if pins != self.pins:
            self.pins = pins
            self._keep()
        self.examine()

    def examine(self) -> bool:
        """Look at a part of the rows that the rules have not looked at yet; True when there are more."""
        self._untold += self.book.examine()
        if self.book.is_behind:
            return True
        fired, self._untold = self._untold, []
        self._tell(fired)
        return False

    def take_workers(self, instance_id: str, at: datetime, progress: Mapping[str, TaskProgress]) -> None:
        """Take in what the running tasks of an instance told."""
        self.book.take_workers(instance_id, at, progress)

    def fail(self, failure: PollFailed) -> None:
        """Take in that nothing was read: rules are silent from here on, and what happens is not seen."""
        if self._lost_at is None:
            self._lost_at = self._read_at or failure.failed_at
            self.absence.lost(self._lost_at)

    def act(self, text: str) -> None:
        """Take in what was done or said here."""
        self.journal.add(Entry(self._clock(), text, tone=Tone.ACT))

    def _found(self, snapshot: Snapshot) -> None:
        if self._lost_at is not None:
            begin, self._lost_at = self._lost_at, None
            self.absence.found(snapshot.read_at)
            span = f"{clock_time(begin)}–{clock_time(snapshot.read_at)}"
            words = f"gap {span}: nothing was read; what happened in it is told as of its end"
            self.journal.add(Entry(snapshot.read_at, words, tone=Tone.GAP))
            self._hands.show_event(snapshot.read_at, f"gap {span}")
        self._read_at = snapshot.read_at

    # What is shown and told --------------------------------------------------------------------------------------------------

    def _log(self, transitions: Iterable[Transition], pinned: frozenset[str]) -> None:
        shown: list[tuple[datetime, str]] = []
        counted: dict[Change, int] = {}
        for one in transitions:
            words, tone = entry_words(one), end_tone(one)
            if one.change is Change.LEARNED:
                if not self.journal.complete(one.row, words, "ended", tone):
                    continue
            else:
                self.journal.add(Entry(one.at, words, one.row, tone))
            if one.change is Change.STOP_REQUESTED:
                continue  # only our own stops are known, and whoever sent it has been told already
            if one.row.id in pinned or tone is Tone.BAD:
                shown.append((one.at, f"{id_tail(one.row.id)} {words}"))
            elif one.change is not Change.LEARNED:
                counted[one.change] = counted.get(one.change, 0) + 1
        if counted and self._read_at is not None:
            self._hands.show_event(self._read_at, event_words(counted))
        for at, text in shown[-_SHOWN_APART:]:
            self._hands.show_event(at, text)

    def _tell(self, fired: Collection[Firing]) -> None:
        """One alert for each rule, however many instances it came true for; and it is not told again after a restart."""
        self.absence.take((), fired)
        by_rule = sorted(fired, key=lambda firing: str(firing.rule))
        for rule, group in groupby(by_rule, key=lambda firing: firing.rule):
            firings = list(group)
            facts = [facts_of(firing) for firing in firings[:FACTS_TOLD]]
            alert = Alert(self._place, str(rule), alert_words(firings), firings[0].at, len(firings), facts)
            self._log_alert(firings)
            self._hands.show_event(firings[0].at, f"★ {alert.words}")
            self._hands.tell(alert)
        if fired:
            self._say_title()
            self._keep()

    def _log_alert(self, firings: Sequence[Firing]) -> None:
        for firing in firings[:_LOGGED_OF_A_RULE]:
            self.journal.add(Entry(firing.at, f"★ {firing.words} · rule: {firing.rule}", firing.row, Tone.ALERT))
        if (more := len(firings) - _LOGGED_OF_A_RULE) > 0:
            self.journal.add(Entry(firings[0].at, f"★ and {more} more · rule: {firings[0].rule}", tone=Tone.ALERT))

    def _say_title(self) -> None:
        self._hands.show_title(title_words(self._place, self.book.firings.unacknowledged.values()))

    # Ends whose outcome is to be asked for -----------------------------------------------------------------------------------

    def _note_ends(self, transitions: Iterable[Transition]) -> None:
        for one in transitions:
            if one.change is Change.ENDED and one.row.outcome is None:
                self._unknown_ends[one.row.id] = _ASKED_TIMES
        while len(self._unknown_ends) > _ENDS_KEPT:
            self._unknown_ends.popitem(last=False)

    def ends_to_ask(self) -> list[str]:
        """Return whose outcome to ask for now: what a rule waits for first, then the latest; a few at a time, a few times."""
        rules = [id_ for id_ in self.book.awaited if id_ in self._rows]
        for id_ in list(self._unknown_ends):
            row = self._rows.get(id_)
            if row is None or row.outcome is not None:
                del self._unknown_ends[id_]
        wanted = list(dict.fromkeys([*rules, *reversed(self._unknown_ends)]))[:_ASKED_AT_ONCE]
        for id_ in wanted:
            if id_ in self._unknown_ends:
                self._unknown_ends[id_] -= 1
                if not self._unknown_ends[id_]:
                    del self._unknown_ends[id_]
        return wanted

    # What hands do -----------------------------------------------------------------------------------------------------------

    def toggle_pin(self, row: InstanceRow) -> None:
        """Pin an instance, or let it go."""
        if row.id not in self.pins and len(self.pins.ids) >= MAX_PINS:
            raise RuleError(f"{MAX_PINS} instances are pinned already", remedy="Let one go first (w).")
        self.pins = self.pins.toggled(row)
        is_pinned = row.id in self.pins
        self._hands.show_pins(self.pins.ids)
        self.journal.add(Entry(self._clock(), "pinned" if is_pinned else "no longer pinned", row, Tone.ACT))
        self._hands.show_event(self._clock(), f"{id_tail(row.id)} {'pinned' if is_pinned else 'no longer pinned'}")
        self._keep()

    def unpin(self, instance_id: str) -> None:
        """Let an instance go, whether or not it is in the list."""
        if (row := self._rows.get(instance_id)) is not None:
            self.toggle_pin(row)
        else:
            self._drop_pin(instance_id, "no longer pinned")

    def add_rule(self, text: str, this: InstanceRow | None) -> Rule:
        """Give a rule; one about the instance at hand pins it. Raises RuleError."""
        rule = parse_rule(text, now=self._clock(), this=this.id if this is not None else None)
        if len(self.book.rules) >= MAX_RULES:
            raise RuleError(f"There are {MAX_RULES} rules already", remedy="Take one away first.")
        if not self.book.add(rule):
            raise RuleError(f"There is such a rule already: {rule}")
        if this is not None and rule.whom.instance_id == this.id and this.id not in self.pins:
            self.toggle_pin(this)
        self.act(f"rule given: {rule}")
        self._keep()
        return rule

    def remove_rule(self, rule: Rule) -> None:
        """Take a rule away."""
        self.book.remove(rule)
        self.act(f"rule taken away: {rule}")
        self._say_title()
        self._keep()

    def acknowledge(self, keys: Iterable[Key] | None = None) -> int:
        """Somebody knows of these alerts (None: of all)."""
        count = self.book.firings.acknowledge(keys)
        if count:
            self.act(f"{count} acknowledged")
            self._say_title()
        return count

    def looked(self) -> None:
        """A key was pressed."""
        self.absence.looked(self._clock())

    def blurred(self) -> None:
        """Another window came to the front."""
        self.absence.blurred(self._clock())

    def focused(self) -> None:
        """The terminal is in front again."""
        self.absence.focused(self._clock())

    # What is asked -----------------------------------------------------------------------------------------------------------

    def row(self, instance_id: str) -> InstanceRow | None:
        """Return what was last read of an instance, shown or not."""
        return self._rows.get(instance_id)

    @property
    def is_watching(self) -> bool:
        """True when somebody relies on being told: something is pinned, or a rule concerns more than what is pinned."""
        return bool(self.pins.ids) or any(not rule.whom.is_pinned for rule in self.book.rules)

    def summary(self, now: datetime) -> Summary | None:
        """Return what happened since somebody looked."""
        return self.absence.summary(now)

    @property
    def read_at(self) -> datetime | None:
        """When the rules last saw the list."""
        return self._read_at

    def silence(self, rule: Rule) -> str:
        """Say why a rule is silent; nothing when it is at work."""
        if self._lost_at is not None:
            return f"silent: nothing has been read since {clock_time(self._lost_at)}"
        if self._read_at is None:
            return "silent: nothing has been read yet"
        if self._gap is not None and rule.kind in (Kind.WAITS, Kind.STALLS, Kind.DEADLINE):
            return "silent: the live queue cannot be read"
        return ""

    # What is kept ------------------------------------------------------------------------------------------------------------

    def _drop(self, vanished: Collection[str]) -> None:
        for id_ in vanished:
            if id_ in self.pins:
                self._drop_pin(id_, "no longer pinned: the service does not know it any more")

    def _drop_pin(self, instance_id: str, words: str) -> None:
        self.pins = self.pins.without(instance_id)
        self._hands.show_pins(self.pins.ids)
        self.act(f"{instance_id} {words}")
        self._hands.show_event(self._clock(), f"{id_tail(instance_id)} {words}")
        self._keep()

    def _keep(self) -> None:
        """Remember it for next time; a full disk is no reason to stop."""
        if self._store is None:
            return
        rules = [str(rule) for rule in self.book.rules]
        try:
            self._store.save(
                self._place,
                {"pins": write_pins(self.pins), "rules": rules, "fired": [list(key) for key in self.book.firings.keys]},
            )
        except OdpsTuiError as error:
            self._hands.show_event(self._clock(), str(error))


def _read_rules(value: object, now: datetime) -> list[Rule]:
    """Read rules from a file; what cannot be read is left out. Before anybody gave or took any, there are the usual ones."""
    texts = value if isinstance(value, list) else _USUAL_RULES
    rules: dict[Rule, None] = {}
    for text in texts:
        if isinstance(text, str):
            try:
                rules[parse_rule(text, now=now)] = None
            except OdpsTuiError:
                continue
    return list(rules)[:MAX_RULES]


def _read_keys(value: object) -> list[Key]:
    """Read what has fired; two texts were enough before a deadline could be told twice."""
    lists = [one for one in value if isinstance(one, list) and len(one) in {2, 3}] if isinstance(value, list) else []
    texts = [one for one in lists if all(isinstance(part, str) for part in one)]
    return [(rule, id_, *more) if more else (rule, id_, "") for rule, id_, *more in texts]
