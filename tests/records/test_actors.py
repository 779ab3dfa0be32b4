"""What kind of actor the author of an entry is, in the forms of both Jiras."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from auditlib.records.actors import (
    ACTOR_KINDS,
    AGENT,
    APP,
    CUSTOMER,
    ERASED,
    ON_BEHALF,
    PERSON,
    SERVICE_ACCOUNT,
    UNKNOWN,
    account_kind,
    actor_of,
    actor_of_entry,
)
from auditlib.records.history import read_changes

CLOUD = {"accountId": "5f1", "accountType": "atlassian", "displayName": "Ana Brook", "active": True}
APP_ACCOUNT = CLOUD | {"accountId": "557058:a", "accountType": "app", "displayName": "Tidy"}
CENTER = {"key": "JIRAUSER10100", "name": "ana", "displayName": "Ana Brook", "active": True}


@pytest.mark.parametrize(
    ("person", "kind"),
    [
        (CLOUD, PERSON),
        (CLOUD | {"active": False}, PERSON),
        (CLOUD | {"accountType": "customer"}, CUSTOMER),
        (APP_ACCOUNT, APP),
        (APP_ACCOUNT | {"appType": "unknown"}, APP),
        (APP_ACCOUNT | {"appType": None}, APP),
        (APP_ACCOUNT | {"appType": "service"}, SERVICE_ACCOUNT),
        (APP_ACCOUNT | {"appType": "agent"}, AGENT),
        (CLOUD | {"appType": "agent"}, PERSON),
        (CLOUD | {"accountType": "unknown"}, UNKNOWN),
        (CLOUD | {"accountType": "newer than this"}, UNKNOWN),
        (CLOUD | {"accountType": ["atlassian"]}, UNKNOWN),
        ({"accountId": "5f1", "displayName": "Ana Brook"}, UNKNOWN),
        ({"accountType": "atlassian", "displayName": "Ana Brook"}, UNKNOWN),
        ({"accountId": "unknown", "accountType": "unknown", "displayName": "Ana Brook"}, ERASED),
        (CLOUD | {"displayName": "Former user"}, ERASED),
        (APP_ACCOUNT | {"displayName": "Former user"}, ERASED),
        (CLOUD | {"displayName": " "}, ERASED),
        (CENTER, PERSON),
        (CENTER | {"active": False}, PERSON),
        ({"name": "ana"}, PERSON),
        ({"name": "jirauser10100", "key": "JIRAUSER10100", "displayName": "user-2a7c6"}, ERASED),
        ({"displayName": "Ana Brook"}, UNKNOWN),
        ("ana", UNKNOWN),
        ("", UNKNOWN),
        (None, UNKNOWN),
        ({}, UNKNOWN),
        ([], UNKNOWN),
    ],
)
def test_an_account_is_of_the_kind_that_jira_tells(person, kind):
    """Cloud tells kinds, Data Center has accounts of persons; whom Jira does not tell of, or apart, is unknown."""
    assert account_kind(person) == kind
    assert actor_of(person).kind == kind
    assert kind in ACTOR_KINDS


@pytest.mark.parametrize(
    ("author", "metadata", "kind", "whom"),
    [
        (
            APP_ACCOUNT,
            {"description": " on behalf of accountId=5e9711ba34f7b90c0fbc37d3"},
            ON_BEHALF,
            "5e9711ba34f7b90c0fbc37d3",
        ),
        (CENTER, {"description": "On behalf of user=JIRAUSER10200"}, ON_BEHALF, "JIRAUSER10200"),
        (CENTER, {"description": "on behalf of Ben Carr"}, ON_BEHALF, "Ben Carr"),
        (CENTER, " on behalf of Ben Carr ", ON_BEHALF, "Ben Carr"),
        (CLOUD, {"activityDescription": "moved on behalf of accountId=5f2"}, ON_BEHALF, "5f2"),
        (APP_ACCOUNT | {"appType": "agent"}, {"description": "on behalf of accountId=5f2"}, ON_BEHALF, "5f2"),
        (APP_ACCOUNT | {"appType": "service"}, {"description": "on behalf of accountId=5f2"}, ON_BEHALF, "5f2"),
        (APP_ACCOUNT, {"actor": {"id": "tony", "displayName": "Tony"}}, ON_BEHALF, "tony"),
        (CENTER, {"actor": {"displayName": "Tony"}}, ON_BEHALF, "Tony"),
        (None, {"description": "on behalf of accountId=5f2"}, ON_BEHALF, "5f2"),
        (CENTER, {"type": "a:merge", "generator": {"id": "builds"}}, ON_BEHALF, "JIRAUSER10100"),
        (CLOUD, {"description": "from the order process"}, ON_BEHALF, "5f1"),
        (CLOUD | {"accountType": "customer"}, {"type": "mail"}, ON_BEHALF, "5f1"),
        (APP_ACCOUNT, {"type": "a:merge"}, APP, ""),
        (CLOUD | {"displayName": "Former user"}, {"description": "on behalf of accountId=5f2"}, ERASED, "5f2"),
        (None, {"type": "a:merge"}, UNKNOWN, ""),
        (CLOUD, {}, PERSON, ""),
        (CLOUD, {"description": "", "extraData": {}, "actor": None}, PERSON, ""),
        (CLOUD, None, PERSON, ""),
        (CLOUD, [1], PERSON, ""),
        (APP_ACCOUNT, {"description": "on behalf of  "}, APP, ""),
        (APP_ACCOUNT, {"description": ["on behalf of x"], "actor": "x"}, APP, ""),
    ],
)
def test_what_a_program_wrote_is_no_act_of_the_person_under_whose_name_it_stands(author, metadata, kind, whom):
    """`historyMetadata` takes from a kind and names for whom it was; it makes nobody a person, and empty it says nothing."""
    actor = actor_of_entry({"author": author, "historyMetadata": metadata})
    assert (actor.kind, actor.on_behalf_of) == (kind, whom)


def test_a_history_tells_the_kind_of_each_author():
    """Each change of an entry has the kind of who made the entry, and for whom; an entry without author has none."""
    at = "2026-03-06T09:00:00.000+0000"
    items = [{"field": "status", "from": "1", "to": "2"}, {"field": "summary"}]
    history = [
        {"id": "1", "created": at, "author": CLOUD, "items": items},
        {
            "id": "2",
            "created": at,
            "author": APP_ACCOUNT,
            "historyMetadata": {"description": "on behalf of accountId=5f1"},
            "items": items,
        },
        {"id": "3", "created": at, "items": items[:1]},
    ]
    changes = read_changes(history, ZoneInfo("UTC"))
    assert [(one.history_id, one.kind, one.on_behalf_of, one.nobody) for one in changes] == [
        (1, PERSON, "", False),
        (1, PERSON, "", False),
        (2, ON_BEHALF, "5f1", False),
        (2, ON_BEHALF, "5f1", False),
        (3, UNKNOWN, "", True),
    ]


def test_a_name_that_a_program_wrote_can_be_written_anywhere():
    """Half of a surrogate pair becomes an escape, and a long text is cut: it is no id."""
    actor = actor_of_entry(
        {"author": APP_ACCOUNT, "historyMetadata": {"description": "on behalf of \ud800" + 500 * "x"}}
    )
    assert actor.on_behalf_of.startswith("\\ud800xxx")
    assert len(actor.on_behalf_of) == 200
