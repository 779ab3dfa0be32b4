"""The way from a row of a table to the responses it came from, by the index of responses alone: nothing is computed again."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, Final

from auditlib.csv_cells import read_cell
from auditlib.digests import digest_file
from auditlib.errors import AnswerError, UsageError
from auditlib.evidence.schema import schema_of
from auditlib.evidence.ways import WAYS, Way
from auditlib.package.disk import odd_file
from auditlib.package.target import require_full
from auditlib.phrases import agreeing, counted
from auditlib.responses.entry import Entry, read_line
from auditlib.tables import take_long_cells
from auditlib.text import shorten, visible_text

_NAMING: Final = (
    *("key", "now_key", "id", "history_id", "comment_id", "ref", "finding", "case", "request", "figure"),
    *("account_id", "email", "group", "control", "attribute", "workflow"),
)
"""Columns by whose cells a row is called; in a table that has none of them, by its project."""

_MOST_ROWS: Final = 20
"""Rows that are numbered one by one."""

_MOST_RESPONSES: Final = 20
_LONGEST_QUERY: Final = 2_000
_ALL: Final = "all"
"""Stands in the index for every row of a table."""


@dataclass(frozen=True)
class Row:
    """A row of a table.

    Attributes
    ----------
    table : str
        Its name.
    number : int
        Its place among the rows, counted from 1.
    cells : mapping of str to str
        Its cells by column.
    """

    table: str
    number: int
    cells: Mapping[str, str]

    @cached_property
    def names(self) -> list[str]:
        """What it is called by."""
        columns = [name for name in _NAMING if name in self.cells] or ["project"]
        return [self.cells[name] for name in columns if self.cells.get(name)]

    @cached_property
    def fed_as(self) -> set[str]:
        """By which names a response says that it feeds the row."""
        key, project = self.cells.get("key", ""), self.cells.get("project", "")
        return {_ALL, *filter(None, (key, project or key.rpartition("-")[0]))}


@dataclass(frozen=True)
class Origin:
    """What a row came from.

    Attributes
    ----------
    row : Row
    responses : tuple of Entry
        In the order in which they came.
    files : tuple of (str, str)
        Given files, each with its SHA-256.
    """

    row: Row
    responses: tuple[Entry, ...]
    files: tuple[tuple[str, str], ...]


class Rows:
    """The tables of a package and the index of its responses.

    Parameters
    ----------
    package : Path
        A package; nothing is written into it, and no response is opened.

    Raises
    ------
    UsageError
        If something in it can't be read as a file, or the index can't be read.
    """

    def __init__(self, package: Path) -> None:
        require_full(package, "it does not say which responses a row came from")
        if (odd := odd_file(package)) is not None:
            raise UsageError(f"{visible_text(odd[0])} {odd[1]}; verify the package first")
        self._data = package / "data"
        self._version = schema_of(package)["tables"]
        self._tables: dict[str, list[Row]] = {}
        self._found: dict[tuple[str, frozenset[tuple[str, str]]], frozenset[int]] = {}
        self._digests: dict[str, str] = {}
        self._entries, self._feeds = _read_index(self._data / "raw" / "index.jsonl")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The tables, by name."""
        return tuple(sorted(path.stem for path in (self._data / "tables").glob("*.csv")))

    def table(self, name: str) -> list[Row]:
        """Return the rows of a table; none if it is not there."""
        if name not in self._tables:
            self._tables[name] = list(self._read(name))
        return self._tables[name]

    def _read(self, name: str) -> Iterator[Row]:
        path = self._data / "tables" / f"{name}.csv"
        if not path.is_file():
            return
        take_long_cells(path.stat().st_size)
        with path.open(encoding="utf-8", errors="replace", newline="") as stream:
            for number, cells in enumerate(csv.DictReader(stream), start=1):
                read = {column: read_cell(cell or "", self._version) for column, cell in cells.items() if column}
                yield Row(name, number, read)

    def called(self, key: str) -> list[Row]:
        """Return the rows of all tables that are called so.

        Raises
        ------
        UsageError
            If there is none, with what is written much alike.
        """
        found = [row for name in self.names for row in self.table(name) if key in row.names]
        if found:
            return found
        known = {name for table in self.names for row in self.table(table) for name in row.names}
        same = sorted(name for name in known if name.casefold() == key.casefold())
        near = same or get_close_matches(key, sorted(known), n=3)
        like = f"; much alike are {', '.join(map(visible_text, near))}" if near else ""
        raise UsageError(
            f"no row of any table is called {visible_text(key)}{like}. A row is called by the key of an issue, by the id of a "
            "record or of a finding, by a control, an account, or a project"
        )

    def origin(self, row: Row) -> Origin:
        """Return what a row came from."""
        places, way = self._places(row), WAYS.get(row.table, Way())
        files = tuple((name, self._digest(name)) for pattern in way.files for name in self._given(pattern))
        return Origin(row, tuple(self._entries[place] for place in sorted(places)), files)

    def _given(self, pattern: str) -> list[str]:
        """Return the files below ``data/`` that a pattern names."""
        return sorted(path.relative_to(self._data).as_posix() for path in self._data.glob(pattern) if path.is_file())

    def _digest(self, name: str) -> str:
        """Return the SHA-256 of a given file, read once."""
        if name not in self._digests:
            self._digests[name] = digest_file(self._data / name)
        return self._digests[name]

    def _places(self, row: Row, seen: Collection[str] = ()) -> frozenset[int]:
        """Return the places in the index of the responses that a row came from, through other tables where its own is not fed."""
        fed = self._feeds.get(row.table, {})
        found = frozenset(place for name in row.fed_as for place in fed.get(name, ()))
        for through in WAYS.get(row.table, Way()).through:
            if through.table not in seen:
                alike = frozenset((name, row.cells.get(name, "")) for name in through.alike)
                found |= self._through(through.table, alike, {*seen, row.table})
        return found

    def _through(self, table: str, alike: frozenset[tuple[str, str]], seen: Collection[str]) -> frozenset[int]:
        """Return those of the rows of a table that have such cells; remembered, for rates are computed of thousands."""
        if (table, alike) not in self._found:
            rows = (one for one in self.table(table) if all(one.cells.get(name, "") == cell for name, cell in alike))
            places = (self._places(one, seen) for one in rows)
            self._found[table, alike] = frozenset().union(*places)
        return self._found[table, alike]


def _read_index(path: Path) -> tuple[list[Entry], dict[str, dict[str, list[int]]]]:
    """Read the index: its responses, and by table and name of a row the places of those that feed it."""
    entries: list[Entry] = []
    feeds: dict[str, dict[str, list[int]]] = {}
    try:
        with path.open("rb") as stream:
            for line in stream:
                entries.append(read_line(line))
                told = json.loads(line).get("feeds", {})
                for table, names in told.items():
                    for name in names:
                        feeds.setdefault(table, {}).setdefault(name, []).append(len(entries) - 1)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError, AnswerError) as error:
        why = error.strerror if isinstance(error, OSError) else visible_text(str(error))
        raise UsageError(f"raw/index.jsonl can't be read: {why}; verify the package first") from None
    return entries, feeds


def ways_in_words(rows: Rows, key: str) -> Iterator[str]:
    """Yield the way of each row that is called so, in lines for people.

    Raises
    ------
    UsageError
        If no row is called so.
    """
    found = rows.called(key)
    for table in dict.fromkeys(row.table for row in found):
        alike: dict[tuple[str, ...], list[Origin]] = {}
        for row in (row for row in found if row.table == table):
            origin = rows.origin(row)
            alike.setdefault((*(one.file for one in origin.responses), *map(str, origin.files)), []).append(origin)
        for origins in alike.values():
            yield from _told(origins)


def _told(origins: Sequence[Origin]) -> Iterator[str]:
    """Yield what some rows of a table came from, which is the same for all of them."""
    origin, numbers = origins[0], [f"{one.row.number:,}" for one in origins]
    more = f" and {len(numbers) - _MOST_ROWS:,} more" if len(numbers) > _MOST_ROWS else ""
    called = ", ".join(map(visible_text, dict.fromkeys(origin.row.names[:4]))) if len(origins) == 1 else ""
    rows = f"{agreeing(len(numbers), 'row', 'rows')} {', '.join(numbers[:_MOST_ROWS])}{more}"
    yield f"tables/{origin.row.table}.csv, {rows}{f': {called}' if called else ''}"
    for name, digest in origin.files:
        yield f"  data/{name}, a given file"
        yield f"    sha256sum data/{name}   {digest}"
    for entry in islice(origin.responses, _MOST_RESPONSES):
        yield from _response(entry)
    if len(origin.responses) > _MOST_RESPONSES:
        yield f"  and {len(origin.responses) - _MOST_RESPONSES:,} more of {counted(len(origin.responses), 'response')}"
    if not origin.responses and not origin.files:
        yield "  raw/index.jsonl names no response that feeds it"


def _response(entry: Entry) -> Iterator[str]:
    path = file_of(entry)
    yield f"  {path}"
    yield f"    {shorten(visible_text(str(entry.request)), _LONGEST_QUERY)}"
    if jql := (entry.request.body or {}).get("jql"):
        yield f"    JQL: {shorten(visible_text(str(jql)), _LONGEST_QUERY)}"
    account = f", for account {visible_text(entry.account_id)}" if entry.account_id else ""
    yield f"    status {entry.status} at {_at(entry)}{account}"
    shown = f"zcat {path} | sha256sum" if path.endswith(".gz") else f"sha256sum {path}"
    yield f"    {shown}   {entry.sha256}"


def file_of(entry: Entry) -> str:
    """Return where the body of a response lies, from the package's folder on."""
    return f"data/{entry.file.removeprefix('../')}" if entry.file.startswith("../") else f"data/raw/{entry.file}"


def _at(entry: Entry) -> str:
    return entry.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def ways_for_programs(rows: Rows, key: str) -> list[dict[str, Any]]:
    """Return the way of every row that is called so, each with all of its responses."""
    return [_record(rows.origin(row)) for row in rows.called(key)]


def _record(origin: Origin) -> dict[str, Any]:
    return {
        "table": origin.row.table,
        "row": origin.row.number,
        "cells": dict(origin.row.cells),
        "files": [{"file": f"data/{name}", "sha256": digest} for name, digest in origin.files],
        "responses": [_entry_record(one) for one in origin.responses],
    }


def _entry_record(entry: Entry) -> dict[str, Any]:
    query: Sequence[Sequence[str]] = [list(pair) for pair in entry.request.query]
    return {
        "file": file_of(entry),
        "method": entry.request.method,
        "path": entry.request.path,
        "query": query,
        "body": None if entry.request.body is None else dict(entry.request.body.items()),
        "at": _at(entry),
        "status": entry.status,
        "sha256": entry.sha256,
        "account": entry.account_id,
    }
