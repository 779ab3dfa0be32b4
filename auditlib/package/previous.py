"""Last year's package: checked, and what a comparison needs of it copied, so that the copy leads back to what was sealed.

Of last year's package the digest of its tag manifest is recorded. The tag manifest is copied, which has the digest of the
manifest; the manifest is copied, which has the digest of each file that is copied. So a changed copy is found offline, also if
every digest of this year's package was made anew, unless the recorded digest was changed too, which anybody can compare with
last year's package itself.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from auditlib.audit.yearly.year import Year
from auditlib.errors import AuditError, UsageError
from auditlib.evidence.differences import Difference, Kind
from auditlib.evidence.years import LARGEST, PREVIOUS, RECORDS, TABLES, read_year
from auditlib.files import expanded, write_whole
from auditlib.package.disk import is_plain_file, open_bytes, walk
from auditlib.package.frozen import SealedFiles, manifest_lines, open_sealed
from auditlib.package.layout import MANIFEST, TAG_MANIFEST
from auditlib.params.model import Parameters

_KEPT: Final = (*RECORDS, *TABLES)


def open_previous(package: Path) -> SealedFiles:
    """Check a sealed package to compare with, whole, and open it.

    Raises
    ------
    UsageError
        If it is not sealed, is not what was sealed, or holds a file that no run writes so large.
    """
    files = open_sealed(package, purpose="there is nothing to compare with")
    for path in _there(files):
        size = (package / "data" / path).stat().st_size
        if size > LARGEST:
            raise UsageError(f"{package}: data/{path} has {size:,} bytes, more than a run writes; it is not read")
    return files


def _there(files: SealedFiles) -> list[str]:
    return [path for path in _KEPT if f"data/{path}" in files]


def read_file(files: SealedFiles, path: str) -> bytes | None:
    """Return a file by its path below ``data/``; None if the package has none."""
    return files.read(f"data/{path}") if f"data/{path}" in files else None


def read_previous(params: Parameters, base: Path) -> tuple[SealedFiles, Year] | None:
    """Check last year's package whole, and read what is compared of it; None if the parameters name none.

    Parameters
    ----------
    params : Parameters
        As given.
    base : Path
        Folder from which relative paths in the parameters count.

    Raises
    ------
    UsageError
        As `open_previous`; if the package has no population.
    """
    if params.previous is None:
        return None
    package = base / expanded(params.previous)
    try:
        files = open_previous(package)
        return files, read_year(lambda path: read_file(files, path), str(package))
    except UsageError as error:
        raise UsageError(f"previous: {error}") from None


def copy_previous(params: Parameters, folder: Path, base: Path) -> None:
    """Copy into a working folder what a comparison needs of last year's package, if the parameters name one.

    Parameters
    ----------
    params, base
        As in `read_previous`.
    folder : Path
        Working folder; what an interrupted run copied is copied anew.

    Raises
    ------
    UsageError
        As `read_previous`.
    """
    found = read_previous(params, base)
    if found is None:
        return
    files, kept = found[0], folder / "data" / PREVIOUS
    shutil.rmtree(kept, ignore_errors=True)
    for path in _there(files):
        files.copy(f"data/{path}", kept / path)
    write_whole(kept / MANIFEST, [files.manifest])
    write_whole(kept / TAG_MANIFEST, [files.tags])


def previous_record(package: Path) -> dict[str, str] | None:
    """Return what ``run.json`` says of last year's package: its name, and the digest that stands for it; None without one."""
    kept = package / "data" / PREVIOUS
    if not (kept / TAG_MANIFEST).is_file():
        return None
    name = json.loads((kept / "summary.json").read_text("utf-8")).get("package", "")
    return {"package": str(name), "tagmanifest_sha256": _digest(kept / TAG_MANIFEST)}


# Verify


def keeps_previous(package: Path) -> bool:
    """Say whether a package keeps anything of last year's."""
    return (package / "data" / PREVIOUS).exists()


def check_previous(package: Path) -> list[Difference]:
    """Compare what a package keeps of last year's with the digest that it records.

    Parameters
    ----------
    package : Path
        This year's package, whose own bag was checked.

    Returns
    -------
    list of Difference
        Of each file that is not the one of last year's package, lacks, or is none of it; empty if all are, or the package keeps
        and records nothing.
    """
    recorded = _recorded(package / "data" / "run.json")
    if recorded is None:
        return [Difference(Kind.PREVIOUS_UNKNOWN, f"data/{PREVIOUS}")] if keeps_previous(package) else []
    try:
        return sorted(_chain(package, recorded), key=lambda one: one.path)
    except OSError as error:
        return [Difference(Kind.UNREADABLE, f"data/{PREVIOUS}", found=str(error.strerror))]


def _chain(package: Path, recorded: str) -> list[Difference]:
    """Follow the digests from the one that is recorded to each file."""
    kept = package / "data" / PREVIOUS
    links = [path for path in (TAG_MANIFEST, MANIFEST) if not is_plain_file(kept / path)]
    if kept.is_symlink() or links:
        return [Difference(Kind.PREVIOUS_MISSING, f"data/{PREVIOUS}/{path}") for path in links or [TAG_MANIFEST]]
    if (found := _digest(kept / TAG_MANIFEST)) != recorded:
        return [Difference(Kind.PREVIOUS_OTHER, f"data/{PREVIOUS}/{TAG_MANIFEST}", recorded, found)]
    expected = manifest_lines(_content(kept / TAG_MANIFEST)).get(MANIFEST, "nothing")
    if (found := _digest(kept / MANIFEST)) != expected:
        return [Difference(Kind.PREVIOUS_CHANGED, f"data/{PREVIOUS}/{MANIFEST}", expected, found)]
    return list(_compared(package, manifest_lines(_content(kept / MANIFEST))))


def _compared(package: Path, listed: dict[str, str]) -> Iterator[Difference]:
    """Compare the files that are kept with the lines of last year's manifest."""
    wanted = {path: listed[f"data/{path}"] for path in _KEPT if f"data/{path}" in listed}
    top = f"data/{PREVIOUS}"
    present = {path.removeprefix(f"{top}/") for path, kind in walk(package, top) if kind != "folder"}
    for path in present - {*wanted, MANIFEST, TAG_MANIFEST}:
        yield Difference(Kind.PREVIOUS_UNKNOWN, f"{top}/{path}")
    for path, expected in wanted.items():
        if not is_plain_file(package / top / path):
            yield Difference(Kind.PREVIOUS_MISSING, f"{top}/{path}")
        elif (found := _digest(package / top / path)) != expected:
            yield Difference(Kind.PREVIOUS_CHANGED, f"{top}/{path}", expected, found)


def _recorded(path: Path) -> str | None:
    """Return the digest of last year's package that ``run.json`` has; None if it has none."""
    try:
        record: Any = json.loads(_content(path))
    except (OSError, AuditError, ValueError, RecursionError):
        return None
    previous = record.get("previous") if isinstance(record, dict) else None
    digest = previous.get("tagmanifest_sha256") if isinstance(previous, dict) else None
    return None if previous is None else str(digest)


def _content(path: Path) -> bytes:
    with open_bytes(path) as stream:
        return stream.read()


def _digest(path: Path) -> str:
    with open_bytes(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
