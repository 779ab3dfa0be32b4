"""What changed from one census to the next: vanished, moved, new, returned, or only not seen. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import pandas as pd

from auditlib.errors import AnswerError
from auditlib.keys import FormerKeys, today_keys
from auditlib.records.census import Census, listed_issues, sees_again
from auditlib.records.issues import number_of, split_key
from auditlib.tables import Column, Table
from auditlib.times import parse_instant

CHANGES: Final = Table(
    "changes",
    "Issues of the listed projects that are not in a census as they were in the one before.",
    (
        Column("key", "text", "The key it has, or of one that is not there, had last; its project's key is today's."),
        Column("id", "integer", "Jira's id of the issue, which a move does not change."),
        Column("project", "text", "The project of the key."),
        Column(
            "change",
            "text",
            "`vanished`, `not seen` (with more than half of its project, or with all of it), `moved`, `new` or `returned`.",
        ),
        Column("last_seen", "instant_utc", "The census that saw it last before this one; empty if none did."),
        Column("first_missed", "instant_utc", "The census that missed it first; of `moved`, saw it moved first."),
    ),
    (Column("was", "text", "Of `moved`, the key that it had."),),
)
"""``census/<UTC>.changes.csv``."""


_Row = tuple[str, int, str, datetime | None, datetime | None, str | None]
"""key, id, change, last_seen, first_missed, was."""


@dataclass(frozen=True)
class Absent:
    """An issue that an earlier census saw, and the last one did not.

    Attributes
    ----------
    key : str
        The key that it had last.
    change : str
        ``vanished``, ``not seen``, or ``moved`` to a project that is not listed.
    last_seen : datetime
        The census that saw it last.
    """

    key: str
    change: str
    last_seen: datetime


def absent_after(changes: Iterable[Iterable[Mapping[str, str]]], projects: Collection[str]) -> dict[int, Absent]:
    """Return the issues that were absent after a row of censuses, by id, from what each of them changed.

    Parameters
    ----------
    changes : iterable of iterable of mapping
        Rows of the files `CHANGES`, by column; oldest file first.
    projects : collection of str
        The listed projects: what moved to another one is absent, too.

    Raises
    ------
    AnswerError
        If a row is none.
    """
    absent: dict[int, Absent] = {}
    for rows in changes:
        for row in rows:
            try:
                issue, change = number_of(row["id"], "the id"), row["change"]
                split_key(row["key"])
                away = change == "moved" and row["project"] not in projects
                if change in {"vanished", "not seen"} or away:
                    absent[issue] = Absent(row["key"], change, parse_instant(row["last_seen"]))
                else:
                    absent.pop(issue, None)
            except (KeyError, ValueError, TypeError, AttributeError, AnswerError):
                raise AnswerError(f"no row of changes between censuses: {str(dict(row))[:120]}") from None
    return absent


@dataclass(frozen=True)
class Answers:
    """What Jira answered for issues that a census missed, asked by their ids.

    Attributes
    ----------
    elsewhere : mapping of int to str
        Those that answered, in a project that is not listed, with their keys.
    hidden : frozenset of int
        Those of which Jira says that they are there, and may not be seen (Data Center).
    """

    elsewhere: Mapping[int, str] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()


def missed_ids(
    last: Census, newest: Census, absent: Mapping[int, Absent], former: FormerKeys, projects: Collection[str]
) -> list[int]:
    """Return the issues of some listed projects that a census misses, by id: of the last, and those that it did not see."""
    was = listed_issues(last, former)
    was = was[was["project"].isin(projects)]
    gone = was.loc[~was["issue_id"].isin(newest.issues["issue_id"]), "issue_id"]
    here = frozenset(newest.issues["issue_id"].tolist())
    waiting = [
        issue for issue, project in _waiting(absent, former).items() if project in projects and issue not in here
    ]
    return [*(int(issue) for issue in gone), *sorted(waiting)]


def _waiting(absent: Mapping[int, Absent], former: FormerKeys) -> dict[int, str]:
    """Return the issues that were not seen, with today's key of the project in which they were last."""
    keys = {issue: one.key for issue, one in absent.items() if one.change == "not seen"}
    return {
        int(issue): key.rpartition("-")[0] for issue, key in today_keys(pd.Series(keys, dtype="str"), former).items()
    }


def changes_since(
    last: Census,
    newest: Census,
    absent: Mapping[int, Absent],
    former: FormerKeys,
    earlier: Callable[[datetime], Census | None],
    *,
    answers: Answers = Answers(),
) -> pd.DataFrame:
    """Say what changed from one census to the next.

    Parameters
    ----------
    last, newest : Census
        Two that follow each other.
    absent : mapping of int to Absent
        Issues that were absent in the last one, from `absent_after`.
    former : mapping
        The listed projects with their former keys; issues of others are left out.
    earlier : callable
        Returns the census of a time; None if it can't be read. Asked only for those that saw issues which nobody has seen
        since in a project that was not seen.
    answers : Answers, optional
        Of the issues that the newest one missed.

    Returns
    -------
    DataFrame, shape (n, 7)
        As `CHANGES`; by project and number. Of a project that no census saw before, none is new.
    """
    was, now = listed_issues(last, former), listed_issues(newest, former)
    rows = list(_gone(was, now, newest, last.at, answers))
    before, after = _keys(was), _keys(now)
    both = after[after.index.isin(before.index)]
    rows += [
        (key, issue, "moved", last.at, newest.at, before[issue])
        for issue, key in both[both != before.reindex(both.index)].items()
    ]
    rows += _come(after[~after.index.isin(before.index)], frozenset(was["project"]), absent, former, newest.at)
    rows += _settled(newest, absent, former, earlier, answers=answers)
    return _frame(rows)


def _keys(listed: pd.DataFrame) -> pd.Series:
    return listed.set_index("issue_id")["key"]


def _gone(was: pd.DataFrame, now: pd.DataFrame, newest: Census, last_at: datetime, answers: Answers) -> Iterator[_Row]:
    """Yield what is gone from each project: moved to where no census looks, vanished, or not seen."""
    here = frozenset(now["project"])
    for project, seen in was.groupby("project", sort=True):
        missed = seen[~seen["issue_id"].isin(newest.issues["issue_id"])]
        gone = missed[~missed["issue_id"].isin(answers.elsewhere)]
        change = "vanished" if sees_again(len(gone), len(seen), holds_project=project in here) else "not seen"
        for issue, key in zip(missed["issue_id"], missed["key"], strict=True):
            if issue in answers.elsewhere:
                yield answers.elsewhere[issue], issue, "moved", last_at, newest.at, key
            else:
                yield key, issue, "not seen" if issue in answers.hidden else change, last_at, newest.at, None


def _come(
    come: pd.Series, projects: frozenset[str], absent: Mapping[int, Absent], former: FormerKeys, at: datetime
) -> Iterator[_Row]:
    """Yield what was not there in the last census: new, returned, or moved meanwhile."""
    keys = today_keys(pd.Series({issue: one.key for issue, one in absent.items()}, dtype="str"), former)
    known = projects | {key.rpartition("-")[0] for key in keys}
    for issue, key in come.items():
        if issue not in absent:
            if key.rpartition("-")[0] in known:
                yield key, issue, "new", None, None, None
        elif keys[issue] == key:
            yield key, issue, "returned", absent[issue].last_seen, None, None
        else:
            yield key, issue, "moved", absent[issue].last_seen, at, keys[issue]


def _settled(
    newest: Census,
    absent: Mapping[int, Absent],
    former: FormerKeys,
    earlier: Callable[[datetime], Census | None],
    *,
    answers: Answers,
) -> Iterator[_Row]:
    """Yield the issues that were not seen until now, and of which this census shows that they vanished, or moved."""
    here = frozenset(listed_issues(newest, former)["project"])
    ids = frozenset(newest.issues["issue_id"].tolist())
    waiting: dict[datetime, set[int]] = {}
    for issue in _waiting(absent, former):
        if issue not in ids and issue not in answers.hidden:
            waiting.setdefault(absent[issue].last_seen, set()).add(issue)
    for at in sorted(waiting):
        census = earlier(at)
        if census is None:
            continue
        for project, seen in listed_issues(census, former).groupby("project", sort=True):
            missing = seen[~seen["issue_id"].isin(ids) & ~seen["issue_id"].isin(answers.elsewhere)]
            again = sees_again(len(missing), len(seen), holds_project=project in here)
            mine = seen[seen["issue_id"].isin(waiting[at])]
            for issue, key in zip(mine["issue_id"], mine["key"], strict=True):
                if issue in answers.elsewhere:
                    yield answers.elsewhere[issue], issue, "moved", at, newest.at, key
                elif again:
                    yield key, issue, "vanished", at, newest.at, None


def _frame(rows: Iterable[_Row]) -> pd.DataFrame:
    def place(row: _Row) -> tuple[str, int, int]:
        project, _, number = row[0].rpartition("-")
        return project, int(number), row[1]

    return CHANGES.make(
        (key, issue, key.rpartition("-")[0], *others) for key, issue, *others in sorted(rows, key=place)
    )
