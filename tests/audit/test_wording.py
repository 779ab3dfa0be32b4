"""What is said of issues that deviate from an attribute: the predicates, for one issue and for several."""

from __future__ import annotations

from typing import Any

import pytest
from control_cases import attribute

from auditlib.audit.controls.wording import claims

APPROVED, DONE = {"to_status": "Approved"}, {"to_status": "Done"}
ORDER = {"order": {"first": APPROVED, "then": DONE}}


def said(test: dict[str, Any], *, by_rounds: bool = True) -> tuple[str, str, str, str]:
    """Return what contradicts a test and what does not show it, each of one issue and of several."""
    claim = claims([attribute(test)], by_rounds=by_rounds)["it"]
    return claim.contradicts(1), claim.contradicts(2), claim.shows_nothing(1), claim.shows_nothing(2)


@pytest.mark.parametrize(
    ("test", "words"),
    [
        (
            ORDER,
            (
                "was set to “Done” without being set to “Approved” before, or went back in between",
                "were set to “Done” without being set to “Approved” before, or went back in between",
                "has no record that it was set to “Approved” before it was set to “Done”",
                "have no record that they were set to “Approved” before they were set to “Done”",
            ),
        ),
        (
            {"within": {"from": "created", "to": "resolved", "days": 30}},
            (
                "was not resolved within 30 days of its creation",
                "were not resolved within 30 days of their creation",
                "has no record that it was resolved within 30 days of its creation",
                "have no record that they were resolved within 30 days of their creation",
            ),
        ),
        (
            {"within": {"from": "resolved", "to": DONE, "days": 1}},
            (
                "was not set to “Done” within 1 day of its resolution",
                "were not set to “Done” within 1 day of their resolution",
                "has no record that it was set to “Done” within 1 day of its resolution",
                "have no record that they were set to “Done” within 1 day of their resolution",
            ),
        ),
        (
            {"filled_before": {"field": "Risk", "event": DONE}},
            (
                "had an empty Risk when it was set to “Done”",
                "had an empty Risk when they were set to “Done”",
                "has no record of the Risk before it was set to “Done”",
                "have no record of the Risk before they were set to “Done”",
            ),
        ),
        (
            {"has": {"link": True}},
            ("has no link", "have no link", "has no record of a link", "have no record of a link"),
        ),
        (
            {"different_people": ["created", APPROVED, "assignee"]},
            (
                "names the same person for the creation, “Approved” and assignee",
                "name the same person for the creation, “Approved” and assignee",
                "has no record of different people for the creation, “Approved” and assignee",
                "have no record of different people for the creation, “Approved” and assignee",
            ),
        ),
    ],
)
def test_each_test_is_said_of_one_issue_and_of_several(test, words):
    """What a record contradicts, and what none shows: verbs and pronouns agree with the number of issues."""
    assert said(test) == words


def test_without_rounds_an_order_is_one_of_two_events():
    """The first version of the tests looked at no rounds, so its words speak of none."""
    one, several, *_ = said(ORDER, by_rounds=False)
    assert one == "was set to “Done” before it was set to “Approved”"
    assert several == "were set to “Done” before they were set to “Approved”"


@pytest.mark.parametrize(
    ("has", "thing"),
    [
        ({"link": True}, "a link"),
        ({"link": "tests"}, "a link “tests”"),
        ({"attachment": True}, "an attachment"),
        ({"attachment": "*.pdf"}, "an attachment “*.pdf”"),
        ({"comment_by": "assignee"}, "a comment by assignee that this account sees"),
    ],
)
def test_what_an_issue_has_is_named_as_the_parameters_ask_for_it(has, thing):
    """Any thing of a kind, or the one of a name, with its article."""
    assert said({"has": has})[2] == f"has no record of {thing}"


def test_a_time_may_count_from_a_status():
    """Which is named as it stands in the parameters."""
    assert said({"within": {"from": APPROVED, "to": DONE, "days": 2}})[0].endswith(
        "within 2 days of being set to “Approved”"
    )
