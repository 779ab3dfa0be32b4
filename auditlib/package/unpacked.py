"""A folder that parts of a package were unpacked into: which parts these are, and whether each file is what its package lists."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from auditlib.errors import UsageError
from auditlib.evidence.differences import Difference, Kind
from auditlib.files import read_given
from auditlib.package.disk import is_plain_file
from auditlib.package.layout import LISTED_TAGS, TAG_MANIFEST
from auditlib.package.parts import part_named, read_listing
from auditlib.package.verify import check_bag, listed_digests
from auditlib.phrases import listed


@dataclass(frozen=True)
class Unpacked:
    """Parts of one package in a folder.

    Attributes
    ----------
    folder : Path
        Where they were unpacked; holds the lists and, beside them, the package's folder.
    name : str
        Of the package's folder.
    lists : dict of int to str
        The file name of each part's list, by the number of the part.
    of : int
        How many parts there are.
    """

    folder: Path
    name: str
    lists: dict[int, str]
    of: int

    @property
    def package(self) -> Path:
        """The package's folder."""
        return self.folder / self.name

    @property
    def lacking(self) -> list[int]:
        """The parts that were not unpacked here."""
        return [number for number in range(1, self.of + 1) if number not in self.lists]

    @property
    def words(self) -> str:
        """Which parts of what these are."""
        numbers = listed([str(number) for number in sorted(self.lists)])
        return f"{'part' if len(self.lists) == 1 else 'parts'} {numbers} of {self.of} of {self.name}"


def unpacked_in(folder: Path) -> Unpacked | None:
    """Return the parts that were unpacked into a folder; None if it is no such folder.

    Raises
    ------
    UsageError
        If they are parts of several packages, or of one that was packed in several ways.
    """
    named = {one.name: part for one in folder.iterdir() if (part := part_named(one.name))} if folder.is_dir() else {}
    if not named:
        return None
    packages = {(name, of) for name, _, of in named.values()}
    if len(packages) > 1:
        several = listed([f"{name} ({of} parts)" for name, of in sorted(packages)])
        raise UsageError(
            f"{folder} holds parts of {several}: unpack those of one package, packed in one way, into a folder of its own"
        )
    name, of = packages.pop()
    if not (folder / name).is_dir():
        raise UsageError(f"{folder} holds a list of {name}, and no folder of that name: unpack the part again, whole")
    return Unpacked(folder, name, {number: file for file, (_, number, _) in sorted(named.items())}, of)


def check_parts(unpacked: Unpacked) -> list[Difference]:
    """Compare the files of the parts that are there with their lists, and with the manifest of the whole package.

    What the manifest lists and no list here names belongs to a part that is elsewhere, and is no difference.
    """
    names, differences = dict[str, str](), list[Difference]()
    manifest = {} if not is_plain_file(unpacked.package / "manifest-sha256.txt") else listed_digests(unpacked.package)
    for file in unpacked.lists.values():
        if not is_plain_file(unpacked.folder / file):
            differences.append(Difference(Kind.TAG_NO_FILE, file))
            continue
        for path, digest in read_listing(read_given(unpacked.folder / file)).items():
            names[path] = digest
            if path in manifest and manifest[path] != digest:
                differences.append(Difference(Kind.CHANGED, f"{file}: {path}", manifest[path], digest))
            elif path not in manifest and path not in {*LISTED_TAGS, TAG_MANIFEST}:
                differences.append(Difference(Kind.UNLISTED, path))
    return differences + [
        one for one in check_bag(unpacked.package) if one.kind is not Kind.MISSING or one.path in names
    ]
