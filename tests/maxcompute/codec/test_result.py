"""Results of megabytes: Base64 undone slice by slice is Base64 undone."""

from __future__ import annotations

import base64
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from odps_tui.maxcompute.codec import result
from odps_tui.maxcompute.codec.result import decode_task_results
from odps_tui.maxcompute.exchange import Response


def answer(packed: str) -> Response:
    body = (
        '<Instance><Tasks><Task Type="SQL"><Name>t</Name><Result Transform="Base64" Format="text">'
        f"<![CDATA[{packed}]]></Result></Task></Tasks></Instance>"
    )
    return Response(200, {}, body.encode())


@given(st.text(alphabet="ab数\n", min_size=1), st.sampled_from(["", "\n", "\r\n", " "]), st.integers(1, 9))
def test_slices_make_the_whole(text: str, between: str, every: int) -> None:
    packed = base64.b64encode(text.encode()).decode()
    broken = between.join(packed[start : start + every] for start in range(0, len(packed), every))
    with patch.object(result, "_SLICE", 4):
        assert decode_task_results(answer(broken))["t"].text == text
