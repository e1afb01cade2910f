"""What is said to whoever comes back."""

from __future__ import annotations

from odps_tui.models import Outcome
from odps_tui.monitor.watching import Absence, Change, Firing, Gap, Journal, Summary, Transition, parse_rule
from odps_tui.monitor.watching.absence import SHOWN_FOR
from odps_tui.monitor.watching.journal import Entry, Tone
from odps_tui.monitor.watching.pins import Pins, read_pins, write_pins
from tests.monitor.watching.worlds import NOW, ended, minutes, running, waiting


def happened(change: Change, row: object = None) -> Transition:
    return Transition(NOW, change, row or running("a"))  # type: ignore[arg-type]


def test_who_was_there_is_told_nothing() -> None:
    absence = Absence(NOW)
    absence.take([happened(Change.NEW)], [])
    assert absence.summary(NOW + minutes(1)) is None
    absence.looked(NOW + minutes(1))
    assert absence.summary(NOW + minutes(1)) is None


def test_who_was_away_is_told_while_and_a_little_after() -> None:
    absence = Absence(NOW)
    failed = ended("f", Outcome.FAILED)
    absence.take([happened(Change.NEW), happened(Change.ENDED, failed), happened(Change.ENDED, ended("e"))], [])
    absence.take(
        [happened(Change.LEARNED, ended("e", Outcome.CANCELLED)), happened(Change.LEARNED, ended("x", Outcome.FAILED))], []
    )
    expected = Summary(NOW, failed=1, cancelled=1, new=1)
    assert absence.summary(NOW + minutes(2)) == expected, "it counts while nobody looks"
    absence.looked(NOW + minutes(3))
    assert absence.summary(NOW + minutes(3)) == expected
    absence.looked(NOW + minutes(3.1))
    assert absence.summary(NOW + minutes(3.2)) == expected, "the next key does not take it away"
    assert absence.summary(NOW + minutes(3) + 2 * SHOWN_FOR) is None


def test_an_end_and_its_outcome_are_one() -> None:
    absence = Absence(NOW)
    absence.take([happened(Change.ENDED, ended("e"))], [])
    assert absence.summary(NOW + minutes(2)) == Summary(NOW, unknown=1)
    absence.take([happened(Change.LEARNED, ended("e", Outcome.SUCCESS))], [])
    assert absence.summary(NOW + minutes(2)) == Summary(NOW, succeeded=1)


def test_a_terminal_behind_another_window_is_away_from_then_on() -> None:
    absence = Absence(NOW)
    absence.take([happened(Change.NEW)], [])
    absence.blurred(NOW + minutes(0.5))
    absence.take([happened(Change.NEW, running("b"))], [])
    absence.focused(NOW + minutes(2))
    assert absence.summary(NOW + minutes(2)) == Summary(NOW + minutes(0.5), new=1)


def test_long_waits_and_other_rules() -> None:
    absence = Absence(NOW)
    firing = Firing(parse_rule("waits>5m", now=NOW), waiting("a"), NOW, "has waited 6m")
    other = Firing(parse_rule("stalls>5m", now=NOW), running("b"), NOW, "stands")
    absence.take([], [firing, other])
    assert absence.summary(NOW + minutes(2)) == Summary(NOW, long_waits=1, alerts=1)


def test_a_gap_is_told_as_a_gap() -> None:
    absence = Absence(NOW)
    absence.lost(NOW + minutes(1))
    absence.lost(NOW + minutes(1))
    assert absence.summary(NOW + minutes(5)) == Summary(NOW, gaps=(Gap(NOW + minutes(1), None),))
    absence.found(NOW + minutes(8))
    assert absence.summary(NOW + minutes(9)) == Summary(NOW, gaps=(Gap(NOW + minutes(1), NOW + minutes(8)),))


def test_a_gap_that_lasts_goes_into_the_next_absence() -> None:
    absence = Absence(NOW)
    absence.lost(NOW)
    absence.looked(NOW + minutes(5))
    assert absence.summary(NOW + minutes(20)) == Summary(NOW + minutes(5), gaps=(Gap(NOW, None),))


# The log -------------------------------------------------------------------------------------------------------------------


def test_the_log_is_bounded_and_says_so() -> None:
    journal = Journal(kept=3)
    for number in range(5):
        journal.add(Entry(NOW, f"event {number}"))
    assert [entry.words for entry in journal.latest()] == ["event 4", "event 3", "event 2"]
    assert journal.dropped == 2


def test_the_log_is_searched_in_words_ids_and_owners() -> None:
    journal = Journal()
    journal.add(Entry(NOW, "ended", running("20251124gabc", owner="bi_reader")))
    journal.add(Entry(NOW, "copied"))
    for text, found in (("BI_READ", 1), ("gab", 1), ("ended", 1), ("cop", 1), ("", 2), ("nothing", 0)):
        assert len(list(journal.latest(text))) == found


def test_an_end_gets_its_outcome_in_its_own_line() -> None:
    journal = Journal()
    journal.add(Entry(NOW, "ended", ended("a")))
    journal.add(Entry(NOW, "new", running("b")))
    assert journal.complete(ended("a", Outcome.FAILED), "failed", "ended", Tone.BAD)
    assert not journal.complete(ended("z", Outcome.FAILED), "failed", "ended", Tone.BAD)
    assert [(entry.words, entry.tone) for entry in journal.latest("a")][-1] == ("failed", Tone.BAD)


# Pins ----------------------------------------------------------------------------------------------------------------------


def test_pins_are_kept_and_read_back() -> None:
    pins = Pins().toggled(running("a")).toggled(ended("b"))
    assert pins.ids == ("a", "b")
    assert read_pins(write_pins(pins)) == pins
    assert pins.toggled(running("a")).ids == ("b",)


def test_a_file_of_nonsense_is_no_pins() -> None:
    for value in (None, 7, "a", {"a": 1}, [["a"], [1, 2], ["x" * 500, True], None, ["", True]]):
        assert read_pins(value) == Pins()
