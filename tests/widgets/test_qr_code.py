"""The drawing of a QR code: every module where the encoder put it, light around, and nothing where it does not fit."""

from __future__ import annotations

import pytest
import segno

from odps_tui.widgets.qr_code import QrCode

LINK = (
    "https://maxcompute.console.aliyun.com/cn-hangzhou/job-insights?h=https://service.cn-hangzhou.maxcompute.aliyun.com/api"
    "&p=my_project&i=20261121050454792g1m0m2j"
)


def modules_of(drawing: str) -> list[list[bool]]:
    """Read half blocks back."""
    rows = []
    for line in drawing.split("\n"):
        rows += [[cell in "▀█" for cell in line], [cell in "▄█" for cell in line]]
    return rows


@pytest.mark.parametrize(("room", "zone"), [((200, 60), 4), ((57, 29), 4), ((57, 28), 2), ((53, 27), 2)])
def test_what_is_drawn_is_what_was_encoded(room: tuple[int, int], zone: int) -> None:
    drawing = QrCode(LINK).draw(*room)
    assert drawing is not None
    rows = modules_of(drawing.plain)
    expected = [[bool(module) for module in row] for row in segno.make(LINK, error="l", micro=False).matrix_iter(border=zone)]
    assert rows[: len(expected)] == expected
    assert not any(any(row) for row in rows[len(expected) :])


def test_it_is_dark_on_light_whatever_the_theme() -> None:
    drawing = QrCode(LINK).draw(200, 60)
    assert drawing is not None
    assert [str(span.style) for span in drawing.spans] == ["#000000 on #ffffff"]


@pytest.mark.parametrize("room", [(80, 24), (52, 40), (80, 26)])
def test_it_does_not_fit(room: tuple[int, int]) -> None:
    assert QrCode(LINK).draw(*room) is None
    assert QrCode(LINK).cells == (53, 27)
