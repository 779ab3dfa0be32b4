"""One line of the index of responses: what was asked, what came, and where its body is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from auditlib.errors import AnswerError
from auditlib.keys import ISSUE
from auditlib.responses.request import Request

ATTACHMENTS: Final = re.compile(rf"\.\./dossiers/{ISSUE}/attachments/[^/\\]+")
"""Where a downloaded file lies, seen from ``raw/``: as itself, so that a reader can open it. Nothing else lies outside."""


_BODY: Final = re.compile(r"[0-9]{1,18}\.(json|refused)\.gz")
"""How the file of a body is named, in the folder of its topic."""

IDENTITY_HEADER: Final = "x-aaccountid"
"""By it Cloud says above an answer for which account it is."""


@dataclass(frozen=True)
class Entry:
    """One line of the index: a response, and where its body is.

    Attributes
    ----------
    file : str
        Path below ``raw/``; of a downloaded attachment, from there to its place in the dossier, where it lies as it came.
    topic : str
        What it was asked for, as ``topics`` writes and reads it.
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
    asked_at : str
        The address below which it was asked, if not the site's own: Atlassian's gateway.
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
    asked_at: str = ""

    @property
    def account_id(self) -> str:
        """For which account the answer is, as far as it says so."""
        return self.headers.get(IDENTITY_HEADER, "")


def to_the_millisecond(at: datetime) -> datetime:
    """Return an instant as the index keeps it, so that who made a package and who reads it know the same time.

    >>> to_the_millisecond(datetime(2026, 4, 1, 9, 30, 0, 123_999, UTC)).microsecond
    123000
    """
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def write_line(entry: Entry, feeds: Mapping[str, Sequence[str]] | None = None) -> str:
    """Write the line of a response; with the rows that it feeds, by table, once they are known."""
    record: dict[str, Any] = {
        "file": entry.file,
        "topic": entry.topic,
        "method": entry.request.method,
        "path": entry.request.path,
        "query": [list(pair) for pair in entry.request.query],
        "body": None if entry.request.body is None else dict(entry.request.body.items()),
        "at": entry.at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "status": entry.status,
        "sha256": entry.sha256,
        "size": entry.size,
        "headers": dict(entry.headers),
        "tries": entry.tries,
    }
    if entry.refused:
        record["refused"] = entry.refused
    if entry.asked_at:
        record["asked_at"] = entry.asked_at
    if feeds is not None:
        record["feeds"] = {table: list(rows) for table, rows in feeds.items()}
    return json.dumps(record, ensure_ascii=False) + "\n"


def read_line(line: bytes) -> Entry:
    """Read a line of the index.

    Raises
    ------
    AnswerError
        If it can't be read, or leads out of the package.
    """
    try:
        record = json.loads(line)
        request = Request(
            record["method"], record["path"], tuple((name, value) for name, value in record["query"]), record["body"]
        ).packed()
        _require_types(record)
        return Entry(
            file=_inner(record["file"]),
            topic=record["topic"],
            request=request,
            at=_instant(record["at"]),
            status=record["status"],
            sha256=record["sha256"],
            size=record["size"],
            headers=record["headers"],
            tries=record["tries"],
            refused=record.get("refused", ""),
            asked_at=record.get("asked_at", ""),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        shown = line[:80].decode("utf-8", "replace")
        raise AnswerError(f"raw/index.jsonl holds a line that can't be read ({error}): {shown}", found=shown) from None


_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "file": (str,),
    "topic": (str,),
    "method": (str,),
    "path": (str,),
    "body": (dict, type(None)),
    "at": (str,),
    "status": (int,),
    "sha256": (str,),
    "size": (int,),
    "headers": (dict,),
    "tries": (int,),
}
"""What stands in a line of the index."""


def _require_types(record: Mapping[str, Any]) -> None:
    """Refuse a line in which something is of another type than is written: it may come from anybody."""
    for name, types in _TYPES.items():
        if type(record[name]) not in types:
            raise ValueError(f"{name} is {type(record[name]).__name__}")
    texts = [*record["headers"].values(), record.get("refused", ""), record.get("asked_at", ""), record["method"]]
    texts += [text for pair in record["query"] for text in pair]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("a text is none")


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(f"the time {text} has no offset")
    return at


def _inner(file: str) -> str:
    """Return a path of the index if it stays within the package: an index may come from someone who wants it not to."""
    parts = file.split("/")
    inside = not ("\\" in file or "\0" in file or any(part in {"", ".", ".."} for part in parts))
    if ATTACHMENTS.fullmatch(file) or (inside and _BODY.fullmatch(parts[-1]) and len(parts) > 1):
        return file
    raise ValueError(f"the path {file!r} leads out of raw/")
