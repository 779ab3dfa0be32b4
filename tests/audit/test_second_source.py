"""The reconciliation with the second source: four lists, and each ticket and row in exactly one."""

from __future__ import annotations

from collections import Counter

import pytest
from control_tests import control, day
from hypothesis import given
from hypothesis import strategies as st
from source_cases import PERIOD, lines, reconciled, row, tickets, with_rows

from auditlib.audit.controls.site.second_source import (
    BOTH,
    DEPLOYMENT_ONLY,
    NO_GO,
    NOT_COMPARED,
    NOT_CONCERNED,
    NOT_FOUND,
    SECOND_SOURCE,
    SINCE,
    TICKET_ONLY,
    UNKNOWN_KEY,
    answer_first,
    tickets_of,
)
from auditlib.tables import to_csv


def test_each_ticket_and_each_row_stands_in_its_list():
    """Both, ticket only, deployment only, unknown key; by project and number, rows without a key first."""
    rows = [row(2, "PAY-10"), row(3), row(4, "PAY-99"), row(5, "PAY-2", "PAY-10")]
    tickets = [with_rows(key, *rows) for key in ("PAY-10", "PAY-2")]
    tickets += [with_rows("OPS-1"), with_rows("OPS-2", way="Open > In Progress")]
    assert lines(reconciled(tickets, *rows)) == [
        (DEPLOYMENT_ONLY, "", "b3", "names no issue"),
        (TICKET_ONLY, "OPS-1", "", NOT_FOUND),
        (TICKET_ONLY, "OPS-2", "", NO_GO),
        (BOTH, "PAY-2", "b5", "after its approval"),
        (BOTH, "PAY-10", "b2", "after its approval"),
        (BOTH, "PAY-10", "b5", "after its approval"),
        (UNKNOWN_KEY, "PAY-99", "b4", "about PAY-99"),
    ]


def test_times_stand_in_the_audits_zone_beside_the_approval():
    """Both as instants; the text of the file stays beside, and whether it lies in the period."""
    rows = [
        row(2, "PAY-1", at="2026-04-10T09:00:00Z"),
        row(3, at="2026-03-31T21:59:59Z"),
        row(4, at="2026-03-31T22:00:00Z"),
    ]
    text = to_csv(SECOND_SOURCE, reconciled([with_rows("PAY-1", *rows)], *rows)).decode().splitlines()
    gate = day(1).astimezone(PERIOD.zone).isoformat(timespec="milliseconds")
    assert text == [
        "side,key,ref,at,gate_at,verdict,round,line,told,environment,found_in,in_period",
        "deployment only,,b3,2026-03-31T23:59:59.000+02:00,,names no issue,,3,2026-03-31T21:59:59Z,production,,false",
        "deployment only,,b4,2026-04-01T00:00:00.000+02:00,,names no issue,,4,2026-03-31T22:00:00Z,production,,true",
        f"both,PAY-1,b2,2026-04-10T11:00:00.000+02:00,{gate},after its approval,1,2,2026-04-10T09:00:00Z,production,branch,true",
    ]


def test_rows_of_one_issue_stand_in_the_order_of_the_file():
    """Whatever the control made of them first."""
    rows = [row(2, "PAY-1"), row(11, "PAY-1"), row(3, "PAY-1")]
    ticket = with_rows("PAY-1", *rows)
    assert [line[2] for line in lines(reconciled([ticket], *rows))] == ["b2", "b3", "b11"]


def test_each_key_stands_with_the_column_in_which_it_was_found():
    """Branch and title may name different issues; an environment that the file does not tell is empty."""
    both = row(2)._replace(keys=(("PAY-1", "branch"), ("PAY-2", "title"), ("PAY-99", "title")), environment="")
    shown = reconciled([with_rows(key, both) for key in ("PAY-1", "PAY-2")], both)
    assert list(zip(shown["key"], shown["found_in"], strict=True)) == [
        ("PAY-1", "branch"), ("PAY-2", "title"), ("PAY-99", "title"),
    ]  # fmt: skip
    assert shown["environment"].isna().all()


def test_packages_have_it_since_the_fifth_version_of_the_tables():
    """What was made before is verified without it."""
    assert SINCE == 5


def test_an_issue_that_the_control_does_not_concern_is_there_only_with_a_row():
    """A bug that no change control concerns is no ticket without a deployment."""
    asked = control("matches_deployment", applies_to={"issue_type": ["Incident"]})
    assert tickets("PAY-1", asked=asked) == []
    (named,) = tickets("PAY-1", row(2, "PAY-1"), asked=asked)
    assert [each.verdict for each in named.matches] == [NOT_CONCERNED]


def test_without_the_control_every_issue_is_a_ticket_and_no_time_is_compared():
    """Who chose a second source alone sees who names whom."""
    found = list(tickets_of(["PAY-1", "PAY-2"], None, {}, {"PAY-2": [row(2, "PAY-2")]}))
    assert lines(reconciled(found, row(2, "PAY-2"))) == [
        (TICKET_ONLY, "PAY-1", "", NOT_FOUND),
        (BOTH, "PAY-2", "b2", NOT_COMPARED),
    ]


def test_a_file_without_rows_leaves_every_ticket_alone():
    """Nothing is deployed, as far as the file tells."""
    assert lines(reconciled([with_rows("PAY-1")])) == [(TICKET_ONLY, "PAY-1", "", NOT_FOUND)]
    assert len(reconciled([])) == 0


def test_what_asks_for_an_answer_comes_first():
    """A deployment without a ticket before one that is in order; issues without one last, those that are done first."""
    rows = [row(2, "PAY-10"), row(3), row(4, "PAY-99"), row(5, at="2026-01-01T09:00:00Z")]
    tickets_ = [with_rows("PAY-10", *rows), with_rows("PAY-1", way="Open > In Progress"), with_rows("PAY-3")]
    shown = answer_first(reconciled(tickets_, *rows))
    assert (list(shown.columns), list(shown.index)) == (list(SECOND_SOURCE.names), list(range(6)))
    assert list(zip(shown["key"].fillna(""), shown["ref"].fillna(""), strict=True)) == [
        ("", "b3"), ("PAY-99", "b4"), ("", "b5"), ("PAY-10", "b2"), ("PAY-3", ""), ("PAY-1", ""),
    ]  # fmt: skip


KEYS = st.lists(st.sampled_from(["PAY-1", "PAY-2", "PAY-3", "OPS-1"]), max_size=3, unique=True)


@given(st.lists(KEYS, max_size=8), st.sets(st.sampled_from(["PAY-1", "PAY-2", "OPS-1"])))
def test_nothing_is_lost_and_nothing_stands_twice(named, population):
    """Each issue of the population and each pair of row and key stands once, whoever names what."""
    rows = [row(line, *keys) for line, keys in enumerate(named, 2)]
    found = reconciled([with_rows(key, *rows) for key in sorted(population)], *rows)
    told = found[found["line"].notna()]
    pairs = Counter(zip(told["line"].astype(int), told["key"].fillna(""), strict=True))
    assert pairs == Counter((one.line, key) for one in rows for key in (dict(one.keys) or {"": ""}))
    alone = set(found.loc[found["side"] == TICKET_ONLY, "key"])
    both = set(found.loc[found["side"] == BOTH, "key"])
    assert alone | both == population
    assert not alone & both
    assert set(found.loc[found["side"] == UNKNOWN_KEY, "key"]).isdisjoint(population)


@pytest.mark.parametrize("at", ["9999-12-31T00:00:00Z", "0001-01-02T00:00:00Z"])
def test_times_of_other_ages_are_shown(at):
    """A clock that was never set must not end the run."""
    assert len(to_csv(SECOND_SOURCE, reconciled([], row(2, at=at))).splitlines()) == 2
