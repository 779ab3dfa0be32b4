"""The page over packages: a row each, sums that say what they count twice, nothing that asks for anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup

from auditlib.report.packages import Row, headline, packages_page, row_of, sums
from auditlib.report.safe_html import network_requests

MADE = datetime(2026, 10, 5, 8, 30, tzinfo=UTC)
ONE = Row(
    audit="SOC 2",
    where="evidence/one",
    href="one/data/index.html",
    site="https://one.example",
    projects=("PAY", "OPS"),
    period=(date(2026, 4, 1), date(2026, 9, 30)),
    zone="UTC",
    figures={"population": 364, "numbers": 528, "missing": 155, "unexplained": 118, "open_gaps": 120},
    answers=17,
    limits=7,
    digest="a" * 64,
)
NEXT = replace(ONE, where="evidence/next", period=(date(2026, 10, 1), date(2027, 3, 31)), answers=0, digest="b" * 64)
ALTERED = Row("three", "evidence/three", altered=True, fault="data/summary.json: changed")
NONE = Row("SOC 2 of B", "params/b.yaml", fault="JIRA_TOKEN is not set")


def cells(page: str) -> list[list[str]]:
    rows = BeautifulSoup(page, "html.parser").select("table.packages tbody tr")
    return [[" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])] for row in rows]


def test_a_row_says_what_its_package_shows():
    """Title, folder, digest, site, projects, period, and every figure with its whole."""
    (row,) = cells(packages_page([ONE], MADE))
    assert row[0] == f"SOC 2 evidence/one sealed as {'a' * 64}"
    assert row[1:] == [
        *("https://one.example PAY and OPS", "1 April 2026 to 30 September 2026 UTC"),
        *("364", "155 of 528", "118", "120", "17", "7"),
    ]


def test_of_a_package_that_was_changed_only_that_is_told():
    """What it says may not be what it said: no figure, no link."""
    page = packages_page([ONE, ALTERED, NONE], MADE)
    assert cells(page)[1:] == [
        ["three evidence/three", "data/summary.json: changed"],
        ["SOC 2 of B params/b.yaml", "JIRA_TOKEN is not set"],
    ]
    assert [one["href"] for one in BeautifulSoup(page, "html.parser").select("tbody th a")] == ["one/data/index.html"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([ONE], "1 package is what was sealed. 17 causes need an answer, in 1 of them."),
        ([ONE, NEXT], "2 packages are what was sealed. 17 causes need an answer, in 1 of them."),
        ([NEXT], "1 package is what was sealed. No causes need an answer."),
        ([ONE, ALTERED], "1 package is what was sealed; 1 is not. 17 causes need an answer, in 1 of them."),
        ([NONE], "No packages are what was sealed; 1 audit has no package."),
    ],
)
def test_the_title_is_the_answer(rows, said):
    """How many are what was sealed, and how much needs an answer."""
    assert headline(rows) == said


def test_the_sums_are_those_of_the_rows():
    """Of packages that are what was sealed; two periods that do not meet count nothing twice."""
    (issues, missing) = sums([ONE, NEXT, ALTERED, NONE])
    assert issues == "Together: 728 issues in the populations, 1,056 numbers in the ranges."
    assert missing == "310 of these are missing, and 236 of those unexplained."
    assert sums([ONE]) == []


@pytest.mark.parametrize(
    ("changed", "twice"),
    [
        ({"period": (date(2026, 9, 30), date(2026, 12, 31))}, ["PAY and OPS"]),
        ({"period": (date(2026, 9, 30), date(2026, 12, 31)), "projects": ("OPS",)}, ["OPS"]),
        ({"site": "https://two.example"}, []),
        ({"projects": ("WEB",)}, []),
        ({"period": None}, []),
    ],
)
def test_what_two_packages_both_hold_is_told(changed, twice):
    """The same project of the same Jira, in periods that share a day: the sum counts its issues twice."""
    told = sums([ONE, replace(ONE, **changed)])
    assert [line.partition("of ")[2] for line in told[2:]] == [
        line
        for one in twice
        for line in [f"packages overlap, so these sums may count issues and numbers of {one} more than once."]
    ]


def test_hostile_texts_stay_texts():
    """A title is whatever somebody wrote into a parameter file, a site whatever a Jira says that it is."""
    page = packages_page([replace(ONE, audit="<script>x</script>\u202e", site="javascript:alert(1)")], MADE)
    assert "<script>" not in page
    assert network_requests(page) == []
    assert BeautifulSoup(page, "html.parser").select('a[href^="javascript"]') == []
    assert "\u202e" not in page


@pytest.mark.parametrize(
    "summary",
    [
        {},
        {"period": None, "figures": {"dossiers": 3, "absent": 0}, "findings": []},
        {"period": {"start": "soon"}, "figures": [], "findings": {}, "projects": "PAY", "audit": None},
        {"findings": [1, {"severity": "exception"}], "figures": {"population": "many"}},
    ],
)
def test_a_summary_of_any_form_makes_a_row(summary):
    """Packages of dossiers have no period; of another version, nobody knows what they say."""
    row = row_of(summary, "evidence/x", href="", digest="c" * 64)
    assert row.audit == "evidence/x"
    (shown,) = cells(packages_page([row], MADE))
    assert len(shown) == 9


def test_causes_are_counted_once():
    """Three projects that lack numbers are one cause; a limit is no exception."""
    findings = [
        {"id": "a:PAY", "severity": "exception", "cause": "a"},
        {"id": "a:OPS", "severity": "exception", "cause": "a"},
        {"id": "b", "severity": "exception"},
        {"id": "c", "severity": "limit", "cause": "c"},
    ]
    row = row_of({"findings": findings}, "x", href="", digest="")
    assert (row.answers, row.limits) == (2, 1)
