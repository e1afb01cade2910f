"""Opening a link in a browser, where there is one: never a text browser inside our own terminal."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import PurePath
from urllib.parse import urlsplit

_TEXT_BROWSERS = frozenset({"lynx", "w3m", "links", "elinks", "www-browser"})
_TRUSTED_DOMAINS = (".aliyun.com", ".aliyuncs.com", ".aliyun-inc.com", ".alibabacloud.com", ".alibaba-inc.com")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def opener(environ: Mapping[str, str], platform: str = sys.platform) -> list[str] | None:
    """Return the command that opens a link on this desktop; None on a host without one (an SSH session, a console)."""
    named = environ.get("BROWSER", "").partition(":")[0]
    if named and PurePath(named).name not in _TEXT_BROWSERS and shutil.which(named):
        return [named]
    if environ.get("SSH_CONNECTION"):
        return None
    if platform == "darwin":
        return ["open"]
    if (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")) and shutil.which("xdg-open"):
        return ["xdg-open"]
    return None


def is_trusted(url: str, endpoint: str) -> bool:
    """Tell whether a link whose host the service named may be opened: http(s), the vendor's domains or the endpoint's host."""
    parts, home = urlsplit(url), urlsplit(endpoint)
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or any(not 0x20 < ord(character) < 0x7F for character in url):
        return False
    if host in _LOOPBACK:
        return home.hostname in _LOOPBACK
    return host == home.hostname or f".{host}".endswith(_TRUSTED_DOMAINS)


def open_link(url: str, command: list[str]) -> None:
    """Start the browser detached from this terminal; raises OSError when it cannot be started."""
    subprocess.Popen(  # noqa: S603 - the command is the desktop's own opener, the link passed is_trusted
        [*command, url],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
