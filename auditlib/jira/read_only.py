"""The only requests that can be sent to a Jira. All of them read; everything else is refused before the wire.

What a time-stamping authority is asked, where the parameters name one, is one form of its own and carries no credential
(``run.authority``).

A ``POST`` is on the list only where Atlassian describes it as a question (a search, a count, a bulk fetch).
"""

from __future__ import annotations

import re
from typing import Final

from auditlib.errors import ForbiddenRequestError
from auditlib.keys import ISSUE, PROJECT

READ_ONLY: Final[tuple[tuple[str, str], ...]] = (
    ("GET", r"_edge/tenant_info"),
    ("GET", r"rest/api/[23]/serverInfo"),
    ("GET", r"rest/api/[23]/myself"),
    ("GET", r"rest/api/[23]/mypermissions"),
    ("GET", r"rest/api/[23]/field"),
    ("GET", rf"rest/api/[23]/project/{PROJECT}"),
    ("GET", rf"rest/api/[23]/project/{PROJECT}/securitylevel"),
    ("GET", rf"rest/api/[23]/project/{PROJECT}/statuses"),
    ("GET", rf"rest/api/2/project/{PROJECT}/workflowscheme"),
    ("GET", r"rest/api/2/workflow"),
    ("GET", r"rest/api/3/workflowscheme/project"),
    ("GET", rf"rest/api/[23]/project/{PROJECT}/permissionscheme"),
    ("GET", rf"rest/api/[23]/project/{PROJECT}/role"),
    ("GET", rf"rest/api/[23]/project/{PROJECT}/role/[0-9]+"),
    ("GET", r"rest/api/[23]/permissionscheme/[0-9]+"),
    ("GET", r"rest/api/[23]/group/member"),
    ("GET", r"rest/api/[23]/applicationrole"),
    ("GET", r"rest/api/3/user/bulk"),
    ("GET", r"rest/api/2/user"),
    ("GET", r"rest/api/2/user/list"),
    ("GET", r"rest/api/[23]/filter/[0-9]+"),
    ("GET", rf"rest/api/[23]/issue/(?:{ISSUE}|[0-9]+)"),
    ("GET", r"rest/api/[23]/issue/[0-9]+/changelog"),
    ("GET", r"rest/api/[23]/issue/[0-9]+/comment"),
    ("GET", r"rest/api/[23]/issue/[0-9]+/worklog"),
    ("GET", r"rest/api/[23]/issue/[0-9]+/remotelink"),
    ("GET", r"rest/api/[23]/issue/[0-9]+/watchers"),
    ("GET", r"rest/api/[23]/issue/[0-9]+/votes"),
    ("GET", r"rest/servicedeskapi/request/[0-9]+"),
    ("GET", r"rest/servicedeskapi/request/[0-9]+/approval"),
    ("GET", r"rest/servicedeskapi/request/[0-9]+/sla"),
    ("GET", r"rest/api/[23]/worklog/updated"),
    ("GET", r"rest/api/[23]/worklog/deleted"),
    ("GET", r"rest/api/3/attachment/content/[0-9]+"),
    ("GET", r"secure/attachment/[0-9]+/(?!\.{1,2}\Z)[^/]+"),
    ("GET", r"rest/api/[23]/auditing/record"),
    ("GET", r"rest/auditing/1\.0/events"),
    ("GET", r"audit-log/v1/workspaces/ari%3Acloud%3Ajira%3A%3Asite%2F[0-9a-f-]+/event-actions"),
    ("GET", r"audit-log/v1/workspaces/ari%3Acloud%3Ajira%3A%3Asite%2F[0-9a-f-]+/events"),
    ("POST", r"rest/api/3/search/jql"),
    ("POST", r"rest/api/3/search/approximate-count"),
    ("POST", r"rest/api/3/issue/bulkfetch"),
    ("POST", r"rest/api/3/changelog/bulkfetch"),
    ("POST", r"rest/api/3/workflows"),
    ("POST", r"rest/api/3/workflow/history/list"),
    ("POST", r"rest/api/3/workflow/history"),
    ("POST", r"rest/api/[23]/worklog/list"),
    ("POST", r"rest/api/2/search"),
)

_COMPILED: Final = tuple((method, re.compile(path)) for method, path in READ_ONLY)


TOKEN_REQUEST: Final = ("POST", "oauth/token")
"""The one request that goes to no Jira: it exchanges the secret of a service account for a token (``jira.gateway``)."""


ORGANIZATION: Final = (
    "GET",
    re.compile(r"admin/v1/orgs/[A-Za-z0-9-]+/directory/users/[A-Za-z0-9:_-]+/last-active-dates"),
)
"""The one request that goes to an organisation of Cloud: when an account was last active (``jira.organization``)."""


def require_allowed(method: str, path: str) -> None:
    """Refuse a request that is not on the read-only list (allow-list).

    Parameters
    ----------
    method : str
        HTTP method, upper case.
    path : str
        Path below the base address, without leading slash and without query.

    Raises
    ------
    ForbiddenRequestError
        If no line of ``READ_ONLY`` covers it.
    """
    if not any(method == known and pattern.fullmatch(path) for known, pattern in _COMPILED):
        raise ForbiddenRequestError(
            f"{method} {path} is not on the read-only list (auditlib/jira/read_only.py); not sent"
        )


def require_token_request(method: str, path: str) -> None:
    """Refuse everything but the exchange of a secret for a token; parameters as ``require_allowed``.

    Raises
    ------
    ForbiddenRequestError
        If it is anything else.
    """
    if (method, path) != TOKEN_REQUEST:
        raise ForbiddenRequestError(
            f"{method} {path} is not the request for a token (auditlib/jira/read_only.py); not sent"
        )


def require_organization_request(method: str, path: str) -> None:
    """Refuse everything but the question when an account was last active; parameters as ``require_allowed``.

    Raises
    ------
    ForbiddenRequestError
        If it is anything else.
    """
    if method != ORGANIZATION[0] or ORGANIZATION[1].fullmatch(path) is None:
        raise ForbiddenRequestError(
            f"{method} {path} is not what an organisation is asked (auditlib/jira/read_only.py); not sent"
        )
