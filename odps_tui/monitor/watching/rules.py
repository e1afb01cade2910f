"""Rules: what is to be told, and of whom. Written as one types them after `:watch`, and read back.

    ends                fails               an end, or an end without success
    waits>20m           stalls>10m          waits, or no worker of it finishes, for longer than that; where it concerns more than
                                            one instance or the pinned ones, it goes by the progress in the queue
    deadline 10:00                          is at risk of not being done, or is not done, at ten

Behind that stands whom it concerns: `this` (the instance at hand, which is then written `@ID`), `pinned`, or a filter; nothing
concerns all. `deadline` counts to the first ten o'clock after an instance's start; of `this` one, to the next.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from odps_tui.errors import OdpsTuiError
from odps_tui.monitor.filtering import FilterError, RowFilter, parse_filter
from odps_tui.monitor.filtering.amounts import duration
from odps_tui.monitor.instance_row import InstanceRow

MAX_RULES = 50
_EXAMPLES = "ends · fails owner:etl · waits>20m · stalls>10m pinned · deadline 10:00 this"
_SPANNED = re.compile(r"(waits|stalls)\s*>?\s*(\S+)\s*")
_DEADLINE = re.compile(
    r"deadline\s*(?:at\s+)?(?:(\d{1,2}):(\d{2})|(\d{4}-\d\d-\d\dT[\d:+.-]+|\d{4}-\d\d-\d\dT[\d:]+Z))(?:\s+|$)", re.ASCII
)
_PLAIN = re.compile(r"(ends|fails)(?:\s+|$)")
_LONGEST = timedelta(days=31)


class RuleError(OdpsTuiError):
    """A rule that cannot be read."""


class Kind(StrEnum):
    """What a rule waits for."""

    ENDS = "ends"
    FAILS = "fails"
    WAITS = "waits"
    STALLS = "stalls"
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom a rule concerns: one instance, what is pinned, or what a filter selects (an empty one: everything)."""

    instance_id: str | None = None
    is_pinned: bool = False
    filter: RowFilter = field(default_factory=RowFilter)

    def __str__(self) -> str:
        if self.instance_id is not None:
            return f"@{self.instance_id}"
        return "pinned" if self.is_pinned else str(self.filter)

    @property
    def is_narrow(self) -> bool:
        """True when it can concern the pinned ones at most."""
        return self.is_pinned or self.instance_id is not None

    def concerns(self, row: InstanceRow, now: datetime, pinned: frozenset[str]) -> bool:
        """Tell whether a row is meant."""
        if self.instance_id is not None:
            return row.id == self.instance_id
        return row.id in pinned if self.is_pinned else self.filter.is_empty or self.filter.matches(row, now)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `span` is for waits and stalls; a deadline is a time of day (local) or, for one instance, a moment."""

    kind: Kind
    whom: Whom = field(default_factory=Whom)
    span: timedelta | None = None
    clock: time | None = None
    moment: datetime | None = None
    text: str = field(init=False, compare=False, repr=False, default="")
    """The rule as it is written, worked out once: it is the rule's name wherever many rows are looked at."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", f"{self.what} {self.whom}".strip())

    def __str__(self) -> str:
        return self.text

    @property
    def what(self) -> str:
        """The rule without whom it concerns."""
        if self.span is not None:
            return f"{self.kind}>{_written(self.span)}"
        if self.moment is not None:
            return f"{self.kind} {self.moment.isoformat(timespec='minutes')}"
        return f"{self.kind} {self.clock:%H:%M}" if self.clock is not None else self.kind.value

    def deadline(self, row: InstanceRow) -> datetime | None:
        """Return a row's deadline; None when the rule has none, or the row's start is not known."""
        if self.moment is not None or self.clock is None or row.start_time is None:
            return self.moment
        return next_time(self.clock, row.start_time)


@lru_cache(maxsize=16_384)
def next_time(clock: time, after: datetime) -> datetime:
    """Return the first moment from `after` on at which clocks here show `clock`."""
    day = after.astimezone().date()
    today = datetime.combine(day, clock).astimezone()
    return today if today >= after else datetime.combine(day + timedelta(days=1), clock).astimezone()


def parse_rule(text: str, *, now: datetime, this: str | None = None) -> Rule:
    """Read a rule; `this` is the instance at hand. Raises RuleError, or FilterError for the filter in it."""
    text = text.strip()
    if match := _PLAIN.match(text):
        return Rule(Kind(match[1]), _whom(text[match.end() :], this))
    if match := _SPANNED.match(text):
        return Rule(Kind(match[1]), _whom(text[match.end() :], this), span=_span(match[2]))
    if match := _DEADLINE.match(text):
        return _deadline(match, _whom(text[match.end() :], this), now)
    word = re.split(r"[\s>]", text, maxsplit=1)[0]
    near = difflib.get_close_matches(word, list(Kind), 1)
    hint = f"Did you mean {near[0]}?" if near and near[0] != word else f"Write {_EXAMPLES}"
    raise RuleError(f"No such rule: {text[:40]}" if text else "An empty rule", remedy=hint)


def _whom(text: str, this: str | None) -> Whom:
    text = text.strip()
    if text == "this":
        if this is None:
            raise RuleError("There is no instance at hand")
        return Whom(instance_id=this)
    if text.startswith("@"):
        return Whom(instance_id=text[1:])
    if text == "pinned":
        return Whom(is_pinned=True)
    try:
        return Whom(filter=parse_filter(text))
    except FilterError as error:
        raise RuleError(f"{text[:40]}: {error}") from None


def _span(text: str) -> timedelta:
    amount = duration(text)
    if amount is None or not 0 < amount.value <= _LONGEST.total_seconds():
        raise RuleError(f"{text[:20]} is no time", remedy="Write 90s, 20m or 1h30m")
    return timedelta(seconds=round(amount.value))


def _deadline(match: re.Match[str], whom: Whom, now: datetime) -> Rule:
    try:
        if match[3] is not None:
            moment = datetime.fromisoformat(match[3]).astimezone()
            return Rule(Kind.DEADLINE, whom, moment=moment)
        clock = time(int(match[1]), int(match[2]))
    except ValueError:
        raise RuleError(f"{match[0].strip()[:40]} is no time of day", remedy="Write deadline 10:00") from None
    if whom.instance_id is not None:
        return Rule(Kind.DEADLINE, whom, moment=next_time(clock, now))
    return Rule(Kind.DEADLINE, whom, clock=clock)


def _written(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    parts = ((seconds // 86_400, "d"), (seconds // 3600 % 24, "h"), (seconds // 60 % 60, "m"), (seconds % 60, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number)
