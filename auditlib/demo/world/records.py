"""What the embedded Jira holds. Plain records; the dialects render them, the company and the folder fill them.

Texts are stored once, in Jira's wiki form or as plain text; people inside ``Issue.fields`` are ``User`` records;
both are turned into the dialect's JSON when they are served. Real issue JSON (``folder.py``) keeps its own dicts,
which are served as they are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from auditlib.demo.world.service_desk import CustomerRequest
from auditlib.demo.world.workflows import Workflows


@dataclass(frozen=True)
class User:
    """A person or an app. ``account_id`` is Cloud's name for it, ``key`` and ``name`` are Data Center's."""

    account_id: str
    key: str
    name: str
    display_name: str
    email: str
    active: bool = True
    time_zone: str = "UTC"
    account_type: str = "atlassian"


@dataclass(frozen=True)
class Group:
    """A group of users; ``members`` are account ids, ``subgroups`` ids of groups within it (Data Center only)."""

    group_id: str
    name: str
    members: tuple[str, ...]
    subgroups: tuple[str, ...] = ()


@dataclass(frozen=True)
class ApplicationRole:
    """Access to an application; ``groups`` are the ids of those that give it."""

    key: str
    name: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Project:
    """A project. ``browsable`` is False where the asking account lacks BROWSE_PROJECTS."""

    id: int
    key: str
    name: str
    lead: str
    description: str = ""
    style: str = "classic"
    archived: bool = False
    browsable: bool = True
    former_keys: tuple[str, ...] = ()
    permission_scheme: int | None = None
    security_levels: tuple[dict[str, Any], ...] = ()
    type_key: str = "software"


@dataclass(frozen=True)
class Grant:
    """One line of a permission scheme; ``parameter`` is a group id, role id or account id, as the holder type asks."""

    id: int
    permission: str
    holder_type: str
    parameter: str | None = None


@dataclass(frozen=True)
class PermissionScheme:
    """A permission scheme with its grants."""

    id: int
    name: str
    description: str
    grants: tuple[Grant, ...]


@dataclass(frozen=True)
class Role:
    """A project role; its actors differ by project and stand in ``World.role_actors``."""

    id: int
    name: str
    description: str = ""


@dataclass(frozen=True)
class RoleActor:
    """Who holds a role in one project: a user (account id) or a group (group id)."""

    id: int
    kind: str  # "user" or "group"
    holder: str


@dataclass(frozen=True, slots=True)
class History:
    """One history entry.

    Items are Jira's own dicts: field, fieldtype, fieldId (absent for ``Key``), from, fromString, to, toString.
    """

    id: int
    created: datetime
    author: User | dict[str, Any] | None
    items: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class Comment:
    """One comment.

    ``visibility`` is Jira's dict (type, value, identifier); ``visible`` says whether the asking account sees it.
    """

    id: int
    author: User | dict[str, Any] | None
    created: datetime
    updated: datetime
    update_author: User | dict[str, Any] | None
    body: str
    visibility: dict[str, Any] | None = None
    visible: bool = True


@dataclass(frozen=True)
class Worklog:
    """Time spent, in seconds."""

    id: int
    author: User | dict[str, Any] | None
    created: datetime
    updated: datetime
    started: datetime
    seconds: int
    comment: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file; ``content`` is None where only its record is known (real data)."""

    id: int
    filename: str
    author: User | dict[str, Any] | None
    created: datetime
    mime_type: str
    content: bytes | None
    size: int


@dataclass(slots=True)
class Issue:
    """An issue as it is today. ``visible`` is False where a security level hides it from the asking account.

    ``fields`` holds everything but comments, worklogs and attachments, under Jira's field ids;
    ``created`` and ``updated`` stand there too, as ``datetime`` with an offset (made up) or as Jira's own text (real data).
    ``raw`` is True for real data, whose ``fields`` are served as received, comment field and attachments included.
    """

    id: int
    key: str
    created: datetime
    updated: datetime
    fields: dict[str, Any]
    histories: list[History] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    worklogs: list[Worklog] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    visible: bool = True
    raw: bool = False

    @property
    def project(self) -> str:
        """The project part of the key."""
        return self.key.rpartition("-")[0]

    @property
    def number(self) -> int:
        """The number part of the key."""
        return int(self.key.rpartition("-")[2])


@dataclass(frozen=True)
class LogRecord:
    """One record of Jira's audit log; rendered as ``auditing/record`` (Cloud) or as an event (Data Center).

    ``action_key`` is the Data Center ``actionI18nKey``; ``object_item`` has id, name, typeName and perhaps parentName.
    """

    id: int
    created: datetime
    author: str | None
    summary: str
    category: str
    action_key: str
    object_item: dict[str, Any]
    changed_values: tuple[dict[str, Any], ...] = ()
    associated_items: tuple[dict[str, Any], ...] = ()
    remote_address: str = ""


@dataclass(frozen=True)
class Filter:
    """A shared filter."""

    id: int
    name: str
    jql: str
    owner: str
    description: str = ""
    share_permissions: tuple[dict[str, Any], ...] = ()
    edit_permissions: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True)
class Organization:
    """The organisation of a Cloud site: when people were last active, by account id, for whoever has its key.

    Data Center keeps the same times itself.
    """

    id: str = ""
    key: str = ""
    last_active: dict[str, datetime] = field(default_factory=dict)


@dataclass
class World:
    """A whole Jira.

    Attributes
    ----------
    account : User
        The account that asks; its ``time_zone`` is the one in which Cloud reads dates in JQL.
    password : str
        The API token (Cloud), password or personal access token (Data Center) of ``account``.
    powers : frozenset of str
        Global and project permissions of ``account`` (``ADMINISTER``, ``BROWSE_PROJECTS``, …).
    base_url : str
        The address under which people would open issues; the embedded Jira's own if empty. A made-up one is the same in
        every run, so that equal answers give equal tables.
    forms : dict
        How it is answered where Jiras differ: values of ``forms.FORMS`` by name, where they are not the default.
    issues : dict
        By numeric id. Deleted issues are not here.
    moved_keys : dict
        Old key to the id of the issue that once had it.
    former_projects : dict
        Former project key to today's project key.
    deleted_worklogs : dict
        When worklogs were deleted, by their ids.
    requests : dict
        Issues that are customer requests of Jira Service Management, by their ids; empty for a Jira without it.
    lacks : tuple of str
        Of recorded data, what it lacks of a Jira, in sentences; empty for a made-up company, which lacks nothing.
    """

    title: str
    account: User
    password: str
    server_zone: str
    powers: frozenset[str]
    base_url: str = ""
    forms: dict[str, str] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    application_roles: tuple[ApplicationRole, ...] = ()
    projects: dict[str, Project] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    moved_keys: dict[str, int] = field(default_factory=dict)
    former_projects: dict[str, str] = field(default_factory=dict)
    issue_types: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    resolutions: list[dict[str, Any]] = field(default_factory=list)
    priorities: list[dict[str, Any]] = field(default_factory=list)
    field_names: list[dict[str, Any]] = field(default_factory=list)
    link_types: list[dict[str, Any]] = field(default_factory=list)
    roles: dict[int, Role] = field(default_factory=dict)
    role_actors: dict[tuple[str, int], tuple[RoleActor, ...]] = field(default_factory=dict)
    permission_schemes: dict[int, PermissionScheme] = field(default_factory=dict)
    filters: dict[int, Filter] = field(default_factory=dict)
    workflows: Workflows = field(default_factory=Workflows)
    log: list[LogRecord] = field(default_factory=list)
    remote_links: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    watchers: dict[int, tuple[str, ...]] = field(default_factory=dict)
    deleted_worklogs: dict[int, datetime] = field(default_factory=dict)
    requests: dict[int, CustomerRequest] = field(default_factory=dict)
    lacks: tuple[str, ...] = ()
    organization: Organization = field(default_factory=Organization)
