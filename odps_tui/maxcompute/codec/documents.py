"""JSON documents: read whole, cleaned deep, and tolerant of the ways in which the service wraps them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from odps_tui.errors import DecodeError
from odps_tui.safe_text import clean_document, is_clean

_WRITES_UNSAFE = re.compile(r"\\[ubfr]")
"""How JSON writes a character that may have to be replaced; a backslash in front of such a letter only looks like it."""

EMPTY: Mapping[str, Any] = MappingProxyType({})


def parse_object(body: bytes) -> Mapping[str, Any]:
    """Parse a body that must be one JSON object. Raises `DecodeError` for anything else, an empty body included."""
    text = body.decode("utf-8-sig", errors="replace").strip()
    if not text:
        raise DecodeError("The reply is empty where JSON was expected")
    if text.startswith("<"):
        kind = "an HTML page" if text[:15].lower().startswith(("<html", "<!doctype html")) else "XML"
        raise DecodeError(f"The reply is {kind} where JSON was expected")
    value = parse_text(text)
    if not isinstance(value, dict):
        raise DecodeError("The reply is no JSON object")
    return MappingProxyType(value)


def parse_text(text: str) -> Any:
    """Parse JSON text, RFC 2047-wrapped or not (protocol §3.3); every text inside is clean. Raises `DecodeError`."""
    try:
        text = _unwrapped(text)
        value = json.loads(text, parse_constant=lambda _: None)
        # A document whose own text is clean holds nothing else; to look at each of its texts takes as long as to read it.
        return value if _WRITES_UNSAFE.search(text) is None and is_clean(text) else clean_document(value)
    except json.JSONDecodeError as error:
        what = "was cut short" if error.pos >= len(error.doc.rstrip()) else "is no valid JSON"
        raise DecodeError(f"The reply {what}") from error
    except (ValueError, LookupError, RecursionError) as error:
        raise DecodeError("The reply is no JSON that can be read") from error


def nested(value: object) -> Mapping[str, Any]:
    """Return the object that `value` is, or holds as JSON text; empty when it is neither."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, str):
        return EMPTY
    try:
        parsed = parse_text(value)
    except DecodeError:
        return EMPTY
    return parsed if isinstance(parsed, dict) else EMPTY


def _unwrapped(text: str) -> str:
    """Raises ValueError or LookupError. What has no end is not wrapped: it would be looked for from each beginning on."""
    if not (text.startswith("=?") and text.endswith("?=")):
        return text
    from email.errors import MessageError  # noqa: PLC0415  # rarely needed
    from email.header import decode_header  # noqa: PLC0415

    try:
        parts = decode_header(text)
    except MessageError as error:
        raise ValueError("no mail header") from error
    return "".join(part.decode(charset or "ascii") if isinstance(part, bytes) else part for part, charset in parts)
