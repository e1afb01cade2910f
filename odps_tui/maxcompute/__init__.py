"""The wire: an asynchronous client of MaxCompute's REST service for instances.

`MaxComputeClient` is loaded when it is asked for, and httpx with it: `--version` and a wrong flag need neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from odps_tui.maxcompute.endpoint import Endpoint, InvalidEndpoint

if TYPE_CHECKING:
    from odps_tui.maxcompute.client import MaxComputeClient

__all__ = ["Endpoint", "InvalidEndpoint", "MaxComputeClient"]


def __getattr__(name: str) -> object:
    if name == "MaxComputeClient":
        from odps_tui.maxcompute.client import MaxComputeClient  # noqa: PLC0415  # see above

        return MaxComputeClient
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
