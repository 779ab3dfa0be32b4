"""Rates of controls: exact over the population, with the sample beside it; the numbers add up."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from library_cases import control_test, rates_of, result, whole_of

from auditlib.audit.controls.control_rates import beside_attributes, by_scope, control_rates_table
from auditlib.audit.sampling.limits import CONFIDENCE, upper_limit

TWENTY = [result(f"A-{n}", "exception" if n % 5 == 0 else "pass") for n in range(1, 21)]


def test_the_rate_counts_issues_and_not_rounds():
    """Two rounds of an issue are one issue; missing evidence deviates; what is not applicable is not tested."""
    row = rates_of(
        result("A-1", "pass"), result("A-1", "exception", number=2), result("A-2", "no evidence"), result("A-3", "pass"),
        result("A-4", "not applicable", number=None), result("A-5", "not applicable", falls_due_later=True),
        *(result(f"B-{n}", "pass") for n in (1, 2)), *(result(f"B-{n}", "no evidence") for n in (3, 4, 5)),
    ).iloc[0]  # fmt: skip
    assert (row["population_tested"], row["deviations"], row["rate"]) == (8, 5, 5 / 8)
    assert (row["passed"], row["exceptions"], row["no_evidence"], row["not_applicable"]) == (3, 1, 4, 2)
    assert row["falls_due_later"] == 1
    assert pd.isna(row["sample_tested"])


def test_the_sample_has_the_limit_of_what_was_tested():
    """Of 20, five are drawn: the limit is that of five, not of the number concerned."""
    sample = ("A-1", "A-5", "A-7", "A-8", "A-9")
    row = rates_of(*TWENTY, sample=sample, confidence="0.95", tolerable_rate="0.10").iloc[0]
    assert (row["sample_tested"], row["sample_deviations"]) == (5, 1)
    assert row["upper_limit"] == float(upper_limit(5, 1, "0.95"))
    assert (row["confidence"], row["tolerable_rate"]) == (0.95, 0.1)


def test_no_limit_follows_from_a_selection_or_from_all():
    """Who chose issues drew none; of a sample that is all that is concerned nothing is estimated."""
    assert pd.isna(rates_of(*TWENTY, sample=("A-1",), random=False).iloc[0]["upper_limit"])
    everything = tuple(f"A-{n}" for n in range(1, 21))
    assert pd.isna(rates_of(*TWENTY, sample=everything).iloc[0]["upper_limit"])
    none = rates_of(*TWENTY, result("A-30", "not applicable"), sample=("A-30",)).iloc[0]
    assert (none["sample_tested"], pd.isna(none["upper_limit"])) == (0, True)
    assert rates_of(*TWENTY, sample=("A-1",)).iloc[0]["upper_limit"] == float(upper_limit(1, 0, CONFIDENCE))


def test_stand_ins_are_counted_where_they_were_drawn():
    """An issue that is not concerned leaves its place; the numbers say so."""
    rows = [*TWENTY, result("A-30", "not applicable", number=None)]
    row = rates_of(*rows, sample=("A-30", "A-1"), further=("A-5",)).iloc[0]
    assert (row["planned"], row["replaced"], row["stand_ins"], row["sample_tested"]) == (2, 1, 1, 2)
    assert (row["sample_passed"], row["sample_exceptions"]) == (1, 1)
    silent = [result(f"B-{n}", "no evidence") for n in (1, 2)]
    row = rates_of(*TWENTY, *silent, sample=("A-1", "A-2", "A-3", "A-5", "B-1", "B-2")).iloc[0]
    assert (row["sample_passed"], row["sample_exceptions"], row["sample_no_evidence"]) == (3, 1, 2)


def test_a_control_that_concerns_nothing_has_no_rate():
    """Nought of nought is no rate."""
    row = control_rates_table([control_test()], whole_of(), {}, random=True).iloc[0]
    assert row["population_tested"] == 0
    assert pd.isna(row["rate"])
    others = whole_of(result("A-1", "pass"))
    beside = control_rates_table([replace(control_test(), label="CT-00 (other)")], others, {}, random=True).iloc[0]
    assert beside["population_tested"] == 0


def test_what_is_tolerable_is_a_matter_of_controls_with_a_sample():
    """Of a control that looks at something else than issues none is drawn."""
    assert pd.isna(rates_of(*TWENTY, tolerable_rate="0.10").iloc[0]["tolerable_rate"])
    assert by_scope(rates_of(*TWENTY, sample=("A-1",), tolerable_rate="0.10"))["tolerable_rate"].tolist() == [0.1, 0.1]


def test_both_scopes_say_what_the_table_says():
    """Figure, cover and sheet show controls as they show attributes; the counts are the same."""
    rates = rates_of(*TWENTY, sample=("A-1", "A-5"))
    everywhere, drawn = by_scope(rates, titled=True).to_dict("records")
    assert everywhere["attribute"] == "CT-01 approved before go"
    assert (everywhere["scope"], everywhere["tested"], everywhere["exceptions"]) == ("population", 20, 4)
    assert (drawn["scope"], drawn["tested"], drawn["exceptions"]) == ("sample", 2, 1)
    assert drawn["upper_limit"] == rates.iloc[0]["upper_limit"]
    assert (everywhere["deviation_rate"], drawn["deviation_rate"]) == (0.2, 0.5)
    assert pd.isna(everywhere["tolerable_rate"])
    idle = by_scope(rates_of(result("A-1", "not applicable"), sample=("A-1",)))
    assert idle["deviation_rate"].isna().tolist() == [True, True]
    of_site = by_scope(rates_of(*TWENTY))
    assert list(of_site["attribute"]) == ["CT-01"]
    assert list(of_site["scope"]) == ["population"]


def test_rates_of_controls_stand_behind_those_of_attributes():
    """One table, with rows numbered through; whatever of both there is."""
    controls = rates_of(*TWENTY)
    attributes = by_scope(rates_of(result("A-1", "pass", "in order"), sample=("A-1",)))
    both = beside_attributes(attributes, controls)
    assert list(both["attribute"]) == ["in order", "in order", "CT-01"]
    assert list(both.index) == [0, 1, 2]
    assert list(beside_attributes(attributes.head(0), controls)["attribute"]) == ["CT-01"]
    alone = beside_attributes(attributes, controls.head(0))
    assert (list(alone["attribute"]), alone["upper_limit"].dtype) == (["in order"] * 2, attributes["upper_limit"].dtype)
    assert beside_attributes(attributes.head(0), controls.head(0)).empty
