"""The last access review: the sheet as it was written, with the decisions of those who know the people. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from auditlib.audit.lists import Source, is_day, read_list
from auditlib.errors import ParameterError, Problem

DECISIONS: Final = ("keep", "remove", "changed")
"""What a reviewer may decide of a row."""

_COLUMNS: Final = ("account_id", "project", "permissions", "decision", "reviewer", "reviewed_on")

Place = tuple[str, str]
"""Account id and project: what a row of the review is about."""


@dataclass(frozen=True)
class Decision:
    """What was decided of one person in one project.

    Attributes
    ----------
    permissions : frozenset of str
        Those that the person had then.
    decision : str
        One of `DECISIONS`.
    reviewer, reviewed_on : str
        Who decided, and the day; empty where it is not told.
    """

    permissions: frozenset[str]
    decision: str
    reviewer: str
    reviewed_on: str

    def still_held(self, permissions: Iterable[str]) -> list[str]:
        """Return those of the permissions of today that were to be taken away, in their order."""
        if self.decision != "remove":
            return []
        return [one for one in permissions if not self.permissions or one in self.permissions]


def parse_review(text: str, path: str) -> dict[Place, Decision]:
    """Read the last access review.

    Parameters
    ----------
    text : str
        CSV with the columns of ``access_review.csv``, its cells parted by commas, semicolons or tabs, as a spreadsheet saves
        it. A row without a decision says nothing; other columns are ignored.
    path : str
        Where it comes from, for messages.

    Returns
    -------
    dict of (str, str) to Decision
        By account id and project.

    Raises
    ------
    ParameterError
        With everything that is wrong in the file.
    """
    source = Source(text, path, "review")
    problems: list[Problem] = []
    found: dict[Place, Decision] = {}
    lines: dict[Place, int] = {}
    for line, row in read_list(source, _COLUMNS):
        if not row["decision"]:
            if row["reviewer"] or row["reviewed_on"]:
                problems.append(
                    source.problem(line, "", "decision is empty, and somebody reviewed it; what was decided?")
                )
            continue
        place = row["account_id"], row["project"]
        problems += [source.problem(line, value, message) for value, message in _wrong(row)]
        before = lines.setdefault(place, line)
        if before != line:
            message = f"line {before} decides it already; keep one of the two"
            problems.append(source.problem(line, f"{place[0]} in {place[1]}", message))
        permissions = frozenset(row["permissions"].replace(",", " ").replace(";", " ").split())
        found[place] = Decision(permissions, row["decision"].casefold(), row["reviewer"], row["reviewed_on"])
    if problems:
        raise ParameterError(problems)
    return found


def _wrong(row: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what is wrong in one decided row, as (value, message)."""
    found: list[tuple[str, str]] = []
    if row["decision"].casefold() not in DECISIONS:
        found.append((row["decision"], f"decision must be one of {', '.join(DECISIONS)}"))
    if not row["account_id"] or not row["project"]:
        found.append((row["decision"], "account_id and project must say whose row it is"))
    if row["reviewed_on"] and not is_day(row["reviewed_on"]):
        found.append((row["reviewed_on"], "reviewed_on must be a day like 2026-04-30"))
    return found
