r"""Regular expressions that users write: compiled, or refused before one of them can hold up the screen.

A backtracking matcher tries the ways in which an expression can lay itself over a text one after the other, and nothing can
interrupt it. So the ways are counted first, roughly and on the safe side: a repeat may end anywhere (32 places), or, when a fixed
character follows, in few (4); choices add up; what stands side by side multiplies. `\d+_\w+_\d+` has 64 ways, `(a+)+` millions.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass

from odps_tui.monitor.filtering.failure import FilterError
from odps_tui.monitor.filtering.words import Word
from odps_tui.safe_text import clean_line

MAX_PATTERN = 200
"""Characters of a regular expression."""

MAX_WAYS = 2048
"""Ways in which a regular expression may be tried."""

_PLACES = 32  # where a repeat may end: cells are about as long
_PINNED = 8  # a fixed character after it leaves one place in so many
_MANY = MAX_WAYS * _PINNED**2  # where counting stops

_TOKEN = re.compile(
    r"""
      (?P<verbose> \(\?[aiLmsu-]*x[a-zA-Z-]*[:)] )
    | (?P<comment> \(\?\#[^)]*\) )
    | (?P<open>    \(\?? )
    | (?P<close>   \) )
    | (?P<choice>  \| )
    | (?P<repeat>  (?: [*+?] | \{(?=[\d,])(?P<least>\d*)(?P<range>,(?P<most>\d*))?\} ) [?+]? )
    | (?P<set>     \[\^?\]?(?:[^\]\\]|\\.)*\] )
    | (?P<fixed>   (?: [^.\\] | \\\W ) (?![*?{]) )
    | (?P<loose>   \\?. )
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)


def compile_pattern(word: Word) -> re.Pattern[str]:
    """Compile what stands between the slashes, ignoring case. Raises `FilterError` for a wrong, long or endless one."""
    if not word.text:
        raise word.failure("Write a regular expression between the slashes, as in /a.b/")
    if len(word.text) > MAX_PATTERN:
        raise word.failure(f"A regular expression has at most {MAX_PATTERN} characters")
    pattern = _compiled(word)
    if ways(word.text) > MAX_WAYS:
        raise word.failure("This regular expression could take forever: use fewer of * + ? {} and |, and none inside another")
    return pattern


def _compiled(word: Word) -> re.Pattern[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sets that may read differently one day
            return re.compile(word.text, re.IGNORECASE)
    except re.error as error:
        at = word.start + 1 + (error.pos or 0)
        is_inside = error.pos is not None and at < word.end - 1
        start, end = (at, at + 1) if is_inside else (word.start, word.end)
        raise FilterError(f"Wrong regular expression: {clean_line(error.msg)}", start, end) from error
    except (OverflowError, RecursionError) as error:
        raise word.failure("This regular expression repeats or nests too much: make it simpler") from error


@dataclass(slots=True)
class _Group:
    """Ways counted so far: of earlier choices, of the current one, and of its last piece, which a repeat may still follow."""

    choices: int = 0
    choice: int = 1
    piece: int = 1

    def add(self, piece: int) -> None:
        """Take the next piece; a repeat applies to it alone."""
        self.choice = min(_MANY, self.choice * self.piece)
        self.piece = piece

    def choose(self) -> None:
        """Begin another choice, after a bar."""
        self.choices, self.choice, self.piece = self.total, 1, 1

    def pin(self) -> None:
        """A fixed character follows the last piece, or nothing does: few of its places remain."""
        self.piece = max(min(self.piece, _PLACES // _PINNED), self.piece // _PINNED)

    @property
    def total(self) -> int:
        """Ways of the whole group."""
        return min(_MANY, self.choices + self.choice * self.piece)


def ways(pattern: str) -> int:
    """Return roughly in how many ways a valid expression can be tried at one place of a text of a cell's length."""
    groups = [_Group()]
    ends_in_repeat = False
    for token in _TOKEN.finditer(pattern):
        kind = token.lastgroup
        if ends_in_repeat and kind == "fixed":
            groups[-1].pin()
        if kind == "verbose":
            return _MANY  # its blanks and comments would be counted wrongly
        _count(groups, token)
        ends_in_repeat = kind == "repeat" or (ends_in_repeat and kind == "close")
    if ends_in_repeat:
        groups[-1].pin()
    return groups[0].total


def _count(groups: list[_Group], token: re.Match[str]) -> None:
    match token.lastgroup:
        case "open":
            groups.append(_Group())
        case "close":
            whole = groups.pop().total
            groups[-1].add(whole)
        case "choice":
            groups[-1].choose()
        case "repeat":
            groups[-1].piece = _repeated(groups[-1].piece, token)
        case "set" | "fixed" | "loose":
            groups[-1].add(1)


def _repeated(piece: int, token: re.Match[str]) -> int:
    match token["repeat"][0]:
        case "?":
            least, most = 0, 1
        case "{":
            least = int(token["least"] or 0)
            most = int(token["most"] or _PLACES) if token["range"] else least
        case sign:
            least, most = int(sign == "+"), _PLACES
    counts = range(min(least, _PLACES), min(most, _PLACES) + 1)
    return min(_MANY, sum(int(piece**count) for count in counts))
