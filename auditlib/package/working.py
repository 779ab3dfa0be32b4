"""The working folder of a package: which files in it are a run's own, what of them a resume makes anew, what a failure removes.

Whatever else lies there is somebody's. It is never deleted and never sealed, it is named.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from auditlib.audit.sampling.sample import STRATA
from auditlib.dossier.files import SOMETIMES
from auditlib.dossier.files import TABLES as OF_ISSUE
from auditlib.errors import UsageError
from auditlib.evidence.chapters import OF_POPULATION, TABLES
from auditlib.evidence.dossier_package import DOSSIER_KEYS, Records
from auditlib.evidence.kernel_cache import FOLDER as CACHE
from auditlib.evidence.provenance import LACKS
from auditlib.evidence.years import PREVIOUS, RECORDS
from auditlib.evidence.years import TABLES as OF_YEAR
from auditlib.keys import ISSUE
from auditlib.package.disk import walk
from auditlib.package.layout import MANIFEST, TAG_MANIFEST, TOP
from auditlib.package.transit import left_by_a_file_manager
from auditlib.report.tables_in_pages import SCRIPT
from auditlib.responses.topics import TOPICS, folders
from auditlib.text import shorten, visible_text

_FIRST_CONTACT: Final = folders(one for one in TOPICS if one.first_contact)
"""Folders of what is asked before any pull."""

_LONGEST: Final = 120
_SHOWN: Final = 3


def _any(names: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, names)))


_OF_TABLES: Final = {
    STRATA,
    *(table.file for table in TABLES),
    *(table.file for chapter in Records.known_chapters for table in chapter.frames),
    *(name for chapter in Records.known_chapters for name in chapter.beside),
    *(name for chapter in OF_POPULATION for name in chapter.beside),
}
_OF_DOSSIERS: Final = {"issue.html", "issue.json", *(table.file for table in (*OF_ISSUE, *SOMETIMES))}

_MADE_ANEW: Final = re.compile(
    rf"""data/(
      notebooks/\d\d_[a-z]+(\.unfinished)?\.(ipynb|html)
    | tables/({_any(_OF_TABLES)})
    | charts/[a-z0-9_]+\.(svg|png)
    | dossiers/{ISSUE}/({_any(_OF_DOSSIERS)})
    | {re.escape(SCRIPT)}
    | index\.html | summary\.json | audit\.xlsx | access_review\.xlsx | dossiers\.pdf
    | (\w+/)*[0-9a-f]{{16}}\.tmp
    ) | {CACHE}/\w+\.\w+\.pickle""",
    re.VERBOSE,
)
"""What is computed of the answers: a run that goes on makes it once more."""

_KEPT: Final = re.compile(
    rf"""data/(
      raw(\.tmp)?/(.+/)?\d{{6,}}\.(json|refused)\.gz
    | raw(\.tmp)?/(index\.jsonl(\.tmp)? | [0-9a-f]{{32}}\.part)
    | dossiers/{ISSUE}/attachments/[^/]+
    | archive/.+
    | {PREVIOUS}/({_any((MANIFEST, TAG_MANIFEST, *RECORDS, *OF_YEAR))})
    | run\.json | params\.yaml | from\.json | {re.escape(LACKS)} | {re.escape(DOSSIER_KEYS)}
    | (gap_explanations|answers|requests|leavers|review|second_source)\.csv | second_source\.jsonl | sample_keys\.txt
    )""",
    re.VERBOSE,
)
"""What was asked, and what came."""


def is_source(path: str) -> bool:
    """Say whether a file of a package, by its path within it, is what was asked and what came; all else is computed of that."""
    return _KEPT.fullmatch(path) is not None


def strangers(folder: Path) -> list[str]:
    """Return the files of a working folder that no run writes, in the order of their paths; leave out what file managers leave.

    Parameters
    ----------
    folder : Path
        The working folder; need not be there.

    Returns
    -------
    list of str
        Paths within the folder. A link is named too: no run makes one.
    """
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path, kind in _files(folder)
        if kind != "file" or not (_MADE_ANEW.fullmatch(path) or _KEPT.fullmatch(path) or _left(path))
    )


def require_own(folder: Path) -> None:
    """Refuse a working folder in which somebody else's files lie.

    Raises
    ------
    UsageError
        Naming the first of them.
    """
    if found := strangers(folder):
        shown = ", ".join(shorten(visible_text(path), _LONGEST) for path in found[:_SHOWN])
        more = f" and {len(found) - _SHOWN:,} more" if len(found) > _SHOWN else ""
        raise UsageError(
            f"{folder} holds what no run writes: {shown}{more}. Nothing was deleted; "
            "move it away and go on with --resume, or give another --out"
        )


def clear_made(folder: Path) -> None:
    """Remove from a working folder what is computed of the answers, and what file managers left; all else stays."""
    for path, kind in list(_files(folder)):
        if kind == "file" and (_MADE_ANEW.fullmatch(path) or _left(path)):
            (folder / path).unlink(missing_ok=True)
            with suppress(OSError):
                (folder / path).parent.rmdir()  # where nothing else lies in it


def clear_left(folder: Path) -> None:
    """Remove what file managers left in a folder that is about to be sealed: it is no evidence, and nobody's work."""
    for path, kind in list(_files(folder)):
        if kind == "file" and _left(path):
            (folder / path).unlink(missing_ok=True)


@contextmanager
def kept_if_pulled(folder: Path, *, resume: bool = False) -> Iterator[None]:
    """Clean up after a failure: remove the working folder if nothing was pulled yet and it was made for this run.

    So the same command works once the token or the address is right; what was pulled is never thrown away, nor what
    somebody else put there.

    Parameters
    ----------
    folder : Path
        The working folder.
    resume : bool
        Whether an earlier run made it: then it stays.
    """
    try:
        yield
    except BaseException:
        raw = folder / "data" / "raw"
        asked = raw.is_dir() and any(path.name not in _FIRST_CONTACT for path in raw.iterdir() if path.is_dir())
        if not resume and not asked and not strangers(folder):
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _files(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield path and kind of all that is no folder, but for a bag's own files."""
    with suppress(FileNotFoundError):
        for entry in sorted(folder.iterdir()):
            if entry.is_symlink() or not entry.is_dir():
                if entry.name not in TOP or entry.is_symlink():
                    yield entry.name, "link" if entry.is_symlink() else "file"
                continue
            for path, kind in walk(folder, entry.name):
                if kind != "folder":
                    yield path, kind


def _left(path: str) -> bool:
    return left_by_a_file_manager(path)
