"""The index of the responses, line by line: what was asked, of whom, as whom, when, and whether it is what the answer says.

A digest shows that a file is what the index says of it. Here the index is held against everything that it does not say by
itself: the list of what can be sent, the parameters, the answers, the account, the clock of Jira, the order of pages, the
tables. What nothing in a package contradicts can't be told: the status of a refusal that no answer repeats, an order of
lines within the seconds in which several questions were under way, a member of a question that no answer depends on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from auditlib.errors import AuditError
from auditlib.evidence.content import Content
from auditlib.evidence.differences import Difference
from auditlib.package.index_bodies import check_bodies
from auditlib.package.index_facts import check_facts
from auditlib.package.index_lines import Line, check_lines, of_line, read_index
from auditlib.package.index_pages import broken_chains


def check_index(records: Content) -> list[Difference]:
    """Check every line of the index, every response, and that each is there once.

    Parameters
    ----------
    records : Content
        The package, opened; nothing is written into it.

    Returns
    -------
    list of Difference
        Each with the line of the index, or the file of the response. Pages and rows are looked at where all else is whole:
        what is wrong before would be told once more there.
    """
    lines, differences = read_index(records.folder)
    differences += [*check_lines(records.folder, lines), *check_bodies(records.folder, lines)]
    try:
        differences += check_facts(records, lines)
    except AuditError:
        if not differences:  # else what can't be read any more is named already
            raise
    differences = differences or [*_pages(records, lines)]
    return differences or [*_feeds(records, lines)]


def _pages(records: Content, lines: Sequence[Line]) -> Iterator[Difference]:
    usable = [one.entry for one in lines if not one.entry.refused]
    refused = [one.entry for one in lines if one.entry.refused]
    return broken_chains(usable, refused, records.pulled.dialect, records.store.json)


def _feeds(records: Content, lines: Sequence[Line]) -> Iterator[Difference]:
    """Yield each line that names other rows than those that the response feeds."""
    feeds: Mapping[str, Mapping[str, Sequence[str]]] = records.feeds()
    for line in lines:
        expected = {} if line.entry.refused else feeds.get(line.entry.file, {})
        if line.feeds != {table: list(rows) for table, rows in expected.items()}:
            yield of_line(line.number, f"says that {line.entry.file} feeds {_rows(line.feeds)}", _rows(expected))


def _rows(feeds: object) -> str:
    return json.dumps(feeds, ensure_ascii=False)[:200]
