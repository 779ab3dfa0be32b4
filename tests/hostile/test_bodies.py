"""Bodies that are cut, longer than they say, in odd pieces, or without end."""

from __future__ import annotations

import time

import pytest

from auditlib.jira import watch, wire
from hostile.ends import Answer, ends
from hostile.server import JSON, reply
from hostile.test_heads import forever

HEAD = f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\n".encode()
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

ANSWERS: dict[str, Answer] = {
    "empty": reply(b""),
    "shorter than its length": reply(b'{"key": "A"', length=500),
    "cut within a number": reply(b'{"id": 12'),
    "a length that is no number": HEAD + b"Content-Length: many\r\n\r\n{",
    "a length below nought": HEAD + b"Content-Length: -5\r\n\r\n{",
    "two lengths": HEAD + b"Content-Length: 2\r\nContent-Length: 900\r\n\r\n{}",
    "a length of 5,000 digits": HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n{}",
    "chunks that are cut": CHUNKED + b'5\r\n{"a"',
    "a chunk without a size": CHUNKED + b"{}\r\n",
    "a chunk below nought": CHUNKED + b"-1\r\n{}\r\n0\r\n\r\n",
    "a chunk far below nought": CHUNKED + b"-5\r\n{}\r\n0\r\n\r\n",
    "a chunk that is larger than all memory": CHUNKED + b"ffffffffffffffff\r\n{}",
    "a chunk size of 100 kB": CHUNKED + b"0" * 100_000 + b"2\r\n{}\r\n0\r\n\r\n",
    "a chunk with an endless extension": forever(b"x" * 4096, 0.0, CHUNKED + b"2;"),
    "trailers without end": forever(b"X-A: a\r\n" * 100, 0.0, CHUNKED + b"2\r\n{}\r\n0\r\n"),
    "chunks of nothing without end": forever(b"1\r\n \r\n" * 1000, 0.0, CHUNKED),
    "a body without end": forever(b" " * 65536, 0.0, HEAD + b"\r\n"),
    "a body without end that says its length": forever(
        b" " * 65536, 0.0, HEAD + b"Content-Length: 99999999999\r\n\r\n"
    ),
    "a body that drips": forever(b" ", 0.02, HEAD + b"\r\n"),
    "chunks that drip": forever(b"1\r\n \r\n", 0.02, CHUNKED),
    "a body that drips and says its length": forever(b" ", 0.02, HEAD + b"Content-Length: 5000\r\n\r\n"),
}


@pytest.fixture(autouse=True)
def short_bounds(monkeypatch):
    """The bounds of bodies are small here, so that a test need not wait for them."""
    monkeypatch.setattr(watch, "LONGEST_HEAD", 0.5)
    monkeypatch.setattr(watch, "LONGEST_DRIP", 0.5)
    monkeypatch.setattr(watch, "DRIPS", 2)
    monkeypatch.setattr(wire, "LARGEST_ANSWER", 1 << 20)
    monkeypatch.setattr(watch, "LARGEST_ANSWER", 1 << 20)
    monkeypatch.setattr(watch, "LARGEST_HEAD", 1 << 20)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_body_that_is_none_ends_with_a_sentence(name, tmp_path):
    """Cut, odd or without end: the question ends, and nothing of it counts as an answer."""
    ended = ends(tmp_path, ANSWERS[name])
    ended.require_sentence()
    assert ended.status == 3


@pytest.mark.parametrize("name", [name for name in ANSWERS if "drip" in name])
def test_a_drip_is_called_one_and_asked_for_twice(name, tmp_path):
    """No time-out ends it: each wait is short."""
    assert "in 2 tries: the answer drips" in ends(tmp_path, ANSWERS[name]).said


def test_a_part_that_breaks_a_bound_is_missed_and_the_rest_goes_on(tmp_path):
    """It is kept as refused, with the reason, without what came of it."""
    ended = ends(
        tmp_path,
        ANSWERS["a body without end"],
        lambda reader: reader.issue_part("dossier/A-1/comments", "comments", 7),
    )
    assert "holds more than 1,048,576 bytes" in ended.said
    index = (tmp_path / "raw" / "index.jsonl").read_text(encoding="utf-8").splitlines()
    assert "holds more than" in index[-1]


def test_what_pauses_within_its_time_out_does_not_drip(tmp_path):
    """A stall is no drip: a Jira may think in the middle of an answer."""

    def pausing():
        yield HEAD + b'\r\n{"key":'
        time.sleep(1.2)
        yield b'"A"}'

    assert ends(tmp_path, pausing).status == 0
