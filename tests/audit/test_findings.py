"""Sentences on the full records and on attributes: what they count adds up, and nothing is said of what is in order."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from auditlib.audit.controls.findings import (
    attribute_findings,
    conclude_dossiers,
    dossier_findings,
    unreadable_findings,
)
from auditlib.audit.controls.rates import ATTRIBUTE_RATES, ATTRIBUTES
from auditlib.audit.sampling.limits import upper_limit
from auditlib.phrases import Claim
from auditlib.records.history import BREAKS, CLOSES, NOTHING

CLAIMS = {
    "in order": Claim(("was done without approval", "were done without approval"), ("was not done", "were not done")),
    "two people": Claim(("had one person", "had one person"), ("names nobody", "name nobody")),
}


def record(key: str, **more: Any) -> dict[str, Any]:
    """Return what is known of the full record of a sampled issue: whole, and its history closes."""
    known = {
        "key": key, "now_key": key, "incomplete": (), "breaks": (), "history": CLOSES, "redacted": (), "comment_items": 0,
    }  # fmt: skip
    return known | more


def told(*records: dict[str, Any], absent: tuple[str, ...] = (), unread: tuple[str, ...] = ()) -> dict[str, Any]:
    return {one.id: one for one in dossier_findings(records, absent, unread)}


def rates(*rows: tuple[str, str, int, int, int], confidence: str | None = "0.9", tolerable: float | None = None):
    """Return rates: attribute, scope, tested, exceptions, without evidence; the limit as of a random sample."""
    made = []
    for name, scope, tested, against, silent in rows:
        limited = scope == "sample" and tested and confidence is not None
        limit = float(upper_limit(tested, against + silent, confidence)) if limited else None
        rate = (against + silent) / tested if tested else None
        numbers = (tested, tested - against - silent, against, silent, 0)
        made.append((name, "Is it?", scope, *numbers, rate, limit, 0.9 if limited else None, tolerable))
    return ATTRIBUTE_RATES.make(made)


def outcomes(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return ATTRIBUTES.make((*row, "history 7", 7) for row in rows)


def test_records_in_order_need_no_sentence():
    """Whole, unmoved, with a history that leads to today."""
    assert told(record("A-1"), record("A-2")) == {}


@pytest.mark.parametrize(
    ("found", "identity", "severity", "count", "said"),
    [
        (
            told(record("A-1"), absent=("A-2",)), "dossiers.absent", "exception", 1,
            "1 key does not answer; Jira says the same of deleted, hidden and unknown issues: A-2.",
        ),
        (
            told(record("A-1"), unread=("A-3", "A-4")), "dossiers.unread", "limit", 2,
            ("The full record of 2 sampled issues was not read, since another sample was read: A-3 and A-4. A run with --from "
            "reads them."),
        ),
        (
            told(record("A-1"), record("A-2", now_key="B-2")), "dossiers.moved", "note", 1,
            "1 issue answers to another key: A-2 (now B-2).",
        ),
        (
            told(record("A-1"), record("A-2", breaks=("Risk", "Status"), history=BREAKS)), "dossiers.replay", "exception", 1,
            "1 history of 2 sampled issues does not lead from the creation to today: A-2 (Risk, Status).",
        ),
        (
            told(record("A-1"), record("A-2", history=NOTHING)), "dossiers.nothing-to-compare", "limit", 1,
            ("1 of 2 sampled issues has no history that could be compared with today's values, so that a change taken out of it "
            "would not be seen: A-2."),
        ),
        (
            told(record("A-1", history=NOTHING), record("A-2", history=NOTHING)), "dossiers.no-history", "limit", 2,
            ("2 of 2 sampled issues have no history that could be compared with today's values, so that a change taken out of it "
            "would not be seen."),
        ),
        (
            told(record("A-1"), record("A-2", redacted=("Summary",))), "dossiers.redacted", "limit", 1,
            "Texts of 1 sampled issue were redacted in Jira, so their history can't be compared there: A-2 (Summary).",
        ),
        (
            told(record("A-1"), record("A-2", comment_items=3)), "dossiers.comments", "exception", 1,
            "The history of 1 sampled issue has entries on comments, as Jira may write when one is deleted: A-2 (3).",
        ),
        (
            told(record("A-1"), record("A-2", incomplete=("a file is missing.",))), "dossiers.incomplete", "limit", 1,
            "1 of 2 records is not complete. A-2: a file is missing.",
        ),
    ],
)  # fmt: skip
def test_what_is_not_in_order_is_told_of_its_issues_alone(found, identity, severity, count, said):
    """Each with how much it matters, how many there are, and their keys."""
    assert list(found) == [identity]
    assert (found[identity].severity, found[identity].count, found[identity].statement) == (severity, count, said)


def test_what_several_records_lack_is_said_once():
    """With the keys of four of them; what most lack comes first, and of twelve kinds the rest is counted."""
    many = [record(f"A-{number}", incomplete=("a file is missing",)) for number in range(1, 7)]
    other = record("A-9", incomplete=("votes were not told.",))
    found = told(other, *many)["dossiers.incomplete"]
    assert found.statement == (
        "7 of 7 records are not complete. A-1, A-2, A-3, A-4 and 2 more: a file is missing. A-9: votes were not told."
    )
    twelve = [record(f"A-{number}", incomplete=(f"part {number} is missing",)) for number in range(1, 13)]
    assert told(*twelve)["dossiers.incomplete"].statement.endswith("A-12: part 12 is missing.")
    one_more = told(*twelve, record("A-13", incomplete=("part 13 is missing",)))["dossiers.incomplete"]
    assert one_more.statement.endswith(
        "A-12: part 12 is missing. What else is lacking (1 more) is said in each record."
    )
    more = [*twelve, record("A-13", incomplete=("part 13 is missing", "part 14 is missing"))]
    end = "A-12: part 12 is missing. What else is lacking (2 more) is said in each record."
    assert told(*more)["dossiers.incomplete"].statement.endswith(end)


def test_answers_that_can_not_be_read_are_told_with_their_reason():
    """What Jira answered is kept beside."""
    assert unreadable_findings({}) == []
    (found,) = unreadable_findings({"A-1": "no fields"})
    assert (found.severity, found.count) == ("exception", 1)
    assert (
        "Of 1 sampled issue no record could be made, since Jira's answer can't be read: A-1 (no fields)"
        in found.statement
    )


@pytest.mark.parametrize(
    ("against", "silent", "said"),
    [
        (1, 0, "1 of 8 issues that “in order” concerns (12.5 %) was done without approval."),
        (0, 2, "2 of 8 issues that “in order” concerns (25.0 %) were not done."),
        (
            1, 2,
            "3 of 8 issues that “in order” concerns (37.5 %) deviate: 1 was done without approval, and 2 were not done.",
        ),
    ],
)  # fmt: skip
def test_the_two_kinds_of_deviation_add_up(against, silent, said):
    """Of the whole population; an attribute that all bear out is not told, nor what the sample alone shows."""
    table = rates(("in order", "population", 8, against, silent), ("two people", "population", 8, 0, 0))
    (found,) = attribute_findings(outcomes(), table, (), CLAIMS)
    assert (found.id, found.severity, found.count) == ("attributes.population:in order", "exception", against + silent)
    assert found.statement == said


def test_what_the_sample_shows_is_told_by_kind_with_the_keys():
    """Against how many the attribute concerns in the sample, whatever the population has."""
    table = rates(("in order", "population", 80, 0, 0), ("in order", "sample", 3, 1, 1))
    rows = outcomes(("A-1", "in order", "exception"), ("A-2", "in order", "no evidence"), ("A-3", "in order", "pass"))
    assert [(one.id, one.count, one.statement) for one in attribute_findings(rows, table, (), CLAIMS)] == [
        (
            "attributes.exception:in order", 1,
            "1 of 3 sampled issues that “in order” concerns was done without approval: A-1.",
        ),
        ("attributes.no-evidence:in order", 1, "1 of 3 sampled issues that “in order” concerns was not done: A-2."),
    ]  # fmt: skip


def test_attributes_of_single_issues_are_named():
    """They can't be asked of the whole population."""
    (found,) = attribute_findings(outcomes(), rates(), ("two people",), CLAIMS)
    assert found.statement == (
        "1 attribute was tested on the sample only, since it takes what is read of single issues: two people."
    )


def test_the_conclusion_counts_whole_records_and_histories():
    """Before anything that was tested on them."""
    assert conclude_dossiers([], rates(), random=True) == "No issue is sampled, so there is no record to show."
    one = conclude_dossiers([record("A-1")], rates(), random=True)
    assert one.startswith("The full record of 1 sampled issue is in the package, 1 complete by Jira's own counts. ")
    assert one.endswith(" No attributes are tested, since the parameters name none.")
    three = [record("A-1"), record("A-2", incomplete=("x",), history=BREAKS), record("A-3", history=NOTHING)]
    assert conclude_dossiers(three, rates(), random=True).startswith(
        "The full records of 3 sampled issues are in the package, 2 complete by Jira's own counts. 1 history leads from the "
        "creation to today, 1 does not, and 1 holds nothing to compare."
    )


def concluded(*rows: tuple[str, str, int, int, int], random: bool = True, **how: Any) -> str:
    """Return what the conclusion says of attributes."""
    said = conclude_dossiers([record("A-1")], rates(*rows, **how), random=random)
    return said.partition(" 0 hold nothing to compare. ")[2]


def test_the_conclusion_has_the_exact_rate_where_there_is_one():
    """An attribute that was asked of all issues is not told of the sample again; one that concerns none of all is."""
    said = concluded(("in order", "population", 8, 1, 2), ("in order", "sample", 4, 0, 1))
    assert said == (
        "Of all issues of the population that an attribute concerns, 3 of 8 (37.5 %) deviate from “in order”."
    )
    nothing = concluded(("in order", "population", 0, 0, 0), ("in order", "sample", 0, 0, 0))
    assert nothing == "No sampled issue is concerned by “in order”."


def test_one_issue_is_enough_to_be_told():
    """Of the population, and of the sample."""
    assert concluded(("in order", "population", 1, 0, 0)).endswith("concerns, 0 of 1 (0 %) deviate from “in order”.")
    assert "0 of 1 deviate from “in order”" in concluded(("in order", "sample", 1, 0, 0))


def test_the_conclusion_gives_the_limit_of_a_random_sample():
    """At the confidence of the table, rounded up; a sample that is too small says nothing, nor does one that all fail."""
    said = concluded(("in order", "sample", 4, 0, 0), ("two people", "sample", 0, 0, 0))
    assert said == (
        "Of the sampled issues that an attribute concerns, 0 of 4 deviate from “in order”, so that at 90 % confidence at most "
        "43.8 % of the population do. No sampled issue is concerned by “two people”."
    )
    assert "1 of 3 deviates from “in order”, too few to say anything of the population." in concluded(
        ("in order", "sample", 3, 1, 0)
    )
    assert "too few" in concluded(("in order", "sample", 4, 0, 0), tolerable=0.1)
    assert "4 of 4 deviate from “in order”, which sets no limit for the population." in concluded(
        ("in order", "sample", 4, 3, 1)
    )


def test_issues_that_somebody_chose_have_no_limit():
    """They are not called sampled, and no rate of the population follows."""
    chosen = (("in order", "sample", 4, 1, 0), ("two people", "sample", 0, 0, 0))
    assert concluded(*chosen, random=False) == (
        "Of the issues that an attribute concerns, 1 of 4 deviates from “in order”. The issues were selected, not drawn, so "
        "that no rate of the population follows. No issue is concerned by “two people”."
    )
    assert concluded(chosen[0], confidence=None) == (
        "Of the sampled issues that an attribute concerns, 1 of 4 deviates from “in order”."
    )
