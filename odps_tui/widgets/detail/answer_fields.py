"""The fields of raw answers: every value of an XML or JSON answer with the way to it, taken from the text that is shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html import unescape
from itertools import islice
from typing import Any

from odps_tui.models import RawAnswer
from odps_tui.widgets.fields import Field

_MOST = 2_000
"""Values taken of one answer: a detail of megabytes has more, and they are all alike."""

_PIECE = re.compile(r"<!\[CDATA\[(?P<verbatim>.*?)\]\]>|<(?P<tag>[^>]*)>|(?P<text>[^<]+)", re.DOTALL)
_ATTRIBUTE = re.compile(r'([\w:.-]+)="([^"]*)"')


def answer_fields(answers: Iterable[RawAnswer]) -> Iterator[Field]:
    """Yield of each answer its question, its headers, its body and every value in it."""
    for answer in answers:
        group = answer.question
        yield Field(group, "question", answer.question)
        for name, value in answer.headers:
            yield Field(group, name, value)
        yield Field(group, "body", answer.text)
        values = _json_values(answer.text) if answer.text.startswith(("{", "[")) else _xml_values(answer.text)
        yield from (Field(group, name, text) for name, text in islice(values, _MOST))


def _json_values(text: str) -> Iterator[tuple[str, str]]:
    """`Instance.Stages[0].Workers[3].LogID`; nothing of a text that is no whole JSON."""
    try:
        yield from _leaves("", json.loads(text))
    except (ValueError, RecursionError):
        return


def _leaves(way: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(f"{way}.{name}" if way else name, inner)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _leaves(f"{way}[{place}]", inner)
    else:
        yield way, value if isinstance(value, str) else json.dumps(value)


def _xml_values(text: str) -> Iterator[tuple[str, str]]:
    """`Instance/Tasks/Task/Name`, attributes behind an `@`. Read by its signs only: it may be cut, or be no XML at all."""
    way: list[str] = []
    value, is_leaf = "", False
    for piece in _PIECE.finditer(text) if text.startswith("<") else ():
        tag = piece["tag"]
        if tag is None:
            value += piece["verbatim"] if piece["verbatim"] is not None else unescape(piece["text"])
        elif tag.startswith("/"):
            if is_leaf and way and value.strip():
                yield "/".join(way), value.strip()
            way, value, is_leaf = way[:-1], "", False
        elif not tag.startswith(("?", "!")):
            name = tag.rstrip("/").split(maxsplit=1)[0] if tag.rstrip("/").strip() else "?"
            yield from (("/".join((*way, f"{name}@{key}")), unescape(told)) for key, told in _ATTRIBUTE.findall(tag))
            way, value, is_leaf = (way, "", False) if tag.endswith("/") else ([*way, name], "", True)
