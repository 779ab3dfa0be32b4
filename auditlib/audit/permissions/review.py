"""The access review: each person in each project, with what they may do and why, ready to be decided on. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from auditlib.audit.permissions.directory import Directory, ProjectAccess
from auditlib.audit.permissions.findings import Answered
from auditlib.audit.permissions.last_review import Decision, Place
from auditlib.audit.permissions.leavers import Account, Left
from auditlib.audit.permissions.resolve import ANY_LICENSED, Holding, Through
from auditlib.records import permission_schemes as schemes
from auditlib.tables import Column, Table

NOT_READABLE: Final = "not readable"
NONE_TOLD: Final = "none told"
NOT_ASKED: Final = "not asked"
UNSEEN: Final = (NOT_READABLE, NONE_TOLD, NOT_ASKED)
"""What stands in ``last_active`` where no time does."""

NOT_TOLD: Final = "not told"

KINDS: Final[Mapping[str, str]] = MappingProxyType({"atlassian": "person", "app": "app", "customer": "customer"})
"""Kinds of account by the word that Cloud has for them."""

ACCESS_REVIEW: Final = Table(
    "access_review",
    "Each person in each listed project, with what they may do there and why; decisions are those of the last review.",
    (
        Column("account_id", "text", "Account id; on Data Center the user's key."),
        Column("display_name", "text", "Name, as Jira shows it."),
        Column("kind", "text", "person, app or customer, where Jira tells it; else not told."),
        Column("active", "flag", "Whether the account can log in; empty where Jira does not tell it."),
        Column(
            "last_active",
            "text",
            "When the person was last active: on Data Center the last log-in, on Cloud the last look at a page of this site's "
            "Jira, as the organisation tells it, up to a day late. not readable: nobody could ask; none told: the answer "
            "names no time, which is not never; not asked: see the findings.",
        ),
        Column("project", "text", "Key of the project."),
        Column(
            "permissions", "text", "The permissions that the person holds there, of those asked for, by Jira's keys."
        ),
        Column("via", "text", "The roles, groups and grants through which they are held, parted by semicolons."),
        Column(
            "since",
            "text",
            "Since when, as the audit log tells it; empty unless it tells of each way when the person was added.",
        ),
        Column("leaver", "text", "The day on which the person left, by the list of leavers; (name only) is doubtful."),
        Column("decision", "text", "What the last review decided: keep, remove or changed."),
        Column("reviewer", "text", "Who decided it."),
        Column("reviewed_on", "text", "The day of the decision."),
    ),
    further=(
        Column("email", "text", "E-mail address; not told where Jira hides it."),
        Column("added", "text", "What the audit log tells of the ways in: when the person was added, and to what."),
        Column("still_held", "text", "Permissions that the last review decided to take away and that are still held."),
    ),
    sort_keys=("project", "display_name", "account_id"),
)

_HELD_AS: Final[Mapping[str, str]] = MappingProxyType(
    {
        schemes.PROJECT_ROLE: "role",
        schemes.GROUP: "group",
        schemes.APPLICATION_ROLE: "application role",
        schemes.USER: "granted to the person",
        schemes.PROJECT_LEAD: "project lead",
    }
)
"""Words for the types of holder through which a person has a permission, by Jira's own."""

_NAMELESS: Final = frozenset({schemes.USER, schemes.PROJECT_LEAD})

_Named = TypeVar("_Named")
Marks = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Known:
    """What is known of people beside their permissions.

    Attributes
    ----------
    last_active : mapping of str to str
        By account id: an instant or a day, or one of `UNSEEN`.
    otherwise : str
        What holds for whoever is not in it.
    left : mapping of str to Left
        By account id, those who left.
    decided : mapping of (str, str) to Decision
        By account id and project, the decisions of the last review.
    added : mapping of (str, str, str, str) to str
        When the log says that somebody was last added: by account id, ``group`` or ``role``, its name, and of a role the
        project.
    """

    last_active: Mapping[str, str] = field(default_factory=dict)
    otherwise: str = NOT_READABLE
    left: Mapping[str, Left] = field(default_factory=dict)
    decided: Mapping[Place, Decision] = field(default_factory=dict)
    added: Mapping[tuple[str, str, str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Way:
    """Through what somebody holds permissions in a project; the group or role that they were added to, if there is one."""

    words: str
    kind: str = ""
    name: str = ""


@dataclass(frozen=True)
class _Rows:
    """The rows of one project: the places of the people, their permissions, and their ways."""

    project: str
    places: npt.NDArray[np.int64]
    permissions: list[tuple[str, ...]]
    ways: list[tuple[Way, ...]]


def access_review(found: Answered, known: Known) -> pd.DataFrame:
    """Return ``access_review.csv``.

    Parameters
    ----------
    found : Answered
        Who holds which permission. Holders that lead to nobody have no rows; of a project that is managed by a team, whoever
        is in one of its roles has a row without permissions, for Jira does not tell what such a role allows.
    known : Known
        What is known of the people beside.
    """
    projects, directory = found.projects, found.directory
    roles = {one.project: _roles_of(one, directory) for one in projects if one.team_managed}
    accounts = accounts_of(found)
    people = [directory.person(account) for account in accounts]
    ranks = np.array(
        sorted(range(len(people)), key=lambda at: (people[at].display_name, people[at].account_id)), dtype=int
    )
    by_project: dict[str, list[Holding]] = {project: [] for project in roles}
    for one in found.holdings:
        by_project.setdefault(one.project, []).append(one)
    parts = [
        _rows_of(
            project,
            _ways_of(mine) | roles.get(project, {}),
            _marks_of(found, project, mine, accounts),
            accounts,
            ranks,
        )
        for project, mine in sorted(by_project.items())
    ]
    parts = [part for part in parts if len(part.places)]
    if not parts:
        return ACCESS_REVIEW.make(())
    places = np.concatenate([part.places for part in parts])
    columns = {
        "account_id": _of_people([one.account_id for one in people], places),
        "display_name": _of_people([one.display_name for one in people], places),
        "kind": _of_people([KINDS.get(one.account_type, one.account_type or NOT_TOLD) for one in people], places),
        "active": _of_people([one.active for one in people], places),
        "last_active": _of_people([known.last_active.get(one, known.otherwise) for one in accounts], places),
        "project": np.concatenate([np.full(len(part.places), part.project, dtype=object) for part in parts]),
        "permissions": _texts_of([names for part in parts for names in part.permissions], " "),
        "via": _texts_of([tuple(way.words for way in ways) for part in parts for ways in part.ways], "; "),
        "leaver": _of_people([known.left[one].words if one in known.left else None for one in accounts], places),
        "email": _of_people([one.email or NOT_TOLD for one in people], places),
        **_decisions(accounts, parts, known.decided),
        **_dates(accounts, parts, known.added),
    }
    frame = pd.DataFrame({name: columns[name] for name in ACCESS_REVIEW.names}, dtype=object)
    kinds = {name: "boolean" if kind == "flag" else "str" for name, kind in ACCESS_REVIEW.kinds.items()}
    return ACCESS_REVIEW.check(frame.astype(kinds))


def answer_first(review: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with those first that ask for an answer: of people who left, and of what was to be taken away."""
    asks = review["leaver"].notna() | review["still_held"].notna()
    return review.iloc[np.argsort(~asks.to_numpy(), kind="stable")]


def accounts_of(found: Answered) -> tuple[str, ...]:
    """Return the accounts that the review is about, sorted: those that hold anything, or are in a role of a team's project."""
    teams = (_roles_of(one, found.directory).values() for one in found.projects if one.team_managed)
    return tuple(sorted({*found.able.accounts, *(it for ways in teams for mine in ways for one in mine for it in one)}))


def known_accounts(accounts: Sequence[str], directory: Directory) -> list[Account]:
    """Return accounts with what tells whose they are."""
    people = [directory.person(account) for account in accounts]
    return [Account(one.account_id, one.display_name, one.email, one.name) for one in people]


def way_of(holding: Holding, through: Through) -> Way:
    """Return through what a holder's people hold a permission, in words."""
    named = "" if holding.holder_type in _NAMELESS else holding.holder
    kind = "" if named == ANY_LICENSED else _HELD_AS.get(holding.holder_type, holding.holder_type)
    words = f"{kind} {named}".strip()
    if through.group is None:
        return Way(words, "role" if holding.holder_type == schemes.PROJECT_ROLE else "", holding.holder)
    group = through.group.name or through.group.key
    return Way(words if holding.holder_type == schemes.GROUP else f"{words} by group {group}", "group", group)


_Ways = Mapping[Way, list[Sequence[str]]]
"""The accounts that hold something in a project, by the ways in which they do; the members of a group as one sequence."""


def _ways_of(holdings: Sequence[Holding]) -> dict[Way, list[Sequence[str]]]:
    found: dict[Way, list[Sequence[str]]] = {}
    for one in holdings:
        for through in one.ways:
            for accounts in (through.accounts, () if through.group is None else through.group.accounts):
                known = found.setdefault(way_of(one, through), []) if accounts else []
                if accounts and not any(accounts is it for it in known):
                    known.append(accounts)
    return found


def _roles_of(project: ProjectAccess, directory: Directory) -> dict[Way, list[Sequence[str]]]:
    """Return who is in the roles of a project that is managed by a team, groups opened."""
    found: dict[Way, list[Sequence[str]]] = {}
    for (of, _), role in sorted(directory.roles.items()):
        for actor in role.actors if of == project.project else ():
            members = None if actor.group is None else directory.members(actor.group)
            if actor.kind == "user":
                found.setdefault(Way(f"role {role.name}", "role", role.name), []).append((actor.account,))
            elif members is not None and members.accounts:
                way = Way(f"role {role.name} by group {members.name}", "group", members.name)
                found.setdefault(way, []).append(members.accounts)
    return found


def _marks_of(found: Answered, project: str, holdings: Sequence[Holding], accounts: Sequence[str]) -> dict[str, Marks]:
    """Return who of the accounts holds each permission in a project: those asked for in their order, any other behind them."""
    order, able = found.permissions, found.able
    names = [*order, *sorted({one.permission for one in holdings} - set(order))]
    places = np.searchsorted(np.array(accounts, dtype=str), np.array(able.accounts, dtype=str)) if accounts else ()
    marks = {}
    for name in names:
        if (project, name) in able.held:
            marks[name] = np.zeros(len(accounts), dtype=bool)
            marks[name][places] = able.held[project, name]
    return marks


def _rows_of(
    project: str,
    ways: _Ways,
    marks: Mapping[str, Marks],
    accounts: Sequence[str],
    ranks: npt.NDArray[np.int64],
) -> _Rows:
    """Return the rows of a project, in the order of the ranks."""
    number = {account: place for place, account in enumerate(accounts)}
    held: dict[Way, Marks] = {}
    for way in sorted(ways, key=lambda one: one.words):
        held[way] = np.zeros(len(accounts), dtype=bool)
        held[way][[number[account] for found in ways[way] for account in found]] = True
    anything = np.any(np.stack(list(held.values())), axis=0) if held else np.zeros(len(accounts), dtype=bool)
    places = ranks[anything[ranks]]
    return _Rows(project, places, _chosen(marks, places), _chosen(held, places))


def _chosen(marks: Mapping[_Named, Marks], places: npt.NDArray[np.int64]) -> list[tuple[_Named, ...]]:
    """Return for each place what is marked there; thousands of people have the same, so each set is made once."""
    if not marks:
        return [()] * len(places)
    names = list(marks)
    table = np.stack([one[places] for one in marks.values()])
    known: dict[bytes, tuple[_Named, ...]] = {}
    found = []
    packed = np.ascontiguousarray(np.packbits(table, axis=0).T)
    for at, key in enumerate(row.tobytes() for row in packed):
        if key not in known:
            known[key] = tuple(names[one] for one in np.flatnonzero(table[:, at]))
        found.append(known[key])
    return found


def _of_people(values: Sequence[object], places: npt.NDArray[np.int64]) -> Texts:
    return np.array([*values, None], dtype=object)[:-1][places]


def _texts_of(found: Sequence[tuple[str, ...]], between: str) -> Texts:
    """Return each tuple as one text."""
    joined = {names: between.join(dict.fromkeys(names)) for names in set(found)}
    return np.array([joined[names] for names in found], dtype=object)


def _pairs(accounts: Sequence[str], parts: Iterable[_Rows]) -> Iterable[tuple[str, str, _Rows, int]]:
    for part in parts:
        for at, place in enumerate(part.places.tolist()):
            yield accounts[place], part.project, part, at


def _decisions(
    accounts: Sequence[str], parts: Sequence[_Rows], decided: Mapping[Place, Decision]
) -> dict[str, list[str | None]]:
    """Return the columns that say what the last review decided."""
    size = sum(len(part.places) for part in parts)
    columns: dict[str, list[str | None]] = {
        name: [None] * size for name in ("decision", "reviewer", "reviewed_on", "still_held")
    }
    if not decided:
        return columns
    for row, (account, project, part, at) in enumerate(_pairs(accounts, parts)):
        one = decided.get((account, project))
        if one is not None:
            held = " ".join(one.still_held(part.permissions[at]))
            cells = (one.decision, one.reviewer or None, one.reviewed_on or None, held or None)
            for name, cell in zip(columns, cells, strict=True):
                columns[name][row] = cell
    return columns


def _dates(
    accounts: Sequence[str], parts: Sequence[_Rows], added: Mapping[tuple[str, str, str, str], str]
) -> dict[str, list[str | None]]:
    """Return since when each row holds, where each of its ways is dated, and what the log tells of them in any case."""
    size = sum(len(part.places) for part in parts)
    since: list[str | None] = [None] * size
    told: list[str | None] = [None] * size
    named = {account for account, *_ in added}
    if named:
        for row, (account, project, part, at) in enumerate(_pairs(accounts, parts)):
            if account in named:
                ways = part.ways[at]
                dated = [
                    (added.get((account, way.kind, way.name, project if way.kind == "role" else "")), way)
                    for way in ways
                ]
                known = sorted((when, way.words) for when, way in dated if when is not None)
                since[row] = known[0][0] if len(known) == len(dated) else None
                told[row] = "; ".join(f"{when} {words}" for when, words in known) or None
    return {"since": since, "added": told}
