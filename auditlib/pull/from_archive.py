"""What a run takes out of the archive into its package, so that the tables can be computed again offline.

The censuses, the months of the log that concern the period, the versions of workflows and the filter are copied as they are,
with the chain that names them; of the notes of comments, those of the sampled issues. What the chain does not prove stays
behind, and is named.
"""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from auditlib.errors import AnswerError, UsageError
from auditlib.evidence.archived import ARCHIVE, COPIED, SAMPLED, SAMPLED_OF, months_wanted
from auditlib.files import write_whole
from auditlib.records.comment_census import is_of
from auditlib.responses.archive import CENSUS, CHAIN, CHANGES_ENDING, LOG, WORK, ArchiveFolder

COMMENTS: Final = "comments"
WORKFLOWS: Final = "workflows"
FILTERS: Final = "filters"
ENDING: Final = ".jsonl.gz"

_SUFFIXES: Final = frozenset({".gz", ".csv", ".json"})
"""Of what an archive writes; what else lies in its folders was put there by hand, or by the machine."""


def copy_archive(source: Path, data: Path, since: datetime) -> None:
    """Copy the censuses, and the log from an instant on, into a package; once, also where a run goes on.

    A folder without a chain, as somebody may keep by hand, has its censuses copied.

    Parameters
    ----------
    source : Path
        The archive; need not be there.
    data : Path
        The package's ``data/``.
    since : datetime
        Older months of the log are not wanted.

    Raises
    ------
    UsageError
        If a file is there and can't be read.
    """
    target = data / ARCHIVE
    if (target / COPIED).exists():
        if _is_whole(target, since):
            return
        shutil.rmtree(target)  # a file of the copy was changed or went while the run stood still
    if not (source / CHAIN).is_file():
        if left := _of_an_archive(source):
            _write(
                target / COPIED, {"problems": [f"{CHAIN} is not there, but {left} is; nothing of the archive is used"]}
            )
            return
        for census in sorted((source / CENSUS).glob(f"*{ENDING}")):
            if census.exists() and not census.is_file():
                raise UsageError(f"archive: {census} is no file; move it away")
            _copy(census, target / CENSUS / census.name)
        return
    _copy(source / CHAIN, target / CHAIN)
    archive = ArchiveFolder(source, target / CHAIN)  # an archive that goes on meanwhile adds to its own
    try:
        damages = archive.damages()
        wanted = _wanted(archive, since)
    except AnswerError as error:
        problems, wanted, damages = [f"{error}; nothing of the archive is used"], [], []
    else:
        problems = [*map(str, damages), *_unnamed(source)]
    damaged = {damage.added.path for damage in damages if not damage.added.path.startswith(f"{LOG}/")}
    taken = [path for path in wanted if path not in damaged and (source / path).is_file()]
    for path in taken:  # of a month of the log, what is sound is read
        _copy(source / path, target / path)
    problems += _changed_meanwhile(target, taken, {str(damage) for damage in damages})
    _write(target / COPIED, {"problems": problems})


def _changed_meanwhile(target: Path, taken: Iterable[str], known: Collection[str]) -> list[str]:
    """Name what of a copy is not what the chain says though it was when the archive was checked; only a log's month stays."""
    copied, problems = ArchiveFolder(target), []
    for path in taken:
        new = [str(damage) for damage in copied.damages_of(path) if str(damage) not in known]
        problems += [f"{damage} while it was copied" for damage in new]
        if new and not path.startswith(f"{LOG}/"):
            (target / path).unlink()
    return problems


def _wanted(archive: ArchiveFolder, since: datetime) -> list[str]:
    """Return the paths of an archive that a package takes."""
    return [
        *archive.censuses, *months_wanted(archive, since), *_workflows(archive), *archive.files(FILTERS, ".json")
    ]  # fmt: skip


def _is_whole(target: Path, since: datetime) -> bool:
    """Say whether an earlier copy still holds what it held: each file is what the chain says, or was told of."""
    copied = ArchiveFolder(target)
    beside = any((target / name).exists() for name in (CENSUS, LOG, WORKFLOWS, FILTERS))
    try:
        known = [str(one) for one in json.loads((target / COPIED).read_text(encoding="utf-8"))["problems"]]
        if not copied.added:
            return not beside
        for path in _wanted(copied, since):
            left_out = not (target / path).exists() and any(one.startswith(f"{path} ") for one in known)
            if not left_out and any(str(damage) not in known for damage in copied.damages_of(path)):
                return False
    except AnswerError:
        return not beside  # of an archive whose chain is broken, nothing else is taken
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return False
    return True


def _of_an_archive(source: Path) -> str:
    """Return a file that only an archive writes, which always has a chain; empty if there is none."""
    kept = (f"{LOG}/*{ENDING}", f"{CENSUS}/*{CHANGES_ENDING}", f"{COMMENTS}/*{ENDING}")
    found = sorted(path for pattern in kept for path in source.glob(pattern))
    return found[0].relative_to(source).as_posix() if found else ""


def _unnamed(source: Path) -> list[str]:
    """Name the files that no line of the chain names, as where lines were cut from its end.

    An archive that is under way, or was ended in the middle, has such files for a while.
    """
    found = (path for name in (CENSUS, LOG, COMMENTS, WORKFLOWS, FILTERS) for path in (source / name).rglob("*"))
    written = (path for path in found if path.suffix in _SUFFIXES and not path.name.startswith(".") and path.is_file())
    names = sorted(path.relative_to(source).as_posix() for path in written)
    if (source / WORK).exists():
        return []
    named = ArchiveFolder(
        source
    ).added  # read last: what stood there before, and is not being added, has its line by now
    return [f"{name} is not named by {CHAIN}" for name in names if name not in named]


def _workflows(archive: ArchiveFolder) -> list[str]:
    """Return the paths of the kept answers about workflows; of equal ones, that of the newest archive."""
    newest: dict[tuple[str, str], str] = {}
    for path in reversed(archive.files(WORKFLOWS, ".json.gz")):
        newest.setdefault((path.rpartition("/")[2], archive.added[path][0].sha256), path)
    return sorted(newest.values())


def copy_comments(source: Path, data: Path, issues: Collection[int]) -> None:
    """Take the notes of some issues' comments out of the archive's, into a package.

    Parameters
    ----------
    source, data
        As in `copy_archive`.
    issues : collection of int
        Ids of the sampled issues.
    """
    archive, target = ArchiveFolder(source), data / ARCHIVE / SAMPLED
    shutil.rmtree(target, ignore_errors=True)
    try:
        paths = archive.files(COMMENTS, ENDING)
    except AnswerError:
        return  # the chain is broken, which is told
    files: dict[str, dict[str, object]] = {}
    for path in paths:
        name = path.rpartition("/")[2]
        try:
            lines = [line for line in archive.lines(path) if is_of(line, issues)]
        except AnswerError:
            continue  # damaged, which is told
        target.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(gzip.compress("".join(_whole(lines)).encode(), mtime=0))
        files[name] = {"sha256": archive.added[path][0].sha256, "kept": len(lines)}
    if files:
        _write(target / SAMPLED_OF, {"issues": sorted(issues), "files": files})


def _whole(lines: list[str]) -> Iterator[str]:
    return (line if line.endswith("\n") else f"{line}\n" for line in lines)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copyfile(source, target)
    except OSError as error:
        raise UsageError(f"archive: {source} can't be read: {error.strerror or type(error).__name__}") from None


def _write(path: Path, value: object) -> None:
    write_whole(path, [f"{json.dumps(value, indent=1, ensure_ascii=False)}\n".encode()])
