"""What Cloud and Data Center have in common: equal questions below another root, parts of an issue read alike."""

from __future__ import annotations

import pytest

from auditlib.errors import AnswerError
from auditlib.jira import cloud, data_center
from auditlib.jira.read_only import require_allowed
from auditlib.jira.shared import PATHS, Endpoints, read_history_part, read_part
from auditlib.responses.request import get


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("server_info", ()),
        ("myself", ()),
        ("project", ("PAY",)),
        ("all_fields", ()),
        ("security_levels", ("PAY",)),
        ("shared_filter", (10100,)),
    ],
)
def test_equal_endpoints_differ_by_their_root_alone(name, values):
    """What holds for one Jira is not written a second time for the other."""
    asked = [str(getattr(dialect, name)(*values)) for dialect in (cloud, data_center)]
    assert asked[0].replace("rest/api/3", "rest/api/2") == asked[1]
    assert asked[0] != asked[1]


@pytest.mark.parametrize("root", ["rest/api/2", "rest/api/3"])
@pytest.mark.parametrize("part", PATHS)
def test_each_part_may_be_asked_for(root, part):
    """It is on the read-only list."""
    request = Endpoints(root).part(part, 10001)
    require_allowed(request.method, request.path)


def test_permissions_are_asked_for_by_name_or_all():
    """Cloud wants them named; Data Center tells all."""
    assert dict(cloud.powers("PAY", ("A", "B")).query) == {"projectKey": "PAY", "permissions": "A,B"}
    assert dict(data_center.powers("PAY", ("A", "B")).query) == {"projectKey": "PAY"}


def test_comments_come_in_the_order_written():
    """With Jira's own rendering; no other part is asked for that way."""
    assert dict(Endpoints("r").part("comments", 1).query) == {"orderBy": "created", "expand": "renderedBody"}
    assert Endpoints("r").part("votes", 1).query == ()


def page(part: str, start: int, answer: object, *, paged: bool = True):
    return read_part(part, get("rest/api/3/issue/1/x", startAt=start), answer, paged=paged)


@pytest.mark.parametrize(
    ("answer", "cursor"),
    [
        ({"comments": [{}, {}], "startAt": 2, "maxResults": 2, "total": 9}, "4"),
        ({"comments": [{}, {}], "startAt": 2, "maxResults": 2, "total": 4}, "4"),  # may be what was returned
        ({"comments": [{}], "startAt": 2, "maxResults": 2, "total": 3}, None),
        ({"comments": [], "startAt": 2, "maxResults": 2, "total": 9}, None),
        ({"comments": [{}], "isLast": True}, None),
        ({"comments": [{}]}, "3"),
    ],
)
def test_a_total_ends_only_a_page_that_is_not_full(answer, cursor):
    """Cloud's may count the page alone; an empty page is the end in any case."""
    assert page("comments", 2, answer).cursor == cursor


@pytest.mark.parametrize(
    ("part", "answer"),
    [
        ("comments", []),
        ("comments", {}),
        ("comments", {"comments": {"id": "1"}}),
        ("comments", {"comments": [], "startAt": 3}),
        ("watchers", []),
        ("watchers", "no"),
        ("remote_links", {}),
    ],
)
def test_a_part_of_another_form_is_an_error(part, answer):
    """What can't be read is not taken for nothing."""
    with pytest.raises(AnswerError):
        page(part, 0, answer)


def test_what_is_no_record_among_records_is_left_out_and_told():
    """The others are read; the part is not whole, and the next page begins behind all that came."""
    found = page("comments", 0, {"comments": [{"id": "1"}, 1, None], "startAt": 0, "maxResults": 3, "total": 9})
    assert ([one["id"] for one in found.records], found.whole, found.cursor) == (["1"], False, "3")


def test_a_history_that_does_not_reach_its_count_is_partial():
    """Jira counts more entries than it gave, and names no further page."""
    entry = {"id": "1", "created": "2026-06-01T10:00:00.000+0000", "items": []}
    request = get("rest/api/2/issue/10001/changelog", startAt=0)
    whole = read_history_part(request, {"values": [entry], "total": 1, "maxResults": 5})
    part = read_history_part(request, {"values": [entry], "total": 2, "isLast": True})
    assert whole.partial == frozenset()
    assert part.partial == {10001}
    assert [one["id"] for one in part.by_issue[10001]] == ["1"]
