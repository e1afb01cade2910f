"""Signatures: the canonical string and what HMAC makes of it (Protocol §2.1 to §2.3), written from the protocol alone."""

from __future__ import annotations

import base64
import hashlib
import hmac

from odps_tui.demo.wire.messages import Request

_ALWAYS = ("content-md5", "content-type", "date")
_OURS = "x-odps-"
_V4 = "aliyun_v4"


def canonical_string(request: Request, resource: str) -> str:
    """Return the string that is signed. `resource` is the decoded path after the endpoint's prefix.

    Names and values are those of the query decoded once; a repeated name counts with its first value.
    """
    parameters: dict[str, str] = {}
    for name, value in request.query:
        parameters.setdefault(name, value)
    signed = {name: request.headers.get(name, "") for name in _ALWAYS}
    signed.update((name, value) for name, value in request.headers.items() if name.startswith(_OURS))
    signed.update((name, value) for name, value in parameters.items() if name.startswith(_OURS))
    lines = [f"{name}:{value}" if name.startswith(_OURS) else value for name, value in sorted(signed.items())]
    query = "&".join(f"{name}={value}" if value else name for name, value in sorted(parameters.items()))
    return "\n".join([request.method, *lines, f"{resource}?{query}" if query else resource])


def sign_v2(secret: str, canonical: str) -> str:
    """The signature of the second version: base64 of HMAC-SHA1."""
    return _hmac_sha1(secret.encode(), canonical)


def sign_v4(secret: str, day: str, region: str, canonical: str) -> str:
    """The signature of the fourth version; `day` is `yyyymmdd` in UTC. Its last step is SHA-1 too."""
    key = (_V4 + secret).encode()
    for part in (day, region, "odps", f"{_V4}_request"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    return _hmac_sha1(key, canonical)


def _hmac_sha1(key: bytes, text: str) -> str:
    return base64.b64encode(hmac.digest(key, text.encode(), hashlib.sha1)).decode()
