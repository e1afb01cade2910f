"""odps_config.ini as people keep it: a Java properties file with everything that such a file may hold."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from odps_tui.accounts import AccessKey
from odps_tui.config.sources.odpscmd import find_odps_config, from_odps_config, has_key, read_properties
from odps_tui.errors import NoCredentials

USUAL = """\
project_name=dw
access_id=LTAIodpscmd12345
access_key=canary-odps
end_point=http://service.cn-beijing.maxcompute.aliyun.com/api
tunnel_endpoint=
log_view_host=http://logview.odps.aliyun.com
https_check=true
# confirm threshold for query input size(unit: GB)
data_size_confirm=100.0
set.odps.sql.type.system.odps2=true
"""


def written(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "odps_config.ini"
    path.write_text(text, encoding=encoding)
    return path


def test_a_file_as_it_is_delivered_and_filled_in(tmp_path: Path) -> None:
    found = from_odps_config(written(tmp_path, USUAL), {})
    assert isinstance(found.account, AccessKey)
    assert found.account.access_id == "LTAIodpscmd12345"
    assert found.hints.endpoint == "http://service.cn-beijing.maxcompute.aliyun.com/api"
    assert (found.hints.project, found.hints.logview_host) == ("dw", "http://logview.odps.aliyun.com")
    assert found.account.security_token is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("access_id=a", "a"),
        ("access_id = a ", "a"),
        ("access_id: a", "a"),
        ("access_id=first\naccess_id=a", "a"),
        ("other=x\n   access_id=a", "a"),
        ("\ufeffaccess_id=a", "a"),
        ("access_id=a\r\nother=b\r\n", "a"),
        ("! a comment\n# access_id=no\naccess_id=a", "a"),
        ("[odps]\naccess_id=a", "a"),
        ("access_id=a%b", "a%b"),
        ("access_id=a=b:c", "a=b:c"),
        ("access_id=\\u0061\\:x", "a:x"),
        ("access_id", ""),
        ("access_id=", ""),
    ],
)
def test_odd_lines(tmp_path: Path, text: str, value: str) -> None:
    path = written(tmp_path, text)
    from odps_tui.config.sources.documents import text_of

    assert read_properties(text_of(path, "it"))["access_id"] == value


def test_names_keep_their_capitals() -> None:
    assert read_properties("processCommand=x\nPROCESSCOMMAND=y") == {"processCommand": "x", "PROCESSCOMMAND": "y"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("access_id=a\nend_point=x", "lacks access_key"),
        ("access_id=a\nacce", "lacks access_key"),
        ("access_key=canary", "lacks access_id"),
        ("account_provider=sts\naccess_id=a\naccess_key=canary", "lacks sts_token"),
        ("account_provider=ram_role_arn\naccess_id=a\naccess_key=canary", "account_provider=ram_role_arn"),
        ("account_provider=external\nprocessCommand=x 'y", "quote"),
        ("", "lacks access_id and access_key"),
    ],
)
def test_what_it_lacks_is_named_and_nothing_quoted(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(NoCredentials, match=words) as caught:
        from_odps_config(written(tmp_path, text), {})
    assert "canary" not in str(caught.value)


def test_the_empty_form_of_an_installation_is_no_identity(tmp_path: Path) -> None:
    assert not has_key(written(tmp_path, "project_name=\naccess_id=\naccess_key=\nend_point=\n"))
    assert has_key(written(tmp_path, USUAL))


def test_an_external_program_and_until_when(tmp_path: Path) -> None:
    helper = tmp_path / "helper.py"
    helper.write_text(
        'print(\'{"AccessKeyId":"STS.a","AccessKeySecret":"s","SecurityToken":"t","Expiration":"2030-09-23T11:05:35Z"}\')'
    )
    text = (
        f"account_provider=external\nprocessCommand={sys.executable} {helper}\nprocessCommandTimeout=30\nend_point=http://h/api"
    )
    found = from_odps_config(written(tmp_path, text), dict(os.environ))
    assert found.expires == datetime(2030, 9, 23, 11, 5, 35, tzinfo=UTC)
    assert found.hints.endpoint == "http://h/api"
    assert found.masked == "…"


def test_where_it_is_looked_for(tmp_path: Path) -> None:
    assert find_odps_config({}, tmp_path) is None
    program = tmp_path / "opt" / "bin" / "odpscmd"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    conf = tmp_path / "opt" / "conf" / "odps_config.ini"
    conf.parent.mkdir()
    conf.write_text(USUAL)
    assert find_odps_config({"PATH": str(program.parent)}, tmp_path) == conf
    home = tmp_path / ".odpscmd" / "odps_config.ini"
    home.parent.mkdir()
    home.write_text(USUAL)
    assert find_odps_config({"PATH": str(program.parent)}, tmp_path) == home
