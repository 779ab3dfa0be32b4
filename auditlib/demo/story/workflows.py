"""The workflows of the made-up company, with the versions that its Jira keeps; in one of them a safeguard is taken away.

The change lies in the audit's period, and the log has a record of it. Nothing is drawn from the story's chance.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from auditlib.demo.story.cast import Cast
from auditlib.demo.story.scenery import APPROVER, ISSUE_TYPES, PROCESS, STATUSES
from auditlib.demo.world.records import LogRecord
from auditlib.demo.world.workflows import Scheme, Step, Version, Workflow, Workflows

PLAIN = "Software Simplified Workflow for Project PAY"
CHANGES = "Change Workflow"
CHANGE_PROCESS = "Change Process"
ACCESS_REQUESTS = "Access Requests"
CHANGED_AT = datetime(2026, 9, 14, 9, 30, tzinfo=UTC)
"""About when the safeguard was taken away."""

_WRITTEN = datetime(2026, 9, 2, 8, 15, 30, 120_000, tzinfo=UTC)  # within the sixty days that versions are kept
_PLAIN_STATUSES = ("Open", "In Progress", "Blocked", "In Review", "Done", "Closed", "Reopened")


def _rule(key: str, **parameters: str) -> dict[str, Any]:
    return {"ruleKey": f"system:{key}", "parameters": parameters}


def _all_of(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"operation": "ALL", "conditions": list(rules), "conditionGroups": []}


_RESOLUTION = _rule("validate-field-value", ruleType="fieldRequired", fieldsRequired="resolution")
_DUTIES = _rule(
    "separation-of-duties", fromStatusId=STATUSES["Open"]["id"], toStatusId=STATUSES["In Review"]["id"]
)  # fmt: skip
_NAMED = _rule("restrict-issue-transition", roleIds="10002", allowUserCustomFields=APPROVER)

_PLAIN_STEPS = (
    Step(1, "Create", "Open", kind="INITIAL"),
    Step(11, "Start", "In Progress", ("Open", "Reopened", "Blocked")),
    Step(21, "Block", "Blocked", ("In Progress",)),
    Step(31, "Ask for review", "In Review", ("In Progress",)),
    Step(41, "Finish", "Done", kind="GLOBAL", validators=(_RESOLUTION,)),
    Step(51, "Close", "Closed", ("Done",)),
    Step(61, "Reopen", "Reopened", ("Done", "Closed"), actions=(_rule("change-assignee", type="to-unassigned"),)),
)
_CHANGE_STATUSES = ("Open", "In Review", "Approved", "In Progress", "Blocked", "Done", "Closed", "Reopened")
_APPROVE = Step(21, "Approve", "Approved", ("In Review",), conditions=_all_of(_NAMED, _DUTIES))
_CHANGE_STEPS = (
    Step(1, "Create", "Open", kind="INITIAL"),
    Step(11, "Submit", "In Review", ("Open", "Reopened")),
    _APPROVE,
    Step(31, "Implement", "In Progress", ("Approved", "Blocked")),
    Step(41, "Block", "Blocked", ("In Progress",)),
    Step(51, "Finish", "Done", ("In Progress",), validators=(_RESOLUTION,)),
    Step(61, "Close", "Closed", ("Done",)),
    Step(71, "Reopen", "Reopened", ("Done", "Closed")),
)

_PROCESS_STEPS = (
    Step(1, "Create", "Open", kind="INITIAL"),
    Step(11, "Submit", "In Review", ("Open", "In Progress")),
    Step(21, "Approve", "Approved", ("In Review", "Open", "Done"), conditions=_all_of(_NAMED)),
    Step(31, "Work", "In Progress", ("Approved", "In Review", "Testing")),
    Step(35, "Start at once", "In Progress", ("Open",)),  # the way around the gate
    Step(41, "Test", "Testing", ("In Progress", "Approved")),
    Step(51, "Finish", "Done", ("Testing", "In Progress", "Approved"), validators=(_RESOLUTION,)),
    Step(61, "Review", "Reviewed", ("Done",)),
    Step(71, "Close", "Closed", ("Done", "Reviewed")),
)
_PROCESS_STATUSES = ("Open", "In Review", "Approved", "In Progress", "Testing", "Done", "Reviewed", "Closed")

_ACCESS_STEPS = (
    Step(1, "Create", "Open", kind="INITIAL"),
    Step(11, "Approve", "Approved", ("Open",), conditions=_all_of(_NAMED)),
    Step(21, "Approve again", "Approved twice", ("Approved",), conditions=_all_of(_NAMED)),
    Step(31, "Give", "Done", ("Approved", "Approved twice"), validators=(_RESOLUTION,)),
)


def workflows(cast: Cast, changed: datetime) -> Workflows:
    """Set up the workflows and schemes.

    Parameters
    ----------
    cast : Cast
        Whose administrators make the versions.
    changed : datetime
        When the safeguard of changes was taken away.
    """
    admin, other = cast.admin.account_id, cast.staff[0].account_id
    weaker = replace(_APPROVE, conditions=_all_of(_NAMED))
    lax = tuple(weaker if one is _APPROVE else one for one in _CHANGE_STEPS)
    between = changed - timedelta(minutes=3)
    careful = Version(6, _WRITTEN, admin, _CHANGE_STATUSES, _CHANGE_STEPS)
    kept = (careful, replace(careful, number=7, written=between, author=other, intermediate=True),
            Version(8, changed, other, _CHANGE_STATUSES, lax))  # fmt: skip
    plain = Version(3, _WRITTEN - timedelta(days=1), admin, _PLAIN_STATUSES, _PLAIN_STEPS)
    own = Version(1, _WRITTEN, admin, ("Open", "In Progress", "Done"), (
        Step(1, "Create", "Open", kind="INITIAL"),
        *(Step(11 + 10 * place, name, name, kind="GLOBAL") for place, name in enumerate(("Open", "In Progress", "Done"))),
    ))  # fmt: skip
    process = Version(2, _WRITTEN, admin, _PROCESS_STATUSES, _PROCESS_STEPS)
    access = Version(1, _WRITTEN, admin, ("Open", "Approved", "Approved twice", "Done"), _ACCESS_STEPS)
    change, request = ISSUE_TYPES["Change"]["id"], ISSUE_TYPES["Access request"]["id"]
    by_type = {change: CHANGE_PROCESS, request: ACCESS_REQUESTS}
    payments = Scheme(10200, "Payments Workflow Scheme", PLAIN)
    return Workflows(
        (
            Workflow("6f2c1d0a-8e53-4b7d-9f10-0c2f5a7be001", PLAIN, (plain,), "How software is made here"),
            Workflow("b81f0e44-52a9-4c3e-8d77-31d9e6c4a002", CHANGES, kept, "No change without an approval"),
            Workflow("c5e2a6f1-7d34-4a90-8b1f-52c60d7e9004", CHANGE_PROCESS, (process,), "How changes are made"),
            Workflow("1a97c3d8-64be-4f05-9d2c-e8b7f1a60005", ACCESS_REQUESTS, (access,), "Two approve who gets in"),
            Workflow("d04a9b73-1c6e-4f28-a5b2-7e80f1d9c003", "HR workflow", (own,), project="HR"),
        ),
        {
            "PAY": payments,
            "PAYX": payments,
            "OPS": Scheme(10201, "Operations Workflow Scheme", PLAIN, {change: CHANGES}),
            PROCESS: Scheme(10202, "Change Process Workflow Scheme", PLAIN, by_type),
            "LAB": payments,
            "OLD": payments,
        },
    )


def with_change(log: Iterable[LogRecord], cast: Cast) -> tuple[list[LogRecord], datetime]:
    """Return the log with a record of the change, and when that was.

    The record stands where two others leave a number free, so that no other has its id.
    """
    records = list(log)
    taken = {one.id for one in records}
    for place in range(1, len(records)):
        before, after = records[place - 1 : place + 1]
        if after.created >= CHANGED_AT and before.id + 1 not in taken:
            middle = before.created + (after.created - before.created) / 2
            changed = max(CHANGED_AT, middle.replace(microsecond=middle.microsecond // 1000 * 1000))
            if before.created <= changed <= after.created:
                records.insert(place, _record(before.id + 1, changed, cast))
                return records, changed
    return records, CHANGED_AT


def _record(number: int, changed: datetime, cast: Cast) -> LogRecord:
    return LogRecord(
        id=number,
        created=changed,
        author=cast.staff[0].account_id,
        summary="Workflow updated",
        category="workflows",
        action_key="jira.auditing.workflow.updated",
        object_item={"id": CHANGES, "name": CHANGES, "typeName": "WORKFLOW"},
        remote_address="192.0.2.77",
    )
