"""Whom a package names beside Jira's answers, and what people wrote that its sentences repeat: for one without names.

Lists of people who left and of what a review decided name people whom Jira need not know, and so does last year's package. The
tables name some by nothing but a name, as a site does that gives no ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pandas as pd

from auditlib.audit.permissions.last_review import parse_review
from auditlib.audit.permissions.leavers import parse_leavers
from auditlib.audit.personal import BESIDE, GROUP, Holds, holds
from auditlib.audit.population.cut import POPULATION
from auditlib.evidence.years import kept_year
from auditlib.keys import is_key
from auditlib.package.frozen import SealedFiles
from auditlib.package.people import Known
from auditlib.package.previous import keeps_previous
from auditlib.tables import Table

Frames = Mapping[Table, pd.DataFrame]

_ACCOUNTS: Final = "account_id"
_OF_ISSUES: Final = frozenset({"reporter", "assignee"})
"""Columns of people whose names may be single words: elsewhere, who acts may be called `System`."""

_REPEATED: Final = (("requests", "request"), ("second_source", "ref"))
"""Texts that findings name their cases by."""


def add_mentioned(known: Known, files: SealedFiles, frames: Frames) -> None:
    """Add everybody whom the files and tables of a package name, behind those of Jira's answers.

    Parameters
    ----------
    known : Known
        Those of the answers; is added to.
    files : SealedFiles
        The package.
    frames : mapping of Table to DataFrame
        Its tables.
    """
    pairs = [*_in_tables(frames), *_in_lists(files), *_last_year(files)]
    for account, name in dict.fromkeys(pairs):
        if not account.startswith(GROUP) and not name.startswith(GROUP):
            known.mention(account, name)


def _in_lists(files: SealedFiles) -> Iterator[tuple[str, str]]:
    """Yield account and name of those whom the lists of leavers and of the last review name."""
    for path, people in (("data/leavers.csv", _leavers), ("data/review.csv", _reviewed)):
        if path in files:
            yield from people(files.read(path).decode("utf-8-sig"))


def _leavers(text: str) -> Iterator[tuple[str, str]]:
    for one in parse_leavers(text, "leavers"):
        yield one.account_id or one.email, one.name
        yield one.email, ""


def _reviewed(text: str) -> Iterator[tuple[str, str]]:
    for (account, _), decision in parse_review(text, "review").items():
        yield account, ""
        yield "", decision.reviewer


def _last_year(files: SealedFiles) -> Iterator[tuple[str, str]]:
    """Yield account and name of those in the tables that are kept of last year's package."""
    if not keeps_previous(files.folder):
        return
    for frame in kept_year(files.folder).tables.values():
        if "display_name" in frame:
            yield from zip(frame[_ACCOUNTS], frame["display_name"], strict=True)
        if "reporter" in frame:
            yield from (("", name) for name in frame["reporter"])


def _in_tables(frames: Frames) -> Iterator[tuple[str, str]]:
    """Yield account and name of those in the tables' columns of people; of lone names those that are no ordinary word."""
    for table, frame in frames.items():
        for column in table.columns:
            if holds(table.name, column) is not Holds.PERSON or not len(frame):
                continue
            beside = BESIDE.get(column.name)
            accounts = _texts(frame[beside]) if beside in frame else [""] * len(frame)
            for account, name in dict.fromkeys(zip(accounts, _texts(frame[column.name]), strict=True)):
                if account or column.name in _OF_ISSUES or not (name.isascii() and name.isalnum()):
                    yield account, name


def _texts(cells: Iterable[object]) -> list[str]:
    return [cell if isinstance(cell, str) else "" for cell in cells]


def repeated_texts(frames: Frames, strata: Iterable[str]) -> Iterator[str]:
    """Yield what people wrote that sentences of a package may repeat.

    Parameters
    ----------
    frames : mapping of Table to DataFrame
        Its tables.
    strata : iterable of str
        Columns of the population by which its sample is spread.
    """
    columns = {column.name: column for column in POPULATION.columns}
    written = [name for name in strata if name in columns and holds("population", columns[name]) is Holds.TEXT]
    repeated = (*_REPEATED, ("sample", "stratum")) if written else _REPEATED
    for table, frame in frames.items():
        for name in (column for one, column in repeated if one == table.name and column in frame):
            yield from (text for text in dict.fromkeys(_texts(frame[name])) if text and not _plain(text))


def _plain(text: str) -> bool:
    """Say whether a text is a number or an issue key, which may be told."""
    return text.isdigit() or is_key(text)
