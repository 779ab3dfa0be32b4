"""Responses of Jira as received, on disk: written before anything is computed from them, and read for everything that is.

One file a response, gzip-compressed without a time stamp, below ``raw/<topic>/``; ``raw/index.jsonl`` says for each what was
asked, when, and the SHA-256 of the body. A response on disk answers an equal question again, so that a pull can go on.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from auditlib.errors import AnswerError
from auditlib.jira.request import Request

KEPT_HEADERS: Final = (
    "content-type",
    "date",
    "etag",
    "retry-after",
    "server",
    "x-aaccountid",
    "x-arequestid",
    "x-ratelimit-limit",
    "x-ratelimit-nearlimit",
    "x-ratelimit-remaining",
    "x-trace-id",
)
"""Response headers that are kept; a cookie, a session or a signed address is not among them."""


@dataclass(frozen=True)
class Entry:
    """One line of the index: a response, and where its body is.

    Attributes
    ----------
    file : str
        Path below ``raw/``.
    topic : str
        What it was asked for, e.g. ``first_pass/PAY``.
    request : Request
        The question.
    at : datetime
        When the answer was complete, UTC.
    status : int
        HTTP status.
    sha256, size : str, int
        Of the body as received (after transfer decoding).
    headers : mapping
        Those of ``KEPT_HEADERS`` that came.
    tries : int
        Times the question was sent until this answer came.
    refused : str
        Why the body can't be evidence; empty for a usable answer.
    """

    file: str
    topic: str
    request: Request
    at: datetime
    status: int
    sha256: str
    size: int
    headers: Mapping[str, str]
    tries: int
    refused: str = ""


def _line(entry: Entry, feeds: Mapping[str, Sequence[str]] | None = None) -> str:
    record: dict[str, Any] = {
        "file": entry.file,
        "topic": entry.topic,
        "method": entry.request.method,
        "path": entry.request.path,
        "query": [list(pair) for pair in entry.request.query],
        "body": entry.request.body,
        "at": entry.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "status": entry.status,
        "sha256": entry.sha256,
        "size": entry.size,
        "headers": dict(entry.headers),
        "tries": entry.tries,
    }
    if entry.refused:
        record["refused"] = entry.refused
    if feeds is not None:
        record["feeds"] = {table: list(rows) for table, rows in feeds.items()}
    return json.dumps(record, ensure_ascii=False) + "\n"


def _entry(line: str) -> Entry:
    record = json.loads(line)
    request = Request(
        record["method"], record["path"], tuple((name, value) for name, value in record["query"]), record["body"]
    )
    return Entry(
        file=record["file"],
        topic=record["topic"],
        request=request,
        at=datetime.fromisoformat(record["at"]),
        status=record["status"],
        sha256=record["sha256"],
        size=record["size"],
        headers=record["headers"],
        tries=record["tries"],
        refused=record.get("refused", ""),
    )


class RawStore:
    """The folder ``raw/`` of a package.

    Parameters
    ----------
    folder : Path
        ``<package>/data/raw``; made when the first response is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._entries: list[Entry] = []
        self._by_question: dict[tuple[str, str], Entry] = {}
        self._counts: dict[str, int] = {}
        if self.index.exists():
            for line in self.index.read_text(encoding="utf-8").splitlines():
                self._remember(_entry(line))

    @property
    def index(self) -> Path:
        """Path of ``index.jsonl``."""
        return self.folder / "index.jsonl"

    def _remember(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._counts[entry.topic] = self._counts.get(entry.topic, 0) + 1
        if not entry.refused:
            self._by_question[entry.topic, entry.request.digest] = entry

    def find(self, topic: str, request: Request) -> Entry | None:
        """Return the usable answer to this question under this topic, or None."""
        with self._lock:
            return self._by_question.get((topic, request.digest))

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
    ) -> Entry:
        """Write a response and its index line; the line comes last, so that it never names a file that is not whole."""
        kept = {name: value for name, value in ((k.lower(), v) for k, v in headers.items()) if name in KEPT_HEADERS}
        suffix = "refused.gz" if refused else "json.gz"
        with self._lock:
            file = f"{topic}/{self._counts.get(topic, 0) + 1:06d}.{suffix}"
            entry = Entry(
                file, topic, request, at, status, hashlib.sha256(body).hexdigest(), len(body), kept, tries, refused
            )
            target = self.folder / file
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_name(target.name + ".tmp")
            partial.write_bytes(gzip.compress(body, compresslevel=6, mtime=0))
            partial.replace(target)
            with self.index.open("a", encoding="utf-8", newline="\n") as index:
                index.write(_line(entry))
            self._remember(entry)
        return entry

    def entries(self, topic: str = "") -> list[Entry]:
        """Return the usable answers of a topic, in the order received; an empty topic means all."""
        with self._lock:
            return [
                entry
                for entry in self._entries
                if not entry.refused and (not topic or entry.topic == topic or entry.topic.startswith(topic + "/"))
            ]

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
        path = self.folder / entry.file
        try:
            body = gzip.decompress(path.read_bytes())
        except (OSError, EOFError, gzip.BadGzipFile) as error:
            raise AnswerError(f"raw/{entry.file} can't be read: {error}") from None
        found = hashlib.sha256(body).hexdigest()
        if found != entry.sha256:
            message = f"raw/{entry.file} is not what raw/index.jsonl says: SHA-256 {found}, recorded {entry.sha256}"
            raise AnswerError(message, request=str(entry.request), expected=entry.sha256, found=found)
        return body

    def json(self, entry: Entry) -> Any:
        """Return a body as parsed JSON.

        Raises
        ------
        AnswerError
            As ``body``, or if it is not JSON.
        """
        try:
            return json.loads(self.body(entry))
        except ValueError as error:
            raise AnswerError(f"raw/{entry.file} is not JSON: {error}", request=str(entry.request)) from None

    def answers(self, topic: str) -> Iterator[tuple[Entry, Any]]:
        """Yield each usable answer of a topic with its parsed body, in the order received."""
        for entry in self.entries(topic):
            yield entry, self.json(entry)

    def write_feeds(self, feeds: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        """Rewrite the index with, for each file, the rows that it feeds, as ``{table: [row key, …]}``."""
        partial = self.index.with_name(self.index.name + ".tmp")
        with self._lock, partial.open("w", encoding="utf-8", newline="\n") as index:
            index.writelines(_line(entry, feeds.get(entry.file, {})) for entry in self._entries)
        partial.replace(self.index)
