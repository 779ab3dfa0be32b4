"""What records of Jira's audit log are about: the actions on permissions, people, workflows and fields. Pure.

Data Center names an action by a key in every language (``type.actionI18nKey``), Cloud by an English summary; the two go
together, as the database of a Data Center that was published shows. Each is known from Atlassian's own source of an older
Jira, from published responses, or both; ``docs/jira.md`` names them. What is not in the table is not guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

PERMISSIONS, GROUPS, USERS, WORKFLOWS, FIELDS, PROJECTS = (
    "permissions",
    "group management",
    "user management",
    "workflows",
    "fields",
    "projects",
)
WATCHED: Final = (PERMISSIONS, GROUPS, USERS, WORKFLOWS, FIELDS)
"""Categories of which every record is a change of who may do what, or of what they work with; of projects only some are."""

CATEGORY_KEYS: Final[Mapping[str, str]] = MappingProxyType(
    {f"jira.auditing.category.{name.replace(' ', '')}": name for name in (*WATCHED, PROJECTS)}
)
"""The categories by Data Center's keys, as the enumeration ``AuditingCategory`` of an older Jira has them."""


@dataclass(frozen=True)
class LogAction:
    """One action of the log.

    Attributes
    ----------
    about : str
        What is changed: ``grant``, ``global``, ``scheme``, ``assignment`` (of a scheme to a project), ``membership``,
        ``role``, ``role itself``, ``group``, ``user``, ``workflow``, ``field``, ``project``, ``access``.
    does : str
        What is done to it: ``added``, ``removed``, ``created``, ``changed``, ``deleted``, …
    scheme : str
        Of which kind the scheme is; empty where there is none.
    """

    about: str
    does: str
    scheme: str = ""


_SCHEMES: Final = (
    ("Permission scheme", "permission.scheme", "permission"),
    ("Issue Security scheme", "issue.security.scheme", "issue security"),
    ("Workflow scheme", "workflow.scheme", "workflow"),
    ("Field Configuration scheme", "field.layout.scheme", "field configuration"),
)
_OF_SCHEMES: Final = (
    ("created", "created", "scheme", "created"),
    ("updated", "updated", "scheme", "changed"),
    ("copied", "copied", "scheme", "copied"),
    ("deleted", "deleted", "scheme", "deleted"),
    ("added to project", "added.to.project", "assignment", "added"),
    ("removed from project", "removed.from.project", "assignment", "removed"),
)
_SINGLE: Final = (
    ("Global permission added", "global.permission.added", "global", "added"),
    ("Global permission deleted", "global.permission.deleted", "global", "removed"),
    ("User added to group", "user.added.to.group", "membership", "added"),
    ("User removed from group", "user.removed.from.group", "membership", "removed"),
    ("Group added to group", "group.added.to.group", "membership", "added"),
    ("Group removed from group", "group.removed.from.group", "membership", "removed"),
    ("Group created", "group.created", "group", "created"),
    ("Group deleted", "group.deleted", "group", "deleted"),
    ("User created", "user.created", "user", "created"),
    ("User updated", "user.updated", "user", "changed"),
    ("User deleted", "user.deleted", "user", "deleted"),
    ("User renamed", "user.renamed", "user", "renamed"),
    ("User anonymized", "user.anonymized", "user", "anonymized"),
    ("User's password changed", "user.password.changed", "user", "password changed"),
    ("User's password reset", "user.password.reset", "user", "password reset"),
    ("Project roles changed", "project.roles.changed", "role", "changed"),
    ("Project role deleted", "project.role.deleted", "role itself", "deleted"),
    ("Project updated", "project.updated", "project", "changed"),
    ("Project created", "project.created", "project", "created"),
    ("Workflow created", "workflow.created", "workflow", "created"),
    ("Workflow updated", "workflow.updated", "workflow", "changed"),
    ("Workflow renamed", "workflow.renamed", "workflow", "renamed"),
    ("Workflow deleted", "workflow.deleted", "workflow", "deleted"),
    ("Custom field created", "customfield.created", "field", "created"),
    ("Custom field updated", "customfield.updated", "field", "changed"),
    ("Custom field deleted", "customfield.deleted", "field", "deleted"),
)


def _actions() -> tuple[dict[str, LogAction], dict[str, LogAction]]:
    by_key, by_summary = {}, {}
    for name, key, kind in _SCHEMES:
        for words, ending, about, does in _OF_SCHEMES:
            action = LogAction(about, does, kind)
            by_key[f"jira.auditing.{key}.{ending}"] = by_summary[f"{name} {words}".casefold()] = action
    for words, key, about, does in _SINGLE:
        by_key[f"jira.auditing.{key}"] = by_summary[words.casefold()] = LogAction(about, does)
    by_summary["customer permissions changed"] = LogAction("access", "changed")  # Cloud's service projects
    return by_key, by_summary


_BY_KEY, _BY_SUMMARY = _actions()


def action_of(action_key: str | None, summary: str | None) -> LogAction | None:
    """Return what a record is about; None if it is not known. A key, where there is one, decides alone.

    >>> action_of("jira.auditing.user.added.to.group", "Benutzer zur Gruppe hinzugefügt").does
    'added'
    >>> action_of(None, "Permission Scheme updated").about
    'scheme'
    >>> action_of("jira.auditing.something.new", "User added to group") is None
    True
    """
    if action_key is not None and action_key != summary:  # some apps give their summary for a key
        return _BY_KEY.get(action_key)
    return _BY_SUMMARY.get((summary or "").strip().casefold())


def category_of(category_key: str | None, category: str | None) -> str:
    """Return the category of a record as Cloud calls it; empty if it is none of those known.

    >>> category_of("jira.auditing.category.groupmanagement", "Gruppenverwaltung")
    'group management'
    >>> category_of(None, "Permissions"), category_of("stp.audit.category.system", "System")
    ('permissions', '')
    """
    if category_key is not None:
        return CATEGORY_KEYS.get(category_key, "")
    name = (category or "").strip().casefold()
    return name if name in CATEGORY_KEYS.values() else ""
