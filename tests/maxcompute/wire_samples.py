"""The answers of the service as samples: `sample("quota.json")` is the response that the manifest describes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from odps_tui.maxcompute.exchange import Response

FOLDER = Path(__file__).parent / "samples"
ENTRIES: dict[str, dict[str, Any]] = {
    entry["file"]: entry for entry in json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
}
VECTORS: dict[str, Any] = json.loads((FOLDER / "signature-vectors.json").read_text(encoding="utf-8"))


def sample(name: str) -> Response:
    """Return an answer, status and headers included."""
    entry = ENTRIES[name]
    headers = {header.lower(): value for header, value in entry["headers"].items()}
    return Response(entry["status"], headers, read(name))


def read(name: str) -> bytes:
    """Return the bytes of a sample file."""
    return (FOLDER / name).read_bytes()
