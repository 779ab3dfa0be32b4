"""Bounds of what is unpacked, read line by line, or parsed; what breaks them is in tests/hostile."""

from __future__ import annotations

import gzip
import io

import pytest

from auditlib.responses import bounds
from auditlib.responses.bounds import BoundError, bounded_lines, read_packed, require_readable, unpack


def test_to_the_bound_and_no_further():
    """A byte more is too much, in one member or several."""
    assert unpack(gzip.compress(b"12345"), 5) == b"12345"
    for packed in (gzip.compress(b"123456"), gzip.compress(b"123") + gzip.compress(b"456")):
        with pytest.raises(BoundError, match="more than 5 bytes"):
            unpack(packed, 5)


def test_a_file_is_read_as_far_as_it_can_be_one(tmp_path, monkeypatch):
    """What is larger than the bound even packed is not read to its end."""
    monkeypatch.setattr(bounds, "_SLACK", 100)
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"12345"))
    assert read_packed(path, 5) == b"12345"
    path.write_bytes(b"x" * 200)
    with pytest.raises(BoundError, match="larger than 105 bytes"):
        read_packed(path, 5)


def test_lines_each_and_all():
    """Characters of one, and of all together."""
    assert list(bounded_lines(io.StringIO("ab\nc"), 4, 3)) == ["ab\n", "c"]
    with pytest.raises(BoundError, match="a line of more than 2 characters"):
        list(bounded_lines(io.StringIO("ab\nc"), 9, 2))
    with pytest.raises(BoundError, match="more than 3 characters"):
        list(bounded_lines(io.StringIO("ab\nc"), 3, 9))


def test_values_are_counted_before_they_are_made(monkeypatch):
    """Few in a long text are no matter."""
    monkeypatch.setattr(bounds, "MOST_VALUES", 10)
    require_readable(b'{"a": "' + b"x" * 100 + b'"}')
    with pytest.raises(BoundError, match="more than 10 values"):
        require_readable(b"[" + b"{}," * 10 + b"{}]")
