"""What the sign-in screen asks for: who lies about, whether a wish holds, and keeping it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from odps_tui.accounts import AccessKey
from odps_tui.screens.contexts import SourceLine


class Keeping(Enum):
    """Where a typed key is kept; the value says it."""

    KEYRING = "in the keyring"
    SESSION = "not at all: for this session"
    FILE = "in a file, in clear"


@dataclass(frozen=True, slots=True)
class Wish:
    """Where somebody wants to go, and as whom: with a typed `key`, or the one that `auth` leads to.

    `profile` is the name to keep it under; empty: nothing is written. `keeping` is about a typed key.
    """

    endpoint: str
    project: str
    auth: str = ""
    key: AccessKey | None = None
    profile: str = ""
    keeping: Keeping = Keeping.SESSION


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """An identity that lies about, with where its owner uses it, as far as that is told."""

    source: SourceLine
    endpoint: str = ""
    project: str = ""


class SignIns(Protocol):
    """Looks, tries and keeps."""

    def found(self) -> tuple[FoundPlace, ...]:
        """Return the identities that were found, the first choice first."""
        ...

    async def try_out(self, wish: Wish) -> str:
        """Ask the service; return whom it takes us for. Raises an OdpsTuiError with what is wrong."""
        ...

    async def keep(self, wish: Wish) -> None:
        """Write down what is to be kept, all of it or nothing. Raises an OdpsTuiError."""
        ...
