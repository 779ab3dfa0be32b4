"""Actors: what kind of author a history entry, a comment or a log record has. Pure.

Jira's Cloud tells the kind of an account (`accountType`, `appType`) and, of an entry that a program wrote, what the program
says of it (`historyMetadata`). Data Center tells neither of an account; there whoever has an account is taken for a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from auditlib.csv_cells import writable_text
from auditlib.records.issues import is_nobody, json_object, person_id, person_name
from auditlib.text import shorten

PERSON: Final = "person"
APP: Final = "app"
SERVICE_ACCOUNT: Final = "service account"
AGENT: Final = "agent"
ON_BEHALF: Final = "on behalf"
CUSTOMER: Final = "customer"
ERASED: Final = "erased"
UNKNOWN: Final = "unknown"

ACTOR_KINDS: Final = (PERSON, APP, SERVICE_ACCOUNT, AGENT, ON_BEHALF, CUSTOMER, ERASED, UNKNOWN)
"""Every actor is of one of these; only a person can approve."""

_OF_ACCOUNTS: Final[Mapping[str, str]] = MappingProxyType({"atlassian": PERSON, "customer": CUSTOMER})
_OF_APPS: Final[Mapping[str, str]] = MappingProxyType({"service": SERVICE_ACCOUNT, "agent": AGENT})

_TELLING: Final = ("accountId", "key", "name", "displayName", "accountType", "appType")
"""The members of a user record that tell who it is, and of what kind."""

_ON_BEHALF = re.compile(r"\bon behalf of\s+(?:\w+\s*=\s*)?(\S.*)", re.IGNORECASE)
_SHOWN: Final = 200
"""Characters of a name that a program wrote; an account id has at most 128."""


@dataclass(frozen=True)
class Actor:
    """Who did something.

    Attributes
    ----------
    id, name : str
        As `person_id` and `person_name` say; empty where Jira gives none.
    kind : str
        Of `ACTOR_KINDS`.
    on_behalf_of : str
        For whom a program acted, where the entry says so: an account id, a user key or a name; empty else.
    nobody : bool
        Whether this is nobody in particular, as `is_nobody` says.
    """

    id: str = ""
    name: str = ""
    kind: str = UNKNOWN
    on_behalf_of: str = ""
    nobody: bool = True


def account_kind(person: Any) -> str:
    """Return what kind of account a user record stands for.

    Parameters
    ----------
    person : JSON
        As received: Cloud's record, Data Center's, a plain name, or nothing.

    Returns
    -------
    str
        `UNKNOWN` for nobody, for a plain name, for a record without an id, and where Cloud tells no kind of account.

    Notes
    -----
    `accountType` is `atlassian`, `app`, `customer` or `unknown`; `appType` of an app is `service`, `agent` or `unknown`
    (Atlassian's description of the interface, schema ``User``). Data Center's records have a user name and a key, and no kind.
    """
    if not isinstance(person, dict) or not person:
        return UNKNOWN
    if is_nobody(person):
        return ERASED
    told = person.get("accountType")
    if told == "app":
        return _OF_APPS.get(str(person.get("appType")), APP)
    if told is None and not person.get("accountId") and person_id(person):
        return PERSON
    return _OF_ACCOUNTS.get(str(told), UNKNOWN) if person_id(person) else UNKNOWN


def actor_of(person: Any) -> Actor:
    """Return who a user record stands for: the author of a comment, the creator of an issue, who has a field's value."""
    if isinstance(person, dict) and person:
        try:
            return _known_actor(*(person.get(name) for name in _TELLING))
        except TypeError:  # a list or an object where text belongs
            pass
    return _read_actor(person)


@lru_cache(maxsize=8192, typed=True)
def _known_actor(*told: Any) -> Actor:
    """Return who a record stands for by what it tells; histories name the same few people a million times."""
    return _read_actor(dict(zip(_TELLING, told, strict=True)))


def _read_actor(person: Any) -> Actor:
    return Actor(person_id(person), person_name(person) or "", account_kind(person), "", is_nobody(person))


def actor_of_entry(entry: Mapping[str, Any]) -> Actor:
    """Return who made a history entry, which besides its author may tell for whom a program wrote it.

    An entry with `historyMetadata` was written by a program, through the interface: no form of Jira asks for that. Under a
    person's account it is no act of that person. Whoever may edit an issue can write anything there, so it takes from a kind
    and never adds to it: it makes nobody a person.
    """
    author = actor_of(entry.get("author"))
    if "historyMetadata" not in entry:
        return author
    says = _metadata(entry)
    named = _named(says)
    kind = author.kind
    if kind in {PERSON, CUSTOMER} and says:
        return Actor(author.id, author.name, ON_BEHALF, named or author.id, author.nobody)
    if kind in {APP, SERVICE_ACCOUNT, AGENT, UNKNOWN} and named:
        kind = ON_BEHALF
    return Actor(author.id, author.name, kind, named, author.nobody)


def _metadata(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a program says of the entry that it wrote, without what is empty."""
    told = entry.get("historyMetadata")
    told = {"description": told} if isinstance(told, str) else json_object(told)
    return {name: value for name, value in told.items() if value not in (None, "", {}, [])}


def _named(says: Mapping[str, Any]) -> str:
    """Return for whom a program says that it acted; empty if it names nobody."""
    for part in ("description", "activityDescription"):
        text = says.get(part)
        found = _ON_BEHALF.search(text) if isinstance(text, str) else None
        if found:
            return shorten(writable_text(found[1].strip()), _SHOWN)
    acting = json_object(says.get("actor"))
    return shorten(writable_text(str(acting.get("id") or acting.get("displayName") or "")).strip(), _SHOWN)
