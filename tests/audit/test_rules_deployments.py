"""CT-09: change and deployment match."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from control_tests import ANN, BOB, CAT, change, control, day, issue, moved, only, walked

from auditlib.audit.controls.case import Context
from auditlib.audit.controls.engine import test_issue
from auditlib.audit.controls.match import Deployment, Span
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.site.source_times import read_time
from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS, Subject, Value
from auditlib.records.actors import APP
from auditlib.records.history import Change

MATCH = control("matches_deployment")
UTC_ZONE: Any = UTC


def at(place: float, text: str = "") -> Span:
    """Return the span of a day of the histories, or of a text."""
    return read_time(text or day(place).astimezone(UTC).isoformat(timespec="milliseconds"), UTC_ZONE)


def deployed(*places: float | str, key: str = "PAY-1") -> Context:
    """Return what the second source tells of an issue: when it was deployed."""
    spans = [at(0, one) if isinstance(one, str) else at(one) for one in places]
    rows = [
        Deployment(place, f"build {place}", span, f"{span.at:%m-%d %H:%M}", "production", ((key, "branch"),))
        for place, span in enumerate(spans, 1)
    ]
    return Context(deployments={key: rows})


def told(one: Subject, context: Context) -> list[tuple[int | None, str]]:
    found: list[Result] = test_issue(one, [MATCH], context)
    return [(each.round, each.outcome) for each in found]


GOOD = walked("Open > In Progress > Approved > Done", BOB, CAT)
"""Approved on day 2, done on day 3."""


def test_a_deployment_after_the_approval_passes():
    """Between approval and go, or after the go: who closes tickets does it later as often as not."""
    assert told(issue(*GOOD), deployed(2.5)) == [(1, PASS)]
    assert told(issue(*GOOD), deployed(4)) == [(1, PASS)]
    found = only(issue(*GOOD), MATCH, deployed(2.5))
    assert (found.history_ids, found.decided_at) == ((12,), at(2.5).at)
    assert found.evidence.startswith("build 1 to production ")
    assert "after its approval: history 12: Approved" in found.evidence


def test_a_deployment_before_the_approval_is_an_exception():
    """It was live before anybody had said yes; that it was approved before the ticket was closed does not mend it."""
    found = only(issue(*GOOD), MATCH, deployed(1.5))
    assert (found.outcome, found.history_ids) == (EXCEPTION, (12,))
    assert "before its approval: history 12" in found.evidence


def test_one_deployment_before_the_approval_is_enough():
    """A second one after it does not make up for it."""
    assert told(issue(*GOOD), deployed(1.5, 2.5)) == [(1, EXCEPTION)]
    assert "build 2" not in only(issue(*GOOD), MATCH, deployed(1.5, 2.5)).evidence


def test_equal_times_are_no_deployment_before_the_approval():
    """A source that writes whole seconds can't say more: within the second of the approval it may have been later."""
    steps = [moved(11, 1, "Open > Approved", CAT), moved(12, 2, "Approved > Done")]
    gate = day(1)
    assert told(issue(*steps), deployed(1)) == [(1, PASS)]
    assert told(issue(*steps), deployed(f"{gate:%Y-%m-%dT%H:%M:%S}Z")) == [(1, PASS)]
    before = f"{datetime.fromtimestamp(gate.timestamp() - 1, UTC):%Y-%m-%dT%H:%M:%S}Z"
    assert told(issue(*steps), deployed(before)) == [(1, EXCEPTION)]


def test_a_source_that_tells_the_day_alone_shows_no_order_within_it():
    """The day before and the day after are told; on the day itself nothing is."""
    steps = [moved(11, 1, "Open > Approved", CAT), moved(12, 5, "Approved > Done")]
    shown = [f"{day(place):%Y-%m-%d}" for place in (0, 1, 2)]
    assert [told(issue(*steps), deployed(one))[0][1] for one in shown] == [EXCEPTION, NO_EVIDENCE, PASS]
    twice = [
        moved(11, 1, "Open > Approved", CAT),
        moved(12, 2, "Approved > Approved", CAT),
        moved(13, 5, "Approved > Done"),
    ]
    assert told(issue(*twice), deployed(shown[2])) == [(1, PASS)], "approved the day before already"


def test_a_go_without_a_deployment_shows_nothing():
    """No row names it: that it was released is said by the ticket alone."""
    found = only(issue(*GOOD), MATCH, deployed(key="PAY-2"))
    assert (found.outcome, found.history_ids, found.decided_at) == (NO_EVIDENCE, (13,), day(3))
    assert "no row of the second source names it in this round" in found.evidence


def test_without_a_second_source_nothing_is_tested():
    """The control is chosen, and no file is given."""
    found = only(issue(*GOOD), MATCH)
    assert (found.outcome, found.evidence) == (NOT_APPLICABLE, "no second source is given")


def test_an_issue_that_was_neither_done_nor_deployed_is_not_concerned():
    """There is nothing to match; a deployment before the period is none of it."""
    still_open = issue(*walked("Open > In Progress", BOB))
    assert told(still_open, deployed()) == [(None, NOT_APPLICABLE)]
    assert told(still_open, deployed("2026-03-30T09:00:00Z")) == [(None, NOT_APPLICABLE)]
    assert told(still_open, deployed("2026-07-01T00:00:00Z")) == [(None, NOT_APPLICABLE)]


def test_what_was_deployed_and_never_closed_is_judged():
    """Who deploys without approval and leaves the ticket open is not out of reach."""
    assert told(issue(*walked("Open > In Progress", BOB)), deployed(2)) == [(1, EXCEPTION)]
    found = only(issue(*walked("Open > In Progress", BOB)), MATCH, deployed(2))
    assert "without an approval" in found.evidence
    assert told(issue(*walked("Open > In Progress > Approved", BOB, CAT)), deployed(3)) == [(1, PASS)]
    assert told(issue(), deployed(3)) == [(1, EXCEPTION)]


def test_a_done_ticket_without_an_approval_is_an_exception():
    """Deployed and done, and nobody approved."""
    assert told(issue(*walked("Open > In Progress > Done")), deployed(1.5)) == [(1, EXCEPTION)]


def test_an_approval_that_was_taken_back_does_not_stand():
    """Approved, sent back, deployed, approved again: it was live without an approval that stood."""
    steps = walked("Open > In Progress > Approved > In Progress > Approved > Done", BOB, CAT, CAT, CAT)
    assert told(issue(*steps), deployed(3.5)) == [(1, EXCEPTION)]
    assert "after its approval was taken back" in only(issue(*steps), MATCH, deployed(3.5)).evidence
    assert told(issue(*steps), deployed(4.5)) == [(1, PASS)]


def test_what_was_sent_back_after_its_deployment_needs_another_one():
    """The first was approved; what was approved in the end was never deployed, so the go has no deployment that matches."""
    steps = walked("Open > In Progress > Approved > In Progress > Approved > Done", BOB, CAT, CAT, CAT)
    found = only(issue(*steps), MATCH, deployed(2.5))
    assert found.outcome == EXCEPTION
    assert "none after the approval that decides, history 14" in found.evidence
    assert told(issue(*steps), deployed(2.5, 4.5)) == [(1, PASS)]


def test_a_second_approval_does_not_undo_the_first():
    """Approved twice without being sent back: a deployment between the two had an approval that stood."""
    steps = walked("Open > In Progress > Approved > Testing > Approved > Done", BOB, CAT, BOB, CAT)
    assert told(issue(*steps), deployed(2.5)) == [(1, PASS)]


def test_each_round_has_its_own_deployments():
    """Reopened and done again without an approval: the deployment of the first round stands for that one alone."""
    steps = walked("Open > Approved > Done > Open > In Progress > Done", CAT)
    assert told(issue(*steps), deployed(1.5)) == [(1, PASS), (2, NO_EVIDENCE)]
    assert told(issue(*steps), deployed(1.5, 4.5)) == [(1, PASS), (2, EXCEPTION)]
    assert told(issue(*steps), deployed(2.5, 4.5)) == [(1, PASS), (2, EXCEPTION)]
    opened = issue(*walked("Open > Approved > Done > Open", CAT))
    assert told(opened, deployed(1.5, 3.5)) == [(1, PASS), (2, EXCEPTION)]


def test_an_approval_that_no_person_gave_shows_nothing():
    """An app entered the gate: as in CT-01 it is not known who approved."""
    steps = [moved(11, 1, "Open > Approved", CAT, APP), moved(12, 2, "Approved > Done")]
    found = only(issue(*steps), MATCH, deployed(1.5))
    assert (found.outcome, found.history_ids) == (NO_EVIDENCE, (11,))
    assert (found.beside[0].verdict, found.beside[0].gate_at) == ("approval not shown", day(1))
    assert found.evidence.endswith(": its author is of the kind 'app', so no person is shown to have approved")


def test_a_history_that_is_not_whole_shows_nothing():
    """Neither an approval nor its absence follows from a part, and a status that no entry leads to is a gap."""
    assert told(issue(whole=False, status="Done"), deployed(1)) == [(None, NO_EVIDENCE)]
    gap: list[Change] = [moved(11, 1, "Open > In Progress"), moved(12, 2, "Testing > In Progress")]
    assert told(issue(*gap), deployed(3)) == [(1, NO_EVIDENCE)]
    assert told(issue(*gap, status="Done"), deployed(3)) == [(1, NO_EVIDENCE)]
    without = only(issue(*gap, status="Done"), MATCH, deployed())
    assert without.evidence.endswith("and no history entry leads there")


def test_a_ticket_that_was_made_after_its_deployment_is_an_exception():
    """The ticket was written afterwards, with its approval."""
    assert told(issue(*GOOD), deployed("2026-04-01T00:00:01Z")) == [(1, EXCEPTION)]


@pytest.mark.parametrize("field", ["assignee", "summary"])
def test_other_changes_do_not_matter(field):
    """What is no status is no gate."""
    steps = sorted([*GOOD, change(30, 2.2, field, "a", "b", ANN)], key=lambda one: str(one.at))
    assert told(issue(*steps), deployed(2.5)) == [(1, PASS)]


def test_a_deployment_lies_beside_its_round_and_its_approval():
    """With when the approval was given and whether it stood, for the reconciliation; not by its words alone."""
    steps = walked("Open > In Progress > Approved > In Progress > Approved > Done", BOB, CAT, CAT, CAT)
    first, second = only(issue(*steps), MATCH, deployed(2.5, 4.5)).beside
    assert (first.round, first.verdict, first.gate_at, first.stands) == (1, "after its approval", day(2), False)
    assert (second.round, second.verdict, second.gate_at, second.stands) == (1, "after its approval", day(4), True)
    (without,) = only(issue(*walked("Open > Done")), MATCH, deployed(0.5)).beside
    assert (without.verdict, without.gate_at, without.gate) == ("without an approval", None, None)
    (unread,) = only(issue(whole=False), MATCH, deployed(1)).beside
    assert (unread.round, unread.verdict) == (None, "approval not shown")
    assert only(issue(*GOOD), MATCH, deployed()).beside == ()


def test_three_deployments_are_shown_one_by_one():
    """Of more, their number."""
    assert "more" not in only(issue(*GOOD), MATCH, deployed(2.2, 2.4, 2.6)).evidence
    assert only(issue(*GOOD), MATCH, deployed(2.2, 2.4, 2.6, 2.8)).evidence.endswith("; and 1 more")


def test_what_was_deployed_outside_the_period_counts_for_a_go_in_it_alone():
    """It may have been live before the period began; of a ticket that is not done in it only the deployments of the period do."""
    before, within = "2026-03-30T09:00:00Z", 2.5
    approved = moved(11, -3, "Open > Approved", CAT)
    early = issue(approved, moved(12, 3, "Approved > Done"), created=day(-9))
    assert told(early, deployed(before)) == [(1, PASS)]
    still_open = issue(moved(11, 2, "Open > Approved", CAT), created=day(-9))
    assert told(still_open, deployed(before, within)) == [(1, PASS)]
    assert told(issue(*walked("Open > In Progress")), deployed("2026-03-31T23:59:59Z")) == [(None, NOT_APPLICABLE)]
    assert told(issue(*walked("Open > In Progress")), deployed("2026-04-01T00:00:00Z")) == [(1, EXCEPTION)]


def test_without_a_period_every_deployment_counts():
    """There is nothing that it could lie outside of."""
    asked = issue(*walked("Open > In Progress"), period_begins=None, period_ends=None)
    assert told(asked, deployed("2020-01-01T00:00:00Z")) == [(1, EXCEPTION)]
    assert told(asked, deployed("2030-01-01T00:00:00Z")) == [(1, EXCEPTION)]


def test_an_app_beside_a_person_decides_nothing():
    """The person's approval does, before or after it."""
    steps = [
        moved(11, 1, "Open > Approved", CAT),
        moved(12, 2, "Approved > Approved", CAT, APP),
        moved(13, 3, "Approved > Done"),
    ]
    assert told(issue(*steps), deployed(1.5)) == [(1, PASS)]
    assert only(issue(*steps), MATCH, deployed(2.5)).history_ids == (11,)
    back = [
        *walked("Open > In Progress > Approved > In Progress > Approved", BOB, CAT, CAT, CAT),
        moved(15, 5, "Approved > Approved", CAT, APP),
        moved(16, 6, "Approved > Done"),
    ]
    found = only(issue(*back), MATCH, deployed(2.2, 2.5))
    assert (found.outcome, found.decided_at, found.history_ids) == (EXCEPTION, at(2.5).at, (12,))
    assert "none after the approval that decides, history 14" in found.evidence


def test_what_was_sent_back_later_and_is_still_open_was_approved_when_it_was_made():
    """Without a go nothing asks for another deployment; one that was made afterwards was not approved."""
    steps = walked("Open > In Progress > Approved > In Progress", BOB, CAT, CAT)
    assert told(issue(*steps), deployed(2.5)) == [(1, PASS)]
    assert told(issue(*steps), deployed(3.5)) == [(1, EXCEPTION)]


def test_a_move_within_done_opens_no_round():
    """What is released after it was done is still done: a deployment then belongs to its go."""
    asked = control("matches_deployment", done=["Done", "Released"])
    found = only(issue(*walked("Open > Approved > Done > Released", CAT)), asked, deployed(4))
    assert (found.round, found.outcome) == (1, PASS)


def test_a_graver_verdict_keeps_its_own_words():
    """That no approval stood in the end is no further matter where none came before."""
    steps = walked("Open > In Progress > Approved > In Progress > Approved > Done", BOB, CAT, CAT, CAT)
    found = only(issue(*steps), MATCH, deployed(1.5))
    assert found.evidence.endswith(", before its approval: history 12: Approved 2026-04-03T12:00:00.000+00:00 by Cat")


def test_what_was_made_until_the_reopening_belongs_to_the_round_before():
    """A second that ends as the issue is opened again lies before it; one that begins then does not."""
    steps = walked("Open > Approved > Done > Open", CAT)
    opened = day(3)
    before = f"{datetime.fromtimestamp(opened.timestamp() - 1, UTC):%Y-%m-%dT%H:%M:%S}Z"
    assert told(issue(*steps), deployed(before)) == [(1, PASS)]
    assert told(issue(*steps), deployed(f"{opened:%Y-%m-%dT%H:%M:%S}Z"))[-1] == (2, EXCEPTION)


def test_a_round_that_no_entry_opens_begins_at_no_time():
    """A deployment then belongs to one before it."""
    gap = [*walked("Open > Approved > Done", CAT), moved(14, 4, "Lost > Testing")]
    found = only(issue(*gap), MATCH, deployed(1.5))
    assert (found.round, found.outcome) == (1, PASS)


def test_an_open_round_with_a_time_that_can_not_be_read_shows_nothing():
    """As one that is closed."""
    steps = [replace(moved(11, 1, "Open > Approved", CAT), at="soon"), moved(12, 2, "Approved > Testing")]
    found = only(issue(*steps), MATCH, deployed(3))
    assert (found.outcome, "its time can't be read" in found.evidence) == (NO_EVIDENCE, True)


BY_FIELD = control("matches_deployment", gate_field={"field": "Approval", "values": ["Yes"]})


@pytest.mark.parametrize(
    ("steps", "verdict", "outcome"),
    [
        ([change(11, 1, "Approval", "", "Yes", CAT)], "after its approval", PASS),
        ([replace(change(11, 1, "Approval", "", "Yes", CAT), at="soon")], "approval not shown", NO_EVIDENCE),
        (
            [change(11, 1, "Approval", "", "Yes", CAT), replace(change(12, 2, "Approval", "Yes", "", CAT), at="soon")],
            "approval not shown",
            NO_EVIDENCE,
        ),
        (
            [change(11, 1, "Approval", "", "Yes", CAT), replace(change(12, 2, "Approval", "", "Yes", CAT), at="soon")],
            "after its approval",
            PASS,
        ),
    ],
)
def test_an_approval_whose_time_can_not_be_read_shows_nothing(steps, verdict, outcome):
    """Neither that it came before nor that it came after; another one that can be read may show it."""
    found = only(issue(*steps, moved(13, 4, "Open > Done")), BY_FIELD, deployed(3))
    assert (found.beside[0].verdict, found.outcome) == (verdict, outcome)


def test_a_field_that_approved_since_the_creation_shows_nothing():
    """No entry says who set it, or when."""
    one = issue(moved(13, 4, "Open > Done"), fields={"Approval": Value("Approval", "Yes")})
    found = only(one, BY_FIELD, deployed(3))
    assert (found.outcome, found.beside[0].verdict) == (NO_EVIDENCE, "approval not shown")
    assert found.evidence == "Approval is Yes: no history entry leads there"


def test_on_the_day_of_the_approval_or_of_its_end_no_order_is_told():
    """A day alone may be before or after either; sent back the day before, it was surely gone."""
    steps = walked("Open > In Progress > Approved > In Progress", BOB, CAT, CAT)
    shown = [f"{day(place):%Y-%m-%d}" for place in (1, 2, 3, 4)]
    verdicts = [only(issue(*steps), MATCH, deployed(one)).beside[0].verdict for one in shown]
    assert verdicts == [
        "before its approval",
        "on the day of its approval",
        "on the day of its approval",
        "after its approval was taken back",
    ]
    later = [*steps[:2], moved(13, 5, "Approved > In Progress", CAT)]
    assert only(issue(*later), MATCH, deployed(shown[2])).beside[0].verdict == "after its approval"


def test_what_was_sent_back_at_the_instant_of_its_deployment_was_not_sent_back_before():
    """As an approval of that instant does not come after it."""
    steps = walked("Open > In Progress > Approved > In Progress", BOB, CAT, CAT)
    assert told(issue(*steps), deployed(3)) == [(1, PASS)]
