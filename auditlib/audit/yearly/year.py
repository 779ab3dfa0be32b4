"""One year of an audit, as the files of its package tell it: parameters, site, tables. Pure.

Both years are read from the text of their files, this year's too. So what a package says of itself and what ``compare`` says of
two sealed ones is one computation over the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final

import pandas as pd

DAY: Final = timedelta(days=1)

CONTROLS_SINCE: Final = 5
"""Version of the tables from which on a package has controls of the library."""


@dataclass(frozen=True)
class Year:
    """What a comparison needs of one package.

    Attributes
    ----------
    params : mapping
        The effective parameters, by key, as YAML gives them.
    start, end : date
        First and last day of the period.
    schema : int
        Version of its tables.
    url, deployment : str
        Of which Jira: its address, and ``cloud`` or ``data-center``.
    query : str
        The JQL of its population.
    interim : bool
        Whether it was made before its period was over.
    tables : mapping of str to DataFrame
        By name, each cell the text of the file. One that the package lacks is not there.
    """

    params: Mapping[str, Any]
    start: date
    end: date
    schema: int
    url: str
    deployment: str
    query: str
    interim: bool
    tables: Mapping[str, pd.DataFrame]

    @cached_property
    def projects(self) -> tuple[str, ...]:
        """The listed projects, sorted."""
        listed = self.params.get("projects")
        return tuple(sorted(map(str, listed))) if isinstance(listed, list) else ()

    @cached_property
    def population(self) -> Mapping[str, Mapping[str, str]]:
        """The issues of the population by key, each with its cells by column."""
        return {row["key"]: row for row in self.rows("population")}

    def rows(self, name: str) -> list[dict[str, str]]:
        """Return a table's rows, each as its cells by column; none if the package lacks the table."""
        frame = self.tables.get(name)
        return [] if frame is None else [_texts(row) for row in frame.to_dict("records")]

    def tally(self, name: str, column: str) -> dict[str, int]:
        """Return how many rows of a table have each value of a column; an empty one is ``(none)``."""
        return dict(Counter(row.get(column, "") or "(none)" for row in self.rows(name)))


def _texts(row: Mapping[Any, Any]) -> dict[str, str]:
    return {str(name): str(cell) for name, cell in row.items()}


def whole(text: str) -> int:
    """Return a cell of a number; an empty one, or what no number of the workbook is, as 0."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def adjoin(this: Year, last: Year) -> bool:
    """Say whether this year's period begins on the day after last year's ended."""
    return this.start == last.end + DAY


def days_in_both(this: Year, last: Year) -> int:
    """Return how many days lie in both periods."""
    return max(0, (min(this.end, last.end) - max(this.start, last.start)).days + 1)


def same_people(this: Year, last: Year) -> bool:
    """Say whether an account has the same id in both packages.

    Notes
    -----
    Cloud knows a person by one account id on every site; a Data Center by a user key of its own.
    """
    return this.deployment == last.deployment and (this.deployment == "cloud" or this.url == last.url)
