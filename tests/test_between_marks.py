from pathlib import Path

import pytest

from tests.between_marks import write_between_marks


def test_a_table_stands_between_its_marks(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text("before\n<!-- soak: begin -->\nold\n<!-- soak: end -->\nafter <!-- faults: begin --><!-- faults: end -->\n")
    write_between_marks(file, "soak", "new")
    assert file.read_text() == (
        "before\n<!-- soak: begin -->\nnew\n<!-- soak: end -->\nafter <!-- faults: begin --><!-- faults: end -->\n"
    )
    file.write_text("no marks")
    with pytest.raises(AssertionError, match="no marks"):
        write_between_marks(file, "soak", "new")
