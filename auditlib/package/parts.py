"""A package in parts, for portals that take no more than so many bytes at once: which file goes into which part. Pure.

Every part holds the package's tag files, so that its files can be held against the manifest, and that against a signature, by
whoever has this part alone; and a list of its own, in the form of ``sha256sum -c``. Files stand in the order of the manifest, and
none is cut in two: half a file could not be checked without the other half.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from auditlib.errors import UsageError
from auditlib.phrases import counted
from auditlib.text import shorten, visible_text

DIGEST_LENGTH: Final = 64

AROUND_ENTRY: Final = 30 + 46 + 20 + 28
"""Bytes that an archive takes for each file beside its content and twice its name, with the fields of Zip64.

PKWARE, APPNOTE.TXT, 4.3.7, 4.3.12 and 4.5.3.
"""

AROUND_ARCHIVE: Final = 22 + 56 + 20
"""Bytes of the end of an archive, with that of Zip64."""

_UNITS: Final = {"": 1, "B": 1, **{f"{unit}B": 1000**power for power, unit in enumerate("KMGT", start=1)}} | {
    f"{unit}iB": 1024**power for power, unit in enumerate("KMGT", start=1)
}
_SIZE: Final = re.compile(r"([0-9]{1,18}(?:\.[0-9]{1,9})?)\s*([A-Za-z]*)")
_LIST: Final = re.compile(r"(?P<name>.+)\.part-(?P<number>[0-9]{1,6})-of-(?P<of>[0-9]{1,6})\.sha256\.txt")
_LONGEST_ENDING: Final = len(".part-999999-of-999999.sha256.txt")


@dataclass(frozen=True)
class Piece:
    """A file of a package.

    Attributes
    ----------
    path : str
        From the package's folder on.
    size : int
        Bytes.
    digest : str
        SHA-256 in lower-case hex.
    """

    path: str
    size: int
    digest: str


@dataclass(frozen=True)
class Part:
    """One part of a package: the tag files and some of the payload.

    Attributes
    ----------
    name : str
        The folder that all parts unpack into.
    number, of : int
        Which part it is, from 1, of how many.
    pieces : tuple of Piece
        All files in it, in byte order of their paths within payload and tag files.
    """

    name: str
    number: int
    of: int
    pieces: tuple[Piece, ...]

    @property
    def _stem(self) -> str:
        return f"{self.name}.part-{self.number:0{len(str(self.of))}}-of-{self.of}"

    @property
    def archive(self) -> str:
        """The name of its archive."""
        return f"{self._stem}.zip"

    @property
    def list_name(self) -> str:
        """The name of the list of its files, which stands beside the package's folder."""
        return f"{self._stem}.sha256.txt"

    @property
    def listing(self) -> bytes:
        """The list of its files, for ``sha256sum -c`` in the folder that it was unpacked into."""
        return "".join(f"{one.digest}  {self.name}/{one.path}\n" for one in self.pieces).encode()


def parse_size(text: str) -> int:
    """Return a size in bytes, as ``1GB``, ``500 MB``, ``2GiB`` or ``1000000``.

    KB, MB, GB and TB are powers of 1,000, KiB to TiB of 1,024. What a portal calls a gigabyte is seldom said, and the smaller
    one fits both.

    Raises
    ------
    UsageError
        If it is none.
    """
    found = _SIZE.fullmatch(text.strip())
    units = {unit.lower(): factor for unit, factor in _UNITS.items()}
    factor = units.get(found[2].lower()) if found else None
    size = int(Decimal(found[1]) * factor) if found is not None and factor is not None else 0
    if not size:
        raise UsageError(
            f"--max-size {visible_text(shorten(text, 40))}: a size is a number with KB, MB or GB, as 1GB or 500MB"
        )
    return size


def split(pieces: Sequence[Piece], tags: Sequence[Piece], name: str, most: int) -> tuple[Part, ...]:
    """Return the parts of a package, none of which takes more than so many bytes as an archive.

    Parameters
    ----------
    pieces : sequence of Piece
        The payload, in the order of the manifest.
    tags : sequence of Piece
        The tag files, which are in every part.
    name : str
        The folder that all parts unpack into.
    most : int
        Bytes that an archive may have.

    Raises
    ------
    UsageError
        If a file fits into no part, naming the largest and the size that a part of it takes.
    """
    empty = AROUND_ARCHIVE + AROUND_ENTRY + 2 * (len(name.encode()) + _LONGEST_ENDING)
    empty += sum(_taken(one, name) for one in tags)
    largest = max(pieces, key=lambda one: _taken(one, name))
    if (needed := empty + _taken(largest, name)) > most:
        raise UsageError(
            f"{visible_text(largest.path)} has {counted(largest.size, 'byte')}, and a part that holds it and the manifests takes "
            f"{needed:,}; --max-size is {most:,}. No file is cut in two, since half of one can't be checked alone: "
            f"give --max-size {needed} or more"
        )
    groups = list(_filled(pieces, name, most - empty))
    return tuple(Part(name, place, len(groups), (*tags, *group)) for place, group in enumerate(groups, start=1))


def _filled(pieces: Iterable[Piece], name: str, room: int) -> Iterator[list[Piece]]:
    """Yield the files of one part after another, each as full as the order allows."""
    group: list[Piece] = []
    taken = 0
    for one in pieces:
        size = _taken(one, name)
        if group and taken + size > room:
            yield group
            group, taken = [], 0
        group.append(one)
        taken += size
    yield group


def _taken(piece: Piece, name: str) -> int:
    """Return the bytes that a file takes at most in an archive, its line in the list included."""
    path = len(name.encode()) + 1 + len(piece.path.encode())
    return piece.size + AROUND_ENTRY + 2 * path + DIGEST_LENGTH + 2 + path + 1


def part_named(file: str) -> tuple[str, int, int] | None:
    """Return of which package and part a list is, by its file name: name, number, of how many; None if it is no such list."""
    found = _LIST.fullmatch(file)
    return (found["name"], int(found["number"]), int(found["of"])) if found else None


def read_listing(content: bytes) -> dict[str, str]:
    """Return the SHA-256 of each file of a list by its path in the package; lines of another form are left out."""
    lines = (line.partition("  ") for line in content.decode("utf-8", "replace").split("\n"))
    return {path.partition("/")[2]: digest for digest, _, path in lines if "/" in path}
