"""Heads that are none, or do not end: status lines, headers, interim answers."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

import pytest

from auditlib.jira import watch
from hostile.ends import Answer, ends
from hostile.server import reply


def forever(piece: bytes, pause: float = 0.0, first: bytes = b"") -> Answer:
    """Say something, then the same for ever."""

    def says() -> Iterator[bytes]:
        yield first
        for _ in itertools.count():
            yield piece
            time.sleep(pause)

    return says


START = b"HTTP/1.1 200 OK\r\n"

ANSWERS: dict[str, Answer] = {
    "nothing": b"",
    "no status line": b"\r\n\r\n",
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n",
    "text": b"Go away.\n" * 20,
    "binary": bytes(range(256)) * 8,
    "a status that is no number": b"HTTP/1.1 abc OK\r\nContent-Length: 2\r\n\r\n{}",
    "a status of four digits": b"HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\n{}",
    "a status below 100": b"HTTP/1.1 7 OK\r\nContent-Length: 2\r\n\r\n{}",
    "a status line of 100 kB": b"HTTP/1.1 200 " + b"o" * 100_000 + b"\r\n\r\n",
    "an old protocol": b"HTTP/0.9 200 OK\r\n\r\n{}",
    "a protocol to come": b"HTTP/7.5 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    "switching protocols": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n",
    "early hints alone": b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n",
    "a header of 100 kB": START + b"X-A: " + b"a" * 100_000 + b"\r\n\r\n{}",
    "5,000 headers": START + b"".join(b"X-%d: a\r\n" % n for n in range(5000)) + b"\r\n{}",
    "a header without a colon": START + b"nonsense\r\nContent-Length: 2\r\n\r\n{}",
    "a header with a null": START + b"X-A: a\0b\r\nContent-Length: 2\r\n\r\n{}",
    "a header that is cut": START + b"Content-Ty",
    "a head without its end": START + b"Content-Type: application/json\r\n",
    "no content and no type": b"HTTP/1.1 204 No Content\r\n\r\n",
    "not modified": b"HTTP/1.1 304 Not Modified\r\n\r\n",
    "headers without end": forever(b"X-Again: and again\r\n", 0.0, START),
    "a line without end": forever(b"a" * 4096, 0.0, START + b"X-A: "),
    "100 Continue without end": forever(b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
    "100 Continue without end, slowly": forever(b"HTTP/1.1 100 Continue\r\n\r\n", 0.05),
    "a status line that drips": forever(b"H", 0.05),
    "headers that drip": forever(b"X", 0.05, START + b"X-A: "),
}


@pytest.fixture(autouse=True)
def short_bounds(monkeypatch):
    """The bounds of heads are some tenths of a second, so that a test need not wait for them."""
    monkeypatch.setattr(watch, "LONGEST_HEAD", 0.3)
    monkeypatch.setattr(watch, "LARGEST_HEAD", 1 << 19)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_head_that_is_none_ends_with_a_sentence(name, tmp_path):
    """Whatever comes in place of a head, and however slowly, no hang and no error of ours comes of it."""
    ended = ends(tmp_path, ANSWERS[name])
    ended.require_sentence()
    assert ended.status == 3


def test_a_head_without_end_says_so(tmp_path):
    """It is not called a connection that was closed, and asked for twice, no more."""
    ended = ends(tmp_path, ANSWERS["100 Continue without end, slowly"])
    assert "in 2 tries: the head of the answer does not end" in ended.said


def test_an_ordinary_answer_is_none_of_these(tmp_path):
    """The same way of asking takes what a Jira says."""
    assert ends(tmp_path, reply({"key": "A"})).status == 0
