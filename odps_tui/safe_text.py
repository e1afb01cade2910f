"""The one gate for text that came from outside.

Whatever the service sends (owners, SQL, error messages, table names) may hold terminal escapes, bidirectional overrides or
lone surrogates; so may files of settings and state, paths, variables, and what is pasted. It is cleaned once, where bytes become
values, so that no later room has to think of it. Markup is a second,
separate danger, answered where text is painted: only `Content(text)` or `Text(text)`, never a markup string.
"""

import re
from typing import Any

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# C0 but TAB and LF, DEL and C1 (a terminal obeys them), line and paragraph separators, bidirectional controls (they make a
# line read differently from what it says), surrogates (they cannot be encoded) and the byte order mark.
_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_LINE_BREAKS = re.compile("[\t\n]")
_SLICE = 262_144
"""Characters looked at in one go, a millisecond: while a pattern goes through megabytes no other thread gets its turn."""
# A spreadsheet would take a cell that begins so for a formula, some the wide forms too; and an owner's name comes from outside.
_FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def clean(text: str) -> str:
    """Return `text` with every unsafe character replaced; line feeds and tabs stay, CR LF becomes LF."""
    if len(text) <= _SLICE:
        return text if _UNSAFE.search(text) is None else _UNSAFE.sub(REPLACEMENT, text.replace("\r\n", "\n"))
    if is_clean(text):
        return text
    text = text.replace("\r\n", "\n")
    return "".join(_UNSAFE.sub(REPLACEMENT, text[start : start + _SLICE]) for start in range(0, len(text), _SLICE))


def is_clean(text: str) -> bool:
    """Tell whether there is nothing in it to be replaced."""
    return not any(_UNSAFE.search(text, start, start + _SLICE) for start in range(0, len(text), _SLICE))


def clean_line(text: str) -> str:
    """Return `text` cleaned and on one line: for names, owners, statuses and everything else shown in one cell."""
    if text.isascii() and text.isprintable():
        return text
    return _LINE_BREAKS.sub(" ", clean(text))


def clean_document(value: Any) -> Any:
    """Return a document as JSON or TOML has it, its lists and tables built anew, with every text in it cleaned, keys too."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(key): clean_document(part) for key, part in value.items()}
    if isinstance(value, list):
        return [clean_document(part) for part in value]
    return value


def defused_cell(text: str) -> str:
    """Return a cell of CSV that no spreadsheet runs as a formula: one that begins like one gets an apostrophe before it."""
    return f"'{text}" if text.startswith(_FORMULA_BEGINNINGS) and len(text) > 1 else text
