"""Topics: what each response was asked for, what it brings, and which rows it feeds. Pure.

A topic is a text in the index of ``raw/``, and the folder of its responses: ``first_pass/PAY/01``. It is written by the record
of its kind, ``FIRST_PASS.of("PAY", 1)``, and read by ``read_topic``. Nothing else puts such a text together or takes it apart,
and what asks for topics of some sort (those that bring histories, those that feed a table) picks them from ``TOPICS``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from auditlib.responses.topic import Named, Rows, Topic

_OF_ISSUES: Final[Mapping[str, Rows]] = {"controls": "issues", "second_source": "issues"}
_OF_RECORDS: Final[Mapping[str, Rows]] = {"controls": "key", "second_source": "key"}
"""What the histories of issues feed beside the lists: control tests, and what is reconciled by them."""

# who and what is asked

SERVER: Final = Topic("server", "Which Jira this is, and its clock.", feeds={"findings": "project"}, first_contact=True)
GATEWAY: Final = Topic("gateway", "The cloud id of a site, by which Atlassian's gateway knows it.", first_contact=True)
ACCOUNT: Final = Topic("account", "As whom Jira is asked.", feeds={"findings": "project"}, first_contact=True)
LOGGED_IN: Final = Topic(
    "logged_in",
    "What Jira answers to no stranger, asked where the token may not ask for its account.",
    feeds={"findings": "project"},
    first_contact=True,
)
PROJECT: Final = Topic("project/{project}", "A project, and the keys that it had before.", first_contact=True)
POWERS: Final = Topic(
    "powers/{project}", "What the account may do in a project.", feeds={"findings": "project"}, first_contact=True
)
SECURITY: Final = Topic(
    "security/{project}", "The issue security levels of a project.", feeds={"findings": "project"}, first_contact=True
)
FILTER: Final = Topic(
    "filter", "The shared filter of the parameters.", feeds={"findings": "project"}, first_contact=True
)

FIELDS: Final = Topic("fields", "The fields that there are, with their names.", feeds={"controls": "project"})
FOLLOW_UPS: Final = Topic("follow_ups", "When linked issues were resolved.", feeds={"controls": "project"})
APPROVALS: Final = Topic("approvals/{issue:d}", "A page of the approvals of a request.", feeds={"controls": "project"})

# the passes

COUNT: Final = Topic(
    "count/{project}", "Jira's own count of the issues of the period.", feeds={"reconciliation": "project"}
)
KEY_WALK: Final = Topic(
    "key_walk/{project}",
    "A page of all issues that a project holds, by creation.",
    issues="search",
    created=4,
    keys=4,
    feeds={"numbering": "project", "gaps": "project", "runs": "project"},
)
PROBE: Final = Topic(
    "probe/{project}",
    "When a few issues were created, to know where they lie.",
    issues="identifier",
    created=2,
    keys=3,
    feeds={"numbering": "project", "gaps": "project", "runs": "project"},
)
FIRST_PASS: Final = Topic(
    "first_pass/{project}/{slice:02d}",
    "A page of the issues of the period, with their fields.",
    issues="search",
    histories="with issues",
    created=1,
    keys=5,
    feeds={"population": "issues", "status": "project", "reconciliation": "project", **_OF_ISSUES},
)
SECOND_PASS: Final = Topic(
    "second_pass/{project}",
    "A page of the same issues once more, ids only.",
    issues="search",
    feeds={"reconciliation": "project"},
)
FILTER_PASS: Final = Topic(
    "filter_pass/{project}",
    "A page of those that the JQL or filter of the parameters lets pass.",
    issues="search",
    feeds={"reconciliation": "project", "excluded": "project"},
)
TEST_ISSUES: Final = Topic(
    "test_issues/{project}",
    "A page of those that the company marks as tests.",
    issues="search",
    feeds={"closing": "project"},
)

# histories

HISTORY_DRIFT: Final = Topic(
    "history/drift/{project}[/{batch:04d}]",
    "Histories of issues that are in one pass only.",
    histories="bulk",
    feeds={"population": "issues", **_OF_ISSUES},
)
HISTORY_FIRST_PASS: Final = Topic(
    "history/first_pass[/{batch:04d}]",
    "Histories of the issues of the first pass.",
    histories="bulk",
    feeds={"population": "issues", **_OF_ISSUES},
)
HISTORY_MISSING: Final = Topic(
    "history/missing/{asked:07d}[/{batch:04d}]",
    "Histories that tell which missing number an issue answered to, after so many were asked for.",
    histories="bulk",
    feeds={"population": "issues", **_OF_ISSUES},
)
HISTORY_ONE: Final = Topic(
    "history/one/{issue:d}",
    "A page of the history of an issue of which only a part had come.",
    histories="one",
    feeds={"population": "issues", **_OF_ISSUES},
)
HISTORY_SETTLE: Final = Topic(
    "history/settle/{project}/{asked:06d}[/{batch:04d}]",
    "Histories of the neighbours of the period, after so many were asked for.",
    histories="bulk",
    feeds={"population": "issues", **_OF_ISSUES},
)

# numbers

SEVERAL: Final = "several"
"""Stands for the project where keys are asked for that may be of more than one."""

SETTLE: Final = Topic(
    "settle/{project}",
    "Issues that decide where the numbers of the period begin and end.",
    issues="identifier",
    histories="with issues",
    created=3,
    keys=2,
    feeds={"numbering": "project", "gaps": "project", "runs": "project"},
)
MISSING: Final = Topic(
    "missing/{project}",
    "What answers to the keys of missing numbers.",
    issues="identifier",
    histories="with issues",
    keys=1,
    feeds={"gaps": "asked", "runs": "project", "numbering": "project"},
)
MANNER: Final = Topic(
    "manner/{project}",
    "How Jira answers for a key that surely does not exist.",
    feeds={"gaps": "project", "runs": "project"},
)
DRIFT: Final = Topic(
    "drift/{project}",
    "Issues that are in one pass only.",
    issues="identifier",
    histories="with issues",
    keys=6,
    feeds={"reconciliation": "project"},
)

# the audit log

LOG_RECORDS: Final = Topic(
    "log/records",
    "A page of Jira's audit log.",
    feeds={"deletions": "project", "gaps": "project", "runs": "project", "activity": "project"},
)
LOG_OLDER: Final = Topic(
    "log/older",
    "Whether the log holds records from before the time that is asked for.",
    feeds={"deletions": "project", "gaps": "project", "runs": "project"},
)
# permissions

_FEED_PERMISSIONS: Final[Mapping[str, Rows]] = {"permissions": "project", "permission_counts": "project"}
SCHEME: Final = Topic(
    "permissions/scheme/{project}",
    "The permission scheme of a project.",
    feeds={**_FEED_PERMISSIONS, "permission_schemes": "project"},
)
GRANTS: Final = Topic(
    "permissions/grants",
    "The grants of a permission scheme that came without them.",
    feeds={**_FEED_PERMISSIONS, "permission_schemes": "project"},
)
ROLES: Final = Topic(
    "permissions/roles/{project}", "The roles of a team-managed project.", feeds={"project_roles": "project"}
)
ROLE: Final = Topic(
    "permissions/role/{project}",
    "Who acts in a role of a project.",
    feeds={**_FEED_PERMISSIONS, "project_roles": "project"},
)
APPLICATIONS: Final = Topic(
    "permissions/applications", "Which groups give access to which application.", feeds=_FEED_PERMISSIONS
)
MEMBERS: Final = Topic(
    "permissions/members",
    "A page of the members of a group.",
    feeds={**_FEED_PERMISSIONS, "group_members": "project"},
)
PEOPLE: Final = Topic(
    "permissions/people",
    "The record of people who were named without one.",
    feeds={**_FEED_PERMISSIONS, "project_roles": "project"},
)

# when people were last active

_FEED_REVIEW: Final[Mapping[str, Rows]] = {"access_review": "project", "access_review_import": "project"}
LAST_SEEN_USERS: Final = Topic("last_seen/users", "A page of all users, with their last log-ins.", feeds=_FEED_REVIEW)
LAST_SEEN_USER: Final = Topic("last_seen/user", "A user, with the last log-in.", feeds=_FEED_REVIEW)
LAST_SEEN_ORGANIZATION: Final = Topic(
    "last_seen/organization", "When a person was last active, as the organisation tells it.", feeds=_FEED_REVIEW
)

LOG_ANY: Final = Topic("log/any", "Whether the log can be read; asked by check alone.")

# workflows

WORKFLOW_STATUSES: Final = Topic(
    "workflows/statuses/{project}", "The statuses of a project by issue type.", feeds={"workflows": "project"}
)
WORKFLOW_SCHEMES: Final = Topic(
    "workflows/schemes/{batch:04d}", "The workflow schemes of projects (Cloud).", feeds={"workflows": "project"}
)
WORKFLOW_SCHEME: Final = Topic(
    "workflows/scheme/{project}", "The workflow scheme of a project (Data Center).", feeds={"workflows": "project"}
)
WORKFLOW_NAMES: Final = Topic(
    "workflows/names", "The names of all workflows (Data Center).", feeds={"workflows": "project"}
)
WORKFLOW_NOW: Final = Topic(
    "workflows/now/{project}/{type}", "The workflow of an issue type as it is now.", feeds={"workflows": "project"}
)
WORKFLOW_VERSIONS: Final = Topic(
    "workflows/versions/{workflow}", "Which versions of a workflow Jira keeps.", feeds={"workflows": "project"}
)
WORKFLOW_VERSION: Final = Topic(
    "workflows/version/{workflow}/{version:d}",
    "A version of a workflow that Jira keeps.",
    feeds={"workflows": "project"},
)

EVENT_ACTIONS: Final = Topic(
    "workspace/actions",
    "A page of the actions that a Cloud site records.",
    feeds={"activity": "project", "findings": "project"},
)
EVENTS: Final = Topic(
    "workspace/events",
    "A page of Workspace Events of the period.",
    feeds={"activity": "project", "findings": "project"},
)

RIGHTS: Final = Topic("rights/{kind}", "Whether a kind of request is allowed; asked by check alone.")

# an archive, whose answers are read once and noted

ARCHIVE_COMMENTS: Final = Topic(
    "archive_comments/{project}", "A page of updated issues with their comments; asked by archive alone."
)
ARCHIVE_COMMENTS_AGAIN: Final = Topic(
    "archive_comments_again/{batch:04d}", "Issues whose comments were read longest ago; asked by archive alone."
)
ARCHIVE_COMMENTS_ONE: Final = Topic(
    "archive_comments_one/{issue:d}", "A page of the comments of one issue; asked by archive alone."
)
ARCHIVE_WORKLOGS: Final = Topic(
    "archive_worklogs/{kind}", "A page of changed or deleted worklogs, or of worklogs; asked by archive alone."
)

# the sampled issues

AGAIN_SERVER: Final = Topic(
    "again/server", "Jira's clock when the sample was read anew.", feeds={"findings": "project"}, anew=True
)
AGAIN_ACCOUNT: Final = Topic(
    "again/account", "As whom the sample was read anew.", feeds={"findings": "project"}, anew=True
)
AGAIN_LOGGED_IN: Final = Topic(
    "again/logged_in",
    "What Jira answers to no stranger, when the sample was read anew.",
    feeds={"findings": "project"},
    anew=True,
)
DOSSIER_ISSUE: Final = Topic(
    "dossier/{key}/issue",
    "An issue in full.",
    feeds={"sample_changes": "key", "sample_history": "key", "attributes": "key", **_OF_RECORDS},
    anew=True,
)
DOSSIER_HISTORY: Final = Topic(
    "dossier/{key}/history",
    "A page of its history.",
    feeds={"sample_history": "key", "attributes": "key", **_OF_RECORDS},
    anew=True,
)
DOSSIER_COMMENTS: Final = Topic(
    "dossier/{key}/comments",
    "A page of its comments.",
    feeds={"sample_comments": "key", "attributes": "key", "controls": "key"},
    anew=True,
)
DOSSIER_WORKLOGS: Final = Topic(
    "dossier/{key}/worklogs", "A page of its worklogs.", feeds={"attributes": "key", "controls": "key"}, anew=True
)
DOSSIER_REMOTE_LINKS: Final = Topic(
    "dossier/{key}/remote_links", "Its links to elsewhere.", feeds={"attributes": "key", "controls": "key"}, anew=True
)
DOSSIER_WATCHERS: Final = Topic("dossier/{key}/watchers", "Who watches it.", feeds={"attributes": "key"}, anew=True)
DOSSIER_VOTES: Final = Topic("dossier/{key}/votes", "Its votes.", feeds={"attributes": "key"}, anew=True)
DOSSIER_REQUEST: Final = Topic(
    "dossier/{key}/request", "Its type as a request.", feeds={"attributes": "key", "controls": "key"}, anew=True
)
DOSSIER_APPROVALS: Final = Topic(
    "dossier/{key}/approvals", "Its approvals.", feeds={"attributes": "key", "controls": "key"}, anew=True
)
DOSSIER_SLA: Final = Topic("dossier/{key}/sla", "Its SLAs.", feeds={"attributes": "key", "controls": "key"}, anew=True)
DOSSIER_ATTACHMENT: Final = Topic(
    "dossier/{key}/attachment/{attachment:d}",
    "A file of it.",
    feeds={"attributes": "key", "controls": "key"},
    anew=True,
)

DOSSIER_PARTS: Final[Mapping[str, Topic]] = MappingProxyType(
    {
        topic.segments[-1]: topic
        for topic in (
            DOSSIER_HISTORY,
            DOSSIER_COMMENTS,
            DOSSIER_WORKLOGS,
            DOSSIER_REMOTE_LINKS,
            DOSSIER_WATCHERS,
            DOSSIER_VOTES,
            DOSSIER_REQUEST,
            DOSSIER_APPROVALS,
            DOSSIER_SLA,
        )
    }
)
"""What hangs on an issue, by the name of the part."""

OTHER: Final = Topic("other", "Of no topic of this version; it brings nothing.")
"""Is in no package: stands for a text that no topic has."""

TOPICS: Final = (
    *(SERVER, GATEWAY, ACCOUNT, LOGGED_IN, PROJECT, POWERS, SECURITY, FILTER, FIELDS, FOLLOW_UPS, APPROVALS),
    *(COUNT, KEY_WALK, PROBE, FIRST_PASS, SECOND_PASS, FILTER_PASS, TEST_ISSUES),
    *(HISTORY_DRIFT, HISTORY_FIRST_PASS, HISTORY_MISSING, HISTORY_ONE, HISTORY_SETTLE),
    *(SETTLE, MISSING, MANNER, DRIFT),
    *(LOG_RECORDS, LOG_OLDER, LOG_ANY, EVENT_ACTIONS, EVENTS, RIGHTS),
    *(WORKFLOW_STATUSES, WORKFLOW_SCHEMES, WORKFLOW_SCHEME, WORKFLOW_NAMES),
    *(WORKFLOW_NOW, WORKFLOW_VERSIONS, WORKFLOW_VERSION),
    *(SCHEME, GRANTS, ROLES, ROLE, APPLICATIONS, MEMBERS, PEOPLE),
    *(LAST_SEEN_USERS, LAST_SEEN_USER, LAST_SEEN_ORGANIZATION),
    *(ARCHIVE_COMMENTS, ARCHIVE_COMMENTS_AGAIN, ARCHIVE_COMMENTS_ONE, ARCHIVE_WORKLOGS),
    *(AGAIN_SERVER, AGAIN_ACCOUNT, AGAIN_LOGGED_IN, DOSSIER_ISSUE, *DOSSIER_PARTS.values(), DOSSIER_ATTACHMENT),
)
"""Every topic, about in the order in which a run asks."""


def folders(topics: Iterable[Topic]) -> tuple[str, ...]:
    """Return the folders of topics, each once, in their order."""
    return tuple(dict.fromkeys(topic.folder for topic in topics))


def in_words(text: str) -> str:
    """Return a topic's text as people read it.

    >>> in_words("history/first_pass/0001")
    'history, first pass, 0001'
    """
    return text.replace("_", " ").replace("/", ", ")


_IN_FOLDER: Final = {folder: [one for one in TOPICS if one.folder == folder] for folder in folders(TOPICS)}


@lru_cache(maxsize=1024)
def read_topic(text: str) -> Named:
    """Read a topic's text; one that no topic has is of the topic `OTHER`, for an index may come from anybody."""
    for topic in _IN_FOLDER.get(text.partition("/")[0], ()):
        parts = topic.read(text)
        if parts is not None:
            return Named(text, topic, parts)
    return Named(text, OTHER, {})
