"""Customer requests: approvals and SLA cycles in the forms of both Jiras, and what can't be read of them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from auditlib.records.actors import APP, ERASED, PERSON, UNKNOWN
from auditlib.records.service_desk import (
    CustomerRequest,
    is_service_project,
    read_approvals,
    read_cycles,
    read_request_type,
)

ZONE = ZoneInfo("America/New_York")
AT = datetime(2026, 5, 4, 13, 0, 0, 250_000, tzinfo=UTC)
DATE = {"iso8601": "2026-05-04T13:00:00+0000", "jira": "x", "friendly": "Today", "epochMillis": 1777899600250}
CLOUD = {"accountId": "acc:ana", "displayName": "Ana Brook", "active": True}
CENTER = {"key": "JIRAUSER1", "name": "ana", "displayName": "Ana Brook", "active": True}


def approval(person: object = CLOUD, **more: object) -> dict[str, object]:
    return {
        "id": "7",
        "name": "Change advisory board",
        "finalDecision": "approved",
        "canAnswerApproval": False,
        "approvers": [{"approver": person, "approverDecision": "approved"}],
        "createdDate": DATE,
        "completedDate": DATE,
    } | more


def test_an_approval_is_read_with_its_approvers():
    """Decided when the exact number says, in the audit's zone; the text beside it has no milliseconds."""
    (one,) = read_approvals([approval()], ZONE, {"acc:ana": PERSON})
    assert (one.id, one.name, one.decision, one.completed) == ("7", "Change advisory board", "approved", AT)
    assert one.completed.tzinfo is ZONE  # type: ignore[union-attr]
    (who,) = one.approvers
    assert (who.actor.id, who.actor.name, who.actor.kind, who.decision) == ("acc:ana", "Ana Brook", PERSON, "approved")


@pytest.mark.parametrize(
    ("person", "kinds", "kind"),
    [
        (CLOUD, {}, UNKNOWN),
        (CLOUD, {"acc:ana": APP}, APP),
        (CLOUD | {"accountType": "app"}, {"acc:ana": PERSON}, APP),
        (CENTER, {}, PERSON),
        (CENTER | {"displayName": "Former user"}, {"JIRAUSER1": PERSON}, ERASED),
        (None, {"": PERSON}, UNKNOWN),
    ],
)
def test_the_kind_of_an_approver_comes_from_elsewhere_where_jira_does_not_tell_it(person, kinds, kind):
    """Never the other way round: what the record itself says counts."""
    (one,) = read_approvals([approval(person)], ZONE, kinds)
    assert one.approvers[0].actor.kind == kind


@pytest.mark.parametrize(
    ("date", "time"),
    [
        (None, ""),
        ({}, ""),
        ("2026-05-04", ""),
        ({"iso8601": "2026-05-04T13:00:00+0000"}, AT.replace(microsecond=0)),
        ({"iso8601": "soon"}, "soon"),
        ({"epochMillis": 1777899600250}, AT),
    ],
)
def test_a_date_is_read_in_each_of_its_forms(date, time):
    """An approval that is pending has none; what can't be read is kept as sent."""
    assert read_approvals([approval(completedDate=date)], ZONE)[0].completed == time


@pytest.mark.parametrize("odd", [{}, {"approvers": None}, {"approvers": "no"}, {"approvers": [None, 1, {}]}])
def test_an_approval_of_another_form_has_no_approvers(odd):
    """It is there all the same, and approves nothing by itself."""
    record = {"id": "1"} | odd
    (one,) = read_approvals([record], ZONE)
    assert (one.approvers, one.decision, one.completed) == ((), "", "")


def test_an_approval_that_comes_twice_counts_once():
    """Pages may repeat the last one of the page before; two without an id are two."""
    found = read_approvals([approval(), approval(finalDecision="declined"), {"name": "a"}, {"name": "a"}], ZONE)
    assert [one.decision for one in found] == ["declined", "", ""]


SLA = {
    "id": "10",
    "name": "Time to resolution",
    "completedCycles": [
        {
            "startTime": DATE,
            "stopTime": DATE,
            "breachTime": DATE,
            "breached": True,
            "goalDuration": {"millis": 14_400_000, "friendly": "4h"},
            "elapsedTime": {"millis": 15_000_000, "friendly": "4h 10m"},
        }
    ],
    "ongoingCycle": {"startTime": DATE, "breached": False, "goalDuration": {"millis": 14_400_000}},
}


def test_cycles_of_an_sla_are_read_those_that_ended_first():
    """With the goal that Jira measured them by."""
    ended, runs = read_cycles([SLA], ZONE)
    assert (ended.metric, ended.started, ended.stopped, ended.breached) == ("Time to resolution", AT, AT, True)
    assert (ended.goal, ended.elapsed, ended.ongoing) == (14_400_000, 15_000_000, False)
    assert (runs.stopped, runs.breached, runs.elapsed, runs.ongoing) == ("", False, None, True)


@pytest.mark.parametrize(
    "odd", [{}, {"completedCycles": None, "ongoingCycle": None}, {"completedCycles": [1, None], "ongoingCycle": "x"}]
)
def test_an_sla_without_cycles_has_none(odd):
    """Nothing is made of what is no cycle."""
    assert read_cycles([{"id": 1, "name": "x"} | odd], ZONE) == ()


def test_what_jira_does_not_tell_of_a_cycle_is_not_made_up():
    """Neither that it was met, nor how long it took."""
    (one,) = read_cycles([{"completedCycles": [{"breached": "yes", "elapsedTime": {"millis": True}}]}], ZONE)
    assert (one.breached, one.elapsed, one.goal, one.started) == (None, None, None, "")


@pytest.mark.parametrize(
    ("record", "name"),
    [
        ({"requestTypeId": "12", "requestType": {"name": "Access to a system"}}, "Access to a system"),
        ({"requestTypeId": "12", "requestType": None}, "12"),
        ({}, ""),
    ],
)
def test_a_request_has_the_name_of_its_type(record, name):
    """Its id where the name does not come."""
    assert read_request_type(record) == name


@pytest.mark.parametrize(
    ("project", "may"),
    [({"projectTypeKey": "service_desk"}, True), ({"projectTypeKey": "software"}, False), ({}, False), (None, False)],
)
def test_only_issues_of_service_projects_are_asked_about(project, may):
    """So a Jira without that product is asked nothing of it."""
    assert is_service_project(project) is may


def test_a_part_that_did_not_come_is_not_an_empty_one():
    """No approval and no answer are told apart."""
    assert CustomerRequest().approvals is None
