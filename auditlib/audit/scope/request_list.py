"""The auditor's request list: what was asked for, what of this package is named for it, and whether that is here. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from auditlib.audit.finding import Finding
from auditlib.audit.lists import Source, read_list
from auditlib.errors import ParameterError, Problem
from auditlib.keys import ISSUE
from auditlib.params.faults import nearest
from auditlib.phrases import agreeing, counted, listed
from auditlib.tables import Column, Table

SINCE: Final = 6
"""Version of the tables from which on a package has the list."""

State = Literal["provided", "provided, no rows", "not in this package", "open"]

PROVIDED: Final = "provided"
NO_ROWS: Final = "provided, no rows"
ABSENT: Final = "not in this package"
OPEN: Final = "open"

STATES: Final[Mapping[State, str]] = {
    PROVIDED: "All that is named is in this package.",
    NO_ROWS: "All that is named is in this package, and a table among it has no rows: nothing of the kind was found.",
    ABSENT: "Something that is named is not in this package.",
    OPEN: "Nothing is named.",
}
"""What each state says; whether what is provided is enough, the auditor judges."""

REQUESTS: Final = Table(
    "requests",
    "What the auditor asked for, and whether what is named for it is in this package.",
    (
        Column("request", "text", "What the auditor calls the request."),
        Column("wanted", "text", "What was asked for."),
        Column("answered_by", "text", "The files named for it, as paths below data/, with semicolons between them."),
        Column("state", "text", f"{', '.join(STATES)}."),
    ),
)

_MOST_NAMED: Final = 6
_APART: Final = re.compile(r"[\s,;]+")
_RECORD: Final = re.compile(rf"(?:dossiers/)?(?P<key>{ISSUE})(?:/(?P<file>[\w.]+)?)?")
_OF_NOTEBOOKS: Final = re.compile(r"(?:notebooks/)?(?P<notebook>\d\d_[a-z]+)(?:\.ipynb|\.html)?")


@dataclass(frozen=True)
class Request:
    """One line of the list.

    Attributes
    ----------
    name, wanted : str
    paths : tuple of str
        What is named for it, below ``data/``.
    """

    name: str
    wanted: str
    paths: tuple[str, ...]


@dataclass(frozen=True)
class Nameable:
    """What of a package a list may name: what follows from Jira's answers and the parameters alone.

    Attributes
    ----------
    tables : mapping of str to str
        The file of each table below ``tables/``, by the table's name.
    files : collection of str
        Further files, and folders with a slash behind them, below ``data/``.
    of_record : collection of str
        The files of each full record.
    shown : mapping of str to sequence of str
        The tables that each notebook shows; a run may leave notebooks out, so that a list names their tables.
    """

    tables: Mapping[str, str]
    files: Collection[str]
    of_record: Collection[str]
    shown: Mapping[str, Sequence[str]]

    def path_of(self, name: str) -> str | None:
        """Return where something that a list names stands below ``data/``; None if there is no such thing."""
        bare = name.removeprefix("data/")
        table = bare.removeprefix("tables/").removesuffix(".csv")
        if bare in self.files:
            return bare
        if table in self.tables:
            return f"tables/{self.tables[table]}"
        if f"{bare}/" in self.files or f"tables/{bare}" in self.files:
            return f"{bare}/" if f"{bare}/" in self.files else f"tables/{bare}"
        record = _RECORD.fullmatch(bare)
        if record is None or (record["file"] and record["file"] not in self.of_record):
            return None
        return f"dossiers/{record['key']}/{record['file'] or ''}"

    def advice(self, name: str) -> str:
        """Say what is probably meant by something that can't be named."""
        notebook = _OF_NOTEBOOKS.fullmatch(name.removeprefix("data/"))
        if notebook is not None and (tables := self.shown.get(notebook["notebook"])):
            return f"a run may leave notebooks out; name the tables that it shows: {', '.join(tables)}"
        if name.removeprefix("data/").startswith("charts/"):
            return "a run may leave figures out; name the tables that they are drawn from"
        known = {**dict.fromkeys(self.tables), **dict.fromkeys(self.files)}
        meant = nearest(name.removeprefix("data/").removeprefix("tables/").removesuffix(".csv"), known)
        return f"{meant}no table, file or full record of a package has this name; docs/tables.md lists the tables"


def parse_requests(text: str, path: str, nameable: Nameable) -> list[Request]:
    """Read the auditor's request list.

    Parameters
    ----------
    text : str
        CSV with the columns request, wanted, answered_by: names of tables, files or issues with a full record, separated
        by commas, semicolons or blanks; other columns are ignored. A row without any of the three says nothing.
    path : str
        Where it comes from, for messages.
    nameable : Nameable

    Returns
    -------
    list of Request
        In the order of the list.

    Raises
    ------
    ParameterError
        With everything that is wrong in the list.
    """
    source = Source(text, path, "requests")
    names = REQUESTS.contract_names[:3]
    problems: list[Problem] = []
    found: list[Request] = []
    lines: dict[str, int] = {}
    for line, row in read_list(source, names):
        if not any(row[name] for name in names):
            continue
        named = [one for one in _APART.split(row["answered_by"]) if one]
        wrong = list(_wrong(row, named, lines, nameable))
        problems += [source.problem(line, value, message) for value, message in wrong]
        lines.setdefault(row["request"], line)
        paths = (nameable.path_of(one) for one in named)
        found.append(Request(row["request"], row["wanted"], tuple(dict.fromkeys(one for one in paths if one))))
    if problems:
        raise ParameterError(problems)
    return found


def _wrong(
    row: Mapping[str, str], named: Sequence[str], lines: Mapping[str, int], nameable: Nameable
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong in a row, as value and message."""
    if not row["request"]:
        yield row["wanted"], "request is empty; give the number or name that the auditor gave it"
    elif row["request"] in lines:
        yield row["request"], f"line {lines[row['request']]} has this request already; keep one of the two"
    if not row["wanted"]:
        yield row["request"], "wanted is empty; say what was asked for"
    for one in named:
        if nameable.path_of(one) is None:
            yield one, nameable.advice(one)


def requests_table(requests: Sequence[Request], held: Callable[[str], bool | None]) -> pd.DataFrame:
    """Return ``requests.csv``, in the order of the list.

    Parameters
    ----------
    requests : sequence of Request
    held : callable
        Says of a path below ``data/`` whether the package has something there: None if not, False of a table without rows.

    Returns
    -------
    DataFrame, shape (n, 4)
    """
    there = {path: held(path) for path in dict.fromkeys(path for one in requests for path in one.paths)}
    return REQUESTS.make(
        (one.name, one.wanted, "; ".join(one.paths), _state([there[path] for path in one.paths])) for one in requests
    )


def _state(held: Sequence[bool | None]) -> State:
    if not held:
        return OPEN
    if None in held:
        return ABSENT
    return PROVIDED if all(held) else NO_ROWS


def request_findings(requests: pd.DataFrame) -> list[Finding]:
    """Say which of the auditor's requests this package does not answer.

    Parameters
    ----------
    requests : DataFrame
        ``requests.csv``.
    """
    told: Mapping[State, tuple[str, str, str, str]] = {
        OPEN: (
            "requests.open",
            "exception",
            "is open, since nothing is named for it",
            "are open, since nothing is named for them",
        ),
        ABSENT: (
            *("requests.absent", "exception"),
            *("is answered by what this package does not have", "are answered by what this package does not have"),
        ),
        NO_ROWS: (
            *("requests.no-rows", "note"),
            *("is answered by a table without rows", "are answered by tables without rows"),
        ),
    }
    return [
        _finding(name, severity, agreeing(len(rows), one, many), rows, len(requests))
        for state, (name, severity, one, many) in told.items()
        if len(rows := requests[requests["state"] == state])
    ]


def _finding(name: str, severity: str, says: str, rows: pd.DataFrame, of: int) -> Finding:
    """Return how many requests are in a state, and which."""
    named = [f"{row.request} ({row.answered_by})" if row.answered_by else str(row.request) for row in rows.itertuples()]
    said = f"{len(rows):,} of {counted(of, 'request')} of the auditor {says}: {listed(named, _MOST_NAMED)}."
    return Finding(name, "01_scope", severity, said, len(rows), REQUESTS.name)


def requests_in_words(requests: pd.DataFrame) -> str:
    """Say how many requests are in which state; empty where there is no list.

    >>> requests_in_words(REQUESTS.make([("1", "keys", "tables/keys.txt", PROVIDED), ("2", "chart", "", OPEN)]))
    '2 requests of the auditor: 1 provided, 1 open'
    """
    if requests.empty:
        return ""
    counts = requests["state"].value_counts()
    told = [f"{counts[state]:,} {state.replace(',', ' with')}" for state in STATES if state in counts]
    return f"{counted(len(requests), 'request')} of the auditor: {', '.join(told)}"
