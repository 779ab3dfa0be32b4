"""Workflows as Jira answers them become records: statuses, transitions, versions, and which issue type has which. Pure.

Read are the answers of Cloud to ``workflows``, ``workflow/history`` and ``workflow/history/list``, of both Jiras to
``project/{key}/statuses``, and the schemes that map issue types to workflows by name.

An archive keeps answers as they came, one a version: ``workflows/<UTC>/<workflow id>-<version>.json`` holds the answer to
``workflow/history``, or to ``workflows`` where Jira keeps none of that version. Id and version are read from the answer, not
from the name of the file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from auditlib.csv_cells import writable_text
from auditlib.errors import AnswerError
from auditlib.records.issues import json_object, person_name
from auditlib.records.transitions import instant_or_none
from auditlib.records.workflow_rules import Rule, read_rules
from auditlib.text import shorten

INITIAL: Final = "initial"
GLOBAL: Final = "global"
DIRECTED: Final = "directed"

_MOST_DIGITS: Final = 18


@dataclass(frozen=True)
class Status:
    """A status of a workflow: its name, its category in Jira's words (``TODO``, ``IN_PROGRESS``, ``DONE``), and Jira's id."""

    name: str
    category: str = ""
    id: str = ""


@dataclass(frozen=True)
class Transition:
    """A transition.

    Attributes
    ----------
    name : str
    kind : str
        ``initial`` creates the issue, ``global`` leads there from any status, ``directed`` from those of ``origins``.
    origins : tuple of str
        Names of the statuses from which it leads.
    target : str
        Name of the status to which it leads; empty where it stays in the status.
    rules : tuple of Rule
        What may stop it, and what happens with it.
    origin_ids : tuple of str
        Jira's ids of the statuses of ``origins``, in their order.
    target_id : str
        Jira's id of the status of ``target``; empty where that is.
    """

    name: str
    kind: str
    origins: tuple[str, ...]
    target: str
    rules: tuple[Rule, ...] = ()
    origin_ids: tuple[str, ...] = ()
    target_id: str = ""


@dataclass(frozen=True)
class Workflow:
    """A version of a workflow.

    Attributes
    ----------
    id, name : str
    number : int or None
        Of the version; None if Jira tells none.
    statuses : tuple of Status
    transitions : tuple of Transition
    approvals : tuple of str
        What statuses ask to be approved, in words.
    updated : datetime or None
        When it was last changed.
    author : str
        Account id of who made this version; empty if Jira tells none.
    project_id : str
        Of the project that it belongs to alone; empty if it may be used by any.
    """

    id: str
    name: str
    number: int | None
    statuses: tuple[Status, ...]
    transitions: tuple[Transition, ...]
    approvals: tuple[str, ...] = ()
    updated: datetime | None = None
    author: str = ""
    project_id: str = ""


@dataclass(frozen=True)
class Kept:
    """A version that Jira keeps: its number, and when it was written."""

    number: int
    at: datetime | None


@dataclass(frozen=True)
class Scheme:
    """Which workflow each issue type has, by name: the type's own, else the default one."""

    default: str
    by_type: Mapping[str, str]

    def workflow(self, issue_type_id: str) -> str:
        """Return the name of the workflow of an issue type; empty if the scheme names none."""
        return self.by_type.get(issue_type_id, self.default)


@dataclass(frozen=True)
class IssueType:
    """An issue type of a project, with the names of its statuses."""

    id: str
    name: str
    statuses: tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """A workflow of Data Center, of which no more than this is told: its name, and who last changed it."""

    name: str
    changed_by: str


def read_workflows(answer: Any) -> list[Workflow]:
    """Read the workflows of an answer to ``workflows``, ``workflows/search`` or ``workflow/history``.

    Raises
    ------
    AnswerError
        If it holds no list of workflows, or one without a name.
    """
    body = _object(answer, "workflows")
    listed = body.get("workflows", body.get("values"))
    statuses = {_text(one.get("statusReference", one.get("id"))): one for one in _objects(body.get("statuses"))}
    return [_workflow(one, statuses) for one in _all_objects(listed, "workflows")]


def _workflow(record: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]) -> Workflow:
    name = _text(record.get("name"))
    if not name:
        raise AnswerError("a workflow has no name", expected="name", found=", ".join(map(str, record))[:80])
    references = [_text(one.get("statusReference")) for one in _objects(record.get("statuses"))]
    called = {reference: _status(reference, known) for reference in references}
    names = _names(known)
    ids = {reference: _text(one.get("id")) or reference for reference, one in known.items()}
    scope, version = json_object(record.get("scope")), json_object(record.get("version"))
    return Workflow(
        id=_text(record.get("id")) or name,
        name=name,
        number=_number(version.get("versionNumber")),
        statuses=tuple(called.values()),
        transitions=tuple(_transition(one, names, ids) for one in _objects(record.get("transitions"))),
        approvals=tuple(_approvals(_objects(record.get("statuses")), names)),
        updated=instant_of(record.get("updated")),
        author=_text(record.get("lastUpdateAuthorAAID")),
        project_id=_text(json_object(scope.get("project")).get("id")),
    )


def _names(known: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the names of statuses by reference, by which transitions name them, and by id, as rules do."""
    named = {reference: _text(one.get("name")) for reference, one in known.items()}
    named |= {_text(one.get("id")): _text(one.get("name")) for one in known.values()}
    return {reference: name for reference, name in named.items() if reference and name}


def _status(reference: str, known: Mapping[str, Mapping[str, Any]]) -> Status:
    record = known.get(reference, {})
    name = _text(record.get("name")) or f"status {reference}"
    return Status(name, _text(record.get("statusCategory")), _text(record.get("id")) or reference)


def _transition(record: Mapping[str, Any], names: Mapping[str, str], ids: Mapping[str, str]) -> Transition:
    links = [_text(one.get("fromStatusReference")) for one in _objects(record.get("links"))]
    # Older answers name the statuses before and behind in objects of their own.
    links += [_text(one.get("statusReference")) for one in _objects(record.get("from"))]
    target = _text(record.get("toStatusReference")) or _text(json_object(record.get("to")).get("statusReference"))
    kind = _text(record.get("type")).lower()
    origins = [one for one in dict.fromkeys(links) if one]
    return Transition(
        name=_text(record.get("name")),
        kind=kind if kind in {INITIAL, GLOBAL} else DIRECTED,
        origins=tuple(names.get(one, f"status {one}") for one in origins),
        target=names.get(target, f"status {target}") if target else "",
        rules=read_rules(record, names),
        origin_ids=tuple(ids.get(one, one) for one in origins),
        target_id=ids.get(target, target),
    )


def _approvals(statuses: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> Iterable[str]:
    """Yield what a status of Jira Service Management asks to be approved."""
    for status in statuses:
        asked = json_object(status.get("approvalConfiguration"))
        if str(asked.get("active")).lower() == "true":
            reference = _text(status.get("statusReference"))
            percent = " percent" if asked.get("conditionType") == "percent" else ""
            excluded = asked.get("exclude")
            apart = (
                f", not by the {' or '.join(map(_text, excluded))}" if isinstance(excluded, list) and excluded else ""
            )
            wanted = f"{_text(asked.get('conditionValue'))}{percent} of {_text(asked.get('fieldId'))}"
            yield f"{names.get(reference, reference)} asks for approval by {wanted}{apart}"


def read_kept(answer: Any) -> list[Kept]:
    """Read which versions of a workflow are kept, the oldest first; those that Jira made in between are left out.

    Raises
    ------
    AnswerError
        If it holds no list of versions, or one without a number.
    """
    found: dict[int, Kept] = {}
    for entry in _all_objects(_object(answer, "versions").get("entries"), "versions"):
        number = _number(entry.get("workflowVersion"))
        if number is None:
            raise AnswerError(
                "a version of a workflow has no number", expected="workflowVersion", found=str(entry)[:80]
            )
        if entry.get("isIntermediate") is not True:
            found[number] = Kept(number, instant_of(entry.get("writtenAt")))
    return [found[number] for number in sorted(found)]


def read_schemes(answer: Any, asked: Collection[str] | None = None) -> dict[str, Scheme]:
    """Read the workflow schemes of projects by project id; a project that is not among them has none (team-managed).

    Parameters
    ----------
    answer : JSON
    asked : collection of str, optional
        Ids of the projects that were asked about.

    Raises
    ------
    AnswerError
        If it holds no list of schemes, or tells of a project that was not asked about: then it may lack one that was.
    """
    found: dict[str, Scheme] = {}
    for one in _all_objects(_object(answer, "workflow schemes").get("values"), "workflow schemes"):
        ids = one.get("projectIds")
        scheme = read_scheme(one.get("workflowScheme"))
        found |= {_text(project): scheme for project in (ids if isinstance(ids, list) else ())}
    strangers = sorted(set(found).difference(asked)) if asked is not None else []
    if strangers:
        named = shorten(strangers[0], 40)
        raise AnswerError(
            f"workflow schemes: project {named} was not asked about",
            expected=", ".join(sorted(asked or ())[:5]),
            found=named,
        )
    return found


def read_scheme(answer: Any) -> Scheme:
    """Read one workflow scheme, as a Data Center's project has it.

    Raises
    ------
    AnswerError
        If it is no JSON object.
    """
    body = _object(answer, "a workflow scheme")
    by_type = {_text(key): _text(name) for key, name in json_object(body.get("issueTypeMappings")).items()}
    return Scheme(_text(body.get("defaultWorkflow")), by_type)


def read_issue_types(answer: Any) -> list[IssueType]:
    """Read the issue types of a project with their statuses.

    Raises
    ------
    AnswerError
        If it is no list of issue types.
    """
    return [
        IssueType(
            _text(one.get("id")),
            _text(one.get("name")),
            tuple(_text(status.get("name")) for status in _objects(one.get("statuses"))),
        )
        for one in _all_objects(answer, "issue types")
    ]


def read_named(answer: Any) -> list[Named]:
    """Read the workflows of a Data Center.

    Raises
    ------
    AnswerError
        If it is no list of workflows.
    """
    return [
        Named(_text(one.get("name")), person_name(one.get("lastModifiedUser")) or "")
        for one in _all_objects(answer, "workflows")
    ]


def instant_of(value: Any) -> datetime | None:
    """Return a time as answers about workflows write it (UTC), None if it can't be read.

    Notes
    -----
    Atlassian's examples have no zone (``2025-11-20 02:21:19.598``). What they mean is not told; they are read as UTC.

    >>> instant_of("2025-11-21 03:20:39.15096").isoformat()
    '2025-11-21T03:20:39.150960+00:00'
    """
    known = instant_or_none(value)
    if known is not None or not isinstance(value, str):
        return known
    try:
        read = datetime.fromisoformat(value.strip())
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _object(answer: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(answer, dict):
        raise AnswerError(f"the answer about {what} is not a JSON object", expected="object", found=str(answer)[:80])
    return answer


def _all_objects(value: Any, what: str) -> list[Mapping[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise AnswerError(f"the answer about {what} holds no list of them", expected="list", found=str(value)[:80])
    return value


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return writable_text(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _number(value: Any) -> int | None:
    text = _text(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None
