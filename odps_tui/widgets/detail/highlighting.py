"""SQL in colours, up to a size at which finding them would cost more than they help."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from odps_tui.widgets.detail.document import Span

if TYPE_CHECKING:
    from pygments.lexer import Lexer

MOST_HIGHLIGHTED = 262_144
"""Characters. A longer text stays plain, and the tab says so."""

_STYLES = ("Comment", "Keyword", "Name.Builtin", "Literal.String", "Literal.Number", "Name.Function")
_COMPONENTS = dict(zip(_STYLES, ("comment", "keyword", "builtin", "string", "number", "builtin"), strict=True))


def sql_spans(sql: str) -> list[Span]:
    """Return the colours of a query; none when it is too long. The first call loads pygments, some 40 ms: call it in a thread."""
    if len(sql) > MOST_HIGHLIGHTED:
        return []
    spans: list[Span] = []
    for start, kind, text in _lexer().get_tokens_unprocessed(sql):
        style = _style(str(kind).removeprefix("Token."))
        if style and not text.isspace():
            spans.append(Span(start, start + len(text), style))
    return spans


def is_loaded() -> bool:
    """Tell whether pygments has been loaded: until then even a short query is better coloured in a thread."""
    return _lexer.cache_info().currsize > 0


@lru_cache(maxsize=64)
def _style(kind: str) -> str:
    return next((_COMPONENTS[known] for known in _STYLES if kind.startswith(known)), "")


@lru_cache(maxsize=1)
def _lexer() -> Lexer:
    from pygments.lexers.sql import SqlLexer  # noqa: PLC0415  # nobody needs it before a query is shown

    return SqlLexer()
