"""httpx without the command-line program in it, which takes longer to load than all the rest where click is installed.

And without the search for sniffio: the layer below httpx tries to import it several times for each request, and a module that is
not there is looked for in every folder each time, which took a tenth of what a small request costs.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec

_PROGRAM = "httpx._main"
_SEARCHED = "sniffio"

if "httpx" not in sys.modules:
    sys.modules[_PROGRAM] = None  # type: ignore[assignment]  # importing it fails, as it does where click is not installed

import httpx as httpx  # noqa: E402, PLC0414 - it is handed on

if sys.modules.get(_PROGRAM, sys) is None:
    del sys.modules[_PROGRAM]

if _SEARCHED not in sys.modules and find_spec(_SEARCHED) is None:
    sys.modules[_SEARCHED] = None  # type: ignore[assignment]  # known to be absent: no folder is searched
