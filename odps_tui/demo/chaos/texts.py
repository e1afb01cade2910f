"""Faults in the texts of an answer: names and SQL that were written to do harm to whoever shows them.

Names go into the live queue and into the list; the list is XML, which cannot hold every character: what it cannot, only the
queue's JSON says.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace

from odps_tui.demo.chaos.fault import Fault, afterwards
from odps_tui.demo.documents.markup import escape
from odps_tui.demo.wire.messages import Response

_IN_JSON = re.compile(rb'"(userAccount|jobName)": "[^"]*"')
_IN_XML = re.compile(rb"(?<=<Owner>)[^<]*(?=</Owner>)")
_QUERY = re.compile(rb"(?<=<Query>)<!\[CDATA\[.*?\]\]>(?=</Query>)", re.DOTALL)
_LONG_SQL = b"<![CDATA[SELECT " + b"a_column + " * (5 * 1024 * 1024 // 11) + b"1;]]>"

HOSTILE = {
    "text-esc": ("names that paint, clear and leave the screen", "\x1b[31mred\x1b[2J\x1b[?1049l\x1bcred"),
    "text-osc52": ("names that write to the clipboard", "\x1b]52;c;Y2FuYXJ5\x07clip"),
    "text-osc2": ("names that change the window's title", "\x1b]2;canary title\x1b\\title"),
    "text-c1": ("names with control characters of eight bits", "\x9b31mc-one\x9d2;canary title\x9c"),
    "text-nul": ("names with NUL, backspace and DEL", "nul\x00\x08\x7fnul"),
    "text-bidi": ("names that read otherwise than they are written", "bidi\u202egnp.\u2066exe\u200f"),
    "text-markup": ("names that are broken markup", "[/x][bold]markup[/"),
    "text-click": ("names that are a link to an act", "[@click=app.exit()]click[/]"),
    "text-surrogate": ("names with half a character", "half\ud800and\udc9bhalf"),
    "text-wide": (
        "names of wide and joined characters",
        "\U0001f469\u200d\U0001f469\u200d\U0001f467作业ﾃｽﾄe\u0301\U0001f1e8\U0001f1f3",
    ),
    "text-newline": ("names of several lines", "line one\nline two\r\n\tline three"),
}
"""Each with what it does, and the name."""


def _renamed(name: str) -> Fault:
    words, text = HOSTILE[name]
    in_json = escape(json.dumps(text)).encode()
    in_xml = escape(text).encode(errors="replace")

    def rename(response: Response) -> Response:
        body = _IN_JSON.sub(lambda match: b'"%s": %s' % (match[1], in_json), response.body)
        return replace(response, body=_IN_XML.sub(lambda _: in_xml, body))

    return Fault(name, words, afterwards(rename))


def _long_sql(response: Response) -> Response:
    return replace(response, body=_QUERY.sub(lambda _: _LONG_SQL, response.body))


TEXTS = (*map(_renamed, HOSTILE), Fault("long-sql", "SQL of 5 MB on one line", afterwards(_long_sql)))
