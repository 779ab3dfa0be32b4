"""The authority asked over HTTP: a real one, and those that want the run to fall."""

from __future__ import annotations

import time

import pytest
from authorities import made_authority, send, serving

from auditlib.package.time_stamp import LARGEST_STAMP, read_stamp
from auditlib.run import authority as module
from auditlib.run.authority import AuthorityError, ask_for_stamp

CONTENT = b"0f  manifest-sha256.txt\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return made_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr(module, "_WAITS", 0.0)


def refusal(answer, *, content=CONTENT, seconds=2.0, query=""):
    with serving(answer) as address, pytest.raises(AuthorityError) as error:
        ask_for_stamp(content, f"{address}{query}", seconds=seconds)
    said = str(error.value)
    assert said.startswith(f"{address} gives no time stamp: ")
    return said.removeprefix(f"{address} gives no time stamp: ")


def test_a_real_authority_answers_and_sees_a_digest_and_no_credential(authority, monkeypatch, tmp_path):
    """One ``POST`` of RFC 3161; no password of this machine's for that host, nor a Jira's, and no cookie goes along."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password geheim\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("JIRA_TOKEN", "geheim")
    seen = []

    def answer(query, handler):
        seen.append((query, {name.lower(): value for name, value in handler.headers.items()}))
        send(handler, authority.answer(query), Set_Cookie="a=b")

    with serving(answer) as address:
        kept, stamp = ask_for_stamp(CONTENT, address)
        ask_for_stamp(CONTENT, address)
    assert read_stamp(CONTENT, kept) == stamp
    (query, heads), (again, more) = seen
    assert heads["content-type"] == "application/timestamp-query"
    assert not {"authorization", "cookie"} & (heads.keys() | more.keys())
    assert CONTENT not in query
    assert query != again  # another number used once


def test_what_answers_another_question_is_not_kept(authority):
    """A token that was given before, one over other bytes, one without its certificate, a refusal, and junk."""
    old, other = authority.stamp(CONTENT), authority.stamp(b"other")
    bare = authority.stamp(CONTENT, certificate=False)
    rejected = bytes.fromhex("30093007020102300230 00".replace(" ", ""))
    said = [refusal(lambda _, handler, body=body: send(handler, body)) for body in (old, other, bare, b"<html>", b"")]
    assert said[0] == "it answers another question: its number is not the one that was sent"
    assert said[1] == "it was made over other bytes"
    assert "does not hold the certificate" in said[2]
    assert said[3] == said[4] == "it is no answer of a time-stamping authority (RFC 3161)"
    assert refusal(lambda _, handler: send(handler, rejected))


def test_an_endless_a_large_and_a_slow_answer_end(authority):
    """In bounded time and memory: four gigabytes announced, four gigabytes sent, a byte a time, nothing at all."""

    def endless(_, handler):
        handler.send_response(200)
        handler.send_header("Content-Length", str(1 << 32))
        handler.end_headers()
        while True:
            handler.wfile.write(bytes(1 << 16))

    def dripping(_, handler):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(1000):
            handler.wfile.write(b"0")
            handler.wfile.flush()
            time.sleep(0.05)

    began = time.monotonic()
    assert f"more than {LARGEST_STAMP:,} bytes" in refusal(endless)
    assert "did not end within" in refusal(dripping, seconds=0.6)
    assert "no answer came within 0.3 s" in refusal(lambda *_: time.sleep(2), seconds=0.3)
    assert time.monotonic() - began < 30


def test_a_redirect_is_not_followed_and_a_status_is_told(authority):
    """Wherever it leads; what stands behind a question mark, in the address or in the redirect, is not told."""
    asked = []

    def other(query, handler):
        asked.append(query)
        send(handler, authority.answer(query))

    with serving(other) as elsewhere:
        said = refusal(lambda _, handler: send(handler, b"", 307, Location=f"{elsewhere}?key=geheim"))
    assert said == f"it leads to {elsewhere}; put that into timestamp_url"
    assert asked == []
    assert "status 404; is timestamp_url its address?" in refusal(
        lambda _, handler: send(handler, b"", 404), query="?key=geheim"
    )


def test_what_leads_nowhere_a_proxy_and_a_cut_answer_are_told_as_such():
    """Each says what to do about it; a cut answer, also one of a length below nought, is asked for once more."""
    assert "status 304" in refusal(lambda _, handler: send(handler, b"", 304))
    assert "wants a name and a password" in refusal(lambda _, handler: send(handler, b"", 407))
    asked = []

    def cut(query, handler):
        asked.append(query)
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nx")
        handler.close_connection = True

    assert refusal(cut) == "its answer was cut, or can't be unpacked"
    assert len(asked) == 2


def test_a_busy_authority_is_asked_once_more(authority):
    """One that is overloaded for a moment costs no time stamp; one that stays so does."""
    counted = []

    def busy_once(query, handler):
        counted.append(query)
        send(handler, authority.answer(query)) if len(counted) > 1 else send(handler, b"", 503)

    with serving(busy_once) as address:
        ask_for_stamp(CONTENT, address)
    assert len(counted) == 2
    assert refusal(lambda _, handler: send(handler, b"", 503)) == "it answered with status 503"


def test_an_authority_that_is_not_there_is_a_sentence():
    """Nothing listens, a name that does not resolve, a port that speaks no TLS."""
    for address, words in (
        ("http://127.0.0.1:9/tsr", "no connection came about"),
        ("http://no-such-host.invalid/tsr", "no connection came about"),
    ):
        with pytest.raises(AuthorityError, match=words):
            ask_for_stamp(CONTENT, address, seconds=3)
    with serving(lambda *_: None) as address, pytest.raises(AuthorityError, match="does not speak TLS"):
        ask_for_stamp(CONTENT, address.replace("http:", "https:"), seconds=3)
