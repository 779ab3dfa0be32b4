"""The older log of Data Center: how it is asked, and when it ends."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from auditlib.errors import AnswerError
from auditlib.jira import older_log
from auditlib.jira.log_pages import log_of, logs_of
from auditlib.jira.protocol import dialect
from auditlib.jira.read_only import require_allowed

BEGINS = datetime(2026, 1, 1, tzinfo=UTC)


def test_it_is_asked_by_offset_and_time():
    """And may be asked at all."""
    request = older_log.log("1000", BEGINS, None)
    require_allowed(request.method, request.path)
    assert request.path == "rest/api/2/auditing/record"
    assert dict(request.query) == {"offset": "1000", "limit": "1000", "from": "2026-01-01T00:00:00.000Z"}


def test_only_an_empty_page_is_the_end():
    """Its total counts the whole log, not what was asked for: it says nothing of the end, and nothing is lost."""
    request = older_log.log(None, BEGINS, None)
    page = older_log.read_log(request, {"records": [{"id": 2}, {"id": 1}], "total": 2})
    assert (page.cursor, page.ended, page.total) == ("2", False, None)
    last = older_log.read_log(older_log.log("2", BEGINS, None), {"records": [], "total": 999})
    assert (last.cursor, last.ended) == (None, True)
    with pytest.raises(AnswerError):
        older_log.read_log(request, {"total": 0})


def test_times_are_read_as_written():
    """What is none is none."""
    assert older_log.log_time({"created": "2026-06-01T12:00:00.000+0200"}) == datetime(2026, 6, 1, 10, tzinfo=UTC)
    assert older_log.log_time({}) is None


def test_data_center_has_two_resources_and_cloud_one():
    """A request is told to be one of them by its path."""
    center, cloud = dialect("data-center"), dialect("cloud")
    newer, older = logs_of(center)
    assert (newer.LOG_PATH, older.LOG_PATH) == ("rest/auditing/1.0/events", "rest/api/2/auditing/record")
    assert [one.LOG_PATH for one in logs_of(cloud)] == ["rest/api/3/auditing/record"]
    for one in (newer, older):
        assert log_of(center, one.log(None, None, None)) is one
