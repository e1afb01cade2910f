"""Numbers and dates that no clock and no cluster ever had, in every answer: what is shown keeps its shape, and is no nonsense."""

from __future__ import annotations

import json
import math
import random
import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from rich.cells import cell_len

from odps_tui.demo.wire.messages import JSON, Answer, Request, Response
from odps_tui.screens.detail_tabs import Tab
from tests.hostile.texts import COUNT, given_to
from tests.ui.conftest import Session, open_dashboard

SIZE = (160, 50)
ROUNDS = 2 if COUNT < 5_000 else 60
NUMBERS: list[Any] = [-1, 0, 101, -(10**30), 10**30, 2**63, 10**300, 1e308, -1e308, 1e-308, math.nan, math.inf, -math.inf]
TIMES = [-(10**15), -1, 0, 1, 253_402_300_799, 253_402_300_800, 10**30, 1e308, math.nan]
DATES = [
    "Mon, 01 Jan 0001 00:00:00 GMT",
    "Sat, 00 Jan 0000 00:00:00 GMT",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Fri, 31 Dec 9999 23:59:59 -2359",
    "Mon, 30 Feb 2026 25:61:61 GMT",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "0001-01-01 00:00:00 +2359",
    "99999999999999999999",
]
NUMBER = re.compile(r"-?\d+(\.\d+)?%?", re.ASCII)
DATE = re.compile(r"[A-Z][a-z]{2}, \d\d .* GMT|\d{4}-\d\d-\d\d .*", re.ASCII)
KEPT = {"Marker", "MaxItems", "Query", "InstanceId"}
NONSENSE = re.compile(r"\b(?:nan|inf)%|(?<!\S)-\d+%|(?<![\d.])(?:10[1-9]|1[1-9]\d|[2-9]\d\d|\d{4,})%", re.IGNORECASE)
"""Parts of a whole that are less than nothing or more than all."""


class Extremes:
    """The layer that puts them into answers; what an operator could want of them is left: which, whose, and in what state."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self.given = 0

    def around(self, answer: Answer) -> Answer:
        async def answered(request: Request) -> Response:
            response: Response = await answer(request)
            if response.status != 200 or not response.body:
                return response
            if response.body.lstrip().startswith(b"<?xml"):
                return replace(response, body=self._xml(response.body))
            if response.content_type == JSON:
                return replace(response, body=self._json(response.body.decode()).encode())
            return response

        return answered

    def _one(self, values: list[Any], real: Any) -> Any:
        """Some stay what they were: what is worked out of two is worked out of one of either kind, too."""
        if self._chance.random() < 0.25:
            return real
        self.given += 1
        return self._chance.choice(values)

    def _xml(self, body: bytes) -> bytes:
        root = ET.fromstring(body)
        for node in root.iter():
            if len(node) == 0 and node.text and node.tag not in KEPT:
                node.text = self._text(node.text)
        return b'<?xml version="1.0"?>\n' + ET.tostring(root, encoding="unicode").encode()

    def _text(self, text: str) -> str:
        if text.lstrip().startswith(("{", "[")):
            try:
                return self._json(text)
            except ValueError:
                return text
        if NUMBER.fullmatch(text):
            return str(self._one(NUMBERS, text))
        return str(self._one(DATES, text)) if DATE.fullmatch(text) else text

    def _json(self, text: str) -> str:
        return json.dumps(self._value("", json.loads(text)))

    def _value(self, key: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._value(name, part) for name, part in value.items()}
        if isinstance(value, list):
            return [self._value(key, part) for part in value]
        if isinstance(value, str):
            return self._text(value) if key not in {"instanceId", "taskName", "StageId"} else value
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        return self._one(TIMES if "time" in key.lower() else NUMBERS, value)


@pytest.mark.parametrize("number", range(ROUNDS))
async def test_nothing_breaks_and_nothing_is_nonsense(number: int) -> None:
    extremes = Extremes(number)
    async with open_dashboard(instances=60, size=SIZE, disturb=extremes.around) as session:
        for story in ("running", "skewed", "multi_task", "waiting", "failed", "succeeded"):
            instance_id = session.world.stories[story]
            if session.screen.table.row(instance_id) is None:
                continue  # what ended before it began stands in no window
            session.screen.table.select(instance_id)
            await session.until(
                lambda: session.screen.drawn_detail is not None and session.screen.drawn_detail.tasks.read_at, story
            )
            looked_at(session, story)
            for tab in Tab:
                await session.pilot.press("right_square_bracket")
                looked_at(session, f"{story}, beyond {tab}")
            for view in ("T", "T", "T"):
                await session.pilot.press(view)
                looked_at(session, f"{story}, stages")
        for order in ("less_than_sign", "greater_than_sign", "S", "s"):
            await session.pilot.press(order)
            looked_at(session, f"another order: {order}")
        await session.poll()
        looked_at(session, "read once more")
        assert session.screen.failure is None, session.screen.failure
        assert session.app._exception is None
    assert extremes.given
    given_to["extreme numbers and dates, the whole app"] += extremes.given


def looked_at(session: Session, what: str) -> None:
    """Every line is as wide as the screen, every pane has its borders, and nothing on it is nonsense."""
    text = session.text
    wrong = [line for line in text.splitlines() if cell_len(line) != SIZE[0]]
    assert not wrong, f"{what}: {wrong[0]!r}\n{text}"
    if session.screen.detail_pane.tab is not Tab.RAW:  # which shows answers as they came
        assert not (found := NONSENSE.search(text)), f"{what}: {found[0]!r}\n{text}"
    inside = [line for line in text.splitlines() if line.startswith("│")]
    assert len(inside) > SIZE[1] // 2, text
    assert not [line for line in inside if not line.endswith("│")], f"{what}\n{text}"
