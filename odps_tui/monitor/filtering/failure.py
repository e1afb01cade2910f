"""What is wrong with a filter, and where."""

from __future__ import annotations

from odps_tui.errors import OdpsTuiError


class FilterError(OdpsTuiError):
    """A filter that cannot be read yet. `text[start:end]` of the filter is what to mark: never empty, always inside the text."""

    def __init__(self, cause: str, start: int, end: int) -> None:
        super().__init__(cause)
        self.start = start
        self.end = end
