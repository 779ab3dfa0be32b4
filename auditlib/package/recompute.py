"""The tables and dossiers of a package, computed again from its own raw responses: what ``verify`` compares."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from auditlib import __version__
from auditlib.errors import AnswerError, AuditError, UsageError
from auditlib.evidence.content import Content
from auditlib.evidence.differences import Difference, Kind
from auditlib.evidence.opened import open_records
from auditlib.evidence.schema import newer_schema
from auditlib.machine import machine_words, out_of_room
from auditlib.package.comparing import compare_file
from auditlib.package.disk import odd_file
from auditlib.package.transit import left_by_a_file_manager
from auditlib.text import shorten, visible_text

Open = Callable[[Path], Content]
"""Opens a package; one that remembers it serves several checks."""


def recompute(package: Path, open_package: Open = open_records) -> list[Difference]:
    """Compute every table and dossier of a package again from its raw responses, and name each that differs.

    Parameters
    ----------
    package : Path
        A package; nothing is written into it.
    open_package : callable
        Opens it.

    Returns
    -------
    list of Difference
        Of each file; empty if all are equal to the byte. A package from which they can't be computed, for
        whatever reason, is a difference too: someone else may have made it so. Of versions of the schema that are not
        known here, that alone.
    """
    return guarded(package, lambda: _tables_and_dossiers(package, open_package(package)))


def guarded(package: Path, look: Callable[[], list[Difference]]) -> list[Difference]:
    """Return what a look at a package finds; or why it can't be looked at, which its maker may have wanted.

    Parameters
    ----------
    package : Path
        A package; may come from anybody.
    look : callable
        Computes something of it again.

    Raises
    ------
    Exception
        What comes of a full disk or too many open files, which says nothing of the package.
    """
    if (odd := odd_file(package)) is not None:
        return [Difference(Kind.NOT_COMPUTED, found=f"{odd[0]} {odd[1]}")]
    if (newer := newer_schema(package)) is not None:
        return [newer]
    try:
        return look()
    except Exception as error:  # a spoilt package may fail anywhere, and that is what is to be told
        if out_of_room(error):
            raise
        return [Difference(Kind.NOT_COMPUTED, found=_said(error))]


@contextmanager
def refusing_spoilt(package: Path) -> Iterator[None]:
    """Refuse a sealed package from which something is made, if it can't be computed again, as `guarded` tells it.

    Raises
    ------
    UsageError
        With what is wrong in it. What the machine refuses is raised as it is, and so is what is told in a sentence already.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, AuditError | OSError) or machine_words(error) is not None:
            raise
        raise UsageError(
            f"{package}: nothing is made of it, since it can't be computed again: {_said(error)}; auditlib verify tells all"
        ) from error


def _said(error: Exception) -> str:
    said = shorten(visible_text(" ".join(str(error).split())), 500)
    if isinstance(error, KeyError):
        return f"{said} is missing where it should stand"
    kind = "" if type(error).__module__.startswith("auditlib") else f"{type(error).__name__}: "
    return f"{kind}{said}"


def _tables_and_dossiers(package: Path, evidence: Content) -> list[Difference]:
    expected, data = _computed(evidence), package / "data"
    present = {path.relative_to(data).as_posix() for path in (data / "tables").glob("*") if path.is_file()}
    present |= {path.relative_to(data).as_posix() for path in (data / "dossiers").glob("*/*") if path.is_file()}
    names = expected.keys() | {name for name in present if not left_by_a_file_manager(name)}
    differences = [one for name in sorted(names) for one in compare_file(data, name, expected.get(name))]
    return [*_other_version(data, differences), *differences]


def _other_version(data: Path, differences: Sequence[Difference]) -> list[Difference]:
    """Say first if another version made the package: its tables and pages may have another form, with the same content."""
    try:
        made_by = json.loads((data / "run.json").read_text(encoding="utf-8"))["versions"]["auditlib"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []
    if not differences or made_by == __version__:
        return []
    return [Difference(Kind.OTHER_VERSION, "data/run.json", __version__, str(made_by))]


def _computed(evidence: Content) -> dict[str, bytes]:
    """Return the content of every table and dossier, by path, after each response was found to be what the index says."""
    for entry in evidence.store.entries():
        size = len(evidence.store.body(entry))
        if size != entry.size:
            raise AnswerError(f"raw/{entry.file} has {size:,} bytes, raw/index.jsonl says {entry.size:,}")
    written = {f"tables/{name}": content for name, content in evidence.table_files().items()}
    return written | evidence.dossier_files()
