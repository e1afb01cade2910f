"""A text that is shown nowhere by itself: not in a log, not in a traceback, not by print."""

from __future__ import annotations

_SHOWN = "**********"


class SecretStr:
    """Holds a secret. Two of them are equal when their secrets are; neither `repr` nor `str` tells it, nor its length.

    As pydantic's of the same name, whose import takes longer than all that comes before the first question to the service.
    """

    __slots__ = ("_secret",)

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def get_secret_value(self) -> str:
        """Return the secret, for whoever sends or keeps it."""
        return self._secret

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretStr) and self._secret == other._secret

    def __hash__(self) -> int:
        return hash(self._secret)

    def __len__(self) -> int:
        return len(self._secret)

    def __repr__(self) -> str:
        return f"SecretStr({str(self)!r})"

    def __str__(self) -> str:
        return _SHOWN if self._secret else ""
