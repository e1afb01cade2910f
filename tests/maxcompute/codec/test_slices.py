"""Large bodies are decoded a slice at a time beside the event loop; small ones in it, and there nothing is waited for."""

from __future__ import annotations

import time

import pytest

from odps_tui.maxcompute.codec.rows import read_rows
from odps_tui.maxcompute.codec.xml import READ_ASIDE, parse

ROW = b"<Instance><Name>20250314020815123ga1b2c3d4</Name><Status>Running</Status></Instance>"


def page(size: int) -> bytes:
    return b"<Instances>" + ROW * (size // len(ROW)) + b"</Instances>"


@pytest.mark.parametrize(("size", "lets_go"), [(READ_ASIDE - 100, False), (2 * READ_ASIDE, True)])
def test_only_what_is_decoded_beside_the_event_loop_lets_it_have_turns(
    monkeypatch: pytest.MonkeyPatch, size: int, lets_go: bool
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    rows: list[str] = []
    read_rows(page(size), "Instances", "Instance", lambda row: rows.append(row["Name"]))
    assert len(parse(page(size), "Instances")) == len(rows) == size // len(ROW)
    assert bool(pauses) is lets_go
    assert set(pauses) <= {0}
