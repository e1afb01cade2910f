"""How results are written: facts by key to standard output, as a table or for a program; sentences to standard error.

A row is written when it is known and never kept: a list of any length takes the memory of one page. Text is clean already
(`odps_tui.safe_text`); here it is only kept on its line.
"""

from __future__ import annotations

import contextlib
import csv
import json
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

from odps_tui.safe_text import clean, clean_line, defused_cell

Facts: TypeAlias = Mapping[str, object]

_SIZED_BY = 1000
"""Rows that decide a table's widths; later ones are written as they come."""
_GAP = "  "


class Rows(Protocol):
    """Where rows go."""

    def write(self, facts: Facts) -> None:
        """Write one row."""
        ...

    def flush(self) -> None:
        """Hand over what was written, for whoever reads along."""
        ...

    def end(self) -> None:
        """Write what comes after the last row."""
        ...


@contextlib.contextmanager
def rows(output: str, keys: Sequence[str], shown: Sequence[str] | None = None) -> Iterator[Rows]:
    """Open rows in a format: `keys` are the columns of CSV, `shown` those of the table (all keys without it).

    An error leaves the document without its end, so that a part is not taken for the whole.
    """
    writer = _WRITERS[output](keys if output == "csv" or shown is None else shown)
    yield writer
    writer.end()
    writer.flush()


def write_document(facts: Facts, *, is_line: bool = False) -> None:
    """Write one JSON object, over several lines or on one."""
    print(_json(facts) if is_line else _json(facts, indent=1))


def write_text(text: str) -> None:
    """Write text as it is; only a terminal gets the line feed that is missing at its end."""
    sys.stdout.write(text)
    if text and not text.endswith("\n") and sys.stdout.isatty():
        sys.stdout.write("\n")


def tell(sentence: str) -> None:
    """Say something to people; it may quote an argument, so it is cleaned here.

    That nobody listens any more is no reason to stop the work.
    """
    with contextlib.suppress(OSError):
        print(f"odps-tui: {clean(sentence)}", file=sys.stderr, flush=True)


class _Table:
    """Columns as wide as the first rows need; a longer cell moves the rest of its own line only."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = keys
        self._first: list[list[str]] | None = [[key.replace("_", " ").upper() for key in keys]]
        self._widths: list[int] = []

    def write(self, facts: Facts) -> None:
        line = [_cell(facts.get(key)) for key in self._keys]
        if self._first is None:
            self._print(line)
            return
        self._first.append(line)
        if len(self._first) > _SIZED_BY:
            self._settle()

    def flush(self) -> None:
        self._settle()
        sys.stdout.flush()

    def end(self) -> None:
        self._settle()

    def _settle(self) -> None:
        if self._first is not None:
            lines, self._first = self._first, None
            self._widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
            for line in lines:
                self._print(line)

    def _print(self, line: Sequence[str]) -> None:
        padded = (cell + " " * (width - _width(cell)) for cell, width in zip(line, self._widths, strict=True))
        print(_GAP.join(padded).rstrip())


class _Json:
    """One array, a row to a line."""

    def __init__(self, _keys: Sequence[str]) -> None:
        self._before = "["

    def write(self, facts: Facts) -> None:
        sys.stdout.write(f"{self._before}\n {_json(facts)}")
        self._before = ","

    def flush(self) -> None:
        sys.stdout.flush()

    def end(self) -> None:
        sys.stdout.write("[]\n" if self._before == "[" else "\n]\n")


class _JsonLines:
    """A JSON object to a line."""

    def __init__(self, _keys: Sequence[str]) -> None: ...

    def write(self, facts: Facts) -> None:
        print(_json(facts))

    def flush(self) -> None:
        sys.stdout.flush()

    def end(self) -> None: ...


class _Csv:
    """A header and the rows; lists and objects as JSON, the unknown as nothing, and no cell that a spreadsheet would run."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = keys
        self._writer = csv.writer(sys.stdout, lineterminator="\n")
        self._has_header = False

    def write(self, facts: Facts) -> None:
        self._begin()
        self._writer.writerow([_csv_cell(facts.get(key)) for key in self._keys])

    def flush(self) -> None:
        sys.stdout.flush()

    def end(self) -> None:
        self._begin()

    def _begin(self) -> None:
        # Not before there is something to say: a failure leaves no list that looks empty.
        if not self._has_header:
            self._has_header = True
            self._writer.writerow(self._keys)


_WRITERS: Mapping[str, type[_Table | _Json | _JsonLines | _Csv]] = {
    "table": _Table,
    "json": _Json,
    "jsonl": _JsonLines,
    "csv": _Csv,
}


def _json(facts: Facts, indent: int | None = None) -> str:
    # Where the stream cannot hold every character, JSON has a spelling of its own for it.
    holds_all = (getattr(sys.stdout, "encoding", None) or "").lower().startswith("utf")
    return json.dumps(facts, ensure_ascii=not holds_all, indent=indent)


def _csv_cell(value: object) -> object:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return defused_cell(value) if isinstance(value, str) else value


def _cell(value: object) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ",".join(map(_cell, value)) or "-"
    return clean_line(str(value)) if not isinstance(value, float) else f"{value:.4g}"


def _width(text: str) -> int:
    """Return how many places a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(one) else 1 + (unicodedata.east_asian_width(one) in "WF") for one in text)
