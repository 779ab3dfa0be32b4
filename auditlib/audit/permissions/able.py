"""How many people may do what: each permission of each project as a set of accounts, and ``permission_counts.csv``. Pure.

Sets are kept as one mark per account, so that a hundred projects of ten thousand people are counted in a moment.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from auditlib.audit.permissions.directory import Directory
from auditlib.audit.permissions.resolve import ANYBODY, OF_AN_ISSUE, Holding
from auditlib.phrases import listed
from auditlib.records import permission_schemes as schemes
from auditlib.tables import Column, Table

BROWSE: Final = "BROWSE_PROJECTS"

PERMISSION_COUNTS: Final = Table(
    "permission_counts",
    "How many people each permission asked for comes to in each project whose scheme Jira tells, and what they are.",
    (
        Column("project", "text", "Key of the project."),
        Column("permission", "text", "Jira's key of the permission."),
        Column(
            "people",
            "integer",
            "Different accounts that hold it through whatever holder and that are not deactivated; apps and customers are "
            "among them. Those of holders that an issue names or that can't be read are not.",
        ),
        Column(
            "browsing",
            "integer",
            "The same of BROWSE_PROJECTS, to compare with; empty if that was not asked for.",
            optional=True,
        ),
        Column("apps", "integer", "Those of `people` that are apps; 0 where Jira tells no account types."),
        Column("customers", "integer", "Those of `people` that are customers of a portal."),
        Column("deactivated", "integer", "Deactivated accounts that hold it as well; Jira lets them do nothing."),
        Column(
            "state_unknown", "integer", "Those of `people` of which Jira does not tell whether they are deactivated."
        ),
        Column("anybody", "flag", "Whether it is granted to anybody, logged in or not."),
        Column("licensed", "flag", "Whether it is granted to any licensed user, or to all of an application."),
        Column("of_issues", "text", "Holders that an issue turns into people, `reporter` for instance."),
        Column("not_read", "text", "Holders of which it is not known whom they lead to, or not all of them."),
    ),
    sort_keys=("project", "permission"),
)

Marks = NDArray[np.bool_]


@dataclass(frozen=True)
class Able:
    """Who may do what: one mark per account for each permission of each project.

    Attributes
    ----------
    accounts : tuple of str
        All accounts that hold anything, sorted.
    held : mapping of (str, str) to array of bool, shape (accounts,)
        By project and permission; deactivated accounts are marked too.
    deactivated, apps, customers, unknown : array of bool, shape (accounts,)
        What is told of each account.
    """

    accounts: tuple[str, ...]
    held: dict[tuple[str, str], Marks]
    deactivated: Marks
    apps: Marks
    customers: Marks
    unknown: Marks

    def marks(self, projects: Iterable[str], permissions: Iterable[str]) -> Marks:
        """Return who holds one of the permissions in one of the projects, deactivated accounts included."""
        asked = set(permissions)
        found = np.zeros(len(self.accounts), dtype=bool)
        for project in projects:
            for permission in asked:
                marks = self.held.get((project, permission))
                if marks is not None:
                    found |= marks
        return found

    def people(self, projects: Iterable[str], permissions: Iterable[str]) -> list[str]:
        """Return the accounts that hold one of the permissions in one of the projects and are not deactivated, sorted."""
        marks = self.marks(projects, permissions) & ~self.deactivated
        return [self.accounts[place] for place in np.flatnonzero(marks)]


def who_is_able(holdings: Sequence[Holding], directory: Directory) -> Able:
    """Return who may do what, of the holders that lead to people."""
    named = {account for one in holdings for way in one.ways for account in way.accounts}
    groups = {way.group.key: way.group for one in holdings for way in one.ways if way.group}
    accounts = tuple(sorted(named.union(*(group.accounts for group in groups.values()))))
    place = {account: number for number, account in enumerate(accounts)}
    of_group = {name: _marks(group.accounts, place) for name, group in groups.items()}
    held: dict[tuple[str, str], Marks] = {}
    for one in holdings:
        marks = held.setdefault((one.project, one.permission), np.zeros(len(accounts), dtype=bool))
        for way in one.ways:
            marks[[place[account] for account in way.accounts]] = True
            if way.group is not None:
                marks |= of_group[way.group.key]
    people = [directory.person(account) for account in accounts]
    return Able(
        accounts,
        held,
        deactivated=np.array([one.active is False for one in people], dtype=bool),
        apps=np.array([one.account_type == "app" for one in people], dtype=bool),
        customers=np.array([one.account_type == "customer" for one in people], dtype=bool),
        unknown=np.array([one.active is None for one in people], dtype=bool),
    )


def _marks(accounts: Iterable[str], place: dict[str, int]) -> Marks:
    marks = np.zeros(len(place), dtype=bool)
    marks[[place[account] for account in accounts]] = True
    return marks


def counts_table(
    holdings: Sequence[Holding], able: Able, projects: Sequence[str], permissions: Sequence[str]
) -> pd.DataFrame:
    """Return ``permission_counts.csv``.

    Parameters
    ----------
    holdings : sequence of Holding
    able : Able
        Made of them.
    projects : sequence of str
        Those whose grants Jira tells.
    permissions : sequence of str
        Those asked for.
    """
    by_place: dict[tuple[str, str], list[Holding]] = {}
    for one in holdings:
        by_place.setdefault((one.project, one.permission), []).append(one)
    rows = []
    for project in projects:
        browsing = int((able.marks([project], [BROWSE]) & ~able.deactivated).sum()) if BROWSE in permissions else None
        for permission in permissions:
            holders = by_place.get((project, permission), [])
            marks = able.marks([project], [permission])
            active = marks & ~able.deactivated
            ways = [(one, way) for one in holders for way in one.ways]
            counts = (int((active & kind).sum()) for kind in (able.apps, able.customers))
            rows.append(
                (
                    *(project, permission, int(active.sum()), browsing, *counts),
                    *(int((marks & able.deactivated).sum()), int((active & able.unknown).sum())),
                    any(way.who == ANYBODY for _, way in ways),
                    any(one.holder_type == schemes.APPLICATION_ROLE for one in holders),
                    _named(one for one, way in ways if way.who == OF_AN_ISSUE),
                    _named(one for one, way in ways if way.is_open),
                )
            )
    return PERMISSION_COUNTS.sort(PERMISSION_COUNTS.make(rows))


def _named(holders: Iterable[Holding]) -> str:
    """Name holders by type and name, each once."""
    return listed(sorted({f"{one.holder_type} {one.holder}".strip() for one in holders}))
