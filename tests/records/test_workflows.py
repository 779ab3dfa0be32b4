"""Workflows read from Jira's answers: Atlassian's own examples, and forms that are none."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from places import SHARED

from auditlib.errors import AnswerError
from auditlib.records.workflows import (
    DIRECTED,
    GLOBAL,
    INITIAL,
    Kept,
    Named,
    instant_of,
    read_issue_types,
    read_kept,
    read_named,
    read_scheme,
    read_schemes,
    read_workflows,
)

READERS = (read_workflows, read_kept, read_schemes, read_scheme, read_issue_types, read_named)


def example(method: str, path: str):
    """Return the example of an answer in Atlassian's OpenAPI description."""
    described = SHARED / "spec" / "jira-cloud-v3.audit.json"
    if not described.exists():
        pytest.skip("the description is not at hand")
    operation = json.loads(described.read_text(encoding="utf-8"))["paths"][f"/rest/api/3/{path}"][method]
    return json.loads(operation["responses"]["200"]["content"]["application/json"]["example"])


@pytest.mark.parametrize(("method", "path"), [("get", "workflows/search"), ("post", "workflows")])
def test_the_workflow_of_the_description_is_read(method, path):
    """Statuses in their order, and each kind of transition with where it leads."""
    (workflow,) = read_workflows(example(method, path))
    assert (workflow.name, workflow.number, workflow.project_id) == ("Workflow 1", 0, "")
    assert [one.name for one in workflow.statuses] == ["In Progress", "Done", "To Do"]
    shown = [(one.name, one.kind, one.origins, one.target) for one in workflow.transitions]
    assert shown == [
        ("To Do", GLOBAL, (), "To Do"),
        ("In Progress", GLOBAL, (), "In Progress"),
        ("Start work", DIRECTED, ("To Do",), "In Progress"),
        ("Create", INITIAL, (), "To Do"),
        ("Done", GLOBAL, (), "Done"),
    ]


def test_a_version_tells_who_made_it_and_when():
    """As ``workflow/history`` answers it; times have no zone there, and are read as UTC."""
    (workflow,) = read_workflows(example("post", "workflow/history"))
    assert (workflow.number, workflow.author) == (4, "123456789")
    assert workflow.updated == datetime(2025, 11, 21, 3, 20, 39, 150960, UTC)


def test_versions_that_jira_made_in_between_are_left_out():
    """The example lists two, one of them intermediate."""
    answer = example("post", "workflow/history/list")
    assert read_kept(answer) == [Kept(4, datetime(2025, 11, 20, 2, 21, 19, 598000, UTC))]


def test_schemes_say_which_type_has_which_workflow():
    """By project; a type without a workflow of its own has the default one."""
    schemes = read_schemes(example("get", "workflowscheme/project"))
    assert sorted(schemes) == ["10010", "10020"]
    assert [schemes["10010"].workflow(one) for one in ("10000", "10001", "7")] == [
        "scrum workflow",
        "builds workflow",
        "jira",
    ]


def test_a_scheme_of_a_project_that_nobody_asked_about_is_refused():
    """Who answers about another may have left out the one that was meant."""
    answer = example("get", "workflowscheme/project")
    assert sorted(read_schemes(answer, ["10010", "10020", "7"])) == ["10010", "10020"]
    with pytest.raises(AnswerError, match="project 10020 was not asked about"):
        read_schemes(answer, ["10010"])


def test_statuses_come_by_issue_type():
    """What whoever may browse the project is told."""
    (task,) = read_issue_types(example("get", "project/{projectIdOrKey}/statuses"))
    assert (task.id, task.name, task.statuses) == ("3", "Task", ("In Progress", "Closed"))


def test_data_center_names_its_workflows():
    """With who changed each last, where it tells."""
    answer = [{"name": "A", "lastModifiedUser": "ann", "steps": 3}, {"name": "B"}]
    assert read_named(answer) == [Named("A", "ann"), Named("B", "")]


def test_an_approval_of_a_status_is_told():
    """Jira Service Management keeps it at the status, not at a transition."""
    asked = {
        "active": "true",
        "conditionType": "percent",
        "conditionValue": "50",
        "fieldId": "cf_1",
        "exclude": ["reporter"],
    }
    statuses = [
        {"statusReference": "a", "approvalConfiguration": asked},
        {"statusReference": "b", "approvalConfiguration": asked | {"active": "false"}},
    ]
    known = [{"statusReference": "a", "id": "1", "name": "Waiting"}]
    (workflow,) = read_workflows({"workflows": [{"name": "W", "statuses": statuses}], "statuses": known})
    assert workflow.approvals == ("Waiting asks for approval by 50 percent of cf_1, not by the reporter",)
    assert [one.name for one in workflow.statuses] == ["Waiting", "status b"]


def test_what_is_left_out_is_not_invented():
    """A workflow with no more than its name; references that nothing explains keep their id."""
    (bare,) = read_workflows({"workflows": [{"name": "W", "id": None, "version": 3, "transitions": [{"links": [{}]}]}]})
    assert (bare.id, bare.number, bare.statuses, bare.author) == ("W", None, (), "")
    assert (bare.transitions[0].kind, bare.transitions[0].origins, bare.transitions[0].target) == (DIRECTED, (), "")
    named = {"name": "W", "transitions": [{"to": {"statusReference": "9"}, "from": [{"statusReference": "8"}]}]}
    (older,) = read_workflows({"values": [named], "statuses": [{"statusReference": "8", "name": "Open"}]})
    assert (older.transitions[0].origins, older.transitions[0].target) == (("Open",), "status 9")


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("answer", [None, 1, "text", [1], {"values": 1, "workflows": 1, "entries": 1}, [[]]])
def test_another_form_is_an_error(reader, answer):
    """What can't be read is not taken for nothing; the one that is only an object has members that may all be missing."""
    if reader is read_scheme and isinstance(answer, dict):
        assert reader(answer).default == ""
        return
    with pytest.raises(AnswerError):
        reader(answer)


@pytest.mark.parametrize(
    ("reader", "answer"),
    [(read_workflows, {"workflows": [{}]}), (read_kept, {"entries": [{"workflowVersion": "four"}]})],
)
def test_what_a_record_can_not_be_without_is_insisted_on(reader, answer):
    """The name of a workflow, the number of a version."""
    with pytest.raises(AnswerError):
        reader(answer)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2025-11-20 02:21:19.598", datetime(2025, 11, 20, 2, 21, 19, 598000, UTC)),
        ("2025-11-20T02:21:19.598+0200", datetime(2025, 11, 20, 0, 21, 19, 598000, UTC)),
        (1763605279598, datetime(2025, 11, 20, 2, 21, 19, 598000, UTC)),
        ("yesterday", None),
        ("0001-01-01T00:00:00+14:00", None),
        (None, None),
        ([], None),
    ],
)
def test_a_time_of_a_workflow_is_read(written, read):
    """With and without zone, as a number; what is none stays empty."""
    assert instant_of(written) == read
