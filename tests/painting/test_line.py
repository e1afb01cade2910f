"""Whether a terminal keeps up, told by its answers."""

from __future__ import annotations

from dataclasses import dataclass

from odps_tui.painting.line import QUESTION, Line

FRAME = "x" * 250
SHORT = "x" * 60


@dataclass
class Seconds:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def idle_line(took: float = 0.02) -> tuple[Line, Seconds]:
    """A line whose first question has been answered after `took` seconds."""
    clock = Seconds()
    line = Line(clock=clock)
    assert line.frame(FRAME) == QUESTION + FRAME, "asked in front, where nothing delays the answer"
    clock.now += took
    line.answered()
    return line, clock


def test_it_asks_behind_a_frame_and_not_behind_every_short_one() -> None:
    line, _ = idle_line()
    assert line.frame(FRAME) == FRAME + QUESTION
    line.answered()
    assert [line.frame(SHORT) for _ in range(4)] == [SHORT, SHORT, SHORT, SHORT + QUESTION]


def test_a_line_of_any_length_may_carry_several_frames() -> None:
    line, clock = idle_line(took=0.3)
    line.frame(FRAME)
    clock.now += 0.29
    assert line.is_waiting
    assert not line.is_behind, "no answer has come yet, and none can have come"


def test_it_is_behind_when_an_answer_takes_longer_than_it_has_to() -> None:
    line, clock = idle_line()
    line.frame(FRAME)
    clock.now += 0.2
    assert line.is_behind
    line.answered()
    assert not line.is_behind
    assert not line.is_waiting


def test_the_oldest_question_counts() -> None:
    line, clock = idle_line()
    line.frame(FRAME)
    clock.now += 0.04
    line.frame(FRAME)
    clock.now += 0.02
    assert line.is_behind
    line.answered()
    assert not line.is_behind, "the second frame has been on its way for no longer than it has to"


def test_a_terminal_that_never_answers_is_not_waited_for() -> None:
    line, clock = idle_line()
    line.frame(FRAME)
    clock.now += 2.5
    assert not line.is_behind
    assert line.frame(FRAME) == FRAME, "and not asked any more"
    line.answered()
    assert line.frame(FRAME) == FRAME + QUESTION, "until it does answer"


def test_after_somebody_else_had_the_terminal_nothing_is_waited_for() -> None:
    line, clock = idle_line()
    line.frame(FRAME)
    clock.now += 1.0
    line.restart()
    assert not line.is_behind
    assert not line.is_waiting
