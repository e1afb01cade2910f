"""Documents that are nearly right: a sample with parts dropped, doubled, nested, renamed, or filled with figures nobody has."""

from __future__ import annotations

import copy
import json
import random
from typing import Any
from xml.etree import ElementTree as ET

ODD = [
    "",
    " ",
    "0",
    "-1",
    "1e308",
    "-1e308",
    "NaN",
    "Infinity",
    "9223372036854775807",
    "9223372036854775808",
    "9" * 400,
    "9" * 5000,
    "٣",
    "1_000",
    "0x10",
    "Mon, 01 Jan 0001 00:00:00 GMT",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Fri, 31 Dec 9999 23:59:59 -2359",
    "0001-01-01 00:00:00 +2359",
    "9999-12-31 23:59:59 -2359",
    "253402300799",
    "=?utf-8?b?a?=",
    "=?x-unknown?q?a?=",
    "{",
    "[[[[[[",
    "null",
    "{}",
    "<Error><Code>",
    "\u202e",
    "a" * 70_000,
]
ODD_VALUES: list[Any] = [None, True, -1, 0, 2**63, 10**300, 1e308, -1e308, [], {}, [[]], [None], {"": {}}, *ODD]


def damaged(body: bytes, seed: int) -> bytes:
    """Return a sample that is wrong in a few places."""
    chance = random.Random(seed)
    text = body.lstrip()
    try:
        if text.startswith(b"<"):
            return _damaged_xml(text, chance)
        if text.startswith((b"{", b"[")):
            return json.dumps(_damaged_value(json.loads(text), chance)).encode()
    except (ET.ParseError, ValueError, LookupError, RecursionError):
        pass
    return _damaged_bytes(body, chance)


def _damaged_xml(body: bytes, chance: random.Random) -> bytes:
    root = ET.fromstring(body)
    for _ in range(chance.randint(1, 4)):
        parent = chance.choice(list(root.iter()))
        node = chance.choice(list(parent) or [parent])
        match chance.randrange(8):
            case 0 | 1 | 2:
                node.text = chance.choice(ODD)
            case 3 if node is not parent:
                parent.remove(node)
            case 4 if node is not parent:
                parent.extend([copy.deepcopy(node) for _ in range(chance.choice([1, 50]))])
            case 5:
                node.tag = chance.choice([other.tag for other in root.iter()])
            case 6:
                node.attrib.update({name: chance.choice(ODD) for name in ("Type", "Format", "Transform", "ID", "NodeType")})
            case _:
                node.append(copy.deepcopy(parent) if len(list(parent.iter())) < 500 else ET.Element("x"))
    return bytes(ET.tostring(root, encoding="utf-8"))


def _damaged_value(value: Any, chance: random.Random, depth: int = 0) -> Any:
    if chance.random() < 0.06:
        return chance.choice(ODD_VALUES)
    if isinstance(value, dict):
        kept = {name: part for name, part in value.items() if chance.random() > 0.04}
        return {name: _damaged_value(part, chance, depth + 1) for name, part in kept.items()}
    if isinstance(value, list):
        return [_damaged_value(part, chance, depth + 1) for part in value] * (3 if chance.random() < 0.05 else 1)
    if isinstance(value, str) and value.startswith("{"):
        return json.dumps(_damaged_value(json.loads(value), chance, depth + 1))
    return value


def _damaged_bytes(body: bytes, chance: random.Random) -> bytes:
    start = chance.randint(0, len(body))
    end = chance.randint(start, len(body))
    return body[:start] + chance.choice(ODD).encode() + bytes(chance.randrange(256) for _ in range(4)) + body[end:]
