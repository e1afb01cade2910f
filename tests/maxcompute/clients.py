"""Clients for tests: a fixed clock, a sleep that does not wait, and canned answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx

from odps_tui.accounts import AccessKey
from odps_tui.maxcompute.client import MaxComputeClient
from odps_tui.maxcompute.exchange import Response
from odps_tui.secret_str import SecretStr

NOW = datetime(2025, 3, 14, 2, 10, tzinfo=UTC)
KEY = AccessKey("my-access-id", SecretStr("my-secret-key"))


class Sleeps(list[float]):
    """A sleep that returns at once and remembers how long it was asked to wait."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


def client_of(endpoint: str, **options: Any) -> MaxComputeClient:
    """Return a client with the tests' key, clock and sleep, unless told otherwise."""
    settings: dict[str, Any] = {"clock": NOW.timestamp, "sleep": Sleeps(), **options}
    return MaxComputeClient(endpoint, settings.pop("project", "demo_project"), settings.pop("account", KEY), **settings)


def canned(answer: Callable[[httpx.Request], Response], **options: Any) -> MaxComputeClient:
    """Return a client whose service is a function."""

    def handle(request: httpx.Request) -> httpx.Response:
        response = answer(request)
        return httpx.Response(response.status, headers=dict(response.headers), stream=httpx.ByteStream(response.body))

    return client_of("http://127.0.0.1/api", transport=httpx.MockTransport(handle), **options)


def target(request: httpx.Request) -> str:
    """Return path and query as sent, the endpoint's own path and the default project left out."""
    text = request.url.raw_path.decode().removeprefix("/api")
    return text.replace("&curr_project=demo_project", "").replace("?curr_project=demo_project", "")
