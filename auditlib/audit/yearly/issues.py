"""The same issues in two packages: which are in one only, and whether key, id, creation and history are the same. Pure.

Between two years few issues are in both. Between a package of Data Center and one of Cloud over the same period all should be:
that is how the passage from one to the other is shown to have lost nothing. Ids are given anew there (Atlassian, "API to Fetch ID
Mappings from Jira Cloud Migration Assistant", confluence.atlassian.com/migrationkb), so that issues are found by their keys;
instants are compared to the second.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from auditlib.audit.yearly.rows import MOST_NAMED, Compared, finding, of_numbers, of_texts
from auditlib.audit.yearly.year import Year, days_in_both
from auditlib.phrases import agreeing, counted, listed

_WHOLE: Final = "complete"
"""What ``population.csv`` says of a history that leads from the creation to today."""

_SECONDS: Final = len("2026-04-01T09:15:00")


def compare_issues(this: Year, last: Year) -> Compared:
    """Compare issue by issue what both packages have of the same days and projects.

    Returns
    -------
    Compared
        Rows of issues in one only, other ids, types, reporters, creation times and states, and of lost history. Nothing but
        how many are in both where the periods share no day and no issue.
    """
    both = sorted(this.population.keys() & last.population.keys())
    compared = Compared((of_texts("issues: in both", str(len(both)), str(len(both))),))
    if days_in_both(this, last):
        compared += _in_one_only(this, last)
    if both:
        compared += _ids(this, last, both) + _created(this, last, both) + _cells(this, last, both)
        compared += _verdicts(this, last, both) + _entries(this, last)
    return compared


# Which issues


def _in_one_only(this: Year, last: Year) -> Compared:
    """Name the issues created on days of both periods, in projects of both, that one population has and the other lacks."""
    gone, new = _only(last, this), _only(this, last)
    rows = (
        of_numbers("issues: of the shared days, only here", len(new), 0, listed(new, MOST_NAMED)),
        of_numbers("issues: of the shared days, only last year", 0, len(gone), listed(gone, MOST_NAMED)),
    )
    lost = [key for key in gone if key not in _named_elsewhere(this)]
    added = [key for key in new if key not in _named_elsewhere(last)]
    found = []
    if lost:
        verb = agreeing(len(lost), "is", "are")
        said = (
            f"{counted(len(lost), 'issue')} of last year's population, created on days of both periods, {verb} in none of this "
            f"package's lists: {listed(lost, MOST_NAMED)}."
        )
        found.append(finding("issues-lost", "exception", said, len(lost)))
    if added:
        verb = agreeing(len(added), "was", "were")
        said = (
            f"{counted(len(added), 'issue')}, created on days of both periods, {verb} in none of last year's lists: "
            f"{listed(added, MOST_NAMED)}."
        )
        found.append(finding("issues-new", "exception", said, len(added)))
    return Compared(rows, tuple(found))


def _only(one: Year, other: Year) -> list[str]:
    """Return the keys of a population that the other lacks, of the days and projects that both years have."""
    start, end = max(one.start, other.start).isoformat(), min(one.end, other.end).isoformat()
    projects = {*one.projects} & {*other.projects}
    return sorted(
        key
        for key, row in one.population.items()
        if key not in other.population and row["project"] in projects and start <= row["created"][:10] <= end
    )


def _named_elsewhere(year: Year) -> set[str]:
    """Return the keys that a year tells something of although they are not in its population: left out, or missing."""
    return {row["key"] for name in ("excluded", "gaps") for row in year.rows(name)}


# What is told of them


def _ids(this: Year, last: Year, both: Iterable[str]) -> Compared:
    other = _differing(this, last, both, lambda row: row["id"])
    moved = this.deployment != last.deployment
    remark = "ids are given anew when issues are migrated; compared by key" if moved else listed(other, MOST_NAMED)
    row = of_texts("issues: another id", str(len(other)), "0", remark)
    if moved or not other or this.url != last.url:
        return Compared((row,))
    verb = agreeing(len(other), "has", "have")
    said = f"{counted(len(other), 'issue')} {verb} another id than last year under the same key: {listed(other, MOST_NAMED)}."
    return Compared((row,), (finding("ids", "exception", said, len(other)),))


def _created(this: Year, last: Year, both: Iterable[str]) -> Compared:
    other = _differing(this, last, both, lambda row: row["created_utc"][:_SECONDS])
    row = of_texts("issues: created at another time", str(len(other)), "0", listed(other, MOST_NAMED))
    if not other:
        return Compared((row,))
    verb = agreeing(len(other), "is", "are")
    said = (
        f"{counted(len(other), 'issue')} {verb} said to be created at another time than last year: "
        f"{listed(other, MOST_NAMED)}."
    )
    return Compared((row,), (finding("created", "exception", said, len(other)),))


def _cells(this: Year, last: Year, both: Iterable[str]) -> Compared:
    """Count the issues of which a cell differs that may change with time."""
    instants = {"resolved": "resolved at another time"}
    columns = {"issue_type": "another type", "reporter": "another reporter", "status": "another status", **instants}
    rows = []
    for column, called in columns.items():
        told = _instant if column in instants else str
        other = _differing(this, last, both, lambda row, name=column, read=told: read(row[name]))  # type: ignore[misc]
        rows.append(of_texts(f"issues: {called}", str(len(other)), "0", listed(other, MOST_NAMED)))
    return Compared(tuple(rows))


def _differing(this: Year, last: Year, both: Iterable[str], told: Callable[[Mapping[str, str]], str]) -> list[str]:
    """Return the keys of which the two packages tell something else."""
    return [key for key in both if told(this.population[key]) != told(last.population[key])]


def _instant(text: str) -> str:
    """Return an instant in UTC to the second; what is none, as it is.

    >>> _instant("2026-04-01T09:15:00.123-04:00")
    '2026-04-01T13:15:00'
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    offset = at.utcoffset()
    return text if offset is None else (at.replace(tzinfo=None) - offset).isoformat()[:_SECONDS]


# Histories


def _verdicts(this: Year, last: Year, both: Iterable[str]) -> Compared:
    """Name issues whose history led from the creation to the day when it was read, and does not any more."""
    told = [key for key in both if last.population[key].get("history") == _WHOLE]
    worse = [key for key in told if this.population[key].get("history") != _WHOLE]
    remark = f"of {counted(len(told), 'history', 'histories')} that were whole last year"
    row = of_texts("histories: whole last year, not this year", str(len(worse)), "0", _behind(remark, worse))
    if not worse:
        return Compared((row,))
    verb = agreeing(len(worse), "does", "do")
    said = (
        f"{counted(len(worse), 'history', 'histories')} that led from the creation to the day of reading last year {verb} so no "
        f"longer: {listed(worse, MOST_NAMED)}."
    )
    return Compared((row,), (finding("histories-broken", "exception", said, len(worse)),))


def _entries(this: Year, last: Year) -> Compared:
    """Count the history entries of issues sampled in both years, and name those that lack one which they had."""
    ours, theirs = _at(this), _at(last)
    both = sorted({row["key"] for row in this.rows("sample")} & {row["key"] for row in last.rows("sample")})
    lost = [key for key in both if theirs[key] - ours[key]]
    counts = [sum(one[key].total() for key in both) for one in (ours, theirs)]
    remark = _behind(
        f"of {counted(len(both), 'issue')} sampled in both; no other history is in both packages' tables", lost
    )
    row = of_numbers("histories: entries", counts[0], counts[1], remark)
    if not lost:
        return Compared((row,))
    entries = sum((theirs[key] - ours[key]).total() for key in lost)
    verb = agreeing(entries, "is", "are")
    said = (
        f"{counted(entries, 'history entry', 'history entries')} of last year, of {counted(len(lost), 'issue')} sampled in both "
        f"years, {verb} not there this year: {listed(lost, MOST_NAMED)}."
    )
    return Compared((row,), (finding("histories-lost", "exception", said, entries),))


def _at(year: Year) -> defaultdict[str, Counter[str]]:
    """Return by key how many history entries there are of each second."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    entries = {(row["key"], row["history_id"], _instant(row["at"])) for row in year.rows("sample_history")}
    for key, _, at in entries:
        found[key][at] += 1
    return found


def _behind(remark: str, keys: list[str]) -> str:
    return f"{remark}: {listed(keys, MOST_NAMED)}" if keys else remark
