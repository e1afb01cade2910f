"""A request before it is signed, and an answer before it is read: what crosses the funnel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, quote_plus

from odps_tui.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, in plain (decoded) text: it is signed as it stands here and encoded when it is sent (protocol §2.1).

    `path` holds the segments after the endpoint. A `query` value of None is a bare flag. `max_body` bounds the answer in
    bytes; None leaves that to the funnel.
    """

    method: str
    path: tuple[str, ...]
    query: tuple[tuple[str, str | None], ...] = ()
    content_type: str = ""
    content: bytes = b""
    max_body: int | None = None

    def __post_init__(self) -> None:
        for segment in self.path:
            if segment in {"", ".", ".."}:
                raise SettingsError(f"“{segment}” cannot be the name of a project or the id of an instance")

    @property
    def is_read(self) -> bool:
        """True when asking twice changes nothing: a GET."""
        return self.method == "GET"

    @property
    def target(self) -> str:
        """Path and query as they go over the wire, flags bare and first-come order kept (protocol §1.2, §1.3)."""
        path = "".join("/" + quote(segment, safe="") for segment in self.path)
        return f"{path}?{'&'.join(map(_encoded, self.query))}" if self.query else path

    def with_query(self, name: str, value: str) -> Request:
        """Return the request with one parameter more."""
        return replace(self, query=(*self.query, (name, value)))


def _encoded(parameter: tuple[str, str | None]) -> str:
    name, value = parameter
    return quote_plus(name) if value is None else f"{quote_plus(name)}={quote_plus(value)}"


@dataclass(frozen=True, slots=True)
class Response:
    """What came back. Names of `headers` are lower-case; `body` is whole and inflated."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def is_success(self) -> bool:
        """True for every 2xx."""
        return 200 <= self.status < 300
