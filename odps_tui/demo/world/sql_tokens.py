"""SQL text as tokens with positions: as much of a lexer as the demo's statements need."""

from __future__ import annotations

import re
from dataclasses import dataclass

_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_TOKEN = re.compile(r"""'(?:[^'\\]|\\.)*' | "(?:[^"\\]|\\.)*" | `[^`]*` | [A-Za-z_][\w.]* | \d+(?:\.\d+)? | \S""", re.VERBOSE)
_SETTING = re.compile(r"\s*set\s+[\w.]+\s*=[^;]*;", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its text and where it stands, both counted from one as the service's messages do."""

    text: str
    line: int
    column: int

    @property
    def word(self) -> str:
        """The text in lower case, for keywords."""
        return self.text.lower()

    @property
    def place(self) -> str:
        """`[line,column]`, the way that the service's messages begin."""
        return f"[{self.line},{self.column}]"


def tokens(query: str) -> list[Token]:
    """Cut the first statement of `query` into tokens; comments, leading `set k=v;` and the last `;` are left out."""
    blanked = _COMMENT.sub(_blank, query)
    begin = 0
    while setting := _SETTING.match(blanked, begin):
        begin = setting.end()
    found = []
    for match in _TOKEN.finditer(blanked, begin):
        if match[0] == ";":
            break
        before = blanked[: match.start()]
        found.append(Token(match[0], before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1))
    return found


def _blank(comment: re.Match[str]) -> str:
    """Spaces for a comment, its line ends kept, so that positions stay true."""
    return re.sub(r"[^\n]", " ", comment[0])
