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
from auditlib.package.secrets import digest_of, holds
from auditlib.secret_forms import needles_of
from auditlib.text import visible_text

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
        Must stand nowhere: as text, quoted for JSON, HTML or an address, in base64 at any alignment, or any of these
        within gzip. Give ``user:token`` beside ``token``. One under 8 characters can't be told from ordinary words and
        is not looked for.

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
    lines: list[tuple[bytes, str]] = []
    size = 0
    for path in paths:
        digest, length = digest_of(folder / path, path, needles)
        lines.append((path.encode(), digest))
        size += length
    described = _info_bytes(info, f"{size}.{len(lines)}")
    if holds([described], needles):
        raise AuditError(f"{INFO} would hold a credential; nothing was sealed")

    write(folder / DECLARATION, DECLARED)
    write(folder / INFO, described)
    write(folder / MANIFEST, _manifest_bytes(lines))
    tags = _manifest_bytes((name.encode(), digest_file(folder / name)) for name in LISTED_TAGS)
    write(folder / TAG_MANIFEST, tags)
    flush_folder(folder)
    return hashlib.sha256(tags).hexdigest()


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
