"""Which question may stand under which topic of the index: the address, and the query as the parameters give it.

The list of read-only requests says what may be sent at all (``jira.read_only``); this one says what each response was asked
for. A response under another topic than its own would be read as something that Jira never said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from auditlib.errors import ForbiddenRequestError
from auditlib.evidence.opened import Evidence
from auditlib.jira import jql, read_only
from auditlib.keys import ISSUE
from auditlib.pull.partition import clauses
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.topic import Named, Topic
from auditlib.responses.topics import read_topic

_API: Final = "rest/api/[23]"
_ISSUES: Final = rf"rest/api/3/issue/bulkfetch|rest/api/2/issue/(?:{ISSUE}|[0-9]+)"
_SEARCH: Final = r"rest/api/3/search/jql|rest/api/2/search"
_HISTORIES: Final = r"rest/api/3/changelog/bulkfetch|rest/api/2/search"
_LOG: Final = r"rest/api/[23]/auditing/record|rest/auditing/1\.0/events"
_WORKSPACE: Final = r"audit-log/v1/workspaces/[^/]+"

_PATHS: Final[Mapping[Topic, str]] = MappingProxyType(
    {
        topics.SERVER: f"{_API}/serverInfo",
        topics.AGAIN_SERVER: f"{_API}/serverInfo",
        topics.GATEWAY: "_edge/tenant_info",
        topics.ACCOUNT: f"{_API}/myself",
        topics.AGAIN_ACCOUNT: f"{_API}/myself",
        topics.LOGGED_IN: f"{_API}/worklog/updated",
        topics.AGAIN_LOGGED_IN: f"{_API}/worklog/updated",
        topics.PROJECT: f"{_API}/project/{{project}}",
        topics.POWERS: f"{_API}/mypermissions",
        topics.SECURITY: f"{_API}/project/{{project}}/securitylevel",
        topics.FILTER: f"{_API}/filter/[0-9]+",
        topics.FIELDS: f"{_API}/field",
        topics.FOLLOW_UPS: _ISSUES,
        topics.APPROVALS: "rest/servicedeskapi/request/{issue}/approval",
        topics.COUNT: r"rest/api/3/search/approximate-count|rest/api/2/search",
        topics.KEY_WALK: _SEARCH,
        topics.FIRST_PASS: _SEARCH,
        topics.SECOND_PASS: _SEARCH,
        topics.FILTER_PASS: _SEARCH,
        topics.TEST_ISSUES: _SEARCH,
        topics.PROBE: _ISSUES,
        topics.SETTLE: _ISSUES,
        topics.MISSING: _ISSUES,
        topics.MANNER: _ISSUES,
        topics.DRIFT: _ISSUES,
        topics.HISTORY_DRIFT: _HISTORIES,
        topics.HISTORY_FIRST_PASS: _HISTORIES,
        topics.HISTORY_MISSING: _HISTORIES,
        topics.HISTORY_SETTLE: _HISTORIES,
        topics.HISTORY_ONE: f"{_API}/issue/{{issue}}/changelog",
        topics.LOG_RECORDS: _LOG,
        topics.LOG_OLDER: _LOG,
        topics.EVENT_ACTIONS: f"{_WORKSPACE}/event-actions",
        topics.EVENTS: f"{_WORKSPACE}/events",
        topics.SCHEME: f"{_API}/project/{{project}}/permissionscheme",
        topics.GRANTS: f"{_API}/permissionscheme/[0-9]+",
        topics.ROLES: f"{_API}/project/{{project}}/role",
        topics.ROLE: f"{_API}/project/{{project}}/role/[0-9]+",
        topics.APPLICATIONS: f"{_API}/applicationrole",
        topics.MEMBERS: f"{_API}/group/member",
        topics.PEOPLE: r"rest/api/3/user/bulk|rest/api/2/user",
        topics.LAST_SEEN_USERS: r"rest/api/2/user/list",
        topics.LAST_SEEN_USER: r"rest/api/2/user",
        topics.LAST_SEEN_ORGANIZATION: r"admin/v1/orgs/[^/]+/directory/users/[^/]+/last-active-dates",
        topics.WORKFLOW_STATUSES: f"{_API}/project/{{project}}/statuses",
        topics.WORKFLOW_SCHEMES: r"rest/api/3/workflowscheme/project",
        topics.WORKFLOW_SCHEME: r"rest/api/2/project/{project}/workflowscheme",
        topics.WORKFLOW_NAMES: r"rest/api/2/workflow",
        topics.WORKFLOW_NOW: r"rest/api/3/workflows",
        topics.WORKFLOW_VERSIONS: r"rest/api/3/workflow/history/list",
        topics.WORKFLOW_VERSION: r"rest/api/3/workflow/history",
        topics.DOSSIER_ISSUE: f"{_API}/issue/{{key}}",
        topics.DOSSIER_HISTORY: f"{_API}/issue/[0-9]+/changelog",
        topics.DOSSIER_COMMENTS: f"{_API}/issue/[0-9]+/comment",
        topics.DOSSIER_WORKLOGS: f"{_API}/issue/[0-9]+/worklog",
        topics.DOSSIER_REMOTE_LINKS: f"{_API}/issue/[0-9]+/remotelink",
        topics.DOSSIER_WATCHERS: f"{_API}/issue/[0-9]+/watchers",
        topics.DOSSIER_VOTES: f"{_API}/issue/[0-9]+/votes",
        topics.DOSSIER_REQUEST: "rest/servicedeskapi/request/[0-9]+",
        topics.DOSSIER_APPROVALS: "rest/servicedeskapi/request/[0-9]+/approval",
        topics.DOSSIER_SLA: "rest/servicedeskapi/request/[0-9]+/sla",
        topics.DOSSIER_ATTACHMENT: r"rest/api/3/attachment/content/{attachment}|secure/attachment/{attachment}/[^/]+",
    }
)
"""Where each topic is asked for, below the base address; a part of the topic in braces."""

_SEARCHED: Final = (topics.COUNT, topics.KEY_WALK, topics.SECOND_PASS, topics.FILTER_PASS, topics.TEST_ISSUES)
"""Topics of one query a project; the first pass has one for each of its parts."""

_UPPER: Final = re.compile(r'created < "([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2})"')


def question_problem(entry: Entry, deployment: str) -> str:
    """Say what is wrong with the question of a response; empty if it is one that a run asks under this topic.

    Parameters
    ----------
    entry : Entry
    deployment : str
        ``cloud`` or ``data-center``.
    """
    named, request = read_topic(entry.topic), entry.request
    if named.topic is topics.OTHER:
        return f"{entry.topic} is no topic"
    if not is_read_only(named.topic, request.method, request.path):
        return f"{request.method} {request.path} is not on the read-only list"
    pattern = _PATHS.get(named.topic)
    if pattern is None or not _filled(pattern, named).fullmatch(request.path):
        return f"{request.method} {request.path} is not what is asked for {topics.in_words(entry.topic)}"
    other = "rest/api/2/" if deployment == "cloud" else "rest/api/3/"
    if (
        request.path.startswith(other) and named.topic is not topics.SERVER
    ):  # a run that asks which of both it is begins so
        return f"{request.path} is no address of this Jira, which is {deployment}"
    if named.topic is topics.POWERS and request.parameters.get("projectKey") != [named.text("project")]:
        return f"the powers of another project than {named.text('project')} were asked for"
    return ""


def is_read_only(topic: Topic, method: str, path: str) -> bool:
    """Say whether a request is on the list of those that can be sent."""
    allow = (
        read_only.require_organization_request if topic is topics.LAST_SEEN_ORGANIZATION else read_only.require_allowed
    )
    try:
        allow(method, path)
    except ForbiddenRequestError:
        return False
    return True


def _filled(pattern: str, named: Named) -> re.Pattern[str]:
    return _compiled(pattern, tuple((name, str(value)) for name, value in named.parts.items()))


@lru_cache(maxsize=1024)
def _compiled(pattern: str, parts: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    for name, value in parts:
        pattern = pattern.replace(f"{{{name}}}", re.escape(value))
    return re.compile(pattern)


def queries_of(evidence: Evidence, entries: Iterable[Entry]) -> dict[str, str]:
    """Return the JQL that each topic of a search must have been asked with, by the parameters.

    Parameters
    ----------
    evidence : Evidence
    entries : iterable of Entry
        Of the index: where the first pass was partitioned, only its own queries say.
    """
    period, projects = evidence.period, evidence.projects
    marked, frozen = evidence.params.test_issue_jql, is_frozen(evidence)
    narrowed: dict[Topic, Sequence[str]] = {topics.SECOND_PASS: ()}
    narrowed |= {topics.FILTER_PASS: evidence.passes.restrictions} if evidence.passes.restrictions else {}
    narrowed |= {topics.TEST_ISSUES: (marked,)} if marked and not frozen else {}
    found = {topics.COUNT.of(project): jql.count(project, period) for project in projects}
    found |= {topics.KEY_WALK.of(project): jql.key_walk(project) for project in projects}
    for topic, more in narrowed.items():
        found |= {topic.of(project): jql.period_pass(project, period, more) for project in projects}
    found |= {topics.FIRST_PASS.of(project, 1): jql.period_pass(project, period) for project in projects}
    return found | dict(_parts_of_pass(evidence, entries))


def is_frozen(evidence: Evidence) -> bool:
    """Say whether a package's population was taken from another: what marks test issues may have been another query then."""
    return (evidence.folder / "data" / "from.json").is_file()


def _parts_of_pass(evidence: Evidence, entries: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    """Yield the query of each part of the first pass: the parts follow each other without a gap, from the first to the last."""
    asked: dict[str, dict[int, str]] = {}
    for entry in entries:
        named = read_topic(entry.topic)
        if named.topic is topics.FIRST_PASS:
            asked.setdefault(named.text("project"), {})[named.number("slice")] = query_of(entry)
    for project, parts in asked.items():
        cuts = [_cut(parts.get(number, "")) for number in range(1, max(parts))]
        if None in cuts:
            continue  # `missing_parts` names it
        for number, clause in enumerate(clauses([cut for cut in cuts if cut], ZoneInfo("UTC")), start=1):
            yield topics.FIRST_PASS.of(project, number), jql.period_pass(project, evidence.period, clause)


def missing_parts(entries: Iterable[Entry]) -> list[str]:
    """Return the topics of the parts of the first pass that no response is of, though there are later ones."""
    numbers: dict[str, set[int]] = {}
    for entry in entries:
        named = read_topic(entry.topic)
        if named.topic is topics.FIRST_PASS:
            numbers.setdefault(named.text("project"), set()).add(named.number("slice"))
    return [
        topics.FIRST_PASS.of(project, number)
        for project, there in sorted(numbers.items())
        for number in range(1, max(there))
        if number not in there
    ]


def _cut(query: str) -> datetime | None:
    """Return where a part of the first pass ends, as its query says it, whatever the zone; None if it does not."""
    found = _UPPER.findall(query)
    return datetime.strptime(found[-1], "%Y-%m-%d %H:%M").replace(tzinfo=UTC) if found else None


def query_of(entry: Entry) -> str:
    """Return the JQL of a question; empty if it has none."""
    body: Mapping[str, Any] = entry.request.body or {}
    query = body.get("jql", "")
    return query if isinstance(query, str) else ""


def is_searched(topic: Topic) -> bool:
    """Say whether the questions of a topic are queries that the parameters give."""
    return topic in _SEARCHED or topic is topics.FIRST_PASS
