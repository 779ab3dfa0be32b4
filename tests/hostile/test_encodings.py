"""Bodies that are packed: into nothing, in layers, as something else, or as a little that holds a lot."""

from __future__ import annotations

import gzip
import io
import zlib

import pytest

from auditlib.jira import wire
from hostile.ends import Answer, ends
from hostile.server import reply

GOOD = b'{"key": "A"}'


def bomb(size: int, layers: int = 1) -> bytes:
    """Pack so many spaces, and what came of it again."""
    packed = b" " * size
    for _ in range(layers):
        held = io.BytesIO()
        with gzip.GzipFile(fileobj=held, mode="wb", mtime=0) as stream:
            stream.write(packed)
        packed = held.getvalue()
    return packed


def packed(body: bytes, encoding: str) -> bytes:
    return reply(body, "200 OK", f"Content-Encoding: {encoding}")


ANSWERS: dict[str, Answer] = {
    "gzip that is none": packed(GOOD, "gzip"),
    "gzip that is cut": packed(gzip.compress(GOOD * 1000)[:-20], "gzip"),
    "gzip with another checksum": packed(gzip.compress(GOOD)[:-8] + b"\0" * 8, "gzip"),
    "deflate that is none": packed(GOOD, "deflate"),
    "gzip twice, said once": packed(gzip.compress(gzip.compress(GOOD)), "gzip"),
    "a bomb": packed(bomb(40 << 20), "gzip"),
    "a bomb in a bomb": packed(bomb(40 << 20, 2), "gzip, gzip"),
    "a bomb of deflate": packed(zlib.compress(b" " * (40 << 20)), "deflate"),
    "a bomb of several members": packed(bomb(3 << 20) * 12, "gzip"),
    "packed ten times": packed(GOOD, ", ".join(["gzip"] * 10)),
    "brotli": packed(b"\x0b\x05\x80" + GOOD, "br"),
    "zstd": packed(b"\x28\xb5\x2f\xfd" + GOOD, "zstd"),
    "an encoding that nobody knows": packed(b"\x01\x02\x03", "x-own"),
    "a million encodings": packed(GOOD, "gzip," * 10_000),
    "UTF-16": reply('{"key": "A"}'.encode("utf-16")[:-1]),
    "no UTF-8": reply(b'{"key": "\xff\xfe"}'),
}


@pytest.fixture(autouse=True)
def small_answers(monkeypatch):
    """An answer may hold eight megabytes here."""
    monkeypatch.setattr(wire, "LARGEST_ANSWER", 8 << 20)


@pytest.mark.parametrize("name", ANSWERS)
def test_what_can_not_be_unpacked_ends_with_a_sentence(name, tmp_path):
    """However it is packed, no more than an answer is unpacked, and nothing that is damaged counts."""
    ended = ends(tmp_path, ANSWERS[name])
    ended.require_sentence()
    assert ended.status == 3


@pytest.mark.parametrize("name", [name for name in ANSWERS if "bomb" in name])
def test_a_bomb_is_called_too_large(name, tmp_path):
    """The sentence says what is wrong with it, and it was asked for twice."""
    assert "in 2 tries: the answer holds more than 8,388,608 bytes" in ends(tmp_path, ANSWERS[name]).said


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "identity"])
def test_what_is_packed_as_it_says_is_taken(encoding, tmp_path):
    """As Jira packs its answers."""
    body = {"gzip": gzip.compress(GOOD), "deflate": zlib.compress(GOOD), "identity": GOOD}[encoding]
    assert ends(tmp_path, packed(body, encoding)).status == 0
