"""What an operator arranged, kept for each place from one session to the next. Losing it costs comfort, never a session."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from odps_tui.config.state_directory import state_directory
from odps_tui.errors import OdpsTuiError

_FILE = "views.json"
_PLACES_KEPT = 100
_MOST_BYTES = 1_000_000


class ViewStoreError(OdpsTuiError):
    """The file could not be written."""


class ViewStore:
    """A JSON file of plain values per place, in the user's state directory (ODPS_TUI_STATE_DIR overrides it)."""

    def __init__(self, directory: Path | None = None) -> None:
        self._file = (directory or state_directory()) / _FILE

    def load(self, place: str) -> Mapping[str, object]:
        """Return what was kept for a place; empty when there is nothing, or nothing that can be read."""
        view = self._all().get(place)
        return view if isinstance(view, dict) else {}

    def save(self, place: str, view: Mapping[str, object]) -> None:
        """Keep `view` for a place. Raises ViewStoreError; the old file stays whole whatever happens."""
        views = {name: kept for name, kept in self._all().items() if name != place}
        kept = dict([*list(views.items())[-_PLACES_KEPT:], (place, dict(view))])
        new = self._file.with_name(f"{_FILE}.{os.getpid()}")
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            new.write_text(json.dumps(kept, indent=1), encoding="utf-8")
            new.chmod(0o600)
            new.replace(self._file)
        except OSError as error:
            raise ViewStoreError(f"The arrangement of the list cannot be kept: {error.strerror}") from None

    def _all(self) -> dict[str, object]:
        try:
            with self._file.open("rb") as file:
                document = json.loads(file.read(_MOST_BYTES))
        except (OSError, ValueError, RecursionError):
            return {}
        return document if isinstance(document, dict) else {}
