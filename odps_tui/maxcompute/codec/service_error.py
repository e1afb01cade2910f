"""What the service says when it says no (protocol §8): XML, JSON, nothing at all, or the page of something in between."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from odps_tui.errors import (
    ClockSkewed,
    CredentialsRefused,
    DecodeError,
    GatewayRefused,
    InternalServerError,
    InvalidStateSetting,
    NoPermission,
    NoSuchObject,
    NoSuchProject,
    ServiceError,
    Throttled,
    TokenExpired,
)
from odps_tui.maxcompute.codec.documents import EMPTY, nested, parse_object
from odps_tui.maxcompute.codec.xml import block, line, parse
from odps_tui.maxcompute.exchange import Response
from odps_tui.safe_text import clean, clean_line

_NUMBER = re.compile(r"ODPS-\d{7}")
# A foreign page is quoted no further than this: enough to see what it is.
_QUOTED = 300
_TITLE = re.compile(r"<title[^>]*>([^<]*\w[^<]*)</title>", re.IGNORECASE)
_TITLE_WITHIN = 2000

_BY_CODE: Mapping[str, type[ServiceError]] = {
    "NoSuchObject": NoSuchObject,
    "NoSuchProject": NoSuchProject,
    "NoPermission": NoPermission,
    "SignatureNotMatch": CredentialsRefused,
    "InvalidAuthorization": CredentialsRefused,
    "AuthorizationRequired": CredentialsRefused,
    "Unauthorized": CredentialsRefused,
    "AuthenticationRequestExpired": TokenExpired,
    "RequestTimeTooSkewd": ClockSkewed,  # so spelled by the service
    "RequestTimeTooSkewed": ClockSkewed,
    "FlowExceeded": Throttled,
    "QPSExceeded": Throttled,
    "SlotExceeded": Throttled,
    "RequestQuotaExceeded": Throttled,
    "InvalidStateSetting": InvalidStateSetting,
    "OLSInvalidMethod": GatewayRefused,
    "InternalServerError": InternalServerError,
}
_BY_NUMBER: Mapping[str, type[ServiceError]] = {
    "ODPS-0010000": InternalServerError,
    "ODPS-0420153": InternalServerError,
    "ODPS-0130013": NoPermission,
    "ODPS-0420095": NoPermission,
    "ODPS-0410001": CredentialsRefused,
    "ODPS-0410011": CredentialsRefused,
    "ODPS-0410021": CredentialsRefused,
    "ODPS-0410031": TokenExpired,
    "ODPS-0410042": CredentialsRefused,
    "ODPS-0410051": CredentialsRefused,
    "ODPS-0422111": NoSuchObject,
}
# These say more than the code they come with (NoSuchObject, InvalidParameter).
_NUMBER_BEFORE_CODE: Mapping[str, type[ServiceError]] = {
    "ODPS-0420111": NoSuchProject,
    "ODPS-0410042": CredentialsRefused,
    "ODPS-0410051": CredentialsRefused,
}
_BY_STATUS: Mapping[int, type[ServiceError]] = {
    401: CredentialsRefused,
    403: NoPermission,
    404: NoSuchObject,
    429: Throttled,
}
_BARE_STATUS = {
    401: "The service does not accept who we are",
    403: "The service does not allow it",
    404: "The service does not know what was asked for",
    429: "The service is asked too often",
}


@dataclass(frozen=True, slots=True)
class _Said:
    """What an error's body says; everything may be missing."""

    code: str | None = None
    message: str | None = None
    request_id: str | None = None
    is_gateway: bool = False
    is_foreign: bool = False


def request_id_of(response: Response) -> str | None:
    """Return the id under which the service knows a request (protocol §1.4); None when it did not say."""
    return clean_line(response.headers.get("x-odps-request-id", "").strip()) or None


def decode_error(response: Response) -> ServiceError:
    """Return the error that an answer outside 2xx tells, with the class that fits it best (see `odps_tui.errors`)."""
    said = _said(response)
    number = find_number(said.code, said.message)
    kind = _kind(said, number, response.status)
    return kind(
        said.message or said.code or _bare(response.status),
        code=said.code,
        number=number,
        request_id=said.request_id or request_id_of(response),
        status=response.status,
    )


def find_number(*texts: str | None) -> str | None:
    """Return the first `ODPS-nnnnnnn` in the texts."""
    matches = (_NUMBER.search(text) for text in texts if text)
    return next((match[0] for match in matches if match), None)


def _said(response: Response) -> _Said:
    body = response.body.strip()
    if not body:
        return _Said()
    if body.startswith((b"{", b"[")):
        return _said_in_json(body)
    try:
        root = parse(body, "Error")
    except DecodeError:
        return _quoted(body)
    return _Said(line(root, "Code"), (block(root, "Message") or "").strip() or None, line(root, "RequestId"))


def _said_in_json(body: bytes) -> _Said:
    try:
        document = parse_object(body)
    except DecodeError:
        return _quoted(body)
    inner = nested(document.get("Error"))
    said = inner or document
    code, message = _text(said, "Code"), _text(said, "Message")
    if not code and not message:
        return _quoted(body)
    return _Said(code, message, _text(said, "RequestId"), is_gateway=inner is not EMPTY)


def _text(said: Mapping[str, Any], key: str) -> str | None:
    value = said.get(key, said.get(key.lower()))
    return None if value is None else clean(str(value)).strip() or None


def _quoted(body: bytes) -> _Said:
    text = " ".join(clean(body.decode("utf-8", errors="replace")).split())
    if title := _TITLE.search(text[:_TITLE_WITHIN]):
        text = title[1].strip()
    more = "…" if len(text) > _QUOTED else ""
    return _Said(message=f"Something that is not the API answered: {text[:_QUOTED]}{more}", is_foreign=True)


def _bare(status: int) -> str:
    return f"{_BARE_STATUS.get(status, 'The service says no')} (HTTP status {status})"


def _kind(said: _Said, number: str | None, status: int) -> type[ServiceError]:
    by_words = _kind_by_words(said.message or "", number)
    if by_words is not None:
        return by_words
    if said.is_gateway:
        return GatewayRefused
    return (
        _NUMBER_BEFORE_CODE.get(number or "")
        or _BY_CODE.get(said.code or "")
        or _BY_NUMBER.get(number or "")
        or _kind_by_status(said, status)
    )


def _kind_by_words(message: str, number: str | None) -> type[ServiceError] | None:
    """Tell apart what shares a number, and what has none."""
    if number == "ODPS-0410031" and "exceeds the max limitation" in message:
        return ClockSkewed
    if "not allowed to set status" in message or message.startswith("Invalid state setting"):
        return InvalidStateSetting
    return None


def _kind_by_status(said: _Said, status: int) -> type[ServiceError]:
    if status >= 500:
        return InternalServerError
    if said.is_foreign and status in {400, 403, 404, 405}:
        return GatewayRefused
    return _BY_STATUS.get(status, ServiceError)
