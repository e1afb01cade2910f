"""Which browser, if any; which links; and a page that leads to a link with a token."""

from __future__ import annotations

import stat
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from odps_tui import browser
from odps_tui.browser import is_trusted, opener, private_page, reads_our_files

ENDPOINT = "https://service.cn-hangzhou.maxcompute.aliyun.com/api"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with every program that could be asked, and nothing else on the path."""
    for name in ("firefox", "xdg-open", "lynx", "w3m", "elinks", "links"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "www-browser").symlink_to("w3m")
    (tmp_path / "my-browser").symlink_to("lynx")
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("environ", "command"),
    [
        ({}, None),
        ({"DISPLAY": ":0"}, ["xdg-open"]),
        ({"WAYLAND_DISPLAY": "wayland-0"}, ["xdg-open"]),
        ({"DISPLAY": ":10", "SSH_CONNECTION": "x"}, None),
        ({"BROWSER": "firefox"}, ["firefox"]),
        ({"BROWSER": "firefox", "SSH_CONNECTION": "x"}, ["firefox"]),
        ({"BROWSER": "nowhere", "DISPLAY": ":0"}, ["xdg-open"]),
        *(({"BROWSER": name}, None) for name in ("lynx", "w3m", "elinks", "links", "www-browser", "my-browser")),
        ({"BROWSER": "lynx", "DISPLAY": ":0"}, ["xdg-open"]),
    ],
)
def test_the_opener(programs: Path, environ: dict[str, str], command: list[str] | None) -> None:
    assert opener(environ, platform="linux") == command


def test_a_mac_has_one_unless_it_is_far_away(programs: Path) -> None:
    assert opener({}, platform="darwin") == ["open"]
    assert opener({"SSH_CONNECTION": "x"}, platform="darwin") is None


def test_where_the_browser_runs() -> None:
    assert reads_our_files({"DISPLAY": ":0"})
    for name in ("SSH_CONNECTION", "VSCODE_IPC_HOOK_CLI", "WSL_DISTRO_NAME"):
        assert not reads_our_files({name: "x"})


@pytest.mark.parametrize(
    ("url", "answer"),
    [
        ("https://logview.aliyun.com/logview/?h=x", True),
        ("https://service.cn-hangzhou.maxcompute.aliyun.com/x", True),
        ("https://logview.aliyun.com.example.com/", False),
        ("https://xaliyun.com/", False),
        ("ftp://logview.aliyun.com/", False),
        ("javascript:alert(1)//logview.aliyun.com", False),
        ("https://logview.aliyun.com/\n", False),
        ("https://logview.aliyun.com/\x1b]0;x\x07", False),
        ("https://logview.aliyun.com/a b", False),
        ("https://logview.aliyun.com/订", False),
        ("http://127.0.0.1:80/", False),
        ("https://[x/", False),
    ],
)
def test_which_links_may_be_opened(url: str, answer: bool) -> None:
    assert is_trusted(url, ENDPOINT) is answer


@pytest.mark.parametrize("has_snaps", [False, True])
def test_a_private_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_snaps: bool) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(browser, "_SNAPS", tmp_path if has_snaps else tmp_path / "nowhere")
    with private_page("https://logview.aliyun.com/?i=1&token=canary") as address:
        assert "canary" not in address
        page = Path(unquote(urlsplit(address).path))
        assert stat.S_IMODE(page.stat().st_mode) == 0o600
        assert stat.S_IMODE(page.parent.stat().st_mode) == 0o700
        assert 'content="0; url=https://logview.aliyun.com/?i=1&amp;token=canary"' in page.read_text()
        assert page.is_relative_to(tmp_path) is has_snaps
    assert not page.parent.exists()
