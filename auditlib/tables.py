r"""What a table is, and how a frame becomes the bytes of a CSV file. Pure.

A `Table` says once what its rows and columns are; each is declared by the module that makes its frames. The data dictionary,
the sheets, the cover's list and the checks are all derived from these records.

Bytes are canonical, so that equal answers of Jira give equal files: RFC 4180 quoting where it is needed and nowhere
else, LF, UTF-8 without BOM, a header row, the contract's columns first. The quoting is done here, not by the ``csv``
module, whose minimal quoting differs between Python versions (3.11 leaves a lone CR bare, which splits a row).

What a terminal would obey, and what a spreadsheet would calculate, is written so that it does neither (`auditlib.csv_cells`). The
raw responses keep the original.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from auditlib.csv_cells import SINCE, write_cell, write_cell_before
from auditlib.times import format_instants

Kind = Literal["text", "integer", "fraction", "instant", "instant_utc", "flag"]


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name : str
    kind : str
        ``text``; ``integer``; ``fraction`` (at most 6 decimals); ``instant`` (audit's zone); ``instant_utc``;
        ``flag`` (``true`` or ``false``).
    meaning : str
        One sentence, for the data dictionary.
    optional : bool
        Of an integer, whether a cell may be empty; of the other kinds, each may.
    since : int
        The version of the tables (`evidence.schema`) from which on a package has it.
    """

    name: str
    kind: Kind
    meaning: str
    optional: bool = False
    since: int = 1


_DTYPES: Final[Mapping[Kind, str]] = MappingProxyType(
    {"text": "str", "integer": "Int64", "fraction": "float64", "flag": "boolean", "instant_utc": "datetime64[us, UTC]"}
)


@dataclass(frozen=True)
class Table:
    """One table of a package: what it says, its columns, and their order and kinds.

    Attributes
    ----------
    name : str
        By which sheets, findings and files call it.
    says : str
        One sentence on its rows, for the data dictionary, the cover and the sheets.
    contract : tuple of Column
        The columns that come first, in an order that never changes.
    further : tuple of Column
        Those that stand behind them; more may follow.
    sort_keys : tuple of str
        Columns by which the rows are sorted; empty where the order is the maker's own.
    ending : str
        Of the name of its file.
    """

    name: str
    says: str
    contract: tuple[Column, ...]
    further: tuple[Column, ...] = ()
    sort_keys: tuple[str, ...] = ()
    ending: str = ".csv"

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns, in the order of the file."""
        return self.contract + self.further

    @property
    def names(self) -> list[str]:
        """The names of all columns, in the order of the file."""
        return [column.name for column in self.columns]

    @property
    def contract_names(self) -> list[str]:
        """The names of the columns that come first."""
        return [column.name for column in self.contract]

    @property
    def kinds(self) -> dict[str, Kind]:
        """The kind of each column by its name, in the order of the file."""
        return {column.name: column.kind for column in self.columns}

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.name}{self.ending}"

    def as_of(self, version: int) -> Table:
        """Return the table as a package of a version of the tables has it: without the columns that came later."""
        if all(column.since <= version for column in self.columns):
            return self
        contract, further = (
            tuple(column for column in part if column.since <= version) for part in (self.contract, self.further)
        )
        return replace(self, contract=contract, further=further)

    def make(self, rows: Iterable[Sequence[Any]], zone: ZoneInfo | None = None) -> pd.DataFrame:
        """Return the table from its rows, each column of its kind.

        Parameters
        ----------
        rows : iterable of sequence
            Cells in the order of the columns; None is missing, and empty text is empty text.
        zone : ZoneInfo, optional
            In which instants are shown; needed by a table that has some.

        Returns
        -------
        DataFrame, shape (n, k)
            Integers are ``int64``, where one may be missing ``Int64``, whatever the rows are.

        Raises
        ------
        ValueError
            If a row has another number of cells, a cell is not of its column's kind, or the zone is missing.
        """
        frame = pd.DataFrame(list(rows), columns=self.names, dtype=object)
        for column in self.columns:
            try:
                frame[column.name] = _as_kind(frame[column.name], column, zone)
            except (TypeError, ValueError) as error:
                raise ValueError(f"table {self.name}, column {column.name}: {error}") from error
        return frame

    def check(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a frame that is this table; its rows are not looked at one by one.

        Raises
        ------
        ValueError
            If its columns are others or in another order, or one is of another kind; the message names them.
        """
        self.require_columns(frame)
        if list(frame.columns) != self.names:
            raise ValueError(f"table {self.name}: the columns are in another order: {', '.join(frame.columns)}")
        for column in self.columns:
            cells = frame[column.name]
            if not _IS_KIND[column.kind](cells):
                raise ValueError(f"table {self.name}, column {column.name}: {cells.dtype} where {column.kind} belongs")
            if column.kind == "integer" and not column.optional and cells.hasnans:
                raise ValueError(f"table {self.name}, column {column.name}: a number is missing")
        return frame

    def require_columns(self, frame: pd.DataFrame) -> None:
        """Refuse a frame that lacks a column of the table or has one more, in whatever order they stand.

        Raises
        ------
        ValueError
            Naming the columns.
        """
        missing = [name for name in self.names if name not in frame.columns]
        if missing:
            raise ValueError(f"table {self.name}: no column {', '.join(missing)}")
        strange = [str(name) for name in frame.columns if name not in self.names]
        if strange or len(frame.columns) != len(self.names):
            raise ValueError(f"table {self.name}: no table of this name has {', '.join(strange) or 'a column twice'}")

    def sort(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows sorted by the table's keys, numbered from 0.

        Text is compared by code point, which is the byte order of UTF-8; a missing value comes first.

        Parameters
        ----------
        frame : DataFrame, shape (n, k)
            With the keys; other columns may be any.

        Returns
        -------
        DataFrame, shape (n, k)
        """
        return frame.sort_values(list(self.sort_keys), kind="stable", na_position="first", ignore_index=True)


def _as_kind(cells: pd.Series, column: Column, zone: ZoneInfo | None) -> pd.Series:
    """Return cells as the kind of their column."""
    kind = column.kind
    if kind == "instant" and zone is None:
        raise ValueError("times need the audit's zone")
    if kind.startswith("instant"):
        cells = pd.to_datetime(cells, utc=True)
    elif kind == "text" and not _is_text(cells):
        raise TypeError(f"{pd.api.types.infer_dtype(cells, skipna=True)} is not text")
    made = cells.astype(f"datetime64[us, {zone.key}]" if kind == "instant" and zone is not None else _DTYPES[kind])
    return made.astype("int64") if kind == "integer" and not column.optional else made


def _is_text(cells: pd.Series) -> bool:
    if isinstance(cells.dtype, pd.StringDtype):
        return True
    return cells.dtype == object and pd.api.types.infer_dtype(cells, skipna=True) in {"string", "empty"}


_IS_KIND: Final[Mapping[Kind, Callable[[pd.Series], bool]]] = MappingProxyType(
    {
        "text": _is_text,
        "integer": pd.api.types.is_integer_dtype,
        "fraction": pd.api.types.is_float_dtype,
        "flag": pd.api.types.is_bool_dtype,
        "instant": lambda cells: isinstance(cells.dtype, pd.DatetimeTZDtype),
        "instant_utc": lambda cells: isinstance(cells.dtype, pd.DatetimeTZDtype) and str(cells.dtype.tz) == "UTC",
    }
)

_ROWS_AT_ONCE = 10_000  # as text, a table of a million rows takes gigabytes


def to_csv(table: Table, frame: pd.DataFrame, version: int = SINCE) -> bytes:
    """Write a table as the bytes of a CSV file; `csv_pieces` gives the same piece by piece."""
    return b"".join(csv_pieces(table, frame, version))


def csv_pieces(table: Table, frame: pd.DataFrame, version: int = SINCE) -> Iterator[bytes]:
    """Yield a table as the bytes of a CSV file, some ten thousand rows at once.

    The rows stay in the order of the frame (see `Table.sort`); the columns come in that of the table.

    Parameters
    ----------
    table : Table
    frame : DataFrame, shape (n, k)
    version : int
        Of the tables (`evidence.schema`); an older package has its texts in an older form.

    Yields
    ------
    bytes
        UTF-8; together a header row and n rows, each closed by LF.

    Raises
    ------
    ValueError
        If the frame's columns are not the table's, or one holds what its kind can't say; the message names the column.
    """
    table.require_columns(frame)
    kinds, writers = table.kinds, _WRITERS if version >= SINCE else _WRITERS_BEFORE
    yield f"{','.join(kinds)}\n".encode()
    for start in range(0, len(frame), _ROWS_AT_ONCE):
        part = frame.iloc[start : start + _ROWS_AT_ONCE]
        cells = []
        for column, kind in kinds.items():
            try:
                cells.append(writers[kind](part[column]))
            except (TypeError, ValueError) as error:
                raise ValueError(f"table {table.name}, column {column}: {error}") from error
        yield "\n".join((*map(",".join, zip(*cells, strict=True)), "")).encode()


def take_long_cells(longest: int) -> None:
    """Let Python's ``csv`` read cells of up to so many characters; by itself it refuses those above 131,072.

    Called beside every reader, since Python keeps one limit for the whole process. It is only ever raised: a thread beside
    may be reading a longer text, and a higher limit refuses nobody anything.
    """
    csv.field_size_limit(max(csv.field_size_limit(), longest))


def _present(column: pd.Series) -> list[bool]:
    """Say of each value whether there is one."""
    present: list[bool] = column.notna().tolist()
    return present


def _written(column: pd.Series, write: Callable[[Any], str]) -> list[str]:
    """Write each value, a missing one as an empty text."""
    return [write(value) if there else "" for value, there in zip(column.tolist(), _present(column), strict=True)]


def _write_integer(value: Any) -> str:
    if isinstance(value, bool) or int(value) != value:
        raise ValueError(f"{value!r} is not a whole number")
    return str(int(value))


def _write_fraction(value: Any) -> str:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{value!r} is not a fraction")
    text = f"{number:.6f}"
    if 0 < number < 1:
        # All but one of ten million is not all: what is not 0 or 1 does not read as 0 or 1.
        text = min(max(text, "0.000001"), "0.999999")
    text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _write_flag(value: Any) -> str:
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{value!r} is not true or false")
    return "true" if value else "false"


def _write_instants(column: pd.Series, *, utc: bool) -> list[str]:
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return format_instants(column, utc=utc)
    # A frame without rows, or without a single value, knows no zone.
    if column.notna().any():
        raise ValueError(f"a column of instants needs a time zone, found {column.dtype}")
    return [""] * len(column)


_WRITERS: Mapping[Kind, Callable[[pd.Series], list[str]]] = MappingProxyType(
    {
        "text": lambda column: _written(column, write_cell),
        "integer": lambda column: _written(column, _write_integer),
        "fraction": lambda column: _written(column, _write_fraction),
        "flag": lambda column: _written(column, _write_flag),
        "instant": lambda column: _write_instants(column, utc=False),
        "instant_utc": lambda column: _write_instants(column, utc=True),
    }
)
_WRITERS_BEFORE: Mapping[Kind, Callable[[pd.Series], list[str]]] = MappingProxyType(
    {**_WRITERS, "text": lambda column: _written(column, write_cell_before)}
)
