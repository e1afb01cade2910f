"""From a filter's text to the rows that match it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from odps_tui.monitor.filtering.amounts import span
from odps_tui.monitor.filtering.failure import FilterError
from odps_tui.monitor.filtering.fields import EXAMPLES, FIELDS, QUANTITIES, STATE, Quantity, near, near_field
from odps_tui.monitor.filtering.patterns import compile_pattern
from odps_tui.monitor.filtering.terms import Compares, InState, Needle, Not, Regex, Says, SaysInField, Substring, Term
from odps_tui.monitor.filtering.words import Reader, Word
from odps_tui.monitor.instance_row import OUTCOME_STATES, InstanceRow, InstanceState

MAX_TEXT = 500
"""Characters of a filter."""
MAX_TERMS = 32

_NOT = re.compile("!")
_NO_TERM = re.compile(r"[!\s]")
_HEAD = re.compile(r"(?P<name>[^\W\d]\w*)(?=:|!?[<>=])(?P<colon>:?)(?P<operator>(?:!?[<>=]+)?)")
_OPERATORS = {"<", ">", "<=", ">=", "="}
# After a name that is no field: a value to come, in quotes, a regular expression, or a number that is compared.
_LOOKS_LIKE_A_FIELD = re.compile(r':(?=\s|"|/(?!/)|\Z)|:?!?[<>]=?\d', re.ASCII)


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Terms that must all hold. Made by `parse_filter`; `str` gives back its text."""

    text: str = ""
    terms: tuple[Term, ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        return self.text

    @property
    def is_empty(self) -> bool:
        """True when every row matches because nothing is asked."""
        return not self.terms

    @property
    def awaiting_ends(self) -> RowFilter:
        """The same filter, but what ended in a way that nobody has asked for matches until it is known not to."""
        terms = (replace(term, perhaps=True) if isinstance(term, InState) else term for term in self.terms)
        return replace(self, terms=tuple(terms))

    @property
    def awaits_ends(self) -> bool:
        """True when it is one that awaits ends, and asks for some."""
        return any(isinstance(term, InState) and term.awaits_ends for term in self.terms)

    @property
    def depends_on_time(self) -> bool:
        """True when rows that stay the same may match or not as time passes: ask again."""
        return any(term.depends_on_time for term in self.terms)

    def matches(self, row: InstanceRow, now: datetime) -> bool:
        """Return whether a row matches at `now` (aware). For many rows `select` is faster."""
        return all(term.test(now)(row) for term in self.terms)

    def select(self, rows: Iterable[InstanceRow], now: datetime) -> list[str]:
        """Return the ids of the rows that match at `now` (aware), in the order of the rows."""
        for term in self.terms:
            rows = filter(term.test(now), rows)
        return [row.id for row in rows]

    def narrows(self, other: RowFilter) -> bool:
        """Return True only when every row that matches this filter matches `other` at the same moment.

        True for what typing on does (a longer text, another term, a tighter number); a False proves nothing.
        """
        return all(any(term.implies(wanted) for term in self.terms) for wanted in other.terms)


def parse_filter(text: str) -> RowFilter:
    """Read a filter; the package says how one is written. Raises `FilterError`, with the place, for one that cannot be read."""
    if len(text) > MAX_TEXT:
        raise FilterError(f"A filter has at most {MAX_TEXT} characters", MAX_TEXT, len(text))
    reader = Reader(text)
    terms: list[Term] = []
    while not reader.is_at_end:
        start = reader.position
        terms.append(_term(reader))
        if len(terms) > MAX_TERMS:
            raise FilterError(f"A filter has at most {MAX_TERMS} terms", start, len(text))
        reader.skip_blanks()
    return RowFilter(text, tuple(terms))


def _term(reader: Reader) -> Term:
    start = reader.position
    if reader.take(_NOT) is None:
        return _positive(reader)
    if reader.is_at_end or reader.take(_NO_TERM) is not None:
        raise FilterError("Write what must not match after a single !, as in !etl", start, start + 1)
    return Not(_positive(reader))


def _positive(reader: Reader) -> Term:
    head = _HEAD.match(reader.text, reader.position)
    if head is not None:
        name = head["name"].lower()
        if name in QUANTITIES:
            return _comparison(QUANTITIES[name], head, reader)
        if name in FIELDS:
            return _text_in_field(name, head, reader)
        _refuse_unknown_field(name, head)
    word = reader.word()
    if word.is_plain and word.text[0] in "<>=":
        raise word.failure("Write a comparison without blanks, as in prio<3")
    return Says(_needle(word))


def _comparison(quantity: Quantity, head: re.Match[str], reader: Reader) -> Term:
    operator = head["operator"] or "="
    if operator not in _OPERATORS:
        raise FilterError("Compare with < > <= >= or =, negate as in !prio=3", *head.span("operator"))
    reader.position = head.end()
    word = reader.word()
    if word.start == word.end:
        raise FilterError(f"{quantity.name} takes {quantity.form}", *head.span())
    amount = None if word.is_regex else quantity.amount(word.text)
    if amount is None:
        raise word.failure(f"{quantity.name} takes {quantity.form}")
    return Compares(quantity.name, span(operator, amount))


def _text_in_field(name: str, head: re.Match[str], reader: Reader) -> Term:
    if not head["colon"]:
        raise FilterError(f"{name} takes a colon, as in {name}:{EXAMPLES[name]}", *head.span())
    reader.position = head.end("colon")
    words = reader.words()
    for word in words:
        if word.start == word.end:
            start = head.start() if len(words) == 1 else word.start - 1
            raise FilterError(f"{name} takes text, as in {name}:{EXAMPLES[name]}", start, word.start)
        if word.is_plain and word.text[0] == "!":
            raise FilterError(f"Write the ! first, as in !{name}:{EXAMPLES[name]}", word.start, word.start + 1)
    if name == STATE:
        return InState(frozenset().union(*(_states(word) for word in words)))
    return SaysInField(name, tuple(_needle(word) for word in words))


def _states(word: Word) -> frozenset[InstanceState]:
    needle = _needle(word)
    if isinstance(needle, Regex):
        states = frozenset(state for state in InstanceState if needle.is_in(state))
    else:
        states = frozenset(state for state in InstanceState if state.startswith(needle.folded))
    if not states:
        meant = near(word.text.casefold(), tuple(InstanceState))
        raise word.failure(f"No such state: did you mean {meant}?" if meant else f"No such state: use {', '.join(InstanceState)}")
    return states | OUTCOME_STATES if InstanceState.ENDED in states else states


def _needle(word: Word) -> Needle:
    if word.is_regex:
        return Regex(compile_pattern(word))
    if not word.text:
        raise word.failure("Write some text between the quotes")
    return Substring(word.text.casefold())


def _refuse_unknown_field(name: str, head: re.Match[str]) -> None:
    rest = head.end("name")
    meant = near_field(name)
    if meant is not None and not head.string.startswith("://", rest):
        cause = f"No such field: did you mean {meant}, or text in quotes?"
    elif _LOOKS_LIKE_A_FIELD.match(head.string, rest):
        cause = f"No such field: use {', '.join(FIELDS)}, or put the text in quotes"
    else:
        return
    raise FilterError(cause, *head.span("name"))
