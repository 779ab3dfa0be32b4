"""Censuses: which issues Jira showed at an earlier time, kept in the archive, and what has vanished since. Pure.

A census lists id, key and project of every issue that the account saw. A number that an earlier census holds was given
out, whatever Jira says of it today; and an issue seen once and never again was deleted or hidden in between.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from auditlib.errors import AnswerError
from auditlib.keys import FormerKeys, renames
from auditlib.records.issues import number_of, split_key
from auditlib.records.mentions import MENTION_COLUMNS, best_first
from auditlib.text import visible_text

_STAMP = "%Y%m%dT%H%M%SZ"
_SUFFIX = ".jsonl.gz"
_UTC = "datetime64[us, UTC]"


@dataclass(frozen=True)
class Census:
    """One census.

    Attributes
    ----------
    at : datetime
        When it was taken, UTC.
    issues : DataFrame, shape (n, 4)
        issue_id (distinct), key, project (of the key) and number, as they were then; sorted by id.
    """

    at: datetime
    issues: pd.DataFrame

    @property
    def name(self) -> str:
        """How evidence names it: by its day, in UTC."""
        return f"census {self.at.astimezone(UTC):%Y-%m-%d}"


def census_instant(file: str) -> datetime:
    """Read from its file's name, ``20260501T031500Z.jsonl.gz``, when a census was taken.

    Raises
    ------
    AnswerError
        If it is no census' name.
    """
    try:
        return datetime.strptime(file.removesuffix(_SUFFIX), _STAMP).replace(tzinfo=UTC)
    except ValueError:
        raise AnswerError(f"{visible_text(file)} is not named by a time like 20260501T031500Z", found=file) from None


def read_census(at: datetime, lines: Iterable[str]) -> Census:
    """Read a census.

    Parameters
    ----------
    at : datetime
        From the file's name, `census_instant`.
    lines : iterable of str
        JSON objects with id and key; empty lines and further members are ignored.

    Raises
    ------
    AnswerError
        Naming the line, if it is no such object, or an id comes twice with different keys.
    """
    places, ids, numbers = array("q"), array("q"), array("q")
    projects: list[str] = []
    known: dict[str, str] = {}  # each project's key is held once
    for place, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        what = _line_of(at, place)
        try:
            record = json.loads(line)
            issue_id = number_of(record["id"], what)
            project, number = split_key(record["key"])
        except (ValueError, TypeError, KeyError, AnswerError, RecursionError) as error:
            message = f"{what} is no issue: {line.strip()[:80]!r}"
            raise AnswerError(message, expected="an object with id and key", found=line.strip()[:80]) from error
        places.append(place)
        ids.append(issue_id)
        numbers.append(number)
        projects.append(known.setdefault(project, project))
    number_column, project_column = pd.Series(np.array(numbers), dtype="int64"), pd.Series(projects, dtype="str")
    frame = pd.DataFrame(
        {
            "issue_id": pd.Series(np.array(ids), dtype="int64"),
            "key": (project_column + "-" + number_column.astype("str")).astype("str"),
            "project": project_column,
            "number": number_column,
        }
    )
    _require_one_key(at, frame, places)
    once = frame.drop_duplicates("issue_id")
    return Census(at, once.sort_values("issue_id", ignore_index=True))


def _line_of(at: datetime, place: int) -> str:
    return f"census of {at.astimezone(UTC):{_STAMP}}, line {place}"


def _require_one_key(at: datetime, frame: pd.DataFrame, places: Sequence[int]) -> None:
    """Raise AnswerError, naming the line, if an id comes twice with different keys."""
    twice = frame[frame["issue_id"].duplicated(keep=False)]
    for issue, keys in twice.groupby("issue_id", sort=True)["key"]:
        other = keys[keys != keys.iloc[0]]
        if len(other):
            message = f"{_line_of(at, places[other.index[0]])}: issue {issue} has two keys, {keys.iloc[0]} and {other.iloc[0]}"
            raise AnswerError(message, expected="one key an id", found=other.iloc[0])


def census_mentions(censuses: Iterable[Census], former: FormerKeys) -> pd.DataFrame:
    """List the numbers of the listed projects that censuses name; of several, each number by the latest.

    Returns
    -------
    DataFrame, shape (n, 7)
        As `mentions.mention_table`, of kind ``census``, and issue_id: whose number it was. Project keys are today's.
    """
    parts = []
    for census in censuses:
        seen = listed_issues(census, former)
        parts.append(
            pd.DataFrame(
                {
                    "key": seen["key"],
                    "project": seen["project"],
                    "number": seen["number"],
                    "evidence": pd.Series([census.name] * len(seen), dtype="str", index=seen.index),
                    "at": pd.Series(pd.Timestamp(census.at), index=seen.index, dtype=_UTC),
                    "kind": pd.Series(["census"] * len(seen), dtype="str", index=seen.index),
                    "issue_id": seen["issue_id"],
                }
            )
        )
    if not parts:
        return listed_issues(Census(datetime.fromtimestamp(0, UTC), _NOTHING), former).assign(
            evidence=pd.Series(dtype="str"), at=pd.Series(dtype=_UTC), kind=pd.Series(dtype="str")
        )[[*MENTION_COLUMNS, "issue_id"]]
    joined = best_first(pd.concat(parts, ignore_index=True))
    return joined.drop_duplicates(["project", "number"], ignore_index=True)


def sees_again(missing: int, seen: int, *, holds_project: bool) -> bool:
    """Say whether a census sees a project that an earlier one saw, so that what it misses there has vanished.

    It does not if it holds no issue of that project: it was not read then, or hidden. Nor if it misses more than half of
    the issues: so many are rather out of sight than deleted.

    Parameters
    ----------
    missing : int
        Issues of the project in the earlier census that are not in this one, under whatever key.
    seen : int
        Issues of the project in the earlier census.
    holds_project : bool
        This one holds an issue of the project.
    """
    return holds_project and 2 * missing <= seen


def vanished(censuses: Sequence[Census], former: FormerKeys) -> pd.DataFrame:
    """List the issues of the listed projects that one census saw and no later one, although it saw their project.

    A census that does not see a project again says nothing about it, see `sees_again`; what it misses is told by the first
    that does.

    Parameters
    ----------
    censuses : sequence of Census
        In any order.
    former : mapping
        The listed projects with their former keys.

    Returns
    -------
    DataFrame, shape (n, 7)
        key (the last one seen; project key of today), project, number, issue_id, not_before (last seen, UTC), at (first
        missed, UTC), source (``census 2026-05-01 and 2026-06-01``); sorted by project and number. Deleted or hidden: a
        census can't tell.
    """
    in_order = sorted(censuses, key=lambda census: census.at)
    listed = [listed_issues(census, former) for census in in_order]
    ids = [frozenset(census.issues["issue_id"].tolist()) for census in in_order]
    projects = [frozenset(frame["project"]) for frame in listed]
    found = []
    later: frozenset[int] = frozenset()
    for place in reversed(range(len(in_order) - 1)):
        later |= ids[place + 1]
        for project, seen in listed[place].groupby("project", sort=True):
            gone = seen[~seen["issue_id"].isin(later)]
            if not len(gone):
                continue
            for step in range(place + 1, len(in_order)):
                missing = len(seen) - len(ids[step].intersection(seen["issue_id"]))
                if sees_again(missing, len(seen), holds_project=project in projects[step]):
                    found.append(_gone(gone, in_order[place], in_order[step]))
                    break
    if not found:
        nothing = listed_issues(Census(datetime.fromtimestamp(0, UTC), _NOTHING), former)
        times = {name: pd.Series(dtype=_UTC) for name in ("not_before", "at")}
        return nothing.assign(**times, source=pd.Series(dtype="str"))
    return pd.concat(found, ignore_index=True).sort_values(["project", "number", "at"], ignore_index=True)


def _gone(gone: pd.DataFrame, last: Census, after: Census) -> pd.DataFrame:
    size = len(gone)
    return pd.DataFrame(
        {
            **{name: gone[name] for name in ("key", "project", "number", "issue_id")},
            "not_before": pd.Series([last.at] * size, dtype=_UTC, index=gone.index),
            "at": pd.Series([after.at] * size, dtype=_UTC, index=gone.index),
            "source": pd.Series(
                [f"{last.name} and {after.name.partition(' ')[2]}"] * size, dtype="str", index=gone.index
            ),
        }
    )


def listed_issues(census: Census, former: FormerKeys) -> pd.DataFrame:
    """Return a census' issues of the listed projects: key, project, number, issue_id; project keys are today's."""
    known = renames(former)
    project = census.issues["project"].map(lambda key: known.get(key, key)).astype("str")
    mine = census.issues.assign(project=project)[project.isin(former)]
    key = mine["project"] + "-" + mine["number"].astype("str")
    return mine.assign(key=key.astype("str"))[["key", "project", "number", "issue_id"]]


_NOTHING = pd.DataFrame(
    {
        "issue_id": pd.Series(dtype="int64"),
        "key": pd.Series(dtype="str"),
        "project": pd.Series(dtype="str"),
        "number": pd.Series(dtype="int64"),
    }
)
