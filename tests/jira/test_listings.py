"""What comes in pages, from the embedded Jira: searches, histories of many issues, parts of one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from one_reader import QUERY, keys_of, reading

from auditlib.demo.server.site import Answer, Asked
from auditlib.jira.protocol import dialect
from auditlib.pull.access import identify

BOTH = ("cloud", "data-center")


@pytest.mark.parametrize("speaks", BOTH)
def test_a_search_yields_its_pages_as_they_come(small_company, tmp_path, speaks):
    """The next page is asked for when the one before is read; together they are all issues."""
    with reading(small_company, tmp_path / "whole", speaks=speaks) as (reader, _):
        whole = keys_of(reader)
    with reading(small_company, tmp_path / "pages", speaks=speaks, page_size=9) as (reader, jira):
        pages = reader.search("walk/PAY", QUERY, ("key",))
        _, first = next(pages)
        assert len(jira.requests) == 1
        rest = [issue["key"] for _, page in pages for issue in page]
    assert [issue["key"] for issue in first] + rest == whole


@pytest.mark.parametrize("speaks", BOTH)
def test_histories_are_asked_for_in_batches(small_company, tmp_path, speaks):
    """Each batch is told, and the histories of all issues come."""
    ids = sorted(small_company.world.issues)[:25]
    told: list[int] = []
    with reading(small_company, tmp_path, speaks=speaks) as (reader, _):
        reader.histories("history", ids, 10, told.append)
        answers = map(reader.store.json, reader.store.entries("history"))
        found = {issue for answer in answers for issue in reader.dialect.read_histories(answer).by_issue}
    assert told == [10, 10, 5]
    assert found <= set(ids)
    assert found


@pytest.mark.parametrize(("speaks", "part"), [(speaks, part) for speaks in BOTH for part in dialect(speaks).PARTS])
def test_a_part_is_given_or_refused(small_company, tmp_path, speaks, part):
    """A refusal is an answer; it says so, and nothing more is asked."""
    issue = max(small_company.world.issues.values(), key=lambda one: len(one.comments)).id
    refusing = False

    def refuse(asked: Asked, answer: Answer) -> Answer:
        return replace(answer, status=403, body=b"{}") if refusing else answer

    with reading(small_company, tmp_path, speaks=speaks, tamper=refuse, page_size=1) as (reader, _):
        identify(reader)
        assert reader.issue_part("given", part, issue)
        refusing = True
        assert not reader.issue_part("refused", part, issue)
        assert [entry.status for entry in reader.store.entries("refused")] == [403]
