"""A shared filter as Jira answers it: what it asks for, whose it is, who sees it, who can change it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from auditlib.csv_cells import writable_text
from auditlib.errors import AnswerError
from auditlib.phrases import minute
from auditlib.records.census import census_instant
from auditlib.records.issues import json_object, person_id, person_name


@dataclass(frozen=True)
class SharedFilter:
    """A shared filter.

    Attributes
    ----------
    id, name : str
    jql : str
        Empty if this account is told none.
    owner : str
        Display name; empty if Jira names nobody.
    owner_active : bool or None
        None if Jira does not tell.
    shares : tuple of str
        With whom it is shared, in words.
    editors : tuple of str or None
        Who beside the owner can change it, in words; None if Jira does not tell.
    everybody : tuple of str
        Those of the editors that stand for everybody, or for all of a project.
    """

    id: str
    name: str
    jql: str
    owner: str
    owner_active: bool | None
    shares: tuple[str, ...]
    editors: tuple[str, ...] | None
    everybody: tuple[str, ...]


def read_filter(answer: Any) -> SharedFilter:
    """Read an answer to ``filter/{id}``.

    Notes
    -----
    Cloud has a list of its own for who can edit; on Data Center each share says whether it lets edit.

    Raises
    ------
    AnswerError
        If it is no JSON object.
    """
    if not isinstance(answer, dict):
        raise AnswerError("the answer about a filter is not a JSON object", expected="object", found=str(answer)[:80])
    shares = _shares(answer.get("sharePermissions"))
    edits = _editing(answer, shares)
    owner, jql = json_object(answer.get("owner")), answer.get("jql")
    active = owner.get("active")
    return SharedFilter(
        id=_text(answer.get("id")),
        name=_text(answer.get("name")),
        jql=writable_text(jql) if isinstance(jql, str) else "",
        owner=person_name(answer.get("owner")) or "",
        owner_active=active if isinstance(active, bool) else None,
        shares=tuple(map(_in_words, shares)),
        editors=None if edits is None else tuple(map(_in_words, edits)),
        everybody=tuple(_in_words(one) for one in edits or () if _text(one.get("type")) not in {"user", "group"}),
    )


def _editing(answer: Mapping[str, Any], shares: list[Mapping[str, Any]]) -> list[Mapping[str, Any]] | None:
    if "editPermissions" in answer:
        return _shares(answer["editPermissions"])
    told = [one for one in shares if isinstance(one.get("edit"), bool)]
    return (
        [one for one in told if one["edit"]] if len(told) == len(shares) and (shares or "editable" in answer) else None
    )


def _shares(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


_FIXED: Mapping[str, str] = {
    "global": "anyone, also without an account",
    "loggedin": "everybody who is logged in",
    "authenticated": "everybody who is logged in",
    "project-unknown": "a project that this account may not see",
}


def _in_words(share: Mapping[str, Any]) -> str:
    """Return whom a permission of a filter is for, in words."""
    kind, group, role = _text(share.get("type")), json_object(share.get("group")), json_object(share.get("role"))
    project = json_object(share.get("project"))
    if kind == "user":
        return f"user {person_name(share.get('user')) or person_id(share.get('user')) or 'without a name'}"
    if kind == "group":
        return f"group {_text(group.get('name')) or _text(group.get('groupId'))}"
    if project:
        named = f"project {_text(project.get('key')) or _text(project.get('name')) or _text(project.get('id'))}"
        return f"role {_text(role.get('name'))} of {named}" if role else f"everybody in {named}"
    return _FIXED.get(kind, kind or "somebody whom Jira does not name")


def _text(value: Any) -> str:
    return writable_text(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def kept_on(stamp: str, zone: ZoneInfo) -> str:
    """Return when an archive kept a filter, as a sentence has it, from its file's name; one that is no time stays as it is.

    Parameters
    ----------
    stamp : str
        ``20261129T100550Z``.
    zone : ZoneInfo
        The audit's.
    """
    try:
        return minute(census_instant(stamp), zone)
    except AnswerError:
        return stamp
