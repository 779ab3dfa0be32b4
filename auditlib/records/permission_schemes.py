"""Permission schemes as Jira tells them: which permission is granted to which holder. Pure.

A grant names its holder by a type and, for most types, by an id: ``parameter`` on Data Center, on Cloud ``value`` too, which is
the group's id where ``parameter`` is its name. With ``expand=all`` the record of the user, group, role or field stands beside
(Atlassian's OpenAPI description of Jira Cloud, *Get all permission schemes*; Jira Data Center 10.3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from auditlib.errors import AnswerError
from auditlib.text import shorten

USER: Final = "user"
GROUP: Final = "group"
PROJECT_ROLE: Final = "projectRole"
PROJECT_LEAD: Final = "projectLead"
APPLICATION_ROLE: Final = "applicationRole"
ANYONE: Final = "anyone"

OF_AN_ISSUE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "reporter": "the reporter of each issue",
        "assignee": "the assignee of each issue",
        "userCustomField": "whom a field of each issue names",
        "groupCustomField": "the members of a group that a field of each issue names",
        "sd.customer.portal.only": "customers, in the portal only",
    }
)
"""Holders that only an issue, or a portal, turns into people."""

_BESIDE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        USER: ("user",),
        GROUP: ("group",),
        PROJECT_ROLE: ("projectRole",),
        "userCustomField": ("field",),
        "groupCustomField": ("field",),
    }
)


@dataclass(frozen=True)
class Grant:
    """One line of a permission scheme.

    Attributes
    ----------
    id : str
        Jira's number of it; empty where it tells none.
    permission : str
        Jira's key: ``DELETE_ISSUES``.
    holder_type : str
        As Jira writes it; types that no description names are kept.
    holder_id : str
        What the holder is known by; empty where its type needs nothing, and for a group of which Jira tells the name only.
    holder_name : str
        What people call it, where Jira tells; else as ``holder_id``.
    """

    id: str
    permission: str
    holder_type: str
    holder_id: str
    holder_name: str


@dataclass(frozen=True)
class Scheme:
    """A permission scheme.

    Attributes
    ----------
    id, name : str
    grants : tuple of Grant, or None
        In Jira's order; None where the answer does not bring them.
    """

    id: str
    name: str
    grants: tuple[Grant, ...] | None


def read_scheme(answer: Any) -> Scheme:
    """Read the permission scheme of a project, or one asked for by its number.

    Raises
    ------
    AnswerError
        If it is no scheme, or a grant of it has no holder.
    """
    if not isinstance(answer, Mapping) or type(answer.get("id")) not in {int, str}:
        raise AnswerError("a permission scheme has no id", expected="id", found=shorten(str(answer), 80))
    name = answer.get("name")
    grants = None if answer.get("permissions") is None else read_grants(answer)
    return Scheme(str(answer["id"]), name if isinstance(name, str) else "", grants)


def read_grants(answer: Any) -> tuple[Grant, ...]:
    """Read the member ``permissions`` of a scheme, or of an answer of grants alone.

    Raises
    ------
    AnswerError
        If it is no list of grants: one that can't be read may be the one that matters.
    """
    told = answer.get("permissions") if isinstance(answer, Mapping) else None
    if not isinstance(told, list):
        found = shorten(str(told), 80)
        raise AnswerError("the grants of a permission scheme are no list", expected="permissions", found=found)
    return tuple(_grant(one) for one in told)


def _grant(one: Any) -> Grant:
    holder = one.get("holder") if isinstance(one, Mapping) else None
    permission = one.get("permission") if isinstance(one, Mapping) else None
    kind = holder.get("type") if isinstance(holder, Mapping) else None
    if not (isinstance(permission, str) and isinstance(holder, Mapping) and isinstance(kind, str)):
        found = shorten(str(one), 80)
        raise AnswerError("a grant of a permission scheme names no permission or no holder", found=found)
    return Grant(text_of(one, "id"), permission, kind, *_holder(kind, holder))


def _holder(kind: str, holder: Mapping[str, Any]) -> tuple[str, str]:
    """Return what a holder is known by, and what people call it; a group without an id is known by its name."""
    beside: Mapping[str, Any] = next(
        (holder[name] for name in _BESIDE.get(kind, ()) if isinstance(holder.get(name), Mapping)), {}
    )
    value, parameter = text_of(holder, "value"), text_of(holder, "parameter")
    name = text_of(beside, "displayName") or text_of(beside, "name")
    if kind == GROUP:
        return value or text_of(beside, "groupId"), name or parameter or value
    identity = value or parameter or text_of(beside, "id")
    if kind == USER:
        identity = text_of(beside, "accountId") or text_of(beside, "key") or identity
    return identity, name or identity


def text_of(record: Mapping[str, Any], name: str) -> str:
    """Return a member that is a text or a number as text; empty where it is neither."""
    value = record.get(name)
    return str(value) if isinstance(value, str) or type(value) is int else ""


def asked_grants(scheme: Scheme, permissions: Sequence[str]) -> tuple[Grant, ...]:
    """Return the grants of the permissions asked for, in the order of those, then of Jira; none if they are not known."""
    rank = {name: place for place, name in enumerate(permissions)}
    return tuple(
        sorted((one for one in scheme.grants or () if one.permission in rank), key=lambda one: rank[one.permission])
    )
