"""The histories of issues put together from the responses that bring them: along with issues, or asked for in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import reduce
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from auditlib.evidence.digest import Digest, History, instants_by_issue
from auditlib.jira.reading import Histories
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.topics import read_topic


def silent_histories(responses: Iterable[tuple[Entry, Digest]]) -> NDArray[np.int64]:
    """Return the ids of the issues whose history was asked for with others, and that no page of the answer names; ascending.

    Parameters
    ----------
    responses : iterable of (Entry, Digest)
        As `whole_histories`.
    """
    silent = [np.array([], np.int64), *map(_silent, _batches(responses).values())]
    return np.unique(np.concatenate(silent))


def whole_histories(responses: Iterable[tuple[Entry, Digest]]) -> NDArray[np.int64]:
    """Return the ids of the issues whose whole history was pulled, each once, ascending.

    Parameters
    ----------
    responses : iterable of (Entry, Digest)
        All that bring histories; those of one topic are one batch, and a history may go on in the next of it.

    Notes
    -----
    Atlassian's text does not say what ``changelog/bulkfetch`` does with an issue that it can't give, so its silence is no
    history only of an issue that was not asked for by itself: then that answer counts.
    """
    batches = _batches(responses)
    alone = asked_alone(batches)
    known = [np.array([], np.int64)]
    for digests in batches.values():
        ids = np.concatenate([np.asarray(one.histories_of, np.int64) for one in digests])
        left_out = frozenset[int]().union(*(one.partial for one in digests))
        if alone:
            left_out |= alone.intersection(_silent(digests).tolist())
        known.append(ids[~np.isin(ids, list(left_out))] if left_out else ids)
    return np.unique(np.concatenate(known))


def asked_alone(topics_of_batches: Iterable[str]) -> frozenset[int]:
    """Return the issues whose history was asked for by itself, by the texts of topics."""
    named = (read_topic(one) for one in topics_of_batches)
    return frozenset(one.number("issue") for one in named if one.topic is topics.HISTORY_ONE)


def _batches(responses: Iterable[tuple[Entry, Digest]]) -> dict[str, list[Digest]]:
    batches: dict[str, list[Digest]] = {}
    for entry, digest in responses:
        batches.setdefault(entry.topic, []).append(digest)
    return batches


def _silent(digests: Sequence[Digest]) -> NDArray[np.int64]:
    """Return the issues that a batch asked for and no page of it names."""
    return reduce(np.intersect1d, (np.asarray(one.silent, np.int64) for one in digests))


def newest_changes(digests: Iterable[Digest], since: datetime) -> dict[int, datetime]:
    """Return the time of the newest history entry (UTC) by issue id, of the issues changed at an instant or later."""
    newest = instants_by_issue([digest.latest for digest in digests], newest=True)
    recent = newest[newest >= since]
    return {int(issue): at.to_pydatetime() for issue, at in recent.items()}


def join_histories(
    along: Iterable[tuple[Histories, Digest]],
    batches: Iterable[Iterable[tuple[Histories, Digest]]],
    alone: frozenset[int] = frozenset(),
) -> Iterator[tuple[int, list[History]]]:
    """Yield each issue whose history was pulled, once, with its whole history as received.

    Parameters
    ----------
    along : iterable of (Histories, Digest)
        Responses that brought histories along with issues (Data Center).
    batches : iterable of iterables of (Histories, Digest)
        Responses of each batch asked for by itself: an issue may go on in the next response of its batch.
    alone : frozenset of int
        Issues that were asked for alone: of those, that no page of another batch names them says nothing.
    """
    given: set[int] = set()
    in_batches = (_in_batch(batch, alone) for batch in batches)
    for issue, entries in chain(_with_issues(along), chain.from_iterable(in_batches)):
        if issue not in given:
            given.add(issue)
            yield issue, entries


def _with_issues(along: Iterable[tuple[Histories, Digest]]) -> Iterator[tuple[int, list[History]]]:
    for histories, digest in along:
        for issue in digest.histories_of:
            yield issue, list(histories.by_issue[issue])


def _in_batch(
    responses: Iterable[tuple[Histories, Digest]], alone: frozenset[int]
) -> Iterator[tuple[int, list[History]]]:
    batch: dict[int, list[History]] = {}
    known: dict[int, None] = {}
    partial: set[int] = set()
    for found, digest in responses:
        known |= dict.fromkeys(digest.histories_of)
        partial |= digest.partial
        for issue, entries in found.by_issue.items():
            before = batch.get(issue)
            batch[issue] = list(entries) if before is None else _joined(before, entries)
    for issue in known:
        if issue not in partial and (issue in batch or issue not in alone):
            yield issue, batch.get(issue, [])


def _joined(before: Sequence[History], entries: Sequence[History]) -> list[History]:
    """Put the entries of two pages together; the last entry of a page may come again on the next."""
    joined = {str(one["id"]): one for one in before}
    for one in entries:
        joined.setdefault(str(one["id"]), one)
    return list(joined.values())
