"""The folder of an archive, as it is read: which files the chain names, whether they are what it says, and what they hold.

::

    chain.txt                       a line for everything that was added (`responses.chain`)
    log/2026-05.jsonl.gz            records of Jira's audit log as received, by the month of their time in UTC
    log/undated.jsonl.gz            those whose time can't be read
    census/20260501T031500Z.jsonl.gz     id and key of every issue in sight
    census/20260501T031500Z.changes.csv  what changed since the census before

Only what the chain names counts: what an archive that was killed left behind is not read. `archive_writing` adds to it.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from auditlib.errors import AnswerError
from auditlib.files import open_plain
from auditlib.responses.bounds import BoundError, bounded_lines
from auditlib.responses.chain import APPEND, Added, Link, read_chain

CHAIN: Final = "chain.txt"
LOG: Final = "log"
CENSUS: Final = "census"
CENSUS_ENDING: Final = ".jsonl.gz"
CHANGES_ENDING: Final = ".changes.csv"
WORK: Final = ".work"
"""Folder of an archive that is under way; no part of the archive."""

STAMP: Final = "%Y%m%dT%H%M%SZ"
"""How the files of one archive are named, by the time at which it began, in UTC."""

_PIECE: Final = 1 << 20


@dataclass(frozen=True)
class Damage:
    """Bytes that are not what the chain says of them.

    Attributes
    ----------
    added : Added
        What the chain says.
    why : str
        ``is not there``, ``was changed`` or ``is cut``, with the place.
    """

    added: Added
    why: str

    def __str__(self) -> str:
        return f"{self.added.path} {self.why}"


class ArchiveFolder:
    """The folder of an archive, read only; it need not be there.

    Parameters
    ----------
    folder : Path
        Holds ``chain.txt``.
    chain : Path, optional
        Where the chain is read instead: a copy of it, beside which the archive may grow.
    """

    def __init__(self, folder: Path, chain: Path | None = None) -> None:
        self.folder = folder
        self._chain = folder / CHAIN if chain is None else chain

    @cached_property
    def links(self) -> Sequence[Link]:
        """The lines of the chain, each of which names the one before; a torn last line was never written.

        Raises
        ------
        AnswerError
            Naming the line that does not.
        """
        try:
            with io.TextIOWrapper(open_plain(self._chain), encoding="utf-8", newline="\n") as lines:
                return tuple(read_chain(line for line in lines if line.endswith("\n")))
        except FileNotFoundError:
            return ()
        except UnicodeDecodeError:
            raise AnswerError(f"{CHAIN} is not UTF-8") from None
        except OSError as error:
            raise AnswerError(f"{self._chain} can't be read: {error.strerror}") from None

    @cached_property
    def added(self) -> Mapping[str, Sequence[Added]]:
        """What the chain names, by path, in the order added; the paths in their order."""
        found: defaultdict[str, list[Added]] = defaultdict(list)
        for link in self.links:
            if not link.added.is_event:
                found[link.added.path].append(link.added)
        return {path: tuple(found[path]) for path in sorted(found)}

    def events(self, what: str) -> list[Link]:
        """Return the events of a word: ``hole``, ``archive``."""
        return [link for link in self.links if link.added.what == what]

    @property
    def holes(self) -> list[Link]:
        """The lines of holes that no later archive closed, whose detail has ``from``, ``until`` and ``of``; oldest first.

        ``of`` is ``log`` where Jira's log did not reach back to the last archived record, else the path of the file that was
        removed, cut or changed.
        """
        closed = {one.added.detail.get("hole") for one in self.events("mended")}
        return [one for one in self.events("hole") if one.number not in closed]

    def files(self, folder: str, ending: str) -> list[str]:
        """Return the paths below a folder with an ending, as the chain names them, in their order."""
        return [path for path in self.added if path.startswith(f"{folder}/") and path.endswith(ending)]

    @property
    def months(self) -> list[str]:
        """Paths of the log's months."""
        return self.files(LOG, ".jsonl.gz")

    @property
    def censuses(self) -> list[str]:
        """Paths of the censuses, oldest first."""
        return self.files(CENSUS, CENSUS_ENDING)

    # what it holds

    def lines(self, path: str, *, sound: bool = False) -> Iterator[str]:
        """Yield the lines of a file of JSON lines, as far as the chain names it; the file is read in pieces.

        Parameters
        ----------
        path : str
        sound : bool
            Whether stretches are passed over that are not what the chain says.

        Raises
        ------
        AnswerError
            Naming the file, if it is not there, or is not what the chain says.
        """
        for added in self.added[path]:
            if sound and self._differs(added) is not None:
                continue
            try:
                with self._opened(added) as stretch, gzip.open(stretch, "rt", encoding="utf-8", newline="\n") as text:
                    yield from bounded_lines(text)
            except (OSError, EOFError, zlib.error, UnicodeDecodeError, BoundError) as error:
                raise AnswerError(f"{path} can't be read: {error}") from None

    def pieces(self, path: str) -> Iterator[bytes]:
        """Yield the bytes of a file, as far as the chain names it, in pieces.

        Raises
        ------
        AnswerError
            As `lines`.
        """
        for added in self.added[path]:
            with self._opened(added) as stretch:
                while piece := stretch.read(_PIECE):
                    yield piece

    def _opened(self, added: Added) -> io.BufferedReader:
        """Open a stretch that is what the chain says, or raise AnswerError."""
        why = self._differs(added)
        if why is not None:
            raise AnswerError(str(Damage(added, why)), expected=added.sha256)
        return _stretch(self.folder, added)

    def records(self, path: str, *, sound: bool = False) -> Iterator[Mapping[str, Any]]:
        """Yield the objects of a file of JSON lines; parameters as for `lines`.

        Raises
        ------
        AnswerError
            As `lines`, or if a line is no JSON object.
        """
        for number, line in enumerate(self.lines(path, sound=sound), start=1):
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                record = None
            if not isinstance(record, dict):
                raise AnswerError(f"{path}, line {number} is no JSON object", found=line[:80])
            yield record

    # whether it is what the chain says

    def damages(self) -> list[Damage]:
        """Compare every file with the chain, and return what differs: stretch by stretch, in the order of paths."""
        return [damage for path in self.added for damage in self.damages_of(path)]

    def damages_of(self, path: str) -> list[Damage]:
        """Compare one file with the chain, and return what differs, stretch by stretch."""
        if not (self.folder / path).is_file():
            return [Damage(added, "is not there") for added in self.added[path]]
        return [Damage(added, why) for added in self.added[path] if (why := self._differs(added)) is not None]

    def _differs(self, added: Added) -> str | None:
        """Say how the bytes of a stretch differ from what the chain says of them; None if they do not."""
        digest, size = hashlib.sha256(), 0
        try:
            with _stretch(self.folder, added) as stretch:
                while piece := stretch.read(_PIECE):
                    digest.update(piece)
                    size += len(piece)
        except FileNotFoundError:
            return "is not there"
        except OSError as error:
            return f"can't be read: {error.strerror or type(error).__name__}"
        if size < added.length:
            return f"is cut at byte {added.offset + size:,} of {added.ends:,}"
        if digest.hexdigest() != added.sha256:
            return f"was changed between byte {added.offset:,} and byte {added.ends:,}"
        return None

    def end_of(self, path: str) -> int:
        """Return where a file ends, as far as the chain names it."""
        return max((added.ends for added in self.added.get(path, ()) if added.what == APPEND), default=0)


def _stretch(folder: Path, added: Added) -> io.BufferedReader:
    return io.BufferedReader(_Stretch(folder / added.path, added.offset, added.length))


class _Stretch(io.RawIOBase):
    """A stretch of a file, read as a file of its own."""

    def __init__(self, path: Path, offset: int, length: int) -> None:
        self._stream, self._left = open_plain(path), length
        self._stream.seek(offset)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._stream.read(min(self._left, len(memoryview(buffer))))
        memoryview(buffer)[: len(piece)] = piece
        self._left -= len(piece)
        return len(piece)

    def close(self) -> None:
        self._stream.close()
        super().close()
