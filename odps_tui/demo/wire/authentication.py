"""Who asks, and may they ask at all (Protocol §2)."""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from odps_tui.demo.identity import DemoIdentity
from odps_tui.demo.wire.bearer_tokens import BearerTokens, Grant
from odps_tui.demo.wire.messages import Request, ServiceFault
from odps_tui.demo.wire.signatures import canonical_string, sign_v2, sign_v4

_LONGEST_SKEW = 900


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody known: the demo's own account, or with `grant` the bearer of a token."""

    grant: Grant | None = None


@dataclass(frozen=True, slots=True)
class _Authorization:
    """A parsed `Authorization: ODPS …` header; `day` and `region` are set for the fourth version."""

    access_id: str
    signature: str
    day: str | None = None
    region: str | None = None


class Gatekeeper:
    """Checks the credentials of requests.

    `identities` are the access keys it knows. Raises ServiceFault with the errors of Protocol §2.6.
    """

    def __init__(self, identities: Iterable[DemoIdentity], tokens: BearerTokens) -> None:
        self._identities = {identity.access_id: identity for identity in identities}
        self._tokens = tokens

    def admit(self, request: Request, resource: str, now: float) -> Caller:
        """Return who asks at `now` (epoch s, the real clock). `resource` is the decoded path after the prefix."""
        token = request.headers.get("x-odps-bearer-token")
        if token is not None:
            return Caller(self.grant_in(token, now))
        authorization = _parse(request.headers.get("authorization", ""))
        identity = self._identities.get(authorization.access_id)
        if identity is None:
            raise ServiceFault(401, "InvalidParameter", "ODPS-0410051:Invalid credentials - accessKeyId not found")
        _check_date(request.headers.get("date"), now)
        if not _is_signed_by(identity, authorization, request, resource, now):
            raise ServiceFault(401, "SignatureNotMatch", "ODPS-0410042:Invalid signature value - User signature dose not match")
        if identity.token is not None and request.headers.get("authorization-sts-token") != identity.token:
            raise ServiceFault(401, "InvalidParameter", "ODPS-0410051:Invalid credentials - sts token is invalid or missing")
        return Caller()

    def grant_in(self, token: str, now: float) -> Grant:
        """Return what a bearer token allows at `now`."""
        try:
            grant = self._tokens.read(token)
        except ValueError as error:
            raise ServiceFault(
                401, "InvalidAuthorization", "ODPS-0410051:Invalid credentials - bearer token not found"
            ) from error
        if now >= grant.expires:
            raise ServiceFault(400, "AuthenticationRequestExpired", "ODPS-0410031:Authentication request expired - token expired")
        return grant


def _parse(header: str) -> _Authorization:
    """Read `ODPS id:signature` or `ODPS id/day/region/odps/aliyun_v4_request:signature`."""
    scheme, _, credential = header.partition(" ")
    name, _, signature = credential.rpartition(":")
    if scheme != "ODPS" or not name or not signature:
        raise ServiceFault(401, "AuthorizationRequired", "ODPS-0410031: Authorization header is invalid or missing")
    match name.split("/"):
        case [access_id]:
            return _Authorization(access_id, signature)
        case [access_id, day, region, "odps", "aliyun_v4_request"]:
            return _Authorization(access_id, signature, day, region)
    raise ServiceFault(401, "AuthorizationRequired", "ODPS-0410031: Authorization header is invalid or missing")


def _check_date(header: str | None, now: float) -> None:
    """A request must have been signed within a quarter of an hour."""
    try:
        signed_at = parsedate_to_datetime(header or "").timestamp()
    except ValueError as error:
        raise ServiceFault(
            400, "InvalidParameter", "ODPS-0420061: Invalid parameter in HTTP request - Date is invalid"
        ) from error
    if abs(now - signed_at) <= _LONGEST_SKEW:
        return
    limit = _LONGEST_SKEW * 1000
    raise ServiceFault(
        400,
        "RequestTimeTooSkewd",
        "ODPS-0410031:Authentication request expired - the expire time interval  exceeds the max limitation: "
        f"{limit}, max_interval_date:{limit},expire_date:{_iso(signed_at + _LONGEST_SKEW)},now_date:{_iso(now)}",
    )


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _is_signed_by(identity: DemoIdentity, given: _Authorization, request: Request, resource: str, now: float) -> bool:
    canonical = canonical_string(request, resource)
    if given.day is None or given.region is None:
        expected = sign_v2(identity.secret, canonical)
    elif given.day in _days(request, now):
        expected = sign_v4(identity.secret, given.day, given.region, canonical)
    else:
        return False
    return hmac.compare_digest(expected.encode(), given.signature.encode())


def _days(request: Request, now: float) -> set[str]:
    """The days that a v4 signature may name: today in UTC, or the Date's (they differ around midnight)."""
    signed_at = parsedate_to_datetime(request.headers["date"]).timestamp()
    return {time.strftime("%Y%m%d", time.gmtime(moment)) for moment in (now, signed_at)}
