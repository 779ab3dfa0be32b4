"""Refusals: read wherever they say why, and of a part an answer, not the end."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from one_reader import reading

from auditlib.demo.server.site import Answer, Asked
from auditlib.errors import AccountRefusedError, SourceError
from auditlib.evidence.opened import Evidence
from auditlib.jira.refusal import UNSAID, log_refusal, reason, refusal, wants_captcha
from auditlib.pull.access import identify, require_browsable

HTML = {"Content-Type": "text/html;charset=UTF-8"}
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"errorMessages": ["No such field.", "Nor that."], "errors": {}}, "No such field.; Nor that."),
        ({"errorMessages": [], "errors": {"jql": "The licence has expired."}}, "jql: The licence has expired."),
        ({"code": 401, "message": "Unauthorized; scope does not match"}, "Unauthorized; scope does not match"),
        ({"error": "invalid_client", "error_description": "Unknown client."}, "Unknown client.; invalid_client"),
        ({"error": {"code": 403, "message": "Blocked by policy"}}, "Blocked by policy"),
        ({"errors": [{"status": 403, "title": "Forbidden", "detail": "Not from here."}]}, "Not from here."),
        ({"errorMessage": "Site is read-only"}, "Site is read-only"),
        ({"reason": "quota"}, "quota"),
        ("You must log in.", "You must log in."),
        (["one", "two"], "one; two"),
        ({"errorMessages": [], "errors": {}}, UNSAID),
        ({"errorMessages": None, "errors": 7}, UNSAID),
        (None, UNSAID),
    ],
)
def test_the_words_are_found_in_every_member_that_has_them(body, words):
    """A Jira, its gateway and a proxy each name the reason in another member."""
    assert reason(403, {}, body) == words
    assert reason(403, JSON, json.dumps(body).encode()) == words


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (404, b"<html><head><title>Oops - Jira</title></head><body><h1>Dead link</h1></body>", "Oops - Jira; Dead link"),
        (403, b"<h1>Forbidden (403)</h1><p>Basic auth is disabled.</p><script>x()</script>", "Basic auth is disabled."),
        (404, b'<?xml version="1.0"?><status><code>404</code><message>No such log</message></status>', "No such log"),
        (503, b"upstream connect error", "upstream connect error"),
        (404, "<title>Nicht möglich</title>".encode("latin-1"), "Nicht m\ufffdglich"),
        (404, b"", UNSAID),
        (404, b"\x89PNG\0\0", UNSAID),
        (401, b"<html><title>Unauthorized (401)</title><h1>401 Unauthorized</h1></html>", UNSAID),
        (400, b"[" * 100_000, UNSAID),
        (400, b"<![if", UNSAID),
    ],
)  # fmt: skip
def test_pages_and_other_bodies_are_read_too(status, body, words):
    """What a page says is told without its markup; the bare name of a status is no reason, and no body is an error."""
    said = reason(status, HTML, body)
    assert said == words or (words == UNSAID and len(said) <= 300)
    assert "<h1>" not in said


def test_the_charset_of_a_page_is_heeded():
    """A page in another encoding is read in it."""
    assert reason(
        403, {"content-type": "text/html; charset=ISO-8859-1"}, "<h1>Für Sie gesperrt</h1>".encode("latin-1")
    ) == ("Für Sie gesperrt")


def test_words_are_short_visible_and_said_once():
    """A reason is one line; what no reader would see is shown, and nothing is said twice."""
    said = reason(403, {}, {"errorMessages": ["a\u202eb\n c", "a\u202eb\n c", "x" * 900]})
    assert said.startswith("a[U+202E]b c; xx")
    assert len(said) == 300


def test_headers_say_why_where_the_body_does_not():
    """Seraph's and the challenge's words are a reason; the healthy value of a header is none."""
    denied = {"X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=https://jira.example.com/login.jsp"}
    assert "CAPTCHA_CHALLENGE" in reason(403, denied, b"")
    assert wants_captcha(denied)
    assert wants_captcha({"x-seraph-loginreason": "AUTHENTICATION_DENIED"})
    assert not wants_captcha({"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"})
    assert reason(401, {"X-Seraph-LoginReason": "OK"}, b"") == UNSAID
    challenge = {"WWW-Authenticate": 'Bearer realm="x", error="invalid_token", error_description="The token expired"'}
    assert reason(401, challenge, b"") == "invalid_token; The token expired"
    assert reason(401, {"WWW-Authenticate": 'OAuth realm="https%3A%2F%2Fjira.example.com"'}, b"") == UNSAID


def test_a_refused_log_says_what_it_takes():
    """The hint follows the reason: a scope is not a permission."""
    assert "read:audit-log:jira" in log_refusal(401, {}, {"message": "Unauthorized; scope does not match"})
    assert "Administer Jira" in log_refusal(403, {}, b"")
    assert "no such log" in log_refusal(404, HTML, b"<h1>Dead link</h1>")
    assert refusal(404, {}, b"") == "Jira answered 404"


def refusing(ending: str, status: int, headers: dict[str, str], body: bytes):
    """Answer every question whose path ends like that as told."""

    def tamper(asked: Asked, answer: Answer) -> Answer:
        return replace(answer, status=status, headers=headers, body=body) if asked.path.endswith(ending) else answer

    return tamper


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        (401, JSON, b'{"code": 401, "message": "scope does not match"}'),
        (403, HTML, b"<html><h1>scope does not match</h1></html>"),
        (404, {"Content-Type": "application/xml"}, b"<status><message>scope does not match</message></status>"),
        (405, {}, b"scope does not match"),
    ],
)
def test_the_refusal_of_a_part_is_an_answer_once_the_account_is_known(small_company, tmp_path, status, headers, body):
    """A part is refused for itself, whatever the refusal is written in; it is kept, and on disk it is the same answer."""
    with reading(small_company, tmp_path, tamper=refusing("/watchers", status, headers, body)) as (reader, jira):
        request = reader.dialect.issue_part("watchers", min(small_company.world.issues), None)
        with pytest.raises(SourceError):
            reader.answer("early", request, part=True)
        identify(reader)
        for _ in range(2):
            entry, answer = reader.answer("dossier/X/watchers", request, part=True)
            assert (entry.status, answer) == (status, None)
        kept = reader.store.entries("dossier")
        assert kept == [entry]
        assert reason(status, entry.headers, reader.store.body(entry)) == "scope does not match"
        assert sum(asked.path.endswith("/watchers") for asked in jira.requests) <= 3  # two of them early
        with pytest.raises(SourceError):
            reader.answer("whole", request)


def test_a_token_that_ends_meanwhile_is_not_taken_for_the_refusal_of_a_part(small_company, tmp_path):
    """After 401 for a part the account is asked for once more; is it refused too, the run ends."""
    ended = False

    def tamper(asked: Asked, answer: Answer) -> Answer:
        return replace(answer, status=401, headers=JSON, body=b'{"message": "Token expired"}') if ended else answer

    with reading(small_company, tmp_path, tamper=tamper) as (reader, _):
        identify(reader)
        ended = True
        request = reader.dialect.issue_part("watchers", min(small_company.world.issues), None)
        with pytest.raises(AccountRefusedError, match="Token expired"):
            reader.answer("dossier/X/watchers", request, part=True)
        assert reader.store.entries("dossier") == []


@pytest.mark.parametrize("speaks", ["cloud", "data-center"])
def test_refused_levels_and_permissions_do_not_end_a_run(small_company, tmp_path, parameters, speaks):
    """A project that answers is gone on with, although its permissions and security levels are refused in HTML."""

    def tamper(asked: Asked, answer: Answer) -> Answer:
        if asked.path.endswith(("/mypermissions", "/securitylevel")):
            return replace(answer, status=403, headers=HTML, body=b"<h1>No</h1>")
        return answer

    with reading(small_company, tmp_path / "data", speaks=speaks, tamper=tamper) as (reader, _):
        identify(reader)
        require_browsable(reader, ["PAY"])
    evidence = Evidence(tmp_path, parameters(projects="[PAY]", deployment=speaks))
    assert evidence.provenance.powers.empty
    assert evidence.provenance.security_levels == {"PAY": None}
