"""Rows of control tests: sorted as keys are counted, and one outcome of an issue, the gravest of its rounds."""

from __future__ import annotations

import pytest
from library_cases import ZONE, control_test, result, whole_of

from auditlib.audit.controls import outcomes
from auditlib.audit.controls.outcomes import CONTROLS, SINCE, by_issue, controls_table, noted_in, outcomes_of
from auditlib.tables import to_csv


def test_rows_are_sorted_by_control_project_number_and_round():
    """AB-9 stands before AB-10, and controls in the order in which they were given; whatever the order of the results."""
    results = [
        result("AB-10", "pass", number=2), result("AB-10", "exception", number=1), result("AB-9", "pass"),
        result("2026-04-01 to 2026-06-30", "pass", "CT-16", None), result("A-1", "pass", "CT-02"),
    ]  # fmt: skip
    made = controls_table(results, ["CT-16", "CT-01", "CT-02"], ZONE)
    assert list(zip(made["control"], made["key"], made["round"].fillna(0), strict=True)) == [
        ("CT-16", "2026-04-01 to 2026-06-30", 0), ("CT-01", "AB-9", 1), ("CT-01", "AB-10", 1), ("CT-01", "AB-10", 2),
        ("CT-02", "A-1", 1),
    ]  # fmt: skip
    again = controls_table(results[::-1], ["CT-16", "CT-01", "CT-02"], ZONE)
    assert to_csv(CONTROLS, made) == to_csv(CONTROLS, again)


def test_a_row_names_its_entries_and_its_time_in_the_audits_zone():
    """The entries that decide stand there by number; a time that can't be read stands in the words alone."""
    results = [
        result("AB-1", "pass", history_ids=(7, 9)),
        result("AB-2", "no evidence", None, decided_at="20226-03", history_ids=()),
    ]
    lines = to_csv(CONTROLS, controls_table(results, ["CT-01"], ZONE, {"AB-2"})).decode().splitlines()
    assert lines[1] == "CT-01,AB-1,1,pass,2026-05-04T08:00:00.000-04:00,history 7: approved,7 9,false,false"
    assert "AB-2" not in lines[1]


@pytest.mark.parametrize(
    ("rounds", "said"),
    [
        (["pass", "exception", "no evidence"], "exception"),
        (["pass", "no evidence"], "no evidence"),
        (["pass", "not applicable"], "pass"),
        (["not applicable"], "not applicable"),
    ],
)
def test_an_issue_passes_only_if_each_of_its_rounds_does(rounds, said):
    """Done, approved and done again does not pass by its last round."""
    whole = whole_of(*(result("AB-1", one, number=place) for place, one in enumerate(rounds, 1)))
    assert outcomes_of(whole) == {"CT-01": {"AB-1": said}}


def test_what_falls_due_later_counts_only_where_nothing_else_is_judged():
    """An issue with an exception in the period is an exception, even if another deadline of it lies later."""
    later = {"falls_due_later": True}
    whole = whole_of(
        result("AB-1", "not applicable", **later),
        result("AB-2", "exception"),
        result("AB-2", "not applicable", number=2, **later),
    ).set_index("key")
    assert whole["falls_due_later"].to_dict() == {"AB-1": True, "AB-2": False}


def test_without_results_there_are_no_rows():
    """A package without controls has the tables, empty."""
    nothing = controls_table([], [control_test().label], ZONE)
    assert not len(nothing)
    assert not len(by_issue(nothing))


def test_what_is_no_key_stands_before_the_keys_that_begin_like_it():
    """A control may look at a role, an account or a month; only what ends in a number of ours is sorted by one."""
    names = ["AB-10", "AB-٣", "AB-1", "AB-x", "AB"]
    made = controls_table([result(one, "pass") for one in names], ["CT-01"], ZONE)
    assert list(made["key"]) == ["AB", "AB-1", "AB-10", "AB-x", "AB-٣"]


def test_a_row_of_no_round_stands_before_those_of_rounds():
    """Whatever the order of the results."""
    rows = [result("AB-1", "pass", number=1), result("AB-1", "pass", number=None)]
    assert list(controls_table(rows, ["CT-01"], ZONE)["round"].isna()) == [True, False]


def test_many_results_are_put_together_some_at_a_time(monkeypatch):
    """In whatever portions, it is the same table."""
    rows = [result(f"AB-{number}", "pass") for number in range(5, 0, -1)]
    whole = to_csv(CONTROLS, controls_table(rows, ["CT-01"], ZONE))
    monkeypatch.setattr(outcomes, "_AT_ONCE", 2)
    assert to_csv(CONTROLS, controls_table(rows, ["CT-01"], ZONE)) == whole


def test_controls_and_issues_keep_their_order():
    """That of the table, in which the controls were chosen."""
    rows = [
        result("AB-9", "pass", "CT-16", evidence="note: late"),
        result("AB-10", "pass", "CT-16", evidence="note: late"),
        result("AB-2", "pass", "CT-01", evidence="note: late"),
    ]
    made = controls_table(rows, ["CT-16", "CT-01"], ZONE)
    whole = by_issue(made)
    assert list(whole["key"]) == ["AB-9", "AB-10", "AB-2"]
    assert list(outcomes_of(whole)) == list(noted_in(made)) == ["CT-16", "CT-01"]


def test_only_a_row_that_passes_notes_something():
    """What else begins with that word is an outcome of its own; each issue stands once."""
    rows = [
        result("AB-1", "pass", evidence="note: late"),
        result("AB-1", "pass", number=2, evidence="note: late"),
        result("AB-2", "exception", evidence="note: late"),
        result("AB-3", "pass"),
    ]
    assert noted_in(controls_table(rows, ["CT-01"], ZONE)) == {"CT-01": ["AB-1"]}


def test_packages_with_tables_of_version_5_have_it():
    """They are sealed, and verified with the tables that they were made with."""
    assert SINCE == 5
