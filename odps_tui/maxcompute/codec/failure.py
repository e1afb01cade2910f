"""The text that a failed task leaves as its result, and the number in it (protocol §6)."""

from __future__ import annotations

from odps_tui.errors import DecodeError
from odps_tui.maxcompute.codec.service_error import find_number
from odps_tui.maxcompute.codec.xml import block, line, parse
from odps_tui.models import TaskFailure


def read_failure(text: str) -> TaskFailure:
    """Read a failed task's result: plain text, or an `<Error>` document as text."""
    text = text.strip()
    if text.startswith("<"):
        try:
            root = parse(text.encode(), "Error")
        except DecodeError:
            return TaskFailure(text, find_number(text))
        code, message = line(root, "Code"), (block(root, "Message") or "").strip()
        return TaskFailure(message or code or text, find_number(code, message) or code, _symbol(code))
    return TaskFailure(text, _first_code(text))


def _first_code(text: str) -> str | None:
    """Return the first part, between colons and dashes, that begins with `ODPS-`: the outermost of nested errors."""
    parts = (part.strip() for piece in text.split(" - ") for part in piece.split(":"))
    return next((part for part in parts if part.startswith("ODPS-")), None)


def _symbol(code: str | None) -> str | None:
    """A code that is a name; some are a number and a sentence (protocol §8.1)."""
    return code if code and code.isidentifier() else None
