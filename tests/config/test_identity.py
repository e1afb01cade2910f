"""Whose key is used: the order of the places, and that a named one is the only one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from odps_tui.accounts import AccessKey
from odps_tui.config.auth import AUTHS, parse_auth
from odps_tui.config.credentials_file import CredentialsFile
from odps_tui.config.identity import Identities, KeyWanted, Owner, find_sources
from odps_tui.config.settings import Flags, Settings, read_settings
from odps_tui.errors import NoCredentials, SettingsError
from odps_tui.secret_str import SecretStr

ALIBABA = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAIenvironment1", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "canary-env"}
STS = {"ODPS_STS_ACCESS_KEY_ID": "STS.pyodps123456", "ODPS_STS_ACCESS_KEY_SECRET": "canary", "ODPS_STS_TOKEN": "canary"}
CONFIG = """\
default_profile = "kept"
[profiles.kept]
endpoint = "http://kept.example/api"
project = "kept_project"
auth = "file"
[profiles.production]
endpoint = "http://prod.example/api"
project = "prod_project"
region = "cn-shanghai"
auth = "aliyun:night"
interval = 20
[profiles.open-prod]
production = true
read_only = false
[profiles.searching]
endpoint = "http://searching.example/api"
project = "s"
[refresh]
interval = 8
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Everything everywhere: each source has an identity of its own."""
    (tmp_path / ".aliyun").mkdir()
    profiles = [
        {
            "name": name,
            "mode": "AK",
            "access_key_id": f"LTAIaliyun{name}",
            "access_key_secret": "canary-aliyun",
            "region_id": "cn-x",
        }
        for name in ("day", "night")
    ]
    (tmp_path / ".aliyun" / "config.json").write_text(json.dumps({"current": "day", "profiles": profiles}))
    (tmp_path / "odps_config.ini").write_text(
        "access_id=LTAIodpscmd\naccess_key=canary-odps\nend_point=http://odps.example/api\nproject_name=odps_project\n"
    )
    (tmp_path / ".alibabacloud").mkdir()
    (tmp_path / ".alibabacloud" / "credentials").write_text("[default]\naccess_key_id=LTAIini\naccess_key_secret=canary-ini\n")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text(CONFIG)
    return tmp_path


def environ(home: Path, **more: str) -> Mapping[str, str]:
    return {"HOME": str(home), "ODPS_TUI_CONFIG_DIR": str(home / "config"), "PATH": "", **more}


def keep(home: Path) -> None:
    key = AccessKey("LTAIkeptinfile12", SecretStr("canary-kept"))
    CredentialsFile.of(environ(home)).store("kept", "kept.example", key)


def who(settings: Settings) -> str:
    assert isinstance(settings.account, AccessKey)
    return settings.account.access_id


def test_one_after_the_other_is_taken_away(home: Path) -> None:
    keep(home)
    place = {"ODPS_ENDPOINT": "http://env.example/api", "ODPS_PROJECT_NAME": "env_project"}
    found = [who(read_settings(environ(home, **place, **STS, **ALIBABA)))]
    found.append(who(read_settings(environ(home, **place, **ALIBABA))))
    found.append(who(read_settings(environ(home, **place))))
    (home / "config" / "config.toml").unlink()
    found.append(who(read_settings(environ(home, **place))))
    (home / ".aliyun" / "config.json").unlink()
    found.append(who(read_settings(environ(home, **place))))
    (home / "odps_config.ini").unlink()
    found.append(who(read_settings(environ(home, **place))))
    assert found == ["STS.pyodps123456", "LTAIenvironment1", "LTAIkeptinfile12", "LTAIaliyunday", "LTAIodpscmd", "LTAIini"]
    (home / ".alibabacloud" / "credentials").unlink()
    with pytest.raises(NoCredentials, match="No credentials were found"):
        read_settings(environ(home, **place))


@pytest.mark.parametrize("named", ["flag", "variable"])
def test_a_named_profile_is_the_only_place(home: Path, named: str) -> None:
    flags = Flags(profile="production" if named == "flag" else None)
    variables = {"ODPS_TUI_PROFILE": "production"} if named == "variable" else {}
    settings = read_settings(environ(home, **STS, **ALIBABA, **variables), flags)
    assert who(settings) == "LTAIaliyunnight"
    assert settings.credentials.source == "aliyun CLI, profile night"
    (home / ".aliyun" / "config.json").write_text("{}")
    with pytest.raises(NoCredentials, match="no profile night"):
        read_settings(environ(home, **STS, **ALIBABA, **variables), flags)


def test_a_profile_that_does_not_exist(home: Path) -> None:
    with pytest.raises(SettingsError, match=r"No profile prodution\. Did you mean production"):
        read_settings(environ(home, **ALIBABA), Flags(profile="prodution"))


@pytest.mark.parametrize("prefix", ["ALIBABACLOUD_", "ALICLOUD_"])
def test_the_other_spellings_and_never_a_half_of_each(home: Path, prefix: str) -> None:
    whole = {f"{prefix}ACCESS_KEY_ID": "LTAIother", f"{prefix}ACCESS_KEY_SECRET": "canary"}
    place = {"ODPS_ENDPOINT": "http://e/api", "ODPS_PROJECT_NAME": "p"}
    assert who(read_settings(environ(home, **place, **whole))) == "LTAIother"
    with pytest.raises(NoCredentials, match="ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set") as caught:
        read_settings(environ(home, **place, **whole, ALIBABA_CLOUD_ACCESS_KEY_ID="LTAIhalf"))
    assert "canary" not in str(caught.value)


def test_a_half_identity_ends_the_search(home: Path) -> None:
    (home / ".aliyun" / "config.json").write_text('{"current": "x", "profiles": [{"name": "x", "access_key_id": "a"}]}')
    with pytest.raises(NoCredentials, match="lacks access_key_secret"):
        read_settings(environ(home), Flags(profile="searching"))
    found = read_settings(environ(home, ALIBABA_CLOUD_IGNORE_PROFILE="TRUE"), Flags(profile="searching"))
    assert who(found) == "LTAIodpscmd"


def test_each_field_comes_from_the_first_that_says_it(home: Path) -> None:
    others = {
        "ODPS_ENDPOINT": "http://odps-variable/api",
        "MAXCOMPUTE_ENDPOINT": "http://maxcompute-variable/api",
        "ODPS_PROJECT_NAME": "odps_variable",
    }
    ours = {"ODPS_TUI_ENDPOINT": "http://ours/api", "ODPS_TUI_PROJECT": "ours"}
    profile = Flags(profile="production")
    assert read_settings(environ(home, **others, **ours), Flags(profile="production", endpoint="http://flag/api")).endpoint == (
        "http://flag/api"
    )
    assert read_settings(environ(home, **others, **ours), profile).project == "ours"
    assert read_settings(environ(home, **others), profile).endpoint == "http://prod.example/api"
    auth = Flags(auth="odpscmd")
    (home / "config" / "config.toml").unlink()
    assert read_settings(environ(home, **others), auth).endpoint == "http://odps-variable/api"
    del others["ODPS_ENDPOINT"]
    assert read_settings(environ(home, **others), auth).endpoint == "http://maxcompute-variable/api"
    assert read_settings(environ(home), auth).endpoint == "http://odps.example/api"
    assert read_settings(environ(home), auth).project == "odps_project"


def test_an_environment_that_says_everything_leaves_the_default_profile_out(home: Path) -> None:
    place = {"ODPS_ENDPOINT": "http://env.example/api", "ODPS_PROJECT_NAME": "env_project"}
    settings = read_settings(environ(home, **place, **ALIBABA))
    assert (settings.profile, settings.endpoint, settings.project) == ("", "http://env.example/api", "env_project")
    settings = read_settings(environ(home, **ALIBABA))
    assert (settings.profile, settings.endpoint, who(settings)) == ("kept", "http://kept.example/api", "LTAIenvironment1")


def test_production_is_careful_unless_it_says_otherwise(home: Path) -> None:
    settings = read_settings(environ(home), Flags(profile="production"))
    assert (settings.production, settings.read_only, settings.protected) == (True, True, True)
    assert (settings.interval, settings.region) == (20, "cn-shanghai")
    flags = Flags(profile="open-prod", endpoint="http://e/api", project="p")
    settings = read_settings(environ(home), flags)
    assert (settings.production, settings.read_only, settings.protected, settings.interval) == (True, False, True, 8)
    settings = read_settings(environ(home, ODPS_TUI_READ_ONLY="1", ODPS_TUI_PROTECTED="0"), flags)
    assert (settings.read_only, settings.protected) == (True, False)
    keep(home)
    settings = read_settings(environ(home), Flags(profile="kept"))
    assert (settings.production, settings.read_only, settings.protected) == (False, False, False)


def test_a_stored_key_is_not_taken_to_another_host(home: Path) -> None:
    keep(home)
    assert who(read_settings(environ(home))) == "LTAIkeptinfile12"
    with pytest.raises(NoCredentials, match=r"stored for kept\.example, not for evil\.example"):
        read_settings(environ(home), Flags(endpoint="http://evil.example/api"))
    config = (home / "config" / "config.toml").read_text()
    (home / "config" / "config.toml").write_text(config.replace("http://kept.example", "http://kept.example:8080"))
    with pytest.raises(NoCredentials, match=r"not for kept\.example:8080"):
        read_settings(environ(home))


def test_a_key_that_is_typed(home: Path) -> None:
    flags = Flags(profile="production", auth="prompt")
    with pytest.raises(KeyWanted, match="profile production"):
        read_settings(environ(home, **ALIBABA), flags)
    settings = read_settings(environ(home, **ALIBABA), flags, ask=lambda name: AccessKey(f"typed-{name}", SecretStr("canary")))
    assert who(settings) == "typed-production"
    assert settings.credentials.renew is None


@pytest.mark.parametrize("auth", [auth for auth in AUTHS if auth not in {"ecs", "chain"}])
def test_every_source_fails_in_one_sentence(tmp_path: Path, auth: str) -> None:
    with pytest.raises(NoCredentials) as caught:
        Identities({"HOME": str(tmp_path), "ODPS_TUI_CONFIG_DIR": str(tmp_path)}, tmp_path).named(parse_auth(auth), Owner())
    assert "\n" not in str(caught.value)


def test_what_lies_about_is_listed_masked_and_nothing_is_run(home: Path) -> None:
    marker = home / "ran"
    document = json.loads((home / ".aliyun" / "config.json").read_text())
    document["profiles"] += [
        {"name": "ext", "mode": "External", "process_command": f"touch {marker}"},
        {"name": "half", "mode": "AK", "access_key_id": "a"},
    ]
    (home / ".aliyun" / "config.json").write_text(json.dumps(document))
    found = find_sources(environ(home, **ALIBABA), home)
    assert [(one.auth, one.masked) for one in found] == [
        ("env", "LTAI…ent1"),
        ("aliyun:day", "LTAI…nday"),
        ("aliyun:night", "LTAI…ight"),
        ("aliyun:ext", None),
        ("aliyun:half", None),
        (f"odpscmd:{home / 'odps_config.ini'}", "LTAI…scmd"),
        ("ini", "…"),
    ]
    assert "lacks access_key_secret" in found[4].problem
    assert found[5].hints.endpoint == "http://odps.example/api"
    assert not marker.exists()
    assert "canary" not in repr(found)
    for one in found[:3]:
        assert Identities(environ(home, **ALIBABA), home).named(parse_auth(one.auth), Owner()).masked == one.masked


def test_secrets_have_no_repr_anywhere(home: Path) -> None:
    keep(home)
    for settings in (read_settings(environ(home, **ALIBABA)), read_settings(environ(home)), read_settings(environ(home, **STS))):
        assert "canary" not in repr(settings)
        assert "canary" not in str(settings)
    assert "canary" not in repr(Identities(environ(home, **ALIBABA), home))
