"""Secrets searched for in every file of a package before it is sealed, and in what is packed inside of the files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from auditlib.digests import CHUNK
from auditlib.errors import AuditError
from auditlib.package.containers import Layer, Opened, most_of
from auditlib.package.disk import open_bytes
from auditlib.text import visible_text

_ANSWERS: Final = "data/raw/"
_SMALLER: Final = 1_032
"""Times that deflate makes bytes smaller at most (zlib, "Technical Details"): answers of Jira are unpacked whole."""


@dataclass(frozen=True)
class Searched:
    """One file, read and searched.

    Attributes
    ----------
    digest : str
        SHA-256.
    size : int
    unopened : tuple of str
        What inside of it could not be searched, and why.
    """

    digest: str
    size: int
    unopened: tuple[str, ...] = ()


def search_file(path: Path, shown: str, needles: tuple[bytes, ...]) -> Searched:
    """Read a payload file once: its digest, and whether a secret stands in it, in what is packed inside of it, or in its path.

    Parameters
    ----------
    path : Path
    shown : str
        Its path within the package.
    needles : tuple of bytes
        Every form of every secret (`secret_forms.needles_of`); without any, nothing is unpacked.

    Raises
    ------
    AuditError
        If a secret stands there; naming the file and the way inside of it, never the secret.
    """
    if holds([shown.encode()], needles):
        raise _refused("a file whose name is a credential", "")
    digest, size = hashlib.sha256(), 0
    expected = path.stat(follow_symlinks=False).st_size
    opened = _opened(needles, most_of(expected) + (_SMALLER * expected if shown.startswith(_ANSWERS) else 0))
    layer = Layer(opened)
    with open_bytes(path) as stream:
        try:
            while piece := stream.read(CHUNK):
                digest.update(piece)
                size += len(piece)
                if needles:
                    layer.feed(piece)
            layer.close()
        except _FoundError as found:
            way = str(found)
            raise _refused(visible_text(shown), "" if holds([way.encode()], needles) else way) from None
    return Searched(digest.hexdigest(), size, tuple(opened.unopened))


def holds(pieces: Iterable[bytes], needles: tuple[bytes, ...]) -> bool:
    """Say whether one of ``needles`` stands in ``pieces``, across their borders too; nothing is unpacked."""
    layer = Layer(_opened(needles, 0))
    try:
        for piece in pieces:
            layer.feed(piece)
    except _FoundError:
        return True
    return False


class _FoundError(Exception):
    """A secret was found; says the way to it inside of the file."""


def _opened(needles: tuple[bytes, ...], most: int) -> Opened:
    """Return what looks for needles in a file and in what is packed inside of it."""

    def look(window: bytes, way: str) -> None:
        if any(needle in window for needle in needles):
            raise _FoundError(way)

    return Opened(look, max(map(len, needles), default=1) - 1, most)


def _refused(name: str, way: str) -> AuditError:
    where = f"{name}, in {way}" if way else name
    return AuditError(
        f"can't be sealed: {where}: a credential of this run stands in it. Nothing was sealed. Renew the credential; take it "
        "out of Jira if it stands there, else report this"
    )
