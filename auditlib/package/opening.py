"""A stranger's package, opened: nothing in it is followed, and whatever it does to who opens it is a difference."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from auditlib.evidence.content import Content
from auditlib.evidence.differences import Difference, Kind
from auditlib.evidence.opened import open_records
from auditlib.evidence.schema import newer_schema
from auditlib.package.disk import odd_file
from auditlib.text import shorten, visible_text

_LONGEST: Final = 500


def opened(package: Path) -> Content | Difference:
    """Open a package that may have come from anybody.

    Returns
    -------
    Content or Difference
        The content; or why it can't be opened: it holds what is no file, versions that are not known here, or what is no
        package.
    """
    if (odd := odd_file(package)) is not None:
        return Difference(Kind.NOT_COMPUTED, found=f"{odd[0]} {odd[1]}")
    if (newer := newer_schema(package)) is not None:
        return newer
    try:
        return open_records(package)
    except Exception as error:  # noqa: BLE001 - a spoilt package may fail anywhere, and that is what is to be told
        return not_computed(error)


def compared(
    package: Path, look: Callable[[Content], list[Difference]], opening: Callable[[Path], Content | Difference] = opened
) -> list[Difference]:
    """Return what a look into a package finds; an error that it ends with is a difference too.

    Parameters
    ----------
    package : Path
    look : callable
        Compares something of the opened package.
    opening : callable
        As `opened`; one that remembers what it returned lets several looks share what is computed.
    """
    records = opening(package)
    if isinstance(records, Difference):
        return [records]
    try:
        return look(records)
    except Exception as error:  # noqa: BLE001 - as above
        return [not_computed(error)]


def not_computed(error: Exception) -> Difference:
    """Return the difference of a package of which something can't be computed."""
    said = shorten(visible_text(" ".join(str(error).split())), _LONGEST)
    kind = "" if type(error).__module__.startswith("auditlib") else f"{type(error).__name__}: "
    return Difference(Kind.NOT_COMPUTED, found=f"{kind}{said}")
