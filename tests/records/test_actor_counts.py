"""Who made how many entries: counted while histories stream by, of whichever issues turn out to count."""

from __future__ import annotations

from typing import Any

from auditlib.records.actor_counts import ActorCounts
from auditlib.records.actors import AGENT, APP, ON_BEHALF, PERSON, UNKNOWN, actor_of_entry

ANA = {"accountId": "5f1", "accountType": "atlassian", "displayName": "Ana Brook"}
TIDY = {"accountId": "557058:a", "accountType": "app", "displayName": "Tidy"}


def entry(number: int | None, author: Any, **more: Any) -> dict[str, Any]:
    return ({} if number is None else {"id": str(number)}) | {"author": author, "items": []} | more


def counted(histories, issues):
    counts = ActorCounts()
    passed = list(counts.watching(iter(histories)))
    assert passed == histories, "what streams by is not changed"
    return {(one.id, one.kind, one.on_behalf_of): entries for one, entries in counts.within(issues)}


def test_entries_are_counted_by_who_made_them_in_the_issues_that_count():
    """One account that acts for itself and for somebody is two actors; an issue that does not count adds nothing."""
    behalf = {"historyMetadata": {"description": "on behalf of accountId=5f1"}}
    histories = [
        (1, [entry(11, ANA), entry(12, TIDY), entry(13, TIDY, **behalf), entry(14, None)]),
        (2, [entry(21, ANA), entry(22, dict(ANA)), entry(23, TIDY | {"appType": "agent"})]),
        (3, [entry(31, ANA), entry(32, "somebody")]),
        (4, []),
    ]
    assert counted(histories, [1, 2, 4]) == {
        ("5f1", PERSON, ""): 3,
        ("557058:a", APP, ""): 1,
        ("557058:a", ON_BEHALF, "5f1"): 1,
        ("557058:a", AGENT, ""): 1,
        ("", UNKNOWN, ""): 1,
    }
    assert counted(histories, [4]) == {}
    assert counted([], [1]) == {}


def test_an_entry_that_came_twice_counts_once():
    """As it came last; entries without an id are each one of their own."""
    twice = [entry(11, ANA), entry(12, ANA), entry(11, TIDY), entry(None, TIDY), entry(None, TIDY)]
    assert counted([(1, twice)], [1]) == {("5f1", PERSON, ""): 1, ("557058:a", APP, ""): 3}


def test_accounts_of_any_form_are_read_as_the_reader_of_entries_does():
    """What is remembered of an account is by all that tells of it; one in a form that nobody foresaw is read anew each time."""
    odd = ANA | {"displayName": ["Ana"]}
    authors = [
        ANA,
        ANA | {"accountType": "customer"},
        ANA | {"displayName": "Former user"},
        odd,
        odd,
        "plain",
        5,
        [],
        {},
    ]
    histories = [(1, [entry(number, one) for number, one in enumerate(authors)])]
    counts = ActorCounts()
    list(counts.watching(histories))
    found = dict(counts.within([1]))
    plain: dict[Any, int] = {}
    for one in histories[0][1]:
        plain[actor_of_entry(one)] = plain.get(actor_of_entry(one), 0) + 1
    assert found == plain
