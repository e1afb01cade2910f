"""What is wrong in `config.toml`, with its place, in words for whoever has to mend it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from odps_tui.config.profiles import COLOURS, Config, inner_table
from odps_tui.safe_text import clean_line

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

KeyPath = tuple[str, ...]

_SECRETS = re.compile(r"secret|token|password|access_?key|^ak$|^sk$", re.IGNORECASE)
_KINDS = {
    "string_type": "must be text in quotes",
    "bool_type": "must be true or false",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "dict_type": "must be a table",
    "tuple_type": 'must be a list, as in ["a", "b"]',
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
}
_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_KEY = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = re.compile(rf"\s*\[\[?\s*({_KEY})\s*\]")
_ENTRY = re.compile(rf"\s*({_KEY})\s*=")


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake. `line` counts from 1, None where it cannot be told; a `warning` is passed over, anything else is not."""

    words: str
    key: str = ""
    line: int | None = None
    warning: bool = False

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.key} {self.words}" if self.key else f"{place}{self.words}"


def type_mistakes(error: ValidationError, text: str) -> list[Mistake]:
    """Return what pydantic found, without a value of the file in it."""
    return [_mistake(detail, text) for detail in error.errors(include_url=False, include_input=False)]


def _mistake(detail: ErrorDetails, text: str) -> Mistake:
    path = tuple(str(part) for part in detail["loc"])
    return Mistake(_words(detail), written(path), line_of(text, path))


def _words(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "auth":
        return str(context["words"]).removeprefix("auth ")
    if kind == "string_pattern_mismatch":
        return f"must be #rrggbb or one of {', '.join(COLOURS)}"
    if "ge" in context:
        return f"must be {context['ge']:g} at least"
    if "le" in context:
        return f"must be {context['le']:g} at most"
    return _KINDS.get(kind) or f"is wrong: {detail['msg']}"


def unknown_keys(document: Mapping[str, object], text: str) -> list[Mistake]:
    """Return a warning for every key that nobody reads, with the nearest one that somebody does."""
    return [_unknown(path, known, text) for path, known in _unknown_in(document, Config, ())]


def _unknown_in(table: Mapping[str, object], kind: type, path: KeyPath) -> Iterator[tuple[KeyPath, list[str]]]:
    known = [field.name for field in fields(kind)]
    for name, value in table.items():
        if name not in known:
            yield (*path, name), known
        elif isinstance(value, dict):
            yield from _unknown_below(value, kind, (*path, name))


def _unknown_below(table: Mapping[str, object], kind: type, path: KeyPath) -> Iterator[tuple[KeyPath, list[str]]]:
    inner = inner_table(kind, path[-1])
    if inner is not None and not inner.is_named:
        yield from _unknown_in(table, inner.kind, path)
    elif inner is not None:
        for name, value in table.items():
            if isinstance(value, dict):
                yield from _unknown_in(value, inner.kind, (*path, name))


def _unknown(path: KeyPath, known: list[str], text: str) -> Mistake:
    name = path[-1]
    near = difflib.get_close_matches(name.lower(), known, 1)
    if near:
        words = f"is not a key; did you mean {near[0]}?"
    elif _SECRETS.search(name):
        words = "is not read, and a secret does not belong here: `odps-tui auth login` puts it into the keyring"
    else:
        words = f"is not a key; there are {', '.join(known)}"
    return Mistake(words, written(path), line_of(text, path), warning=True)


def written(path: KeyPath) -> str:
    """Write a key as TOML does."""
    return ".".join(part if re.fullmatch(r"[A-Za-z0-9_-]+", part) else f'"{clean_line(part)[:60]}"' for part in path)


def line_of(text: str, path: KeyPath) -> int | None:
    """Return the line, from 1, on which a key stands; that of its table where the key stands in none; None when unsure."""
    lines = {key: number for number, key in reversed(list(_keys(text)))}
    return next((lines[path[:length]] for length in range(len(path), 0, -1) if path[:length] in lines), None)


def _keys(text: str) -> Iterator[tuple[int, KeyPath]]:
    table: KeyPath = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _parts(header[1])
            yield number, table
        elif entry := _ENTRY.match(line):
            yield number, (*table, *_parts(entry[1]))


def _parts(key: str) -> KeyPath:
    return tuple(part.strip("\"'") for part in re.findall(_PART, key))
