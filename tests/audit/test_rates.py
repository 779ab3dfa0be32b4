"""Rates of deviation count what is missing, and only what was asked of all."""

from __future__ import annotations

import pandas as pd
from control_cases import APPROVED, BOB, DONE, EYES, ORDER, attribute, change, subject

from auditlib.audit.controls.rates import ATTRIBUTE_DEVIATIONS, attributes_table, over_population, rates_table
from auditlib.audit.controls.subject import (
    EXCEPTION,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    PASS,
)
from auditlib.audit.sampling.limits import upper_limit


def test_rates_count_missing_evidence_as_deviation():
    """The limit is that of the issues concerned; what is not applicable does not make a sample larger."""
    found = [PASS, PASS, EXCEPTION, NO_EVIDENCE, *[NOT_APPLICABLE] * 3]
    outcomes = pd.DataFrame({"attribute": ["it"] * len(found), "outcome": found})
    row = rates_table(outcomes, [ORDER], scope="sample", random=True, confidence="0.95").iloc[0]
    assert (row["tested"], row["passed"], row["exceptions"], row["no_evidence"], row["not_applicable"]) == (
        4,
        2,
        1,
        1,
        3,
    )
    assert row["deviation_rate"] == 0.5
    assert (row["upper_limit"], row["confidence"]) == (float(upper_limit(4, 2, "0.95")), 0.95)


def test_a_selection_has_no_limit():
    """No rate of the population follows from issues that someone chose."""
    outcomes = pd.DataFrame({"attribute": ["it"], "outcome": [PASS]})
    chosen = rates_table(outcomes, [ORDER], scope="sample", random=False)
    assert chosen[["upper_limit", "confidence"]].isna().all(axis=None)
    nothing = rates_table(outcomes.head(0), [ORDER], scope="sample", random=True)
    assert pd.isna(nothing["upper_limit"].iloc[0])
    assert nothing["tested"].iloc[0] == 0


def test_only_what_was_pulled_for_all_is_asked_of_all():
    """Over the population nothing is guessed: fields, files, comments and creators were not read."""
    yes = [
        ORDER,
        attribute({"within": {"from": "created", "to": "resolved", "days": 3}}),
        EYES,
        attribute({"different_people": ["reporter", {"to_status": "Done"}]}),
    ]
    no = [
        attribute({"different_people": ["created", "resolved"]}),
        attribute({"has": {"link": True}}),
        attribute({"filled_before": {"field": "Risk", "event": "resolved"}}),
    ]
    assert [over_population(one) for one in yes + no] == [True] * 4 + [False] * 3


def test_each_go_is_judged_by_its_own_round():
    """Unless a package is made again that comes from before there were rounds: there a later approval made up for it."""
    late = subject(change(10, 1, "status", "Open", "Done"), change(11, 2, "status", "Done", "Approved", BOB), DONE)
    assert list(attributes_table([late], [ORDER])["outcome"]) == [EXCEPTION]
    assert list(attributes_table([late], [ORDER], by_rounds=False)["outcome"]) == [PASS]
    assert list(attributes_table([subject(APPROVED, DONE)], [ORDER])["outcome"]) == [PASS]


def test_a_deviation_that_no_single_entry_decides_has_no_number():
    """An issue may lack what would have decided."""
    made = ATTRIBUTE_DEVIATIONS.make([("A-1", "it", NO_EVIDENCE, "no entry", None, False)])
    assert made["history_id"].isna().all()
