"""Who one is, tokens for logviews, and the addresses of the web pages (Protocol §7.1, §7.2, §9)."""

from __future__ import annotations

import json

from odps_tui.demo.documents import submissions
from odps_tui.demo.documents.markup import DECLARATION, escape
from odps_tui.demo.routes.visit import Visit, invalid, no_permission
from odps_tui.demo.wire.bearer_tokens import Grant
from odps_tui.demo.wire.messages import JSON, TEXT, Response
from odps_tui.demo.world.accounts import CALLER

_CREATED = 1_704_182_400


def authorize(visit: Visit) -> Response:
    """`POST …/authorization`: a bearer token with `?sign_bearer_token`, otherwise a security query."""
    return _sign(visit) if visit.request.has("sign_bearer_token") else _query(visit)


def _sign(visit: Visit) -> Response:
    """A token that lets its bearer read one instance of this project."""
    try:
        project, instance, hours = submissions.token_request(visit.request.body)
    except ValueError as error:
        raise invalid("the policy is not one that the demo signs") from error
    if project != visit.project:
        raise no_permission("odps:Read", project, f"/instances/{instance}")
    grant = Grant(project, instance, int(visit.world.clock() + hours * 3600))
    return _authorization(visit.setting.tokens.issue(grant))


def _query(visit: Visit) -> Response:
    """`whoami` is the one security query that the demo answers."""
    try:
        query = submissions.query(visit.request.body)
    except ValueError as error:
        raise invalid("the body is not an Authorization document") from error
    if query.lower().rstrip(";") != "whoami":
        raise invalid("the demo answers whoami only")
    return _authorization(json.dumps({"DisplayName": CALLER.name, "ID": "1234567890123456"}))


def _authorization(result: str) -> Response:
    return Response.of(f"{DECLARATION}<Authorization>\n    <Result>{escape(result)}</Result>\n</Authorization>\n")


def web_host(visit: Visit) -> Response:
    """`/logview/host` and `/webconsole/host`: the demo's own address, so that links open."""
    return Response.of(visit.setting.origin, TEXT)


def tenants(visit: Visit) -> Response:
    """`GET /tenants`: the one tenant."""
    tenant = {
        "Name": "demo_tenant",
        "OwnerId": "1234567890123456",
        "TenantId": "1122334455",
        "TenantState": "NORMAL",
        "CreateTime": _CREATED,
        "UpdateTime": int(visit.now // 86_400 * 86_400),
        "TenantMeta": "",
        "Parameters": {"odps.namespace.schema": "false"},
    }
    return Response.of(json.dumps({"Tenant": tenant}), JSON)


def logs(visit: Visit) -> Response:  # noqa: ARG001 - one signature for all routes
    """`PUT …/logs`: SDKs send counters unasked; thank you, and no body (Protocol §11)."""
    return Response()
