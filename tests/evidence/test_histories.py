"""A history is whole where every part of it came, and is told once."""

from __future__ import annotations

from array import array
from datetime import UTC, datetime

from auditlib.evidence.digest import Digest, Instants
from auditlib.evidence.histories import (
    asked_alone,
    join_histories,
    newest_changes,
    silent_histories,
    whole_histories,
)
from auditlib.jira.reading import Histories
from auditlib.responses import topics
from auditlib.responses.entry import Entry
from auditlib.responses.request import Request

AT = datetime(2026, 6, 1, tzinfo=UTC)


def entry_of(topic: str) -> Entry:
    return Entry("file", topic, Request("GET", "x"), AT, 200, "", 0, {}, 1)


def digest_of(*issues: int, partial: frozenset[int] = frozenset()) -> Digest:
    return Digest(histories_of=array("q", issues), partial=partial)


def test_what_is_partial_in_a_batch_is_whole_only_by_another():
    """A part that is missing on one page spoils the batch; asked for by itself, the history is known after all."""
    batch = entry_of(topics.HISTORY_FIRST_PASS.of(1))
    pages = [(batch, digest_of(1, 2)), (batch, digest_of(3, partial=frozenset({2})))]
    assert whole_histories(pages).tolist() == [1, 3]
    assert whole_histories([*pages, (entry_of(topics.HISTORY_ONE.of(2)), digest_of(2))]).tolist() == [1, 2, 3]
    assert whole_histories([]).tolist() == []


def test_a_history_goes_on_in_the_next_response_of_its_batch():
    """Entries of both pages, each once; an issue without changes has an empty history, one in part has none."""
    first = Histories({1: [{"id": "10"}, {"id": "11"}], 3: [{"id": "30"}]})
    second = Histories({1: [{"id": "11"}, {"id": "12"}]})
    batch = [(first, digest_of(1, 2, 3)), (second, digest_of(1, partial=frozenset({3})))]
    told = {issue: [one["id"] for one in entries] for issue, entries in join_histories([], [batch])}
    assert told == {1: ["10", "11", "12"], 2: []}


def test_silence_is_no_history_but_of_what_was_asked_for_alone():
    """What no page of a batch names has an empty history; if it was asked for by itself, that answer counts instead."""
    batch, alone = topics.HISTORY_FIRST_PASS.of(1), topics.HISTORY_ONE.of(2)
    pages = [
        Digest(histories_of=array("q", [1, 2, 3]), silent=array("q", [2, 3])),
        Digest(histories_of=array("q", [1, 2, 3]), silent=array("q", [1, 2])),
    ]
    told = [(entry_of(batch), page) for page in pages]
    assert silent_histories(told).tolist() == [2]
    assert silent_histories([]).tolist() == []
    assert whole_histories(told).tolist() == [1, 2, 3]
    assert asked_alone([batch, alone]) == {2}
    refused = (entry_of(alone), digest_of(partial=frozenset({2})))
    assert whole_histories([*told, refused]).tolist() == [1, 3]
    assert whole_histories([*told, (entry_of(alone), digest_of(2))]).tolist() == [1, 2, 3]
    batches = [
        [(Histories({1: [{"id": "1"}]}), page) for page in pages],
        [(Histories({2: [{"id": "9"}]}), digest_of(2))],
    ]
    assert dict(join_histories([], batches, frozenset({2})))[2] == [{"id": "9"}]
    assert dict(join_histories([], batches))[2] == []


def test_what_came_along_with_issues_counts_before_what_was_asked_for():
    """An issue is told once, from the first response that has its whole history."""
    along = [(Histories({1: [{"id": "10"}]}), digest_of(1))]
    later = [[(Histories({1: [{"id": "11"}], 2: [{"id": "20"}]}), digest_of(1, 2))]]
    assert [(issue, entries[0]["id"]) for issue, entries in join_histories(along, later)] == [(1, "10"), (2, "20")]


def test_the_newest_change_counts_from_the_instant_on():
    """Of several histories of one issue the newest entry; the instant itself belongs to what came since."""
    digests = [
        Digest(latest=Instants(array("q", ids), array("q", at)))
        for ids, at in (([1, 2, 3], [9_000_000, 1_000_000, 4_000_000]), ([1], [2_000_000]))
    ]
    since = datetime.fromtimestamp(4, tz=UTC)
    assert newest_changes(digests, since) == {1: datetime.fromtimestamp(9, tz=UTC), 3: since}
    assert newest_changes([], since) == {}
