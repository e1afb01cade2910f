import json
from pathlib import Path

import pytest

from odps_tui.accounts import AccessKey, BearerToken
from odps_tui.config.settings import Flags, read_settings
from odps_tui.errors import SettingsError

PLACE = {"ODPS_ENDPOINT": "http://127.0.0.1:1/api", "ODPS_PROJECT_NAME": "p", "HOME": "/none", "ODPS_TUI_CONFIG_DIR": "/none"}
KEY = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAIabcdefgh1234", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "canary-secret"}
STS = {"ODPS_STS_ACCESS_KEY_ID": "STS.id", "ODPS_STS_ACCESS_KEY_SECRET": "s", "ODPS_STS_TOKEN": "t"}


def test_only_a_profile_allows_a_token_to_go_in_clear(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[profiles.dev]\nallow_http = true\n")
    environ = {**PLACE, **KEY, "ODPS_TUI_CONFIG_DIR": str(tmp_path), "ODPS_TUI_ALLOW_HTTP": "1"}
    assert not read_settings(environ).allow_http
    assert read_settings(environ, Flags(profile="dev", auth="env")).allow_http


def test_everything_from_the_environment() -> None:
    environ = {**PLACE, **KEY, "ODPS_REGION_NAME": "cn-hangzhou", "ODPS_LOGVIEW_HOST": "https://logview.example"}
    settings = read_settings(environ)
    assert (settings.endpoint, settings.project) == ("http://127.0.0.1:1/api", "p")
    assert (settings.region, settings.logview_host) == ("cn-hangzhou", "https://logview.example")
    assert isinstance(settings.account, AccessKey)
    assert settings.account.secret.get_secret_value() == "canary-secret"


def test_flags_win() -> None:
    settings = read_settings({**PLACE, **KEY}, Flags(endpoint="http://other/api", project="q", region="cn-beijing"))
    assert (settings.endpoint, settings.project, settings.region) == ("http://other/api", "q", "cn-beijing")


def test_a_temporary_key_has_its_token() -> None:
    account = read_settings({**PLACE, **KEY, "ALIBABA_CLOUD_SECURITY_TOKEN": "tok"}).account
    assert isinstance(account, AccessKey)
    assert account.security_token is not None
    assert account.security_token.get_secret_value() == "tok"


def test_pyodps_sts_comes_first_and_is_never_mixed() -> None:
    account = read_settings({**PLACE, **KEY, **STS, "ODPS_BEARER_TOKEN": "b"}).account
    assert isinstance(account, AccessKey)
    assert account.access_id == "STS.id"
    with pytest.raises(SettingsError, match="ODPS_STS_TOKEN is missing"):
        read_settings({**PLACE, **KEY, **STS, "ODPS_STS_TOKEN": ""})


def test_pyodps_sts_file(tmp_path: Path) -> None:
    file = tmp_path / "sts.json"
    file.write_text(
        json.dumps({"accessKeyId": "i", "accessKeySecret": "s", "securityToken": "t", "expiration": "2030-01-01T00:00:00Z"})
    )
    account = read_settings({**PLACE, "ODPS_STS_ACCOUNT_FILE": str(file)}).account
    assert isinstance(account, AccessKey)
    assert account.access_id == "i"
    file.write_text('{"accessKeyId": "canary')
    with pytest.raises(SettingsError, match="not an account file") as caught:
        read_settings({**PLACE, "ODPS_STS_ACCOUNT_FILE": str(file)})
    assert "canary" not in str(caught.value)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings({**PLACE, "ODPS_STS_ACCOUNT_FILE": str(tmp_path / "none.json")})


def test_bearer_token(tmp_path: Path) -> None:
    account = read_settings({**PLACE, **KEY, "ODPS_BEARER_TOKEN": "canary-token"}).account
    assert isinstance(account, BearerToken)
    file = tmp_path / "token"
    file.write_text("canary-file\n")
    account = read_settings({**PLACE, "ODPS_BEARER_TOKEN_FILE": str(file)}).account
    assert isinstance(account, BearerToken)
    assert account.token.get_secret_value() == "canary-file"


@pytest.mark.parametrize("missing", ["ODPS_ENDPOINT", "ODPS_PROJECT_NAME"])
def test_a_missing_place_is_named_with_its_flag(missing: str) -> None:
    with pytest.raises(SettingsError, match=missing):
        read_settings({name: value for name, value in {**PLACE, **KEY}.items() if name != missing})


@pytest.mark.parametrize("missing", list(KEY))
def test_half_a_key_names_the_other_half(missing: str) -> None:
    with pytest.raises(SettingsError, match=f"{missing} is not set"):
        read_settings({name: value for name, value in {**PLACE, **KEY}.items() if name != missing})


def test_no_credentials_at_all() -> None:
    with pytest.raises(SettingsError, match="No credentials"):
        read_settings(PLACE)


def test_secrets_have_no_repr() -> None:
    environ = {**PLACE, **KEY, "ALIBABA_CLOUD_SECURITY_TOKEN": "canary-token"}
    shown = repr(read_settings(environ)) + repr(read_settings({**PLACE, "ODPS_BEARER_TOKEN": "canary-token"}))
    assert "canary" not in shown
    account = read_settings(environ).account
    assert account.masked == "LTAI…1234"


def test_safeties_are_switched_on_by_the_environment_and_never_off_by_a_mistake() -> None:
    assert not read_settings({**PLACE, **KEY}).read_only
    settings = read_settings({**PLACE, **KEY, "ODPS_TUI_READ_ONLY": "1", "ODPS_TUI_PROTECTED": "yes"})
    assert (settings.read_only, settings.protected) == (True, True)
    with pytest.raises(SettingsError, match="ODPS_TUI_READ_ONLY"):
        read_settings({**PLACE, **KEY, "ODPS_TUI_READ_ONLY": "tru"})
