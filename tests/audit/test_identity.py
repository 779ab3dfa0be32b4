"""Answers that contradict each other about which issue is which are named; what a move, or time, explains is not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from auditlib.audit.numbering.findings import conclude_numbering
from auditlib.audit.numbering.gaps import GAPS, NUMBERING, without_continuity
from auditlib.audit.numbering.sums import RangeSums
from auditlib.audit.population import identity
from auditlib.audit.population.findings import conclude_population, population_findings
from auditlib.records.moves import key_moves
from auditlib.times import Period

BEGAN = datetime(2026, 10, 2, tzinfo=UTC)
EARLIER, LATER = BEGAN - timedelta(days=9), BEGAN + timedelta(minutes=9)


@pytest.fixture
def period_of_2026() -> Period:
    return Period(date(2026, 1, 1), date(2026, 9, 30), ZoneInfo("UTC"))


def sightings(*rows: tuple[int, str, str]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(identity.SIGHTINGS)).astype(
        {"id": "int64", "key": "str", "asked": "str"}
    )


def moves(*rows: tuple[int, datetime, str, str]) -> pd.DataFrame:
    """Histories that each name one change of a key."""
    item = {"field": "Key", "fieldtype": "jira"}
    return key_moves(
        (issue, [{"id": str(place), "created": at.isoformat(), "items": [item | {"fromString": old, "toString": new}]}])
        for place, (issue, at, old, new) in enumerate(rows, start=1)
    )


def shown(found: pd.DataFrame) -> list[str]:
    return found["shown"].tolist()


def test_two_keys_of_an_issue_are_a_contradiction_unless_a_move_shows_them():
    """A history that names both keys explains them, and so does drift that is told already; another issue's does not."""
    seen = sightings((1, "PAY-1", ""), (1, "OPS-4", ""))
    assert shown(identity.two_keys(seen, moves(), ())) == ["OPS-4, PAY-1", "OPS-4, PAY-1"]
    assert shown(identity.two_keys(seen, moves((2, LATER, "PAY-1", "OPS-4")), ()))
    assert not shown(identity.two_keys(seen, moves((1, LATER, "PAY-1", "OPS-4")), ()))
    assert not shown(identity.two_keys(seen, moves(), {1}))
    assert identity.two_keys(seen, moves(), ())["project"].tolist() == ["OPS", "PAY"]


def test_a_key_of_two_issues_is_a_contradiction():
    """Jira never gives a key to two issues; both ids are named."""
    assert shown(identity.one_key(sightings((4, "PAY-1", ""), (1, "PAY-1", ""), (2, "PAY-2", "")))) == [
        "PAY-1 (ids 1, 4)"
    ]


def test_two_times_of_creation_are_a_contradiction():
    """Both are told, in UTC; of an issue without a known key by its id."""
    times = pd.DataFrame({"id": [1, 1, 2], "created": pd.DatetimeIndex([EARLIER, LATER, LATER])})
    assert shown(identity.two_times(times, {1: "PAY-1"})) == [
        "PAY-1: 2026-09-23T00:00:00.000Z and 2026-10-02T00:09:00.000Z"
    ]
    assert shown(identity.two_times(times, {}))[0].startswith("id 1: ")


def test_an_issue_of_another_project_than_asked_for_must_have_moved_there_meanwhile():
    """A search index may be behind a move; without a move since the pull began, the answer is not to the question."""
    seen = sightings((1, "OPS-4", "PAY"), (2, "PAY-2", "PAY"), (3, "OPS-9", ""))
    assert shown(identity.elsewhere(seen, moves((1, EARLIER, "PAY-1", "OPS-4")), BEGAN)) == ["OPS-4 for PAY"]
    assert not shown(identity.elsewhere(seen, moves((1, LATER, "PAY-1", "OPS-4")), BEGAN))


@pytest.mark.parametrize(
    ("created", "moved", "went", "left"),
    [
        (EARLIER, (), 0, ["PAY-7"]),
        (LATER, (), 0, []),
        (EARLIER, ((7, LATER, "OPS-1", "PAY-7"),), 0, []),
        (EARLIER, ((7, EARLIER, "OPS-1", "PAY-7"),), 0, ["PAY-7"]),
        (EARLIER, (), 1, []),
    ],
)
def test_every_key_of_a_pass_is_in_the_walk(created, moved, went, left):
    """But for issues that came since the pull began, and as many as went while pages were counted by offset."""
    times = pd.Series(pd.DatetimeIndex([created]), index=[7])
    assert shown(identity.unwalked("PAY", {7: "PAY-7"}, times, moves(*moved), began=BEGAN, went=went)) == left


@pytest.mark.parametrize(
    ("walked", "totals", "said"),
    [
        (8, [], []),
        (8, [8], []),
        (7, [8], ["7 of 8"]),
        (8, [9, 9], ["8 of 9"]),
        (8, [8, 9], []),
        (7, [8, 7, 7], []),
        (9, [8], []),
    ],
)
def test_the_walk_holds_as_many_as_jira_says(walked, totals, said):
    """Fewer than the last page's total are too few, unless that grew while pages were read; more are none too few."""
    assert shown(identity.walk_total("PAY", walked, totals)) == said


def of_kinds(*kinds: str) -> pd.DataFrame:
    return identity.contradictions([
        pd.DataFrame([(kind, "PAY", 1, f"shown {kind}")], columns=list(identity.COLUMNS)) for kind in kinds
    ])  # fmt: skip


def texts(found: Iterable) -> str:
    return " ".join(one.statement for one in found)


def test_each_contradiction_is_an_exception_in_its_notebook():
    """Every kind is told once, with what was seen; without one nothing is said."""
    everything = of_kinds(*reversed(identity.KINDS))
    assert everything["kind"].tolist() == list(identity.KINDS)
    found = [*identity.identity_findings(everything), *identity.walk_findings(everything)]
    assert {one.severity for one in found} == {"exception"}
    assert {one.notebook for one in found} == {"02_population", "03_numbering"}
    assert all(f"shown {kind}" in texts(found) for kind in identity.KINDS)
    nothing = identity.contradictions([])
    assert not identity.identity_findings(nothing)
    assert not identity.walk_findings(nothing)
    assert not identity.unsure_projects(nothing)


def test_which_numbers_there_are_is_not_known_after_a_contradiction_of_keys():
    """Two creation times leave the keys as they are; a list that lacks keys does not."""
    assert not identity.unsure_projects(of_kinds("created", "unlike"))
    for kind in identity.OF_NUMBERS:
        assert identity.unsure_projects(of_kinds(kind)) == ("PAY",)


def numbering() -> pd.DataFrame:
    return NUMBERING.make([
        (project, 1, 9, 9, 9, 0, 0, 0, 0, 0, 0, 0, 1.0) for project in ("OPS", "PAY")
    ])  # fmt: skip


def test_numbers_that_are_not_known_are_not_called_whole():
    """No continuity of 100 %, and no "none is missing", where the answers do not show which numbers there are."""
    assert without_continuity(numbering(), ("PAY",))["continuity"].isna().tolist() == [False, True]
    sums, gaps = RangeSums(18, 0, 0, 0), GAPS.make([], ZoneInfo("UTC"))
    said = conclude_numbering(numbering(), gaps, sums, unsure=("PAY",))
    assert "none is missing" not in said
    assert "Which numbers PAY holds is not known" in said
    assert "none is missing" in conclude_numbering(numbering(), gaps, sums)


def reconciled(count: int | None) -> pd.DataFrame:
    columns = ["project", "first_pass", "second_pass", "jira_count", "in_period"]
    columns += ["excluded_by_type", "excluded_by_filter", "difference"]
    return pd.DataFrame([("PAY", 7, 7, count, 7, 0, 0, 0)], columns=columns)


def test_an_exact_count_that_nothing_explains_is_an_exception():
    """Data Center counts exactly; an estimate, or a count that what went meanwhile explains, is a note."""
    excluded = pd.DataFrame({name: pd.Series([], dtype="str") for name in ("key", "issue_type", "reason")})
    odd = population_findings(reconciled(8), excluded, estimate=False, odd_counts={"PAY"})
    assert [one.severity for one in odd] == ["exception"]
    assert "Nothing that was pulled shows why." in texts(odd)
    note = population_findings(reconciled(8), excluded, estimate=False)
    assert [one.severity for one in note] == ["note"]


@pytest.mark.parametrize(
    ("told", "severity"), [(16, "note"), (17, "limit"), (999_999_999_999, "limit"), (1, "note"), (0, "note")]
)
def test_an_estimate_that_is_further_away_than_a_lag_is_a_limit(told, severity):
    """Cloud estimates: a few issues more or less are a lag; a multiple is not, and may be another question's answer."""
    excluded = pd.DataFrame({name: pd.Series([], dtype="str") for name in ("key", "issue_type", "reason")})
    (one,) = population_findings(reconciled(told), excluded, estimate=True)
    assert one.severity == severity
    assert ("more than a lag explains" in one.statement) == (severity == "limit")
    assert ("may lag behind" in one.statement) == (severity == "note")
    (before,) = population_findings(reconciled(told), excluded, estimate=True, weigh_estimates=False)
    assert before.severity == "note"


def test_the_population_is_not_called_whole_after_a_contradiction(period_of_2026):
    """Two passes that agree prove little where other answers contradict them."""
    population = pd.DataFrame({"id": range(7)})
    said = conclude_population(period_of_2026, population, reconciled(7), contradicted=True)
    assert "contradict each other" in said
    assert "contradict" not in conclude_population(period_of_2026, population, reconciled(7))


def test_a_record_of_another_issue_is_none_of_the_sample():
    """Id and creation of a full record are those of the row of the population; an unreadable time says nothing."""
    assert identity.of_another(1, EARLIER, 1, EARLIER) == ""
    assert identity.of_another(1, EARLIER, 1, None) == ""
    assert "its id is 2, that of the population is 1" in identity.of_another(1, EARLIER, 2, EARLIER)
    assert "2026-10-02T00:09:00.000Z" in identity.of_another(1, EARLIER, 1, LATER)
    (found,) = identity.record_findings({"PAY-1": identity.of_another(1, EARLIER, 2, EARLIER)})
    assert "PAY-1 (it is of another issue" in found.statement
    assert identity.record_findings({}) == []
