"""The questions when people were last active: of users on Data Center, and of accounts to the organisation of a Cloud site. Pure.

``user/list`` came with 10.3 in place of ``user/search``, which lists 100 users at most from version 10 on, and 1,000 before
(JRASERVER-78660, JRASERVER-65089). Its cursors are nobody's business. Facts and their sources: docs/jira.md.
"""

from __future__ import annotations

import re
from typing import Final

from auditlib.responses.request import Request, get

KEY: Final = "JIRA_ORG_KEY"
"""The variable that holds the API key of an organisation."""

_PAGE: Final = 1000
_ACCOUNT: Final = re.compile(r"[A-Za-z0-9:_-]+")


def all_users(cursor: str | None = None) -> Request:
    """Ask for a page of all users."""
    return get("rest/api/2/user/list", cursor=cursor, maxResults=_PAGE)


def one_user(key: str) -> Request:
    """Ask for a user by key."""
    return get("rest/api/2/user", key=key)


def last_active_dates(org_id: str, account_id: str, cursor: str | None = None) -> Request:
    """Ask when an account was last active in each product."""
    return get(f"admin/v1/orgs/{org_id}/directory/users/{account_id}/last-active-dates", cursor=cursor)


def account_of(request: Request) -> str:
    """Return the account that a question was about."""
    return request.path.split("/")[-2]


def can_be_asked(account_id: str) -> bool:
    """Say whether an account id can stand in an address as it is."""
    return _ACCOUNT.fullmatch(account_id) is not None
