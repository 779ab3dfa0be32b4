"""workflows.csv from versions: in force in the period, joined with the log, and what stands where nothing was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from auditlib.audit.workflows.findings import untold_findings, workflow_findings
from auditlib.audit.workflows.versions import (
    NOT_READABLE,
    WORKFLOWS,
    Held,
    Known,
    by_version,
    merged,
    record_of,
    workflows_table,
)
from auditlib.records.audit_log import log_frame
from auditlib.records.workflow_log import Logged, logged_workflows
from auditlib.records.workflow_rules import CONDITION, Rule
from auditlib.records.workflows import DIRECTED, Status, Transition, Workflow
from auditlib.tables import to_csv
from auditlib.times import Period

PERIOD = Period(date(2026, 4, 1), date(2026, 9, 30), ZoneInfo("America/New_York"))
MARCH, MAY, AUGUST = (datetime(2026, month, 5, 12, tzinfo=UTC) for month in (3, 5, 8))
STEP = Transition("Approve", DIRECTED, ("Open",), "Done", (Rule(CONDITION, "only role 1"),))
FLOW = Workflow("w1", "Changes", 1, (Status("Open"), Status("Done")), (STEP,), author="acc:1")
HELD = Held("OPS", "Change", ("Open", "Done"), "Changes", "w1")


def version(number, begins, **values):
    return Known(replace(FLOW, number=number, **values), begins)


def table(versions, *, held=(HELD,), logged=()):
    return workflows_table(held, merged(versions), logged, {"acc:1": "Ann Ex"}, PERIOD)


def test_a_version_holds_until_the_next_one():
    """Those that ended before the period are left out; the newest is in force until Jira was asked."""
    found = table([version(3, AUGUST), version(1, MARCH - timedelta(days=40)), version(2, MARCH)])
    assert found["version"].tolist() == ["2", "3"]
    assert found["from"].tolist() == [MARCH, AUGUST]
    assert found["to"].tolist() == [AUGUST, pd.NaT]
    assert set(found["changed_by"]) == {"Ann Ex"}
    assert found["transitions"].iloc[0] == "Approve: Open → Done"
    assert found["rules"].iloc[0] == "Approve: condition: only role 1"


def test_a_type_whose_workflow_is_not_told_has_its_statuses():
    """Workflow and version say that they could not be read; nothing is made up."""
    found = table([], held=[Held("OPS", "Bug", ("Open", "=Odd")), Held("OPS", "Task", (), "Named", changed_by="ann")])
    assert found[["workflow", "version"]].to_numpy().tolist() == [[NOT_READABLE] * 2, ["Named", NOT_READABLE]]
    assert found["statuses"].iloc[0] == "Open; =Odd"
    assert found["transitions"].isna().all()
    assert found["changed_by"].iloc[1] == "ann"


def test_no_rows_are_a_table_too():
    """The same columns with the same kinds."""
    assert WORKFLOWS.check(table([], held=[])).empty
    assert to_csv(WORKFLOWS, table([], held=[])).startswith(b"project,issue_type,workflow,version,from,to,statuses,")


def test_a_version_that_many_types_have_is_shown_once():
    """With every project and type; no row of the table is lost."""
    held = [HELD, replace(HELD, issue_type="Bug"), replace(HELD, project="PAY"), Held("PAY", "Task", ("Open",))]
    found = by_version(table([version(1, MARCH), version(2, AUGUST)], held=held))
    assert found[["workflow", "version", "issue_types"]].to_numpy().tolist() == [
        ["Changes", "1", "OPS: Bug, Change; PAY: Change"],
        ["Changes", "2", "OPS: Bug, Change; PAY: Change"],
        [NOT_READABLE, NOT_READABLE, "PAY: Task"],
    ]
    assert by_version(table([], held=[])).empty


def test_of_equal_numbers_the_first_that_comes_counts():
    """Jira's own answer before an archive's."""
    kept = merged([version(2, MAY), replace(version(2, MARCH), source="archive 1"), version(None, AUGUST)])
    assert [(one.workflow.number, one.begins) for one in kept["w1"]] == [(None, AUGUST), (2, MAY)]


def test_a_record_of_the_log_tells_of_the_version_of_its_time():
    """Of its workflow, at most two minutes apart, the nearest one; it names who did it where the version does not."""
    near = Logged("7", MAY + timedelta(seconds=50), "Bea", "updated", "Changes")
    others = [
        Logged("8", MAY + timedelta(seconds=90), "Cyd", "updated", "Changes"),
        Logged("9", MAY, "Dan", "updated", "Others"),
    ]
    known = version(2, MAY, author="")
    assert record_of(known, [*others, near]) == near
    assert record_of(version(2, AUGUST), [near]) is None
    assert record_of(version(2, None), [near]) is None
    found = table([known], logged=[*others, near])
    assert (found["log_id"].iloc[0], found["changed_by"].iloc[0]) == ("7", "Bea")


def findings(versions, *, held=(HELD,), logged=(), cloud=True):
    found = workflow_findings(held, merged(versions), logged, {"acc:1": "Ann Ex"}, PERIOD, cloud=cloud)
    return {one.id: one for one in found}


def test_a_change_of_the_period_is_told_and_a_safeguard_that_went_is_asked_about():
    """Which, when, by whom, what; only the one that lacks a rule is an exception."""
    bare = replace(STEP, rules=())
    found = findings([version(1, MARCH), version(2, MAY, transitions=(bare,)), version(3, AUGUST, transitions=(bare,))])
    assert found["workflows.changed"].count == 2
    assert "Changes, version 2, 5 May 2026, 08:00 -04:00, by Ann Ex (Approve: condition: only role 1 removed)" in (
        found["workflows.changed"].statement
    )
    gone = found["workflows.safeguard-gone"]
    assert (gone.severity, gone.count) == ("exception", 1)
    assert "Approve: only role 1" in gone.statement
    assert "workflows.late" not in found


def test_what_held_before_the_oldest_known_version_is_a_limit():
    """Jira keeps versions for sixty days; whoever archives has older ones."""
    assert findings([version(4, MAY)])["workflows.late"].severity == "limit"
    assert "since when is not told" in findings([version(4, None)])["workflows.late"].statement
    assert "workflows.late" not in findings([version(4, MARCH)])


def test_a_change_that_only_the_log_tells_is_a_limit():
    """One that a version tells too is none; nor is one of a workflow that no listed project has."""
    told = Logged("1", MAY, "Ann", "updated", "Changes")
    alone = Logged("2", AUGUST, "", "updated", "Changes")
    other = Logged("3", AUGUST, "Ann", "updated", "Elsewhere")
    before = Logged("4", MARCH, "Ann", "updated", "Changes")
    found = findings([version(1, MARCH - timedelta(days=1)), version(2, MAY)], logged=[told, alone, other, before])
    assert found["workflows.only-logged"].count == 1
    assert "by nobody that Jira names" in found["workflows.only-logged"].statement


@pytest.mark.parametrize("cloud", [True, False])
def test_what_is_not_readable_names_what_would_cure_it(cloud):
    """On Cloud the right and the scopes; Data Center tells no rules to anybody, and names to administrators."""
    found = findings([], held=[Held("OPS", "Bug", ("Open",)), Held("OPS", "Task", ("Open",))], cloud=cloud)
    (one,) = found.values()
    assert (one.severity, one.count) == ("limit", 2)
    assert "Administer Jira" in one.statement
    assert ("read:workflow:jira" in one.statement) is cloud


def test_a_project_that_is_silent_is_named():
    """Rather than missing from the table without a word."""
    assert untold_findings([], "the right Browse Projects") == []
    said = untold_findings(["PAY", "OPS"], "the right Browse Projects")[0].statement
    assert "OPS and PAY" in said
    assert said.endswith("It takes the right Browse Projects.")


def test_the_log_of_both_jiras_tells_of_workflows():
    """Cloud by its summary, Data Center by its key in no language; schemes and other objects are none."""
    at = "2026-05-05T12:00:00.000+0000"
    cloud = [
        {"id": 1, "summary": "Workflow updated", "created": at, "objectItem": {"id": "Changes", "name": "Changes"}},
        {"id": 2, "summary": "Workflow scheme added to project", "created": at, "objectItem": {"name": "X"}},
        {"id": 3, "summary": "Workflow created", "created": "never", "objectItem": {"name": "X"}},
        {"id": 4, "summary": "Workflow deleted", "created": at},
    ]
    (one,) = logged_workflows(log_frame(cloud, "cloud"))
    assert one == Logged("1", MAY, "", "updated", "Changes")
    center = [
        {"timestamp": at, "type": {"actionI18nKey": f"jira.auditing.workflow.{key}", "action": "Workflow updated"},
         "affectedObjects": [{"name": "Changes", "type": "WORKFLOW"}], "author": {"name": "ann"}}
        for key in ("renamed", "scheme.updated")
    ]  # fmt: skip
    assert [(one.done, one.actor) for one in logged_workflows(log_frame(center, "data-center"))] == [("renamed", "ann")]
    assert logged_workflows(None) == []
