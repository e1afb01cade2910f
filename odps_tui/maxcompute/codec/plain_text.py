"""Answers that are plain text: worker logs, task infos, hosts (protocol §4.8, §4.10, §7.1)."""

from __future__ import annotations

from urllib.parse import urlsplit

from odps_tui.errors import DecodeError
from odps_tui.maxcompute.exchange import Response
from odps_tui.safe_text import clean


def decode_text(response: Response) -> str:
    """Read a text of many lines."""
    return clean(response.body.decode("utf-8", errors="replace"))


def decode_web_host(response: Response) -> str:
    """Read the address of a web site that the service names, without the slash at its end.

    Raises `DecodeError` for anything but an http or https address: it is going to be opened in a browser.
    """
    text = response.body.decode("utf-8", errors="replace").strip().rstrip("/")
    if not is_web_address(text):
        raise DecodeError("The reply is no web address")
    return text


def is_web_address(text: str) -> bool:
    """Tell whether `text` is an http or https address of a host, without a user name and without anything after its path."""
    if not text.isascii() or not text.isprintable() or any(character in text for character in ' "<>\\^`{|}@?#'):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False
