"""The read-only client, against a real server on loopback."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from one_reader import Tamper, keys_of, reading

from auditlib.demo.server.site import Answer, Asked
from auditlib.errors import (
    AccountRefusedError,
    AnswerError,
    ForbiddenRequestError,
    SourceError,
    UnreachableError,
)
from auditlib.jira import cloud
from auditlib.jira.client import JiraReader
from auditlib.jira.credentials import Credentials
from auditlib.pull.access import identify
from auditlib.responses.request import Request, get, post
from auditlib.responses.store import RawStore

SEARCH = "/rest/api/3/search/jql"


@pytest.mark.parametrize("speaks", ["cloud", "data-center"])
def test_pages_of_one_issue_give_the_same_as_large_pages(small_company, tmp_path, speaks):
    """Paging ends when Jira says so, whatever the page size that the server grants."""
    with reading(small_company, tmp_path / "one", speaks=speaks, page_size=1) as (reader, _):
        single = keys_of(reader)
    with reading(small_company, tmp_path / "many", speaks=speaks) as (reader, _):
        many = keys_of(reader)
    assert single == many
    assert len(set(single)) == len(single) > 50


def test_every_answer_is_kept_before_it_is_read(small_company, tmp_path):
    """The body on disk is the body that was served, with its digest in the index."""
    bodies: list[bytes] = []

    def watch(asked: Asked, answer: Answer) -> Answer:
        bodies.append(answer.body)
        return answer

    with reading(small_company, tmp_path, tamper=watch) as (reader, _):
        keys_of(reader)
        entries = reader.store.entries()
        assert [gzip.decompress((reader.store.folder / entry.file).read_bytes()) for entry in entries] == bodies
    again = RawStore(tmp_path / "raw")
    assert [again.body(entry) for entry in again.entries()] == bodies


def test_a_question_on_disk_is_not_asked_again(small_company, tmp_path):
    """What was answered is answered from disk, so that a pull can go on."""
    with reading(small_company, tmp_path) as (reader, jira):
        first = keys_of(reader)
        count = len(jira.requests)
        assert keys_of(reader) == first
        assert len(jira.requests) == count


def test_no_header_with_a_cookie_or_an_address_is_kept(small_company, tmp_path):
    """Headers are kept by an allow-list; a session or a signed address is not on it."""

    def spice(asked: Asked, answer: Answer) -> Answer:
        extra = {"Set-Cookie": "JSESSIONID=secret", "X-Signed": "https://signed.invalid/?sig=1", "X-ARequestId": "42x1"}
        return replace(answer, headers={**answer.headers, **extra})

    with reading(small_company, tmp_path, tamper=spice) as (reader, _):
        entry = reader.ask("account", reader.dialect.myself())
    assert entry.headers["x-arequestid"] == "42x1"
    text = (tmp_path / "raw" / "index.jsonl").read_text()
    assert "JSESSIONID" not in text
    assert "signed" not in text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "rest/api/3/issue/PAY-1"),
        ("PUT", "rest/api/3/issue/PAY-1"),
        ("POST", "rest/api/3/issue"),
        ("POST", "rest/api/3/issue/PAY-1/comment"),
        ("PUT", "rest/api/3/filter/10100"),
        ("GET", "rest/api/3/issue/PAY-1/../../../../secure/admin"),
        ("GET", "rest/api/3/issue/PAY-1/transitions"),
    ],
)
def test_a_request_that_is_not_on_the_list_is_not_sent(small_company, tmp_path, method, path):
    """The workbook never writes to Jira: whatever is not on the read-only list ends before the wire."""
    with reading(small_company, tmp_path) as (reader, jira):
        with pytest.raises(ForbiddenRequestError, match="not on the read-only list"):
            reader.ask("evil", Request(method, path))
        with pytest.raises(ForbiddenRequestError):
            reader._sender.connection(reader.address).request(method=method, path=path, advanced_mode=True)
        assert jira.requests == []


@pytest.mark.parametrize("speaks", ["cloud", "data-center"])
def test_a_wrong_token_is_told_as_such(small_company, tmp_path, speaks):
    """401 is the account's refusal, and the token does not stand in the message."""
    with reading(small_company, tmp_path, speaks=speaks, token="wrong-token-1234") as (reader, _):
        with pytest.raises(AccountRefusedError) as caught:
            identify(reader)
        assert "wrong-token-1234" not in str(caught.value)


def test_an_empty_page_with_a_token_is_not_the_end(small_company, tmp_path):
    """Only a missing token ends a search."""
    emptied = 0

    def empty_second(asked: Asked, answer: Answer) -> Answer:
        nonlocal emptied
        if asked.path.endswith("/search/jql") and emptied == 0 and b"nextPageToken" in answer.body:
            page = json.loads(answer.body)
            if "nextPageToken" in json.loads(asked.body):
                emptied = len(page["issues"])
                page["issues"] = []
                return replace(answer, body=json.dumps(page).encode())
        return answer

    with reading(small_company, tmp_path, tamper=empty_second, page_size=10) as (reader, _):
        found = keys_of(reader)
    with reading(small_company, tmp_path / "whole") as (reader, _):
        assert len(found) == len(keys_of(reader)) - emptied
    assert emptied == 10


def spoil_search(change: Callable[[dict], None]) -> Tamper:
    def tamper(asked: Asked, answer: Answer) -> Answer:
        if not asked.path.endswith("/search/jql"):
            return answer
        page = json.loads(answer.body)
        change(page)
        return replace(answer, body=json.dumps(page).encode())

    return tamper


def test_a_page_token_that_comes_back_ends_the_pull(small_company, tmp_path):
    """A repeated token would page for ever; it is an error, and what came is kept."""
    tamper = spoil_search(lambda page: page.update(nextPageToken="again", isLast=False))

    def forgiving(asked: Asked, answer: Answer) -> Answer:
        # The server itself refuses a token that it did not give; this one answers it with the first page.
        if answer.status == 400:
            answer = replace(answer, status=200, body=b'{"issues": [{"id": "1", "key": "PAY-1"}]}')
        return tamper(asked, answer)

    with reading(small_company, tmp_path, tamper=forgiving) as (reader, _):
        with pytest.raises(AnswerError, match="came back twice"):
            keys_of(reader)
        assert len(reader.store.entries("walk")) == 1
        assert len(reader.store.refusals()) == 1  # the page that leads back: asked for again when the run goes on


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda page: page.update(warnings=[{"type": "CLAUSE_RESULT_TRUNCATED"}]), "may be incomplete"),
        (lambda page: page.pop("issues"), "lacks issues"),
        (lambda page: page.update(issues={}), r"at issues stands \{\}, expected array"),
        (lambda page: page["issues"][0].pop("id"), r"issues\[0\] lacks id"),
    ],
)
def test_a_page_that_contradicts_itself_is_an_error(small_company, tmp_path, change, message):
    """A page that can't be whole is never taken for evidence."""
    with reading(small_company, tmp_path, tamper=spoil_search(change)) as (reader, _):
        with pytest.raises(AnswerError, match=message):
            keys_of(reader)


def answering(**values: object) -> Tamper:
    def tamper(asked: Asked, answer: Answer) -> Answer:
        return replace(answer, **values) if asked.path.endswith("/search/jql") else answer

    return tamper


@pytest.mark.parametrize(
    ("tamper", "message"),
    [
        (answering(body=b'{"issues": [{"id": "1", "key": "PA'), "not whole JSON"),
        (answering(headers={"Content-Type": "text/html"}, body=b"<html>Log in</html>"), "login page"),
        (answering(headers={"Content-Type": "text/plain"}, body=b"hello"), "instead of JSON"),
        (answering(status=302, headers={"Location": "https://login.invalid/"}, body=b""), "redirected"),
    ],
)
def test_what_is_not_jiras_json_is_an_error_and_kept(small_company, tmp_path, tamper, message):
    """A login page, a cut document or a redirect ends the pull; what came is kept as refused."""
    with reading(small_company, tmp_path, tamper=tamper) as (reader, _):
        with pytest.raises(AnswerError, match=message):
            keys_of(reader)
        (refused,) = reader.store.refusals()
        assert (reader.store.folder / refused.file).is_file()
        assert reader.store.entries("walk") == []


def test_an_answer_to_another_account_is_refused(small_company, tmp_path):
    """Every answer must be for the account that myself named."""

    def swap(asked: Asked, answer: Answer) -> Answer:
        if asked.path.endswith("/search/jql"):
            return replace(answer, headers={**answer.headers, "X-AAccountId": "somebody-else"})
        return answer

    with reading(small_company, tmp_path, tamper=swap) as (reader, _):
        identify(reader)
        with pytest.raises(AccountRefusedError, match="somebody-else"):
            keys_of(reader)


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 503}, {"status": 429}, {"cut": True}])
def test_a_fault_that_passes_is_asked_again(small_company, tmp_path, fault):
    """Server faults, refusals for load and cut answers are asked for again, and the result is the same."""
    seen: dict[bytes, int] = {}

    def fail_first(asked: Asked, answer: Answer) -> Answer:
        seen[asked.body] = seen.get(asked.body, 0) + 1
        return replace(answer, **fault) if seen[asked.body] == 1 else answer

    with reading(small_company, tmp_path, tamper=fail_first, page_size=50) as (reader, _):
        found = keys_of(reader)
        assert all(entry.tries == 2 for entry in reader.store.entries())
    with reading(small_company, tmp_path / "whole") as (reader, _):
        assert found == keys_of(reader)


def test_retry_after_is_waited_for(small_company, tmp_path):
    """A server that says how long to wait is not asked earlier."""
    import time  # noqa: PLC0415 - the only test with a clock

    times: list[float] = []

    def slow_down(asked: Asked, answer: Answer) -> Answer:
        times.append(time.monotonic())
        if len(times) == 1:
            return replace(answer, status=429, headers={**answer.headers, "Retry-After": "1"})
        return answer

    with reading(small_company, tmp_path, tamper=slow_down) as (reader, _):
        reader.ask("account", reader.dialect.myself())
    assert times[1] - times[0] >= 1


def test_retries_end_with_the_budget(small_company, tmp_path):
    """The whole run has one budget; when it is spent, the pull ends and says so."""

    def always_fail(asked: Asked, answer: Answer) -> Answer:
        return replace(answer, status=503)

    with reading(small_company, tmp_path, tamper=always_fail, retries=3) as (reader, jira):
        with pytest.raises(UnreachableError, match="status 503"):
            reader.ask("account", reader.dialect.myself())
        assert len(jira.requests) == 4


def test_no_server_is_told_in_words(tmp_path):
    """A refused connection is an error of one line, not a traceback."""
    store = RawStore(tmp_path / "raw")
    with JiraReader(
        "http://127.0.0.1:9", cloud, Credentials("t"), store, first_wait_seconds=0.01, timeout_seconds=1
    ) as reader:
        with pytest.raises(UnreachableError, match="the connection was refused"):
            reader.ask("server", cloud.server_info(), most_tries=2)


def test_a_context_path_is_kept(small_company, tmp_path):
    """A base address with a context path works, and the allow-list still sees the path below it."""
    with reading(small_company, tmp_path, path="/jira") as (reader, jira):
        identify(reader)
        assert jira.url.endswith("/jira")
        with pytest.raises(ForbiddenRequestError):
            reader.ask("evil", Request("DELETE", "rest/api/3/issue/PAY-1"))


def test_a_damaged_body_on_disk_is_an_error(small_company, tmp_path):
    """A response that is not what the index says is never read."""
    with reading(small_company, tmp_path) as (reader, _):
        entry = reader.ask("account", reader.dialect.myself())
        path = reader.store.folder / entry.file
        path.write_bytes(gzip.compress(b'{"accountId": "forged"}'))
        with pytest.raises(AnswerError, match="is not what raw"):
            reader.store.json(entry)


def test_other_statuses_say_what_jira_said(small_company, tmp_path):
    """A refusal of the query carries Jira's own words."""
    with reading(small_company, tmp_path) as (reader, _):
        with pytest.raises(SourceError, match="400"):
            list(reader.search("walk/X", "project = NOSUCH ORDER BY created", ("key",)))


def test_credentials_are_never_shown():
    """The token does not appear in a representation."""
    assert "hunter2" not in repr(Credentials("hunter2", "user"))


def test_equal_questions_have_equal_digests():
    """The digest of a question depends on what is asked, and on nothing else."""
    assert get("rest/api/3/myself").digest == get("rest/api/3/myself", expand=None).digest
    assert post("rest/api/3/search/jql", jql="a").digest != post("rest/api/3/search/jql", jql="b").digest
