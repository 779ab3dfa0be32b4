"""The forms of what a Jira tells of who may do what: permission schemes, roles, groups, people, last log-ins. Pure.

A grant, an actor or a member that is not told by what it is known refuses the whole answer: it may be the one that matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec import Struct

from auditlib.responses.forms.form import Form
from auditlib.responses.forms.shapes import Count, Id, Object, Scalar, Text

Word = str | int | None
"""An id or a name, as text or as a number."""


class Holder(Struct, gc=False):
    """To whom a permission is granted; with ``expand=all`` the record of the holder stands beside."""

    type: str
    parameter: Word = None
    value: Word = None
    user: Object | None = None
    group: Object | None = None
    projectRole: Object | None = None  # noqa: N815 - Jira's own names, here and below
    field: Object | None = None


class Grant(Struct, gc=False):
    """A line of a permission scheme."""

    permission: str
    holder: Holder
    id: Word = None


class Scheme(Struct, gc=False):
    """A permission scheme; its grants may be left out."""

    id: Id
    name: Scalar = None
    permissions: list[Grant] | None = None


class Actor(Struct, gc=False):
    """Who acts in a role."""

    type: Text = None
    name: Word = None
    displayName: Word = None  # noqa: N815
    actorUser: Object | None = None  # noqa: N815
    actorGroup: Object | None = None  # noqa: N815


class Role(Struct, gc=False):
    """A role of a project, with those who act in it there."""

    actors: list[Actor]
    id: Word = None
    name: Word = None


class Account(Struct, gc=False):
    """An account: by its id on Cloud, by key and name on Data Center."""

    accountId: Text = None  # noqa: N815
    key: Text = None
    name: Text = None
    displayName: Scalar = None  # noqa: N815
    accountType: Text = None  # noqa: N815
    emailAddress: Text = None  # noqa: N815
    active: bool | None = None
    lastLoginTime: str | int | None = None  # noqa: N815


class Accounts(Struct, gc=False):
    """A page of accounts: the members of a group, people asked for by their ids, or all users."""

    values: list[Account]
    startAt: Count | None = None  # noqa: N815
    total: Count | None = None
    isLast: bool | None = None  # noqa: N815
    nextCursor: Word = None  # noqa: N815


class Group(Struct, gc=False):
    """A group that gives access to an application."""

    name: Text = None
    groupId: Text = None  # noqa: N815


class Application(Struct, gc=False):
    """Access to an application, which groups give."""

    key: str
    name: Scalar = None
    groups: list[str] | None = None
    groupDetails: list[Group] | None = None  # noqa: N815


class Product(Struct, gc=False):
    """When an account was last active in a product."""

    key: Word = None
    id: Word = None
    last_active: Word = None
    last_active_timestamp: Word = None


class Access(Struct, gc=False):
    """The products of an account."""

    product_access: list[Product] | None = None


class Links(Struct, gc=False):
    """Where an organisation's next page is."""

    next: Text = None


class LastActive(Struct, gc=False):
    """When an account of an organisation was last active, product by product."""

    data: Access
    links: Links | None = None


_KNOWN_BY: Final[Mapping[str, str]] = {"user": "user", "group": "group", "projectRole": "projectRole"}
"""Types of holders that are somebody or something of their own, and the member in which its record may stand."""


def _holders_are_named(answer: Any) -> str:
    for grant in answer.get("permissions") or ():
        holder = grant["holder"]
        beside = _KNOWN_BY.get(holder["type"])
        told = (holder.get("parameter"), holder.get("value"))
        if beside is not None and all(one in {None, ""} for one in told) and not holder.get(beside):
            return f"{grant['permission']} is granted to a {holder['type']} that it does not name"
    return ""


def _actors_are_named(answer: Any) -> str:
    for actor in answer["actors"]:
        beside = actor.get("actorUser") or actor.get("actorGroup") or {}
        told = (actor.get("name"), actor.get("displayName"), *_names(beside))
        if all(one in {None, ""} for one in told):
            return "an actor of the role has no name"
    return ""


def _names(record: Mapping[str, Any]) -> Iterable[Any]:
    return (
        record.get(one) for one in ("accountId", "key", "name", "groupId") if isinstance(record.get(one), str | int)
    )


def _accounts_are_known(answer: Any) -> str:
    people = answer.get("values", [answer])
    for one in people:
        if not (one.get("accountId") or one.get("key") or one.get("name")):
            return "an account has neither id nor name"
    return ""


_SCHEME: Final = (_holders_are_named,)
_ACCOUNTS: Final = (_accounts_are_known,)

FORMS: Final = (
    Form("GET", r"rest/api/[23]/project/[^/]+/permissionscheme", Scheme, _SCHEME),
    Form("GET", r"rest/api/[23]/permissionscheme/[^/]+", Scheme, _SCHEME),
    Form("GET", r"rest/api/[23]/project/[^/]+/role", dict[str, str]),
    Form("GET", r"rest/api/[23]/project/[^/]+/role/[0-9]+", Role, (_actors_are_named,)),
    Form("GET", r"rest/api/[23]/applicationrole", list[Application]),
    Form("GET", r"rest/api/[23]/group/member", Accounts, _ACCOUNTS),
    Form("GET", r"rest/api/[23]/user/bulk", Accounts, _ACCOUNTS),
    Form("GET", r"rest/api/2/user/list", Accounts, _ACCOUNTS),
    Form("GET", r"rest/api/[23]/user", Account, _ACCOUNTS),
    Form("GET", r"admin/v1/orgs/[^/]+/directory/users/[^/]+/last-active-dates", LastActive),
)
