"""Shared filters read from both Jiras' answers: who sees them, who can change them."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import pytest
from histories import DATA

from auditlib.errors import AnswerError
from auditlib.records.filters import kept_on, read_filter

GROUP = {"id": 1, "type": "group", "group": {"name": "auditors", "groupId": "g"}}
ROLE = {"type": "project", "project": {"key": "PAY"}, "role": {"name": "Developers"}}


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (GROUP, "group auditors"),
        ({"type": "group", "group": {"groupId": "g-1"}}, "group g-1"),
        ({"type": "user", "user": {"accountId": "a", "displayName": "Ann Ex"}}, "user Ann Ex"),
        ({"type": "user", "user": None}, "user without a name"),
        (ROLE, "role Developers of project PAY"),
        ({"type": "project", "project": {"name": "Payments"}}, "everybody in project Payments"),
        ({"type": "project-unknown"}, "a project that this account may not see"),
        ({"type": "global"}, "anyone, also without an account"),
        ({"type": "loggedin"}, "everybody who is logged in"),
        ({"type": "club"}, "club"),
        ({}, "somebody whom Jira does not name"),
    ],
)
def test_each_permission_is_said_in_words(share, words):
    """Every type of Atlassian's description, and whatever else comes."""
    assert read_filter({"sharePermissions": [share]}).shares == (words,)


def test_cloud_lists_who_can_edit():
    """Apart from with whom it is shared; not told is not nobody."""
    told = read_filter(
        {"id": "7", "jql": "a = b", "sharePermissions": [GROUP], "editPermissions": [ROLE, {"type": "loggedin"}]}
    )
    assert told.editors == ("role Developers of project PAY", "everybody who is logged in")
    assert told.everybody == told.editors
    assert read_filter({"editPermissions": []}).editors == ()
    assert read_filter({"sharePermissions": [GROUP]}).editors is None


def test_data_center_says_at_each_share_whether_it_lets_edit():
    """A filter that nobody shares can be edited by its owner alone."""
    shares = [GROUP | {"view": True, "edit": False}, ROLE | {"view": True, "edit": True}]
    assert read_filter({"sharePermissions": shares, "editable": False}).editors == ("role Developers of project PAY",)
    assert read_filter({"sharePermissions": [], "editable": True}).editors == ()
    assert read_filter({"sharePermissions": [GROUP, shares[0]], "editable": True}).editors is None


def test_real_filters_are_read():
    """As a site answered them."""
    path = DATA / "go-atlassian" / "search-filters.json"
    if not path.exists():
        pytest.skip("the real data is not at hand")
    private, shared = map(read_filter, json.loads(path.read_text(encoding="utf-8"))["values"])
    assert private.shares == ()
    assert shared.shares == ("everybody in project KP",)
    assert private.owner
    assert private.owner_active is True
    assert shared.jql == "project = KP ORDER BY Rank ASC"


def test_other_forms_are_an_error_and_odd_members_are_left_out():
    """Nothing of an answer ends in a crash."""
    with pytest.raises(AnswerError):
        read_filter(["no"])
    odd = read_filter(
        {"id": None, "name": 3, "jql": 7, "owner": "ann", "sharePermissions": [1, None], "editPermissions": {}}
    )
    strange = read_filter({"id": 1, "editPermissions": [{"type": []}, {"type": {"a": 1}}]})
    assert strange.everybody == ("somebody whom Jira does not name",) * 2
    assert (odd.id, odd.name, odd.jql, odd.owner, odd.shares, odd.editors) == ("", "3", "", "ann", (), ())


def test_when_a_filter_was_kept_is_told_in_the_audits_zone():
    """The stamp of a file is for machines; a name that is none is shown, and ends nothing."""
    zone = ZoneInfo("Europe/Berlin")
    assert kept_on("20261129T100550Z", zone) == "29 November 2026, 11:05 +01:00"
    assert kept_on("other", zone) == "other"
