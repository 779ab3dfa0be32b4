"""The walk through all keys of the projects in sight, and a second question for what it misses."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from typing import Any, Final

from auditlib.errors import AccountRefusedError, SourceError, UnreachableError
from auditlib.jira import jql
from auditlib.phrases import agreeing, counted, listed
from auditlib.pull.archive.session import Archiving
from auditlib.pull.session import Progress
from auditlib.records.census_changes import Answers
from auditlib.records.issues import number_of, split_key
from auditlib.responses import topics

_MOST_REQUESTS: Final = 500
"""That are spent on issues which a walk missed: on Cloud for 50,000 of them."""


class KeyWalk:
    """The walk through the keys of every project in sight.

    Attributes
    ----------
    broken : dict of str to str
        Projects that can't be listed, with the reason.
    sizes : dict of str to int
        How many issues `lines` gave, by the project that was asked for.
    slipped : list of (int, str)
        Id and key of issues that the walk missed, and that are there.
    """

    def __init__(self, archiving: Archiving) -> None:
        self.slipped: list[tuple[int, str]] = []
        self._unasked: dict[str, int] = {}
        self._session = archiving.session
        self._projects = archiving.seen
        self.broken: dict[str, str] = {}
        self.sizes: dict[str, int] = {}
        self._twice: list[str] = []

    def ask(self) -> None:
        """Ask for the keys of all projects side by side; of a project that can't be listed, note why."""
        keys = Progress(self._session.tell, "keys")
        self._session.side_by_side([partial(self._ask, project, keys) for project in self._projects])

    def _ask(self, project: str, keys: Progress) -> None:
        try:
            for page in self._pages(project):
                keys.add(len(page))
        except (UnreachableError, AccountRefusedError):
            raise
        except SourceError as error:
            self.broken[project] = str(error)

    def _pages(self, project: str) -> Iterator[list[tuple[int, str]]]:
        """Yield id and key of the issues of each page; from disk if it came before."""
        reader = self._session.reader
        for entry, issues in reader.search(
            topics.KEY_WALK.of(project), jql.key_walk(project), reader.dialect.WALK_FIELDS
        ):
            with reader.reading(entry):
                yield [(number_of(one["id"], "an issue"), _checked(one["key"])) for one in issues]

    def lines(self) -> Iterator[str]:
        """Yield a line for each issue, once: pages may hold it twice; of one that came under two keys, the first."""
        seen: dict[int, str] = {}
        self._twice = []
        self.sizes = {}
        for project in self._projects:
            if project in self.broken:
                continue
            slipped = [one for one in self.slipped if split_key(one[1])[0] == project]
            before = len(seen)
            for issue, key in chain(chain.from_iterable(self._pages(project)), slipped):
                if issue in seen:
                    if seen[issue] != key:
                        self._twice.append(key)
                    continue
                seen[issue] = key
                yield json.dumps({"id": str(issue), "key": key, "project": split_key(key)[0]}, separators=(",", ":"))
            self.sizes[project] = len(seen) - before

    def ask_again(self, missed: Sequence[int]) -> Answers:
        """Ask by id for issues that the walk missed and the last census has.

        What answers in a project that was walked through slipped through between two pages, and counts as seen.
        """
        dialect = self._session.reader.dialect
        most = _MOST_REQUESTS * dialect.IDENTIFIERS_PER_REQUEST
        if len(missed) > most:
            self._unasked["are too many to be asked for one by one"] = len(missed) - most
        elsewhere: dict[int, str] = {}
        hidden: set[int] = set()
        try:
            entries = self._session.by_identifier(
                topics.MISSING.of(topics.SEVERAL), [str(one) for one in missed[:most]], ("created",)
            )
        except (UnreachableError, AccountRefusedError):
            raise
        except SourceError as error:
            self._unasked[f"could not be asked for by id ({error})"] = len(missed[:most])
            return Answers()
        for entry in entries:
            if entry.status in dialect.refused_numbers():
                hidden.add(int(entry.request.path.rpartition("/")[2]))
            if entry.status != 200:
                continue
            with self._session.reader.reading(entry):
                answer = self._session.reader.store.json(entry)
                for issue in dialect.read_by_identifier(entry.status, answer):
                    elsewhere[number_of(issue["id"], "an issue")] = _checked(issue["key"])
        here = {issue for issue, key in elsewhere.items() if split_key(key)[0] in self._projects}
        self.slipped = [(issue, elsewhere.pop(issue)) for issue in sorted(here & set(missed))]
        return Answers({issue: elsewhere[issue] for issue in missed if issue in elsewhere}, frozenset(hidden))

    def said(self) -> list[str]:
        """Return what is to be told of the walk itself."""
        lines = []
        if self._twice:
            were = agreeing(len(self._twice), "was", "were")
            lines.append(f"Moved     {listed(self._twice)} {were} moved while they were listed")
        if self.slipped:
            keys = listed([key for _, key in self.slipped])
            lines.append(f"Slipped   {keys}: not listed, but there when asked for by id; counted as seen")
        for why, count in self._unasked.items():
            lines.append(f"Unasked   {counted(count, 'issue')} that the census misses {why}")
        return lines


def _checked(key: Any) -> str:
    split_key(key)
    return str(key)
