from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from odps_tui.accounts import AccessKey, BearerToken
from odps_tui.errors import CredentialsRefused, InternalServerError, ServiceError, SettingsError
from odps_tui.maxcompute.exchange import Request
from odps_tui.maxcompute.signing import Signer, canonical_string, refuses_v4, sign_v2, sign_v4
from odps_tui.secret_str import SecretStr
from tests.maxcompute.clients import KEY, NOW
from tests.maxcompute.wire_samples import VECTORS

BY_NAME = {vector["name"]: vector for vector in VECTORS["vectors"]}


def request_of(vector: dict[str, Any]) -> Request:
    parts = urlsplit(vector["url"].removeprefix(VECTORS["endpoint"]))
    query = tuple((name, value or None) for name, value in parse_qsl(parts.query, keep_blank_values=True))
    return Request(vector["method"], tuple(unquote(parts.path)[1:].split("/")), query)


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_every_vector(name: str) -> None:
    vector = BY_NAME[name]
    canonical = canonical_string(request_of(vector), vector["headers"])

    # One-pass decoding differs from PyODPS's two passes in one vector, on purpose (protocol §2.1).
    prefix = "" if vector["own_same"] else "raw_"
    assert canonical == vector[f"{prefix}canonical"]
    assert sign_v2(KEY, canonical) == vector[f"{prefix}v2"]
    assert sign_v4(KEY, canonical, region=VECTORS["region"], day=VECTORS["v4_date"]) == vector[f"{prefix}v4"]


def test_the_vectors_differ_only_where_pyodps_decodes_twice() -> None:
    assert [name for name, vector in BY_NAME.items() if not vector["own_same"]] == ["plus-and-percent"]


def test_the_vector_of_the_go_sdk() -> None:
    assert sign_v2(KEY, "testdata") == "ODPS my-access-id:iAcVTeAghMtN74BeKwFTj/pgFEA="


def test_request_and_headers_as_signed_go_over_the_wire() -> None:
    vector = BY_NAME["stop"]
    request = Request(
        "PUT",
        ("projects", "demo_project", "instances", "20250314020815123ga1b2c3d4"),
        (("curr_project", "demo_project"),),
        "application/xml",
    )

    headers = Signer(KEY, None).headers(request, now=NOW, user_agent="odps-tui/0.1")

    assert headers == {**vector["headers"], "Authorization": vector["v2"]}
    assert vector["url"] == VECTORS["endpoint"] + request.target


def test_v4_takes_its_day_from_the_date_that_is_signed() -> None:
    late = datetime(2025, 3, 14, 23, 59, 59, tzinfo=UTC)

    headers = Signer(KEY, "cn-hangzhou").headers(Request("GET", ("p",)), now=late, user_agent="x")

    assert headers["Date"] == "Fri, 14 Mar 2025 23:59:59 GMT"
    assert headers["Authorization"].startswith("ODPS my-access-id/20250314/cn-hangzhou/odps/aliyun_v4_request:")


def test_two_regions_sign_differently() -> None:
    one, other = (sign_v4(KEY, "x", region=region, day="20250314").rpartition(":")[2] for region in ("cn-hangzhou", "cn-beijing"))

    assert one != other


def test_a_security_token_travels_beside_the_signature_and_is_not_signed() -> None:
    sts = AccessKey("my-access-id", SecretStr("my-secret-key"), SecretStr("STS-TOKEN=="))
    request = request_of(BY_NAME["list"])

    headers = Signer(sts, None).headers(request, now=NOW, user_agent="odps-tui/0.1")

    assert headers["Authorization"] == BY_NAME["list"]["v2"]
    assert headers["authorization-sts-token"] == VECTORS["extra_headers"]["sts"]["authorization-sts-token"]


def test_a_bearer_token_replaces_the_signature() -> None:
    headers = Signer(BearerToken(SecretStr("dG9rZW4=")), "cn-hangzhou").headers(Request("GET", ("p",)), now=NOW, user_agent="x")

    assert headers["x-odps-bearer-token"] == VECTORS["extra_headers"]["bearer"]["x-odps-bearer-token"]
    assert "Authorization" not in headers
    assert "Date" in headers


def test_the_shared_vector_of_the_other_accounts_is_ours_too() -> None:
    """The three ways to authenticate share one signature: the one an application's second signature is made from."""
    shared = VECTORS["extra_headers"]
    assert shared["app"]["Authorization"] == shared["sts"]["Authorization"]
    second = base64.b64encode(hmac.digest(b"app-key", shared["app"]["Authorization"].encode(), hashlib.sha1)).decode()
    assert shared["app"]["application-authentication"].endswith(f"signature:{second}")


@pytest.mark.parametrize(
    "account",
    [
        AccessKey("", SecretStr("s")),
        AccessKey("id\n", SecretStr("s")),
        AccessKey("id", SecretStr("s"), SecretStr("tok\r\nX-Evil: 1")),
        AccessKey("ïd", SecretStr("s")),
        BearerToken(SecretStr("")),
        BearerToken(SecretStr(" token")),
    ],
)
def test_a_key_that_cannot_be_a_header_is_refused_before_anything_is_sent(account: AccessKey | BearerToken) -> None:
    with pytest.raises(SettingsError) as caught:
        Signer(account, None)

    assert "Evil" not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "refuses"),
    [
        (InternalServerError("ODPS-0010000:Need AK V3 support", code="InternalServerError"), True),
        (InternalServerError("AccessKey ACL denied", code="InternalServerError"), True),
        (CredentialsRefused("ODPS-0410051:Invalid credentials", number="ODPS-0410051"), True),
        (CredentialsRefused("Authorization header is invalid or missing", code="Unauthorized"), True),
        (ServiceError("a name is invalid or missing", code="InvalidParameter"), False),
        (InternalServerError("System internal error", code="InternalServerError"), False),
        (CredentialsRefused("wrong", number="ODPS-0410042"), False),
    ],
)
def test_only_some_refusals_are_worth_the_old_signature(error: ServiceError, refuses: bool) -> None:
    assert refuses_v4(error) is refuses
