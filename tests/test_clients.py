"""The client that belongs to settings: what it trusts, and what it never sends in clear."""

from __future__ import annotations

from pathlib import Path

import pytest

from odps_tui.accounts import AccessKey, Account, BearerToken
from odps_tui.clients import certificates_of, is_token_in_clear, open_client
from odps_tui.config.credentials import Credentials
from odps_tui.config.profiles import TlsSettings
from odps_tui.config.settings import Settings
from odps_tui.errors import SettingsError
from odps_tui.secret_str import SecretStr
from tests.maxcompute.authorities import Authority, tls_service

KEY = AccessKey("LTAIexample12345", SecretStr("secret"))
TEMPORARY = AccessKey("STS.example12345", SecretStr("secret"), SecretStr("canary-token"))
BEARER = BearerToken(SecretStr("canary-token"))
INTERNET = "http://service.cn-hangzhou.maxcompute.aliyun.com/api"


def settings_of(endpoint: str, account: Account = KEY, **others: object) -> Settings:
    return Settings(endpoint, "p", Credentials(account, "a test"), **others)  # type: ignore[arg-type]


@pytest.mark.parametrize("account", [TEMPORARY, BEARER])
def test_a_token_does_not_go_over_the_internet_in_clear(account: Account) -> None:
    with pytest.raises(SettingsError, match="in clear") as caught:
        open_client(settings_of(INTERNET, account))
    assert "https://" in str(caught.value)
    assert "allow_http = true" in str(caught.value)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    ("endpoint", "account"),
    [
        (INTERNET, KEY),
        (INTERNET.replace("http:", "https:"), TEMPORARY),
        ("http://service.cn-hangzhou-vpc.maxcompute.aliyun-inc.com/api", TEMPORARY),
        ("http://127.0.0.1:1/api", BEARER),
    ],
)
async def test_everything_else_may_go(endpoint: str, account: Account) -> None:
    await open_client(settings_of(endpoint, account)).aclose()


@pytest.mark.parametrize("account", [TEMPORARY, BEARER])
async def test_unless_the_profile_allows_just_that(account: Account) -> None:
    settings = settings_of(INTERNET, account, allow_http=True)
    assert is_token_in_clear(settings)
    await open_client(settings).aclose()
    assert not is_token_in_clear(settings_of(INTERNET, KEY)), "a key never travels"


async def test_a_profile_names_its_authority_beside_its_file(tmp_path: Path) -> None:
    authority = Authority.make(tmp_path / "authority")
    tls = TlsSettings(ca_file="authority/ca.pem")
    async with tls_service(authority.certificate("service")) as endpoint:
        settings = settings_of(endpoint, tls=tls, tls_directory=tmp_path)
        assert certificates_of(settings).ca_file == authority.file
        async with open_client(settings) as client:
            assert (await client.get_instance("20260101000000000gabc")).status == "Running"
