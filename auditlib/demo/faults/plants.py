"""The faults, each planted in a company that has none else: in what its Jira holds, or in what it answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from auditlib.demo.faults.cases import MOVED_TO, PROJECT, UNSEEN, Plain, status_changes
from auditlib.demo.server.exchange import Answer, Asked, Tamper
from auditlib.demo.server.known_forms import Dialect
from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.story.history_items import change, change_of_known, key_item
from auditlib.demo.story.period import END
from auditlib.demo.story.scenery import STATUSES
from auditlib.demo.world.records import History, Issue, LogRecord, World

LEFT_OUT: Final = "left-out"
"""The label by which the filter of the check leaves an issue out."""

_PAGE: Final = 60
"""Issues of a page: so few that a pass over the project has several."""


@dataclass(frozen=True)
class Stage:
    """A company as it is served.

    Attributes
    ----------
    world : World
        What its Jira holds; the only one that it has, since a fault may change it while it is asked.
    tamper : callable, optional
        What spoils its answers.
    """

    world: World
    tamper: Tamper | None = None

    def serve(self, dialect: Dialect) -> EmbeddedJira:
        """Return the Jira, not started yet."""
        return EmbeddedJira(self.world, dialect, tamper=self.tamper, page_size=_PAGE)


Plant = Callable[[Plain], Stage]


def without_fault(plain: Plain) -> Stage:
    """Return the company as it is."""
    return Stage(_copy(plain.world))


def _copy(world: World) -> World:
    """Return a world whose issues and log can be taken away without a change of the other."""
    return replace(world, issues=dict(world.issues), moved_keys=dict(world.moved_keys), log=list(world.log))


def _changed(plain: Plain, issue: Issue) -> Stage:
    world = _copy(plain.world)
    world.issues[issue.id] = issue
    return Stage(world)


# in what Jira holds


def _hidden(plain: Plain) -> Stage:
    return _changed(plain, replace(plain.issue("hidden"), visible=False))


def _deleted(plain: Plain) -> Stage:
    issue, world = plain.issue("deleted"), _copy(plain.world)
    del world.issues[issue.id]
    item = {"id": str(issue.id), "name": issue.key, "typeName": "ISSUE", "parentName": world.projects[PROJECT].name}
    author = next(iter(world.users))
    record = LogRecord(
        world.log[-1].id + 1,
        END - timedelta(days=60),
        author,
        "Issue deleted",
        "issues",
        "jira.auditing.issue.deleted",
        item,
    )
    world.log.append(record)
    return Stage(world)


def _deleted_unrecorded(plain: Plain) -> Stage:
    world = _copy(plain.world)
    del world.issues[plain.issue("deleted-unrecorded").id]
    return Stage(world)


def _moved_twice(plain: Plain) -> Stage:
    """Move an issue on into a second project: its histories tell both moves, and all three keys lead to it."""
    issue, world = plain.issue("moved-twice"), _copy(plain.world)
    histories, key, at = list(issue.histories), issue.key, issue.created
    for project in MOVED_TO:
        at += timedelta(days=1)
        before, after = world.projects[key.rpartition("-")[0]], world.projects[project]
        new = f"{project}-{_last_number(world, project) + 1}"
        sides = ((str(before.id), before.name), (str(after.id), after.name))
        histories.append(_entry(world, at, issue, change("project", *sides), key_item(key, new), place=len(histories)))
        world.moved_keys[key] = issue.id
        key = new
    world.issues[issue.id] = replace(issue, key=key, histories=sorted(histories, key=lambda one: one.created))
    return Stage(world)


def _last_number(world: World, project: str) -> int:
    there = [one.number for one in world.issues.values() if one.project == project]
    left = [int(key.rpartition("-")[2]) for key in world.moved_keys if key.rpartition("-")[0] == project]
    return max(there + left)


def _entry(world: World, at: datetime, issue: Issue, *items: dict[str, Any], place: int) -> History:
    highest = max(one.id for other in world.issues.values() for one in other.histories)
    return History(highest + 1 + place, at, issue.fields["reporter"], items)


def _history_cut(plain: Plain) -> Stage:
    """Take an entry out of the middle of a history: what comes before it does not lead to what comes after."""
    issue = plain.issue("history-cut")
    cut = status_changes(issue)[1]
    return _changed(plain, replace(issue, histories=[one for one in issue.histories if one is not cut]))


def _comment_gone(plain: Plain) -> Stage:
    issue = plain.issue("comment-gone")
    return _changed(plain, replace(issue, comments=issue.comments[1:]))


def _left_out(plain: Plain) -> Stage:
    issue = plain.issue("left-out")
    return _changed(plain, replace(issue, fields={**issue.fields, "labels": [LEFT_OUT]}))


def _not_browsable(plain: Plain) -> Stage:
    world = _copy(plain.world)
    world.projects = {**world.projects, UNSEEN: replace(world.projects[UNSEEN], browsable=False)}
    return Stage(world)


def _short_log(plain: Plain) -> Stage:
    world = _copy(plain.world)
    del world.log[0]
    return Stage(world)


def _same_person(plain: Plain) -> Stage:
    """Have the change approved by who built it."""
    issue = plain.issue("same-person")
    builder = next(one.author for one in status_changes(issue) if _leads_to(one, "In Progress"))
    histories = [replace(one, author=builder) if _leads_to(one, "Approved") else one for one in issue.histories]
    return _changed(plain, replace(issue, histories=histories))


def _approved_late(plain: Plain) -> Stage:
    """Have the change built without an approval, and approved when it was done."""
    issue = plain.issue("approved-late")
    changes = status_changes(issue)
    approval = next(one for one in changes if _leads_to(one, "Approved"))
    begun = next(one for one in changes if _leads_to(one, "In Progress"))
    done = changes[-1]
    review = next(item["fromString"] for item in approval.items if item["field"] == "status")

    def entry(number: int, hours: int, author: Any, old: str, new: str) -> History:
        return History(
            number, done.created + timedelta(hours=hours), author, (change_of_known("status", STATUSES, old, new),)
        )

    histories = [
        replace(one, items=(change_of_known("status", STATUSES, review, "In Progress"),)) if one is begun else one
        for one in issue.histories
        if one is not approval
    ]
    highest = max(one.id for one in issue.histories)
    histories += [
        entry(highest + 1, 10, approval.author, "Done", "Approved"),
        entry(highest + 2, 20, begun.author, "Approved", "Done"),
    ]
    return _changed(plain, replace(issue, histories=histories))


def _leads_to(entry: History, status: str) -> bool:
    return any(item["field"] == "status" and item["toString"] == status for item in entry.items)


# in what it answers


def _page_lost(plain: Plain) -> Stage:
    """Let the first pass end behind its first page, as if there were no other."""

    def tamper(asked: Asked, answer: Answer) -> Answer:
        if not _first_pass(asked):
            return answer
        return _rewritten(answer, lambda told: {"issues": told["issues"], "isLast": True})

    return Stage(_copy(plain.world), tamper)


def _drift(plain: Plain) -> Stage:
    """Delete an issue when the first pass has been answered, before the second is asked."""
    stage, gone = without_fault(plain), plain.issue("drift").id

    def tamper(asked: Asked, answer: Answer) -> Answer:
        if _first_pass(asked) and b'"isLast": true' in _spaced(answer):
            stage.world.issues.pop(gone, None)
        return answer

    return replace(stage, tamper=tamper)


def _same_key(plain: Plain) -> Stage:
    """Let one issue be told under the key of another."""
    wrong = plain.issue("same-key")

    def tamper(asked: Asked, answer: Answer) -> Answer:
        if not _first_pass(asked):
            return answer
        return _rewritten(answer, _with_key_of_another)

    def _with_key_of_another(told: dict[str, Any]) -> dict[str, Any]:
        other = next((one["key"] for one in told["issues"] if one["key"] != wrong.key), wrong.key)
        issues = [{**one, "key": other} if one["key"] == wrong.key else one for one in told["issues"]]
        return {**told, "issues": issues}

    return Stage(_copy(plain.world), tamper)


def _wrong_count(plain: Plain) -> Stage:
    """Let Jira's own count be seven too many."""

    def tamper(asked: Asked, answer: Answer) -> Answer:
        if not asked.path.endswith("/search/approximate-count") or f'"{PROJECT}"' not in _asked_jql(asked):
            return answer
        return _rewritten(answer, lambda told: {**told, "count": told["count"] + 7})

    return Stage(_copy(plain.world), tamper)


def _asked_jql(asked: Asked) -> str:
    return str(json.loads(asked.body).get("jql", ""))


def _first_pass(asked: Asked) -> bool:
    """Say whether a request is of the first pass over the project: a search that asks for summaries."""
    if not asked.path.endswith("/search/jql"):
        return False
    body = json.loads(asked.body)
    return "summary" in body.get("fields", ()) and f'"{PROJECT}"' in body.get("jql", "")


def _spaced(answer: Answer) -> bytes:
    return json.dumps(json.loads(answer.body)).encode()


def _rewritten(answer: Answer, change_of: Callable[[dict[str, Any]], dict[str, Any]]) -> Answer:
    return (
        replace(answer, body=json.dumps(change_of(json.loads(answer.body))).encode())
        if answer.status == 200
        else answer
    )


PLANTS: Final[Mapping[str, Plant]] = MappingProxyType(
    {
        "page-lost": _page_lost,
        "wrong-count": _wrong_count,
        "same-key": _same_key,
        "drift": _drift,
        "left-out": _left_out,
        "not-browsable": _not_browsable,
        "hidden": _hidden,
        "deleted": _deleted,
        "deleted-unrecorded": _deleted_unrecorded,
        "moved-twice": _moved_twice,
        "history-cut": _history_cut,
        "comment-gone": _comment_gone,
        "approved-late": _approved_late,
        "same-person": _same_person,
        "short-log": _short_log,
    }
)
"""By name, what plants each."""
