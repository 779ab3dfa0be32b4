"""Which issues a test concerns: every key must hold, one of its values is enough, names mean all that bear them."""

from __future__ import annotations

from typing import Any

import pytest
from control_cases import subject

from auditlib.audit.controls.concerned import outside
from auditlib.audit.controls.subject import Value
from auditlib.params.controls import Concerned
from auditlib.records.names import NO_NAMES, called_by

FIELDS = {
    "priority": Value("Priority", "High"),
    "labels": Value("Labels", "audit, emergency"),
    "customfield_1": Value("Team", ""),
    "customfield_2": Value("Team", "Core"),
    "customfield_3": Value("Empty", ""),
}


def said(called: Any = NO_NAMES, **applies: Any) -> str:
    """Return why a change in PAY, done, is not concerned."""
    return outside(subject(fields=FIELDS, status_id="5"), Concerned.model_validate(applies), called)


@pytest.mark.parametrize(
    ("applies", "why"),
    [
        ({"issue_type": ["Change"]}, ""),
        ({"issue_type": ["Incident", "change"]}, ""),
        ({"issue_type": ["Incident"]}, "issue type is Change"),
        ({"status": ["Open"]}, "status is Done"),
        ({"status": ["Open", "Done"]}, ""),
        ({"project": ["OPS"]}, "project is PAY"),
        ({"project": ["OPS", "PAY"]}, ""),
        ({"issue_type": ["Change"], "project": ["OPS"]}, "project is PAY"),
        ({"field": {"field": "Priority", "values": ["Highest", "high"]}}, ""),
        ({"field": {"field": "priority", "values": ["Low"]}}, "priority is High"),
        ({"field": {"field": "Labels", "values": ["emergency"]}}, ""),
        ({"field": {"field": "Labels", "values": ["emerg"]}}, "Labels is audit, emergency"),
        ({"field": {"field": "Team", "values": ["Core"]}}, ""),
        ({"field": {"field": "Team", "values": ["Web"]}}, "Team is Core"),
        ({"field": {"field": "Empty", "values": ["Web"]}}, "Empty is empty, or was not read"),
        ({"field": {"field": "Nowhere", "values": ["Web"]}}, "Nowhere is empty, or was not read"),
        ({"issue_type": ["Incident"], "field": {"field": "priority", "values": ["High"]}}, "issue type is Change"),
    ],
)
def test_it_says_what_does_not_agree(applies, why):
    """The first key that does not hold; of a field that holds several things one is enough, and of several fields one."""
    assert said(**applies) == why


def test_a_former_name_means_the_same_status():
    """By its id, as everywhere in the parameters."""
    assert said(status=["Finished"]) == "status is Done"
    assert not said(called_by([("status", "5", "Finished")]), status=["Finished"])
