"""The watch: every byte is counted below whatever reads it, and what breaks a bound loses its connection."""

from __future__ import annotations

import socket
import time

import pytest
import requests
from hostile.server import reply, speaking

from auditlib.jira import watch
from auditlib.jira.watch import OddAnswerError, TooLargeError, TooLongError, Watch, WatchedAdapter, watched


@pytest.fixture
def lines():
    """Two ends of a connection."""
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


def looked(lines, *steps: tuple[float, int], **how: float) -> OddAnswerError | None:
    """Let bytes come at times, look after each, and return what is broken."""
    watching = Watch(how.pop("seconds", 60.0), how.pop("most", None), in_head=how.pop("in_head", False), **how)
    watching.on(lines[0])
    begun = time.monotonic()
    for after, count in steps:
        waits = watching._first is None
        watching.add(count)
        if waits and count:
            watching._first = begun + after
        watching.look(begun + after)
    return watching.error


def test_an_answer_has_so_much_time(lines):
    """From its question on, whatever comes."""
    assert looked(lines, (1, 0), (59, 5000)) is None
    error = looked(lines, (1, 0), (61, 5000))
    assert isinstance(error, TooLongError)
    assert error.heavy


def test_an_answer_that_has_begun_ends_sooner(lines):
    """A Jira may think before it begins; a file may take longer."""
    assert "40 s of its first byte" in str(looked(lines, (0, 5000), (41, 50_000)))
    assert looked(lines, (50, 0), (55, 50_000)) is None
    assert looked(lines, (0, 5000), (41, 50_000), once_begun=3600.0) is None


def test_an_answer_has_so_many_bytes(lines, monkeypatch):
    """On the wire, packed or not."""
    monkeypatch.setattr(watch, "LARGEST_HEAD", 0)
    assert looked(lines, (1, 900), most=1000) is None
    assert isinstance(looked(lines, (1, 900), (2, 900), most=1000), TooLargeError)


def test_a_head_has_its_own_time_from_its_first_byte_on(lines):
    """A Jira may think before it; a body is none."""
    assert looked(lines, (50, 0), in_head=True) is None
    assert "head" in str(looked(lines, (0, 1), (21, 1), in_head=True))
    assert looked(lines, (0, 1), (21, 1), in_head=False) is None


def test_a_drip_is_many_small_pieces_for_long(lines):
    """Few pieces, one stall or much in all are none."""
    drip = [(float(second), 3) for second in range(1, 20)]
    assert "drips" in str(looked(lines, *drip))
    assert looked(lines, *drip[:12]) is None
    assert looked(lines, (0.1, 3), (19, 3)) is None
    assert looked(lines, (0.1, 1_000_000), *drip) is None


def test_whoever_reads_from_a_cut_connection_wakes_up_and_is_told_why(lines):
    """Also where what was cut looks like an end."""
    watching = Watch(0.0)
    watching.on(lines[0])
    with pytest.raises(TooLongError, match="did not end"), watched(watching):
        lines[0].recv(1)


def test_what_is_watched_is_as_it_was(monkeypatch):
    """An ordinary answer comes through the adapter, its bytes counted."""
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", WatchedAdapter())
    watching = Watch(60.0)
    with speaking(lambda _: [reply({"key": "A"})]) as address, watched(watching):
        assert session.get(address, timeout=5).json() == {"key": "A"}
    session.close()
    assert watching.error is None
    assert watching._came > 50


@pytest.mark.parametrize("size", [b"-1", b"-5"])
def test_a_chunk_below_nought_is_an_answer_that_was_cut(size):
    """It is read neither to the end of all, into memory, nor by a fault of the library's."""
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", WatchedAdapter())
    answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + size + b"\r\nall of it"
    with speaking(lambda _: [answer]) as address, pytest.raises(requests.exceptions.ChunkedEncodingError):
        session.get(address, timeout=5)
    session.close()
