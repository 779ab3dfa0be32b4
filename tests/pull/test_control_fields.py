"""Fields that controls look at, over real HTTP: asked for by name, with the population, and only where a control names some."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from auditlib.demo.server.exchange import json_answer
from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.story.scenery import RISK
from auditlib.evidence.opened import Evidence
from auditlib.jira.connection import connected
from auditlib.jira.protocol import POPULATION_FIELDS
from auditlib.pull import plan
from auditlib.pull.collect import begin
from auditlib.records.names import FIELD
from auditlib.responses import topics

both = pytest.mark.parametrize("dialect", ["cloud", "data-center"])

BY_RISK = '[{id: CT-11, level: Risk, limits: {High: "3d"}}]'


@pytest.fixture
def pulled(small_company, parameters, tmp_path: Path) -> Callable[..., Evidence]:
    """Pull from the embedded Jira into a folder of its own."""

    def pull(dialect: str, tamper=None, **values: object) -> Evidence:
        params = parameters(deployment=dialect, projects="[PAY]", **values)
        evidence = begin(params, tmp_path / "p", tmp_path)
        jira = partial(EmbeddedJira, small_company.world, **({} if tamper is None else {"tamper": tamper}))
        with connected(params, evidence.store, {}, jira) as (reader, _):
            return plan.pull(reader, evidence, lambda *_: None)

    return pull


def asked_fields(evidence: Evidence) -> set[tuple[str, ...]]:
    return {tuple(entry.request.body["fields"]) for entry in evidence.store.entries(topics.FIRST_PASS.below())}


@both
def test_a_field_named_by_a_control_comes_with_the_population(pulled, dialect):
    """By its name, through the list of fields; so the control is tested on every issue."""
    evidence = pulled(dialect, controls=BY_RISK)
    assert asked_fields(evidence) == {(*POPULATION_FIELDS, RISK)}
    assert {RISK in issue["fields"] for issue in evidence.passes.received()} == {True}
    assert evidence.histories.called.means(FIELD, "risk", RISK, RISK)
    assert evidence.control_fields.not_pulled == ()
    assert evidence.control_fields.findings == []
    assert len(evidence.store.entries(topics.FIELDS.of())) == 1


@both
def test_without_controls_nothing_more_is_asked(pulled, dialect):
    """Neither the list nor another field: the requests of such a run stay what they were."""
    evidence = pulled(dialect)
    assert asked_fields(evidence) == {POPULATION_FIELDS}
    assert evidence.store.entries(topics.FIELDS.of()) == []
    assert evidence.control_fields.findings == []


@both
def test_a_field_that_comes_in_any_case_is_not_asked_for_twice(pulled, dialect):
    """Nor one that does not exist, which some Jira might refuse."""
    evidence = pulled(dialect, controls='[{id: CT-11, level: Gravity, limits: {"1": "4h"}}]')
    assert asked_fields(evidence) == {POPULATION_FIELDS}
    assert evidence.control_fields.meant == {"Gravity": ()}
    (finding,) = evidence.control_fields.findings
    assert (finding.id, finding.severity) == ("controls.fields-unknown", "limit")
    assert "“Gravity” of CT-11" in finding.statement


@both
@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_list_that_is_refused_does_not_end_the_run(pulled, dialect, status):
    """Jira's own fields and ids are understood all the same; a name of another is not guessed."""

    def tamper(asked, answer):
        return json_answer({"errorMessages": ["No."]}, status) if asked.path.endswith("/field") else answer

    others = f"{{id: CT-12, root_cause: {RISK}, done: [Done]}}, {{id: CT-13, limits: {{High: 3d}}}}"
    controls = f"{BY_RISK[:-1]}, {others}]"
    evidence = pulled(dialect, tamper, controls=controls)
    assert evidence.control_fields.known is None
    assert asked_fields(evidence) == {(*POPULATION_FIELDS, RISK, "priority")}
    (finding,) = evidence.control_fields.findings
    assert (finding.id, finding.count) == ("controls.fields-untold", 1)
    assert "“Risk” of CT-11" in finding.statement
    assert ("read:jira-work" in finding.statement) == (dialect == "cloud")


@both
def test_a_list_in_another_form_does_not_end_the_run(pulled, dialect):
    """It is kept as refused, with the reason."""

    def tamper(asked, answer):
        return json_answer({"fields": []}) if asked.path.endswith("/field") else answer

    evidence = pulled(dialect, tamper, controls=BY_RISK)
    assert evidence.control_fields.known is None
    assert {one.topic for one in evidence.store.refusals()} == {"fields"}


def test_a_population_pulled_before_a_control_named_the_field_says_so(pulled, parameters):
    """As when a frozen population is gone on with."""
    evidence = pulled("cloud", controls='[{id: CT-11, level: Gravity, limits: {"1": "4h"}}]')
    later = Evidence(evidence.folder, parameters(deployment="cloud", projects="[PAY]", controls=BY_RISK))
    assert later.control_fields.not_pulled == (RISK,)
    assert [one.id for one in later.control_fields.findings] == ["controls.fields-not-pulled"]
