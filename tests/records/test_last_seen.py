"""When people were last active is read in the forms in which both Jiras are said to tell it, and never guessed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from auditlib.errors import AnswerError
from auditlib.records.last_seen import Seen, latest, next_of_activity, next_of_list, read_activity, read_logins

SITE, OTHER = "11111111-2222-4333-8444-555555555555", "99999999-2222-4333-8444-555555555555"
NOON = datetime(2026, 9, 14, 12, tzinfo=UTC)


def product(key="jira-software", site=SITE, **told):
    return {"id": f"ari:cloud:{key}::site/{site}", "key": key, **told}


def activity(*products):
    return {"data": {"product_access": list(products), "added_to_org": "2020-01-01"}, "links": {"next": None}}


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (
            {"key": "JIRAUSER1", "lastLoginTime": "2026-09-14T14:00:00.000+0200"},
            {"JIRAUSER1": Seen(told=True, at=NOON)},
        ),
        ([{"key": "a", "lastLoginTime": 1789387200000}], {"a": Seen(told=True, at=NOON)}),
        (
            {"values": [{"key": "a"}, {"name": "b", "lastLoginTime": None}]},
            {"a": Seen(told=False), "b": Seen(told=True)},
        ),
        ({"values": [{"key": "a", "lastLoginTime": "yesterday"}, {"displayName": "nobody"}]}, {}),
        ([], {}),
    ],
)
def test_a_last_login_is_read_from_every_answer_that_holds_users(answer, found):
    """One user, a list, a page; a time that can't be read is not none, so nothing is told of who has it."""
    assert read_logins(answer) == found


@pytest.mark.parametrize("answer", [None, "text", 7, ["text"], {"values": None}, {"values": "x"}, [[1]]])
def test_an_answer_without_users_is_refused(answer):
    """It is kept as refused, and nobody's time is taken from it."""
    with pytest.raises(AnswerError, match="no records of users"):
        read_logins(answer)


@pytest.mark.parametrize(
    ("answer", "cursor"),
    [
        ({"isLast": False, "nextCursor": "1000"}, "1000"),
        ({"nextCursor": 1000}, "1000"),
        ({"isLast": True, "nextCursor": "1000"}, None),
        ({"nextCursor": ""}, None),
        ({"nextCursor": ["1000"]}, None),
        ({"nextCursor": {}}, None),
        ({}, None),
        ([], None),
    ],
)
def test_the_list_of_users_ends_where_it_says(answer, cursor):
    """A cursor may be a number; none is the end."""
    assert next_of_list(answer) == cursor


@pytest.mark.parametrize(
    ("products", "at"),
    [
        ([product(last_active="2026-09-14")], "2026-09-14"),
        ([product(last_active="2026-09-14", last_active_timestamp="2026-09-14T12:00:00Z")], NOON),
        ([product(last_active_timestamp="2026-09-14T12:00:00.000000000Z")], NOON),
        ([product(last_active="2026-09-14"), product("jira-servicedesk", last_active="2026-09-20")], "2026-09-20"),
        ([product("confluence", last_active="2026-09-20")], None),
        ([product(last_active="2026-09-14"), product(site=OTHER, last_active="2026-09-20")], "2026-09-14"),
        ([{"key": "jira", "last_active": "2026-09-14"}], "2026-09-14"),
        ([product(last_active="2026-09-14", last_active_timestamp="soon")], "2026-09-14"),
        ([product(last_active="2026-09-14T12:00:00Z")], NOON),
        ([{}, {"key": 7}], None),
        ([], None),
    ],
)
def test_the_last_look_at_this_sites_jira_counts(products, at):
    """Another product or another site of the organisation is no use of this Jira."""
    assert read_activity(activity(*products), SITE) == Seen(told=True, at=at)


@pytest.mark.parametrize(
    "told",
    [
        {"last_active_timestamp": "soon"},
        {"last_active": "²"},
        {"last_active": [7]},
        {"last_active": "9999-99-99"},
        {"last_active": "2026-02-30"},
        {"last_active": "0000-01-01"},
    ],
)
def test_a_time_that_cannot_be_read_is_not_none(told):
    """The answer is refused: to say that nobody was there would be a guess."""
    with pytest.raises(AnswerError, match="can't be read"):
        read_activity(activity(product(**told)), SITE)
    assert read_activity(activity(product("confluence", **told)), SITE) == Seen(told=True)


def test_without_the_sites_id_all_sites_count():
    """Better a time that may be another site's, as the column says, than none."""
    assert read_activity(activity(product(site=OTHER, last_active="2026-09-20"))).at == "2026-09-20"


@pytest.mark.parametrize("products", [None, "absent"])
def test_no_product_is_none_told(products):
    """Atlassian: the field is empty if nothing was opened; null and absent are taken for that."""
    data = {} if products == "absent" else {"product_access": products}
    assert read_activity({"data": data}) == Seen(told=True)


@pytest.mark.parametrize(
    "answer", [None, [], {}, {"data": []}, {"data": {"product_access": {}}}, {"data": {"product_access": [1]}}]
)
def test_another_form_is_refused(answer):
    """An error page with status 200 tells nobody's time."""
    with pytest.raises(AnswerError, match="no list of products"):
        read_activity(answer)


@pytest.mark.parametrize(
    ("following", "cursor"),
    [
        ("c1", "c1"),
        ("https://api.atlassian.com/admin/v1/orgs/o/directory/users/u/last-active-dates?cursor=c%3D1", "c=1"),
        ("https://elsewhere.example/without", None),
        ("http://[broken?cursor=x", None),
        (None, None),
        (7, None),
    ],
)
def test_the_next_page_is_found_by_its_cursor_alone(following, cursor):
    """The host of an address is never gone to."""
    assert next_of_activity({"links": {"next": following}}) == cursor


def test_an_instant_tells_more_than_its_day():
    """Of one day the instant is shown; a later day wins over both."""
    assert latest(["2026-09-14", NOON]) == NOON
    assert latest([NOON, "2026-09-15"]) == "2026-09-15"
    assert latest([]) is None
