"""A request and a response as values, and the errors that a service answers with.

`Answer` is the seam of the whole demo: the socket hands a `Request` to an answer and sends the `Response` that it gives. Anything
that is to disturb the traffic (delays, faults, broken bodies) is an answer around another one.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

XML = "application/xml"
JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `path` and `query` are decoded once, the query in the order sent; header names are lower-case.

    `target` is the request line's own text, still encoded.
    """

    method: str
    target: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes = b""

    def parameter(self, *names: str) -> str | None:
        """The first value of the first of `names` that the query has; "" for a bare flag, None when absent."""
        for name in names:
            for key, value in self.query:
                if key == name:
                    return value
        return None

    def has(self, flag: str) -> bool:
        """True when the query has `flag`, bare or with a value."""
        return any(key == flag for key, _ in self.query)


Manner = Callable[["asyncio.StreamWriter", bytes], Awaitable[None]]
"""Puts the bytes of a response on the line in a way of its own; the connection ends with it."""


@dataclass(frozen=True, slots=True)
class Response:
    """One response. The socket adds Content-Length and Date; the service adds the request id.

    A `manner` says how it goes out when not in one piece.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = XML
    headers: tuple[tuple[str, str], ...] = ()
    manner: Manner | None = None

    @classmethod
    def of(cls, text: str, content_type: str = XML, *, headers: tuple[tuple[str, str], ...] = (), status: int = 200) -> Response:
        """A response whose body is `text` in UTF-8."""
        return cls(status, text.encode(), content_type, headers)


Answer = Callable[[Request], Awaitable[Response]]


def undisturbed(answer: Answer) -> Answer:
    """The layer around an answer that changes nothing."""
    return answer


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """What came over the wire, for tests: the query as an ordered dict (a repeated name keeps its last value)."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    status: int


class ServiceFault(Exception):
    """An answer that is an error: HTTP status, symbolic code, message (Protocol §8)."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message


class NotOurGateway(Exception):
    """A path outside the endpoint's prefix: the gateway in front answers, not MaxCompute (Protocol §8.5)."""
