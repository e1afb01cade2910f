"""Plain values for each place, in a JSON file of the user's state directory. Losing them costs comfort, never a session."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from odps_tui.config.state_directory import state_directory
from odps_tui.errors import OdpsTuiError
from odps_tui.safe_text import clean_document

_PLACES_KEPT = 100
_MOST_BYTES = 1_000_000


class PlaceStoreError(OdpsTuiError):
    """The file could not be written."""


class PlaceStore:
    """A file of its own for each kind of values (`name`); `what` they are, for the sentence when they cannot be kept."""

    def __init__(self, name: str, what: str, directory: Path | None = None) -> None:
        self._file = (directory or state_directory()) / name
        self._what = what

    def load(self, place: str) -> Mapping[str, object]:
        """Return what was kept for a place; empty when there is nothing, or nothing that can be read."""
        view = (self._all() or {}).get(place)
        return view if isinstance(view, dict) else {}

    @property
    def trouble(self) -> str:
        """Why nothing of what was kept is there, in a sentence; empty when the file can be read, or was never written."""
        if self._all() is not None:
            return ""
        return f"{self._file.name} cannot be read: {self._what[0].lower()}{self._what[1:]} begin anew, and it will be put aside"

    def save(self, place: str, view: Mapping[str, object]) -> None:
        """Keep `view` for a place. Raises PlaceStoreError; the old file stays whole whatever happens.

        One that cannot be read is put aside first: somebody may want to mend it.
        """
        old = self._all()
        views = {name: kept for name, kept in (old or {}).items() if name != place}
        kept = dict([*list(views.items())[-_PLACES_KEPT:], (place, dict(view))])
        new = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if old is None:
                self._file.replace(self._file.with_name(f"{self._file.name}.unreadable"))
            new.touch(mode=0o600)
            new.write_text(json.dumps(kept, indent=1), encoding="utf-8")
            new.chmod(0o600)
            new.replace(self._file)
        except OSError as error:
            raise PlaceStoreError(f"{self._what} cannot be kept: {error.strerror}") from None

    def _all(self) -> dict[str, object] | None:
        """Everything in the file; None when there is one that cannot be read."""
        try:
            with self._file.open("rb") as file:
                document = clean_document(json.loads(file.read(_MOST_BYTES)))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError):
            return None
        return document if isinstance(document, dict) else None
