"""A sealed package checked against its own manifests: nothing missing, changed or added."""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from io import BufferedReader
from pathlib import Path

import bagit

from auditlib.digests import CHUNK
from auditlib.errors import AuditError, UsageError
from auditlib.evidence.differences import Difference, Kind
from auditlib.package.disk import is_hollow, is_plain_file, open_bytes, walk
from auditlib.package.layout import (
    DECLARATION,
    DECLARED,
    INFO,
    LISTED_TAGS,
    LONGEST_PATH,
    MANIFEST,
    MOST_TOLD,
    TAG_MANIFEST,
    TOP,
    name_problem,
    path_bytes,
)
from auditlib.package.transit import difference_of_names, left_by_a_file_manager, stand_as

_LONGEST_LINE = 4096
_LARGEST_INFO = 1 << 20
_LARGEST_COPY = 1 << 30  # bytes up to which a file that no manifest lists is compared with those that it lists
_SPARE_LINES = (
    100_000  # which a manifest may have beyond the files that are there: so many may be missing, and are named
)
_CANONICAL = re.compile(r"([0-9a-f]{64})  (\S.*)\Z", re.DOTALL)
_LENIENT = re.compile(r"([0-9A-Fa-f]{64})[ \t]+\*?(\S.*)\Z", re.DOTALL)


# Verify


def check_bag(folder: Path) -> list[Difference]:
    """Compare a package with its own manifests.

    Only files that a walk of the folder finds are opened, and a walk follows no link: a manifest can't lead out of the
    folder.

    Parameters
    ----------
    folder : Path
        The package.

    Returns
    -------
    list of Difference
        Of each file: missing, changed, unexpected, a link; of each line of a manifest that is not canonical; or whatever else
        the ``bagit`` library objects to. Empty if the package is whole; a name in another form of Unicode is for `renamed`.

    Raises
    ------
    UsageError
        If there is no such folder.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder; name the folder of a package, the one with {DECLARATION} in it")
    flat = [name for name in os.listdir(folder) if name.startswith("data\\")]  # noqa: PTH208 - names alone
    if flat and not (folder / "data").exists():
        return [Difference(Kind.FLAT, min(flat), found=f"{len(flat):,}")]
    differences = [*_check_tags(folder), *_check_payload(folder)]
    if not differences:
        differences += _check_oxum(folder)
    if not differences:  # the library follows links and repeats what we said: it is a second opinion on a whole package
        try:
            bagit.Bag(str(folder)).validate()
        except (bagit.BagError, OSError, ValueError) as error:
            differences.append(Difference(Kind.SECOND_OPINION, found=str(error) or type(error).__name__))
    return differences


def renamed(folder: Path) -> list[Difference]:
    """Return which files of a package stand under a name in another form of Unicode, or under a second name as well.

    RFC 8493 asks to expect the first, where it speaks of interoperability. Of both the content is what was sealed.
    """
    if not (folder / "data").is_dir() or not is_plain_file(folder / MANIFEST):
        return []
    found = [path for path, kind in walk(folder, "data") if kind == "file"]
    listed, _ = _read_manifest(folder / MANIFEST, MANIFEST, len(found))
    pairs = stand_as(listed, found).items()
    forms = [Difference(Kind.FORM, path) for path, at in pairs if difference_of_names(path, at) is Kind.FORM]
    return [*forms, *(Difference(Kind.HARD_LINK, path) for path in found if _has_other_names(folder / path))]


def _has_other_names(path: Path) -> bool:
    return path.stat(follow_symlinks=False).st_nlink > 1


def listed_digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of the payload as the manifest says it, by path within the package."""
    return _read_manifest(folder / MANIFEST, MANIFEST, sys.maxsize)[0]


def read_info(folder: Path) -> dict[str, str]:
    """Read the lines of ``bag-info.txt`` as `seal` writes them; lines of any other form are left out."""
    with open_bytes(folder / INFO) as stream:
        text = stream.read(_LARGEST_INFO).decode("utf-8", "replace")
    pairs = (line.partition(": ") for line in text.splitlines())
    return {label: value for label, colon, value in pairs if colon}


def _check_tags(folder: Path) -> list[Difference]:
    """Compare the files beside ``data`` with the tag manifest."""
    differences: list[Difference] = []
    present = {}
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: path_bytes(entry.name)):
            if entry.name not in TOP:
                differences.append(_unexpected(entry.name, Kind.BESIDE_DATA))
            elif entry.name != "data":
                present[entry.name] = entry.is_file(follow_symlinks=False)
    differences += [Difference(Kind.TAG_NO_FILE, name) for name, is_file in present.items() if not is_file]
    missing = [name for name in (*LISTED_TAGS, TAG_MANIFEST) if name not in present]
    differences += [Difference(Kind.TAG_MISSING, name) for name in missing]
    if not present.get(TAG_MANIFEST):
        return differences
    listed, malformed = _read_manifest(folder / TAG_MANIFEST, TAG_MANIFEST)
    differences += malformed
    for name in sorted({*LISTED_TAGS, *listed}):
        if name not in LISTED_TAGS:
            differences.append(Difference(Kind.TAG_UNKNOWN, TAG_MANIFEST, found=name))
        elif name not in listed:
            differences.append(Difference(Kind.TAG_UNLISTED, TAG_MANIFEST, expected=name))
        elif present.get(name):
            differences += _compare(folder, name, listed[name])
    transferred = any(one.path == DECLARATION and one.kind is Kind.LINE_ENDS for one in differences)
    if present.get(DECLARATION) and (folder / DECLARATION).stat().st_size != len(DECLARED) and not transferred:
        differences.append(Difference(Kind.DECLARATION, DECLARATION))
    return differences


def _check_payload(folder: Path) -> list[Difference]:
    """Compare what stands in ``data`` with the manifest."""
    if (folder / "data").is_symlink() or not (folder / "data").is_dir():
        return [Difference(Kind.NO_PAYLOAD, "data")]
    kinds = dict(walk(folder, "data"))
    found = {path for path, kind in kinds.items() if kind == "file"}
    there = is_plain_file(folder / MANIFEST)
    listed, differences = _read_manifest(folder / MANIFEST, MANIFEST, len(found)) if there else ({}, [])
    differences += [
        Difference(Kind.NO_FILE, path, found=what) for path in kinds if (what := _no_file(path, kinds[path], listed))
    ]
    if not there:  # it is named by itself, and without it nothing can be said of any file
        return differences
    stands = stand_as(listed, found)
    missing, more = [path for path in listed if path not in stands], found - set(stands.values())
    here = [*_strangers(folder, listed, missing, more)]
    for path, at in stands.items():
        here += _compare(folder, at, listed[path])
        if difference_of_names(path, at) is Kind.CASE:
            here.append(Difference(Kind.CASE, at, expected=path))
    return [*differences, *_at_most(sorted(here, key=lambda one: path_bytes(one.path)))]


def _no_file(path: str, kind: str, listed: Mapping[str, str]) -> str:
    """Say what stands there and is no file; empty if it is one, or a folder as a package has them."""
    if kind == "folder":
        too_deep = len(path) > LONGEST_PATH
        return "a folder in the place of a file" if path in listed else "a folder too deep" if too_deep else ""
    return {"file": "", "link": "a link", "unreadable": "a folder that can't be read"}.get(kind, "no file")


def _strangers(
    folder: Path, listed: Mapping[str, str], missing: Iterable[str], more: Iterable[str]
) -> Iterator[Difference]:
    """Yield what is listed and does not stand there, and what stands there and is not listed, in the order of the paths.

    A file that stands under another name is one difference and not two; a copy of a file is told as one.
    """
    wanted = {path: listed[path] for path in missing}
    digests = {path: _digest_of_copy(folder / path) for path in sorted(more, key=path_bytes)[:MOST_TOLD]}
    moved = _pairs(wanted, digests)
    of_digest = {digest: path for path, digest in sorted(listed.items(), reverse=True)}
    for path in sorted({*wanted, *more} - set(moved.values()), key=path_bytes):
        if path in moved:
            yield Difference(Kind.RENAMED, path, listed[path], moved[path])
        elif path in wanted:
            yield Difference(Kind.MISSING, path)
        elif (digest := digests.get(path, "")) in of_digest and not left_by_a_file_manager(path):
            yield Difference(Kind.COPIED, path, of_digest[digest])
        else:
            yield _unexpected(path, Kind.UNLISTED)


def _pairs(wanted: Mapping[str, str], digests: Mapping[str, str]) -> dict[str, str]:
    """Return under which path each missing file stands, where exactly one file there has its digest and it is of one alone."""
    paths, places = _by_digest(wanted), _by_digest(digests)
    return {
        there[0]: places[digest][0]
        for digest, there in paths.items()
        if digest and len(there) == len(places.get(digest, ())) == 1
    }


def _by_digest(digests: Mapping[str, str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for path, digest in digests.items():
        groups.setdefault(digest, []).append(path)
    return groups


def _digest_of_copy(path: Path) -> str:
    """Return the SHA-256 of a file that no manifest lists; empty where it holds nothing, is too large, or can't be read."""
    try:
        if not 0 < path.stat(follow_symlinks=False).st_size <= _LARGEST_COPY:
            return ""
        with open_bytes(path) as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _at_most(differences: Iterable[Difference]) -> Iterator[Difference]:
    """Yield so many differences of each kind as somebody reads, then how many more there are, named after the manifest."""
    counts: dict[Kind, int] = {}
    for one in differences:
        counts[one.kind] = counts.get(one.kind, 0) + 1
        if counts[one.kind] <= MOST_TOLD:
            yield one
    for kind, count in counts.items():
        if count > MOST_TOLD:
            yield Difference(Kind.AND_MORE, MANIFEST, str(kind), f"{count - MOST_TOLD:,}")


def _unexpected(path: str, kind: Kind) -> Difference:
    return Difference(Kind.LEFT if left_by_a_file_manager(path) else kind, path)


def _check_oxum(folder: Path) -> list[Difference]:
    """Compare size and number of the payload's files with what ``bag-info.txt`` says."""
    sizes = [
        (folder / path).stat(follow_symlinks=False).st_size for path, kind in walk(folder, "data") if kind == "file"
    ]
    counted = f"{sum(sizes)}.{len(sizes)}"
    said = read_info(folder).get("Payload-Oxum", "nothing")
    return [] if said == counted else [Difference(Kind.SIZE, INFO, said, counted)]


def _compare(folder: Path, path: str, expected: str) -> list[Difference]:
    """Return one difference if the file's digest is not the expected one."""
    try:
        if is_hollow(folder / path):
            why = "its size is far above what is on the disk of it"
            return [Difference(Kind.UNREADABLE, path, expected, why)]
        with open_bytes(folder / path) as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
            if found == expected:
                return []
            if stream.tell() == 0:
                return [Difference(Kind.EMPTIED, path, expected, found)]
            stream.seek(0)
            if _digest_with_lf(stream) == expected:
                return [Difference(Kind.LINE_ENDS, path, expected, found)]
    except OSError as error:
        return [Difference(Kind.UNREADABLE, path, expected, f"{error.strerror}")]
    except AuditError as error:  # it became something else a moment ago
        return [Difference(Kind.UNREADABLE, path, expected, str(error))]
    return [Difference(Kind.CHANGED, path, expected, found)]


def _digest_with_lf(stream: BufferedReader) -> str:
    """Return the SHA-256 of a file as it would be with LF in place of every CR LF."""
    digest, held = hashlib.sha256(), b""
    while piece := stream.read(CHUNK):
        whole = held + piece
        held = b"\r" if whole.endswith(b"\r") else b""  # what follows it comes with the next piece
        digest.update(whole[: len(whole) - len(held)].replace(b"\r\n", b"\n"))
    digest.update(held)
    return digest.hexdigest()


def _read_manifest(path: Path, name: str, present: int = 0) -> tuple[dict[str, str], list[Difference]]:
    """Read a manifest of a folder in which so many files stand: digests by path, and what in it is not canonical."""
    listed: dict[str, str] = {}
    with open_bytes(path) as stream:
        line_end = b"\r\n" if all(line.endswith(b"\r\n") for line in _raw_lines(stream)) else b"\n"
    differences = [Difference(Kind.LINE_ENDS, name)] if line_end == b"\r\n" and path.stat().st_size else []
    ordered, last, most = True, b"", present + _SPARE_LINES
    with open_bytes(path) as stream:
        for number, raw in enumerate(_raw_lines(stream), start=1):
            if number > most:
                differences.append(Difference(Kind.TOO_MANY_LINES, name, f"{most:,}", f"{present:,}", number))
                break
            line = raw.removesuffix(line_end).decode("utf-8", "surrogateescape")
            canonical = _CANONICAL.match(line) if raw.endswith(line_end) else None
            entry = canonical or _LENIENT.match(line.rstrip("\r"))
            if canonical is None:
                differences.append(Difference(Kind.LINE, name, found=line, line=number))
            if entry is None:
                continue
            listed_path = _decoded(entry[2])
            reason = name_problem(listed_path)
            if path.name == MANIFEST and not listed_path.startswith("data/"):
                reason = "it is outside 'data'"
            if reason is not None:
                differences.append(Difference(Kind.LISTED_PATH, name, reason, listed_path, number))
            elif listed_path in listed:
                differences.append(Difference(Kind.LISTED_TWICE, name, found=listed_path, line=number))
            else:
                listed[listed_path] = entry[1].lower()
            ordered = ordered and last <= path_bytes(entry[2])
            last = path_bytes(entry[2])
    if not ordered:
        differences.append(Difference(Kind.ORDER, name))
    return listed, list(_at_most(differences))


def _raw_lines(stream: BufferedReader) -> Iterator[bytes]:
    """Yield the lines of a manifest with their ends; one longer than any in pieces."""
    return iter(lambda: stream.readline(_LONGEST_LINE), b"")


def _decoded(path: str) -> str:
    """Undo the percent-encoding that RFC 8493 asks for: CR, LF and the percent sign itself, nothing else."""
    signs = {"0D": "\r", "0A": "\n", "25": "%"}
    return re.sub(r"%(0[DdAa]|25)", lambda found: signs[found[1].upper()], path)
