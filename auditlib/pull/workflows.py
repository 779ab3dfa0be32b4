"""The workflows of the listed projects: which issue type has which, what they say, and the versions that Jira keeps.

An account that may not read them is told the statuses of each issue type; what was refused is kept with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final

from auditlib.jira import data_center, workflows
from auditlib.pull.session import Session, batches_of
from auditlib.records.workflows import (
    IssueType,
    Scheme,
    read_issue_types,
    read_kept,
    read_named,
    read_scheme,
    read_schemes,
    read_workflows,
)
from auditlib.responses import topics

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,99}")
"""Ids of workflows and issue types that may be asked about: their answers are kept in a folder of that name."""


def ask_workflows(session: Session) -> None:
    """Ask for the statuses of each issue type, then for the workflows as far as the account may read them."""
    projects = session.evidence.projects
    session.tell("workflows", 0, None)
    types: dict[str, list[IssueType]] = {}

    def ask_types(key: str) -> None:
        request = workflows.statuses_of(session.reader.dialect.NAME, key)
        types[key] = session.told(topics.WORKFLOW_STATUSES.of(key), request, read_issue_types) or []

    session.side_by_side([partial(ask_types, key) for key in projects])
    if session.reader.dialect.NAME == data_center.NAME:
        _ask_names(session)
    else:
        _ask_versions(session, _ask_current(session, types))


# Data Center


def _ask_names(session: Session) -> None:
    """Ask which workflow each issue type has, by name; whoever may not know one may not know the others."""
    session.told(topics.WORKFLOW_NAMES.of(), workflows.all_workflows(), read_named)
    for key in session.evidence.projects:
        topic, request = topics.WORKFLOW_SCHEME.of(key), workflows.scheme_of(key)
        if session.told(topic, request, read_scheme) is None:
            return


# Cloud


def _ask_current(session: Session, types: Mapping[str, list[IssueType]]) -> list[str]:
    """Ask for each workflow as it is now, and return their ids.

    One that several types have by a scheme is asked for once. Those of a team-managed project are its own, so each type's
    is asked for, until one is refused.
    """
    schemes = _ask_schemes(session)
    shared: dict[str, Callable[[], bool]] = {}
    own: list[Callable[[], None]] = []
    found: dict[str, None] = {}

    def ask(key: str, kind: IssueType) -> bool:
        topic = topics.WORKFLOW_NOW.of(key, kind.id)
        request = workflows.workflow_of(_project_id(session, key), kind.id)
        told = session.told(topic, request, read_workflows)
        found.update(dict.fromkeys(one.id for one in told or ()))
        return told is not None

    for key, kinds in types.items():
        askable = [kind for kind in kinds if _ID.fullmatch(kind.id)]
        scheme = schemes.get(str(_project_id(session, key)))
        if scheme is not None:
            for kind in askable:
                shared.setdefault(scheme.workflow(kind.id), partial(ask, key, kind))
        elif _is_team_managed(session, key):
            own.append(partial(_until_refused, partial(ask, key), askable))
    session.side_by_side([*shared.values(), *own])
    return sorted(found)


def _until_refused(ask: Callable[[IssueType], bool], kinds: Iterable[IssueType]) -> None:
    for kind in kinds:
        if not ask(kind):
            return


def _ask_schemes(session: Session) -> dict[str, Scheme]:
    """Ask for the workflow schemes of all listed projects, by project id."""
    ids = [str(_project_id(session, key)) for key in session.evidence.projects]
    schemes: dict[str, Scheme] = {}
    for number, batch in enumerate(batches_of([one for one in ids if one != "0"], workflows.PROJECTS_PER_REQUEST), 1):
        request = workflows.schemes_of([int(one) for one in batch])
        told = session.told(topics.WORKFLOW_SCHEMES.of(number), request, partial(read_schemes, asked=batch))
        if told is None:
            break
        schemes |= told
    return schemes


def _project(session: Session, key: str) -> Mapping[str, Any]:
    """Return what Jira told of a project before."""
    told = session.reader.store.entries(topics.PROJECT.of(key))
    answer = session.reader.store.json(told[0]) if told else {}
    return answer if isinstance(answer, dict) else {}


def _project_id(session: Session, key: str) -> int:
    """Return the id of a project; 0 if Jira tells none, which no project has."""
    told = str(_project(session, key).get("id"))
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else 0


def _is_team_managed(session: Session, key: str) -> bool:
    project = _project(session, key)
    return project.get("style") == "next-gen" or project.get("simplified") is True


def _ask_versions(session: Session, ids: Iterable[str]) -> None:
    """Ask for every version of each workflow that Jira keeps."""

    def ask(workflow: str) -> None:
        kept = session.told(topics.WORKFLOW_VERSIONS.of(workflow), workflows.versions_of(workflow), read_kept)
        for one in kept or ():
            topic, request = (
                topics.WORKFLOW_VERSION.of(workflow, one.number),
                workflows.version_of(workflow, one.number),
            )
            session.told(topic, request, read_workflows)

    session.side_by_side([partial(ask, one) for one in ids if _ID.fullmatch(one)])
