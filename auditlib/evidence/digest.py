"""What one response holds, as far as more than one question depends on it: taken once, when it comes or is first read."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from auditlib.deep_json import as_text
from auditlib.errors import AnswerError
from auditlib.evidence.packed import Texts
from auditlib.jira.protocol import Dialect
from auditlib.jira.reading import Histories
from auditlib.records.audit_log import names_by_account
from auditlib.records.issues import json_object
from auditlib.records.mentions import Reference, history_references, issue_references
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.topics import read_topic
from auditlib.times import newest_instant, parse_instant, parse_instants

History = Mapping[str, Any]

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
    keys : sequence of str
        Their keys; empty where only ids were asked for.
    created : mapping of int to datetime
        Creation times (UTC), where asked for.
    updated : mapping of int to str
        Times of the last change as received, where both passes ask for it.
    issue_types : mapping of int to str
        Names, of answers to missing numbers.
    histories_of : array of int
        Issues whose whole history is known from this response, or goes on in the next of its topic; an empty one included.
    silent : array of int
        Those of them that were asked for, and that this response does not name.
    changed : array of int
        Issues whose last change is told to be later than their creation, where the first pass does not bring histories.
    partial : frozenset of int
        Issues of whose history this response brings only a part.
    moved : tuple of (int, history entry)
        Entries that change a key.
    latest : mapping of int to datetime
        Time of the newest history entry (UTC).
    references : tuple of Reference
        Issue keys that links, parents, sub-tasks and history items name.
    people, people_names : sequence of str
        Account ids or user keys, and the name of each: each response names nearly everybody.
    total : int or None
        What the response says the whole search finds (Data Center).
    """

    ids: array[int] = field(default_factory=lambda: array("q"))
    keys: Sequence[str] = ()
    created: Instants = field(default_factory=Instants)
    updated: Mapping[int, str] = field(default_factory=dict)
    issue_types: Mapping[int, str] = field(default_factory=dict)
    histories_of: array[int] = field(default_factory=lambda: array("q"))
    silent: array[int] = field(default_factory=lambda: array("q"))
    changed: array[int] = field(default_factory=lambda: array("q"))
    partial: frozenset[int] = frozenset()
    moved: tuple[tuple[int, History], ...] = ()
    latest: Instants = field(default_factory=Instants)
    references: tuple[Reference, ...] = ()
    people: Sequence[str] = ()
    people_names: Sequence[str] = ()
    total: int | None = None


def read_digest(entry: Entry, answer: Any, dialect: Dialect) -> Digest:
    """Return the digest of a response.

    Parameters
    ----------
    entry : Entry
        Of a topic that is ``digested``.
    answer : JSON
        Its body; of a refusal anything.
    dialect : Dialect
        How to read it.
    """
    topic = read_topic(entry.topic).topic
    if not topic.issues:
        return digest_histories(entry, read_histories(entry, answer, dialect))
    total = None
    if topic.issues == "identifier":
        found = dialect.read_by_identifier(entry.status, answer)
    else:
        page = dialect.read_search(entry.request, answer)
        found, total = list(page.issues), page.total
    ids = array("q", (int(one["id"]) for one in found))
    if topic.issues == "identifier":
        _require_asked(entry, ids, identifiers_of(entry))
    both_ask = topic in {topics.FIRST_PASS, topics.SECOND_PASS}
    both_tell = both_ask and "updated" in dialect.SECOND_PASS_FIELDS
    digest = Digest(
        ids=ids,
        keys=Texts(str(one["key"]) for one in found if "key" in one),
        created=Instants(ids, _created(found)) if "created" in _fields_of(entry) else Instants(),
        updated={
            int(one["id"]): at
            for one in (found if both_tell else ())
            if isinstance(at := json_object(one.get("fields")).get("updated"), str)
        },
        issue_types={
            int(one["id"]): as_text(json_object(fields.get("issuetype")).get("name"))
            for one in (found if topic is topics.MISSING else ())
            if isinstance(fields := one.get("fields"), dict)
        },
        total=total,
    )
    if topic is topics.FIRST_PASS:
        people = names_by_account(
            json_object(one.get("fields")).get(role) for one in found for role in ("reporter", "assignee")
        )
        digest = replace(
            digest,
            changed=array("q", () if dialect.HISTORY_WITH_SEARCH else _changed(found)),
            references=tuple(issue_references(found)),
            people=Texts(people),
            people_names=Texts(people.values()),
        )
    return _with_histories(digest, read_histories(entry, answer, dialect), ())


def read_histories(entry: Entry, answer: Any, dialect: Dialect) -> Histories:
    """Return the histories that a response brings, none where it brings none; parameters as `read_digest`."""
    named = read_topic(entry.topic)
    topic = named.topic
    if topic.histories == "one":
        if entry.status != 200:
            return Histories({}, partial=frozenset({named.number("issue")}))
        return dialect.read_issue_history(entry.request, answer)
    if entry.status != 200 or not topic.histories:
        return Histories({})
    if topic.histories == "bulk":
        return dialect.read_histories(answer)
    if not dialect.HISTORY_WITH_SEARCH:
        return Histories({})
    if topic.issues == "search":
        return dialect.read_histories(answer)
    return dialect.read_histories_by_identifier(entry.status, answer)


def digest_histories(entry: Entry, found: Histories) -> Digest:
    """Return the digest of a response that brings these histories, and no issues."""
    brings = read_topic(entry.topic).topic.histories
    asked = _asked_for(entry) if brings else []
    if asked:
        _require_asked(entry, found.by_issue, [str(issue) for issue in asked])
    return _with_histories(Digest(), found, asked)


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
    named = dict(zip(digest.people, digest.people_names, strict=True)) | people
    return replace(
        digest,
        histories_of=known,
        silent=array("q", (issue for issue in asked if issue not in histories)),
        partial=found.partial,
        moved=moved,
        latest=latest,
        references=(*digest.references, *history_references(histories.items())),
        people=Texts(named),
        people_names=Texts(named.values()),
    )


def _asked_for(entry: Entry) -> list[int]:
    """Return the issues that a question for histories named; one that has none may be left out of the answer."""
    return [int(number) for number in (entry.request.body or {}).get("issueIdsOrKeys", ())]


def _changed(found: Sequence[Mapping[str, Any]]) -> Iterator[int]:
    """Yield the issues of which Jira tells another time for the last change than for the creation."""
    for issue in found:
        fields = json_object(issue.get("fields"))
        if fields.get("updated") not in {None, fields.get("created")}:
            yield int(issue["id"])


def _latest(entries: Sequence[History]) -> int:
    """Return the time of the newest entry in microseconds since 1970."""
    return (newest_instant([entry["created"] for entry in entries]) - _EPOCH) // timedelta(microseconds=1)


def _created(found: Sequence[Mapping[str, Any]]) -> array[int]:
    """Return the times of creation of issues as received, in microseconds since 1970; all at once if all are usual."""
    try:
        instants = parse_instants([one["fields"]["created"] for one in found])
    except (KeyError, TypeError, ValueError):
        instants = None
    if instants is None or instants.hasnans:  # null is no time: one by one, the issue is named
        return array("q", ((_created_of(one) - _EPOCH) // timedelta(microseconds=1) for one in found))
    return array("q", instants.asi8.tolist())


def _created_of(issue: Mapping[str, Any]) -> datetime:
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


def _fields_of(entry: Entry) -> Sequence[str]:
    if entry.request.body is not None:
        fields: Sequence[str] = entry.request.body.get("fields", ())
        return fields
    return dict(entry.request.query).get("fields", "").split(",")


def _require_asked(entry: Entry, found: Iterable[int], asked: Collection[str]) -> None:
    """Refuse an answer about an issue that was not asked for, where all were asked for by their ids.

    Raises
    ------
    AnswerError
        Naming the request and the ids.
    """
    if not all(one.isdigit() for one in asked):
        return
    strangers = sorted(set(found) - {int(one) for one in asked})
    if strangers:
        names = ", ".join(map(str, strangers[:5]))
        message = f"{entry.request} (raw/{entry.file}) was answered with issues that were not asked for: id {names}"
        raise AnswerError(message, request=str(entry.request), expected=", ".join(sorted(asked)[:5]), found=names)


def identifiers_of(entry: Entry) -> tuple[str, ...]:
    """Return the keys or ids that a request for issues asked for."""
    if entry.request.body is not None:
        return tuple(entry.request.body["issueIdsOrKeys"])
    return (entry.request.path.rpartition("/")[2],)


def instants_by_issue(parts: Sequence[Instants], *, newest: bool = False) -> pd.Series:
    """Put instants of several responses together, by issue id; of several the last received counts, or the newest."""
    ids = np.concatenate([np.asarray(part.ids, dtype=np.int64) for part in parts] or [np.array([], dtype=np.int64)])
    at = np.concatenate(
        [np.asarray(part.microseconds, dtype=np.int64) for part in parts] or [np.array([], dtype=np.int64)]
    )
    found = pd.Series(pd.DatetimeIndex(at.view("datetime64[us]"), tz="UTC"), index=ids)
    if newest:
        found = found.sort_values(kind="stable")
    return found[~found.index.duplicated(keep="last")]
