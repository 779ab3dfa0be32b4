"""Rates of deviation count what is missing, and only what was asked of all."""

from __future__ import annotations

import pandas as pd
from control_cases import EYES, ORDER, attribute

from auditlib.audit.controls.rates import over_population, rates_table
from auditlib.audit.controls.subject import (
    EXCEPTION,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    PASS,
)
from auditlib.audit.sampling.limits import upper_limit


def test_rates_count_missing_evidence_as_deviation():
    """The limit is that of the issues concerned; what is not applicable does not make a sample larger."""
    outcomes = pd.DataFrame({"attribute": ["it"] * 5, "outcome": [PASS, PASS, EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE]})
    row = rates_table(outcomes, [ORDER], scope="sample", random=True, confidence="0.95").iloc[0]
    assert (row["tested"], row["passed"], row["exceptions"], row["no_evidence"], row["not_applicable"]) == (
        4,
        2,
        1,
        1,
        1,
    )
    assert row["deviation_rate"] == 0.5
    assert row["upper_limit"] == float(upper_limit(4, 2, "0.95"))


def test_a_selection_has_no_limit():
    """No rate of the population follows from issues that someone chose."""
    outcomes = pd.DataFrame({"attribute": ["it"], "outcome": [PASS]})
    assert pd.isna(rates_table(outcomes, [ORDER], scope="sample", random=False)["upper_limit"].iloc[0])
    nothing = rates_table(outcomes.head(0), [ORDER], scope="sample", random=True)
    assert pd.isna(nothing["upper_limit"].iloc[0])
    assert nothing["tested"].iloc[0] == 0


def test_only_what_was_pulled_for_all_is_asked_of_all():
    """Over the population nothing is guessed: fields, files, comments and creators were not read."""
    yes = [ORDER, attribute({"within": {"from": "created", "to": "resolved", "days": 3}}), EYES]
    no = [
        attribute({"different_people": ["created", "resolved"]}),
        attribute({"has": {"link": True}}),
        attribute({"filled_before": {"field": "Risk", "event": "resolved"}}),
    ]
    assert [over_population(one) for one in yes + no] == [True] * 3 + [False] * 3
