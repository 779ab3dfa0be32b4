"""People, groups, roles and applications in the forms of both Jiras, and the pages of a group followed to their end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.errors import AnswerError
from auditlib.records.holders import (
    Actor,
    GroupName,
    MembersPage,
    Person,
    follow_members,
    merge_people,
    people_beside,
    read_application_roles,
    read_members,
    read_people,
    read_person,
    read_role,
    read_role_names,
)


@pytest.mark.parametrize(
    ("answer", "person"),
    [
        (
            {"accountId": "a:1", "accountType": "app", "displayName": "Bot", "active": True},
            Person("a:1", "", "Bot", "app", active=True),
        ),
        (
            {"key": "K1", "name": "ann", "displayName": "Ann", "active": False},
            Person("K1", "ann", "Ann", "", active=False),
        ),
        ({"name": "ann"}, Person("ann", "ann")),
        ({"accountId": "a:1", "active": "yes"}, Person("a:1")),
        ({"displayName": "Nobody"}, None),
        ("ann", None),
        (None, None),
    ],
)
def test_a_person_is_known_by_id_or_key(answer, person):
    """What Jira does not tell is not made up: no state, no type."""
    assert read_person(answer) == person


@pytest.mark.parametrize(
    ("actor", "read"),
    [
        (
            {"type": "atlassian-user-role-actor", "displayName": "Ann", "actorUser": {"accountId": "a:1"}},
            Actor("user", "a:1", "Ann"),
        ),
        ({"type": "atlassian-user-role-actor", "displayName": "Ann", "name": "ann"}, Actor("user", "ann", "Ann")),
        (
            {"type": "atlassian-group-role-actor", "actorGroup": {"name": "devs", "groupId": "g-1"}},
            Actor("group", "", "devs", GroupName("g-1", "devs")),
        ),
        ({"type": "atlassian-group-role-actor", "name": "devs"}, Actor("group", "", "devs", GroupName("", "devs"))),
        ({"type": "moon-actor", "displayName": "Full"}, Actor("moon-actor", "", "Full")),
        ({}, Actor("unknown", "", "")),
    ],
)
def test_an_actor_is_a_person_a_group_or_kept_as_it_is(actor, read):
    """With the account id on Cloud, with the user name on Data Center."""
    assert read_role({"id": 1, "name": "R", "actors": [actor]}).actors == (read,)


def test_applications_have_their_groups_once():
    """By id and name where both are told, else by name."""
    told = {
        "key": "jira-software",
        "name": "Jira",
        "groups": ["devs", "ops"],
        "groupDetails": [{"name": "devs", "groupId": "g-1"}],
    }
    roles = read_application_roles([told])
    assert roles["jira-software"].groups == (GroupName("g-1", "devs"), GroupName("", "ops"))


def test_roles_of_a_project_are_told_by_their_addresses():
    """The number ends the address."""
    assert read_role_names({"Devs": "https://jira.invalid/rest/api/3/project/1/role/10002/"}) == {"10002": "Devs"}


@pytest.mark.parametrize(
    ("read", "answer"),
    [
        (read_members, {"values": 7}), (read_members, []), (read_members, {"values": [{}]}),
        (read_people, {"values": [7]}), (read_people, 7), (read_people, {"values": "x"}),
        (read_role, {}), (read_role, {"actors": [7]}), (read_role, None),
        (read_role_names, []), (read_role_names, {"Devs": 7}), (read_role_names, {"Devs": "https://jira.invalid/x"}),
        (read_application_roles, {}), (read_application_roles, [{}]), (read_application_roles, [7]),
    ],
)  # fmt: skip
def test_what_has_not_its_form_is_refused(read, answer):
    """With an error that says what was found, so that the answer is kept as one that can't be read."""
    with pytest.raises(AnswerError):
        read(answer)


def test_people_beside_grants_are_taken_along():
    """``expand=all`` brings the records of the users who hold a grant."""
    grants = [{"holder": {"type": "user", "user": {"key": "K1", "active": True}}}, {"holder": {"type": "reporter"}}, 7]
    assert people_beside({"permissions": grants}) == [Person("K1", active=True)]
    assert people_beside(7) == []


def test_of_several_records_of_one_the_first_that_tells_counts():
    """A name from a role, a state from a group: together they are one person."""
    told = merge_people([Person("a", display_name="Ann"), Person("a", "ann", "Other", "app", active=False)])
    assert told == {"a": Person("a", "ann", "Ann", "app", active=False)}


def paged(people: int, size: int, *, total: int | None, says_last: bool = True) -> dict[int, MembersPage]:
    """Return the pages of a group as a server gives them."""
    return {
        start: MembersPage(
            start,
            tuple(Person(f"a:{n}") for n in range(start, min(people, start + size))),
            total,
            (start + size >= people) if says_last else None,
        )
        for start in range(0, people + size, size)
    }


@given(st.integers(0, 300), st.integers(1, 60), st.booleans(), st.booleans())
def test_pages_are_asked_for_until_all_are_there(people, size, tells_total, says_last):
    """Whatever a page holds and says: every member comes, no page is asked for twice, and it ends."""
    server = paged(people, size, total=people if tells_total else None, says_last=says_last)
    pages: dict[int, MembersPage] = {}
    while missing := follow_members(pages).missing:
        assert not set(missing) & set(pages)
        pages |= {
            start: server.get(start, MembersPage(start, (), people if tells_total else None, is_last=True))
            for start in missing
        }
    assert follow_members(pages).complete
    assert {one.account_id for page in pages.values() for one in page.people} == {f"a:{n}" for n in range(people)}


def test_where_a_total_is_told_all_pages_are_asked_for_at_once():
    """But for a total that nothing can be: then some hundred at a time."""
    first = {0: paged(500, 50, total=500)[0]}
    assert follow_members(first).missing == tuple(range(50, 500, 50))
    wrong = {0: MembersPage(0, first[0].people, 10**18, is_last=False)}
    assert len(follow_members(wrong).missing) == 400


@pytest.mark.parametrize(
    "pages",
    [
        {0: paged(9, 3, total=9)[0], 3: paged(9, 3, total=9)[0]},
        {0: MembersPage(0, (Person("a"),), 9, is_last=True)},
        {0: MembersPage(7, (Person("a"),), 9, is_last=False)},
    ],
)
def test_a_list_that_is_cut_is_not_called_complete(pages):
    """The same page again, an end before the total, another page than was asked for: it ends, and says so."""
    listing = follow_members(pages)
    assert (listing.missing, listing.complete) == ((), False)
