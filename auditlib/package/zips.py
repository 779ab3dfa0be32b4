"""Archives that are equal to the byte wherever they are made: no time, no right and no system of this machine stands in them.

Files are stored as they are. A compressor's bytes differ between versions of zlib and from one implementation of it to
another; most of a package is compressed already (``raw/``, PNG, XLSX, PDF).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from auditlib.digests import CHUNK, digest_file
from auditlib.errors import UsageError
from auditlib.package.disk import open_bytes
from auditlib.package.parts import Part

_BEGINNING: Final = (1980, 1, 1, 0, 0, 0)
"""The first time that an archive can tell."""

_PLAIN_FILE: Final = 0o100644 << 16
_UNIX: Final = 3
_ZIP64: Final = 1 << 31


def write_part(target: Path, part: Part, package: Path, stands: dict[str, str]) -> str:
    """Write the archive of one part of a package.

    Parameters
    ----------
    target : Path
        The archive.
    part : Part
        What goes into it.
    package : Path
        Where the files lie; each is compared with its digest as it is read, in pieces.
    stands : dict of str to str
        Where each file stands in the package, by the path that the manifest has.

    Returns
    -------
    str
        SHA-256 of the archive.

    Raises
    ------
    UsageError
        If a file is not what the manifest says.
    """
    with ZipFile(target, "w", ZIP_STORED, strict_timestamps=True) as archive:
        with archive.open(_entry(part.list_name, len(part.listing)), "w") as entry:
            entry.write(part.listing)
        for piece in part.pieces:
            named = _entry(f"{part.name}/{piece.path}", piece.size)
            with (
                archive.open(named, "w", force_zip64=piece.size >= _ZIP64) as entry,
                open_bytes(package / stands[piece.path]) as stream,
            ):
                found = _copy(iter(lambda stream=stream: stream.read(CHUNK), b""), entry)  # type: ignore[misc]
            if found != piece.digest:
                raise UsageError(f"{package}: {piece.path} is not what was sealed any more; nothing was packed")
    return digest_file(target)


def _entry(name: str, size: int) -> ZipInfo:
    entry = ZipInfo(name, _BEGINNING)
    entry.create_system = _UNIX
    entry.external_attr = _PLAIN_FILE
    entry.file_size = size
    return entry


def _copy(pieces: Iterable[bytes], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        target.write(piece)
    return digest.hexdigest()
