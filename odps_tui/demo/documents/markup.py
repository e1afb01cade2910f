"""XML by hand: escaping, CDATA, dates. Enough for documents of known shape, and fast for long lists."""

from __future__ import annotations

import re
import time
from functools import lru_cache

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
# What XML 1.0 forbids even as a character reference. C1 controls and bidi controls it allows, so they stay.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_BEIJING = 8 * 3600
_DAY = 86_400


@lru_cache(maxsize=1024)
def escape(text: str) -> str:
    """`text` as the content of an element or of a quoted attribute; forbidden characters are left out."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return _FORBIDDEN.sub("", text)


def cdata(text: str) -> str:
    """`text` as a CDATA section, cut in two wherever it holds the end mark itself."""
    return "<![CDATA[" + _FORBIDDEN.sub("", text).replace("]]>", "]]]]><![CDATA[>") + "]]>"


def element(name: str, text: str) -> str:
    """`<name>text</name>`, or `<name/>` when there is no text."""
    return f"<{name}>{escape(text)}</{name}>" if text else f"<{name}/>"


def http_date(moment: float | None) -> str:
    """RFC 1123 in GMT, as in headers and lists (Protocol §11); empty for None."""
    if moment is None:
        return ""
    day, second = divmod(int(moment), _DAY)
    return f"{_day(day)} {second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d} GMT"


@lru_cache(maxsize=64)
def _day(day: int) -> str:
    parts = time.gmtime(day * _DAY)
    return f"{_WEEKDAYS[parts.tm_wday]}, {parts.tm_mday:02d} {_MONTHS[parts.tm_mon - 1]} {parts.tm_year}"


def beijing_time(moment: float) -> str:
    """`2025-03-14 10:08:15 +0800`, as in queueing infos (Protocol §3.2)."""
    return time.strftime("%Y-%m-%d %H:%M:%S +0800", time.gmtime(int(moment) + _BEIJING))
