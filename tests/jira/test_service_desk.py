"""Questions about customer requests: on the read-only list, alike on both Jiras, read page by page."""

from __future__ import annotations

import pytest

from auditlib.errors import AnswerError
from auditlib.jira import cloud, data_center, service_desk
from auditlib.jira.read_only import require_allowed
from auditlib.responses.forms.resources import form_of


@pytest.mark.parametrize("dialect", [cloud, data_center])
@pytest.mark.parametrize(
    ("part", "asked"),
    [
        ("request", "GET rest/servicedeskapi/request/10001?expand=requestType"),
        ("approvals", "GET rest/servicedeskapi/request/10001/approval?start=0&limit=50"),
        ("sla", "GET rest/servicedeskapi/request/10001/sla?start=0&limit=50"),
    ],
)
def test_each_part_may_be_asked_for(dialect, part, asked):
    """By the number of the issue, which no move changes; its answer has a form."""
    request = dialect.issue_part(part, 10001, None)
    require_allowed(request.method, request.path)
    assert str(request) == asked
    assert form_of(request.method, request.path) is not None


def page(answer: object, part: str = "approvals", start: int = 0):
    return cloud.read_issue_part(part, service_desk.question(part, 1, str(start)), answer)


@pytest.mark.parametrize(
    ("answer", "cursor"),
    [
        ({"values": [{}, {}], "start": 2, "isLastPage": False}, "4"),
        ({"values": [{}, {}], "start": 2, "isLastPage": True}, None),
        ({"values": [{}, {}], "start": 2}, None),
        ({"values": [], "start": 2, "isLastPage": False}, None),
        ({"values": [{}], "isLastPage": False}, "3"),
    ],
)
def test_pages_go_on_until_jira_calls_one_the_last(answer, cursor):
    """An empty page is the end in any case."""
    assert page(answer, start=2).cursor == cursor


@pytest.mark.parametrize(
    ("part", "answer"),
    [
        ("approvals", []),
        ("sla", {}),
        ("sla", {"values": {"id": 1}}),
        ("approvals", {"values": [], "start": 3}),
        ("request", 1),
    ],
)
def test_another_form_is_an_error(part, answer):
    """What can't be read is not taken for nothing."""
    with pytest.raises(AnswerError):
        page(answer, part)


def test_what_is_no_record_among_records_is_left_out_and_told():
    """The others are read, and the part is not whole."""
    found = page({"values": [{"id": "1"}, 2], "isLastPage": True})
    assert ([one["id"] for one in found.records], found.whole) == (["1"], False)


def test_versions_that_call_it_experimental_are_told_that_this_is_known():
    """Above these questions alone."""
    assert service_desk.headers_of("rest/servicedeskapi/request/1/approval") == {"X-ExperimentalApi": "opt-in"}
    assert service_desk.headers_of("rest/api/3/issue/1") == {}
