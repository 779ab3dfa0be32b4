"""Closed issues to question."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditlib.audit.status.closing import (
    CLOSING,
    REASONS,
    is_closed,
    resolved_but_open,
    uncategorised,
    unused_resolutions,
)
from auditlib.audit.status.closing import closing_table as closing_table_of
from auditlib.audit.status.findings import closing_findings, conclude_closing
from auditlib.demo.world.truth import Life
from auditlib.records.issues import issues_frame
from auditlib.records.names import called_by
from auditlib.records.state import add_period_end
from auditlib.tables import to_csv
from auditlib.times import Period

closing_table = partial(closing_table_of, base_url="https://jira.example/")

CATEGORIES = {"Open": "new", "Done": "done", "Closed": "done", "Odd": None, None: None}


def population(*rows: tuple) -> pd.DataFrame:
    """Make issues from (key, status, resolution)."""
    frame = pd.DataFrame(
        [
            {
                "key": key,
                "project": key.partition("-")[0],
                "number": int(key.partition("-")[2]),
                "id": place,
                "issue_type": "Bug",
                "summary": "s",
                "status": status,
                "status_category": CATEGORIES[status],
                "resolution": resolution,
                "status_at_period_end": status,
                "resolution_at_period_end": resolution,
            }
            for place, (key, status, resolution) in enumerate(rows)
        ],
        columns=[
            "key",
            "project",
            "number",
            "id",
            *CLOSING.names[6:-1],
            "status",
            "status_category",
            "resolution",
        ],
    )
    kinds = dict.fromkeys(frame.columns, "str") | {"number": "int64", "id": "int64"}
    return frame.astype(kinds)


def reasons(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(frame["key"], frame["reason"], strict=True))


def test_an_issue_has_a_row_for_each_reason():
    """An auditor reads one question a row; rows are sorted by project, number and reason, numbers as numbers."""
    issues = population(
        ("B-2", "Done", "Fixed"),
        ("A-10", "Closed", None),
        ("A-9", "Done", "No"),
        ("A-1", "Open", None),
        ("A-2", "Done", "Yes"),
    )
    found = closing_table(issues, ["Yes"], {1, 2, 3})
    assert reasons(found) == [
        ("A-9", "not accepted"),
        ("A-9", "test issue"),
        ("A-10", "no resolution"),
        ("A-10", "test issue"),
        ("B-2", "not accepted"),
    ]
    assert found.columns.tolist()[:4] == ["key", "status", "resolution", "reason"]
    assert found["url"].iloc[0] == "https://jira.example/browse/A-9"
    assert b"\nA-10,Closed,,no resolution,A,10," in to_csv(CLOSING, found)
    assert list(REASONS) == sorted(REASONS)


STATES = st.tuples(st.sampled_from([*sorted(filter(None, CATEGORIES)), None]), st.sampled_from(["Yes", "No", None]))


@settings(deadline=None)
@given(st.lists(STATES, max_size=12), st.sets(st.sampled_from(["Yes", "yes", "No"])), st.sets(st.integers(0, 14)))
def test_every_closed_issue_is_questioned_for_what_it_lacks(states, accepted, tests):
    """An oracle issue by issue."""
    issues = population(*((f"A-{place + 1}", *state) for place, state in enumerate(states)))
    expected = []
    for place, (status, resolution) in enumerate(states):
        if CATEGORIES[status] == "done":
            expected += [(f"A-{place + 1}", "no resolution")] * (resolution is None)
            named = {name.lower() for name in accepted}
            doubtful = bool(named) and resolution is not None and resolution.lower() not in named
            expected += [(f"A-{place + 1}", "not accepted")] * doubtful
            expected += [(f"A-{place + 1}", "test issue")] * (place in tests)
    assert reasons(closing_table(issues, accepted, tests)) == expected


def test_without_accepted_resolutions_any_will_do():
    """An empty list accepts all, but not none at all; without a mark no issue is a test."""
    issues = population(("A-1", "Done", "Whatever"), ("A-2", "Done", None))
    assert reasons(closing_table(issues, [], None)) == [("A-2", "no resolution")]
    assert not closing_findings(issues, closing_table(issues, [], None), [])[1:]


def test_a_name_means_every_resolution_that_has_or_had_it():
    """A resolution that was renamed is still the accepted one; another that got its name is accepted too."""
    issues = population(("A-1", "Done", "Erledigt"), ("A-2", "Done", "Fixed"), ("A-3", "Done", "Declined"))
    issues = issues.assign(resolution_id=["1", "7", "2"])
    called = called_by([("resolution", "1", "Fixed"), ("resolution", "1", "Erledigt"), ("resolution", "2", "Declined")])
    assert reasons(closing_table(issues, ["FIXED"], None, called)) == [("A-3", "not accepted")]
    assert unused_resolutions(issues, ["fixed"], called) == []
    assert unused_resolutions(issues.iloc[:1], ["fixed"]) == ["fixed"]


def test_nothing_to_question_is_a_table_too():
    """The same columns, no rows; an empty population as well."""
    for issues in (population(("A-1", "Open", None)), population()):
        found = closing_table(issues, ["Yes"], {0})
        assert found.columns.tolist() == CLOSING.names
        assert found.empty
        assert to_csv(CLOSING, found).count(b"\n") == 1
        assert conclude_closing(issues, found, any_accepted=False, tests_marked=True) == "No issue is closed."


def test_a_status_without_category_is_not_closed_and_counted():
    """What Jira doesn't tell is not guessed from a name."""
    issues = population(("A-1", "Odd", None), ("A-2", None, None), ("A-3", "Done", "Yes"))
    assert is_closed(issues).tolist() == [False, False, True]
    assert uncategorised(issues)["key"].tolist() == ["A-1", "A-2"]
    found = {it.id: it for it in closing_findings(issues, closing_table(issues, ["Yes"], ()), ["Yes"])}
    assert list(found) == ["closing.no-category"]
    assert (found["closing.no-category"].count, found["closing.no-category"].severity) == (2, "limit")


def test_a_name_that_no_issue_has_is_told():
    """A slip in closing_resolutions would question every issue: the names that are there stand beside it."""
    issues = population(("A-1", "Done", "Done"), ("A-2", "Open", "Done"))
    assert unused_resolutions(issues, ["DONE", "Dome", "Fixed"]) == ["Dome", "Fixed"]
    found = {it.id: it for it in closing_findings(issues, closing_table(issues, ["Dome"], ()), ["Dome"])}
    assert found["closing.unused-names"].severity == "note"
    assert "names Dome," in found["closing.unused-names"].statement
    assert found["closing.unused-names"].statement.endswith("The population has Done.")
    assert found["closing.not-accepted"].count == 1
    assert resolved_but_open(issues)["key"].tolist() == ["A-2"]
    assert found["closing.resolved-not-done"].count == 1


@pytest.mark.parametrize(
    ("any_accepted", "tests_marked", "ending"),
    [
        (
            False,
            True,
            "1 without a resolution, 1 with one that is not accepted and 1 marked as a test; 1 of them for two of these reasons.",
        ),
        (True, False, "(any resolution is accepted; how test issues are marked is not among the parameters)."),
    ],
)
def test_the_conclusion_counts_issues_and_reasons(any_accepted, tests_marked, ending):
    """An issue with two reasons is one issue."""
    issues = population(("A-1", "Done", None), ("A-2", "Done", "No"), ("A-3", "Done", "Yes"))
    text = conclude_closing(
        issues, closing_table(issues, ["Yes"], {1}), any_accepted=any_accepted, tests_marked=tests_marked
    )
    assert text.startswith("Of 3 closed issues, 2 are to question")
    assert text.endswith(ending)


def test_the_companys_closings_are_found(company, parameters):
    """Every planted case, each for its reason, and of the others only what the truth says was closed so."""
    params = parameters()
    period: Period = params.period
    truth, world = company.truth, company.world
    keys = truth.population(params.projects, period.begins, period.ends)
    chosen = [issue for issue in world.issues.values() if issue.key in keys]
    done = (
        {str(one["name"]) for one in world.statuses if one["statusCategory"]["key"] == "done"}
        if world.statuses
        else set()
    )
    records = [
        {
            "id": str(issue.id),
            "key": issue.key,
            "fields": {
                "created": issue.created.isoformat(),
                "status": {
                    "name": truth.lives[issue.id].states[-1][1],
                    "statusCategory": {"key": "done" if truth.lives[issue.id].states[-1][1] in done else "new"},
                },
                "resolution": {"name": truth.lives[issue.id].states[-1][2]}
                if truth.lives[issue.id].states[-1][2]
                else None,
            },
        }
        for issue in chosen
    ]
    assert {"Done", "Closed"} <= done
    issues = issues_frame(records, params.period.zone)
    states = pd.DataFrame({"id": issues["id"], "status_at_period_end": None, "resolution_at_period_end": None})
    tests = {issue.id for issue in chosen if "test-data" in (issue.fields.get("labels") or ())}
    found = closing_table(add_period_end(issues, states), ["Done", "Won't Do", "Duplicate"], tests)
    by_reason = {reason: set(found.loc[found["reason"] == reason, "key"]) for reason in REASONS}
    assert by_reason["no resolution"] >= set(truth.planted["closed without resolution"])
    assert by_reason["test issue"] >= set(truth.planted["closed test issue"])
    planted_fine = {
        *truth.planted["closed as Won't Do"],
        *truth.planted["closed as Duplicate"],
        *truth.planted["open test issue"],
    }
    assert not planted_fine & set(found["key"])

    def last(life: Life) -> tuple[str, str | None]:
        return life.states[-1][1:]

    lives = [life for life in truth.lives.values() if life.keys[-1] in keys and last(life)[0] in done]
    assert by_reason["no resolution"] == {life.keys[-1] for life in lives if last(life)[1] is None}
    assert by_reason["test issue"] == {life.keys[-1] for life in lives if life.id in tests}
    accepted = {None, "Done", "Won't Do", "Duplicate"}
    assert by_reason["not accepted"] == {life.keys[-1] for life in lives if last(life)[1] not in accepted}
    assert all(
        one <= other for one, other in pairwise(zip(found["project"], found["number"], found["reason"], strict=True))
    )
