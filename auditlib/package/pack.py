"""A sealed package packed for upload portals: archives of bounded size, an index over them, and the sampled records by control.

The same package gives the same bytes on every machine, so that two who pack it can compare. Names come from the package: the
title of the audit, and the digest that stands for all of it.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from auditlib.digests import digest_file
from auditlib.evidence.opened import open_records
from auditlib.files import write_whole
from auditlib.package.by_control import write_by_control
from auditlib.package.disk import walk
from auditlib.package.frozen import open_sealed
from auditlib.package.layout import TAG_MANIFEST, TOP
from auditlib.package.parts import Part, Piece, split
from auditlib.package.recompute import refusing_spoilt
from auditlib.package.target import is_masked, require_outside, working_name
from auditlib.package.transit import stand_as
from auditlib.package.verify import listed_digests, read_info
from auditlib.package.zips import write_part
from auditlib.tables import Column, Table, to_csv

BY_CONTROL: Final = "controls"
SUMS: Final = "sha256sums.txt"
READ_ME: Final = "read-me.txt"
ENDING: Final = ".parts"
"""What the folder is called behind the name of the package, if nothing else is said."""

INDEX: Final = Table(
    "index",
    "The files of the package, by the part that holds them.",
    (
        Column("part", "text", "The archive; the tag files are in each."),
        Column("file", "text", "Path from the package's folder on."),
        Column("size", "integer", "Bytes."),
        Column("sha256", "text", "SHA-256 of the file, as in the package's manifest."),
    ),
)


@dataclass(frozen=True)
class Packed:
    """What was packed.

    Attributes
    ----------
    name : str
        The folder that the parts unpack into.
    parts : tuple of Part
    records : int
        PDFs of single issues below ``controls/``.
    """

    name: str
    parts: tuple[Part, ...]
    records: int


def pack(
    package: Path, out: Path, most: int, *, by_control: bool = True, tell: Callable[[str], object] = lambda _: None
) -> Packed:
    """Pack a sealed package into archives, after it was checked whole.

    Parameters
    ----------
    package : Path
        A sealed package; nothing is written into it.
    out : Path
        Must not exist or be empty, and lie outside of the package. It gets its name when all of it is there.
    most : int
        Bytes that an archive may have.
    by_control : bool
        Whether the sampled records are set as a PDF each; a package without names has none.
    tell : callable
        Gets a line for each step.

    Raises
    ------
    UsageError
        If the package is not what was sealed, a file fits into no part, or ``out`` can't be written.
    """
    working_name(out)
    require_outside(package, out)
    tell("the package is checked")
    digest = open_sealed(package, purpose="nothing is packed", masked=True).digest
    name = part_name(read_info(package), digest)
    parts, stands = _plan(package, name, most)
    origin = f"{name}, SHA-256 of its {TAG_MANIFEST} {digest}"
    with _folder(out) as made:
        sums = {}
        for part in parts:
            tell(part.archive)
            sums[part.archive] = write_part(made / part.archive, part, package, stands)
        recorded = by_control and not is_masked(package)
        records = _write_records(package, made, origin, tell) if recorded else {}
        packed = Packed(name, parts, sum(path.endswith(".pdf") for path in records))
        _write_about(made, packed, digest, sums | records)
    return packed


def _plan(package: Path, name: str, most: int) -> tuple[tuple[Part, ...], dict[str, str]]:
    """Return the parts of a checked package, and where each file stands on this disk, by its path in the manifest."""
    listed = listed_digests(package)
    stands = stand_as(listed, (path for path, kind in walk(package, "data") if kind == "file"))
    pieces = [
        Piece(path, (package / stands[path]).stat().st_size, listed[path]) for path in sorted(listed, key=str.encode)
    ]
    there = [tag for tag in sorted(TOP - {"data"}) if (package / tag).is_file()]
    tags = [Piece(tag, (package / tag).stat().st_size, digest_file(package / tag)) for tag in there]
    return split(pieces, tags, name, most), stands | {tag: tag for tag in there}


@contextmanager
def _folder(out: Path) -> Iterator[Path]:
    """Yield a folder beside ``out`` that becomes it in one step if all goes well, and is gone if not."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as folder:
        made = Path(folder) / "made"
        made.mkdir()
        yield made
        working_name(out)  # nothing came to stand there meanwhile
        if out.is_dir():
            out.rmdir()
        made.rename(out)


def part_name(info: Mapping[str, str], digest: str) -> str:
    """Return what the folder of a package is called in its parts: by its audit and its digest, whatever it is called here."""
    slug = re.sub(r"[^a-z0-9]+", "-", info.get("External-Identifier", "").lower()).strip("-")[:60]
    return f"{slug or 'package'}-{digest[:12]}"


def _write_records(package: Path, made: Path, origin: str, tell: Callable[[str], object]) -> dict[str, str]:
    """Write the sampled records by control; return the SHA-256 of each file by its path below ``made``."""
    with refusing_spoilt(package):
        written = write_by_control(open_records(package), made / BY_CONTROL, origin, tell)
    return {f"{BY_CONTROL}/{path}": digest for path, digest in written.items()}


def _write_about(made: Path, packed: Packed, digest: str, sums: Mapping[str, str]) -> None:
    """Write what stands beside the archives: the index, how to unpack them, and the SHA-256 of every file."""
    rows = [(part.archive, one.path, one.size, one.digest) for part in packed.parts for one in part.pieces]
    index = to_csv(INDEX, INDEX.make(rows))
    about = {
        INDEX.file: write_whole(made / INDEX.file, [index]),
        READ_ME: write_whole(made / READ_ME, [_read_me(packed, digest).encode()]),
    }
    lines = [f"{value}  {path}\n" for path, value in sorted((dict(sums) | about).items())]
    write_whole(made / SUMS, ["".join(lines).encode()])


def _read_me(packed: Packed, digest: str) -> str:
    name, of = packed.name, len(packed.parts)
    records = (
        f"\n{BY_CONTROL}/ has a folder for each control and attribute, with the record of each sampled issue that it was\n"
        f"tested on, named by the issue's key; {BY_CONTROL}/outcomes.csv says what each came to.\n"
        if packed.records
        else ""
    )
    return f"""{name}: an evidence package in {of} {"part" if of == 1 else "parts"}
SHA-256 of its tagmanifest-sha256.txt: {digest}

Is everything here as it was made?     sha256sum -c {SUMS}

Each part can be checked alone: unpack it into a folder of its own, and there
                                       sha256sum -c {name}.part-*.sha256.txt
                                       auditlib verify .

For the whole package unpack all parts into one folder. The manifests are in each and are the same, so let them be replaced:
                                       unzip -o -q '{name}.part-*.zip'
                                       auditlib verify {name}

index.csv says which part holds which file. Nothing in the archives is compressed.
{records}"""
