"""The tables of a package, read back: what their tests compare. A CSV file says of each cell what the frame did."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from auditlib.csv_cells import read_cell
from auditlib.tables import Kind, Table, take_long_cells
from auditlib.times import parse_instants


def from_csv(table: Table, content: bytes, *, zone: ZoneInfo | None = None) -> pd.DataFrame:
    """Read a table from the bytes of a CSV file, the reverse of `to_csv`.

    Parameters
    ----------
    table : Table
    content : bytes
    zone : ZoneInfo, optional
        The zone in which ``instant`` columns are shown; UTC if not given. The instants are the same.

    Returns
    -------
    DataFrame, shape (n, k)
        Text as ``str``, integers as ``Int64``, fractions as ``float64``, instants as ``datetime64[us, …]``, flags as
        ``boolean``; an empty cell is missing. Columns that the table does not have are text.

    Raises
    ------
    ValueError
        If the bytes are not such a table; the message names the row or column.
    """
    text = content.decode("utf-8")
    take_long_cells(len(text))
    try:
        header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    except ValueError as error:
        raise ValueError(f"table {table.name}: no header row") from error
    except csv.Error as error:
        raise ValueError(f"table {table.name}: {error}") from error
    known = table.kinds
    missing = [column for column in table.contract_names if column not in header]
    if missing:
        raise ValueError(f"table {table.name}: no column {', '.join(missing)}")
    for position, row in enumerate(rows, start=1):
        if len(row) != len(header):
            raise ValueError(f"table {table.name}, row {position}: {len(row)} cells, expected {len(header)}")
    columns: dict[str, Any] = {}
    for column, cells in zip(header, zip(*rows, strict=True) if rows else ((),) * len(header), strict=True):
        try:
            columns[column] = _READERS[known.get(column, "text")](cells, zone)
        except (TypeError, ValueError) as error:
            raise ValueError(f"table {table.name}, column {column}: {error}") from error
    return pd.DataFrame(columns)


Cells = Sequence[str]


def _read_text(cells: Cells, _: ZoneInfo | None) -> pd.Series:
    return pd.Series([read_cell(cell) or None for cell in cells], dtype="str")


def _read_integer(cells: Cells, _: ZoneInfo | None) -> pd.Series:
    return pd.Series([int(cell) if cell else None for cell in cells], dtype="Int64")


def _read_fraction(cells: Cells, _: ZoneInfo | None) -> pd.Series:
    return pd.Series([float(cell) if cell else None for cell in cells], dtype="float64")


def _read_flag(cells: Cells, _: ZoneInfo | None) -> pd.Series:
    unknown = set(cells) - {"true", "false", ""}
    if unknown:
        raise ValueError(f"{min(unknown)!r} is not true or false")
    return pd.Series([cell == "true" if cell else None for cell in cells], dtype="boolean")


def _read_instant(cells: Cells, zone: ZoneInfo | None) -> pd.Series:
    instants = parse_instants(cell or None for cell in cells)
    return pd.Series(instants if zone is None else instants.tz_convert(zone))


_READERS: Mapping[Kind, Callable[[Cells, ZoneInfo | None], pd.Series]] = MappingProxyType(
    {
        "text": _read_text,
        "integer": _read_integer,
        "fraction": _read_fraction,
        "flag": _read_flag,
        "instant": _read_instant,
        "instant_utc": lambda cells, _: _read_instant(cells, None),
    }
)
