"""What was done from this host, the latest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from odps_tui.safe_text import clean_line
from odps_tui.widgets.notation import id_tail


class AuditDialog(ModalScreen[None]):
    """Shows entries of the audit log. They come from a file, so they are cleaned like anything from outside."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "close", key_display="esc", id="audit.close"),
    ]

    def __init__(self, entries: Iterable[Mapping[str, object]]) -> None:
        super().__init__()
        self._entries = list(entries)

    def compose(self) -> ComposeResult:
        """One text that scrolls."""
        with VerticalScroll(id="dialog") as dialog:
            dialog.border_title = "Stops from this host"
            dialog.border_subtitle = "esc closes"
            lines = [_line(entry) for entry in self._entries] or [Content("Nothing has been stopped from here.")]
            yield Static(Content("\n").join(lines), id="facts")


def _line(entry: Mapping[str, object]) -> Content:
    said = {name: clean_line(str(value)) for name, value in entry.items() if value is not None}
    request = f"  request {said['request_id']}" if "request_id" in said else ""
    return Content.assemble(
        (f"{said.get('at', '?')}  ", "$foreground-muted"),
        (f"{said.get('result', '?'):<12} ", "bold"),
        f"{id_tail(said.get('instance_id', '?'))}  {said.get('owner', '?')}  in {said.get('project', '?')}",
        (f"  by {said.get('who', '?')}{request}", "$foreground-muted"),
        f"\n    {said['error']}" if "error" in said else "",
    )
