"""Statuses at the period's end and today each add up to the population, and what no history proves is told."""

from __future__ import annotations

import pandas as pd

from auditlib.audit.status.spread import COLUMNS, spread


def population(*rows):
    """Issues: project, status and category today, status then, how far the history leads."""
    columns = ["project", "status", "status_category", "status_at_period_end", "history"]
    return pd.DataFrame(rows, columns=columns).astype("str").replace({"None": None})


def test_both_columns_add_up_to_the_population_and_doubts_to_those_of_then():
    """An issue is counted once then and once today, under the kind that its status is of."""
    issues = population(
        ("PAY", "Done", "done", "Open", "complete"),
        ("PAY", "Open", "new", "Open", "nothing to compare"),
        ("PAY", "Done", "done", "Done", "complete"),
        ("OPS", "Doing", "indeterminate", "Doing", "begins later"),
    )
    found = spread(issues, {})
    assert found.columns.tolist() == list(COLUMNS)
    assert found.to_numpy().tolist() == [
        ["OPS", "indeterminate", "Doing", 1, 1, 1],
        ["PAY", "new", "Open", 2, 1, 1],
        ["PAY", "done", "Done", 1, 2, 0],
    ]


def test_a_state_that_is_not_known_is_counted_under_no_name():
    """Else the parts would not add up; a kind that nobody knows is none."""
    found = spread(population(("PAY", "Done", "done", None, "complete"), ("PAY", "X", "odd", "X", "complete")), {})
    assert found["then"].sum() == found["now"].sum() == 2
    assert ["PAY", "", "", 1, 0, 0] in found.to_numpy().tolist()
    assert ["PAY", "", "X", 1, 1, 0] in found.to_numpy().tolist()


def test_statuses_of_a_kind_stand_by_how_many_issues_they_have():
    """The most frequent first, of either day."""
    rows = [("PAY", "A", "done", "A", "complete")] + [("PAY", "B", "done", "B", "complete")] * 2
    assert spread(population(*rows), {})["status"].tolist() == ["B", "A"]
