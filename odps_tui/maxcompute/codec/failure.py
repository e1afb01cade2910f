"""The text that a failed task leaves as its result, and the number in it (protocol §6)."""

from __future__ import annotations

from dataclasses import dataclass

from odps_tui.errors import DecodeError
from odps_tui.maxcompute.codec.service_error import find_number
from odps_tui.maxcompute.codec.xml import block, line, parse


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a task failed. `code` is its `ODPS-nnnnnnn`, else whatever symbolic code came with it."""

    message: str
    code: str | None


def read_failure(text: str) -> Failure:
    """Read a failed task's result: plain text, or an `<Error>` document as text."""
    text = text.strip()
    if text.startswith("<"):
        try:
            root = parse(text.encode(), "Error")
        except DecodeError:
            return Failure(text, find_number(text))
        code, message = line(root, "Code"), (block(root, "Message") or "").strip()
        return Failure(message or code or text, find_number(code, message) or code)
    return Failure(text, _first_code(text))


def _first_code(text: str) -> str | None:
    """Return the first part, between colons and dashes, that begins with `ODPS-`: the outermost of nested errors."""
    parts = (part.strip() for piece in text.split(" - ") for part in piece.split(":"))
    return next((part for part in parts if part.startswith("ODPS-")), None)
