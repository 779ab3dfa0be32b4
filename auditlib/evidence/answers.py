"""What Jira answered, as frames. Reads each response of a package once; more may come while it is looked at.

Everything is in the order of the files, never in the order of arrival, so that asking side by side gives the same tables.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, TypeVar, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from auditlib.evidence import missing_numbers
from auditlib.evidence.digest import Digest, History, digest_histories, instants_by_issue, read_digest, read_histories
from auditlib.evidence.histories import (
    asked_alone,
    join_histories,
    newest_changes,
    silent_histories,
    whole_histories,
)
from auditlib.evidence.log import ReadLog, log_is_older, read_log
from auditlib.evidence.packed import Ids
from auditlib.evidence.walk import list_walk
from auditlib.jira.protocol import Dialect
from auditlib.jira.reading import Histories
from auditlib.records.mentions import Reference
from auditlib.records.moves import key_moves
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.store import RawStore
from auditlib.responses.topics import TOPICS, folders, read_topic

_TELL_KEYS: Final = folders(sorted((one for one in TOPICS if one.keys), key=attrgetter("keys")))
_TELL_CREATED: Final = tuple(sorted((one for one in TOPICS if one.created), key=attrgetter("created")))
_WITH_HISTORY: Final = folders(one for one in TOPICS if one.histories)
_WITH_ISSUES: Final = folders(one for one in TOPICS if one.histories == "with issues")
_BY_THEMSELVES: Final = folders(one for one in TOPICS if one.histories in {"bulk", "one"})

_T = TypeVar("_T")


class Answers:
    """The responses of one package, by what they were asked for.

    Parameters
    ----------
    store : RawStore
        Where they are.
    dialect : Dialect
        How to read them.
    """

    def __init__(self, store: RawStore, dialect: Dialect) -> None:
        self.store = store
        self.dialect = dialect
        self._digests: dict[str, Digest] = {}
        self._computed: dict[str, tuple[int, Any]] = {}

    def once(self, name: str, make: Callable[[], _T]) -> _T:
        """Compute something once for the responses that there are; anew when more have come."""
        count = self.store.count
        known = self._computed.get(name)
        if known is None or known[0] != count:
            known = self._computed[name] = (count, make())
        return cast("_T", known[1])

    def note(self, entry: Entry, answer: Any) -> None:
        """Take the digest of a response that came just now, so that it is not read from disk for it."""
        if read_topic(entry.topic).topic.digested:
            self._digests[entry.file] = read_digest(entry, answer, self.dialect)

    def _whole(self, entry: Entry) -> Any:
        """Return a whole response from disk, and take its digest by the way, so that it is not read once more for it."""
        answer = self._answer(entry)
        if entry.file not in self._digests:
            self.note(entry, answer)
        return answer

    def _answer(self, entry: Entry) -> Any:
        """Return a response from disk; None for a refusal, which may be anything."""
        return self.store.json(entry) if entry.status == 200 else None

    def entries(self, topic: str) -> list[Entry]:
        """Return the responses of a topic, by file."""
        return sorted(self.store.entries(topic), key=lambda entry: entry.file)

    def digest(self, entry: Entry) -> Digest:
        """Return what a response holds; read from disk the first time."""
        known = self._digests.get(entry.file)
        if known is None:
            known = self._digests[entry.file] = read_digest(entry, self._answer(entry), self.dialect)
        return known

    def digests(self, topic: str) -> Iterator[tuple[Entry, Digest]]:
        """Yield each response of a topic with what it holds."""
        for entry in self.entries(topic):
            yield entry, self.digest(entry)

    # the passes

    def ids(self, topic: str) -> Ids:
        """Return the issues that a topic found."""
        return Ids.together(digest.ids for _, digest in self.digests(topic))

    def issues(self, topic: str) -> Iterator[Mapping[str, Any]]:
        """Yield the issues that a topic found, as received."""
        for entry in self.entries(topic):
            yield from self.dialect.read_search(entry.request, self._whole(entry)).issues

    def walk(self, project: str) -> pd.DataFrame:
        """Return all issues that a project holds today, in the order of creation, as ``walk.list_walk``."""
        pages = self.digests(topics.KEY_WALK.of(project))
        found = self.digests(topics.FIRST_PASS.below(project))
        return list_walk(project, pages, found, lambda: self.created(project))

    def created(self, project: str) -> pd.Series:
        """Return the creation times (UTC) by issue id that were pulled for a project."""
        return instants_by_issue(
            [digest.created for topic in _TELL_CREATED for _, digest in self.digests(topic.below(project))]
        )

    @property
    def updated_between_passes(self) -> frozenset[int]:
        """Issues whose last change differs between the passes, where the second pass tells it (Data Center)."""
        first = {
            issue: at for _, digest in self.digests(topics.FIRST_PASS.below()) for issue, at in digest.updated.items()
        }
        return frozenset(
            issue
            for _, digest in self.digests(topics.SECOND_PASS.below())
            for issue, at in digest.updated.items()
            if first.get(issue, at) != at
        )

    @property
    def keys(self) -> dict[int, str]:
        """Key of today by issue id, of every issue that any answer names: of a million, some 200 MB."""
        return dict(self._keys())

    def keys_of(self, issues: Collection[int]) -> dict[int, str]:
        """Return the key of today by issue id, of those of some issues that any answer names."""
        wanted = frozenset(issues)
        return {issue: key for issue, key in self._keys() if issue in wanted} if wanted else {}

    def named_as(self, keys: Collection[str]) -> dict[int, str]:
        """Return the issues whose key of today is one of some keys, with that key, by issue id."""
        wanted = frozenset(keys)
        called = [issue for issue, key in self._keys() if key in wanted] if wanted else []
        return {issue: key for issue, key in self.keys_of(called).items() if key in wanted}

    def _keys(self) -> Iterator[tuple[int, str]]:
        """Yield every issue that any answer names, with its key; of several keys the last is that of today."""
        for folder in _TELL_KEYS:
            for _, digest in self.digests(folder):
                if digest.keys:
                    yield from zip(digest.ids, digest.keys, strict=True)

    # history

    def history_topics(self) -> list[str]:
        """Return the topics under which histories were asked for; each is one batch of issues, followed to its end."""
        return sorted({entry.topic for folder in _BY_THEMSELVES for entry in self.store.entries(folder)})

    def with_history(self) -> Iterator[tuple[Entry, Digest]]:
        """Yield the responses that bring histories."""
        for folder in _WITH_HISTORY:
            yield from self.digests(folder)

    @property
    def known_histories(self) -> NDArray[np.int64]:
        """Ids of the issues whose whole history was pulled, each once, ascending."""
        return self.once("known_histories", lambda: whole_histories(self.with_history()))

    @property
    def partial_histories(self) -> frozenset[int]:
        """Issues of whose history Jira gave only a part, whatever it was asked."""
        known = self.known_histories
        partial = frozenset().union(*(one.partial for _, one in self.with_history()))
        return partial.difference(known.tolist()) if partial else partial

    @property
    def unheard_histories(self) -> list[int]:
        """Issues that were changed since they were created, and that no page of an answer for many histories names."""
        changed = {issue for _, one in self.digests(topics.FIRST_PASS.below()) for issue in one.changed}
        return [
            issue
            for issue in silent_histories(self.digests(topics.HISTORY_FIRST_PASS.below())).tolist()
            if issue in changed
        ]

    @property
    def moves(self) -> pd.DataFrame:
        """Every change of a key that the histories pulled name, as ``history.key_moves``."""
        return self.once(
            "moves",
            lambda: key_moves((issue, [entry]) for _, digest in self.with_history() for issue, entry in digest.moved),
        )

    def changed_since(self, instant: datetime) -> dict[int, datetime]:
        """Return the time of the newest history entry (UTC) by issue id, of the issues changed at an instant or later."""
        return newest_changes((digest for _, digest in self.with_history()), instant)

    @property
    def references(self) -> Iterator[Reference]:
        """Every place where a record pulled names an issue."""
        return (one for _, digest in self.with_history() for one in digest.references)

    @property
    def people(self) -> dict[str, str]:
        """Names by account id or user key, as issues and histories tell them."""
        names: dict[str, str] = {}
        for _, digest in self.with_history():
            names.update(digest.people)
        return names

    def histories(self) -> Iterator[tuple[int, list[History]]]:
        """Yield each issue whose history was pulled, once, with its whole history as received."""
        along = (self._along(entry) for folder in _WITH_ISSUES for entry in self.entries(folder))
        asked = self.history_topics()
        batches = (map(self._bulk, self.entries(topic)) for topic in asked)
        return join_histories(along, batches, asked_alone(asked))

    def _along(self, entry: Entry) -> tuple[Histories, Digest]:
        """Return the histories that came along with issues, and the digest of the response, of one reading."""
        known = self._digests.get(entry.file)
        if known is not None and not known.histories_of:
            return Histories({}), known
        answer = self._whole(entry)
        return read_histories(entry, answer, self.dialect), self.digest(entry)

    def _bulk(self, entry: Entry) -> tuple[Histories, Digest]:
        """Return the histories of a response for them, and its digest, of one reading."""
        found = read_histories(entry, self._answer(entry), self.dialect)
        known = self._digests.get(entry.file)
        if known is None:
            known = self._digests[entry.file] = digest_histories(entry, found)
        return found, known

    # the audit log

    def log(self, begins: datetime | None, archived: Sequence[Mapping[str, Any]] = ()) -> ReadLog:
        """Return the records of Jira's audit log from an instant on, as far as they were read, and those of the archive."""
        return read_log(self.store, self.dialect, begins, lambda: self.people, archived=archived)

    def log_is_older(self) -> bool:
        """Say whether the log showed a record from before the time that was asked for."""
        return log_is_older(self.store, self.dialect)

    # missing numbers

    def answered_to(
        self, former: Mapping[str, Sequence[str]]
    ) -> tuple[dict[int, list[str]], dict[int, list[tuple[str, ...]]]]:
        """Return to which missing numbers' keys each issue answered, as ``missing_numbers.former_keys_told``."""
        return self.once(
            "answered_to", lambda: missing_numbers.former_keys_told(self._to_missing(), self.moves, former)
        )

    def _to_missing(self) -> Iterator[tuple[Entry, Digest]]:
        """Yield the responses to missing numbers."""
        return self.digests(topics.MISSING.below())

    @property
    def hidden(self) -> list[str]:
        """Keys of which Jira says that the account may not see them, as ``missing_numbers.hidden_keys``."""
        asked, manner = (self.entries(topic.below()) for topic in (topics.MISSING, topics.MANNER))
        return missing_numbers.hidden_keys(asked, manner, self.dialect.refused_numbers())

    @property
    def unlisted(self) -> list[str]:
        """Keys that no walk listed and that answer nevertheless when asked for: Jira's search left them out."""
        return missing_numbers.unlisted_keys(self._to_missing())

    def resolved(self, project: str, former: Mapping[str, Sequence[str]]) -> pd.DataFrame:
        """Return the missing numbers of a project that answer under another key, as ``missing_numbers.resolve_numbers``."""
        told, _ = self.answered_to(former)
        return missing_numbers.resolve_numbers(project, self._to_missing(), told)
