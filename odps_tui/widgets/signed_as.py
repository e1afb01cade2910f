"""Who the dashboard is, as it may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SignedAs:
    """Who asks (masked), from where that identity came, until when it lasts, and whether another is fetched before."""

    masked: str
    source: str
    expires: datetime | None = None
    renewed: bool = False
