"""Lists that people made, as CSV: read with the line of each row, for messages. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from auditlib.errors import ParameterError, Problem
from auditlib.tables import take_long_cells
from auditlib.text import shorten

_END: Final = "\x03the list ends here\x03"
"""Is read as a row of its own behind the last one; within a cell it shows that a quotation mark was never closed."""

_OPEN: Final = (
    "a quotation mark in this row is not closed, so all that follows would be one cell; close it, or remove it"
)

_DELIMITERS: Final = MappingProxyType({",": "commas", ";": "semicolons", "\t": "tabs"})
"""What may part the cells: a spreadsheet saves with semicolons in half of the world, and pastes tabs."""

_LONGEST_VALUE: Final = 100
"""Characters of a cell that a message shows: enough to find it."""

Row = tuple[int, dict[str, str]]
"""The line where a row begins, counted from 1, and its cells by column, without blanks around them."""


@dataclass(frozen=True)
class Source:
    """A list that people made: its text, where it comes from, and the parameter that names it."""

    text: str
    path: str
    key: str

    def problem(self, line: int, value: str, message: str) -> Problem:
        """Say what is wrong in a line."""
        return Problem(self.path, line, self.key, shorten(value, _LONGEST_VALUE), message)


def read_list(source: Source, needed: Sequence[str], *, meant: Mapping[str, str] | None = None) -> list[Row]:
    """Read a list with a header line, parted by what stands in that most often; what is in the rows is the caller's to judge.

    Parameters
    ----------
    source : Source
    needed : sequence of str
        Columns that must be there; other ones are kept too.
    meant : mapping of str to str, optional
        Further names of columns, folded as by `folded_name`, each with the column that it means.

    Returns
    -------
    list of (int, dict)
        In the order of the file, rows without any cell among them. A row that is short lacks its last cells: they are empty.

    Raises
    ------
    ParameterError
        If a column is missing, or two mean the same; or if a quotation mark is not closed, so that all that follows it
        would be one cell.
    """
    take_long_cells(len(source.text))
    text = source.text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    whole = text if text.endswith(("\n", "\r")) else f"{text}\n"
    reader = csv.reader(io.StringIO(f"{whole}{_END}\n", newline=""), delimiter=delimiter)
    shown = [name.strip() for name in next(reader, [])]
    header = [(meant or {}).get(folded_name(name), name) for name in shown] if meant else shown
    _require_columns(source, shown, header, needed, twice=set(meant.values()) if meant else needed)
    rows: list[Row] = []
    line = reader.line_num + 1
    for cells in reader:
        if cells == [_END]:
            break
        if cells and _END in cells[-1]:
            raise ParameterError([source.problem(line, shorten(cells[-1].partition("\n")[0].strip(), 60), _OPEN)])
        rows.append((line, dict.fromkeys(needed, "") | dict(zip(header, map(str.strip, cells), strict=False))))
        line = reader.line_num + 1
    return rows


def _require_columns(
    source: Source,
    shown: Sequence[str],
    header: Sequence[str],
    needed: Sequence[str],
    *,
    twice: Collection[str],
) -> None:
    """Refuse a header that lacks a column, or that names one twice of those that may have several names."""
    absent = [name for name in needed if name not in header]
    if absent:
        parted = " or ".join(_DELIMITERS.values())
        message = f"missing column {', '.join(absent)}; the first line names the columns, separated by {parted}"
        raise ParameterError([source.problem(1, shorten(", ".join(shown), 80), message)])
    for name in twice:
        found = [one for one, column in zip(shown, header, strict=True) if column == name]
        if len(found) > 1:
            message = f"the columns {' and '.join(found)} both mean {name}; rename one of them"
            raise ParameterError([source.problem(1, ", ".join(shown), message)])


def folded_name(name: str) -> str:
    """Return a column's name as it is compared.

    >>> folded_name(" E-Mail address")
    'e_mail_address'
    """
    return re.sub(r"[\W_]+", "_", name.casefold()).strip("_")


def is_day(text: str) -> bool:
    """Say whether a text is a day in the form of every country, 2026-04-30."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
