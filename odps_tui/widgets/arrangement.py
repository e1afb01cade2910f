"""How the operator wants the list: order, columns, groups."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What the operator chose for the list and finds again next time. None leaves the choice to the width of the terminal."""

    sort: str = ""
    """A column's id; empty for the usual order: what lives first, then what ended."""
    reverse: bool = False
    columns: tuple[str, ...] | None = None
    widths: tuple[tuple[str, int], ...] = ()
    whole_ids: bool | None = None
    group: str = ""
