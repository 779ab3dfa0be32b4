"""The sealed evidence package: a BagIt bag (RFC 8493) with canonical SHA-256 manifests.

A run works in ``DIR.partial``; only a sealed folder is renamed to ``DIR``, so that nothing half done ever stands under
the final name. Any bag tool verifies the result, and so does ``sha256sum -c manifest-sha256.txt``.

Names are kept to what every system and every tool understands alike. RFC 8493 writes ``%`` in a manifest as ``%25``;
the ``bagit`` library does not read that back and ``sha256sum`` never could: a name with ``%`` is refused, not encoded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from auditlib import __version__
from auditlib.digests import digest_file
from auditlib.errors import AuditError
from auditlib.package.disk import flush_folder, payload, write
from auditlib.package.layout import (
    DECLARATION,
    DECLARED,
    INFO,
    LABEL,
    LISTED_TAGS,
    MANIFEST,
    SIGNATURE,
    TAG_MANIFEST,
    TIME_STAMP,
)
from auditlib.package.secrets import Searched, holds, search_file
from auditlib.phrases import counted
from auditlib.secret_forms import needles_of
from auditlib.text import visible_text

NOT_SEARCHED: Final = "Not-Searched"
"""Label of ``bag-info.txt``: which files hold something packed that could not be opened to search it for credentials."""

_NAMED: Final = 20

# Seal


def seal(folder: Path, info: Mapping[str, str], *, secrets: Sequence[str] = ()) -> str:
    """Make a bag of ``folder``, whose payload stands in ``folder/data``.

    Everything is read once. Files that can't travel, and files in which a secret stands, are refused before anything is
    written. The tag manifest comes last: with it the folder is sealed, without it it is not.

    Parameters
    ----------
    folder : Path
        Holds ``data`` and nothing else but the tag files of an earlier seal, which are replaced. A signature and a time
        stamp are removed: they were for another content.
    info : mapping of str to str
        Lines of ``bag-info.txt`` in this order, such as ``Bagging-Date`` and ``External-Description``.
        ``Payload-Oxum`` is computed, ``Bag-Software-Agent`` filled in if it is not given.
    secrets : sequence of str
        Must stand nowhere: as text, quoted for JSON, HTML or an address, in base64 at any alignment, as hex digits, in
        UTF-16, or any of these within what is packed (`package.containers`). Give ``user:token`` beside ``token``. One under
        8 characters can't be told from ordinary words and is not looked for. What could not be opened is named in
        ``bag-info.txt``.

    Returns
    -------
    str
        SHA-256 of ``tagmanifest-sha256.txt``, which stands for the whole package.

    Raises
    ------
    AuditError
        Naming each file that can't be sealed, and why; never the secret.

    Notes
    -----
    RFC 8493, sections 2.1, 2.2.1 and 2.2.2. Canonical here: lower-case hex, two spaces, the path as UTF-8, LF;
    sorted by the bytes of the path.
    """
    needles = needles_of(secrets)
    paths = payload(folder)
    for name in (TAG_MANIFEST, SIGNATURE, TIME_STAMP):  # first, so that a refusal below leaves the folder unsealed
        (folder / name).unlink(missing_ok=True)
    files = {path: search_file(folder / path, path, needles) for path in paths}
    lines = [(path.encode(), one.digest) for path, one in files.items()]
    oxum = f"{sum(one.size for one in files.values())}.{len(files)}"
    described = _info_bytes({**info, **_not_searched(files)}, oxum)
    if holds([described], needles):
        raise AuditError(f"{INFO} would hold a credential; nothing was sealed")

    write(folder / DECLARATION, DECLARED)
    write(folder / INFO, described)
    write(folder / MANIFEST, _manifest_bytes(lines))
    tags = _manifest_bytes((name.encode(), digest_file(folder / name)) for name in LISTED_TAGS)
    write(folder / TAG_MANIFEST, tags)
    flush_folder(folder)
    return hashlib.sha256(tags).hexdigest()


def _not_searched(files: Mapping[str, Searched]) -> dict[str, str]:
    """Say of which files the inside could not be searched for credentials, and why; nothing if all could."""
    found = [f"{path}: {why}" for path, one in files.items() for why in one.unopened]
    if not found:
        return {}
    concerned = sum(bool(one.unopened) for one in files.values())
    more = f"; and {len(found) - _NAMED:,} more" if len(found) > _NAMED else ""
    return {NOT_SEARCHED: f"{counted(concerned, 'file')} in part: {'; '.join(found[:_NAMED])}{more}"}


def _info_bytes(info: Mapping[str, str], oxum: str) -> bytes:
    """Write ``bag-info.txt``: one line a label, in the order given; white space one space, unseen characters shown."""
    labels = {"Bag-Software-Agent": f"auditlib {__version__}", **info, "Payload-Oxum": oxum}
    lines = []
    for label, value in labels.items():
        if not LABEL.match(label):
            raise AuditError(f"{label!r} can't be a label of {INFO}: letters, digits and hyphens only")
        lines.append(f"{label}: {visible_text(' '.join(value.split()))}\n")
    return "".join(lines).encode()


def _manifest_bytes(lines: Iterable[tuple[bytes, str]]) -> bytes:
    return b"".join(digest.encode() + b"  " + path + b"\n" for path, digest in sorted(lines))
