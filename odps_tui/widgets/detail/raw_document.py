"""The Raw tab: the last answer to each question about an instance, in the service's own words."""

from __future__ import annotations

from collections.abc import Iterable

from odps_tui.models import RawAnswer
from odps_tui.widgets.detail.document import Document, Writer
from odps_tui.widgets.notation import clock_time, short_bytes


def raw_document(answers: Iterable[RawAnswer]) -> Document:
    """Return the whole tab."""
    writer = Writer()
    writer.add_line("Answers as they came, laid out; only of what has been asked so far: another tab asks for its part.", "muted")
    for answer in answers:
        writer.add_line()
        writer.add_line(answer.question, "heading")
        size = short_bytes(answer.size)
        cut = ", of which only the beginning is kept" if answer.is_cut else ""
        style = "muted" if answer.status < 300 else "error"
        writer.add_line(f"HTTP {answer.status} · {size}{cut} · {clock_time(answer.read_at)}", style)
        for name, value in answer.headers:
            writer.add_line(f"{name}: {value}", "muted")
        writer.add_line()
        writer.add_line(answer.text or "(no body)")
    return writer.document()
