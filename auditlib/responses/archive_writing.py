"""Adding to an archive so that a kill at any instant leaves either nothing of an addition, or what the next archive completes.

An addition is staged first: its bytes lie in ``.work/``, on the disk's platters, and then a plan of all of them is put in
place in one step. From that step on they count: `ArchiveWriter.commit` appends or moves each to where it belongs and writes
its line of the chain, and whoever opens the archive next does what was left of it. Before that step nothing has happened.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from auditlib.errors import UsageError
from auditlib.files import open_plain
from auditlib.responses.archive import CHAIN, WORK, ArchiveFolder
from auditlib.responses.chain import APPEND, FILE, FIRST, NO_PATH, Added, digest_line, is_place, link_line

_PLAN: Final = "plan.json"
_STAGED: Final = "staged"
_LEVEL: Final = 6


class ArchiveWriter:
    """Adds to an archive; for one process that holds its lock.

    Parameters
    ----------
    folder : Path
        Made if it is not there. What an archive that was killed had staged is completed, or removed.
    now : callable, optional
        Tells the time of each line.

    Attributes
    ----------
    completed : tuple of Added
        What was left of an archive that was killed, and stands in the chain now.
    written : int
        Bytes that were added since.

    Raises
    ------
    UsageError
        If nothing can be written there.
    AnswerError
        If the chain can't be read.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.folder = folder
        self.written = 0
        self._now = now
        self._staged: list[tuple[str, Added]] = []
        with _writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self.work.mkdir(exist_ok=True)
            _flush_folder(folder.parent)
            self._cut_torn_line()
            self.completed = tuple(self._apply())
            shutil.rmtree(self.work)
            (self.work / _STAGED).mkdir(parents=True)
            _flush_folder(folder)

    @property
    def work(self) -> Path:
        """The folder for what is under way; gone with `close`."""
        return self.folder / WORK

    @property
    def archive(self) -> ArchiveFolder:
        """What the archive holds now."""
        return ArchiveFolder(self.folder)

    def close(self) -> None:
        """Remove what was under way; but not what counts already and is not done, which the next archive completes."""
        if not (self.work / _PLAN).exists():
            shutil.rmtree(self.work, ignore_errors=True)
            with suppress(OSError):
                self.folder.rmdir()  # which holds nothing if nothing was ever added

    # staging

    def append(self, path: str, lines: Iterable[str], detail: Mapping[str, Any]) -> None:
        """Stage lines to be appended to a file, as a gzip member of its own."""
        with _writing(self.folder):
            name, length, sha256 = self._stage(_packed(lines))
        self._staged.append((name, Added(APPEND, path, 0, length, sha256, detail)))

    def add_lines(self, path: str, lines: Iterable[str], detail: Mapping[str, Any]) -> None:
        """Stage a file of lines, gzip-compressed."""
        self._add(path, _packed(lines), detail)

    def add_file(self, path: str, pieces: Iterable[bytes], detail: Mapping[str, Any]) -> None:
        """Stage a file as it is."""
        self._add(path, pieces, detail)

    def note(self, what: str, detail: Mapping[str, Any]) -> None:
        """Stage an event."""
        self._staged.append(("", Added(what, detail=detail)))

    def _add(self, path: str, pieces: Iterable[bytes], detail: Mapping[str, Any]) -> None:
        if path in self.archive.added:
            raise ValueError(f"{path} is in the archive, and nothing there is written over")
        with _writing(self.folder):
            name, length, sha256 = self._stage(pieces)
        self._staged.append((name, Added(FILE, path, 0, length, sha256, detail)))

    def _intact(self, path: str) -> str:
        """Return the path; or where that file lost what the chain says of it, one beside it: ``log/2026-05.2.jsonl.gz``."""
        archive, begins = self.archive, path.partition(".")[0]
        place, part = path, 1
        while archive.end_of(place) > self._size(place):
            part += 1
            place = path.replace(begins, f"{begins}.{part}", 1)
        return place

    def _size(self, path: str) -> int:
        there = self.folder / path
        return there.stat().st_size if there.is_file() else 0

    def _stage(self, pieces: Iterable[bytes]) -> tuple[str, int, str]:
        name = f"{len(self._staged):06d}"
        digest, size = hashlib.sha256(), 0
        with (self.work / _STAGED / name).open("wb") as stream:
            for piece in pieces:
                digest.update(piece)
                size += stream.write(piece)
            _to_disk(stream.fileno())
        return name, size, digest.hexdigest()

    # from here on it counts

    def commit(self) -> None:
        """Add all that was staged, in its order: all of it, whatever happens from the next step on."""
        plan = [{"staged": name, **asdict(added)} for name, added in self._staged]
        self._staged = []
        if not plan:
            return
        with _writing(self.folder):
            _flush_folder(self.work / _STAGED)
            partial = self.work / f"{_PLAN}.part"
            base = self._last()[1]
            with partial.open("w", encoding="utf-8") as stream:
                json.dump({"base": base, "plan": plan}, stream)
                stream.flush()
                _to_disk(stream.fileno())
            partial.replace(self.work / _PLAN)
            _flush_folder(self.work)
            self.written += sum(added.length for added in self._apply())

    def _apply(self) -> list[Added]:
        """Do what is left of the plan; return what it added."""
        try:
            with open_plain(self.work / _PLAN) as stream:
                plan = json.load(stream)
            base, planned = int(plan["base"]), [_planned(**entry) for entry in plan["plan"]]
        except FileNotFoundError:
            return []
        except (ValueError, TypeError, KeyError, RecursionError):
            raise UsageError(
                f"{self.work / _PLAN} is no plan of an archive; was it changed? Move {self.work} away"
            ) from None
        before, lines = self._last()
        done = []
        for name, entry in planned[lines - base :]:
            added = self._put(entry, self.work / _STAGED / name)
            line = link_line(before, self._now(), added)
            _append(self.folder / CHAIN, line.encode())
            before = digest_line(line)
            done.append(added)
        (self.work / _PLAN).unlink()
        _flush_folder(self.work)
        return done

    def _put(self, added: Added, staged: Path) -> Added:
        """Put staged bytes where they belong; what an earlier try left there is written over."""
        if added.is_event:
            return added
        if added.what == APPEND:
            path = self._intact(added.path)
            added = replace(added, path=path, offset=self.archive.end_of(path))
        target = self.folder / added.path
        made = not target.parent.is_dir()
        target.parent.mkdir(parents=True, exist_ok=True)
        if made:
            _flush_folder(self.folder)
        if added.what == FILE:
            if staged.exists():  # else it was moved already
                staged.replace(target)
            _flush_folder(target.parent)
            return added
        new = not target.exists()
        with open_plain(target, "ab") as stream, staged.open("rb") as source:
            stream.truncate(added.offset)  # beyond it lies only what no line of the chain names
            shutil.copyfileobj(source, stream)
            stream.flush()
            _to_disk(stream.fileno())
        if new:
            _flush_folder(target.parent)
        return added

    def _last(self) -> tuple[str, int]:
        """Return the digest of the chain's last line, and how many there are."""
        links = self.archive.links
        return (links[-1].digest, len(links)) if links else (FIRST, 0)

    def _cut_torn_line(self) -> None:
        """Cut off a last line of the chain that was not written to its end."""
        try:
            with open_plain(self.folder / CHAIN, "r+b") as stream:
                whole = 0
                for line in stream:
                    whole += len(line) if line.endswith(b"\n") else 0
                stream.truncate(whole)
        except FileNotFoundError:
            return


def _planned(staged: str, **added: Any) -> tuple[str, Added]:
    """Return what is staged under which name; ValueError if it is no name of a file, or leads out of the folder."""
    found = Added(**added)
    if not (staged == "" or is_place(staged)) or not (found.path == NO_PATH or is_place(found.path)):
        raise ValueError(staged)
    return staged, found


def _packed(lines: Iterable[str]) -> Iterator[bytes]:
    """Compress lines to one gzip member, in pieces, the same bytes each time."""
    buffer = _Buffer()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=buffer, mtime=0) as packed:
        for line in lines:
            packed.write(f"{line}\n".encode())
            yield from buffer.taken()
    yield from buffer.taken()


class _Buffer:
    """Takes what is written until somebody takes it out."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits."""

    def taken(self) -> list[bytes]:
        pieces, self._pieces = self._pieces, []
        return pieces


def _append(path: Path, content: bytes) -> None:
    new = not path.exists()
    with open_plain(path, "ab") as stream:
        stream.write(content)
        stream.flush()
        _to_disk(stream.fileno())
    if new:
        _flush_folder(path.parent)


def _to_disk(descriptor: int) -> None:
    os.fsync(descriptor)


def _flush_folder(path: Path) -> None:
    if os.name != "nt":  # Windows can't open a folder
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Turn what the machine refuses into a sentence that names the folder."""
    try:
        yield
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise UsageError(
            f"{error.filename or folder}: {why}; the archive can't be written there, give another --to"
        ) from None
