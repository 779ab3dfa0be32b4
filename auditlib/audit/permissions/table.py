"""``permissions.csv`` and ``group_members.csv``: who holds which permission in which project, and who is in which group. Pure.

A group of ten thousand people may hold fourteen permissions in a hundred projects. Where all of them would be more than `ROWS`
rows, the members of the largest groups stand in ``group_members.csv`` only, once; ``permissions.csv`` then has a row that names
such a group and counts them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any, Final

import pandas as pd

from auditlib.audit.permissions.directory import Directory, Members, ProjectAccess
from auditlib.audit.permissions.resolve import MANY, NOBODY, PERSON, Holding, Through
from auditlib.records.holders import Person
from auditlib.tables import Column, Table

ROWS: Final = 250_000
"""What ``permissions.csv`` may hold before its largest groups stand there as one row: a file that still opens."""

_PERSON_COLUMNS: Final = (
    Column("account_id", "text", "Cloud: account id; Data Center: user key."),
    Column("display_name", "text", "Name of the account, as Jira shows it."),
    Column(
        "account_type",
        "text",
        "`atlassian` (a person), `app`, or `customer` of a portal; empty where Jira does not tell, as on Data Center.",
    ),
    Column("active", "flag", "Whether the account can be used; empty where Jira does not tell."),
)

PERMISSIONS: Final = Table(
    "permissions",
    "Who holds each of the permissions asked for, in each project, through which holder. Where that would be more than "
    f"{ROWS:,} rows, the largest groups are one row each that counts their members, who stand once in group_members.csv.",
    (
        Column("project", "text", "Key of the project."),
        Column("permission", "text", "Jira's key of the permission, `DELETE_ISSUES`."),
        Column(
            "holder_type",
            "text",
            "To what the scheme grants it, in Jira's word: `user`, `group`, `projectRole`, `reporter` and others.",
        ),
        Column("holder", "text", "Name of the holder; empty where its type says all."),
        *_PERSON_COLUMNS,
    ),
    further=(
        Column(
            "who",
            "text",
            "What the row stands for: a `person`; `members of a group`, listed in group_members.csv; `nobody`; `of each "
            "issue`, where an issue says who it is; `anybody`, logged in or not; `not readable`; `not known`.",
        ),
        Column("via", "text", "The group through which the holder reaches these people; `itself` where there is none."),
        Column(
            "people", "integer", "How many accounts the row stands for; empty where it is not known.", optional=True
        ),
        Column("scheme", "text", "Name of the project's permission scheme."),
        Column("scheme_id", "text", "Number of the scheme."),
        Column("holder_id", "text", "Number, id or key of the holder, as the scheme has it."),
        Column("grant_id", "text", "Number of the grant in the scheme."),
        Column("note", "text", "What limits the row."),
    ),
    sort_keys=("project", "permission", "holder_type", "holder", "holder_id", "who", "account_id", "via"),
)

GROUP_MEMBERS: Final = Table(
    "group_members",
    "Who is in each group through which a permission asked for is held; a group that can't be read has one row, without "
    "an account.",
    (
        Column("group", "text", "Name of the group."),
        Column("group_id", "text", "Id of the group; empty on Data Center, which has none."),
        *_PERSON_COLUMNS,
    ),
    further=(
        Column(
            "members",
            "integer",
            "How many accounts Jira lists for the group; empty if it can't be read.",
            optional=True,
        ),
        Column("complete", "flag", "Whether the list was read to its end."),
        Column("note", "text", "What limits the list."),
    ),
    sort_keys=("group", "group_id", "account_id"),
)


def permissions_table(
    holdings: Iterable[Holding], directory: Directory, projects: Iterable[ProjectAccess]
) -> pd.DataFrame:
    """Return ``permissions.csv``.

    Parameters
    ----------
    holdings : iterable of Holding
        As `resolve.resolve` gives them.
    directory : Directory
        Of whom they are made.
    projects : iterable of ProjectAccess
        With the schemes that are named.
    """
    schemes = {one.project: one.scheme for one in projects if one.scheme is not None}
    rows, found = [], list(holdings)
    most = largest_listed(found)
    for one in found:
        scheme = schemes[one.project]
        before = (one.project, one.permission, one.holder_type, one.holder)
        grants = "; ".join(grant.id for grant in one.grants if grant.id)
        behind = (scheme.name, scheme.id, one.grants[0].holder_id or one.grants[0].holder_name, grants)
        rows += [(*before, *cells, *behind, note) for *cells, note in _rows(one, directory, most)]
    return PERMISSIONS.sort(PERMISSIONS.make(rows))


def largest_listed(holdings: Iterable[Holding]) -> int:
    """Return how many members a group may have whose members are named one by one, so that the rows are at most `ROWS`."""
    groups = sorted(len(way.group.accounts) for one in holdings for way in one.ways if way.who == MANY and way.group)
    for members, in_all in zip(groups, accumulate(groups), strict=True):
        if in_all > ROWS:
            return members - 1
    return groups[-1] if groups else 0


def _rows(holding: Holding, directory: Directory, most: int) -> Iterator[tuple[Any, ...]]:
    """Yield the cells of one holder: each person once, with all ways; groups of more members and no persons a row each."""
    ways: dict[str, list[str]] = {}
    notes: dict[str, list[str]] = {}
    for way in holding.ways:
        if not _is_listed(way, most):
            yield _summed(way)
            continue
        for account in way.accounts or (way.group.accounts if way.group is not None else ()):
            ways.setdefault(account, []).append(_via(way))
            if way.note:
                notes.setdefault(account, []).append(way.note)
    for account, via in ways.items():
        person = directory.person(account)
        note = "; ".join(dict.fromkeys(notes.get(account, ())))
        yield (*_cells(person), PERSON, "; ".join(dict.fromkeys(via)), 1, note)


def _is_listed(way: Through, most: int) -> bool:
    """Say whether people are named one by one: those named directly, and the members of a group that is not too large."""
    return way.who == PERSON or (way.who == MANY and way.group is not None and len(way.group.accounts) <= most)


def _summed(way: Through) -> tuple[Any, ...]:
    people = 0 if way.who == NOBODY else None
    if way.who == MANY and way.group is not None:
        people = len(way.group.accounts)
    return ("", "", "", None, way.who, _via(way), people, way.note)


def _via(way: Through) -> str:
    return "itself" if way.group is None else way.group.name or way.group.group_id


def _cells(person: Person) -> tuple[str, str, str, bool | None]:
    return (person.account_id, person.display_name, person.account_type, person.active)


def group_members_table(groups: Sequence[Members], directory: Directory) -> pd.DataFrame:
    """Return ``group_members.csv``."""
    rows: list[tuple[Any, ...]] = []
    for one in groups:
        known = len(one.accounts) if one.accounts or one.complete else None
        behind = (known, one.complete, one.why_not)
        people = [_cells(directory.person(account)) for account in one.accounts] or [("", "", "", None)]
        rows += [(one.name, one.group_id, *cells, *behind) for cells in people]
    return GROUP_MEMBERS.sort(GROUP_MEMBERS.make(rows))
