"""Limits of a rate of deviations are exact."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from draws import binomial_tail, hypergeometric_tail, rates
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.audit.sampling.limits import upper_limit
from auditlib.errors import SampleError
from auditlib.phrases import percent_up


@given(st.integers(1, 60), st.integers(0, 60), rates)
@settings(max_examples=100, deadline=None)
def test_the_binomial_limit_meets_its_definition(size, deviations, confidence):
    """At the limit the probability is the risk or less; 10⁻¹⁵ below it is more."""
    deviations = min(deviations, size)
    limit = upper_limit(size, deviations, confidence)
    if deviations == size:
        assert limit == 1
    else:
        assert binomial_tail(deviations, size, limit) <= 1 - confidence
        assert binomial_tail(deviations, size, limit - Fraction(1, 10**15)) > 1 - confidence


@given(st.integers(1, 40), st.integers(0, 40), rates, st.integers(0, 30))
@settings(max_examples=100, deadline=None)
def test_the_hypergeometric_limit_meets_its_definition(size, deviations, confidence, rest):
    """Tried over all possible K: the largest that the sample does not rule out."""
    deviations = min(deviations, size)
    population = size + rest
    possible = [
        bad for bad in range(population + 1) if hypergeometric_tail(deviations, size, bad, population) > 1 - confidence
    ]
    assert upper_limit(size, deviations, confidence, population) == Fraction(max(possible), population)


def test_a_limit_that_is_a_round_number_stays_one():
    """One clean issue of one, at 90 %: the limit is 90 % and not a trifle more."""
    assert upper_limit(1, 0, "0.9") == Fraction(9, 10)
    assert percent_up(upper_limit(1, 0, "0.9")) == Decimal("90.0")
    assert upper_limit(25, 0, "0.9", 25) == 0
    assert str(percent_up(upper_limit(60, 0, "0.95"))) == "4.9"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, 0, "0.9"), "need size >= 1"),
        ((5, 6, "0.9"), "6 deviations in 5 issues"),
        ((5, -1, "0.9"), "-1 deviations"),
        ((5, 0, "0.9", 4), "can't come from a population of 4"),
        ((5, 0, "90"), "confidence is 90"),
    ],
)
def test_a_limit_that_cannot_be_is_told(arguments, message):
    """Numbers that contradict one another are refused."""
    with pytest.raises(SampleError, match=message):
        upper_limit(*arguments)
