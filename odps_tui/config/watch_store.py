"""Pins and rules, kept for each place from one session to the next."""

from __future__ import annotations

from pathlib import Path

from odps_tui.config.place_store import PlaceStore


class WatchStore(PlaceStore):
    """What is pinned, the rules, and what has been told already."""

    def __init__(self, directory: Path | None = None) -> None:
        super().__init__("watch.json", "Pins and rules", directory)
