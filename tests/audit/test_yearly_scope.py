"""Another query, other projects, days in between: what was asked otherwise than last year is named, and dates alone are not."""

from __future__ import annotations

from datetime import date

from two_years import by_figure, found, said, year

from auditlib.audit.yearly.scope import compare_scope, query_form


def test_the_next_year_of_the_same_audit_asks_nothing():
    """The query is the same but for its dates, and the periods adjoin."""
    compared = compare_scope(year(2026), year(2025))
    rows = by_figure(compared)
    assert found(compared) == {}
    assert rows["query"][2:] == ("other", "the same but for dates and projects")
    assert rows["period"][3] == "this year begins on the day after last year's end"
    assert rows["parameters"][3] == "1 of 2 are the same"


def test_another_query_asks_for_an_answer():
    """A population that is narrowed is another population."""
    narrowed = year(2026).query.replace(" ORDER", " AND (labels is EMPTY) ORDER")
    compared = compare_scope(year(2026, query=narrowed), year(2025))
    assert found(compared) == {"query": ("exception", 1)}


def test_other_projects_are_told_once_and_not_as_another_query():
    """One that is gone asks for an answer, one that is new is for knowledge."""
    params = {"projects": ["CD"], "permissions": []}
    query = year(2026).query.replace('"AB"', '"CD"')
    compared = compare_scope(year(2026, params=params, query=query), year(2025))
    assert found(compared) == {"projects-gone": ("exception", 1), "projects-new": ("note", 1)}


def test_days_in_neither_period_are_a_limit_with_their_dates():
    """What lies between is in no package."""
    compared = compare_scope(year(2026, start=date(2026, 2, 1)), year(2025))
    assert found(compared) == {"gap": ("limit", 31)}
    assert "lie in neither: 1 January 2026 to 31 January 2026." in "".join(said(compared))


def test_days_in_both_periods_are_for_knowledge():
    """A package made again, or in another way, is no fault."""
    assert found(compare_scope(year(2026), year(2026))) == {"overlap": ("note", 365)}


def test_a_package_before_the_end_of_its_period_is_a_limit():
    """It does not show all of last year."""
    assert found(compare_scope(year(2026), year(2025, interim=True))) == {"interim": ("limit", 1)}


def test_another_site_and_the_passage_to_cloud_are_told_apart():
    """That two addresses are one Jira is not shown; from a Data Center to Cloud the way of comparing is told."""
    moved = compare_scope(year(2026), year(2025, deployment="data-center", url="https://old.example.com"))
    other = compare_scope(year(2026), year(2025, url="https://old.example.com"))
    assert found(moved) == {"deployment": ("note", 1)}
    assert found(other) == {"site": ("limit", 1)}


def test_parameters_that_differ_have_a_row_each_and_what_says_nothing_has_none():
    """A key that an older package does not know is no difference while it is not set."""
    this = year(
        2026, params={"projects": ["AB"], "issue_types": ["Bug"], "sample_seed": "a", "mask": False, "sample_size": 25}
    )
    last = year(2025, params={"projects": ["AB"], "issue_types": [], "sample_seed": "b", "sample_size": 25})
    rows = by_figure(compare_scope(this, last))
    assert rows["parameter: issue_types"] == ('["Bug"]', "", "new", "narrows the population")
    assert rows["parameter: sample_seed"] == ("a", "b", "other", "belongs to one year")
    assert "parameter: mask" not in rows
    assert "parameter: sample_size" not in rows
    assert rows["parameters"][2:] == ("other", "2 of 4 are the same")


def test_answers_and_requests_leave_the_table_as_it_was():
    """A run that only adds them changes no other table."""
    params = dict(year(2026).params)
    answered = year(2026, params=params | {"answers": "answers.csv", "requests": "requests.csv"})
    assert compare_scope(answered, year(2025)) == compare_scope(year(2026), year(2025))


def test_dates_within_a_restriction_are_dates_too():
    """The analyst re-dates them by hand."""
    one, other = (
        'created >= "2025-01-01" AND updated > 2025/02/01',
        'created >= "2026-01-01" AND updated > 2026/02/01',
    )
    assert query_form(one) == query_form(other) != query_form(one.replace("updated", "resolved"))
