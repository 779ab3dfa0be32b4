"""Tables as a notebook and its page show them: what the rows are, how many of how many, and where each can be reached. No I/O.

A table is whole as it stands. The classes that its parts bear let the page's script sort, search and filter it
(`report.tables_in_pages`), and let paper leave rows out that the caption does not promise it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from auditlib.report.cells import (
    as_written,
    cell,
    cell_html,
    escaped,
    is_numeric,
    kind_of,
    plain_cell,
    rows_of,
    style_of,
)
from auditlib.text import visible_text

MOST_AT_FULL_SIZE: Final = 9
"""A table with more columns is set smaller, so that it fits a page."""

MOST_ROWS: Final = 500
"""Rows that a page shows of a table, if it is not told another number: the file beside it has all."""

ON_PAPER: Final = 40
"""Rows that are printed of a longer table."""

_PRINTED_IN_TERMINALS: Final = 20
_LONG: Final = 20
"""Rows of a table that a screen without the script shows in a frame of its own."""

_FEWEST_TO_CHOOSE: Final = 13
_MOST_CHOICES: Final = 16
_LONGEST_CHOICE: Final = 32
_MOST_CHOOSERS: Final = 5
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Table:
    """The first rows of a table, under a caption that says what they are and how many there are of how many.

    Attributes
    ----------
    frame : DataFrame, shape (n, k)
        All rows at hand, in the order they are shown.
    says : str
        What the rows are, in the plural: ``missing numbers``.
    of : int or None
        How many there are in all; None if that is n.
    limit : int
        Rows to show at most.
    order : str
        Which rows come first, if not all are shown: ``by project and number``.
    file : str
        Where all rows are: ``tables/gaps.csv``.
    columns : sequence of str or None
        The columns to show; None shows all but ``url``, to which the key is linked.
    records : mapping of str to str
        By key, where the full record of the issue is; such a key leads there, any other to Jira.
    foot : tuple of str
        A last row, of as many texts as there are columns: totals. Empty if there is none.
    """

    frame: pd.DataFrame
    says: str
    of: int | None = None
    limit: int = MOST_ROWS
    order: str = ""
    file: str = ""
    columns: tuple[str, ...] | None = None
    records: Mapping[str, str] = field(default_factory=dict)
    foot: tuple[str, ...] = ()

    @property
    def caption(self) -> str:
        """One line: ``20 of 345 missing numbers, the first by project and number; all in tables/gaps.csv``."""
        total = len(self.frame) if self.of is None else self.of
        shown = min(len(self.frame), self.limit)
        if total == 0:
            return f"No {self.says}"
        first = f", the first {self.order}" if self.order and shown < total else ""
        paper = f"; on paper the first {ON_PAPER}" if shown > ON_PAPER else ""
        where = f"; all in {self.file}" if self.file else ""
        return f"{shown:,} of {total:,} {self.says}{first}{paper}{where}"

    @property
    def name(self) -> str:
        """Name of the table's file without its ending, by which links reach it on a page; empty without a file."""
        stem = PurePosixPath(self.file).stem
        return stem if _NAME.fullmatch(stem) else ""

    def _repr_html_(self) -> str:
        caption = f"<caption {style_of('caption-side: top; text-align: left')}>{escaped(self.caption)}</caption>"
        if self.frame.empty:
            return as_written(f'<p class="none">{escaped(self.caption)}.</p>')
        columns = self._columns()
        numeric = {name: is_numeric(self.frame[name]) for name in columns}
        chosen = self._choices(columns, numeric)
        head = "".join(
            cell("th", escaped(name.replace("_", " ")), number=numeric[name], kind="choice" if name in chosen else "")
            for name in columns
        )
        shown = self.frame.head(self.limit)
        names = "rows sortable wide" if len(columns) > MOST_AT_FULL_SIZE else "rows sortable"
        box = "table long-table" if len(shown) > _LONG else "table"
        place = f' id="{self.name}"' if self.name else ""
        return as_written(
            f'<div class="{box}"{place}><table class="{names}">{caption}<thead><tr>{head}</tr></thead>'
            f"<tbody>{''.join(self._rows(shown, columns, numeric))}</tbody>{self._foot_html(columns, numeric)}</table></div>"
        )

    def _rows(self, shown: pd.DataFrame, columns: Sequence[str], numeric: Mapping[str, bool]) -> Iterator[str]:
        """Yield the rows as HTML, each with its place on the page where it has one."""
        addresses = shown["url"].tolist() if "url" in shown and "url" not in columns else None
        places = self._places(shown)
        for at, row in enumerate(rows_of(shown, columns)):
            address = addresses[at] if addresses else None
            cells = (
                cell(
                    "td",
                    cell_html(name, value, address if name == "key" else None, self._record(name, value)),
                    number=numeric[name],
                    kind=kind_of(name, value),
                )
                for name, value in zip(columns, row, strict=True)
            )
            place = f' id="{places[at]}"' if places[at] else ""
            beyond = ' class="beyond"' if at >= ON_PAPER else ""
            yield f"<tr{place}{beyond}>{''.join(cells)}</tr>"

    def _record(self, name: str, value: Any) -> str:
        """Return where the full record is to which a cell's key leads; empty if there is none."""
        is_key = name == "key" or name.endswith("_key")
        return self.records.get(value, "") if is_key and isinstance(value, str) else ""

    def _places(self, shown: pd.DataFrame) -> list[str]:
        """Return a name for each row by which links reach it, ``gaps-PAY-17``; empty where it has none of its own."""
        if not self.name:
            return [""] * len(shown)
        parts = next(
            (one for one in (["key"], ["project", "first"], ["project"]) if set(one) <= set(shown.columns)), []
        )
        if not parts:
            return [""] * len(shown)
        keys = ["-".join(map(str, row)) for row in rows_of(shown, parts)]
        taken: set[str] = set()
        found = []
        for key in keys:
            found.append(f"{self.name}-{key}" if key not in taken and _NAME.fullmatch(key) else "")
            taken.add(key)
        return found

    def _choices(self, columns: Sequence[str], numeric: Mapping[str, bool]) -> frozenset[str]:
        """Return the columns of which a reader may choose one value: those with few, all of them short."""
        if len(self.frame) < _FEWEST_TO_CHOOSE:
            return frozenset()
        found: list[str] = []
        for name in columns:
            if numeric[name] or name == "key" or len(found) == _MOST_CHOOSERS:
                continue
            values = {str(one) for one in self.frame[name].head(self.limit).tolist()}
            if 1 < len(values) <= min(_MOST_CHOICES, len(self.frame) // 2) and max(map(len, values)) <= _LONGEST_CHOICE:
                found.append(name)
        return frozenset(found)

    def _foot_html(self, columns: Sequence[str], numeric: Mapping[str, bool]) -> str:
        if not self.foot:
            return ""
        cells = (cell("td", escaped(text), number=numeric[name]) for name, text in zip(columns, self.foot, strict=True))
        return f"<tfoot><tr>{''.join(cells)}</tr></tfoot>"

    def __repr__(self) -> str:
        if self.frame.empty:
            return f"{visible_text(self.caption)}."
        columns = self._columns()
        first = min(self.limit, _PRINTED_IN_TERMINALS)
        rows = [
            [plain_cell(name, value) for name, value in zip(columns, row, strict=True)]
            for row in rows_of(self.frame.head(first), columns)
        ]
        shown = pd.DataFrame(rows, columns=columns)
        with pd.option_context("display.max_columns", None, "display.width", None, "display.max_colwidth", None):
            more = "\n…" if min(len(self.frame), self.limit) > first else ""
            return f"{visible_text(self.caption)}\n{shown.to_string(index=False)}{more}"

    def _columns(self) -> list[str]:
        if self.columns is not None:
            return list(self.columns)
        linked = "key" in self.frame and "url" in self.frame
        return [str(name) for name in self.frame.columns if not (linked and name == "url")]


def show_table(
    frame: pd.DataFrame,
    *,
    rows: str,
    total: int | None = None,
    limit: int = MOST_ROWS,
    columns: Sequence[str] | None = None,
    order: str = "",
    file: str = "",
    records: Mapping[str, str] = MappingProxyType({}),
    foot: Sequence[str] = (),
) -> Table:
    """Show the first rows of a table.

    Parameters
    ----------
    frame : DataFrame, shape (n, k)
        Rows in the order in which they are to be shown.
    rows : str
        What the rows are, in the plural: ``missing numbers``.
    total : int, optional
        How many there are in all, if ``frame`` holds only some of them.
    limit : int
        Rows to show at most.
    columns : sequence of str, optional
        Columns to show; all if not given, with the key linked to ``url`` where the frame has both.
    order : str
        Which rows come first: ``by project and number``.
    file : str
        Where all rows are, within the package: ``tables/gaps.csv``.
    records : mapping of str to str
        By key, where the full record of an issue is.
    foot : sequence of str
        A last row: totals, a text for each column.

    Returns
    -------
    Table
        Shows itself as the last expression of a cell.

    Raises
    ------
    ValueError
        If a column is not in the frame, or ``total`` is smaller than the frame.
    """
    missing = [name for name in columns or () if name not in frame.columns]
    if missing:
        raise ValueError(f"no column {', '.join(missing)} in the table of {rows}")
    if total is not None and total < len(frame):
        raise ValueError(f"{len(frame)} {rows} can't be of {total}")
    chosen = None if columns is None else tuple(columns)
    return Table(frame, rows, total, limit, order, file, chosen, records, tuple(foot))
