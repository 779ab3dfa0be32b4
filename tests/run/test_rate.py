"""Rate and time left of long work: what is said, and when nothing can be said yet."""

from __future__ import annotations

import pytest

from auditlib.run.rate import Pace, Rate


class Clock:
    """Tells the seconds that it was set to."""

    now = 0.0

    def __call__(self) -> float:
        """Return them."""
        return self.now


def test_rate_and_time_left_are_those_of_the_stage():
    """What an earlier stage did says nothing of this one: each begins anew."""
    clock = Clock()
    rate = Rate(clock)
    rate.told("listing", 0, 100)
    clock.now = 1000
    assert rate.told("histories", 0, 400).per_second is None
    clock.now = 1010
    pace = rate.told("histories", 100, 400)
    assert (pace.per_second, pace.seconds_left) == (10, 30)


def test_what_was_done_before_does_not_count():
    """A stage that goes on with what was there is as fast as what was added since."""
    clock = Clock()
    rate = Rate(clock)
    rate.told("issues", 900, 1000)
    clock.now = 10
    assert rate.told("issues", 950, 1000).per_second == 5


def test_nothing_is_said_before_it_is_known():
    """Not in the first moment, not without a total, not for what stands still."""
    clock = Clock()
    rate = Rate(clock)
    assert rate.told("issues", 5, 10).words == "5 of 10"
    clock.now = 60
    assert rate.told("issues", 5, 10).words == "5 of 10"
    assert rate.told("issues", 125, None).words == "125, 2 a second"


@pytest.mark.parametrize(
    ("pace", "words"),
    [
        (Pace("x", 1, 10, 0.5, 18.0), "1 of 10, 30 a minute, about 18 seconds left"),
        (Pace("x", 1, 10, 0.01, 900.0), "1 of 10, less than one a minute, about 15 minutes left"),
        (Pace("x", 1, 9000, 1.0, 9000.0), "1 of 9,000, 1 a second, about 3 hours left"),
        (Pace("x", 10, 10, 1.0, 0.0), "10 of 10, 1 a second"),
    ],
)
def test_the_words_fit_the_size(pace, words):
    """Seconds, minutes, hours: as a person would say it; what is done has no time left."""
    assert pace.words == words
