"""What a package holds: its files with their sizes, and its tables, read back from CSV."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import quote

import pandas as pd

from auditlib.csv_cells import SINCE, read_cell
from auditlib.text import is_unicode

RECORD: Final = "issue.html"
"""The page of a full record, in the folder of its key."""


@dataclass(frozen=True)
class Contents:
    """The folder ``data`` of a package.

    Attributes
    ----------
    data : Path
    elsewhere : mapping of str to int
        The sizes of files of the package that lie elsewhere, by path below ``data/``.
    """

    data: Path
    elsewhere: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def files(self) -> dict[str, int]:
        """The size of every file, by its path below ``data/``; but for the cover itself, and names that no page can hold."""
        found = {path.relative_to(self.data).as_posix(): path for path in self.data.rglob("*") if path.is_file()}
        here = {name: path.stat().st_size for name, path in found.items() if name != "index.html" and is_unicode(name)}
        return dict(sorted({**self.elsewhere, **here}.items(), key=lambda one: one[0].split("/")))

    @cached_property
    def records(self) -> frozenset[str]:
        """The keys whose full record has a page."""
        parts = (path.split("/") for path in self.files)
        return frozenset(part[1] for part in parts if len(part) == 3 and part[0] == "dossiers" and part[2] == RECORD)

    @cached_property
    def version(self) -> int:
        """The version in which the cells of the tables are written."""
        try:
            said = json.loads((self.data / "run.json").read_text("utf-8"))["schema"]["tables"]
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return SINCE
        return said if isinstance(said, int) else SINCE

    def has(self, path: str) -> bool:
        """Say whether a file is there, by its path below ``data/``."""
        return path in self.files

    def link(self, path: str) -> str:
        """Return the address of a file, relative to the cover; empty if it is not there."""
        return quote(path) if path in self.files else ""

    def record(self, key: str) -> str:
        """Return the address of an issue's full record; empty if there is none."""
        return quote(f"dossiers/{key}/{RECORD}") if key in self.records else ""

    def table(self, name: str, columns: Sequence[str], rows: int | None = None) -> pd.DataFrame:
        """Return columns of a table as text, as its file has them; no rows if it is not there, a column that it lacks is empty.

        Parameters
        ----------
        name : str
            ``gaps``.
        columns : sequence of str
        rows : int, optional
            The first rows only.
        """
        path = self.data / "tables" / f"{name}.csv"
        empty = pd.DataFrame({column: pd.Series(dtype="str") for column in columns})
        if not path.is_file():
            return empty
        try:
            found = pd.read_csv(
                path,
                dtype="str",
                keep_default_na=False,
                na_filter=False,
                nrows=rows,
                usecols=lambda one: one in columns,
            )
        except (ValueError, pd.errors.ParserError, pd.errors.EmptyDataError):
            return empty  # no such table: a cover is made of what can be read
        shown = found.map(lambda cell: read_cell(cell, self.version))
        return shown.reindex(columns=list(columns), fill_value="")

    def place(self, notebook: str, table: str, row: str = "") -> str:
        """Return where the rows of a table are shown: in the notebook's page, else in the table's file; empty if nowhere.

        Parameters
        ----------
        notebook : str
            ``03_numbering``.
        table : str
            ``gaps``.
        row : str
            The key of a row; its place is taken where the page has it.
        """
        page = f"notebooks/{notebook}.html"
        names = _names_in(self.data / page) if page in self.files else frozenset()
        for name in (f"{table}-{row}", table):
            if name in names:
                return f"{quote(page)}#{quote(name)}"
        return self.link(f"tables/{table}.csv")


_NAMED: Final = re.compile(r'<(?:table|tr|section|div|h[1-6])\b[^<>]*\bid="([^"&]+)"')


@lru_cache(maxsize=32)
def _names_in(page: Path) -> frozenset[str]:
    """Return the places of a page that a link can lead to."""
    return frozenset(_NAMED.findall(page.read_text("utf-8")))
