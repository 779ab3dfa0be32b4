"""Packages and archives of somebody else: what is packed in them is unpacked no further than any answer."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditlib.errors import AnswerError
from auditlib.evidence.archived import _comment_census
from auditlib.evidence.witnesses import _census
from auditlib.evidence.workflows import _archived
from auditlib.responses import bounds
from auditlib.responses.bounds import BoundError, packed_lines, unpack
from auditlib.responses.entry import Entry
from auditlib.responses.request import get
from auditlib.responses.store import RawStore
from hostile.test_encodings import bomb

BODY = json.dumps({"key": "A"}).encode()


@pytest.fixture(autouse=True)
def small_bounds(monkeypatch):
    """An answer has a megabyte at most here, a file of records two."""
    monkeypatch.setattr(bounds.unpack, "__defaults__", (1 << 20,))
    monkeypatch.setattr(bounds.read_packed, "__defaults__", (1 << 20,))
    monkeypatch.setattr(bounds.bounded_lines, "__defaults__", (2 << 20, 1 << 20))


FILES = {
    "a bomb": bomb(30 << 20),
    "a bomb of members": bomb(1 << 19) * 60,
    "a bomb in a bomb": bomb(30 << 20, 2),
    "larger than any, packed": b"\x1f\x8b" + b"\0" * (3 << 20),
    "no gzip": b"{}",
    "nothing": b"",
    "cut": gzip.compress(BODY)[:-4],
    "another checksum": gzip.compress(BODY)[:-8] + b"\0" * 8,
    "a head alone": gzip.compress(BODY)[:10],
    "something behind it": gzip.compress(BODY) + b"and more",
}


def kept(folder: Path, content: bytes) -> tuple[RawStore, Entry]:
    store = RawStore(folder / "raw")
    at = datetime(2026, 5, 1, tzinfo=UTC)
    entry = store.keep("project/A", get("x"), status=200, headers={}, body=BODY, at=at, tries=1)
    (folder / "raw" / entry.file).write_bytes(content)
    return RawStore(folder / "raw"), entry


@pytest.mark.parametrize("name", FILES)
def test_a_response_that_is_none_is_named(name, tmp_path):
    """The file stands in the sentence, whatever is in it."""
    store, entry = kept(tmp_path, FILES[name])
    with pytest.raises(AnswerError, match=r"raw/project/A/000001\.json\.gz "):
        store.json(entry)


@pytest.mark.parametrize("name", [name for name in FILES if "bomb" in name and "in a" not in name])
def test_a_bomb_is_called_larger_than_any_answer(name, tmp_path):
    """No more than the bound was unpacked of it."""
    store, entry = kept(tmp_path, FILES[name])
    with pytest.raises(AnswerError, match="holds more than 1,048,576 bytes, more than any answer of a Jira"):
        store.body(entry)


@pytest.mark.parametrize("read", [_census, _comment_census])
@pytest.mark.parametrize("name", FILES)
def test_a_file_of_an_archive_that_is_none_is_named(name, read, tmp_path):
    """A census and the notes of comments are read line by line, up to a bound."""
    path = tmp_path / "20260501T031500Z.jsonl.gz"
    path.write_bytes(FILES[name])
    if name == "nothing":  # gzip takes a file of nothing for one without content
        read(path)
        return
    with pytest.raises(AnswerError, match=r"20260501T031500Z\.jsonl\.gz can't be read: "):
        read(path)


@pytest.mark.parametrize("name", FILES)
def test_a_workflow_of_an_archive_that_is_none_is_named(name, tmp_path):
    """As a response."""
    path = tmp_path / "w-1.json.gz"
    path.write_bytes(FILES[name])
    with pytest.raises(AnswerError, match="can't be read: "):
        _archived(path)


def test_what_is_packed_as_usual_is_unpacked():
    """One member or several, to the last byte."""
    assert unpack(gzip.compress(BODY)) == BODY
    assert unpack(gzip.compress(BODY) + gzip.compress(b"!")) == BODY + b"!"
    exactly = b"x" * (1 << 20)
    assert hashlib.sha256(unpack(gzip.compress(exactly))).digest() == hashlib.sha256(exactly).digest()
    with pytest.raises(BoundError):
        unpack(gzip.compress(exactly + b"x"))
    with pytest.raises((zlib.error, OSError)):
        unpack(b"never packed")


def test_lines_are_bounded_each_and_together(tmp_path):
    """Ordinary ones come as they are."""
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(b"one\ntwo\n\nlast"))
    assert list(packed_lines(path)) == ["one\n", "two\n", "\n", "last"]
