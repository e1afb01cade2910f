"""Who gets in, and what the others are told."""

from __future__ import annotations

import json
from email.utils import formatdate

import pytest

from odps_tui.demo import DemoServiceThread, World
from tests.demo.wire_client import STOP, Clock, Reply, WireClient, sign

LIST = "/projects/demo_project/instances?onlyowner=no&curr_project=demo_project"


@pytest.mark.parametrize("region", [None, "cn-hangzhou", "cn-demo"])
def test_both_signature_versions_are_accepted(wire: WireClient, region: str | None) -> None:
    assert wire.get(LIST, region=region).status == 200


@pytest.mark.parametrize("region", [None, "cn-hangzhou"])
def test_a_wrong_secret(wire: WireClient, service: DemoServiceThread, region: str | None) -> None:
    reply = wire.get(LIST, key=(service.identity.access_id, "wrong"), region=region)
    assert (reply.status, reply.code) == (401, "SignatureNotMatch")
    assert reply.message == "ODPS-0410042:Invalid signature value - User signature dose not match"


def test_an_unknown_key_id(wire: WireClient) -> None:
    reply = wire.get(LIST, key=("nobody", "secret"))
    assert (reply.status, reply.code) == (401, "InvalidParameter")
    assert reply.message == "ODPS-0410051:Invalid credentials - accessKeyId not found"


@pytest.mark.parametrize("authorization", ["", "ODPS", "ODPS nothing", "Basic abc:def", "ODPS a/b:c", "ODPS :c", "ODPS a:"])
def test_no_or_garbled_authorization(wire: WireClient, authorization: str) -> None:
    reply = wire.get(LIST, headers={"Authorization": authorization})
    assert (reply.status, reply.code) == (401, "AuthorizationRequired")
    assert "invalid or missing" in reply.message


@pytest.mark.parametrize("minutes", [-20, 20])
def test_a_skewed_clock(wire: WireClient, clock: Clock, minutes: int) -> None:
    reply = wire.get(LIST, headers={"Date": formatdate(clock.now + 60 * minutes, usegmt=True)})
    assert (reply.status, reply.code) == (400, "RequestTimeTooSkewd")
    assert reply.message.startswith("ODPS-0410031:Authentication request expired - the expire time interval  exceeds")
    assert "max_interval_date:900000,expire_date:" in reply.message
    assert reply.message.endswith("Z")


@pytest.mark.parametrize("minutes", [-14, 14])
def test_a_little_skew_is_allowed(wire: WireClient, clock: Clock, minutes: int) -> None:
    assert wire.get(LIST, headers={"Date": formatdate(clock.now + 60 * minutes, usegmt=True)}).status == 200


def test_a_date_that_is_none(wire: WireClient) -> None:
    reply = wire.get(LIST, headers={"Date": "yesterday"})
    assert (reply.status, reply.code) == (400, "InvalidParameter")


def test_the_signature_covers_the_query(wire: WireClient, clock: Clock) -> None:
    headers = {"Date": formatdate(clock.now, usegmt=True)}
    sign("GET", (wire.endpoint, LIST), headers, wire.key)
    assert wire.get(LIST, headers=headers).status == 200
    assert wire.get(LIST + "&maxitems=1", headers=headers).code == "SignatureNotMatch"


def test_a_v4_signature_of_another_day(wire: WireClient, clock: Clock) -> None:
    headers = {"Date": formatdate(clock.now, usegmt=True)}
    sign("GET", (wire.endpoint, LIST), headers, wire.key, region="cn-demo")
    day = headers["Authorization"].split("/")[1]
    headers["Authorization"] = headers["Authorization"].replace(day, "20200101")
    assert wire.get(LIST, headers=headers).code == "SignatureNotMatch"


def test_a_temporary_key_needs_its_token(wire: WireClient, service: DemoServiceThread) -> None:
    identity = service.sts_identity
    key = (identity.access_id, identity.secret)
    assert identity.token is not None
    assert wire.get(LIST, key=key, headers={"authorization-sts-token": identity.token}).status == 200
    assert wire.get(LIST, key=key).status == 401
    assert wire.get(LIST, key=key, headers={"authorization-sts-token": "another"}).message.startswith("ODPS-0410051")


def test_secrets_have_no_repr(service: DemoServiceThread) -> None:
    assert service.identity.secret not in repr(service.identity)
    assert str(service.sts_identity.token) not in repr(service.sts_identity)


class TestBearerTokens:
    def token(self, wire: WireClient, instance_id: str, hours: float = 2) -> str:
        statement = {
            "Action": ["odps:Read"],
            "Effect": "Allow",
            "Resource": f"acs:odps:*:projects/demo_project/instances/{instance_id}",
        }
        body = json.dumps({"expires_in_hours": hours, "policy": {"Statement": [statement], "Version": "1"}}).encode()
        reply = wire.post(
            "/projects/demo_project/authorization?sign_bearer_token&curr_project=demo_project",
            body,
            headers={"Content-Type": "application/json"},
        )
        assert reply.status == 200
        return reply.xml.findtext("Result") or ""

    def ask(self, wire: WireClient, token: str, target: str, method: str = "GET", body: bytes = b"") -> Reply:
        return wire.request(method, target, body, headers={"x-odps-bearer-token": token})

    def test_a_token_reads_its_instance(self, wire: WireClient, world: World) -> None:
        instance_id = world.stories["running"]
        token = self.token(wire, instance_id)
        assert "+" not in token
        for query in ("", "?taskstatus", "?source", "?result", "?cached"):
            assert self.ask(wire, token, f"/projects/demo_project/instances/{instance_id}{query}").status == 200
        assert self.ask(wire, token, "/logview/host").status == 200

    def test_a_token_does_nothing_else(self, wire: WireClient, world: World) -> None:
        instance_id = world.stories["running"]
        token = self.token(wire, instance_id)
        own = f"/projects/demo_project/instances/{instance_id}"
        assert self.ask(wire, token, own, "PUT", STOP).code == "NoPermission"
        assert self.ask(wire, token, f"/projects/demo_project/instances/{world.stories['skewed']}").code == "NoPermission"
        assert self.ask(wire, token, LIST).code == "NoPermission"
        assert self.ask(wire, token, "/projects").code == "NoPermission"

    def test_a_token_expires(self, wire: WireClient, world: World, clock: Clock) -> None:
        instance_id = world.stories["running"]
        token = self.token(wire, instance_id)
        target = f"/projects/demo_project/instances/{instance_id}"
        clock.advance(2 * 3600 - 1)
        assert self.ask(wire, token, target).status == 200
        clock.advance(1)
        reply = self.ask(wire, token, target)
        assert (reply.status, reply.code) == (400, "AuthenticationRequestExpired")

    @pytest.mark.parametrize("token", ["", "dG9rZW4=", "%%%", "YSxiLDEyLHt9"])
    def test_a_foreign_token(self, wire: WireClient, world: World, token: str) -> None:
        reply = self.ask(wire, token, f"/projects/demo_project/instances/{world.stories['running']}")
        assert (reply.status, reply.code) == (401, "InvalidAuthorization")

    def test_a_changed_token(self, wire: WireClient, world: World) -> None:
        import base64

        text = base64.b64decode(self.token(wire, world.stories["running"])).decode()
        forged = base64.b64encode(text.replace(world.stories["running"], world.stories["skewed"]).encode()).decode()
        reply = self.ask(wire, forged, f"/projects/demo_project/instances/{world.stories['skewed']}")
        assert reply.code == "InvalidAuthorization"

    @pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"expires_in_hours": "x", "policy": {"Statement": []}}'])
    def test_a_policy_that_is_none(self, wire: WireClient, body: bytes) -> None:
        reply = wire.post("/projects/demo_project/authorization?sign_bearer_token", body)
        assert (reply.status, reply.code) == (400, "InvalidParameter")
