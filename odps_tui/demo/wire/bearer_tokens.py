"""Bearer tokens: the right to read one instance until an expiry, as a logview link carries it (Protocol §2.5, §7.2)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from dataclasses import dataclass

_RESOURCE = re.compile(r"acs:odps:\*:projects/(?P<project>[^/]+)/instances/(?P<instance>[^/]+)")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token allows: reading this instance of this project until `expires` (epoch s)."""

    project: str
    instance: str
    expires: int


class BearerTokens:
    """Issues tokens and knows its own again. The layout is the service's: signature, account, expiry, policy, in base64."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def issue(self, grant: Grant) -> str:
        """Return a token for `grant`. It has no `+` (some clients put it into a URL as it is)."""
        resource = f"acs:odps:*:projects/{grant.project}/instances/{grant.instance}"
        policy = {"Statement": [{"Action": ["odps:Read"], "Effect": "Allow", "Resource": resource}], "Version": "1"}
        claim = f"ODPS_OBO:1234567890123456,{grant.expires},{json.dumps(policy)}"
        return base64.b64encode(f"{self._signature(claim)},{claim}".encode()).decode()

    def read(self, token: str) -> Grant:
        """Return what `token` allows, expired or not. Raises ValueError for a token that is not ours."""
        try:
            text = base64.b64decode(token, validate=True).decode()
            signature, claim = text.split(",", 1)
            _, expires, policy = claim.split(",", 2)
            resource = _RESOURCE.fullmatch(json.loads(policy)["Statement"][0]["Resource"])
        except (binascii.Error, UnicodeDecodeError, LookupError, TypeError) as error:
            raise ValueError("not a token") from error
        if resource is None or not hmac.compare_digest(signature.encode(), self._signature(claim).encode()):
            raise ValueError("not a token of ours")
        return Grant(resource["project"], resource["instance"], int(expires))

    def _signature(self, claim: str) -> str:
        return hmac.new(self._key, claim.encode(), hashlib.sha256).hexdigest()
