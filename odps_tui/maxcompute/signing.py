"""Signatures: the canonical string and what is made of it (protocol §2)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from odps_tui.accounts import AccessKey, Account, BearerToken
from odps_tui.errors import ServiceError, SettingsError
from odps_tui.maxcompute.exchange import Request

_V4_PREFIX = "aliyun_v4"
_V4_REQUEST = "aliyun_v4_request"


def canonical_string(request: Request, headers: Mapping[str, str]) -> str:
    """Return what is signed: method, headers by name, resource (protocol §2.1).

    Values are signed as they are, once decoded: the reading of Java and of the service, where PyODPS decodes twice.
    """
    signed = {"content-md5": "", "content-type": "", "date": ""}
    signed |= {name.lower(): value for name, value in headers.items() if _is_signed(name.lower())}
    signed |= {name: value or "" for name, value in request.query if name.startswith("x-odps-")}
    lines = [f"{name}:{value}" if name.startswith("x-odps-") else value for name, value in sorted(signed.items())]
    return "\n".join([request.method, *lines, _canonical_resource(request)])


def _is_signed(name: str) -> bool:
    return name in {"content-md5", "content-type", "date"} or name.startswith("x-odps-")


def _canonical_resource(request: Request) -> str:
    path = "/" + "/".join(request.path)
    parameters = [f"{name}={value}" if value else name for name, value in sorted(request.query, key=lambda pair: pair[0])]
    return f"{path}?{'&'.join(parameters)}" if parameters else path


def sign_v2(key: AccessKey, canonical: str) -> str:
    """Return the value of `Authorization` in the old way, which needs no region (protocol §2.2)."""
    secret = key.secret.get_secret_value().encode()
    return f"ODPS {key.access_id}:{_signature(secret, canonical)}"


def sign_v4(key: AccessKey, canonical: str, *, region: str, day: str) -> str:
    """Return the value of `Authorization` for `region` on `day` (yyyymmdd, UTC), protocol §2.3."""
    derived = f"{_V4_PREFIX}{key.secret.get_secret_value()}".encode()
    for part in (day, region, "odps", _V4_REQUEST):
        derived = hmac.digest(derived, part.encode(), hashlib.sha256)
    return f"ODPS {key.access_id}/{day}/{region}/odps/{_V4_REQUEST}:{_signature(derived, canonical)}"


def _signature(key: bytes, canonical: str) -> str:
    return base64.b64encode(hmac.digest(key, canonical.encode(), hashlib.sha1)).decode()


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs requests as `account`: v4 with a `region`, v2 without one."""

    account: Account
    region: str | None

    def __post_init__(self) -> None:
        for secret in _header_texts(self.account):
            if not secret or not secret.isascii() or not secret.isprintable() or secret != secret.strip():
                raise SettingsError(
                    "The access key or the token is empty or holds characters that no key has",
                    remedy="Was it copied with a space or a line end?",
                )

    def headers(self, request: Request, *, now: datetime, user_agent: str) -> dict[str, str]:
        """Return every header that says who asks, what and when; `now` becomes the date. Protocol §1.4, §2.5."""
        headers = {"Date": format_datetime(now.astimezone(UTC), usegmt=True), "x-odps-user-agent": user_agent}
        if request.content_type:
            headers["Content-Type"] = request.content_type
        if isinstance(self.account, BearerToken):
            return headers | {"x-odps-bearer-token": self.account.token.get_secret_value()}
        headers["Authorization"] = self._authorization(self.account, canonical_string(request, headers), now)
        if self.account.security_token is not None:
            headers["authorization-sts-token"] = self.account.security_token.get_secret_value()
        return headers

    def _authorization(self, key: AccessKey, canonical: str, now: datetime) -> str:
        if self.region is None:
            return sign_v2(key, canonical)
        return sign_v4(key, canonical, region=self.region, day=now.astimezone(UTC).strftime("%Y%m%d"))


def _header_texts(account: Account) -> list[str]:
    if isinstance(account, BearerToken):
        return [account.token.get_secret_value()]
    token = [] if account.security_token is None else [account.security_token.get_secret_value()]
    return [account.access_id, *token]


def refuses_v4(error: ServiceError) -> bool:
    """Tell whether the service may know the key but not the v4 signature, so that v2 is worth a try (protocol §2.3)."""
    message = error.cause.lower()
    return (
        error.number == "ODPS-0410051"
        or "need ak v3 support" in message
        or "accesskey acl denied" in message
        or (error.code in {"AuthorizationRequired", "Unauthorized"} and "invalid or missing" in message)
    )
