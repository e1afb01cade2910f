from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from odps_tui.screens.place import Place
from odps_tui.screens.place_bar import place_bar
from odps_tui.widgets.connection_bar import ConnectionBar


class OneBar(App[None]):
    """A top line, alone."""

    def __init__(self, bar: ConnectionBar) -> None:
        super().__init__()
        self._bar = bar

    def compose(self) -> ComposeResult:
        yield self._bar


@pytest.mark.parametrize(
    ("endpoint", "is_marked"),
    [
        ("http://service.cn-hangzhou-vpc.maxcompute.aliyun-inc.com/api", True),
        ("HTTP://odps.example/api", True),
        ("https://service.cn-hangzhou.maxcompute.aliyun.com/api", False),
        ("http://127.0.0.1:8080/api", False),
        ("http://localhost/api", False),
    ],
)
async def test_a_line_without_tls_is_marked(endpoint: str, is_marked: bool) -> None:
    bar = place_bar(Place("dw", endpoint, "cn-x"), None)
    async with OneBar(bar).run_test(size=(80, 5)):
        assert (" http " in bar.render().plain) is is_marked
