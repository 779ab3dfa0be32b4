"""The engine: which rows an issue has, and that rules share what is worked out once."""

from __future__ import annotations

from control_tests import CAT, control, issue, moved, only, outcome, walked

from auditlib.audit.controls.case import Context
from auditlib.audit.controls.engine import test_issue
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS
from auditlib.records.actors import APP

APPROVED = control("approved_before_go")


def test_each_round_has_a_row_of_its_own():
    """Done without a gate, then approved, then done: what came after does not make up for it."""
    found = test_issue(issue(*walked("Open > Done > Approved > Done", CAT, CAT)), [APPROVED], Context())
    assert [(one.round, one.outcome) for one in found] == [(1, EXCEPTION), (2, PASS)]
    assert [one.history_ids for one in found] == [(11,), (12, 13)]


def test_an_issue_without_a_go_has_one_row():
    """It is not concerned, and says why."""
    found = only(issue(*walked("Open > Approved")), APPROVED)
    assert (found.outcome, found.round, found.evidence) == (
        NOT_APPLICABLE,
        None,
        "to status Done: not until it was read",
    )


def test_only_a_person_can_approve():
    """A gate that nothing but an app entered shows no approval."""
    steps = [moved(11, 1, "Open > Approved", CAT, APP), moved(12, 2, "Approved > Done")]
    assert outcome(issue(*steps), APPROVED) == [NO_EVIDENCE]


def test_a_history_that_was_not_read_shows_nothing():
    """Neither that it was approved nor that it was not."""
    assert outcome(issue(whole=False, status="Done"), APPROVED) == [NO_EVIDENCE]


def test_what_a_control_does_not_concern_is_not_applicable():
    """One row says why; a control that looks at something else has none."""
    asked = control("approved_before_go", applies_to={"issue_type": ["Incident"]})
    assert only(issue(*walked("Open > Done")), asked).evidence == "issue type is Change"
    assert test_issue(issue(), [control("workflow_enforces_gate")], Context()) == []
