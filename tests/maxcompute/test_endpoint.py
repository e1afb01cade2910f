from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odps_tui.errors import SettingsError
from odps_tui.maxcompute import Endpoint, InvalidEndpoint


@pytest.mark.parametrize(
    ("text", "written", "authority"),
    [
        (
            "https://service.cn-hangzhou.maxcompute.aliyun.com/api",
            "https://service.cn-hangzhou.maxcompute.aliyun.com/api",
            "service.cn-hangzhou.maxcompute.aliyun.com:443",
        ),
        (" http://127.0.0.1:8642/api/ ", "http://127.0.0.1:8642/api", "127.0.0.1:8642"),
        ("http://localhost:8080", "http://localhost:8080", "localhost:8080"),
        ("HTTP://Example.COM/api", "http://example.com/api", "example.com:80"),
        ("http://[::1]:80/api", "http://[::1]:80/api", "[::1]:80"),
        ("http://odps.corp/a/b/api", "http://odps.corp/a/b/api", "odps.corp:80"),
    ],
)
def test_an_address_is_read_and_written(text: str, written: str, authority: str) -> None:
    endpoint = Endpoint.parse(text)

    assert (str(endpoint), endpoint.authority) == (written, authority)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "service.cn-hangzhou.maxcompute.aliyun.com/api",
        "ftp://example.com/api",
        "https:/example.com/api",
        "https://",
        "https:///api",
        "https://user:secret@example.com/api",
        "https://user@example.com/api",
        "https://example.com/api?x=1",
        "https://example.com/api?",
        "https://example.com/api#part",
        "https://example.com/api#",
        "https://example.com/a b",
        "https://example.com/api/../other",
        "https://example.com/%2e%2e/api",
        "https://example.com:0/api",
        "https://example.com:99999/api",
        "https://example.com:port/api",
        "https://exa mple.com/api",
        "https://-example.com/api",
        "https://" + "a" * 64 + ".com/api",
        "https://müller.example/api",
        "https://[::1/api",
        "https://[fe80::1%25eth0]/api",
        "https://[v1.x]/api",
        "https://example.com\x00/api",
        "https://example.com/\u202eapi",
    ],
)
def test_what_cannot_be_an_endpoint_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InvalidEndpoint) as caught:
        Endpoint.parse(text)

    assert isinstance(caught.value, SettingsError)
    assert str(caught.value).startswith("The endpoint")
    assert "secret" not in str(caught.value)


def test_the_public_service_without_its_path_gets_a_hint() -> None:
    with pytest.raises(InvalidEndpoint) as caught:
        Endpoint.parse("https://service.cn-hangzhou.maxcompute.aliyun.com/")

    assert "Add /api to its end: https://service.cn-hangzhou.maxcompute.aliyun.com/api." in str(caught.value)


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("service.cn-hangzhou.maxcompute.aliyun.com", "cn-hangzhou"),
        ("service.cn-shanghai-vpc.maxcompute.aliyun-inc.com", "cn-shanghai"),
        ("service.cn-hangzhou-internal.maxcompute.aliyun-inc.com", "cn-hangzhou"),
        ("service.cn-shanghai-intranet.maxcompute.aliyun-inc.com", "cn-shanghai"),
        ("service.cn-hangzhou-finance.maxcompute.aliyun.com", "cn-hangzhou-finance"),
        ("service.ap-southeast-1.maxcompute.aliyun.com", "ap-southeast-1"),
        ("service.odps.aliyun.com", None),
        ("service.cn.maxcompute.aliyun.com", None),
        ("127.0.0.1", None),
        ("odps.corp.example", None),
    ],
)
def test_the_region_is_what_the_host_tells(host: str, region: str | None) -> None:
    assert Endpoint.parse(f"http://{host}/api").region == region


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [("127.0.0.1", True), ("127.8.9.1", True), ("localhost", True), ("a.localhost", True), ("[::1]", True), ("10.0.0.1", False)],
)
def test_loopback_is_known(host: str, is_loopback: bool) -> None:
    assert Endpoint.parse(f"http://{host}/api").is_loopback is is_loopback


@given(st.text())
def test_any_text_is_an_endpoint_or_refused(text: str) -> None:
    try:
        endpoint = Endpoint.parse(text)
    except InvalidEndpoint:
        return
    assert Endpoint.parse(str(endpoint)) == endpoint
