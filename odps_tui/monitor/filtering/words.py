"""A filter's text cut into words, each with its place: plain, in quotes, or a regular expression between slashes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from odps_tui.monitor.filtering.failure import FilterError

_BLANKS = re.compile(r"\s*")
_PLAIN = re.compile(r"\S*")
_LISTED = re.compile(r"[^\s,]*")
_QUOTED = re.compile(r'"([^"]*)"')
_SLASHED = re.compile(r"/((?:[^/\\]|\\.)*)/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Word:
    """`text` without its quotes or slashes; `start` and `end` are where it stands in the filter, with them."""

    text: str
    start: int
    end: int
    is_plain: bool = True
    is_regex: bool = False

    def failure(self, cause: str) -> FilterError:
        """Return an error that marks this word."""
        return FilterError(cause, self.start, self.end)


class Reader:
    """Goes through a filter's text from left to right. `position` is the next character to read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.skip_blanks()

    @property
    def is_at_end(self) -> bool:
        """True when nothing but blanks was left."""
        return self.position == len(self.text)

    def skip_blanks(self) -> None:
        """Go to the next word."""
        self.take(_BLANKS)

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Read what matches here, and return it; None when nothing does."""
        match = pattern.match(self.text, self.position)
        if match is not None:
            self.position = match.end()
        return match

    def word(self) -> Word:
        """Read a word up to the next blank; blanks inside quotes and slashes belong to it. It may be empty."""
        return self._word(_PLAIN)

    def words(self) -> list[Word]:
        """Read words between commas, up to the next blank; at least one, and any may be empty."""
        words = [self._word(_LISTED)]
        while self._next() == ",":
            self.position += 1
            words.append(self._word(_LISTED))
        return words

    def _next(self) -> str:
        return self.text[self.position : self.position + 1]

    def _word(self, plain: re.Pattern[str]) -> Word:
        start = self.position
        match self._next():
            case '"':
                return self._enclosed(_QUOTED, plain, 'Close the quotes with "')
            case "/":
                return self._enclosed(_SLASHED, plain, "Close the regular expression with /, or put the text in quotes")
        self.take(plain)
        return Word(self.text[start : self.position], start, self.position)

    def _enclosed(self, enclosed: re.Pattern[str], plain: re.Pattern[str], unclosed: str) -> Word:
        start = self.position
        match = self.take(enclosed)
        if match is None:
            raise FilterError(unclosed, start, len(self.text))
        end = self.position
        self.take(plain)
        is_regex = enclosed is _SLASHED
        if end != self.position:
            fix = r"Put a blank after the closing /, or write \/ inside" if is_regex else 'Put a blank after the closing "'
            raise FilterError(fix, end, self.position)
        return Word(match[1], start, end, is_plain=False, is_regex=is_regex)
