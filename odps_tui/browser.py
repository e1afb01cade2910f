"""Opening a link in a browser, where there is one: never a text browser inside our own terminal."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

_TEXT_BROWSERS = frozenset({"browsh", "carbonyl", "elinks", "links", "links2", "lynx", "sensible-browser", "w3m", "www-browser"})
_ELSEWHERE = ("SSH_CONNECTION", "VSCODE_IPC_HOOK_CLI", "REMOTE_CONTAINERS", "CODESPACES", "WSL_DISTRO_NAME")
"""Set where a desktop's opener shows its page on another system than ours."""
_WEB_ADDRESS = re.compile(r"https?://[\x21-\x7e]+")
_TRUSTED_DOMAINS = (".aliyun.com", ".aliyuncs.com", ".aliyun-inc.com", ".alibabacloud.com", ".alibaba-inc.com")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SNAPS = Path("/snap/bin")

_REDIRECTION = """\
<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={url}">
<title>Logview</title>
"""


def opener(environ: Mapping[str, str], platform: str = sys.platform) -> list[str] | None:
    """Return the command that opens a link on this desktop; None on a host without one (an SSH session, a console)."""
    if named := _named_browser(environ.get("BROWSER", "").partition(":")[0]):
        return [named]
    if environ.get("SSH_CONNECTION"):
        return None
    if platform == "darwin":
        return ["open"]
    if (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")) and shutil.which("xdg-open"):
        return ["xdg-open"]
    return None


def _named_browser(name: str) -> str | None:
    """Return what $BROWSER names, unless it is a text browser, under its own name or another (`www-browser` is a link to one)."""
    found = shutil.which(name) if name else None
    if found is None or {Path(found).name, Path(found).resolve().name} & _TEXT_BROWSERS:
        return None
    return name


def reads_our_files(environ: Mapping[str, str]) -> bool:
    """Tell whether the browser that `opener` found runs beside us; editors and WSL forward a link to another system."""
    return not any(environ.get(name) for name in _ELSEWHERE)


def is_web_address(url: str) -> bool:
    """Tell whether a link is http(s) and made of printable ASCII: nothing in it can end the sequence that carries it."""
    return _WEB_ADDRESS.fullmatch(url) is not None


def is_trusted(url: str, endpoint: str) -> bool:
    """Tell whether a link whose host the service named may be opened: http(s), the vendor's domains or the endpoint's host."""
    if not is_web_address(url):
        return False
    try:
        host, home = urlsplit(url).hostname or "", urlsplit(endpoint).hostname
    except ValueError:
        return False
    if host in _LOOPBACK:
        return home in _LOOPBACK
    return host == home or f".{host}".endswith(_TRUSTED_DOMAINS)


def open_link(url: str, command: list[str]) -> None:
    """Start the browser detached from this terminal; raises OSError when it cannot be started."""
    browser = subprocess.Popen(  # noqa: S603 - the command is the desktop's own opener, the link passed is_trusted
        [*command, url],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    # Waited for beside everything, so that it leaves no zombie behind while the dashboard stays open for days.
    threading.Thread(target=browser.wait, name="browser", daemon=True).start()


@contextmanager
def private_page(url: str) -> Iterator[str]:
    """Write a page that leads to `url`, readable by this user only; yield its address, and remove it at the end. Raises OSError.

    For a link with a token. An opener takes its link as an argument, and every user of a host can read the arguments of every
    process; of this page they see the name. A page served on loopback would be anyone's who asks before the browser does.
    """
    with tempfile.TemporaryDirectory(prefix="odps-tui-", dir=_shelf(), ignore_cleanup_errors=True) as folder:
        page = Path(folder) / "logview.html"
        page.touch(mode=0o600)
        page.write_text(_REDIRECTION.format(url=html.escape(url)), encoding="ascii")
        yield page.as_uri()


def _shelf() -> Path | None:
    """Where a browser finds the page: one that is packaged as a snap sees neither /tmp nor a hidden folder, only the home."""
    return Path.home() if _SNAPS.is_dir() else None
