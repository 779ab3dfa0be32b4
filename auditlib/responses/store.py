"""Responses of Jira as received, on disk: written before anything is computed from them, and read for everything that is.

One file a response, gzip-compressed without a time stamp, below ``raw/<topic>/``; ``raw/index.jsonl`` says for each what was
asked, when, and the SHA-256 of the body. A response on disk answers an equal question again, so that a pull can go on.

The index is the truth: a file that it does not name does not exist, and a last line without its line feed was never
written. So the process may be killed at any moment. Nothing is forced to the disk's platters; that a body is whole is
checked by its digest whenever it is read.
"""

from __future__ import annotations

import gzip
import hashlib
import heapq
import os
import re
import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any, Final
from unicodedata import normalize
from urllib.parse import urlsplit

from auditlib.errors import AnswerError
from auditlib.responses.bounds import BoundError, read_packed, require_readable
from auditlib.responses.entry import ATTACHMENTS, Entry, read_line, to_the_millisecond, write_line
from auditlib.responses.forms.resources import require_form
from auditlib.responses.forms.text import NotUsableError, NotWholeError, read_json
from auditlib.responses.request import Request

KEPT_HEADERS: Final = (
    "content-type",
    "date",
    "etag",
    "retry-after",
    "server",
    "www-authenticate",
    "x-aaccountid",
    "x-arequestid",
    "x-authentication-denied-reason",
    "x-failure-category",
    "ratelimit-reason",
    "x-ratelimit-fillrate",
    "x-ratelimit-interval-seconds",
    "x-ratelimit-limit",
    "x-ratelimit-nearlimit",
    "x-ratelimit-remaining",
    "x-seraph-loginreason",
    "x-trace-id",
    "x-auditlib-left-out",
)
"""Response headers that are kept; a cookie, a session or a signed address is not among them. The last is our own
(``jira.repeated``); of a redirect the host to which it leads is kept."""

_OURS: Final = re.compile(r"\d{6,}\.(json|refused)\.gz|[0-9a-f]{32}\.part")
"""How files are named here; any other is somebody's, and stays."""

_LEVEL: Final = 3  # half the time of 6 for a seventh more bytes


def _as_it_stands(path: Path) -> Path:
    """Return where a file is: a system that the package went through may have given its name another form of Unicode."""
    if path.name.isascii() or path.exists():
        return path
    same = normalize("NFC", path.name)
    return next((one for one in sorted(path.parent.glob("*")) if normalize("NFC", one.name) == same), path)


class RawStore:
    """The folder ``raw/`` of a package; may be used by many threads at once, but by one process only.

    Parameters
    ----------
    folder : Path
        ``<package>/data/raw``; made when the first response is kept. Opening changes nothing on disk.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._entries: list[Entry] = []
        self._by_topic: dict[str, list[tuple[int, Entry]]] = {}
        self._by_question: dict[tuple[str, str], Entry] = {}
        self._last_number: dict[str, int] = {}
        self._usable: set[str] = set()
        self._changes = 0
        self._read_to = 0
        self._tidy = False
        self._read_index()

    @property
    def index(self) -> Path:
        """Path of ``index.jsonl``."""
        return self.folder / "index.jsonl"

    def _read_index(self) -> None:
        """Read the whole lines that came since the last look; a torn last line is left alone."""
        try:
            with self.index.open("rb") as index:
                index.seek(self._read_to)
                new = index.read()
        except FileNotFoundError:
            return
        whole = new[: new.rfind(b"\n") + 1]
        for line in whole.split(b"\n")[:-1]:
            self._remember(read_line(line))
        self._read_to += len(whole)

    def _remember(self, entry: Entry) -> None:
        """Take an entry in; one that refuses an answer kept before takes its place."""
        self._changes += 1
        if entry.refused and entry.file in self._usable:
            self._usable.discard(entry.file)
            self._entries = [entry if one.file == entry.file else one for one in self._entries]
            usable = self._by_topic[entry.topic]
            usable[:] = [(place, one) for place, one in usable if one.file != entry.file]
            self._by_question.pop((entry.topic, entry.request.digest), None)
            return
        self._entries.append(entry)
        topic, _, name = entry.file.rpartition("/")
        if not entry.file.startswith("../"):
            self._last_number[topic] = max(self._last_number.get(topic, 0), int(name.partition(".")[0]))
        if not entry.refused:
            self._usable.add(entry.file)
            self._by_topic.setdefault(entry.topic, []).append((len(self._entries), entry))
            self._by_question[entry.topic, entry.request.digest] = entry

    def _make_ready(self) -> None:
        """Before the first write: cut off a torn last line, remove what was kept and no line names. Needs the lock."""
        if self._tidy:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        self._read_index()
        with self.index.open("ab") as index:
            index.truncate(self._read_to)
        named = {self.folder / entry.file for entry in self._entries}
        for path in [*self.folder.rglob("*.gz"), *self.folder.glob("*.part")]:
            if path not in named and _OURS.fullmatch(path.name):
                path.unlink()
        self._tidy = True

    def find(self, topic: str, request: Request) -> Entry | None:
        """Return the usable answer to this question under this topic, or None."""
        digest = request.digest
        with self._lock:
            return self._by_question.get((topic, digest))

    def keep(
        self,
        topic: str,
        request: Request,
        *,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        at: datetime,
        tries: int,
        refused: str = "",
        asked_at: str = "",
    ) -> Entry:
        """Write a response and its index line; the line comes last, so that it never names a file that is not whole."""
        kept = kept_headers(status, headers)
        digest = hashlib.sha256(body).hexdigest()
        packed = gzip.compress(body, compresslevel=_LEVEL, mtime=0)
        with self._lock:
            self._make_ready()
            number = self._last_number.get(topic, 0) + 1
            self._last_number[topic] = number
        file = f"{topic}/{number:06d}.{'refused.gz' if refused else 'json.gz'}"
        entry = Entry(
            file,
            topic,
            request.packed(),
            to_the_millisecond(at),
            status,
            digest,
            len(body),
            kept,
            tries,
            refused,
            asked_at,
        )
        target = self.folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(packed)
        self._note(entry)
        return entry

    def refuse(self, entry: Entry, why: str) -> None:
        """Say of an answer that is kept that it can't be used: an equal question is asked again, and it feeds nothing."""
        with self._lock:
            self._make_ready()
        self._note(replace(entry, refused=why or "can't be read"))

    def keep_file(
        self,
        topic: str,
        request: Request,
        pieces: Iterator[bytes],
        target: Path,
        *,
        status: int,
        headers: Mapping[str, str],
        tries: int,
        asked_at: str = "",
    ) -> Entry:
        """Write a downloaded file as it comes, piece by piece, to its place in a dossier, then its index line.

        Parameters
        ----------
        topic, request, status, headers, tries, asked_at
            As in ``keep``.
        pieces : iterator of bytes
            The body; an error in it leaves nothing behind.
        target : Path
            ``<package>/data/dossiers/KEY/attachments/NAME``; replaced if no line of the index names it.
        """
        with self._lock:
            self._make_ready()
        file = os.path.relpath(target, self.folder).replace(os.sep, "/")
        if not ATTACHMENTS.fullmatch(file):
            raise ValueError(f"{target} is no place for an attachment")
        digest, size = hashlib.sha256(), 0
        # By where it goes: two issues may name one attachment, or two keys lead to one issue, and both are read at once.
        partial = self.folder / f"{hashlib.sha256(file.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}.part"
        try:
            with partial.open("wb") as stream:
                for piece in pieces:
                    digest.update(piece)
                    size += stream.write(piece)
            target.parent.mkdir(parents=True, exist_ok=True)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        kept = kept_headers(status, headers)
        at = to_the_millisecond(datetime.now(UTC))
        entry = Entry(file, topic, request, at, status, digest.hexdigest(), size, kept, tries, asked_at=asked_at)
        self._note(entry)
        return entry

    def _note(self, entry: Entry) -> None:
        """Write the index line of a response whose body is on disk."""
        line = write_line(entry).encode()
        with self._lock:
            self._append(line)
            self._remember(entry)

    def _append(self, line: bytes) -> None:
        """Add a line to the index, all of it or nothing. Needs the lock."""
        with self.index.open("ab", buffering=0) as index:
            written = 0
            try:
                while written < len(line):
                    written += index.write(line[written:])
            except OSError:
                index.truncate(self._read_to)
                raise
        self._read_to += len(line)

    @property
    def count(self) -> int:
        """How often a response came or was refused; it only grows."""
        return self._changes

    def entries(self, topic: str = "") -> list[Entry]:
        """Return the usable answers of a topic and those below it, in the order received; an empty topic means all."""
        below = topic + "/"
        with self._lock:
            lists = [
                entries
                for name, entries in self._by_topic.items()
                if not topic or name == topic or name.startswith(below)
            ]
            return [entry for _, entry in heapq.merge(*lists, key=itemgetter(0))]

    def refusals(self) -> list[Entry]:
        """Return the answers that were kept but can't be used."""
        with self._lock:
            return [entry for entry in self._entries if entry.refused]

    def body(self, entry: Entry) -> bytes:
        """Return a body as received.

        Raises
        ------
        AnswerError
            If the file is missing, damaged or not what the index says.
        """
        path = _as_it_stands(self.folder / entry.file)
        try:
            body = path.read_bytes() if entry.file.startswith("../") else read_packed(path)
            if entry.file.endswith(".json.gz"):
                require_readable(body)
        except BoundError as error:
            raise AnswerError(
                f"raw/{entry.file} {error}, more than any answer of a Jira", request=str(entry.request)
            ) from None
        except (OSError, EOFError, zlib.error) as error:  # gzip.BadGzipFile is an OSError
            raise AnswerError(f"raw/{entry.file} can't be read: {error}") from None
        found = hashlib.sha256(body).hexdigest()
        if found != entry.sha256:
            message = f"raw/{entry.file} is not what raw/index.jsonl says: SHA-256 {found}, recorded {entry.sha256}"
            raise AnswerError(message, request=str(entry.request), expected=entry.sha256, found=found)
        return body

    def json(self, entry: Entry) -> Any:
        """Return a body as parsed JSON, which has the form of what was asked for.

        Raises
        ------
        AnswerError
            As ``body``, if it is not JSON, or has another form.
        """
        try:
            answer = read_json(self.body(entry))
        except (NotWholeError, NotUsableError) as error:
            raise AnswerError(f"raw/{entry.file} is not JSON: {error}", request=str(entry.request)) from None
        require_form(entry.request, entry.status, answer)
        return answer

    def write_feeds(self, feeds: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        """Rewrite the index with, for each file, the rows that it feeds, as ``{table: [row key, …]}``."""
        partial = self.index.with_name(self.index.name + ".tmp")
        with self._lock:
            self._make_ready()
            with partial.open("w", encoding="utf-8", newline="\n") as index:
                index.writelines(write_line(entry, feeds.get(entry.file, {})) for entry in self._entries)
            self._read_to = partial.stat().st_size
            partial.replace(self.index)


def kept_headers(status: int, headers: Mapping[str, str]) -> dict[str, str]:
    """Return what is kept of the headers of a response, by their names in lower case; of a redirect's address the host."""
    lower = {name.lower(): value for name, value in headers.items()}
    kept = {name: value for name, value in lower.items() if name in KEPT_HEADERS}
    if 300 <= status < 400:
        with suppress(ValueError):
            host = urlsplit(lower.get("location", "").strip()).hostname
            kept |= {"location": host} if host else {}
    return kept
