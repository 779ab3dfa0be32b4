"""A line of the index gives back the response of which it was written."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from auditlib.responses.entry import Entry, read_line, write_line
from auditlib.responses.request import Request, get, post

ENTRY = Entry(
    file="walk/PAY/000001.json.gz",
    topic="walk/PAY",
    request=Request("POST", "rest/api/3/x", (("a", "1"), ("a", "2")), {"fields": ["é"]}),
    at=datetime(2026, 6, 1, 12, 0, 0, 250_000, tzinfo=UTC),
    status=200,
    sha256="00",
    size=3,
    headers={"server": "x"},
    tries=2,
)


def test_a_line_is_read_as_it_was_written():
    """Every member, to the millisecond; what is only said of some responses is in their lines alone."""
    for entry in (ENTRY, replace(ENTRY, refused="cut off", asked_at="https://api.example")):
        line = write_line(entry)
        assert line.endswith("\n")
        assert line.count("\n") == 1
        assert read_line(line.encode()) == entry
    assert {"refused", "asked_at", "feeds"}.isdisjoint(json.loads(write_line(ENTRY)))


def test_the_rows_that_a_response_feeds_change_nothing_else():
    """They are written when the tables are known, and are nothing that a store reads."""
    line = write_line(ENTRY, {"gaps": ("PAY-2", "PAY-3")})
    assert json.loads(line)["feeds"] == {"gaps": ["PAY-2", "PAY-3"]}
    assert read_line(line.encode()) == ENTRY


def test_a_long_question_is_held_as_its_text():
    """A question names a thousand issues: what is read from the index, and kept, asks the same and is written the same."""
    asked = post(
        "rest/api/3/changelog/bulkfetch", issueIdsOrKeys=[str(10_000 + one) for one in range(1000)], maxResults=7
    )
    packed = asked.packed()
    assert (packed == asked, packed.digest == asked.digest, packed.half) == (True, True, 3)
    assert packed.packed() is packed
    assert dict(packed.body) == asked.body
    assert packed.body["maxResults"] == 7
    assert len(packed.body) == 2
    assert get("rest/api/3/field").packed().body is None
