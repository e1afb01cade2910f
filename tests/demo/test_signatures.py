"""The published vectors: what PyODPS signs is what the service expects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from odps_tui.demo.wire.messages import Request
from odps_tui.demo.wire.signatures import canonical_string, sign_v2, sign_v4

VECTORS = json.loads((Path(__file__).parents[1] / "maxcompute" / "samples" / "signature-vectors.json").read_text())


def request_of(vector: dict[str, Any]) -> Request:
    parts = urlsplit(vector["url"])
    return Request(
        method=vector["method"],
        target=parts.path,
        path=unquote(parts.path),
        query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
        headers={name.lower(): value for name, value in vector["headers"].items()},
    )


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_a_vector_is_signed_as_published(vector: dict[str, Any]) -> None:
    # PyODPS decodes twice; where that differs, the vector tells the one-pass string as well.
    prefix = "" if vector["own_same"] else "raw_"
    request = request_of(vector)
    canonical = canonical_string(request, request.path.removeprefix("/api"))
    assert canonical == vector[f"{prefix}canonical"]
    v2 = sign_v2(VECTORS["secret"], canonical)
    v4 = sign_v4(VECTORS["secret"], VECTORS["v4_date"], VECTORS["region"], canonical)
    assert vector[f"{prefix}v2"] == f"ODPS {VECTORS['access_id']}:{v2}"
    assert vector[f"{prefix}v4"].endswith(f"/odps/aliyun_v4_request:{v4}")


def test_the_bare_string_of_the_go_sdk() -> None:
    assert sign_v2("my-secret-key", "testdata") == "iAcVTeAghMtN74BeKwFTj/pgFEA="
