"""Rates of two years: of the population where it was tested, and no change where there is none."""

from __future__ import annotations

import pytest
from two_years import by_figure, year

from auditlib.audit.yearly.rates import compare_rates


def control(deviations: int, tested: int, name: str = "CT-01") -> dict[str, str]:
    return {"control": name, "population_tested": str(tested), "deviations": str(deviations)}


def attribute(scope: str, exceptions: int, no_evidence: int, tested: int) -> dict[str, str]:
    return {
        "attribute": "in time",
        "scope": scope,
        "tested": str(tested),
        "exceptions": str(exceptions),
        "no_evidence": str(no_evidence),
    }


@pytest.mark.parametrize(
    ("this", "last", "change"),
    [
        ((1, 4), (1, 8), "12.5 points more"),
        ((1, 8), (1, 4), "12.5 points fewer"),
        ((0, 3), (0, 9), "same"),
        ((2, 4), (1, 2), "same"),
        ((1, 100000), (0, 5), "less than 0.1 points more"),
        ((0, 0), (0, 0), "same"),
        ((0, 0), (1, 2), "other"),
    ],
)
def test_a_rate_changes_by_points(this, last, change):
    """Exact counts are compared, not rounded shares."""
    years = (year(number, tables={"control_rates": [control(*rate)]}) for number, rate in ((2026, this), (2025, last)))
    assert by_figure(compare_rates(*years))["control: CT-01"][2] == change


def test_the_population_goes_before_the_sample_where_it_was_tested():
    """Exceptions and missing evidence are deviations both."""
    whole = [attribute("population", 2, 1, 30), attribute("sample", 1, 0, 5)]
    drawn = [attribute("population", 0, 0, 0), attribute("sample", 1, 1, 5)]
    this, last = year(tables={"attribute_rates": whole}), year(2025, tables={"attribute_rates": drawn})
    assert by_figure(compare_rates(this, last))["attribute: in time"][:2] == ("3 of 30 (10.0 %)", "2 of 5 (40.0 %)")


def test_a_control_of_one_year_only_says_so():
    """A control that was left out is seen."""
    this, last = (
        year(tables={"control_rates": [control(0, 3)]}),
        year(2025, tables={"control_rates": [control(1, 3, "CT-02")]}),
    )
    rows = by_figure(compare_rates(this, last))
    assert rows["control: CT-01"] == ("0 of 3 (0 %)", "", "new", "not tested last year")
    assert rows["control: CT-02"] == ("", "1 of 3 (33.3 %)", "gone", "not tested this year")
