"""Faults that are proper HTTP: a service, a gateway or a proxy that says no."""

from __future__ import annotations

from odps_tui.demo.chaos.fault import Fault, instead
from odps_tui.demo.documents.errors import error
from odps_tui.demo.wire.messages import HTML, TEXT, Answer, Request, Response

_REQUEST_ID = "C4A05C4A05C4A05C4A05C4A0"
_OFF = 20 * 60.0
_GATEWAY_PAGE = "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center><hr>nginx</body></html>\n"


def _refusal(status: int, code: str, message: str, *headers: tuple[str, str]) -> Response:
    return Response.of(error(code, message, _REQUEST_ID), status=status, headers=(("x-odps-request-id", _REQUEST_ID), *headers))


def _throttled(retry_after: str) -> Response:
    return _refusal(429, "FlowExceeded", "ODPS-0410064: Request quota exceeded - too many requests", ("Retry-After", retry_after))


def _page(status: int, title: str) -> Response:
    return Response.of(_GATEWAY_PAGE.format(title), HTML, status=status)


def _redirect(request: Request) -> Response:
    return Response.of("", TEXT, status=307, headers=(("Location", f"http://elsewhere.example{request.target}"),))


async def _vanished(request: Request, answer: Answer) -> Response:
    """The lists still name instances that nothing else knows any more."""
    if "/instances/" in request.path:
        return _refusal(404, "NoSuchObject", "ODPS-0420061: Invalid parameter in HTTP request - Instance does not exist")
    return await answer(request)


async def _unsigned(request: Request, answer: Answer) -> Response:
    """A gateway that knows the second version of signatures only (Protocol §2.6)."""
    if "aliyun_v4_request" in request.headers.get("authorization", ""):
        return _refusal(401, "InvalidParameter", "ODPS-0410051:Invalid credentials - need ak v3 support")
    return await answer(request)


async def _revoked(request: Request, answer: Answer) -> Response:
    """Temporary keys are refused, others are not: whoever has a newer key gets on."""
    if "authorization-sts-token" in request.headers:
        return _refusal(401, "InvalidParameter", "ODPS-0410051:Invalid credentials - the key was revoked")
    return await answer(request)


ANSWERS = (
    Fault("429", "throttled, to come back in a second", instead(lambda _: _throttled("1"))),
    Fault("429-long", "throttled, to come back in an hour", instead(lambda _: _throttled("3600"))),
    Fault("429-bad", "throttled, until a time that nobody can read", instead(lambda _: _throttled("soon"))),
    Fault("500", "an internal error", instead(lambda _: _refusal(500, "InternalServerError", "ODPS-0010000: System error"))),
    Fault("502", "a gateway's page in HTML", instead(lambda _: _page(502, "502 Bad Gateway"))),
    Fault("503", "a service that is busy", instead(lambda _: _page(503, "503 Service Temporarily Unavailable"))),
    Fault("504", "a gateway that waited in vain", instead(lambda _: _page(504, "504 Gateway Time-out"))),
    Fault("redirect", "a redirect to another host", instead(_redirect)),
    Fault(
        "401",
        "credentials refused",
        instead(
            lambda _: _refusal(401, "InvalidParameter", "ODPS-0410042:Invalid signature value - User signature dose not match")
        ),
    ),
    Fault(
        "403",
        "no permission",
        instead(lambda _: _refusal(403, "NoPermission", "ODPS-0420095: Access Denied - Authorization Failed [4002]")),
    ),
    Fault("vanish", "instances in the lists that nothing else knows", _vanished),
    Fault("clock-ahead", "the service's clock is 20 minutes ahead", clock_offset=_OFF),
    Fault("clock-behind", "the service's clock is 20 minutes behind", clock_offset=-_OFF),
    Fault("v4-refused", "no signatures of the fourth version", _unsigned),
    Fault("revoked", "a temporary key that was replaced by another", _revoked),
    Fault(
        "token-expired",
        "a temporary key that has expired",
        instead(
            lambda _: _refusal(400, "AuthenticationRequestExpired", "ODPS-0410031:Authentication request expired - token expired")
        ),
    ),
)
