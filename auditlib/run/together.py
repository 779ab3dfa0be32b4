"""Several packages beside each other: each compared with its digests and read back, and one page over all of them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any, Final
from urllib.parse import quote

from auditlib.errors import UsageError
from auditlib.files import write_whole
from auditlib.package.frozen import open_sealed
from auditlib.package.target import is_sealed, require_full
from auditlib.report.packages import TITLE, Row, packages_page, row_of
from auditlib.text import visible_text

_SUMMARY: Final = "data/summary.json"
_COVER: Final = "data/index.html"
_HEAD: Final = 100_000
"""Bytes of a file in which the title of a page stands."""


def read_row(package: Path, page: Path) -> Row:
    """Compare a package with its digests, and return its row on a page.

    Of one that is not what was sealed nothing is told but that: whatever it says may not be what it said.

    Parameters
    ----------
    package : Path
        The folder.
    page : Path
        Where the page will stand, from which the row leads to the package.

    Raises
    ------
    UsageError
        If it is no sealed package at all, or one without names.
    """
    require_full(package, "it has no row on such a page")
    if not is_sealed(package):
        raise UsageError(f"{package} is not a sealed package; name the folder with bagit.txt in it")
    where = visible_text(str(package))
    try:
        files = open_sealed(package)
        summary: Any = json.loads(files.read(_SUMMARY))
    except UsageError as error:
        return Row(package.resolve().name, where, altered=True, fault=str(error))
    except (ValueError, RecursionError):
        return Row(package.resolve().name, where, altered=True, fault=f"{_SUMMARY} can't be read.")
    if not isinstance(summary, dict):
        return Row(package.resolve().name, where, altered=True, fault=f"{_SUMMARY} holds no summary.")
    href = link_between(page, package / _COVER) if _COVER in files else ""
    return row_of(summary, where, href=href, digest=files.digest)


def link_between(page: Path, file: Path) -> str:
    """Return the address of a file as a page beside or above it names it."""
    try:
        way = os.path.relpath(file.absolute(), page.absolute().parent)
    except ValueError:  # on another drive there is no way from here
        return file.absolute().as_uri()
    return "/".join(quote(os.fsencode(part)) for part in PurePath(way).parts)


def require_place(page: Path) -> None:
    """Refuse to write the page into a package, or over a file that is no such page.

    Raises
    ------
    UsageError
        Naming the way out.
    """
    for folder in page.absolute().parents:
        if is_sealed(folder):
            raise UsageError(
                f"{page} would stand in the sealed package {folder}, which it would break; give another --out"
            )
    if page.is_dir():
        raise UsageError(f"{page} is a folder; give --out the name of a page, as {page / 'index.html'}")
    if not page.exists():
        return
    with page.open("rb") as stream:
        head = stream.read(_HEAD)
    if f"<title>{TITLE}</title>".encode() not in head:
        raise UsageError(f"{page} exists and is no page over packages; give another --out")


def write_page(rows: Sequence[Row], page: Path) -> None:
    """Write the page over packages, in one step.

    Raises
    ------
    UsageError
        As `require_place`, or if it can't be written.
    """
    require_place(page)
    try:
        write_whole(page, [packages_page(rows, datetime.now(UTC)).encode()])
    except OSError as error:
        raise UsageError(f"{page} can't be written: {error.strerror or error}; give another --out") from None


def different(packages: Iterable[Path]) -> list[Path]:
    """Return the packages that were named, each once, in their order."""
    found: dict[Path, Path] = {}
    for package in packages:
        found.setdefault(package.resolve(), package)
    return list(found.values())
