"""The bar goes on and never back, and of the time that is left nothing is said that nobody can know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.run.course import ARCHIVE, DOSSIERS, RUN, Course, Rate, Stage

SIZED = (Stage("first", 1.0), Stage("second", 1.0, like="first"), Stage("made", 1.0, asks=False, usual=4))
OPEN = (Stage("first", 1.0), Stage("log", 1.0, open_ended=True), Stage("last", 1.0))

names = st.sampled_from([stage.name for stage in (*RUN, *ARCHIVE, *DOSSIERS)] + ["waiting 40 s, as Jira asks"])
tells = st.tuples(names, st.integers(0, 10**7), st.none() | st.integers(0, 10**7), st.floats(0, 1e4))


@pytest.mark.parametrize("stages", [RUN, ARCHIVE, DOSSIERS], ids=["run", "archive", "dossiers"])
@given(told=st.lists(tells, max_size=60))
def test_it_never_goes_back_and_never_beyond_the_end(stages, told):
    """Whatever is told in whatever order, by stages side by side: the share rises from 0 to at most 1."""
    course, now, before = Course(stages), 0.0, 0.0
    for name, done, total, later in told:
        now += later
        course.told(name, done, total, now)
        assert before <= course.share <= 1.0
        before = course.share
        left = course.left(now)
        assert left is None or left >= 0


def test_nothing_is_said_of_the_time_before_something_was_measured():
    """A first line is no speed."""
    course = Course(SIZED)
    course.told("first", 0, 10, 0.0)
    assert course.left(0.0) is None
    course.told("first", 1, 10, 1.0)
    assert course.left(1.0) is None


def test_nothing_is_said_of_the_time_as_long_as_a_size_is_not_known():
    """How many records a log holds is known once it was read; before that an estimate would be a guess."""
    course = Course(OPEN)
    course.told("first", 0, 10, 0.0)
    course.told("first", 9, 10, 9.0)
    assert course.left(9.0) is None
    course.told("log", 50, None, 12.0)
    assert course.left(12.0) is None
    course.told("last", 0, 10, 13.0)
    assert course.left(13.0) is not None


def test_the_time_left_follows_from_what_was_measured_here():
    """Ten of a second each took twenty: twenty more are told for as many, and a second for each that this machine makes."""
    course = Course(SIZED)
    course.told("first", 0, 10, 0.0)
    for done in range(1, 11):
        course.told("first", done, 10, 2.0 * done)
    left = course.left(20.0)
    assert left == pytest.approx(20 + 4.3, rel=0.1)
    assert course.left(24.0) == pytest.approx(left - 4.0), "between two lines the time goes on"


def test_the_bar_is_near_its_end_at_the_last_stage():
    """Each stage moves it by what it costs beside those that are left."""
    course = Course(SIZED)
    course.told("first", 10, 10, 1.0)
    half = course.share
    course.told("second", 10, 10, 2.0)
    course.told("made", 4, 4, 3.0)
    assert 0.3 < half < 0.6
    assert course.share > 0.9


def test_what_is_no_stage_moves_nothing():
    """That Jira asks to wait is told, and is no work done."""
    course = Course(SIZED)
    course.told("first", 5, 10, 1.0)
    before = course.share
    course.told("waiting 40 s, as Jira asks", 0, None, 41.0)
    assert course.share == before


def test_a_rate_is_of_the_last_seconds():
    """What was fast an hour ago, as answers from disk are, does not count."""
    rate = Rate()
    assert rate.each_second is None
    for second in range(10):
        rate.add(second, second * 1000)
    for second in range(10, 60):
        rate.add(second, 9000 + second)
    assert rate.each_second == pytest.approx(1.0)


def test_rounding_takes_nothing_beyond_the_end():
    """What is left, added to what is done, may be a bit more than one."""
    course = Course(DOSSIERS)
    course.told("dossiers", 78, 301522, 0.0)
    course.told("sealing", 1, 0, 0.0)
    assert course.share <= 1.0
