"""Permission schemes in every form that is known: each grant is read, and none that can't be is passed over."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from auditlib.errors import AnswerError
from auditlib.records.permission_schemes import Grant, asked_grants, read_grants, read_scheme


def scheme(*holders: dict[str, object], permission: str = "DELETE_ISSUES") -> dict[str, object]:
    return {
        "id": 7,
        "name": "S",
        "permissions": [{"id": n, "permission": permission, "holder": one} for n, one in enumerate(holders)],
    }


def test_every_grant_of_the_real_schemes_is_accounted_for(real_data):
    """As many as there are, of the types that there are, each with its permission."""
    answer = json.loads((real_data / "go-atlassian" / "get-permission-schemes.json").read_text(encoding="utf-8"))
    count, types = 0, Counter()
    for one in answer["permissionSchemes"]:
        read = read_scheme(one)
        assert read.name
        assert [grant.id for grant in read.grants] == [str(grant["id"]) for grant in one["permissions"]]
        assert [grant.permission for grant in read.grants] == [grant["permission"] for grant in one["permissions"]]
        every = tuple(dict.fromkeys(grant.permission for grant in read.grants))
        assert len(asked_grants(read, every)) == len(one["permissions"])
        count += len(read.grants)
        types.update(grant.holder_type for grant in read.grants)
    assert count == 247
    assert types == {"projectRole": 173, "applicationRole": 54, "sd.customer.portal.only": 20}


@pytest.mark.parametrize(
    ("holder", "identity", "name"),
    [
        ({"type": "group", "parameter": "devs", "value": "g-1", "expand": "group"}, "g-1", "devs"),
        ({"type": "group", "parameter": "devs"}, "", "devs"),
        ({"type": "group", "parameter": "devs", "group": {"name": "Devs", "groupId": "g-1"}}, "g-1", "Devs"),
        ({"type": "group", "value": "g-1"}, "g-1", "g-1"),
        ({"type": "projectRole", "parameter": "10002", "value": "10002"}, "10002", "10002"),
        (
            {"type": "projectRole", "parameter": "10002", "projectRole": {"id": 10002, "name": "Admins"}},
            "10002",
            "Admins",
        ),
        ({"type": "projectRole", "projectRole": {"id": 10002, "name": "Admins"}}, "10002", "Admins"),
        ({"type": "user", "parameter": "old-key", "user": {"accountId": "a:1", "displayName": "Ann"}}, "a:1", "Ann"),
        ({"type": "user", "parameter": "ann", "user": {"key": "K1", "name": "ann", "displayName": "Ann"}}, "K1", "Ann"),
        (
            {"type": "userCustomField", "parameter": "customfield_1", "field": {"name": "Approver"}},
            "customfield_1",
            "Approver",
        ),
        ({"type": "applicationRole"}, "", ""),
        ({"type": "applicationRole", "parameter": None, "value": 7}, "7", "7"),
        ({"type": "moonPhase", "parameter": "full"}, "full", "full"),
    ],
)
def test_a_holder_is_known_by_what_jira_tells(holder, identity, name):
    """On Cloud by value, on Data Center by parameter, in both by the record beside it; types that nobody knows stay."""
    (grant,) = read_scheme(scheme(holder)).grants
    assert grant == Grant("0", "DELETE_ISSUES", holder["type"], identity, name)


def test_a_scheme_without_grants_says_so():
    """Not asked to be expanded is another thing than granting nothing."""
    assert read_scheme({"id": 7, "name": "S"}).grants is None
    assert read_scheme({"id": "7", "permissions": []}).grants == ()


@pytest.mark.parametrize(
    "answer",
    [
        None, [], 7, {}, {"id": None}, {"id": True, "permissions": []}, {"id": 7, "permissions": 7},
        {"id": 7, "permissions": [7]}, {"id": 7, "permissions": [{"permission": "X"}]},
        {"id": 7, "permissions": [{"permission": "X", "holder": {}}]}, {"id": 7, "permissions": [{"holder": {"type": "user"}}]},
    ],
)  # fmt: skip
def test_a_grant_that_can_not_be_read_is_not_passed_over(answer):
    """It may be the one that matters: the whole answer is refused, with what was found."""
    with pytest.raises(AnswerError):
        read_scheme(answer)


def test_grants_alone_are_read_too():
    """As ``permissionscheme/{id}/permission`` gives them."""
    assert len(read_grants({"permissions": scheme({"type": "reporter"})["permissions"]})) == 1
