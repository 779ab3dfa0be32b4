"""CT-17: decisions of the access review carried out."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
from control_tests import control

from auditlib.audit.controls.result import Result
from auditlib.audit.controls.site.decisions import REVIEW, decisions_carried_out
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS
from auditlib.audit.permissions.last_review import Decision
from auditlib.audit.permissions.review import ACCESS_REVIEW

TEST = control("decisions_carried_out")
READ_AT = datetime(2026, 7, 10, tzinfo=UTC)
ASKED = ("BROWSE_PROJECTS", "DELETE_ISSUES")


def decision(what: str = "remove", *permissions: str) -> Decision:
    return Decision(frozenset(permissions), what, "Dora", "2026-04-10")


def review(*rows: tuple[str, str, str, str | None], active: bool | None = True) -> pd.DataFrame:
    """Return the review of today: account, project, permissions, and which of them were to be taken away."""
    cells = dict.fromkeys(ACCESS_REVIEW.names)
    return ACCESS_REVIEW.make(
        tuple({**cells, "account_id": account, "display_name": account.upper(), "project": project, "active": active,
               "permissions": permissions, "via": "role Users", "still_held": held}.values())
        for account, project, permissions, held in rows
    )  # fmt: skip


def judged(decided, found: pd.DataFrame, hidden=(), asked=ASKED) -> list[Result]:
    return decisions_carried_out(TEST, decided, found, hidden, asked, READ_AT)


TODAY = review(("ann", "PAY", "BROWSE_PROJECTS", None), ("bob", "PAY", "DELETE_ISSUES", "DELETE_ISSUES"))


def test_what_was_to_be_taken_away_and_is_still_held_is_an_exception():
    """With what is held, and through what."""
    (found,) = judged({("bob", "PAY"): decision("remove", "DELETE_ISSUES")}, TODAY)
    assert (found.outcome, found.key, found.decided_at) == (EXCEPTION, "BOB (bob) in PAY", READ_AT)
    assert found.evidence == (
        "remove DELETE_ISSUES: decided on 2026-04-10 by Dora; when Jira was read DELETE_ISSUES was still held, by role Users"
    )
    off = review(("bob", "PAY", "DELETE_ISSUES", "DELETE_ISSUES"), active=False)
    (found,) = judged({("bob", "PAY"): decision("remove", "DELETE_ISSUES")}, off)
    assert found.outcome == EXCEPTION
    assert found.evidence.endswith("; the account is deactivated")


def test_what_jira_does_not_tell_of_an_account_is_not_said():
    """Neither a name, nor that it is deactivated."""
    nameless = review(("bob", "PAY", "DELETE_ISSUES", "DELETE_ISSUES"), active=None).assign(display_name=None)
    (found,) = judged({("bob", "PAY"): decision("remove", "DELETE_ISSUES")}, nameless)
    assert (found.key, found.outcome) == ("bob in PAY", EXCEPTION)
    assert found.evidence.endswith("by role Users")


def test_what_is_gone_passes():
    """The person holds something else there, or nothing any more."""
    (found,) = judged({("ann", "PAY"): decision("remove", "DELETE_ISSUES")}, TODAY)
    assert (found.outcome, found.decided_at) == (PASS, READ_AT)
    both = {("zoe", "PAY"): decision(), ("ann", "PAY"): decision("keep")}
    assert [one.outcome for one in judged(both, TODAY)] == [NOT_APPLICABLE, PASS]


def test_what_is_not_readable_shows_nothing():
    """A project of which nobody is known, a permission that somebody may hold unseen, one that was not asked for."""
    (unknown,) = judged({("ann", "OPS"): decision()}, TODAY)
    assert (unknown.outcome, unknown.decided_at) == (NO_EVIDENCE, None)
    place = {("ann", "PAY"): decision("remove", "DELETE_ISSUES")}
    assert judged(place, TODAY, hidden=[("PAY", "DELETE_ISSUES")])[0].outcome == NO_EVIDENCE
    assert judged(place, TODAY, hidden=[("PAY", "")])[0].outcome == NO_EVIDENCE
    assert judged(place, TODAY, hidden=[("PAY", "BROWSE_PROJECTS")])[0].outcome == PASS
    assert judged(place, TODAY, asked=("BROWSE_PROJECTS",))[0].outcome == NO_EVIDENCE


def test_the_review_of_another_jira_shows_nothing():
    """Not one of its accounts is known here."""
    (found,) = judged({("x9", "PAY"): decision()}, TODAY)
    assert found.outcome == NO_EVIDENCE
    assert "another Jira" in found.evidence


def test_decisions_to_keep_are_not_concerned():
    """Nothing was to be taken away; each has its row, by project and account."""
    kept = {("bob", "PAY"): decision("keep"), ("ann", "PAY"): decision("changed"), ("zoe", "OPS"): decision("keep")}
    found = judged(kept, TODAY)
    assert [(one.key, one.outcome) for one in found] == [
        ("zoe in OPS", NOT_APPLICABLE),
        ("ANN (ann) in PAY", NOT_APPLICABLE),
        ("BOB (bob) in PAY", NOT_APPLICABLE),
    ]


def test_without_a_review_there_is_one_row():
    """None given, or one that decides nothing."""
    (none,), (empty,) = judged(None, TODAY), judged({}, TODAY)
    assert (none.key, none.outcome, none.evidence) == (REVIEW, NOT_APPLICABLE, "no access review is given")
    assert (empty.key, empty.outcome, empty.evidence) == (REVIEW, NOT_APPLICABLE, "the review decides nothing")
    assert (none.round, none.decided_at, none.control) == (None, None, TEST.label)


def test_what_was_decided_is_said_with_who_and_when_as_far_as_told():
    """A sheet may lack both."""
    told = {
        ("ann", "PAY"): Decision(frozenset({"B", "A"}), "remove", "", ""),
        ("bob", "PAY"): Decision(frozenset({"A"}), "keep", "", ""),
        ("zoe", "PAY"): Decision(frozenset(), "remove", "", ""),
    }
    found = judged(told, TODAY, asked=None)
    assert [one.evidence.partition(";")[0] for one in found] == ["remove A B", "keep", "remove"]
    told = {
        ("ann", "PAY"): Decision(frozenset(), "changed", "Dora", ""),
        ("bob", "PAY"): Decision(frozenset(), "keep", "", "2026-04-10"),
    }
    assert [one.evidence.partition(";")[0] for one in judged(told, TODAY)] == [
        "changed: decided by Dora",
        "keep: decided on 2026-04-10",
    ]
