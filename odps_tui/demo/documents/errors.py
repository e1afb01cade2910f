"""Errors as documents (Protocol §8)."""

from __future__ import annotations

import json

from odps_tui.demo.documents.markup import DECLARATION, cdata, element


def error(code: str, message: str, request_id: str) -> str:
    """The `<Error>` with all four children; SDKs need every one of them."""
    return (
        f"{DECLARATION}<Error>\n\t{element('Code', code)}\n\t<Message>{cdata(message)}</Message>\n"
        f"\t<RequestId>{request_id}</RequestId>\n\t<HostId>odps.aliyun.com</HostId>\n</Error>"
    )


def gateway_error(path: str, request_id: str) -> str:
    """What the gateway says of a path without the endpoint's `/api`: JSON (Protocol §8.5)."""
    told = {"Code": "OLSInvalidMethod", "Message": f"The script name is invalid : {path}", "RequestId": request_id}
    return json.dumps({"Error": told})
