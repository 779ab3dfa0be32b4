"""Controls of the site on the made-up company in both dialects: what Jira told reaches each of them."""

from __future__ import annotations

from functools import partial

import pytest

from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS
from auditlib.demo.server.site import EmbeddedJira
from auditlib.evidence.opened import Evidence
from auditlib.pull.collect import collect

DIALECTS = ("cloud", "data-center")
WORKFLOW = {"gate": ["Approved"], "done": ["Done", "Closed"]}
CONTROLS = [
    {"id": "CT-16", "applies_to": {"issue_type": ["Incident"]}, "days": 1},
    {"id": "CT-18", "applies_to": {"project": ["OPS"]}},
    {"id": "CT-19", "applies_to": {"issue_type": ["Change"]}},
    "CT-22",
]


@pytest.fixture(scope="module", params=DIALECTS)
def evidence(request, small_company, parameters, tmp_path_factory) -> Evidence:
    """What was pulled of the company with these controls."""
    folder = tmp_path_factory.mktemp("pulled")
    params = parameters(
        deployment=request.param, timezone="UTC", projects=["PAY", "PAYX", "OPS"], controls=CONTROLS, workflow=WORKFLOW
    )
    jira = partial(EmbeddedJira, small_company.world)
    return collect(params, folder, {}, lambda *_: None, base=folder, embedded=jira)


def rows(evidence, label):
    table = evidence.table("controls")
    return table[table["control"] == label].set_index("key")


def test_workflows_are_judged_by_their_transitions(evidence):
    """On Cloud the plain workflow has a way around the gate and the one of changes none; Data Center tells no transitions."""
    found = rows(evidence, "CT-18")["outcome"].to_dict()
    if evidence.deployment == "cloud":
        assert found["Software Simplified Workflow for Project PAY, version 3"] == EXCEPTION
        assert found["Change Workflow, version 6"] == found["Change Workflow, version 8"] == PASS
        assert found["Change Workflow, before version 6"] == NO_EVIDENCE
    else:
        assert found == {"Change Workflow": NO_EVIDENCE, "Software Simplified Workflow for Project PAY": NO_EVIDENCE}


def test_the_log_is_joined_to_tickets(evidence, small_company):
    """What it does not cover is said; each planted change of the configuration in the period has a row."""
    found = rows(evidence, "CT-19")["outcome"]
    assert found["audit log"] == NO_EVIDENCE
    planted = small_company.truth.access.planted
    if evidence.deployment == "cloud":
        assert {found[f"log {planted[name]}"] for name in ("workflow updated", "field created", "grant added")} == {
            EXCEPTION
        }
        assert f"log {planted['group joined']}" not in found.index
    assert len(found) > 5


def test_reviews_are_looked_for_in_the_population(evidence):
    """Every quarter of the period is a row; the evidence names an issue of the kind asked for."""
    found = rows(evidence, "CT-16")
    assert list(found.index) == ["2026-04-01 to 2026-06-30", "2026-07-01 to 2026-09-30"]
    assert set(found["outcome"]) <= {PASS, EXCEPTION, NOT_APPLICABLE}
    passed = found[found["outcome"] == PASS]
    issues = evidence.table("population").set_index("key")["issue_type"]
    assert {issues[one.split()[0]] for one in passed["evidence"]} <= {"Incident"}


def test_deletions_agree_with_the_tables_of_the_numbering(evidence):
    """A project with a number that is gone is an exception; each listed project has its row."""
    found = rows(evidence, "CT-22")["outcome"].to_dict()
    numbering = evidence.table("numbering").set_index("project")
    assert list(found) == ["OPS", "PAY", "PAYX"]
    deletions = evidence.table("deletions")["key"].str.rpartition("-")[0]
    for project, outcome in found.items():
        gone = numbering.loc[project, "deleted"] > 0 or (deletions == project).any()
        assert (outcome == EXCEPTION) == gone
