"""Workflows over real HTTP: what both Jiras tell administrators, and what is left for accounts with less power."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from auditlib.audit.workflows.versions import NOT_READABLE, WORKFLOWS
from auditlib.demo.server.exchange import Answer, json_answer
from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.story.workflows import CHANGES, PLAIN
from auditlib.demo.world.records import World
from auditlib.evidence.opened import Evidence
from auditlib.jira.connection import connected
from auditlib.pull import plan
from auditlib.pull.collect import begin
from auditlib.responses import topics
from auditlib.responses.topics import read_topic
from auditlib.tables import to_csv

LEAST = frozenset({"BROWSE_PROJECTS"})


@pytest.fixture
def pulled(small_company, parameters, tmp_path: Path) -> Callable[..., Evidence]:
    """Pull from the embedded Jira into a folder of its own."""

    def pull(world: World | None = None, tamper=None, *, name: str = "p", **values: object) -> Evidence:
        params = parameters(**({"projects": "[PAY, OPS]"} | values))
        folder = tmp_path / name
        evidence = begin(params, folder, tmp_path)
        jira = partial(EmbeddedJira, world or small_company.world, **({} if tamper is None else {"tamper": tamper}))
        with connected(params, evidence.store, {}, jira) as (reader, _):
            return plan.pull(reader, evidence, lambda *_: None)

    return pull


def findings(evidence: Evidence) -> dict[str, tuple[str, str]]:
    return {one.id: (one.severity, one.statement) for one in evidence.workflows.findings}


def asked(evidence: Evidence) -> list[str]:
    entries = evidence.store.entries(topics.WORKFLOW_STATUSES.folder)
    return [read_topic(entry.topic).topic.name for entry in entries]


def with_powers(world: World, powers: frozenset[str]) -> World:
    lesser = copy(world)
    lesser.powers = powers
    return lesser


def test_an_administrator_of_cloud_reads_versions_and_rules(pulled, small_company):
    """The safeguard that was taken away in the period is shown, with who did it and the record of the log."""
    evidence = pulled(deployment="cloud")
    table = evidence.table("workflows")
    assert set(table["workflow"]) == {PLAIN, CHANGES}
    changes = table[table["workflow"] == CHANGES]
    assert changes[["project", "issue_type", "version"]].to_numpy().tolist() == [
        ["OPS", "Change", "6"],
        ["OPS", "Change", "8"],
    ]
    last = changes.iloc[-1]
    (record,) = [one for one in small_company.world.log if str(one.id) == last["log_id"]]
    assert (record.summary, record.created) == ("Workflow updated", last["from"])
    assert "separation of duties: not by who took the issue from Open to In Review before removed" in last["change"]
    assert findings(evidence)["workflows.safeguard-gone"][0] == "exception"
    assert "workflows.unread" not in findings(evidence)
    assert asked(evidence).count("workflows/now") == 2  # one question a workflow, however many types have it


def test_equal_answers_give_equal_tables(pulled):
    """No order of threads and no clock is in them."""
    first, second = (pulled(deployment="cloud", name=name) for name in ("a", "b"))
    assert to_csv(WORKFLOWS, first.table("workflows")) == to_csv(WORKFLOWS, second.table("workflows"))


def test_data_center_tells_names_and_statuses(pulled):
    """With who last changed the workflow; that no rule is read is a limit."""
    evidence = pulled(deployment="data-center")
    table = evidence.table("workflows")
    assert set(table["version"]) == {NOT_READABLE}
    assert table.loc[table["issue_type"] == "Change", "workflow"].tolist() == [CHANGES, PLAIN]  # of OPS and PAY
    assert table["changed_by"].notna().all()
    assert "Approved" in table.loc[(table["project"] == "OPS") & (table["issue_type"] == "Change"), "statuses"].iloc[0]
    found = findings(evidence)
    assert found["workflows.data-center"][0] == "limit"
    assert "workflows.only-logged" in found


@pytest.mark.parametrize("deployment", ["cloud", "data-center"])
def test_an_account_without_power_gets_the_statuses(pulled, small_company, deployment):
    """The run completes; what is not readable says so, and the finding names what would cure it."""
    evidence = pulled(with_powers(small_company.world, LEAST), deployment=deployment)
    table = evidence.table("workflows")
    assert set(table["workflow"]) == set(table["version"]) == {NOT_READABLE}
    assert table["statuses"].notna().all()
    found = findings(evidence)["workflows.unread" if deployment == "cloud" else "workflows.data-center"]
    assert found[0] == "limit"
    assert "Administer Jira" in found[1]


def test_the_workflow_of_a_team_managed_project_is_its_administrators(pulled, small_company):
    """No scheme names it, so each type is asked for, which takes the right to administer that project only."""
    world = with_powers(small_company.world, LEAST | {"ADMINISTER_PROJECTS"})
    world.projects = dict(world.projects) | {"HR": replace(world.projects["HR"], browsable=True)}
    evidence = pulled(world, deployment="cloud", projects="[HR, PAY]")
    table = evidence.table("workflows")
    assert set(table.loc[table["project"] == "HR", "workflow"]) == {"HR workflow"}
    assert set(table.loc[table["project"] == "PAY", "workflow"]) == {NOT_READABLE}
    assert "of PAY" in findings(evidence)["workflows.unread"][1]


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/workflows", {"workflows": 3}),
        ("/workflows", {"workflows": [{"name": "W", "id": "../../../x"}]}),
        ("/workflow/history/list", {"entries": [{"workflowVersion": "x"}]}),
        ("/workflow/history", {"workflows": [None]}),
        ("/workflowscheme/project", []),
        ("/statuses", {"no": "list"}),
        ("/statuses", [{"id": "../x", "name": "Bug", "statuses": 7}]),
    ],
)
def test_answers_of_no_known_form_end_no_run(pulled, path, answer):
    """What can't be read is kept with the reason; the table says less, and nothing is written outside of its folder."""

    def tamper(ask, back: Answer) -> Answer:
        return json_answer(answer) if ask.path.endswith(path) else back

    evidence = pulled(tamper=tamper, deployment="cloud")
    to_csv(WORKFLOWS, evidence.table("workflows"))
    assert findings(evidence)


def test_versions_that_an_archive_kept_are_in_the_table(pulled):
    """As they came, plain or compressed; of a version that Jira tells too, Jira's answer counts."""
    evidence = pulled(deployment="cloud")
    (entry,) = [one for one in evidence.store.entries("workflows") if one.topic.endswith("/6")]
    kept = evidence.store.json(entry)
    kept["workflows"][0] |= {"updated": "2026-03-01 10:00:00.000", "lastUpdateAuthorAAID": "acc:old"}
    folder = evidence.folder / "data" / "archive" / "workflows" / "20260801T000000Z"
    folder.mkdir(parents=True)
    for number, name in ((6, "six.json"), (5, "five.json"), (4, "four.json.gz")):
        kept["workflows"][0]["version"]["versionNumber"] = number
        body = json.dumps(kept).encode()
        (folder / name).write_bytes(gzip.compress(body) if name.endswith("gz") else body)
    (folder / "versions-x.json").write_text('{"entries": []}', encoding="utf-8")
    table = Evidence(evidence.folder, evidence.params).table("workflows")
    changes = table[table["workflow"] == CHANGES]
    assert dict(zip(changes["version"], changes["source"], strict=True)) == {
        "5": "archive 20260801T000000Z",
        "6": "Jira",
        "8": "Jira",
    }  # the fourth ended before the period
