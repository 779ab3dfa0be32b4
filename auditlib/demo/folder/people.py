"""The people found in the records of a folder, and the made-up account that asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from auditlib.demo.world.records import Issue, User

AUDITOR = User(
    account_id="712020:00000000-0000-4000-8000-00000000a0d1",
    key="JIRAUSER10000",
    name="auditor",
    display_name="Audra Sampledraw",
    email="auditor@example.com",
)
"""The made-up account that asks."""


def users_of(issues: Iterable[Issue]) -> dict[str, User]:
    """Collect the people named anywhere in issues and their histories, by account id."""
    users = {AUDITOR.account_id: AUDITOR}
    for issue in issues:
        _gather_users(issue.fields, users)
        for history in issue.histories:
            _gather_users(history.author, users)
    return users


def _gather_users(value: Any, users: dict[str, User]) -> None:
    """Walk through JSON of any depth; what has a ``displayName`` and a name of its own is a person or an app."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            user = _user(one)
            if user is None:
                waiting.extend(one.values())
            else:
                users.setdefault(user.account_id, user)


def _user(value: Mapping[str, Any]) -> User | None:
    shown = value.get("displayName")
    known = [value[name] for name in ("accountId", "key", "name") if isinstance(value.get(name), str) and value[name]]
    if not isinstance(shown, str) or not known:
        return None
    key = value.get("key") or known[0]
    return User(
        account_id=known[0],
        key=key,
        name=value.get("name") or key,
        display_name=shown,
        email=str(value.get("emailAddress") or ""),
        active=value.get("active") is not False,
        time_zone=str(value.get("timeZone") or "UTC"),
        account_type=str(value.get("accountType") or "atlassian"),
    )
