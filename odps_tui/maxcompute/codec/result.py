"""What the tasks left behind: rows as CSV, text, or the text of an error (protocol §4.4)."""

from __future__ import annotations

import base64
import binascii
from xml.etree.ElementTree import Element

from odps_tui.errors import DecodeError
from odps_tui.maxcompute.codec.documents import nested
from odps_tui.maxcompute.codec.failure import read_failure
from odps_tui.maxcompute.codec.status_words import task_status
from odps_tui.maxcompute.codec.xml import children, line, parse
from odps_tui.maxcompute.exchange import Response
from odps_tui.models import ResultDescriptor, TaskResult, TaskStatus
from odps_tui.safe_text import clean, clean_line

_SLICE = 524_288
"""Characters of Base64 undone in one go; four of them are three bytes, so it is a multiple of four."""
_LONGEST_REASON = 65_536
"""Characters of a failed task's text that are looked at for its reason."""


def decode_task_results(response: Response) -> dict[str, TaskResult]:
    """Read the results by task, in the order of the document; empty while nothing has ended."""
    root = parse(response.body, "Instance")
    return {result.name: result for result in map(_result, children(root, "Tasks", "Task"))}


def _result(node: Element) -> TaskResult:
    body = node.find("Result")
    text = "" if body is None else _text(body)
    status = task_status(node.findtext("Status")) or None
    return TaskResult(
        name=line(node, "Name") or "",
        type=clean_line(node.get("Type", "").strip()) or None,
        status=status,
        format=None if body is None else clean_line(body.get("Format", "").strip().lower()) or None,
        text=text,
        descriptor=_descriptor(node.findtext("ResultDescriptor")),
        # Older services leave the status out (protocol §4.4): then the task's own status says whether this is a failure.
        failure=None if status == TaskStatus.SUCCESS else read_failure(text[:_LONGEST_REASON]),
    )


def _text(node: Element) -> str:
    text = node.text or ""
    if node.get("Transform", "").lower() != "base64":
        return clean(text)
    try:
        return clean(_unpacked(text).decode("utf-8", errors="replace"))
    except (binascii.Error, ValueError) as error:
        raise DecodeError("A task's result is marked as Base64 and is none") from error


def _unpacked(text: str) -> bytes:
    """Undo Base64, of megabytes slice by slice: in one go no other thread would get its turn. Raises ValueError."""
    if len(text) <= _SLICE:
        return base64.b64decode(text)
    text = "".join(text.split())
    return b"".join([base64.b64decode(text[start : start + _SLICE]) for start in range(0, len(text), _SLICE)])


def _descriptor(text: str | None) -> ResultDescriptor | None:
    document = nested((text or "").strip())
    if not document:
        return None
    columns = nested(document.get("Schema")).get("Columns")
    return ResultDescriptor(
        is_select=document.get("IsSelect") is True,
        select_status=clean_line(str(document.get("SelectResultStatus") or "")) or None,
        columns=tuple(_column(entry) for entry in columns if isinstance(entry, dict)) if isinstance(columns, list) else (),
    )


def _column(entry: dict[str, object]) -> tuple[str, str]:
    return clean_line(str(entry.get("Name") or "")), clean_line(str(entry.get("Type") or ""))
