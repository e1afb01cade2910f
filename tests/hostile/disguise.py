"""A service whose every word is hostile: real answers of the demo service, with other texts in them.

Names by which things are asked for again (instances, tasks) are told apart by a number at their end, and are known again when
they come back the way a client that cleans them sends them.
"""

from __future__ import annotations

import base64
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import cycle
from typing import Any
from urllib.parse import quote, unquote
from xml.etree import ElementTree as ET

from odps_tui.demo.wire.messages import JSON, Answer, Request, Response
from odps_tui.safe_text import clean_line

_KEPT = re.compile(r"-?\d*(\.\d+)?|[A-Z][a-z]{2}, \d\d .* GMT|true|false|\{\}", re.ASCII)
_TIMES = {"startTime", "start_time", "endTime", "StartTime", "EndTime"}
# What XML 1.0 cannot hold comes as its likeness of eight bits, which terminals obey as well.
_NO_XML = {code: chr(code + 0x80) for code in range(0x20) if chr(code) not in "\t\n\r"}
_NO_XML |= dict.fromkeys([*range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "\x9b")
_KEPT_TAGS = {"Marker", "MaxItems", "CreationTime", "LastModifiedTime", "RunMode"}
_KEPT_KEYS = {"LogID", "logId", "GblCounter", "Counters", "waitingQueueItemInfo"}
_ERROR = '<?xml version="1.0"?>\n<Error><Code>{code}</Code><Message>{message}</Message><RequestId>{id}</RequestId></Error>'


class Disguise:
    """`given` counts the texts that were handed out, by what they were handed out as.

    `wholly` disguises what a client needs to find its way, too: for decoders that are not asked twice.
    """

    def __init__(self, texts: Iterable[str], *, wholly: bool = False) -> None:
        self._wholly = wholly
        self._texts = cycle(texts)
        self._random = random.Random(7)
        self._names: dict[tuple[str, str], str] = {}
        self._real: dict[str, str] = {}
        self._number = 0
        self.given: Counter[str] = Counter()
        self.refuses = False

    def turn(self) -> None:
        """Give everything another name from now on."""
        self._names.clear()

    def around(self, answer: Answer) -> Answer:
        """The layer to put around a service's answers."""

        async def disguised(request: Request) -> Response:
            if self.refuses and request.method == "GET":
                return self._refusal()
            return self._disguised(await answer(self._unmasked(request)))

        return disguised

    def text(self, what: str) -> str:
        """The next text."""
        self.given[what] += 1
        return next(self._texts)

    def block(self, what: str, count: int = 12) -> str:
        """A text of many lines."""
        return "\n".join(self.text(what) for _ in range(count))

    def name(self, kind: str, real: str) -> str:
        """What something is called until the next turn."""
        found = self._names.get((kind, real))
        if found is None:
            self._number += 1
            found = f"{_xml_text(self.text(kind))}{self._number}".strip()
            self._names[kind, real] = found
            self._real[clean_line(found)] = real
        return found

    def shown_id(self, real: str) -> str:
        """An instance's id as a client knows it."""
        return clean_line(self.name("id", real))

    def names_of(self, real: str) -> list[str]:
        """Every name that something has had, as a client knows it."""
        return [name for name, meant in self._real.items() if meant == real]

    # Requests ----------------------------------------------------------------------------------------------------------------

    def _unmasked(self, request: Request) -> Request:
        path, mark, query = request.target.partition("?")
        parts = [quote(self._real.get(unquote(part), unquote(part)), safe="") for part in path.split("/")]
        pairs = tuple((name, self._real.get(value, value)) for name, value in request.query)
        path = "/".join(parts)
        return replace(request, target=f"{path}{mark}{query}", path=unquote(path), query=pairs)

    # Answers -----------------------------------------------------------------------------------------------------------------

    def _refusal(self) -> Response:
        words = {name: _escaped(self.text("error")) for name in ("code", "message", "id")}
        return Response.of(_ERROR.format(**words), status=403)

    def _disguised(self, response: Response) -> Response:
        headers = tuple((name, self._header(name, value)) for name, value in response.headers)
        response = replace(response, headers=headers)
        if not 200 <= response.status < 300 or not response.body:
            return response
        if response.body.lstrip().startswith(b"<?xml"):
            return replace(response, body=self.xml(response.body))
        if response.content_type == JSON:
            return replace(response, body=self.json(response.body.decode()).encode("utf-8", "surrogatepass"))
        if response.body.startswith(b"http"):
            return response
        return replace(response, body=self.block("log", 60).encode("utf-8", "surrogatepass"))

    def _header(self, name: str, value: str) -> str:
        if name.lower() != "x-odps-owner":
            return value
        return re.sub("[\x00-\x1f\x7f\ud800-\udfff]", "", self.text("header")).strip() or value

    def xml(self, body: bytes) -> bytes:
        """A document with hostile words in it."""
        root = ET.fromstring(body)
        for parent in root.iter():
            for name, value in parent.attrib.items():
                if name in {"ID", "Type"} or (self._wholly and name in {"NodeType", "Format"}):
                    parent.set(name, self.name("stage" if name == "ID" else "type", value))
            for node in parent:
                if self._wholly and len(node) == 0 and not (node.text or "").strip():
                    node.text = self.name(node.tag, "")
                elif len(node) == 0 and node.text and node.text.strip():
                    node.text = self._element(parent, node, node.text)
        return ("<?xml version='1.0' encoding='utf-8'?>\n" + "".join(_written(root))).encode()

    def _element(self, parent: ET.Element, node: ET.Element, text: str) -> str:
        is_kept = node.tag in _KEPT_TAGS or (node.tag == "Name" and parent.tag in {"Property", "Project"})
        if is_kept and not (self._wholly and node.tag in {"Marker", "Name"} and text != "settings"):
            return text
        if node.get("Transform") == "Base64":
            real = base64.b64decode(text).decode()
            told = self._rows(real) if node.get("Format") == "csv" else self.block("result")
            return base64.b64encode(told.encode("utf-8", "surrogatepass")).decode()
        if text.lstrip().startswith(("{", "[")) and _is_json(text):  # a name may begin like that, too
            return self.json(text)
        if node.tag == "InstanceId" or (node.tag == "Name" and parent.tag == "Instance"):
            return self.name("id", text)
        return self._word(node.tag, text)

    def _word(self, tag: str, text: str) -> str:
        if tag in {"Query", "Comment", "Plan"}:
            return self.block("sql", 40)
        if tag == "Status":
            return self._status(text)
        if tag == "Name":
            return self.name("task", text)
        return text if _KEPT.fullmatch(text) else self.name(tag, text)

    def _status(self, text: str) -> str:
        return text if self._random.random() < (0.5 if self._wholly else 0.9) else _xml_text(self.text("status"))

    def _rows(self, real: str) -> str:
        lines = real.splitlines()[:40]
        cells = [[self.text("cell") for _ in line.split(",")] for line in lines]
        return "\n".join(",".join('"{}"'.format(cell.replace('"', '""')) for cell in row) for row in cells)

    def json(self, text: str) -> str:
        """A document with hostile words in it."""
        return json.dumps(self._value("", json.loads(text)))

    def _value(self, key: str, value: Any) -> Any:
        if isinstance(value, dict):
            more = {self.text("key"): self.text("value")} if self._wholly else {}
            return more | {name: self._value(name, part) for name, part in value.items()}
        if isinstance(value, list):
            return [self._value(key, part) for part in value]
        return self._json_text(key, value) if isinstance(value, str) else value

    def _json_text(self, key: str, text: str) -> str:
        if key in _TIMES or (not text and not self._wholly) or (key in _KEPT_KEYS and not self._wholly):
            return text
        if text.startswith(("{", "[")):
            return self.json(text) if _is_json(text) else self.text("json")
        if key in {"status", "Status"}:
            return self._status(text)
        if key in {"Summary", "warnings"}:
            return self.block("summary")
        kinds = {"instanceId": "id", "taskName": "task", "StageId": "stage", "SlotDesc": "stage"}
        return self.name(kinds[key], text) if key in kinds else self.text(key or "json")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _xml_text(text: str) -> str:
    return text.translate(_NO_XML)


def _escaped(text: str) -> str:
    text = _xml_text(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return text.replace("\r", "&#13;").replace("\n", "&#10;")


def _written(node: ET.Element) -> Iterator[str]:
    attributes = "".join(f' {name}="{_escaped(value)}"' for name, value in node.attrib.items())
    yield f"<{node.tag}{attributes}>"
    yield _escaped(node.text or "")
    for child in node:
        yield from _written(child)
    yield f"</{node.tag}>"
