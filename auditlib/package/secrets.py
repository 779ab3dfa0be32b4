"""Secrets searched for in every file of a package before it is sealed."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterable, Iterator
from io import BufferedReader
from pathlib import Path

from auditlib.digests import CHUNK
from auditlib.errors import AuditError
from auditlib.package.disk import open_bytes
from auditlib.text import visible_text


def digest_of(path: Path, shown: str, needles: tuple[bytes, ...]) -> tuple[str, int]:
    """Return the SHA-256 and size of a payload file, or raise AuditError if a secret stands in it or its path."""
    digest = hashlib.sha256()
    size = 0

    def pieces(stream: BufferedReader) -> Iterator[bytes]:
        nonlocal size
        while piece := stream.read(CHUNK):
            digest.update(piece)
            size += len(piece)
            yield piece

    with open_bytes(path) as stream:
        found = holds(pieces(stream), needles)
    if found or holds([shown.encode()], needles) or (needles and holds(_unzipped(path), needles)):
        name = "a file whose name is a credential" if holds([shown.encode()], needles) else visible_text(shown)
        raise AuditError(
            f"can't be sealed: {name}: a credential of this run stands in it. Nothing was sealed; report this"
        )
    return digest.hexdigest(), size


def holds(pieces: Iterable[bytes], needles: tuple[bytes, ...]) -> bool:
    """Read all ``pieces``; say whether one of ``needles`` stands in them, across their borders too."""
    overlap = max((len(needle) for needle in needles), default=1) - 1
    found = False
    tail = b""
    for piece in pieces:
        window = tail + piece
        found = found or any(needle in window for needle in needles)
        tail = window[-overlap:] if overlap else b""
    return found


def _unzipped(path: Path) -> Iterator[bytes]:
    """Yield what a gzip file holds, as far as it can be read; nothing for any other file, whatever its name."""
    with open_bytes(path) as stream:
        if stream.read(2) != b"\x1f\x8b":
            return
        stream.seek(0)
        with gzip.GzipFile(fileobj=stream) as inner:
            try:
                while piece := inner.read(CHUNK):
                    yield piece
            except (OSError, EOFError, zlib.error):
                return  # an attachment may be cut or no gzip at all: its bytes were searched as they are
