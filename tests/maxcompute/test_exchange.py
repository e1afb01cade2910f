from __future__ import annotations

import pytest

from odps_tui.errors import SettingsError
from odps_tui.maxcompute.exchange import Request, Response


def test_a_path_is_quoted_with_percent_and_a_query_with_plus() -> None:
    request = Request("GET", ("projects", "a b/c", "instances"), (("curr_project", "a b/c"),))

    assert request.target == "/projects/a%20b%2Fc/instances?curr_project=a+b%2Fc"


def test_flags_are_bare_and_the_order_is_kept() -> None:
    request = Request("GET", ("p",), (("taskstatus", None), ("log", ""), ("id", "a=="))).with_query("curr_project", "p")

    assert request.target == "/p?taskstatus&log=&id=a%3D%3D&curr_project=p"


def test_a_star_is_escaped_as_pyodps_does() -> None:
    assert Request("GET", ("p",), (("logtype", "hs_err_*.log"),)).target == "/p?logtype=hs_err_%2A.log"


@pytest.mark.parametrize("segment", ["", ".", ".."])
def test_a_name_that_would_lead_elsewhere_is_refused(segment: str) -> None:
    with pytest.raises(SettingsError, match="cannot be the name of a project or the id of an instance"):
        Request("GET", ("projects", segment))


@pytest.mark.parametrize(("status", "is_success"), [(199, False), (200, True), (204, True), (299, True), (300, False)])
def test_success_is_every_2xx(status: int, is_success: bool) -> None:
    assert Response(status).is_success is is_success
