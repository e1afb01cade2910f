"""Handing an alert to a webhook: one JSON POST. It is another service than MaxCompute, so it gets no client of ours.

This is the one place besides `odps_tui.maxcompute` that speaks HTTP: nothing is signed here, no redirect is followed, and nothing
of an answer is read but its status.
"""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from odps_tui import __version__
from odps_tui.notifying.alert import Alert
from odps_tui.secret_str import SecretStr

PATIENCE = 10.0
_TRIES = 2
_PAUSE = 1.0
_HEADERS = {"content-type": "application/json", "user-agent": f"odps-tui/{__version__}"}


async def post_alert(address: SecretStr, alert: Alert, *, patience: float = PATIENCE, pause: float = _PAUSE) -> str:
    """Post it, once more after a fault that may pass; return why it did not arrive, or nothing. The address is never said."""
    import httpx  # noqa: PLC0415 - who has no webhook does not wait for it at the start

    problem = ""
    url = address.get_secret_value()
    host = urlsplit(url).hostname
    for attempt in range(_TRIES):
        if attempt:
            await asyncio.sleep(pause)
        try:
            async with (
                asyncio.timeout(patience),
                httpx.AsyncClient(follow_redirects=False, timeout=patience) as client,
                client.stream("POST", url, content=alert.document(), headers=_HEADERS) as answer,
            ):
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, TimeoutError) as error:
            problem = f"the webhook at {host} did not answer ({type(error).__name__})"
            continue
        if status < 300:
            return ""
        problem = f"the webhook at {host} answered {status}"
        if status < 500 and status != 429:
            break
    return problem
