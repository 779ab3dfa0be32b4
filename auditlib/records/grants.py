"""Which permissions of Jira allow more than to read: one judgement for ``check`` and for the findings. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

POWERS: Final = (
    "BROWSE_PROJECTS",
    "ADMINISTER_PROJECTS",
    "SET_ISSUE_SECURITY",
    "DELETE_ISSUES",
    "MOVE_ISSUES",
    "ADMINISTER",
)
"""Permissions of the account that say what it can see, and what it should not be able to do."""

MORE_THAN_READ: Final = (
    "SYSTEM_ADMIN",
    "ADMINISTER",
    "ADMINISTER_PROJECTS",
    "SET_ISSUE_SECURITY",
    "DELETE_ISSUES",
    "MOVE_ISSUES",
    "EDIT_ISSUES",
    "CREATE_ISSUES",
    "TRANSITION_ISSUES",
    "RESOLVE_ISSUES",
    "CLOSE_ISSUES",
    "ASSIGN_ISSUES",
    "SCHEDULE_ISSUES",
    "MODIFY_REPORTER",
    "LINK_ISSUES",
    "MANAGE_WATCHERS",
    "MANAGE_SPRINTS_PERMISSION",
    "BULK_CHANGE",
    "ADD_COMMENTS",
    "EDIT_ALL_COMMENTS",
    "EDIT_OWN_COMMENTS",
    "DELETE_ALL_COMMENTS",
    "DELETE_OWN_COMMENTS",
    "CREATE_ATTACHMENTS",
    "DELETE_ALL_ATTACHMENTS",
    "DELETE_OWN_ATTACHMENTS",
    "WORK_ON_ISSUES",
    "EDIT_ALL_WORKLOGS",
    "EDIT_OWN_WORKLOGS",
    "DELETE_ALL_WORKLOGS",
    "DELETE_OWN_WORKLOGS",
)
"""Keys of Jira's own permissions by which an account can change something, the strongest first.

``GET /rest/api/3/permissions`` names them, as Atlassian's OpenAPI description of Jira Cloud shows; ``SYSTEM_ADMIN``
exists on Data Center only. Apps may add others, which nobody here can judge.
"""


GLOBAL: Final = frozenset({"SYSTEM_ADMIN", "ADMINISTER", "BULK_CHANGE"})
"""Those of them that hold for the whole Jira, whatever project is asked about."""


def more_than_read(have: Iterable[str]) -> list[str]:
    """Return those of an account's permissions that allow more than to read, the strongest first.

    >>> more_than_read(["BROWSE_PROJECTS", "MOVE_ISSUES", "ADMINISTER"])
    ['ADMINISTER', 'MOVE_ISSUES']
    """
    held = set(have)
    return [name for name in MORE_THAN_READ if name in held]


def granted(answer: Any) -> dict[str, bool]:
    """Return which permissions an answer of ``mypermissions`` grants or withholds; one that it does not tell is left out.

    >>> granted({"permissions": {"BROWSE_PROJECTS": {"havePermission": True}, "ADMINISTER": None}})
    {'BROWSE_PROJECTS': True}
    """
    told = answer.get("permissions") if isinstance(answer, Mapping) else None
    if not isinstance(told, Mapping):
        return {}
    have = {name: grant.get("havePermission") for name, grant in told.items() if isinstance(grant, Mapping)}
    return {name: one for name, one in sorted(have.items()) if isinstance(one, bool)}
