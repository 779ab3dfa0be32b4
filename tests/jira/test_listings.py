"""What comes in pages, from the embedded Jira: searches, histories of many issues, parts of one."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from one_reader import QUERY, keys_of, reading

from auditlib.demo.server.site import Answer, Asked
from auditlib.errors import RefusedError
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


def test_pages_whose_place_jira_knows_no_more_come_anew(small_company, tmp_path):
    """An attempt ended within a search; Jira forgot its token since. All pages come again, and those of before count no more."""
    with reading(small_company, tmp_path / "whole") as (reader, _):
        whole = keys_of(reader)
    folder = tmp_path / "resumed"
    with reading(small_company, folder, page_size=9) as (reader, _):
        pages = reader.search("walk/PAY", QUERY, ("key",))
        before = [next(pages)[0].file, next(pages)[0].file]
    with reading(small_company, folder, page_size=9) as (
        reader,
        jira,
    ):  # another process: it knows none of those tokens
        assert [issue["key"] for _, page in reader.search("walk/PAY", QUERY, ("key",)) for issue in page][18:] == whole
        asked = len(jira.requests)
        counted = [
            issue["key"] for one in reader.store.entries("walk/PAY") for issue in reader.store.json(one)["issues"]
        ]
        assert counted == whole
        assert {one.file for one in reader.store.refusals()} >= set(before)
        assert [issue["key"] for _, page in reader.search("walk/PAY", QUERY, ("key",)) for issue in page] == whole
        assert len(jira.requests) == asked, "the second walk is on disk whole"


def test_histories_whose_place_jira_knows_no_more_come_anew(small_company, tmp_path):
    """Of the pages of one batch, too, none of before stands beside those of another day."""
    ids = sorted(small_company.world.issues)[:25]

    def refuses_the_second(asked: Asked, answer: Answer) -> Answer:
        goes_on = json.loads(asked.body or b"{}").get("nextPageToken")
        return replace(answer, status=400, body=b'{"errorMessages": ["not now"]}') if goes_on else answer

    def told(folder, **options):
        with reading(small_company, folder, page_size=20, **options) as (reader, _):
            reader.histories("history", ids, 25, lambda _: None)
            pages = [
                reader.dialect.read_histories(reader.store.json(one)).by_issue
                for one in reader.store.entries("history")
            ]
            refused = [one.file for one in reader.store.refusals()]
        return [(issue, one["id"]) for page in pages for issue, entries in page.items() for one in entries], refused

    whole, nothing = told(tmp_path / "whole")
    assert not nothing
    with pytest.raises(RefusedError, match="400: not now"):
        told(tmp_path / "resumed", tamper=refuses_the_second)
    again, refused = told(tmp_path / "resumed")
    assert again == whole
    assert "history/000001.json.gz" in refused


def test_a_refusal_of_a_place_that_came_just_now_ends_the_search(small_company, tmp_path):
    """Jira refuses its own token at once: asking for all of it once more would come to the same."""

    def refuses(asked: Asked, answer: Answer) -> Answer:
        goes_on = json.loads(asked.body or b"{}").get("nextPageToken")
        return replace(answer, status=400, body=b'{"errorMessages": ["not now"]}') if goes_on else answer

    with reading(small_company, tmp_path, page_size=9, tamper=refuses) as (reader, jira):
        with pytest.raises(RefusedError, match="400: not now"):
            list(reader.search("walk/PAY", QUERY, ("key",)))
        assert len(jira.requests) == 2
        with pytest.raises(RefusedError, match="400: not now"):
            list(reader.search("walk/PAY", QUERY, ("key",)))
        assert len(jira.requests) == 5, "the place, then the first page anew and its place: no third time"
