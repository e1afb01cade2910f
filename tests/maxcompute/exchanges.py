"""A service that is a table: which sample answers which flag."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import httpx

from odps_tui.maxcompute.exchange import Response
from tests.maxcompute.clients import target
from tests.maxcompute.wire_samples import sample


def by_flag(samples: Mapping[str, str]) -> Callable[[httpx.Request], Response]:
    """Answer by the first parameter of the query; "" is for a request without any. Anything else is an error of the test."""

    def answer(request: httpx.Request) -> Response:
        flag = target(request).partition("?")[2].partition("&")[0].partition("=")[0]
        return sample(samples[flag])

    return answer
