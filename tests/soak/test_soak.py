"""A short soak: what is counted must hold in a quarter of a minute, too."""

from tests.soak.soaking import Figure, soak
from tests.soak.table import table


def test_a_short_soak_leaves_nothing_behind() -> None:
    """Of a short run memory may grow by more: what is used for the first time is loaded, and filling up is not over."""
    figures = soak(14.0, live=300, projects=2, memory=15.0)
    counted = [figure for figure in figures if figure.is_counted]
    assert [figure.name.partition(",")[0].split()[:2] for figure in counted] == [
        ["growth", "of"],
        ["more", "descriptors"],
        ["more", "threads"],
        ["requests", "of"],
        ["requests", "in"],
    ]
    assert not [str(figure) for figure in counted if not figure.is_met]


def test_a_table_tells_what_was_not_met() -> None:
    figures = [
        Figure("growth of memory", 2.5, 5.0, "%"),
        Figure("  at most by its own work", 1107.26, 100.0, "ms", is_counted=False),
    ]
    assert table(figures).splitlines()[2:] == [
        "| growth of memory | 2.5 % | ≤ 5 % | yes |",
        "| at most by its own work | 1,107.3 ms | ≤ 100 ms | **no** |",
    ]
