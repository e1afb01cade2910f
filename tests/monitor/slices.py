"""Slices so small that a handful of rows takes many of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from odps_tui.monitor import slicing


@contextmanager
def tiny_slices() -> Iterator[None]:
    with patch.multiple(slicing, ASKED=2, COPIED=3, SOUGHT=1, SHARED=3):
        yield
