"""Secrets searched for in every file of a package before it is sealed."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from io import BufferedReader
from pathlib import Path
from urllib.parse import quote, quote_plus

from auditlib.digests import CHUNK
from auditlib.errors import AuditError
from auditlib.package.disk import open_bytes
from auditlib.text import visible_text

SHORTEST_SECRET = 8


# Secrets


def needles_of(secrets: Sequence[str]) -> tuple[bytes, ...]:
    """Return every form in which one of ``secrets`` could stand in a file."""
    needles: set[bytes] = set()
    for secret in secrets:
        if len(secret) < SHORTEST_SECRET:
            continue
        plain = secret.encode("utf-8", "surrogatepass")
        needles |= {plain, html.escape(secret).encode("utf-8", "surrogatepass")}
        needles |= {
            json.dumps(secret, ensure_ascii=ascii_only)[1:-1].encode("utf-8", "surrogatepass")
            for ascii_only in (True, False)
        }
        needles |= {quote(plain, safe="").encode(), quote_plus(plain).encode()}
        for before in range(3):
            # Three bytes make four characters. Characters that also hold bits of a neighbour are cut off, so that the
            # rest is found in the base64 of any longer text, such as "user:secret".
            encoded = base64.b64encode(b"\0" * before + plain)
            inner = encoded[(0, 2, 3)[before] : len(encoded) - (0, 3, 2)[(before + len(plain)) % 3]]
            needles |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return tuple(sorted(needles))


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
