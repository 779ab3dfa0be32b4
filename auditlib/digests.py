"""Digests of files: SHA-256, read in pieces."""

from __future__ import annotations

import hashlib
from pathlib import Path

CHUNK = 1 << 20


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file in lower-case hex, reading it in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
