"""What the service answered about one instance, in its own words: for the eye, when everything else is an interpretation.

Only answers to a GET of that very instance are kept: no other request can carry a token in its answer. Requests and their headers
are not kept at all.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from odps_tui import models
from odps_tui.maxcompute.body import MEGABYTE
from odps_tui.maxcompute.codec.readable import readable
from odps_tui.maxcompute.exchange import Request, Response
from odps_tui.safe_text import clean_line

KEPT_OF_ONE = MEGABYTE
"""Bytes kept of one answer."""
KEPT = 32
"""Answers kept: the questions of every tab, and a few logs."""

_LAID_OUT_ASIDE = 65_536
_HEADERS = ("date", "content-type", "location", "retry-after")
_HEADER_BEGINNING = "x-odps-"
_NEVER = ("token", "cookie", "auth")


@dataclass(slots=True)
class _Kept:
    """An answer as it came, and laid out once somebody wants to read it."""

    question: str
    response: Response
    size: int
    read_at: datetime
    laid_out: models.RawAnswer | None = None

    def lay_out(self) -> models.RawAnswer:
        if self.laid_out is None:
            response = self.response
            is_cut = self.size > len(response.body)
            text = readable(response.body, is_whole=not is_cut)
            headers = _told(response)
            self.laid_out = models.RawAnswer(self.question, response.status, headers, text, self.size, self.read_at, is_cut)
        return self.laid_out


class Transcript:
    """Keeps the last answer to each question about one instance; about none until `keep` names one."""

    def __init__(self) -> None:
        self._instance_id: str | None = None
        self._kept: dict[str, _Kept] = {}

    def keep(self, instance_id: str) -> None:
        """Keep what is answered about this instance from now on, and forget any other."""
        if instance_id != self._instance_id:
            self._instance_id = instance_id
            self._kept.clear()

    def note(self, request: Request, response: Response, at: datetime) -> None:
        """Take an answer that came at `at`; one that is none of ours is let go."""
        if not self._is_ours(request):
            return
        question = clean_line(f"{request.method} {request.target}")
        body = response.body[:KEPT_OF_ONE]  # the very object when it is not longer
        told = Response(response.status, response.headers, body)
        before = self._kept.get(question)
        if before is None and len(self._kept) >= KEPT:
            del self._kept[next(iter(self._kept))]
        kept = _Kept(question, told, len(response.body), at)
        if before is not None and before.laid_out is not None and before.response.body == body:
            laid_out = before.laid_out
            kept.laid_out = replace(laid_out, status=told.status, headers=_told(told), size=kept.size, read_at=at)
        self._kept[question] = kept

    async def answers(self, instance_id: str) -> tuple[models.RawAnswer, ...]:
        """Return what is kept about an instance, laid out beside the event loop where that takes long."""
        if instance_id != self._instance_id:
            return ()
        kept = tuple(self._kept.values())
        if sum(len(one.response.body) for one in kept if one.laid_out is None) < _LAID_OUT_ASIDE:
            return tuple(one.lay_out() for one in kept)
        return await asyncio.to_thread(lambda: tuple(one.lay_out() for one in kept))

    def _is_ours(self, request: Request) -> bool:
        """True for a GET of the instance itself: `/projects/P/instances/ID`."""
        path = request.path
        return request.is_read and len(path) == 4 and path[2] == "instances" and path[3] == self._instance_id


def _told(response: Response) -> tuple[tuple[str, str], ...]:
    """The headers that tell something of the instance or the answer (protocol §1.4)."""
    return tuple((name, clean_line(value)) for name, value in sorted(response.headers.items()) if _may_be_shown(name))


def _may_be_shown(name: str) -> bool:
    return (name in _HEADERS or name.startswith(_HEADER_BEGINNING)) and not any(word in name for word in _NEVER)
