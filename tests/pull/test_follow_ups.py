"""Linked issues over real HTTP: asked for only where a control looks at follow-up, and only where the pass has them not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from small_world import DONE, FIXED, START, issue, small_world

from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.world.records import History, World
from auditlib.evidence.opened import Evidence
from auditlib.jira.connection import connected
from auditlib.pull import plan
from auditlib.pull.collect import begin
from auditlib.responses import topics

both = pytest.mark.parametrize("dialect", ["cloud", "data-center"])

FOLLOW_UP = {"id": "1", "name": "Follow-up", "inward": "is followed up by", "outward": "follows up"}
CONTROLS = "[{id: CT-12, follow_up: Follow-up, days: 30, done: [Done]}]"


def link(key: str, status: dict[str, object], kind: dict[str, str] = FOLLOW_UP) -> dict[str, object]:
    return {
        "id": "7",
        "type": kind,
        "inwardIssue": {"id": "1", "key": key, "fields": {"summary": "x", "status": status}},
    }


def world_of(*links: dict[str, object]) -> World:
    """Return a world in which AC-3 was closed on its first day, links so, and AC-4, OLD-9 follow from it."""
    start = START + timedelta(days=3)
    move = {
        "field": "status",
        "fieldtype": "jira",
        "fieldId": "status",
        "from": "1",
        "fromString": "To Do",
        "to": "3",
        "toString": "Done",
    }
    one = issue(3, status=DONE, issuelinks=list(links))
    one = replace(one, histories=[History(501, start + timedelta(hours=5), one.fields["reporter"], (move,))])
    closed = {"status": DONE, "resolution": FIXED}
    early = issue(4, resolutiondate=start + timedelta(days=9), **closed)
    elsewhere = issue(9, "NEW", after=timedelta(days=1), resolutiondate=start + timedelta(days=40), **closed)
    return small_world(one, early, elsewhere)


@pytest.fixture
def pulled(parameters, tmp_path):
    """Pull AC from the embedded Jira into a folder of its own."""

    def pull(world: World, dialect: str, controls: str = CONTROLS) -> Evidence:
        params = parameters(
            deployment=dialect,
            projects="[AC]",
            period_start="2026-01-01",
            period_end="2026-06-30",
            timezone="UTC",
            controls=controls,
        )
        evidence = begin(params, tmp_path / "p", tmp_path)
        with connected(params, evidence.store, {}, partial(EmbeddedJira, world)) as (reader, _):
            return plan.pull(reader, evidence, lambda *_: None)

    return pull


def asked(evidence: Evidence) -> int:
    return len(evidence.store.entries(topics.FOLLOW_UPS.of()))


def outcomes(evidence: Evidence) -> list[tuple[str, str]]:
    return [(one.key, one.outcome) for one in evidence.sampled.population_results() if one.key == "AC-3"]


@both
@pytest.mark.parametrize(
    ("links", "more", "expected"),
    [
        ([link("AC-4", DONE)], 0, "pass"),
        ([link("NEW-9", DONE)], 1, "exception"),
        ([link("NEW-9", DONE), link("AC-4", DONE)], 1, "pass"),
        ([link("AC-4", DONE, FOLLOW_UP | {"name": "Relates", "inward": "a", "outward": "b"})], 0, "exception"),
        ([link("HID-1", DONE)], 1, "no evidence"),
        ([], 0, "exception"),
    ],
)
def test_a_linked_issue_is_asked_for_where_the_pass_has_it_not(pulled, dialect, links, more, expected):
    """Of another project, with the time at which it was resolved; one that is hidden leaves the outcome open."""
    evidence = pulled(world_of(*links), dialect)
    assert asked(evidence) == more
    assert outcomes(evidence) == [("AC-3", expected)]


@both
def test_without_such_a_control_no_linked_issue_is_asked_for(pulled, dialect):
    """Links of the population come in any case; nothing more does."""
    evidence = pulled(world_of(link("NEW-9", DONE)), dialect, "[]")
    assert asked(evidence) == 0


@both
def test_an_issue_that_the_control_does_not_concern_asks_for_nothing(pulled, dialect):
    """Its links lead to no question."""
    controls = CONTROLS.replace("done:", "applies_to: {issue_type: [Bug]}, done:")
    evidence = pulled(world_of(link("NEW-9", DONE)), dialect, controls)
    assert asked(evidence) == 0
    assert outcomes(evidence) == [("AC-3", "not applicable")]
