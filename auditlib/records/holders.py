"""People, groups and roles as Jira tells them, in the forms of both Jiras: what a permission's holder is resolved through. Pure.

People are known by their account id on Cloud and by their user key on Data Center, where the actors of a role are named by the
user name alone. A page of members may hold fewer than were asked for, and may or may not say how many there are
(Atlassian's OpenAPI description of Jira Cloud; Jira Data Center 10.3; docs/jira.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from auditlib.errors import AnswerError
from auditlib.records.permission_schemes import text_of
from auditlib.text import shorten

MOST_MEMBERS: Final = 100_000
"""Members of a group that are read, two thousand pages; of a longer list it is told that it is not complete."""

MOST_AHEAD: Final = 400
"""Pages of a group that are asked for at once, where Jira says how many members there are: a total may be wrong."""


@dataclass(frozen=True)
class Person:
    """An account, as far as Jira tells.

    Attributes
    ----------
    account_id : str
        Cloud's account id, Data Center's user key.
    name : str
        The user name, by which Data Center names the actors of a role; empty on Cloud.
    display_name, account_type : str
        Empty where Jira does not tell; Data Center has no account types.
    active : bool or None
        None where Jira does not tell.
    email : str
        Empty where Jira does not tell, as on Cloud of whoever hides it.
    """

    account_id: str
    name: str = ""
    display_name: str = ""
    account_type: str = ""
    active: bool | None = None
    email: str = ""


@dataclass(frozen=True)
class GroupName:
    """A group: its id where Jira tells one (Cloud), and its name."""

    id: str
    name: str


@dataclass(frozen=True)
class Actor:
    """Who acts in a role: a person, a group, or what no description names.

    Attributes
    ----------
    kind : str
        ``user``, ``group``, or Jira's own word.
    account : str
        Of a person: account id (Cloud) or user name (Data Center).
    name : str
        What people call it.
    group : GroupName or None
        Of a group.
    """

    kind: str
    account: str
    name: str
    group: GroupName | None = None


@dataclass(frozen=True)
class Role:
    """A role of a project, with those who act in it there."""

    id: str
    name: str
    actors: tuple[Actor, ...]


@dataclass(frozen=True)
class MembersPage:
    """A page of the members of a group: where it begins, how many there are in all if it says so, whether it is the last."""

    start: int
    people: tuple[Person, ...]
    total: int | None
    is_last: bool | None


@dataclass(frozen=True)
class ApplicationRole:
    """Access to an application, which groups give."""

    key: str
    name: str
    groups: tuple[GroupName, ...]


def read_person(answer: Any) -> Person | None:
    """Read an account; None if it is not told by what it is known."""
    if not isinstance(answer, Mapping):
        return None
    account = text_of(answer, "accountId") or text_of(answer, "key") or text_of(answer, "name")
    active = answer.get("active")
    if not account:
        return None
    return Person(
        account,
        text_of(answer, "name"),
        text_of(answer, "displayName"),
        text_of(answer, "accountType"),
        active if isinstance(active, bool) else None,
        text_of(answer, "emailAddress"),
    )


def read_people(answer: Any) -> list[Person]:
    """Read a page of ``user/bulk``, or the one account that ``user`` answers with.

    Raises
    ------
    AnswerError
        If it is neither.
    """
    found = answer.get("values") if isinstance(answer, Mapping) and "values" in answer else [answer]
    people = [read_person(one) for one in found] if isinstance(found, list) else [None]
    if None in people:
        raise AnswerError("an answer about people holds no account", found=shorten(str(answer), 80))
    return [one for one in people if one is not None]


def read_members(answer: Any) -> MembersPage:
    """Read a page of the members of a group.

    Raises
    ------
    AnswerError
        If it is none, or a member has no account.
    """
    values = answer.get("values") if isinstance(answer, Mapping) else None
    people = [read_person(one) for one in values] if isinstance(values, list) else None
    if not isinstance(answer, Mapping) or people is None or None in people:
        raise AnswerError(
            "a page of members holds no list of accounts", expected="values", found=shorten(str(answer), 80)
        )
    start, total, is_last = answer.get("startAt"), answer.get("total"), answer.get("isLast")
    return MembersPage(
        start if type(start) is int and start >= 0 else -1,
        tuple(one for one in people if one is not None),
        total if type(total) is int and total >= 0 else None,
        is_last if isinstance(is_last, bool) else None,
    )


@dataclass(frozen=True)
class Listing:
    """How far the members of a group are listed: the offsets to be asked for next, and whether that is all of them."""

    missing: tuple[int, ...]
    complete: bool


def follow_members(pages: Mapping[int, MembersPage]) -> Listing:
    """Return which pages of a group are still to be asked for; where a total is told, all of them at once.

    Parameters
    ----------
    pages : mapping of int to MembersPage
        The pages at hand, by the offset that was asked for.
    """
    place, seen = 0, set[str]()
    while place in pages:
        page = pages[place]
        accounts = {one.account_id for one in page.people}
        if page.start not in {place, -1} or (accounts and accounts <= seen):
            return Listing((), complete=False)  # the same page again, or another one: to go on would never end
        seen |= accounts
        reached = place + len(page.people)
        told = page.total is None or reached >= page.total
        if reached > MOST_MEMBERS:
            return Listing((), complete=False)
        if page.is_last or not page.people or (page.is_last is None and page.total is not None and told):
            return Listing((), complete=told)
        place = reached
    last = next((page for at, page in sorted(pages.items(), reverse=True) if at < place), None)
    further = range(place, last.total, len(last.people)) if last is not None and last.total and last.people else ()
    return Listing((place, *(at for at in further[1:MOST_AHEAD] if at not in pages)), complete=False)


def read_role_names(answer: Any) -> dict[str, str]:
    """Read ``project/{key}/role``: the names of the roles by their numbers, which end their addresses.

    Raises
    ------
    AnswerError
        If it is no list of addresses by name.
    """
    if not isinstance(answer, Mapping) or not all(isinstance(one, str) for one in answer.values()):
        raise AnswerError("the roles of a project are no addresses by name", found=shorten(str(answer), 80))
    ends = {str(name): address.rstrip("/").rpartition("/")[2] for name, address in answer.items()}
    if not all(end.isascii() and end.isdigit() and len(end) < 19 for end in ends.values()):
        raise AnswerError("the address of a role of a project ends with no number", found=shorten(str(answer), 80))
    return {end: name for name, end in ends.items()}


def read_role(answer: Any) -> Role:
    """Read ``project/{key}/role/{id}``: who acts in a role of a project.

    Raises
    ------
    AnswerError
        If it is none.
    """
    actors = answer.get("actors") if isinstance(answer, Mapping) else None
    if not isinstance(actors, list) or not all(isinstance(one, Mapping) for one in actors):
        raise AnswerError(
            "a role of a project has no list of actors", expected="actors", found=shorten(str(answer), 80)
        )
    return Role(text_of(answer, "id"), text_of(answer, "name"), tuple(_actor(one) for one in actors))


def _actor(one: Mapping[str, Any]) -> Actor:
    kind = text_of(one, "type")
    group, user = one.get("actorGroup"), one.get("actorUser")
    name, shown = text_of(one, "name"), text_of(one, "displayName")
    if isinstance(group, Mapping) or kind == "atlassian-group-role-actor":
        told = group if isinstance(group, Mapping) else {}
        named = GroupName(text_of(told, "groupId"), text_of(told, "name") or name or shown)
        return Actor("group", "", named.name, named)
    if isinstance(user, Mapping) or kind == "atlassian-user-role-actor":
        told = user if isinstance(user, Mapping) else {}
        account = text_of(told, "accountId") or text_of(told, "key") or text_of(told, "name") or name
        return Actor("user", account, shown or account)
    return Actor(kind or "unknown", "", shown or name)


def read_application_roles(answer: Any) -> dict[str, ApplicationRole]:
    """Read ``applicationrole``: each application with the groups that give access to it.

    Raises
    ------
    AnswerError
        If it is no list of them.
    """
    if not isinstance(answer, list) or not all(isinstance(one, Mapping) and text_of(one, "key") for one in answer):
        raise AnswerError("the application roles are no list of records with a key", found=shorten(str(answer), 80))
    roles = (ApplicationRole(text_of(one, "key"), text_of(one, "name"), _groups_of(one)) for one in answer)
    return {one.key: one for one in roles}


def _groups_of(role: Mapping[str, Any]) -> tuple[GroupName, ...]:
    """Return the groups of an application role, by id where Jira tells ids; default groups are among them."""
    details, names = role.get("groupDetails"), role.get("groups")
    told = [GroupName(text_of(one, "groupId"), text_of(one, "name")) for one in _records(details)]
    known = {one.name for one in told}
    named = [one for one in names if isinstance(one, str)] if isinstance(names, list) else []
    return (*told, *(GroupName("", name) for name in named if name not in known))


def _records(value: Any) -> Sequence[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def merge_people(told: Iterable[Person]) -> dict[str, Person]:
    """Return people by their account id; of several records of one, each member from the first that tells it."""
    found: dict[str, Person] = {}
    for one in told:
        known = found.get(one.account_id)
        if known is None:
            found[one.account_id] = one
        elif not (
            known.name and known.display_name and known.account_type and known.active is not None and known.email
        ):
            found[one.account_id] = Person(
                one.account_id,
                known.name or one.name,
                known.display_name or one.display_name,
                known.account_type or one.account_type,
                one.active if known.active is None else known.active,
                known.email or one.email,
            )
    return found


def people_beside(scheme: Any) -> list[Person]:
    """Return the people whose records stand beside the grants of a scheme asked for with ``expand=all``."""
    grants = scheme.get("permissions") if isinstance(scheme, Mapping) else None
    holders = [one.get("holder") for one in _records(grants)]
    found = [read_person(one.get("user")) for one in holders if isinstance(one, Mapping)]
    return [one for one in found if one is not None]
