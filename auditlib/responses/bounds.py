"""How large what came of a Jira, or stands in a package, may be: bounds that no real answer reaches, each with its reason.

A server may send without end, and two megabytes of gzip may hold four gigabytes. So what is unpacked is counted while it is
unpacked, and what would make millions of objects is not read at all. A package may have come from anybody: the same holds
for what is read from disk.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TextIO

LARGEST_ANSWER: Final = 64 << 20
"""Bytes of one answer, unpacked. The largest that are asked for are pages: 5,000 ids are one megabyte, 100 issues with 2,000
fields each some ten. A page that is larger all the same is asked for in halves (``jira.pages``)."""

MOST_VALUES: Final = 4_000_000
"""Values in one answer: 1,000 issues, the largest page, with 2,000 fields each, and as much again. Each takes some hundred
bytes as an object, so that 64 MB of nothing but brackets would take gigabytes."""

LARGEST_FILE: Final = (1 << 31) - 1
"""Bytes of one attachment whose size Jira does not tell, the largest that 32 bits can count; else what it tells is the bound."""

LARGEST_RECORDS: Final = 1 << 30
"""Bytes of a file of records in an archive, unpacked: twenty million issues of a census, a year of a busy audit log."""

LONGEST_LINE: Final = LARGEST_ANSWER
"""Characters of one record in such a file: it came within an answer."""

_SLACK: Final = 1 << 20  # what cannot be made smaller, gzip makes a little larger


class BoundError(ValueError):
    """What is read is larger than its bound; says by how much it is bounded."""


def unpack(packed: bytes, most: int = LARGEST_ANSWER) -> bytes:
    """Unpack gzip, up to a bound.

    Parameters
    ----------
    packed : bytes
        One or more members.
    most : int
        Bytes that may come out.

    Raises
    ------
    BoundError
        If more would come out; no more than the bound was unpacked then.
    OSError, EOFError, zlib.error
        If it is damaged, cut or no gzip.
    """
    whole = b""
    while True:
        member = zlib.decompressobj(wbits=31)
        try:
            piece = member.decompress(packed, most - len(whole) + 1)
        except zlib.error as error:
            raise gzip.BadGzipFile(str(error)) from None
        whole = whole + piece if whole else piece
        if len(whole) > most:
            raise BoundError(f"holds more than {most:,} bytes")
        if not member.eof:
            raise EOFError("it is cut: the end of the gzip is missing")
        packed = member.unused_data.lstrip(b"\0")
        if not packed:
            return whole


def read_packed(path: Path, most: int = LARGEST_ANSWER) -> bytes:
    """Read a file of gzip, up to a bound; raises as `unpack`."""
    with path.open("rb") as stream:
        packed = stream.read(most + _SLACK + 1)
    if len(packed) > most + _SLACK:
        raise BoundError(f"is larger than {most + _SLACK:,} bytes")
    return unpack(packed, most)


def bounded_lines(text: TextIO, most: int = LARGEST_RECORDS, longest: int = LONGEST_LINE) -> Iterator[str]:
    """Yield lines, each with its end, up to a bound for each and for all.

    Raises
    ------
    BoundError
        At the line that exceeds one.
    """
    read = 0
    while line := text.readline(longest + 1):
        read += len(line)
        if len(line) > longest:
            raise BoundError(f"has a line of more than {longest:,} characters")
        if read > most:
            raise BoundError(f"holds more than {most:,} characters")
        yield line


def packed_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a packed file of records; raises as `bounded_lines`, or as `gzip` does for what is none."""
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as text:
        yield from bounded_lines(text)


def require_readable(body: bytes) -> None:
    """Refuse JSON of which millions of objects would be made.

    Raises
    ------
    BoundError
        If it has more values than any answer.
    """
    if len(body) <= MOST_VALUES:
        return
    values = sum(body.count(mark) for mark in (b",", b"[", b"{"))
    if values > MOST_VALUES:
        raise BoundError(f"it holds more than {MOST_VALUES:,} values")
