from __future__ import annotations

from pathlib import Path

import pytest

from odps_tui.config.view_store import ViewStore, ViewStoreError
from odps_tui.screens.kept_arrangement import from_plain, to_plain
from odps_tui.widgets.arrangement import Arrangement


def test_each_place_has_its_own_view(tmp_path: Path) -> None:
    store = ViewStore(tmp_path)
    store.save("a", {"sort": "age"})
    store.save("b", {"sort": "cpu"})
    store.save("a", {"sort": "id"})
    again = ViewStore(tmp_path)
    assert (again.load("a"), again.load("b"), again.load("c")) == ({"sort": "id"}, {"sort": "cpu"}, {})


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"a": 1}', b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_cannot_be_read_is_no_view(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "views.json").write_bytes(content)
    store = ViewStore(tmp_path)
    assert store.load("a") == {}
    store.save("a", {"sort": "age"})
    assert store.load("a") == {"sort": "age"}


def test_a_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ViewStoreError, match="cannot be kept"):
        ViewStore(tmp_path / "file" / "x").save("a", {})


def test_an_arrangement_comes_back_as_it_was(tmp_path: Path) -> None:
    store = ViewStore(tmp_path)
    left = Arrangement("cpu", reverse=True, columns=("age", "id", "why"), widths=(("id", 20),), whole_ids=False, group="owner")
    store.save("a", to_plain(left))
    assert from_plain(store.load("a")) == left


def test_what_another_version_wrote_is_passed_over() -> None:
    odd = {
        "sort": "moon",
        "reverse": "yes",
        "columns": ["age", 3, "moon"],
        "widths": [["age", 999], "x"],
        "whole_ids": 1,
        "group": "sun",
    }
    assert from_plain(odd) == Arrangement(columns=("age",))
    assert from_plain({"columns": []}) == Arrangement()


def test_what_cannot_be_read_is_told_before_it_is_put_aside(tmp_path: Path) -> None:
    store = ViewStore(tmp_path)
    assert store.trouble == "", "never written is no trouble"
    (tmp_path / "views.json").write_bytes(b"\x00\xff{ half")
    assert store.trouble.startswith("views.json cannot be read: the arrangement of the list")
    store.save("a", to_plain(Arrangement()))
    assert store.trouble == ""
    assert (tmp_path / "views.json.unreadable").read_bytes() == b"\x00\xff{ half"
