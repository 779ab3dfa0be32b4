"""Censuses of an archive: a file that is none is named."""

from __future__ import annotations

import gzip

import pytest

from auditlib.errors import AnswerError
from auditlib.evidence.opened import open_evidence
from auditlib.pull.collect import begin


def flipped(packed: bytes) -> bytes:
    """Flip bits of the first packed block, so that it is none."""
    return packed[:10] + bytes([packed[10] ^ 0x06]) + packed[11:]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("20260501T000000Z.jsonl.gz", b"no gzip"),
        ("20260501T000000Z.jsonl.gz", gzip.compress(b'{"id": 1, "key": "PAY-1"}')[:-9]),
        ("20260501T000000Z.jsonl.gz", flipped(gzip.compress(b'{"id": 1, "key": "PAY-1"}', mtime=0))),
        ("20260501T000000Z.jsonl.gz", gzip.compress(b"\xff\xfe")),
        ("20260501T000000Z.jsonl.gz", gzip.compress(b"[" * 200_000)),
        ("20260501T000000Z.jsonl.gz", gzip.compress(b'{"id": 1, "key": "PAY-0"}')),
        ("of May.jsonl.gz", gzip.compress(b'{"id": 1, "key": "PAY-1"}')),
    ],
    ids=["no gzip", "cut", "flipped", "no UTF-8", "deep", "no key", "no stamp"],
)
def test_a_census_that_is_none_is_named(parameters, tmp_path, name, content):
    """A file of the archive is as foreign as a response: whatever is in it, the error says which one it is."""
    begin(parameters(), tmp_path, tmp_path)
    path = tmp_path / "data" / "archive" / "census" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(AnswerError, match=rf"^archive/census/{name} can't be read: "):
        _ = open_evidence(tmp_path).witnesses.censuses
