"""Sizes of samples are exact, from rates or from the firm's table."""

from __future__ import annotations

import json
import math
import time
from decimal import Decimal
from fractions import Fraction

import pytest
from draws import binomial_tail, hypergeometric_tail, rates
from hypothesis import given, settings
from hypothesis import strategies as st
from places import SHARED

from auditlib.audit.sampling.limits import upper_limit
from auditlib.audit.sampling.sizes import planned_size, size_from_rates, size_from_table
from auditlib.errors import SampleError
from auditlib.phrases import percent_up

FIGURES = SHARED / "data" / "attribute_sampling.json"


def test_a_size_above_the_population_means_all_of_it():
    """An auditor who asks for 25 of 7 issues gets the 7, and is told."""
    found = planned_size(25, 7)
    assert (found.size, found.asked) == (7, 25)
    assert found.reason == "25 asked for; the population has only 7 issues, so all of it is drawn"
    assert planned_size(25, 700).reason == "25 asked for; drawn from 700 issues"
    assert planned_size(25, 25).size == 25
    assert planned_size(25, 0).size == 0
    assert "empty" in planned_size(25, 0).reason
    assert "only 1 issue," in planned_size(25, 1).reason


def test_a_size_can_come_from_rates_or_from_the_firms_table():
    """The three forms of the parameter, each told in words."""
    rates = {"confidence": 0.90, "tolerable_rate": 0.10, "expected_rate": 0.0}
    found = planned_size(rates, 500)
    assert (found.size, found.deviations) == (22, 0)
    assert found.reason.startswith("22 for confidence 0.9, tolerable rate 0.1 and expected rate 0.0, 0 deviations")
    assert planned_size({"by_population": [[5, "all"], [None, 25]]}, 4).size == 4
    assert planned_size({"by_population": [[None, 25]]}, 90).reason.startswith("the firm's table gives 25")


@pytest.mark.parametrize("wrong", [0, -3, True, "25", 2.5, None, {}, {"confidence": 0.9}, {"n": 3}])
def test_a_size_of_another_form_is_refused(wrong):
    """Nothing else is a sample size."""
    with pytest.raises(SampleError, match="sample_size"):
        planned_size(wrong, 100)


@pytest.mark.parametrize(
    ("population", "size"), [(1, 1), (5, 5), (6, 5), (50, 5), (51, 6), (250, 25), (245, 25), (251, 25), (10**6, 25)]
)
def test_the_firms_table_is_read_by_its_first_row_that_covers(population, size):
    """First row whose bound is not below N; percentages round up."""
    assert size_from_table([[5, "all"], [50, 5], [250, "10%"], [None, 25]], population) == size


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[5, 5]], "no row covers 100"),
        ([], "no row covers"),
        ([[None, "most"]], "'most'"),
        ([[None, "101%"]], "'101%'"),
        ([[None, 2.5]], "2.5"),
        ([["5", 5]], "not \\[bound, size\\]"),
        ([[None]], "not \\[bound, size\\]"),
    ],
)
def test_a_table_that_cannot_be_read_is_told(rows, message):
    """A wrong row is never skipped."""
    with pytest.raises(SampleError, match=message):
        size_from_table(rows, 100)


def test_percentages_are_exact():
    """0.1 % of 3,000 is 3, not the 4 of rounded arithmetic."""
    assert size_from_table([[None, "0.1%"]], 3000) == 3
    assert size_from_table([[None, "33.4%"]], 500) == 167


@given(rates, st.integers(5, 60).map(lambda percent: Fraction(percent, 100)), st.integers(0, 8))
@settings(max_examples=60, deadline=None)
def test_a_binomial_size_is_the_smallest(confidence, tolerable, eighths):
    """An independent oracle: no smaller n meets the definition, this one does."""
    expected = tolerable * eighths / 12
    plan = size_from_rates(confidence, tolerable, expected)
    for n in range(max(1, plan.n - 40), plan.n + 1):
        meets = binomial_tail(math.ceil(n * expected), n, tolerable) <= 1 - confidence
        assert meets == (n == plan.n)
    assert plan.deviations == math.ceil(plan.n * expected)


@given(rates, rates, st.integers(1, 60), st.integers(0, 4), st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_hypergeometric_size_is_the_smallest(confidence, tolerable, population, deviations, fixed):
    """An independent oracle, over all sizes, with a rate or a count expected."""
    bad = math.ceil(tolerable * population)
    expected = tolerable * deviations / 5
    k = {n: deviations if fixed else math.ceil(n * expected) for n in range(1, population + 1)}
    meets = [n for n in k if hypergeometric_tail(k[n], n, bad, population) <= 1 - confidence]
    count = {"expected_deviations": deviations} if fixed else {}
    if meets:
        plan = size_from_rates(confidence, tolerable, expected, population, **count)
        assert (plan.n, plan.deviations) == (meets[0], k[meets[0]])
    else:
        with pytest.raises(SampleError, match="no sample of up to"):
            size_from_rates(confidence, tolerable, expected, population, **count)


def test_published_sizes_and_limits():
    """All figures of AICPA's tables and of a published hypergeometric planner."""
    if not FIGURES.exists():
        pytest.skip("the figures of ../shared are not here")
    figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    for cell in figures["plan_binomial"]:
        expected = Fraction(cell["expected_pct"]) / 100
        plan = size_from_rates(cell["confidence"], Fraction(cell["tolerable_pct"], 100), expected)
        assert (plan.n, plan.deviations) == (cell["n"], cell["expected_deviations"])
    for row in figures["evaluate_binomial_upper_percent"]:
        limits = [percent_up(upper_limit(row["n"], k, row["confidence"])) for k in range(11)]
        assert limits == [Decimal(str(percent)) for percent in row["x0_to_10"]]
    for cell in figures["plan_hypergeometric"]:
        expected, _, unit = str(cell["expected"]).partition(" ")
        count = {"expected_deviations": int(expected)} if unit == "deviations" else {"expected": expected}
        assert size_from_rates(cell["confidence"], cell["tolerable"], population=cell["N"], **count).n == cell["n"]


@pytest.mark.parametrize(
    ("arguments", "plan"),
    [
        (("0.90", "0.10"), (22, 0)),
        ((0.95, 0.05), (59, 0)),
        ((Decimal("0.95"), "0.05", "0.01"), (93, 1)),
        (("0.95", "0.02", "0.0125"), (1030, 13)),
    ],
)
def test_rates_are_read_as_decimal_text(arguments, plan):
    """Text, decimals and floats of the same writing give the same size."""
    found = size_from_rates(*arguments)
    assert (found.n, found.deviations) == plan


def test_a_fixed_count_of_deviations_can_be_planned_for():
    """AICPA's sizes for 0 to 3 deviations at 95 % and 5 %."""
    sizes = [size_from_rates("0.95", "0.05", expected_deviations=k).n for k in range(4)]
    assert sizes == [59, 93, 124, 153]
    assert size_from_rates("0.01", "0.99", expected_deviations=3).n == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("1", "0.05"), "confidence is 1; it must lie between 0 and 1"),
        (("0.95", "5"), "tolerable rate is 5"),
        (("0.95", "0"), "tolerable rate is 0"),
        (("0.95", "five"), "'five'; give a fraction like 0.05"),
        (("0.95", float("nan")), "nan"),
        (("0.95", "0.05", "-0.01"), "expected rate is -0.01"),
        (("0.95", "0.05", "0.05"), "not below the tolerable rate"),
        (("0.95", "0.05", "0.0499"), "no sample of up to 20,000"),
        (("0.95", "0.05", "0", 0), "population is 0"),
    ],
)
def test_rates_that_cannot_be_are_told(arguments, message):
    """The value seen and what is allowed."""
    with pytest.raises(SampleError, match=message):
        size_from_rates(*arguments)


def test_thousands_are_planned_in_a_second():
    """Sizes of several thousand come from exact arithmetic without waiting."""
    begin = time.perf_counter()
    assert size_from_rates("0.99", "0.02", "0.015").n == 4193
    assert time.perf_counter() - begin < 2
