"""Questions about workflows: as Atlassian describes them, and all of them may be sent."""

from __future__ import annotations

import json

import pytest
from places import SHARED

from auditlib.jira import workflows
from auditlib.jira.read_only import require_allowed
from auditlib.jira.scopes import NEEDS, name_of

ASKED = {
    "statuses": workflows.statuses_of("cloud", "PAY"),
    "statuses of Data Center": workflows.statuses_of("data-center", "PAY"),
    "schemes": workflows.schemes_of([10001, 10002]),
    "workflow": workflows.workflow_of(10001, "10000"),
    "versions": workflows.versions_of("c5ef565c-1b1e-427e-bc3b-e677b0dc027c"),
    "version": workflows.version_of("c5ef565c-1b1e-427e-bc3b-e677b0dc027c", 4),
    "scheme": workflows.scheme_of("PAY"),
    "all": workflows.all_workflows(),
}


@pytest.mark.parametrize("request_", ASKED.values(), ids=list(ASKED))
def test_each_question_may_be_sent_and_has_its_needs(request_):
    """It is on the read-only list, and what it takes is known."""
    require_allowed(request_.method, request_.path)
    assert name_of(request_) in NEEDS


def test_several_projects_are_named_one_by_one():
    """As ``projectId=10000&projectId=10001``."""
    assert str(ASKED["schemes"]) == "GET rest/api/3/workflowscheme/project?projectId=10001&projectId=10002"


@pytest.mark.parametrize("name", ["workflow", "versions", "version"])
def test_a_body_has_the_members_of_the_description(name):
    """No more than Atlassian's OpenAPI description names, and all that its example has."""
    path = SHARED / "spec" / "jira-cloud-v3.audit.json"
    if not path.exists():
        pytest.skip("the description is not at hand")
    described = json.loads(path.read_text(encoding="utf-8"))
    body = described["paths"][f"/{ASKED[name].path}"]["post"]["requestBody"]["content"]["application/json"]
    members = described["components"]["schemas"][body["schema"]["$ref"].rpartition("/")[2]]["properties"]
    assert set(body["example"]) <= set(ASKED[name].body) <= set(members)
