"""Who holds which of the strong powers in how many projects, the strongest first; and the missing numbers beside them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from auditlib.audit.numbering.sums import runs_in_words
from auditlib.audit.permissions.findings import STRONG, Answered
from auditlib.audit.permissions.resolve import MANY, NOBODY, PERSON
from auditlib.phrases import agreeing, counted

MOST_ROWS: Final = 40
"""Rows of people in one figure; of those behind it says how many they are."""

_MOST_ALIKE: Final = 5  # people with the same powers that have a row each; more share one
_MOST_NAMES: Final = 12
_DELETE: Final = "DELETE_ISSUES"


@dataclass(frozen=True)
class Row:
    """One holder of strong powers: what he is called, what he is, and in how many projects he holds each.

    Attributes
    ----------
    name : str
    kind : str
        Empty for a person; ``app``, ``customer``, ``deactivated``; or ``holder`` for what is no person.
    projects : tuple of int
        By permission, in the order of the matrix.
    people : int
        How many accounts it stands for.
    """

    name: str
    kind: str
    projects: tuple[int, ...]
    people: int = 1


@dataclass(frozen=True)
class Matrix:
    """Holders of strong powers against permissions.

    Attributes
    ----------
    permissions : tuple of str
        The columns.
    rows : tuple of Row
        Holders that are no people first, then people, the strongest first.
    people, projects : int
        How many people hold any of them, shown or not; and how many projects are looked at.
    deactivated : int
        How many of these people are deactivated.
    """

    permissions: tuple[str, ...]
    rows: tuple[Row, ...]
    people: int
    projects: int
    deactivated: int = 0

    @property
    def shown(self) -> int:
        """How many people are shown."""
        return sum(one.people for one in self.rows if one.kind != "holder")

    @property
    def says(self) -> str:
        """What the figure shows, for its caption."""
        if not self.projects:
            return "Nothing is drawn: Jira does not tell this account of any listed project who may do what there."
        left = self.people - self.shown
        rest = f" {left:,} more hold some and are not shown; permissions.csv has them." if left else ""
        if not self.people:
            return (
                f"No account is known to hold a power to delete, move, rewrite, hide or administer in {self._projects}."
            )
        gone = f", {self.deactivated:,} of them deactivated" if self.deactivated else ""
        holders = any(one.kind == "holder" for one in self.rows)
        above = " Above them stand holders that are not resolved to people." if holders else ""
        return (
            f"{counted(self.people, 'account')} {agreeing(self.people, 'holds', 'hold')} a power to delete, move, rewrite, hide "
            f"or administer in {self._projects}{gone}. Shown are {self.shown:,} of {self.people:,} accounts, the strongest first."
            f"{above}{rest}"
        )

    @property
    def _projects(self) -> str:
        return "the one project" if self.projects == 1 else f"{self.projects:,} projects"


def power_matrix(found: Answered, most: int = MOST_ROWS) -> Matrix:
    """Return who holds the strong powers, in at most so many rows.

    Parameters
    ----------
    found : Answered
    most : int
        Rows of people; who hold the same share a row where they are many.
    """
    permissions = tuple(name for name in STRONG if name in found.permissions)
    able, told = found.able, found.told
    counts = np.zeros((len(able.accounts), len(permissions)), dtype=np.int64)
    for column, permission in enumerate(permissions):
        for project in told:
            marks = able.held.get((project, permission))
            if marks is not None:
                counts[:, column] += marks
    holding = np.flatnonzero(counts.any(axis=1))
    alike: dict[tuple[str, tuple[int, ...]], list[str]] = {}
    for place in holding:
        name = found.directory.person(able.accounts[place]).display_name or able.accounts[place]
        alike.setdefault((_kind(found, int(place)), tuple(counts[place].tolist())), []).append(name)
    rows = [row for (kind, projects), names in alike.items() for row in _rows_of(kind, projects, sorted(names))]
    rows.sort(key=_strongest_first)
    gone = int(np.count_nonzero(able.deactivated[holding]))
    return Matrix(permissions, (*_holders(found, permissions), *rows[:most]), len(holding), len(told), gone)


def _rows_of(kind: str, projects: tuple[int, ...], names: list[str]) -> list[Row]:
    """Return a row for each of those who hold the same; one for all where they are many."""
    if len(names) <= _MOST_ALIKE:
        return [Row(name, kind, projects) for name in names]
    return [Row(f"{len(names):,} who hold the same", kind, projects, len(names))]


def _strongest_first(row: Row) -> tuple[object, ...]:
    """Rank rows: who can act before the deactivated, more powers first, then in more projects."""
    powers = sum(count > 0 for count in row.projects)
    return (row.kind == "deactivated", -powers, *(-count for count in row.projects), row.people > 1, row.name)


def _kind(found: Answered, place: int) -> str:
    able = found.able
    if able.deactivated[place]:
        return "deactivated"
    return "app" if able.apps[place] else "customer" if able.customers[place] else ""


def _holders(found: Answered, permissions: tuple[str, ...]) -> list[Row]:
    """Return a row for each holder that is no person, nor resolved to some."""
    where: dict[str, dict[str, set[str]]] = {}
    for one in found.holdings:
        for way in one.ways:
            if one.permission in permissions and way.who not in {PERSON, MANY, NOBODY}:
                name = f"{one.holder_type} {one.holder}".strip() + (
                    " (not readable)" if way.who.startswith("not") else ""
                )
                where.setdefault(name, {}).setdefault(one.permission, set()).add(one.project)
    return [
        Row(name, "holder", tuple(len(held.get(permission, ())) for permission in permissions))
        for name, held in sorted(where.items())
    ]


def numbers_beside_powers(gaps: pd.DataFrame, found: Answered) -> pd.DataFrame:
    """Return, for each project, the numbers that a deletion could explain beside who can delete there today.

    Parameters
    ----------
    gaps : DataFrame
        ``gaps.csv``.
    found : Answered

    Returns
    -------
    DataFrame
        Columns project, classification (`deleted`, `existed`, `unexplained`), numbers, longest_runs, can_delete (how many
        accounts; missing where Jira does not tell) and who (their names, as long as they are few).
    """
    open_gaps = gaps[gaps["classification"].isin(["deleted", "existed", "unexplained"])]
    who = {project: _who(found, project) for project in sorted(set(open_gaps["project"]))}
    rows = [
        (project, name, len(mine), runs_in_words(str(project), mine["number"]), *who[str(project)])
        for (project, name), mine in open_gaps.groupby(["project", "classification"], sort=True)
    ]
    frame = pd.DataFrame(rows, columns=["project", "classification", "numbers", "longest_runs", "can_delete", "who"])
    return frame.astype({"can_delete": "Int64"})


def _who(found: Answered, project: str) -> tuple[int | None, str]:
    """Return how many can delete in a project, and who they are while they are few; None where it is not known."""
    if project not in found.told or _DELETE not in found.permissions:
        return None, "not told"
    people = found.able.people([project], [_DELETE])
    others: Mapping[str, None] = dict.fromkeys(
        one.holder or one.holder_type
        for one in found.holdings
        if (one.project, one.permission) == (project, _DELETE)
        and any(way.is_open or way.who not in {PERSON, MANY, NOBODY} for way in one.ways)
    )
    beside = "".join(f"; also {name}" for name in others)
    if len(people) > _MOST_NAMES:
        return len(people), f"see permissions.csv{beside}"
    names = (found.directory.person(account).display_name or account for account in people)
    return len(people), f"{', '.join(names) or 'nobody'}{beside}"
