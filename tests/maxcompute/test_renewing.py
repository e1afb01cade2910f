"""A key that the service refuses is looked up once more, over real sockets; a request is never sent as a half of two keys."""

from __future__ import annotations

import httpx
import pytest

from odps_tui.accounts import AccessKey, Account, BearerToken
from odps_tui.demo import DemoService, World
from odps_tui.demo.identity import DEMO_STS_IDENTITY
from odps_tui.errors import CredentialsRefused, NoCredentials
from odps_tui.maxcompute import MaxComputeClient
from odps_tui.maxcompute.exchange import Response
from odps_tui.secret_str import SecretStr
from tests.maxcompute.clients import canned

STS = AccessKey(DEMO_STS_IDENTITY.access_id, SecretStr(DEMO_STS_IDENTITY.secret), SecretStr(DEMO_STS_IDENTITY.token or ""))
OLD = AccessKey("STS.rotated", SecretStr("canary-old"), SecretStr("canary-old-token"))


class Accounts:
    """Has the first of some accounts, and the next one each time it is asked for another."""

    def __init__(self, *accounts: Account) -> None:
        self.accounts = list(accounts)
        self.refused: list[Account] = []

    @property
    def latest(self) -> Account:
        return self.accounts[0]

    async def account(self) -> Account:
        return self.latest

    async def renew(self, refused: Account) -> bool:
        self.refused.append(refused)
        if len(self.accounts) > 1:
            self.accounts.pop(0)
        return self.latest != refused


@pytest.mark.parametrize("region", [None, "cn-demo"])
async def test_a_rotated_key_is_replaced_and_the_request_repeated_once(region: str | None) -> None:
    accounts = Accounts(OLD, STS)
    async with DemoService(World(seed=7, instances=3)) as service:
        async with MaxComputeClient(service.endpoint, "demo_project", accounts, region=region) as client:
            assert (await client.whoami()).display_name
            asked = len(service.requests)
            assert (await client.whoami()).display_name
        assert accounts.refused == [OLD]
        assert asked == 2
        assert len(service.requests) == 3
        signed = [request.headers["authorization"] for request in service.requests]
        assert ["STS.rotated" in one for one in signed] == [True, False, False]
        tokens = [request.headers["authorization-sts-token"] for request in service.requests]
        assert tokens == ["canary-old-token", DEMO_STS_IDENTITY.token, DEMO_STS_IDENTITY.token]


async def test_a_refusal_of_the_new_one_too_is_told() -> None:
    accounts = Accounts(OLD, AccessKey("LTAIalsowrong", SecretStr("canary")))
    async with (
        DemoService(World(seed=7, instances=3)) as service,
        MaxComputeClient(service.endpoint, "demo_project", accounts) as client,
    ):
        with pytest.raises(CredentialsRefused) as caught:
            await client.whoami()
        assert "canary" not in str(caught.value)
        assert len(service.requests) == 2


async def test_an_expired_token_of_a_source_is_fetched_again() -> None:
    said = b"<Code>AuthenticationRequestExpired</Code><Message>ODPS-0410031:token expired</Message>"
    sent = []

    def answer(request: httpx.Request) -> Response:
        sent.append(request.headers["x-odps-bearer-token"])
        if sent[-1] == "old":
            return Response(400, body=b"<Error>" + said + b"</Error>")
        return Response(200, body=b'<Authorization><Result>{"DisplayName": "RAM$me"}</Result></Authorization>')

    async with canned(answer, account=Accounts(BearerToken(SecretStr("old")), BearerToken(SecretStr("new")))) as client:
        assert (await client.whoami()).display_name == "RAM$me"
    assert sent == ["old", "new"]


async def test_without_another_key_nothing_is_sent_twice() -> None:
    async with (
        DemoService(World(seed=7, instances=3)) as service,
        MaxComputeClient(service.endpoint, "demo_project", AccessKey("LTAIwrong1", SecretStr("canary"))) as client,
    ):
        with pytest.raises(CredentialsRefused):
            await client.whoami()
        assert len(service.requests) == 1


async def test_no_key_to_be_had_is_told_and_nothing_is_sent() -> None:
    class Away(Accounts):
        async def account(self) -> Account:
            raise NoCredentials("the source is away")

    async with (
        DemoService(World(seed=7, instances=3)) as service,
        MaxComputeClient(service.endpoint, "demo_project", Away(STS)) as client,
    ):
        with pytest.raises(NoCredentials, match="away"):
            await client.whoami()
        assert len(service.requests) == 0
