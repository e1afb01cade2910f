"""XML, parsed safely: no DOCTYPE, no half documents, nothing foreign taken for an empty answer."""

from __future__ import annotations

import time
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, XMLParser
from xml.parsers import expat

from odps_tui.errors import DecodeError
from odps_tui.maxcompute.codec.numbers import whole
from odps_tui.safe_text import clean, clean_line

READ_ASIDE = 65_536
"""Bytes of a body that take some two milliseconds to decode: larger ones are decoded on a thread beside the event loop."""
SLICE = 16_384
"""Bytes that take half a millisecond. Between two of them such a thread lets go of the interpreter: see `between_slices`."""
_PROLOG_SLICE = 1_024
# What expat says at the end of a document that is not over.
_NO_END = {
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
# What it says of bytes that are no characters, and of a stray `<` or `&`.
_BAD_TOKEN = expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]


def parse(body: bytes, root: str) -> Element:
    """Parse a whole document whose outermost element is `root`.

    Raises `DecodeError` for an empty, cut, malformed or foreign body, and for one with a DOCTYPE.
    """
    expect_xml(body, root)
    _refuse_doctype(body)
    element = _tree(body)
    if element.tag != root:
        raise unexpected(element.tag, root)
    return element


def _tree(body: bytes) -> Element:
    parser = XMLParser()  # noqa: S314  # a DOCTYPE, and with it every entity, was refused before
    try:
        for start in range(0, len(body), SLICE):
            parser.feed(body[start : start + SLICE])
            between_slices(body)
        return parser.close()
    except (ParseError, LookupError, ValueError) as error:
        raise unreadable(error) from error


def between_slices(body: bytes) -> None:
    """Let the event loop have its turn: it would wait five milliseconds for it. In the loop itself nobody waits."""
    if len(body) > READ_ASIDE:
        time.sleep(0)


def _refuse_doctype(body: bytes) -> None:
    """Look at the prolog only: a DOCTYPE cannot stand after the first element."""
    elements: list[str] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = doctype_found
    parser.StartElementHandler = lambda name, _: elements.append(name)
    try:
        for start in range(0, len(body), _PROLOG_SLICE):
            parser.Parse(body[start : start + _PROLOG_SLICE])
            if elements:
                return
        parser.Parse(b"", True)  # newer expats put off what they have not seen the end of
    except (expat.ExpatError, LookupError, ValueError):
        return  # The parser proper says it better.


def expect_xml(body: bytes, root: str) -> None:
    """Raise `DecodeError` for a body that does not even begin like XML, saying what it is instead."""
    head = body[:512].lstrip()
    if not head:
        raise DecodeError(f"The reply is empty where <{root}> was expected")
    if not head.startswith((b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise DecodeError(f"The reply is {_kind(head)} where <{root}> was expected")
    if _is_html(head):
        raise DecodeError(f"The reply is an HTML page where <{root}> was expected")


def unexpected(tag: str, root: str) -> DecodeError:
    """Return the error for a document of another kind."""
    return DecodeError(f"The reply is <{clean_line(tag)[:80]}> where <{root}> was expected")


def unreadable(error: Exception) -> DecodeError:
    """Return the error for what expat or ElementTree could not read: half a list must not pass for a list."""
    if isinstance(error, ParseError):
        line_number, column = error.position
        return _unreadable_at(error.code, line_number, column)
    if isinstance(error, expat.ExpatError):
        return _unreadable_at(error.code, error.lineno, error.offset)
    return DecodeError("The reply is not well-formed XML (its encoding is unknown)")


def _unreadable_at(code: int, line_number: int, column: int) -> DecodeError:
    if code in _NO_END:
        return DecodeError("The reply was cut short: its XML has no end")
    doubt = ", or not in the character set that it names" if code == _BAD_TOKEN else ""
    return DecodeError(f"The reply is not well-formed XML{doubt} (line {line_number}, column {column})")


def doctype_found(*_: object) -> None:
    """Refuse a DOCTYPE, and with it every entity: a handler for expat."""
    raise DecodeError("The reply holds a DOCTYPE, which the service never sends; it was not read")


def _kind(head: bytes) -> str:
    return "JSON" if head.startswith((b"{", b"[")) else "text"


def _is_html(head: bytes) -> bool:
    start = head[:15].lower()
    return start.startswith((b"<html", b"<!doctype html", b"<head", b"<body"))


def line(node: Element, tag: str) -> str | None:
    """Return the text of a child that fits in one cell, trimmed and clean; None when it is missing or blank."""
    text = (node.findtext(tag) or "").strip()
    return clean_line(text) or None


def block(node: Element, tag: str) -> str | None:
    """Return the text of a child of many lines (SQL, a message), clean; None when the child is missing."""
    text = node.findtext(tag)
    return None if text is None else clean(text)


def number(node: Element, tag: str) -> int | None:
    """Return a child's whole number; None when it is missing or no number."""
    return whole((node.findtext(tag) or "").strip())


def children(node: Element, *path: str) -> Iterator[Element]:
    """Yield the elements at the end of `path`: `children(root, "Tasks", "Task")`."""
    return node.iterfind("/".join(path))


def document(*lines: str) -> bytes:
    """Return a request's XML body in PyODPS's layout: declaration, lines, a line feed at the end."""
    return "\n".join(['<?xml version="1.0" encoding="utf-8"?>', *lines, ""]).encode()
