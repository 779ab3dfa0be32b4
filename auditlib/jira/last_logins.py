"""The last log-ins of users, which Data Center alone tells: one user, or all of them page by page. Pure.

``user/list`` came with 10.3 in place of ``user/search``, which lists 100 users at most from version 10 on, and 1,000 before
(JRASERVER-78660, JRASERVER-65089). Its cursors are nobody's business.
"""

from __future__ import annotations

from typing import Final

from auditlib.responses.request import Request, get

_PAGE: Final = 1000


def all_users(cursor: str | None = None) -> Request:
    """Ask for a page of all users."""
    return get("rest/api/2/user/list", cursor=cursor, maxResults=_PAGE)


def one_user(key: str) -> Request:
    """Ask for a user by key."""
    return get("rest/api/2/user", key=key)
