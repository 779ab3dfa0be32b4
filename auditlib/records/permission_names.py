"""Names by which Jira's audit log calls permissions, holders and values, and the keys that stand for them. Pure.

The log writes names for people to read ("Delete Issues", "Project Role"), permission schemes have keys (``DELETE_ISSUES``,
``projectRole``). Most names are their key in other letters; those that are not stand here, taken from a published log and the
published schemes of the same site. A name that leads to no known key stays a name: it may be in another language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from auditlib.records.grants import MORE_THAN_READ, POWERS

ADMINISTRATORS: Final = frozenset({"ADMINISTER", "SYSTEM_ADMIN"})
"""Permissions that make an administrator of the whole Jira."""

_OTHER_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ADMINISTER_JIRA": "ADMINISTER",
        "JIRA_ADMINISTRATORS": "ADMINISTER",
        "JIRA_SYSTEM_ADMINISTRATORS": "SYSTEM_ADMIN",
        "MANAGE_SPRINTS": "MANAGE_SPRINTS_PERMISSION",
        "SERVICE_PROJECT_AGENT": "SERVICEDESK_AGENT",
        "VIEW_DEVELOPMENT_TOOLS": "VIEW_DEV_TOOLS",
        "VIEW_READ_ONLY_WORKFLOW": "VIEW_READONLY_WORKFLOW",
    }
)
_KEYS: Final = frozenset(
    {
        *POWERS,
        *MORE_THAN_READ,
        *_OTHER_NAMES.values(),
        "ASSIGNABLE_USER",
        "VIEW_VOTERS_AND_WATCHERS",
    }
)
_HOLDER_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "project role": "projectRole",
        "group": "group",
        "single user": "user",
        "application role": "applicationRole",
        "project lead": "projectLead",
        "reporter": "reporter",
        "current assignee": "assignee",
        "user custom field value": "userCustomField",
        "group custom field value": "groupCustomField",
        "service project customer - portal access": "sd.customer.portal.only",
    }
)
_VALUES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "admin.common.words.permission": "permission",
        "admin.common.words.type": "type",
        "admin.common.words.value": "value",
        "admin.common.words.group": "group",
        "admin.common.words.users": "users",
        "common.words.groups": "groups",
        "common.concepts.projectlead": "project lead",
        "admin.common.phrases.active.inactive": "active / inactive",
        "common.words.name": "name",
        "common.words.key": "key",
        "common.words.type": "type",
        "common.words.description": "description",
        "common.concepts.description": "description",
        "common.words.username": "username",
        "common.words.fullname": "full name",
        "common.words.email": "email",
    }
)
_BETWEEN: Final = re.compile(r"[\s_-]+")


def permission_key(name: str | None) -> str | None:
    """Return the key of a permission that the log names; None if the name is not known.

    Atlassian's newer word for an issue is read as "issue"; no published log has it yet.

    >>> permission_key("Delete Issues"), permission_key("Administer Jira"), permission_key("Delete Work Items")
    ('DELETE_ISSUES', 'ADMINISTER', 'DELETE_ISSUES')
    """
    letters = _BETWEEN.sub("_", (name or "").strip()).upper().replace("WORK_ITEM", "ISSUE")
    key = _OTHER_NAMES.get(letters, letters)
    return key if key in _KEYS else None


def holder_type(name: str | None) -> str | None:
    """Return the type of a holder as schemes write it; a name that is not known stays as it is.

    >>> holder_type("Project Role"), holder_type("Projektrolle"), holder_type(None)
    ('projectRole', 'Projektrolle', None)
    """
    return None if name is None else _HOLDER_TYPES.get(name.strip().casefold(), name)


def value_name(name: str | None) -> str:
    """Return what a changed value is called in English, by Data Center's key or the name itself.

    >>> value_name("admin.common.words.permission"), value_name("Permission")
    ('permission', 'permission')
    """
    known = (name or "").strip().casefold()
    return _VALUES.get(known, known)
