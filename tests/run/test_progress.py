"""What stands beside the bar: how much, how fast, how long still; as exactly as an estimate is."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from auditlib.run.course import RUN, Course
from auditlib.run.progress import Teller, duration, progress


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "5 s"), (3, "5 s"), (42, "45 s"), (91, "2 min"), (200, "4 min"), (4000, "1 h 10 min"), (7200, "2 h")],
)
def test_an_estimate_is_no_more_exact_than_it_is(seconds, words):
    """Steps of five seconds, a minute, ten minutes; always up."""
    assert duration(seconds) == words


def told(*lines: tuple[str, int, int | None, float]) -> Teller:
    teller = Teller(Course(RUN))
    for line in lines:
        teller.take(*line)
    return teller


def test_a_stage_tells_its_rate_and_its_own_time_while_that_of_the_whole_is_not_known():
    """The passes come before anybody knows how many numbers are missing."""
    teller = told(("issues", 0, 4000, 0.0), ("issues", 1000, 4000, 10.0))
    assert teller.words == "issues 1,000 of 4,000"
    assert teller.speed == "100/s"
    assert teller.left(10.0) == "30 s this step"


def test_the_whole_is_told_as_soon_as_it_can_be():
    """Behind the last stage whose size nobody knew."""
    teller = told(("missing numbers", 0, 100, 0.0), ("missing numbers", 50, 100, 5.0))
    assert re.fullmatch(r"about \d+ (s|min) left", teller.left(5.0))


@pytest.mark.parametrize(("each_second", "words"), [(120.4, "120/s"), (2.5, "2.5/s"), (0.25, "15/min")])
def test_a_rate_is_told_in_numbers_that_mean_something(each_second, words):
    """No 0.0/s of what takes seconds."""
    teller = told(("keys", 0, None, 0.0), ("keys", 1000, None, 1000 / each_second))
    teller.rate.seen[0] = (0.0, 0)
    assert teller.speed == words


@pytest.mark.parametrize("ci", ["true", "1", "woodpecker"])
def test_a_ci_gets_lines_although_it_plays_a_terminal(monkeypatch, ci):
    """Some give their jobs a terminal, and keep every redrawn bar in the log."""
    monkeypatch.setenv("CI", ci)
    screen = io.StringIO()
    with progress(Console(file=screen, force_terminal=True, color_system=None)) as tell:
        tell("issues", 10, 10)
    assert screen.getvalue() == "issues 10 of 10\n"


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_the_bar_is_one_line_whatever_the_width(monkeypatch, width):
    """A bar that wraps can't be redrawn; count and share stand in it."""
    monkeypatch.delenv("CI", raising=False)
    screen = io.StringIO()
    with progress(Console(file=screen, force_terminal=True, color_system=None, width=width)) as tell:
        tell("issues", 500, 1000)
    drawn = [re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", line) for line in re.split(r"[\r\n]", screen.getvalue())]
    assert max(map(len, drawn)) <= width
    assert any("issues 500" in line and "%" in line for line in drawn)
