"""Two years side by side: what a package keeps of last year's, read back, and compared with its own tables.

What is kept stands below ``data/previous/`` under the names that it has below ``data/`` of last year's package, beside the two
manifests of that package. So each file leads to a line of the manifest, that to a line of the tag manifest, and its SHA-256 to
``run.json``, which records it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import pandas as pd

from auditlib.audit.yearly.comparison import NEEDED, compare, conclude_years
from auditlib.audit.yearly.rows import Compared
from auditlib.audit.yearly.year import Year
from auditlib.csv_cells import read_cell
from auditlib.deep_json import loads
from auditlib.errors import UsageError
from auditlib.evidence.pulled import Pulled
from auditlib.files import read_given
from auditlib.params.writing import dump_parameters
from auditlib.params.yamlfile import read_yaml
from auditlib.tables import Table, to_csv

PREVIOUS: Final = "previous"
"""Folder below ``data/`` with what is kept of last year's package."""

RECORDS: Final = ("summary.json", "params.yaml", "run.json")
"""Files beside the tables that are kept of it."""

TABLES: Final = tuple(f"tables/{name}.csv" for name in NEEDED)
"""Tables that are kept of it, as far as it has them."""

LARGEST: Final = 500_000_000
"""Bytes of a file that is read; a million issues are some 300 MB of population."""

Read = Callable[[str], bytes | None]
"""Gives a file by its path below ``data/``; None if there is none."""


def read_year(read: Read, named: str) -> Year:
    """Read what a comparison needs of a package's files.

    Parameters
    ----------
    read : callable
        As `Read`.
    named : str
        What to call the package where it can't be read.

    Raises
    ------
    UsageError
        If it has no population, or a file of it is not in its form; naming it.
    """
    params = _mapping(read, "params.yaml", named, lambda content: read_yaml(content.decode("utf-8")).value)
    run = _mapping(read, "run.json", named, loads)
    schema = _version(run)
    tables = {name: _parsed(content, name, named, schema) for name in NEEDED if (content := read(f"tables/{name}.csv"))}
    if "population" not in tables:
        raise UsageError(f"{named} has no population, so there is nothing to compare with; name the package of a run")
    start, end = (_day(params.get(key), key, named) for key in ("period_start", "period_end"))
    jira, query, period = (_inner(run, key) for key in ("jira", "jql", "period"))
    return Year(
        params=params,
        start=start,
        end=end,
        schema=schema,
        url=str(jira.get("url", "")),
        deployment=str(jira.get("deployment", "")),
        query=str(query.get("shared_filter", "")),
        interim=period.get("interim") is True,
        tables=tables,
    )


def year_of(pulled: Pulled, tables: Mapping[Table, pd.DataFrame], *, query: str, interim: bool) -> Year:
    """Return this year's package as its files tell it, whether they are written yet or not.

    Parameters
    ----------
    pulled : Pulled
        The package.
    tables : mapping of Table to DataFrame
        Its tables, of which those that a comparison needs are taken.
    query : str
        The JQL of its population.
    interim : bool
        Whether Jira was asked before the period was over.
    """
    params, version = pulled.params, pulled.schema["tables"]
    values = read_yaml(dump_parameters(params)).value
    written = {table.name: to_csv(table, frame, version) for table, frame in tables.items() if table.name in NEEDED}
    return Year(
        params=values if isinstance(values, dict) else {},
        start=params.period_start,
        end=params.period_end,
        schema=version,
        url=pulled.site.base_url,
        deployment=pulled.deployment,
        query=query,
        interim=interim,
        tables={name: _parsed(content, name, "this package", version) for name, content in written.items()},
    )


@dataclass(frozen=True)
class Years:
    """Two years beside each other.

    Attributes
    ----------
    compared : Compared
        Rows and findings.
    conclusion : str
        A sentence on the whole.
    """

    compared: Compared
    conclusion: str


def side_by_side(this: Year, last: Year) -> Years:
    """Compare two years, and say what it comes to."""
    compared = compare(this, last)
    return Years(compared, conclude_years(this, last, compared))


def kept_year(package: Path) -> Year:
    """Read what a package, or the working folder of a run, keeps of last year's.

    Raises
    ------
    UsageError
        As `read_year`.
    """
    folder = package / "data" / PREVIOUS
    return read_year(lambda path: _file(folder / path), f"{package}/data/{PREVIOUS}")


def _file(path: Path) -> bytes | None:
    try:
        return read_given(path, LARGEST) if path.is_file() else None
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror or type(error).__name__}") from None


# Files of whoever made the package


def _mapping(read: Read, path: str, named: str, parse: Callable[[bytes], Any]) -> Mapping[str, Any]:
    content = read(path)
    if content is None:
        raise UsageError(f"{named} has no {path}, so it can't be compared with")
    try:
        value = parse(content)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise UsageError(f"{named}: {path} is not what a run writes, so it can't be compared with")
    return value


def _inner(record: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = record.get(key)
    return value if isinstance(value, dict) else {}


def _version(run: Mapping[str, Any]) -> int:
    version = _inner(run, "schema").get("tables", 1)
    return version if type(version) is int and version > 0 else 1


def _day(value: object, key: str, named: str) -> date:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise UsageError(f"{named}: params.yaml has no {key} that is a day, so it can't be compared with") from None


def _parsed(content: bytes, name: str, named: str, schema: int) -> pd.DataFrame:
    """Read what is needed of a table as text, each cell as Jira gave it."""
    needed, further = _COLUMNS[name], _FURTHER.get(name, ())
    try:
        frame = pd.read_csv(
            io.BytesIO(content),
            usecols=lambda column: column in needed or column in further,
            dtype=str,
            keep_default_na=False,
            na_filter=False,
        )
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{named}: tables/{name}.csv can't be read: {' '.join(str(error).split())}") from None
    missing = [column for column in needed if column not in frame.columns]
    if missing:
        raise UsageError(f"{named}: tables/{name}.csv has no column {', '.join(missing)}, so it can't be compared with")
    return frame.map(lambda cell: read_cell(cell, schema))


_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "population": (
        *("key", "project", "id", "issue_type", "status", "status_category", "created", "created_utc", "resolved"),
        "reporter",
    ),
    "excluded": ("key", "reason"),
    "numbering": (
        *("project", "first_number", "last_number", "numbers", "present", "missing", "moved", "deleted", "existed"),
        "unexplained",
    ),
    "gaps": ("key", "classification"),
    "sample": ("key",),
    "sample_history": ("key", "history_id", "at"),
    "attribute_rates": ("attribute", "scope", "tested", "exceptions", "no_evidence"),
    "control_rates": ("control", "population_tested", "deviations"),
    "permissions": ("permission", "account_id", "display_name"),
    "access_review": ("account_id", "display_name", "active", "permissions", "leaver"),
    "actors": ("account_id", "display_name"),
    "findings": ("id", "severity", "count"),
}
"""The columns that are read of each table."""

_FURTHER: Final[Mapping[str, tuple[str, ...]]] = {"population": ("history",), "findings": ("cause",)}
"""Those that an older package may lack."""
