"""What Jira answered, as frames. Reads each response of a package once; more may come while it is looked at.

Everything is in the order of the files, never in the order of arrival, so that asking side by side gives the same tables.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from operator import attrgetter
from typing import Any, Final, TypeVar, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from auditlib.responses import topics
from auditlib.records.audit_log import log_frame, names_by_account
from auditlib.errors import AnswerError, TooHeavyError
from auditlib.records.moves import key_moves
from auditlib.records.issues import json_object, split_key
from auditlib.jira.log_pages import follow_log
from auditlib.jira.protocol import Dialect
from auditlib.jira.reading import Histories
from auditlib.jira.refusal import log_refusal
from auditlib.responses.request import Request
from auditlib.records.mentions import Reference, history_references, issue_references
from auditlib.audit.numbering.key_search import common
from auditlib.responses.store import Entry, RawStore
from auditlib.times import newest_instant, parse_instant, parse_instants
from auditlib.responses.topics import TOPICS, folders, read_topic

History = Mapping[str, Any]

_TELL_KEYS: Final = folders(sorted((one for one in TOPICS if one.keys), key=attrgetter("keys")))
_TELL_CREATED: Final = tuple(sorted((one for one in TOPICS if one.created), key=attrgetter("created")))
_WITH_HISTORY: Final = folders(one for one in TOPICS if one.histories)
_WITH_ISSUES: Final = folders(one for one in TOPICS if one.histories == "with issues")
_BY_THEMSELVES: Final = folders(one for one in TOPICS if one.histories in {"bulk", "one"})

_T = TypeVar("_T")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instants(Mapping[int, datetime]):
    """Instants (UTC) by issue id, of one response: 16 bytes each, where a dict takes 150.

    Parameters
    ----------
    ids : array of int
        Issue ids, each once.
    microseconds : array of int
        Since 1970, of each.
    """

    __slots__ = ("ids", "microseconds")

    def __init__(self, ids: array[int] | None = None, microseconds: array[int] | None = None) -> None:
        self.ids = array("q") if ids is None else ids
        self.microseconds = array("q") if microseconds is None else microseconds

    def __getitem__(self, issue: int) -> datetime:
        try:
            return _EPOCH + timedelta(microseconds=self.microseconds[self.ids.index(issue)])
        except ValueError:
            raise KeyError(issue) from None

    def __iter__(self) -> Iterator[int]:
        return iter(self.ids)

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Digest:
    """What one response holds, as far as more than one question depends on it.

    Attributes
    ----------
    ids : array of int
        Issues found, in the order received.
    keys : tuple of str
        Their keys; empty where only ids were asked for.
    created : mapping of int to datetime
        Creation times (UTC), where asked for.
    updated : mapping of int to str
        Times of the last change as received, where both passes ask for it.
    issue_types : mapping of int to str
        Names, of answers to missing numbers.
    histories_of : array of int
        Issues whose whole history is known from this response, or goes on in the next of its topic; an empty one included.
    partial : frozenset of int
        Issues of whose history this response brings only a part.
    moved : tuple of (int, history entry)
        Entries that change a key.
    latest : mapping of int to datetime
        Time of the newest history entry (UTC).
    references : tuple of Reference
        Issue keys that links, parents, sub-tasks and history items name.
    people : mapping of str to str
        Names by account id or user key.
    """

    ids: array[int] = field(default_factory=lambda: array("q"))
    keys: tuple[str, ...] = ()
    created: Instants = field(default_factory=Instants)
    updated: Mapping[int, str] = field(default_factory=dict)
    issue_types: Mapping[int, str] = field(default_factory=dict)
    histories_of: array[int] = field(default_factory=lambda: array("q"))
    partial: frozenset[int] = frozenset()
    moved: tuple[tuple[int, History], ...] = ()
    latest: Instants = field(default_factory=Instants)
    references: tuple[Reference, ...] = ()
    people: Mapping[str, str] = field(default_factory=dict)


class _NotKeptError(Exception):
    """A page of the log was not kept: it could not be read, or was not asked for."""


@dataclass(frozen=True)
class ReadLog:
    """Jira's audit log, as far as it was read.

    Attributes
    ----------
    records : DataFrame or None
        As ``audit_log.log_frame``; None if it could not be read.
    complete : bool
        It was followed to its end.
    why_not : str
        Why it could not be read; empty if it was.
    """

    records: pd.DataFrame | None
    complete: bool = False
    why_not: str = ""


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
            self._digests[entry.file] = self._read(entry, answer)

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
            known = self._digests[entry.file] = self._read(entry, self._answer(entry))
        return known

    def digests(self, topic: str) -> Iterator[tuple[Entry, Digest]]:
        """Yield each response of a topic with what it holds."""
        for entry in self.entries(topic):
            yield entry, self.digest(entry)

    def _read(self, entry: Entry, answer: Any) -> Digest:
        topic = read_topic(entry.topic).topic
        if not topic.issues:
            return self._histories_alone(entry, self._histories_in(entry, answer))
        if topic.issues == "identifier":
            found = self.dialect.read_by_identifier(entry.status, answer)
        else:
            found = list(self.dialect.read_search(entry.request, answer).issues)
        ids = array("q", (int(one["id"]) for one in found))
        both_ask = topic in {topics.FIRST_PASS, topics.SECOND_PASS}
        both_tell = both_ask and "updated" in self.dialect.SECOND_PASS_FIELDS
        digest = Digest(
            ids=ids,
            keys=tuple(str(one["key"]) for one in found if "key" in one),
            created=Instants(ids, _created(found)) if "created" in _fields_of(entry) else Instants(),
            updated={int(one["id"]): str(one["fields"]["updated"]) for one in found if both_tell},
            issue_types={
                int(one["id"]): str(json_object(one["fields"].get("issuetype")).get("name", ""))
                for one in found
                if topic is topics.MISSING and "fields" in one
            },
        )
        if topic is topics.FIRST_PASS:
            digest = replace(
                digest,
                references=tuple(issue_references(found)),
                people=names_by_account(
                    one["fields"].get(role) for one in found for role in ("reporter", "assignee") if "fields" in one
                ),
            )
        return _with_histories(digest, self._histories_in(entry, answer), ())

    def _histories_in(self, entry: Entry, answer: Any) -> Histories:
        """Return the histories that a response brings, none where it brings none."""
        named = read_topic(entry.topic)
        topic = named.topic
        if topic.histories == "one":
            if entry.status != 200:
                return Histories({}, partial=frozenset({named.number("issue")}))
            return self.dialect.read_issue_history(entry.request, answer)
        if entry.status != 200 or not topic.histories:
            return Histories({})
        if topic.histories == "bulk":
            return self.dialect.read_histories(answer)
        if not self.dialect.HISTORY_WITH_SEARCH:
            return Histories({})
        if topic.issues == "search":
            return self.dialect.read_histories(answer)
        return self.dialect.read_histories_by_identifier(entry.status, answer)

    def _histories_alone(self, entry: Entry, found: Histories) -> Digest:
        """Return the digest of a response that brings histories and no issues."""
        brings = read_topic(entry.topic).topic.histories
        return _with_histories(Digest(), found, _asked_for(entry) if brings else ())

    # the passes

    def ids(self, topic: str) -> frozenset[int]:
        """Return the issues that a topic found."""
        return frozenset(number for _, digest in self.digests(topic) for number in digest.ids)

    def issues(self, topic: str) -> Iterator[Mapping[str, Any]]:
        """Yield the issues that a topic found, as received."""
        for entry in self.entries(topic):
            yield from self.dialect.read_search(entry.request, self._whole(entry)).issues

    def walk(self, project: str) -> pd.DataFrame:
        """Return all issues that a project holds today, in the order of creation: id, number, key.

        Those that only the pass with fields found are among them: where Jira counts pages by offset (Data Center), an issue
        that goes while a walk is under way moves another one to a page that was read already.

        Raises
        ------
        AnswerError
            If the walk answers with a key of another project.
        """
        rows: dict[int, tuple[int, int, str]] = {}
        for entry, digest in self.digests(topics.KEY_WALK.of(project)):
            for issue, key in zip(digest.ids, digest.keys, strict=True):
                found, number = split_key(key)
                if found != project:
                    message = f"the walk over {project} answered with {key} (raw/{entry.file}); list the project's key of today"
                    raise AnswerError(message, request=str(entry.request), expected=project, found=key)
                rows.setdefault(issue, (issue, number, key))
        walked = _walk_frame(rows.values())
        slipped = [
            (issue, number, key)
            for _, digest in self.digests(topics.FIRST_PASS.below(project))
            for issue, key in zip(digest.ids, digest.keys, strict=True)
            if issue not in rows
            for found, number in [split_key(key)]
            if found == project
        ]
        return _in_place(walked, _walk_frame(slipped), self.created(project)) if slipped else walked

    def created(self, project: str) -> pd.Series:
        """Return the creation times (UTC) by issue id that were pulled for a project."""
        parts = [digest.created for topic in _TELL_CREATED for _, digest in self.digests(topic.below(project))]
        return _series(parts)

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
        return self.once("known_histories", self._known_histories)

    def _known_histories(self) -> NDArray[np.int64]:
        batches: dict[str, list[Digest]] = {}
        for entry, digest in self.with_history():
            batches.setdefault(entry.topic, []).append(digest)
        known = [np.array([], np.int64)]
        for digests in batches.values():
            ids = np.concatenate([np.asarray(one.histories_of, np.int64) for one in digests])
            partial = frozenset[int]().union(*(one.partial for one in digests))
            known.append(ids[~np.isin(ids, list(partial))] if partial else ids)
        return np.unique(np.concatenate(known))

    @property
    def partial_histories(self) -> frozenset[int]:
        """Issues of whose history Jira gave only a part, whatever it was asked."""
        known = self.known_histories
        partial = frozenset().union(*(one.partial for _, one in self.with_history()))
        return partial.difference(known.tolist()) if partial else partial

    @property
    def moves(self) -> pd.DataFrame:
        """Every change of a key that the histories pulled name, as ``history.key_moves``."""
        return self.once(
            "moves",
            lambda: key_moves((issue, [entry]) for _, digest in self.with_history() for issue, entry in digest.moved),
        )

    def changed_since(self, instant: datetime) -> dict[int, datetime]:
        """Return the time of the newest history entry (UTC) by issue id, of the issues changed at an instant or later."""
        newest = _series([digest.latest for _, digest in self.with_history()], newest=True)
        recent = newest[newest >= instant]
        return {int(issue): at.to_pydatetime() for issue, at in recent.items()}

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
        """Key of today by issue id, of every issue that any answer names."""
        return self.once(
            "keys",
            lambda: {
                issue: key
                for folder in _TELL_KEYS
                for _, digest in self.digests(folder)
                if digest.keys
                for issue, key in zip(digest.ids, digest.keys, strict=True)
            },
        )

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
        given: set[int] = set()
        for issue, entries in chain(self._histories_with_issues(), self._histories_in_bulk()):
            if issue not in given:
                given.add(issue)
                yield issue, entries

    def _histories_in_bulk(self) -> Iterator[tuple[int, list[History]]]:
        """Yield histories asked for by themselves, batch by batch: an issue may go on in the next answer of its batch."""
        for topic in self.history_topics():
            batch: dict[int, list[History]] = {}
            known: dict[int, None] = {}
            partial: set[int] = set()
            for entry in self.entries(topic):
                found, digest = self._bulk(entry)
                known |= dict.fromkeys(digest.histories_of)
                partial |= digest.partial
                for issue, entries in found.by_issue.items():
                    before = batch.get(issue)
                    batch[issue] = list(entries) if before is None else _joined(before, entries)
            for issue in known:
                if issue not in partial:
                    yield issue, batch.get(issue, [])

    def _bulk(self, entry: Entry) -> tuple[Histories, Digest]:
        """Return the histories of a response for them, and its digest, of one reading."""
        found = self._histories_in(entry, self._answer(entry))
        known = self._digests.get(entry.file)
        if known is None:
            known = self._digests[entry.file] = self._histories_alone(entry, found)
        return found, known

    def _histories_with_issues(self) -> Iterator[tuple[int, list[History]]]:
        """Yield histories that came along with issues (Data Center)."""
        for folder in _WITH_ISSUES:
            for entry, digest in self.digests(folder):
                if digest.histories_of:
                    histories = self._histories_in(entry, self._answer(entry))
                    for issue in digest.histories_of:
                        yield issue, list(histories.by_issue[issue])

    # the audit log

    def log(self, begins: datetime | None) -> ReadLog:
        """Return the records of Jira's audit log from an instant on, as far as they were read."""
        entries = self.entries(topics.LOG_RECORDS.of())
        if not entries:
            refusals = self.store.refusals()
            refused = [entry.refused for entry in refusals if read_topic(entry.topic).topic is topics.LOG_RECORDS]
            return ReadLog(None, why_not=refused[0] if refused else "it was not asked for")
        for entry in entries:
            if entry.status != 200:
                return ReadLog(None, why_not=log_refusal(entry.status, entry.headers, self.store.body(entry)))
        records: list[Mapping[str, Any]] = []
        complete = False
        with suppress(_NotKeptError):
            for _, page in follow_log(self.dialect, self._kept_log, begins, None):
                records.extend(page.records)
                complete = page.ended
        return ReadLog(log_frame(records, self.dialect.NAME, self.people), complete=complete)

    def _kept_log(self, request: Request) -> Any:
        """Look up a page of the log as it was kept."""
        entry = self.store.find(topics.LOG_RECORDS.of(), request)
        if entry is None:
            raise TooHeavyError if request.half is not None else _NotKeptError
        return self.store.json(entry)

    def log_is_older(self) -> bool:
        """Say whether the log showed a record from before the time that was asked for."""
        return any(
            entry.status == 200 and self.dialect.read_log(entry.request, self.store.json(entry)).records
            for entry in self.entries(topics.LOG_OLDER.of())
        )

    # missing numbers

    def answered_to(
        self, former: Mapping[str, Sequence[str]]
    ) -> tuple[dict[int, list[str]], dict[int, list[tuple[str, ...]]]]:
        """Return to which missing numbers' keys each issue answered under another key, and where that is not told.

        Jira answers with the issue and does not repeat the key that was asked for. Where more than one was asked for at
        once, the history's ``Key`` item says which it was, perhaps by a key that the project had before; where no history
        does, it is the one key that all other questions which the issue answered to have in common.

        Parameters
        ----------
        former : mapping of str to sequence of str
            The listed projects, each with the keys that it had before.

        Returns
        -------
        told : dict of int to list of str
            By issue id.
        left : dict of int to list of tuple of str
            By issue id, the keys of each question that the issue answered to and that holds none of those told.
        """
        return self.once("answered_to", lambda: self._answered_to(former))

    def _answered_to(
        self, former: Mapping[str, Sequence[str]]
    ) -> tuple[dict[int, list[str]], dict[int, list[tuple[str, ...]]]]:
        names: dict[int, set[str]] = {}
        for issue, name in zip(self.moves["issue_id"].tolist(), self.moves["from_key"].tolist(), strict=True):
            project, _, number = name.rpartition("-")
            today = (f"{key}-{number}" for key, before in former.items() if project in before)
            names.setdefault(issue, set()).update((name, *today))
        answered: dict[int, list[tuple[str, ...]]] = {}
        for entry, digest in self.digests(topics.MISSING.below()):
            asked = identifiers_of(entry)
            for issue, key in zip(digest.ids, digest.keys, strict=True):
                if key not in asked:
                    answered.setdefault(issue, []).append(asked)
        told: dict[int, list[str]] = {}
        left: dict[int, list[tuple[str, ...]]] = {}
        for issue, questions in answered.items():
            known = names.get(issue, set())
            keys = dict.fromkeys(key for asked in questions for key in asked if len(asked) == 1 or key in known)
            silent = [asked for asked in questions if keys.keys().isdisjoint(asked)]
            if silent and len(shared := common(silent)) == 1:
                keys[shared[0]] = None
            elif silent:
                left[issue] = silent
            told[issue] = list(keys)
        return told, left

    @property
    def hidden(self) -> list[str]:
        """Keys of which Jira says that the account may not see them, where it tells that from keys that do not exist.

        Jira's manner is known from a key that surely does not exist: where that gets the same answer, nothing is told.
        """
        refused = self.dialect.refused_numbers()
        asked = self.entries(topics.MANNER.below())
        manner = {read_topic(entry.topic).text("project"): entry.status for entry in asked}
        return sorted(
            key
            for entry in self.entries(topics.MISSING.below())
            if entry.status in refused
            for key in identifiers_of(entry)
            if manner.get(split_key(key)[0]) not in {None, entry.status}
        )

    @property
    def unlisted(self) -> list[str]:
        """Keys that no walk listed and that answer nevertheless when asked for: Jira's search left them out."""
        return sorted(
            {
                key
                for entry, digest in self.digests(topics.MISSING.below())
                for key in digest.keys
                if key in identifiers_of(entry)
            }
        )

    def resolved(self, project: str, former: Mapping[str, Sequence[str]]) -> pd.DataFrame:
        """Return the missing numbers of a project that answer under another key: number, now_key, id, issue_type, created.

        As ``answered_to`` tells them.
        """
        told, _ = self.answered_to(former)
        rows: dict[int, tuple[int, str, int, str, datetime]] = {}
        for _, digest in self.digests(topics.MISSING.below()):
            for issue, key in zip(digest.ids, digest.keys, strict=True):
                for old in told.get(issue, ()):
                    found, number = split_key(old)
                    if found == project:
                        rows[number] = (number, key, issue, digest.issue_types[issue], digest.created[issue])
        frame = pd.DataFrame(rows.values(), columns=["number", "now_key", "id", "issue_type", "created"])
        frame = frame.astype({"number": "int64", "id": "int64", "created": "datetime64[us, UTC]"})
        return frame.sort_values("number", ignore_index=True)


def _with_histories(digest: Digest, found: Histories, asked: Sequence[int]) -> Digest:
    histories = found.by_issue
    moved = tuple(
        (issue, entry)
        for issue, entries in histories.items()
        for entry in entries
        if any(item.get("field") == "Key" for item in entry.get("items") or ())
    )
    changed = array("q", (issue for issue, entries in histories.items() if entries))
    latest = Instants(changed, array("q", (_latest(histories[issue]) for issue in changed)))
    known = array("q", (issue for issue in dict.fromkeys([*asked, *histories]) if issue not in found.partial))
    people = names_by_account(entry.get("author") for entries in histories.values() for entry in entries)
    return replace(
        digest,
        histories_of=known,
        partial=found.partial,
        moved=moved,
        latest=latest,
        references=(*digest.references, *history_references(histories.items())),
        people={**digest.people, **people},
    )


def _joined(before: Sequence[History], entries: Sequence[History]) -> list[History]:
    """Put the entries of two pages together; the last entry of a page may come again on the next."""
    joined = {str(one["id"]): one for one in before}
    for one in entries:
        joined.setdefault(str(one["id"]), one)
    return list(joined.values())


def _asked_for(entry: Entry) -> list[int]:
    """Return the issues that a question for histories named; one that has none may be left out of the answer."""
    return [int(number) for number in (entry.request.body or {}).get("issueIdsOrKeys", ())]


def _latest(entries: Sequence[History]) -> int:
    """Return the time of the newest entry in microseconds since 1970."""
    return (newest_instant([entry["created"] for entry in entries]) - _EPOCH) // timedelta(microseconds=1)


def _created(found: Sequence[Mapping[str, Any]]) -> array[int]:
    """Return the times of creation of issues as received, in microseconds since 1970; all at once if all are usual."""
    try:
        return array("q", parse_instants([one["fields"]["created"] for one in found]).asi8.tolist())
    except (KeyError, TypeError, ValueError):
        return array("q", ((created_of(one) - _EPOCH) // timedelta(microseconds=1) for one in found))


def _walk_frame(rows: Iterable[tuple[int, int, str]]) -> pd.DataFrame:
    """Make a walk's frame of id, number and key."""
    return pd.DataFrame(rows, columns=["id", "number", "key"]).astype({"id": "int64", "number": "int64"})


def _in_place(walked: pd.DataFrame, slipped: pd.DataFrame, created: pd.Series) -> pd.DataFrame:
    """Put issues that a walk left out behind the last one that it knows to be created no later.

    Parameters
    ----------
    walked, slipped : DataFrame
        Id, number and key; the first in the order of creation.
    created : Series
        Creation times (UTC) by issue id: of all that slipped, of as many of the others as are known.
    """
    slipped = slipped.drop_duplicates("id")
    at, known = (pd.DatetimeIndex(created.reindex(one["id"])).as_unit("us") for one in (slipped, walked))
    dated = np.flatnonzero(known.notna())
    places = np.concatenate(([-1], dated))[np.searchsorted(known.asi8[dated], at.asi8, side="right")]
    order = np.lexsort(
        (
            np.concatenate((walked["id"], slipped["id"])),
            np.concatenate((np.full(len(walked), np.iinfo(np.int64).min), at.asi8)),
            np.concatenate((np.arange(len(walked)), places)),
        )
    )
    return pd.concat([walked, slipped]).iloc[order].reset_index(drop=True)


def _series(parts: Sequence[Instants], *, newest: bool = False) -> pd.Series:
    """Put instants of several responses together, by issue id; of several the last received counts, or the newest."""
    ids = np.concatenate([np.asarray(part.ids, dtype=np.int64) for part in parts] or [np.array([], dtype=np.int64)])
    at = np.concatenate(
        [np.asarray(part.microseconds, dtype=np.int64) for part in parts] or [np.array([], dtype=np.int64)]
    )
    found = pd.Series(pd.DatetimeIndex(at.view("datetime64[us]"), tz="UTC"), index=ids)
    if newest:
        found = found.sort_values(kind="stable")
    return found[~found.index.duplicated(keep="last")]


def _fields_of(entry: Entry) -> Sequence[str]:
    if entry.request.body is not None:
        fields: Sequence[str] = entry.request.body.get("fields", ())
        return fields
    return dict(entry.request.query).get("fields", "").split(",")


def created_of(issue: Mapping[str, Any]) -> datetime:
    """Return the instant of creation (UTC) of an issue as received.

    Raises
    ------
    AnswerError
        If the issue has none.
    """
    try:
        return parse_instant(issue["fields"]["created"])
    except (KeyError, TypeError, ValueError):
        raise AnswerError(f"{issue.get('key')} has no readable creation time", expected="fields.created") from None


def identifiers_of(entry: Entry) -> tuple[str, ...]:
    """Return the keys or ids that a request for issues asked for."""
    if entry.request.body is not None:
        return tuple(entry.request.body["issueIdsOrKeys"])
    return (entry.request.path.rpartition("/")[2],)
