"""Who we are to the service, and the bearer token of a legacy Logview link (protocol §7.2, §9)."""

from __future__ import annotations

import json
from dataclasses import dataclass

from odps_tui.errors import DecodeError
from odps_tui.maxcompute.codec.documents import nested
from odps_tui.maxcompute.codec.xml import document, line, parse
from odps_tui.maxcompute.exchange import Response
from odps_tui.models import Identity
from odps_tui.safe_text import clean_line
from odps_tui.secret_str import SecretStr

WHOAMI_BODY = document(
    "<Authorization>", "  <Query>whoami</Query>", "  <ResponseInJsonFormat>true</ResponseInJsonFormat>", "</Authorization>"
)


@dataclass(frozen=True, slots=True)
class PendingQuery:
    """The service answers a query later; `query_id` asks for the answer."""

    query_id: str


def read_token_body(project: str, instance_id: str, hours: int) -> bytes:
    """Return the request for a token that may read one instance for `hours` and nothing else."""
    statement = {
        "Action": ["odps:Read"],
        "Effect": "Allow",
        "Resource": f"acs:odps:*:projects/{project}/instances/{instance_id}",
    }
    return json.dumps({"expires_in_hours": hours, "policy": {"Statement": [statement], "Version": "1"}}).encode()


def decode_token(response: Response) -> SecretStr:
    """Read a bearer token."""
    token = line(parse(response.body, "Authorization"), "Result")
    if token is None:
        raise DecodeError("The reply holds no token")
    return SecretStr(token)


def decode_whoami(response: Response) -> Identity | PendingQuery:
    """Read the first answer to whoami: with status 200 the identity, with any other success the id of a query."""
    result = line(parse(response.body, "Authorization"), "Result")
    if result is None:
        raise DecodeError("The reply does not tell who we are")
    return _identity(result) if response.status == 200 else PendingQuery(result)


def decode_query_answer(response: Response) -> Identity | None:
    """Read the answer to a query asked before; None while it runs. Raises `DecodeError` when the query failed."""
    root = parse(response.body, "AuthorizationQuery")
    status = (line(root, "Status") or "").upper()
    if status == "FAILED":
        raise DecodeError("The service could not tell who we are")
    return _identity(line(root, "Result") or "") if status == "TERMINATED" else None


def _identity(text: str) -> Identity:
    fields = nested(text)
    name = clean_line(str(fields.get("DisplayName") or "").strip())
    if not name:
        raise DecodeError("The reply does not tell who we are")
    identity = fields.get("ID")
    return Identity(display_name=name, id=None if identity is None else clean_line(str(identity)) or None)
