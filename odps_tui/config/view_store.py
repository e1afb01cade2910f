"""What an operator arranged, kept for each place from one session to the next."""

from __future__ import annotations

from pathlib import Path

from odps_tui.config.place_store import PlaceStore, PlaceStoreError

ViewStoreError = PlaceStoreError


class ViewStore(PlaceStore):
    """Columns, order and groups of the list."""

    def __init__(self, directory: Path | None = None) -> None:
        super().__init__("views.json", "The arrangement of the list", directory)
