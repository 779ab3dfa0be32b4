"""One issue has one key and one time of creation in all answers, and the walk holds every key: what speaks against it. Pure.

Jira keeps an issue's id and its creation for ever, and its key until it moves, which its history shows. So answers that say
otherwise contradict each other, and nobody can know which of them is right.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

import pandas as pd

from auditlib.audit.finding import Finding
from auditlib.phrases import agreeing, counted, listed

SIGHTINGS: Final = ("id", "key", "asked")
"""Columns of what answers say: the issue, its key, and the project that was asked for; empty where none was."""

COLUMNS: Final = ("kind", "project", "id", "shown")
"""Columns of contradictions: one of `KINDS`, the project concerned or empty, an issue (0: none in particular), what was seen."""

KINDS: Final = ("two keys", "one key", "created", "unasked", "elsewhere", "unlike", "unwalked", "walk total")
"""Two keys of an issue; a key of two issues; two creation times; one far from what was asked for; an issue of another project
than asked for; an issue received twice with other content; in a pass and not in the walk; fewer in the walk than Jira counts."""

OF_NUMBERS: Final = frozenset({"two keys", "one key", "unwalked", "walk total"})
"""Kinds after which it is not known which numbers a project holds."""


def contradictions(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Put contradictions together, in the order of ``KINDS``, then by project and issue."""
    found = [part for part in parts if len(part)]
    if not found:
        return _rows([])
    frame = pd.concat(found, ignore_index=True).drop_duplicates()
    places = {kind: place for place, kind in enumerate(KINDS)}
    order = frame.assign(place=frame["kind"].map(places)).sort_values(["place", "project", "id", "shown"])
    return order.drop(columns="place").reset_index(drop=True)


def two_keys(sightings: pd.DataFrame, moves: pd.DataFrame, drifted: Collection[int]) -> pd.DataFrame:
    """Name the issues that have several keys without a move that shows it.

    Parameters
    ----------
    sightings : DataFrame
        ``SIGHTINGS``, at least of the issues whose answers differ.
    moves : DataFrame
        Changes of keys, by today's names, as ``moves.key_moves``.
    drifted : collection of int
        Issues that moved while Jira was asked, as is told already.
    """
    rows = []
    for issue, keys in sightings.groupby("id")["key"]:
        names = sorted(set(keys))
        mine = moves[moves["issue_id"] == issue]
        moved = {*mine["from_key"], *mine["to_key"]}
        if len(names) > 1 and not moved.issuperset(names) and issue not in drifted:
            rows += [("two keys", project, issue, ", ".join(names)) for project in _projects(names)]
    return _rows(rows)


def one_key(sightings: pd.DataFrame) -> pd.DataFrame:
    """Name the keys that several issues have; parameters as `two_keys`."""
    rows = []
    for key, ids in sightings.groupby("key")["id"]:
        issues = sorted(set(ids))
        if len(issues) > 1:
            rows.append(
                ("one key", str(key).rpartition("-")[0], issues[0], f"{key} (ids {', '.join(map(str, issues))})")
            )
    return _rows(rows)


def two_times(times: pd.DataFrame, keys: Mapping[int, str]) -> pd.DataFrame:
    """Name the issues with several creation times.

    Parameters
    ----------
    times : DataFrame
        ``id`` and ``created`` (UTC), at least of the issues whose answers differ.
    keys : mapping of int to str
        Key by id.
    """
    rows = []
    for issue, created in times.groupby("id")["created"]:
        found = sorted(set(created))
        if len(found) > 1:
            key = keys.get(int(str(issue)), "")
            shown = " and ".join(map(_stamp, found))
            rows.append(("created", key.rpartition("-")[0], issue, f"{key or f'id {issue}'}: {shown}"))
    return _rows(rows)


def unasked(times: pd.DataFrame, keys: Mapping[int, str]) -> pd.DataFrame:
    """Name the issues of a pass that were created on days that the pass did not ask for; parameters as `two_times`."""
    rows = [
        ("unasked", key.rpartition("-")[0], issue, f"{key or f'id {issue}'}: {_stamp(at)}")
        for issue, at in sorted(zip(times["id"].tolist(), times["created"], strict=True))
        for key in [keys.get(issue, "")]
    ]
    return _rows(rows)


def elsewhere(sightings: pd.DataFrame, moves: pd.DataFrame, began: datetime) -> pd.DataFrame:
    """Name the issues that came for another project than their key's, but for those that moved there while Jira was asked.

    Parameters
    ----------
    sightings, moves
        As in `two_keys`.
    began : datetime
        When the pull began, by Jira's clock.
    """
    arrived = set(moves.loc[moves["at"] >= began, "to_key"])
    pairs = {
        (row.asked, row.id, row.key)
        for row in sightings.itertuples()
        if row.asked and row.asked != row.key.rpartition("-")[0] and row.key not in arrived
    }
    return _rows([("elsewhere", asked, issue, f"{key} for {asked}") for asked, issue, key in sorted(pairs)])


def unlike(issues: Iterable[tuple[int, str]]) -> pd.DataFrame:
    """Name issues, by id and key, that came twice with the same time of the last change and other content."""
    return _rows([("unlike", key.rpartition("-")[0], issue, key) for issue, key in issues])


def unwalked(
    project: str,
    missed: Mapping[int, str],
    created: pd.Series,
    moves: pd.DataFrame,
    *,
    began: datetime,
    went: int,
) -> pd.DataFrame:
    """Name the issues that a pass holds and the walk over the keys does not, and that nothing explains.

    Parameters
    ----------
    project : str
        Its key.
    missed : mapping of int to str
        Keys of the issues that a pass holds and the walk does not, by id.
    created : Series
        Creation times (UTC) by issue id.
    moves, began
        As in `elsewhere`.
    went : int
        How many issues went while the walk was under way, by Jira's own totals: where pages are counted by offset (Data
        Center), each may move another one to a page that was read already.
    """
    known = created.reindex(list(missed))
    arrived = set(moves.loc[moves["at"] >= began, "to_key"])
    left = [
        (issue, key)
        for (issue, key), at in zip(missed.items(), known, strict=True)
        if not (pd.notna(at) and at >= began) and key not in arrived
    ]
    if len(left) <= went:
        return _rows([])
    return _rows([("unwalked", project, issue, key) for issue, key in left])


def walk_total(project: str, walked: int, totals: Collection[int]) -> pd.DataFrame:
    """Say whether the walk holds fewer issues than Jira says it finds.

    Parameters
    ----------
    project : str
        Its key.
    walked : int
        Distinct issues of the walk.
    totals : collection of int
        What each page says the whole walk finds (Data Center), in their order; empty where none does.
    """
    pages = list(totals)
    grown = sum(max(0, later - earlier) for earlier, later in pairwise(pages))
    if not pages or walked + grown >= pages[-1]:
        return _rows([])
    return _rows([("walk total", project, 0, f"{walked:,} of {pages[-1]:,}")])


def went_meanwhile(totals: Collection[int]) -> int:
    """Return by how many issues a walk's total fell from page to page; parameters as `walk_total`."""
    pages = list(totals)
    return sum(max(0, earlier - later) for earlier, later in pairwise(pages))


def unsure_projects(found: pd.DataFrame) -> tuple[str, ...]:
    """Return the projects of which it is not known which numbers they hold, sorted."""
    return tuple(sorted(set(found.loc[found["kind"].isin(OF_NUMBERS), "project"]) - {""}))


def identity_findings(found: pd.DataFrame) -> list[Finding]:
    """Say which answers contradict each other about the issues of the population."""
    words: dict[str, Callable[[int], str]] = {
        "two keys": lambda count: (
            f"{counted(count, 'issue')} {agreeing(count, 'has', 'have')} more than one key in Jira's answers, and no history "
            "that was pulled shows a move"
        ),
        "one key": lambda count: f"{counted(count, 'key')} {agreeing(count, 'is', 'are')} that of more than one issue",
        "created": lambda count: (
            f"{counted(count, 'issue')} {agreeing(count, 'has', 'have')} more than one creation time"
        ),
        "unasked": lambda count: (
            f"{counted(count, 'issue')} came for a question for other days of creation, and the period can't hold "
            f"{agreeing(count, 'it', 'them')}"
        ),
        "elsewhere": lambda count: (
            f"{counted(count, 'issue')} came in the answers for another project than that of the key, and no history that was "
            "pulled shows a move"
        ),
        "unlike": lambda count: (
            f"{counted(count, 'issue')} came twice with the same time of the last change and different content; the first is used"
        ),
    }
    findings = []
    for kind, says in words.items():
        shown = found.loc[found["kind"] == kind].drop_duplicates(["id", "shown"])["shown"].tolist()
        if shown:
            text = f"Jira's answers contradict each other: {says(len(shown))}: {listed(shown)}."
            identity = f"population.identity:{kind.replace(' ', '-')}"
            findings.append(Finding(identity, "02_population", "exception", text, len(shown), ""))
    return findings


def walk_findings(found: pd.DataFrame) -> list[Finding]:
    """Say of which projects the list of all keys is not whole."""
    findings = []
    for project, rows in found[found["kind"] == "unwalked"].groupby("project", sort=True):
        count, which = len(rows), listed(rows["shown"].tolist())
        text = (
            f"{project}: the list of all keys that Jira gave lacks {counted(count, 'issue')} that a pass holds, and nothing "
            f"shows why: {which}. It may lack others, so that which numbers {project} holds is not known; run again, and if it "
            "stays, have the search index rebuilt."
        )
        findings.append(Finding(f"numbering.unwalked:{project}", "03_numbering", "exception", text, count, ""))
    for row in found[found["kind"] == "walk total"].itertuples():
        text = (
            f"{row.project}: of the list of all keys {row.shown} issues came, by Jira's own total, so that which numbers "
            f"{row.project} holds is not known; run again, and if it stays, have the search index rebuilt."
        )
        findings.append(Finding(f"numbering.walk-total:{row.project}", "03_numbering", "exception", text, 1, ""))
    return findings


def of_another(listed_id: int, listed_at: datetime, found_id: int, found_at: datetime | None) -> str:
    """Say how the full record of an issue is not that of the issue of the population; empty if it is.

    Parameters
    ----------
    listed_id, listed_at : int, datetime
        Id and creation of the issue of the population.
    found_id, found_at : int, datetime or None
        Those of the record; None if its creation can't be read.
    """
    if found_id != listed_id:
        return f"It is of another issue: its id is {found_id}, that of the population is {listed_id}"
    if found_at is not None and found_at != listed_at:
        return f"It says that the issue was created {_stamp(found_at)}, the population {_stamp(listed_at)}"
    return ""


def record_findings(contradicted: Mapping[str, str]) -> list[Finding]:
    """Say which full records are not those of the issues of the population; how, by key."""
    if not contradicted:
        return []
    count = len(contradicted)
    text = (
        f"{counted(count, 'full record')} {agreeing(count, 'contradicts', 'contradict')} the population: "
        f"{listed([f'{key} ({how[0].lower()}{how[1:]})' for key, how in contradicted.items()])}."
    )
    return [Finding("dossiers.identity", "06_dossiers", "exception", text, count, "")]


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _projects(keys: Iterable[str]) -> list[str]:
    return sorted({key.rpartition("-")[0] for key in keys})


def _rows(rows: Iterable[tuple[str, str, object, str]]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=list(COLUMNS))
    return frame.astype({"kind": "str", "project": "str", "id": "int64", "shown": "str"})
