"""The request of a stop as it would go over the wire, for `--dry-run`."""

from __future__ import annotations

from odps_tui.maxcompute import requests
from odps_tui.maxcompute.endpoint import Endpoint

REQUEST_KEYS = ("id", "method", "url", "content_type", "body")


def request_facts(endpoint: Endpoint, project: str, instance_id: str) -> dict[str, object]:
    """Return the request (protocol §5), with the project that every request of ours carries (§1.3), before it is signed."""
    request = requests.stop(project, instance_id).with_query("curr_project", project)
    return {
        "id": instance_id,
        "method": request.method,
        "url": f"{endpoint}{request.target}",
        "content_type": request.content_type,
        "body": request.content.decode(),
    }


def request_text(facts: dict[str, object]) -> str:
    """Return the request as people read it."""
    return f"{facts['method']} {facts['url']}\nContent-Type: {facts['content_type']}\n\n{facts['body']}"
