"""httpx without the command-line program in it, which takes longer to load than all the rest where click is installed."""

from __future__ import annotations

import sys

_PROGRAM = "httpx._main"

if "httpx" not in sys.modules:
    sys.modules[_PROGRAM] = None  # type: ignore[assignment]  # importing it fails, as it does where click is not installed

import httpx as httpx  # noqa: E402, PLC0414 - it is handed on

if sys.modules.get(_PROGRAM, sys) is None:
    del sys.modules[_PROGRAM]
