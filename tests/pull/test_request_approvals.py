"""Approvals of customer requests over the population, over real HTTP: of the issues that a control judges by them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from small_world import ANA, BEN, BOT, DONE, START, issue, small_world

from auditlib.demo.server.exchange import json_answer
from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.world.records import History, World
from auditlib.demo.world.service_desk import Approval, CustomerRequest
from auditlib.evidence.opened import Evidence
from auditlib.jira.connection import connected
from auditlib.pull import plan
from auditlib.pull.collect import begin
from auditlib.responses import topics

both = pytest.mark.parametrize("dialect", ["cloud", "data-center"])

HOUR = timedelta(hours=1)
CONTROLS = "[{id: CT-01, approvals: true, done: [Done], applies_to: {issue_type: [Task]}}]"


def done(number: int, **fields: object):
    """Return an issue that was created in the hour of its number and closed ten hours later."""
    one = issue(number, after=number * HOUR, status=DONE, assignee=BEN, **fields)
    item = {
        "field": "status",
        "fieldtype": "jira",
        "fieldId": "status",
        "from": "1",
        "fromString": "To Do",
        "to": "3",
        "toString": "Done",
    }
    return replace(one, histories=[History(500 + number, START + (number + 10) * HOUR, BEN, (item,))])


def request(number: int, after: int, who=BEN, decision: str = "approved") -> CustomerRequest:
    """Return a request that was decided so many hours after the issue was created."""
    at = START + number * HOUR
    one = Approval(number, "CAB", decision, at, at + after * HOUR, ((who.account_id, decision),))
    return CustomerRequest(1, "Change", (one,))


def world_of(type_key: str = "service_desk") -> World:
    """Return a world of five issues: approved in time, too late, by an app, without a request, and one that is still open."""
    world = small_world(*(done(number) for number in (1, 2, 3, 4)), issue(5, after=5 * HOUR))
    world.projects["AC"] = replace(world.projects["AC"], type_key=type_key)
    world.requests.update({101: request(1, 5), 102: request(2, 15), 103: request(3, 5, BOT), 105: request(5, 1, ANA)})
    return world


@pytest.fixture
def pulled(parameters, tmp_path) -> Callable[..., Evidence]:
    """Pull AC from the embedded Jira into a folder of its own."""

    def pull(world: World, dialect: str, tamper=None, controls: str = CONTROLS) -> Evidence:
        params = parameters(
            deployment=dialect,
            projects="[AC]",
            period_start="2026-01-01",
            period_end="2026-06-30",
            timezone="UTC",
            controls=controls,
        )
        evidence = begin(params, tmp_path / "p", tmp_path)
        jira = partial(EmbeddedJira, world, **({} if tamper is None else {"tamper": tamper}))
        with connected(params, evidence.store, {}, jira) as (reader, _):
            return plan.pull(reader, evidence, lambda *_: None)

    return pull


def asked(evidence: Evidence) -> list[str]:
    return sorted({entry.topic for entry in evidence.store.entries(topics.APPROVALS.folder)})


def outcomes(evidence: Evidence) -> dict[str, str]:
    return {one.key: one.outcome for one in evidence.sampled.population_results()}


@both
def test_each_issue_that_is_judged_is_asked_about(pulled, dialect):
    """Not the one that is open; what was approved afterwards, or by an app, is no approval before the go."""
    evidence = pulled(world_of(), dialect)
    assert asked(evidence) == ["approvals/101", "approvals/102", "approvals/103", "approvals/104"]
    found = outcomes(evidence)
    assert {key: found[key] for key in ("AC-1", "AC-2", "AC-4", "AC-5")} == {
        "AC-1": "pass",
        "AC-2": "exception",
        "AC-4": "no evidence",
        "AC-5": "not applicable",
    }
    assert found["AC-3"] == ("no evidence" if dialect == "cloud" else "pass")  # which tells no kind of an account
    (finding,) = evidence.request_approvals.findings
    assert (finding.id, finding.count) == ("controls.approvals-unread", 1)


@both
def test_outside_of_service_projects_nothing_is_asked(pulled, dialect):
    """A Jira without that product is asked nothing of it; the control says that approvals were not read."""
    evidence = pulled(world_of("software"), dialect)
    assert asked(evidence) == []
    assert outcomes(evidence)["AC-1"] == "no evidence"
    assert evidence.request_approvals.findings == []


@both
def test_without_such_a_control_nothing_is_asked(pulled, dialect):
    """Approvals of the whole population are a question each."""
    evidence = pulled(world_of(), dialect, controls="[{id: CT-01, gate: [Approved], done: [Done]}]")
    assert asked(evidence) == []


@both
@pytest.mark.parametrize(("status", "questions"), [(401, 1), (403, 1), (404, 4)])
def test_an_account_that_may_see_none_is_asked_once(pulled, dialect, status, questions):
    """The run goes on; a limit says what it takes. That one is no request says nothing of the others."""

    def tamper(asked, answer):
        return json_answer({"errorMessages": ["Not for you."]}, status) if "/servicedeskapi/" in asked.path else answer

    evidence = pulled(world_of(), dialect, tamper)
    assert len(asked(evidence)) == questions
    assert set(outcomes(evidence).values()) == {"no evidence", "not applicable"}
    (finding,) = evidence.request_approvals.findings
    assert finding.count == 4
    assert "Not for you." in finding.statement
    assert ("read:servicedesk-request" in finding.statement) == (dialect == "cloud")


@both
def test_approvals_in_another_form_do_not_end_the_run(pulled, dialect):
    """They are kept as refused, and count as not read."""

    def tamper(asked, answer):
        return json_answer({"values": {}}) if "/servicedeskapi/" in asked.path else answer

    evidence = pulled(world_of(), dialect, tamper)
    assert set(outcomes(evidence).values()) == {"no evidence", "not applicable"}
    assert evidence.request_approvals.findings[0].count == 4
