"""The kinds of terms: what each asks of a row, and which others it makes certain.

A test answers True, False, or None for "we do not know": nobody told the figure, or there is none. None matches neither the term
nor its negation.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import ClassVar, Protocol, TypeAlias

from odps_tui.monitor.filtering.amounts import Span
from odps_tui.monitor.filtering.fields import QUANTITIES, TEXT_FIELDS
from odps_tui.monitor.instance_row import OUTCOME_STATES, InstanceRow, InstanceState

Test: TypeAlias = Callable[[InstanceRow], bool | None]

_SEARCHED = 200
"""Characters of a cell that a regular expression sees."""


@dataclass(frozen=True, slots=True)
class Substring:
    """Text that may stand anywhere; `folded` is without case."""

    folded: str

    def is_in(self, text: str) -> bool:
        """Return whether it is found, whatever the case."""
        return self.folded in text.casefold()

    def implies(self, other: Needle) -> bool:
        """Return True when `other` is found wherever this is."""
        return isinstance(other, Substring) and other.folded in self.folded


@dataclass(frozen=True, slots=True)
class Regex:
    """A regular expression, looking at each line on its own, and only so far."""

    pattern: re.Pattern[str]

    def is_in(self, text: str) -> bool:
        """Return whether it matches anywhere."""
        return any(self.pattern.search(line, 0, _SEARCHED) for line in text.split("\n"))

    def implies(self, other: Needle) -> bool:
        """Return True when `other` is found wherever this is."""
        return self == other


Needle: TypeAlias = Substring | Regex


class Term(Protocol):
    """One condition on a row."""

    @property
    def depends_on_time(self) -> bool:
        """True when a row that stays the same may match now and not later."""
        ...

    def test(self, now: datetime, /) -> Test:
        """Return the test for rows at a moment. Making it costs more than using it once."""
        ...

    def implies(self, other: Term, /) -> bool:
        """Return True only when every row that matches this term matches `other`."""
        ...


@dataclass(frozen=True, slots=True)
class Says:
    """Found in anything the row says."""

    depends_on_time: ClassVar[bool] = False

    needle: Needle

    def test(self, _now: datetime, /) -> Test:
        """Return the test."""
        # Many rows say the same. Folding it again is cheaper than remembering it; a regular expression is not.
        if isinstance(self.needle, Substring):
            folded = self.needle.folded  # asked of 100,000 rows: one call for each, and not three
            return lambda row: folded in row.says.casefold() or folded in row.id.casefold()
        is_in = self.needle.is_in
        is_in_words = cache(is_in)
        return lambda row: is_in_words(row.says) or is_in(row.id)

    def implies(self, other: Term, /) -> bool:
        """Return True for the same text or a part of it."""
        return isinstance(other, Says) and self.needle.implies(other.needle)


@dataclass(frozen=True, slots=True)
class SaysInField:
    """Any of several found in one field. A row that says nothing there does not match, and so matches the negation."""

    depends_on_time: ClassVar[bool] = False

    field: str
    needles: tuple[Needle, ...]

    def test(self, _now: datetime, /) -> Test:
        """Return the test."""
        text_of = TEXT_FIELDS[self.field]
        is_any_in = self._is_any_in if self.field == "id" else cache(self._is_any_in)
        return lambda row: is_any_in(text_of(row) or "")

    def _is_any_in(self, text: str) -> bool:
        return bool(text) and any(needle.is_in(text) for needle in self.needles)

    def implies(self, other: Term, /) -> bool:
        """Return True when each of the texts is enough for the other term, in the same field or in all."""
        match other:
            case SaysInField(field, several) if field == self.field:
                return all(any(needle.implies(one) for one in several) for needle in self.needles)
            case Says(wanted):
                return all(needle.implies(wanted) for needle in self.needles)
        return False


@dataclass(frozen=True, slots=True)
class InState:
    """In one of several states; with `perhaps`, also ended in a way that nobody has asked for and that may be one of them."""

    depends_on_time: ClassVar[bool] = False

    states: frozenset[InstanceState]
    perhaps: bool = False

    @property
    def awaits_ends(self) -> bool:
        """True when for some ended rows nobody can tell yet whether they match, and they are shown until then."""
        return self.perhaps and InstanceState.ENDED not in self.states and bool(self.states & OUTCOME_STATES)

    def test(self, _now: datetime, /) -> Test:
        """Return the test."""
        states, ended = self.states, InstanceState.ENDED
        if self.awaits_ends:
            return lambda row: row.state in states or (row.state is ended and row.ending is None)
        return lambda row: row.state in states

    def implies(self, other: Term, /) -> bool:
        """Return True when the other term takes all these states, or is text that all their words hold."""
        match other:
            case InState(states, perhaps):
                return self.states <= states and (perhaps or not self.awaits_ends)
            case Says(needle):
                states = self.states | {InstanceState.ENDED} if self.awaits_ends else self.states
                return all(needle.is_in(state) for state in states)
        return False


@dataclass(frozen=True, slots=True)
class Compares:
    """A figure within a span; not known where the row does not say it."""

    field: str
    span: Span

    @property
    def depends_on_time(self) -> bool:
        """True for ages and run times."""
        return QUANTITIES[self.field].is_time

    def test(self, now: datetime, /) -> Test:
        """Return the test."""
        value_of, low, high = QUANTITIES[self.field].value, self.span.low, self.span.high

        def test(row: InstanceRow) -> bool | None:
            value = value_of(row, now)
            return None if value is None else low <= value < high

        return test

    def implies(self, other: Term, /) -> bool:
        """Return True when the other term's span holds this one."""
        return isinstance(other, Compares) and self.field == other.field and self.span.lies_in(other.span)


@dataclass(frozen=True, slots=True)
class Not:
    """Known not to match."""

    term: Term

    @property
    def depends_on_time(self) -> bool:
        """As what it negates."""
        return self.term.depends_on_time

    def test(self, now: datetime, /) -> Test:
        """Return the test."""
        test = self.term.test(now)
        return lambda row: test(row) is False

    def implies(self, other: Term, /) -> bool:
        """Return True when what the other negates is enough for what this negates."""
        return isinstance(other, Not) and other.term.implies(self.term)
