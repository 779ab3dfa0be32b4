"""The chain of an archive: a line for everything that was ever added, each naming the digest of the line before. Pure.

A line has eight fields, with a blank between each two::

    BEFORE UTC WHAT PATH OFFSET LENGTH SHA256 DETAIL

``BEFORE`` is the SHA-256 of the line before, its line feed included; of the first line, 64 zeros. ``WHAT`` says what was
added: ``append`` is a stretch of bytes at the end of a file that grows, ``file`` a whole file; any other word is an event,
which has ``-`` for path and digest, and 0 for offset and length. ``SHA256`` is of the bytes that were added. ``DETAIL`` is a
JSON object without line feeds, the last field, which may hold blanks.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from auditlib.errors import AnswerError
from auditlib.text import shorten, visible_text

FIRST: Final = "0" * 64
"""What the first line names as the one before."""

APPEND: Final = "append"
FILE: Final = "file"

NO_PATH: Final = "-"

_STAMP: Final = "%Y-%m-%dT%H:%M:%SZ"
_LINE: Final = re.compile(
    r"(?P<before>[0-9a-f]{64}) (?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) (?P<what>[a-z][a-z-]*) (?P<path>\S+) "
    r"(?P<offset>\d{1,18}) (?P<length>\d{1,18}) (?P<sha256>[0-9a-f]{64}|-) (?P<detail>\{.*\})"
)
_MATCHED: Final = ("of", "hole", "by", "site")
"""Members of a detail by which lines find each other: plain ones."""

_PLACE: Final = re.compile(r"[\w-][\w.-]*(?:/[\w-][\w.-]*)*", re.ASCII)


@dataclass(frozen=True)
class Added:
    """What is added to an archive: bytes of a file, or the record of an event.

    Attributes
    ----------
    what : str
        ``append``, ``file``, or the word of an event: ``hole``, ``archive``.
    path : str
        Below the archive's folder; ``-`` of an event.
    offset, length : int
        Where the bytes begin in the file, and how many they are.
    sha256 : str
        Of these bytes; ``-`` of an event.
    detail : mapping
        What they hold, for programs; a JSON object.
    """

    what: str
    path: str = NO_PATH
    offset: int = 0
    length: int = 0
    sha256: str = "-"
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ends(self) -> int:
        """Where the file ends that far."""
        return self.offset + self.length

    @property
    def is_event(self) -> bool:
        """Whether no bytes of a file were added."""
        return self.what not in {APPEND, FILE}


@dataclass(frozen=True)
class Link:
    """One line of the chain.

    Attributes
    ----------
    number : int
        From 1.
    before, digest : str
        The digest of the line before, and of this one.
    at : datetime
        When it was written, UTC, to the second.
    added : Added
        What it tells of.
    """

    number: int
    before: str
    digest: str
    at: datetime
    added: Added


def is_place(path: str) -> bool:
    """Say whether a path may stand in a chain: names of letters, digits, ``_``, ``-`` and inner dots, below the folder."""
    return _PLACE.fullmatch(path) is not None


def link_line(before: str, at: datetime, added: Added) -> str:
    """Write a line, with its line feed.

    Raises
    ------
    ValueError
        If the path could not be read back from it.
    """
    if added.path != NO_PATH and not is_place(added.path):
        raise ValueError(f"{added.path!r} can't stand in a chain")
    detail = json.dumps(added.detail, sort_keys=True, separators=(",", ":"))
    fields = (added.what, added.path, str(added.offset), str(added.length), added.sha256, detail)
    return f"{before} {at.astimezone(UTC):{_STAMP}} {' '.join(fields)}\n"


def digest_line(line: str) -> str:
    """Return the digest that the next line names; the line with its line feed."""
    return hashlib.sha256(line.encode()).hexdigest()


def read_chain(lines: Iterable[str]) -> Iterator[Link]:
    """Read a chain, and check that each line names the one before.

    Parameters
    ----------
    lines : iterable of str
        With their line feeds.

    Raises
    ------
    AnswerError
        Naming the line that is none, or that does not name the one before: it, or one before it, was changed.
    """
    before = FIRST
    for number, line in enumerate(lines, start=1):
        link = _read_line(number, line)
        if link.before != before:
            raise AnswerError(
                f"chain.txt, line {number}: it does not name the line before, so one of them was changed or left out",
                expected=before,
                found=link.before,
            )
        yield link
        before = link.digest


def _read_line(number: int, line: str) -> Link:
    found = _LINE.fullmatch(line.removesuffix("\n"))
    shown = shorten(visible_text(line.strip()), 80)
    if found is None or not line.endswith("\n") or (found["path"] != NO_PATH and not is_place(found["path"])):
        raise AnswerError(f"chain.txt, line {number} is no line of a chain: {shown}", found=shown)
    try:
        at = datetime.strptime(found["at"], _STAMP).replace(tzinfo=UTC)
        detail = json.loads(found["detail"])
    except (ValueError, RecursionError):
        raise AnswerError(f"chain.txt, line {number} can't be read: {shown}", found=shown) from None
    if any(isinstance(detail.get(name), dict | list) for name in _MATCHED):
        raise AnswerError(f"chain.txt, line {number} can't be read: {shown}", found=shown)
    sizes = (int(found["offset"]), int(found["length"]))
    return Link(
        number,
        found["before"],
        digest_line(line),
        at,
        Added(found["what"], found["path"], *sizes, found["sha256"], detail),
    )
