"""A body laid out for the eye: XML and JSON with a line for each thing, anything else as it is; always clean, secrets hidden."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from odps_tui.maxcompute.codec.secret_values import hide_secrets
from odps_tui.safe_text import clean

_INDENT = "  "
# What has no end is one piece to the end of the text: looked for from each beginning on, it would take for ever.
_XML_PIECE = re.compile(r"<!\[CDATA\[(?:.*?\]\]>|.*)|<!--(?:.*?-->|.*)|<[^<>]*>|[^<]+|<", re.DOTALL)
_DEEPEST = 40


def readable(body: bytes, *, is_whole: bool = True) -> str:
    """Return a body as clean text. What is not whole, or is no XML or JSON after all, stays as it came."""
    text = body.decode("utf-8-sig", errors="replace").strip()
    if is_whole and text.startswith("<"):
        text = "\n".join(_xml_lines(text))
    elif is_whole and text.startswith(("{", "[")):
        text = _json(text)
    return hide_secrets(clean(text))


def _xml_lines(text: str) -> Iterator[str]:
    """A line for each tag; an element that holds only text has one line. Text and CDATA are left exactly as they came."""
    pieces = [piece for piece in _XML_PIECE.findall(text) if not piece.isspace()]
    depth = at = 0
    while at < len(pieces):
        piece = pieces[at]
        if piece.startswith("</"):
            depth = max(0, depth - 1)
        indent = _INDENT * min(depth, _DEEPEST)
        if _opens(piece):
            end = _end_of_text(pieces, at)
            if end is not None:
                yield indent + "".join(pieces[at : end + 1])
                at = end + 1
                continue
            depth += 1
        yield indent + piece.strip()
        at += 1


def _opens(piece: str) -> bool:
    return piece.startswith("<") and piece[1:2] not in {"/", "!", "?"} and not piece.endswith("/>")


def _end_of_text(pieces: list[str], at: int) -> int | None:
    """Where the element that opens at `at` closes, if it holds nothing but text."""
    end = at + 1
    while end < len(pieces) and (not pieces[end].startswith("<") or pieces[end].startswith("<![CDATA[")):
        end += 1
    return end if end < len(pieces) and pieces[end].startswith("</") else None


def _json(text: str) -> str:
    try:
        return json.dumps(_unfolded(json.loads(text)), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _unfolded(value: Any) -> Any:
    """Objects that travel as JSON inside a string, as the service likes to send them, are opened; their keys say so."""
    if isinstance(value, dict):
        return dict(_unfolded_entry(key, inner) for key, inner in value.items())
    return [_unfolded(inner) for inner in value] if isinstance(value, list) else value


def _unfolded_entry(key: str, value: Any) -> tuple[str, Any]:
    if isinstance(value, str) and value.lstrip().startswith(("{", "[")):
        try:
            return f"{key} (JSON in a string)", _unfolded(json.loads(value))
        except ValueError:
            pass
    return key, _unfolded(value)
