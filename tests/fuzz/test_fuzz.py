"""Arbitrary bytes, damaged samples and hostile sizes: only our own errors come out, in time and memory that go with the size."""

from __future__ import annotations

import base64
import json
import time
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from odps_tui.maxcompute.codec.documents import parse_text
from odps_tui.maxcompute.codec.tasks import decode_task_statuses
from odps_tui.maxcompute.exchange import Response
from odps_tui.screens.kept_arrangement import from_plain
from tests.fuzz.mutations import ODD, damaged
from tests.fuzz.targets import TARGETS

names = st.sampled_from(sorted(TARGETS))


@settings(max_examples=400)
@given(names, st.binary(max_size=200))
def test_any_bytes(name: str, data: bytes) -> None:
    TARGETS[name].try_with(data)


@settings(max_examples=1000)
@given(names, st.integers(0, 2**32), st.integers(0, 9))
def test_damaged_samples(name: str, seed: int, which: int) -> None:
    samples = TARGETS[name].samples
    TARGETS[name].try_with(damaged(samples[which % len(samples)], seed))


@settings(max_examples=300)
@given(names, st.sampled_from(ODD), st.sampled_from(ODD))
def test_odd_texts(name: str, before: str, after: str) -> None:
    for text in (before, after, f"{before}{after}", f'{{"{before}": "{after}"}}', f"<a>{before}</a>"):
        TARGETS[name].try_with(text.encode())


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_its_samples_are_read(name: str) -> None:
    """A target that refuses everything would try nothing."""
    assert TARGETS[name].samples
    for sample in TARGETS[name].samples:
        assert TARGETS[name].run(sample) is not NotImplemented


SIZES: dict[str, Callable[[int], bytes]] = {
    "brackets": lambda size: b"[" * size,
    "objects": lambda size: b'{"a":' * (size // 5),
    "elements": lambda size: b"<a>" * (size // 3),
    "angles": lambda size: b"<" * size,
    "tags without an end": lambda size: b"<a " * (size // 3),
    "cdata without an end": lambda size: b"<![CDATA[" * (size // 9),
    "comments without an end": lambda size: b"<!--" * (size // 4),
    "a deep list": lambda size: b"<Instances>" + b"<Instance>" * (size // 10),
    "many rows": lambda size: b"<Instances>" + b"<Instance><Name>i</Name></Instance>" * (size // 35) + b"</Instances>",
    "histories in histories": lambda size: (
        (b"<Instance><Tasks><Task>" + b"<Histories><History>" * (size // 44) + b"</History></Histories>" * (size // 44))
        + b"</Task></Tasks></Instance>"
    ),
    "mail words without an end": lambda size: b"=?x?q?" * (size // 6),
    "mail words in the queue": lambda size: b"<Instances><Content>" + b"=?x?q?" * (size // 6) + b"</Content></Instances>",
    "digits": lambda size: b"9" * size,
    "blanks": lambda size: b" " * size,
    "error numbers": lambda size: b"\x90ODPS-013" * (size // 9),
    "dashes": lambda size: b" - :" * (size // 4),
    "quotes": lambda size: b'"' * size,
    "backslashes": lambda size: b"\\" * size,
    "slashes": lambda size: b"/(a" * (size // 3),
    "lines": lambda size: b"a = b\n" * (size // 6),
    "tables": lambda size: b"[a]\n" * (size // 4),
    "dots": lambda size: b"a." * (size // 2),
    "packed rows": lambda size: (
        b'<Instance><Tasks><Task><Name>t</Name><Result Transform="Base64">'
        + base64.b64encode(b"\x1b," * (size // 2))
        + b"</Result></Task></Tasks></Instance>"
    ),
    "strings in strings": lambda size: json.dumps({"Instance": json.dumps({"Stages": json.dumps(["x" * size])})}).encode(),
    "zeros in gzip": lambda size: b"\x00" + _zipped(size * 100),
}
OTHERS_FAULT = {("config.toml", "dots")}
"""A key of 30,000 parts takes the standard library half a second; the file is the user's own, and of 1 MB at most."""
_SMALL = 4_000
_TIMES = 16


def _zipped(size: int) -> bytes:
    import gzip

    return gzip.compress(b"\0" * size)


@pytest.mark.parametrize("shape", SIZES)
def test_time_and_memory_go_with_the_size(shape: str) -> None:
    """Sixteen times the size takes sixteen times the processor's time, as nearly as such small things can be told; not 256 times.

    It is the processor's time of this thread and a ratio within one run: a busy machine changes neither.
    """
    for name, target in TARGETS.items():
        if (name, shape) in OTHERS_FAULT:
            continue
        small, large = _costs(target.try_with, SIZES[shape])
        if large >= _most(small):  # once more: it may have had to look for garbage
            small, large = map(min, _costs(target.try_with, SIZES[shape]), (small, large))
        assert large < _most(small), f"{name}: {small:.4f} s, then {large:.4f} s"


def _costs(run: Callable[[bytes], object], shape: Callable[[int], bytes]) -> tuple[float, float]:
    return _cost(run, shape(_SMALL)), _cost(run, shape(_SMALL * _TIMES))


def _cost(run: Callable[[bytes], object], data: bytes) -> float:
    begin = time.thread_time()
    run(data)
    return time.thread_time() - begin


def _most(small: float) -> float:
    return max(small * _TIMES * 6, 0.4)


@pytest.mark.parametrize("shape", ["brackets", "elements", "many rows", "packed rows", "zeros in gzip"])
def test_memory_is_bounded(shape: str) -> None:
    data = SIZES[shape](40_000)
    for name, target in TARGETS.items():
        tracemalloc.start()
        try:
            target.try_with(data)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert peak < 32 * 1024 * 1024, f"{name} took {peak:,} bytes for {len(data):,}"


# What was found --------------------------------------------------------------------------------------------------------------


def test_a_mail_word_that_cannot_be_unpacked_is_refused() -> None:
    TARGETS["documents"].try_with(b"=?utf-8?b?a?=")


def test_attempts_within_attempts_are_not_followed_for_ever() -> None:
    body = b"<Instance><Tasks><Task><Name>t</Name>" + b"<Histories><History><Name>h</Name>" * 2000
    body += b"</History></Histories>" * 2000 + b"</Task></Tasks></Instance>"
    task = decode_task_statuses(Response(200, {}, body))["t"]
    assert [attempt.name for attempt in task.histories] == ["h"]


def test_a_width_of_something_that_is_no_column_is_passed_over() -> None:
    assert from_plain({"widths": [[["id"], 5], [{}, 5], ["id", 7]]}).widths == (("id", 7),)


@example(b'{"Instance": {"JsonSummary": {"Cost": {"CPU": 1e400, "Memory": 9%s}}}}' % (b"9" * 400))
@settings(max_examples=1)
@given(st.just(b"{}"))
def test_a_cost_beyond_all_figures_is_unknown(body: bytes) -> None:
    answer = TARGETS["summary"].try_with(body)
    cost = getattr(getattr(answer, "summary", None), "cost", None)
    if cost is not None:
        assert cost.core_hours is None
        assert cost.memory_gb_hours is None


def test_what_is_wrapped_as_mail_is_still_read() -> None:
    assert parse_text("=?UTF-8?B?W10=?= =?UTF-8?B?IA==?=") == []
