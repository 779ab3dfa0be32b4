"""A sealed package checked against its own manifests: nothing missing, changed or added."""

from __future__ import annotations

import hashlib
import os
import re
from io import BufferedReader
from pathlib import Path

import bagit

from auditlib.digests import CHUNK
from auditlib.errors import UsageError
from auditlib.evidence.differences import Difference, Kind
from auditlib.package.disk import is_hollow, is_plain_file, open_bytes, walk
from auditlib.package.layout import (
    DECLARATION,
    DECLARED,
    INFO,
    LISTED_TAGS,
    MANIFEST,
    TAG_MANIFEST,
    TOP,
    name_problem,
    path_bytes,
)
from auditlib.package.transit import difference_of_names, left_by_a_file_manager, stand_as

_LONGEST_LINE = 4096
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
    """Return which files of a package stand under a name in another form of Unicode; empty if none does.

    RFC 8493 asks to expect it, where it speaks of interoperability: the content is what was sealed.
    """
    if not (folder / "data").is_dir() or not is_plain_file(folder / MANIFEST):
        return []
    listed, _ = _read_manifest(folder / MANIFEST, MANIFEST)
    found = (path for path, kind in walk(folder, "data") if kind == "file")
    pairs = stand_as(listed, found).items()
    return [Difference(Kind.FORM, path) for path, at in pairs if difference_of_names(path, at) is Kind.FORM]


def listed_digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of the payload as the manifest says it, by path within the package."""
    return _read_manifest(folder / MANIFEST, MANIFEST)[0]


def read_info(folder: Path) -> dict[str, str]:
    """Read the lines of ``bag-info.txt`` as `seal` writes them; lines of any other form are left out."""
    pairs = (line.partition(": ") for line in (folder / INFO).read_text("utf-8").splitlines())
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
    listed, differences = _read_manifest(folder / MANIFEST, MANIFEST) if is_plain_file(folder / MANIFEST) else ({}, [])
    found = set()
    for path, kind in walk(folder, "data"):
        if kind == "file":
            found.add(path)
        elif kind != "folder":
            differences.append(Difference(Kind.NO_FILE, path, found="a link" if kind == "link" else "no file"))
    stands = stand_as(listed, found)
    for path in sorted({*(found - set(stands.values())), *listed}, key=path_bytes):
        if path not in listed:
            differences.append(_unexpected(path, Kind.UNLISTED))
        elif path not in stands:
            differences.append(Difference(Kind.MISSING, path))
        else:
            differences += _compare(folder, stands[path], listed[path])
            if difference_of_names(path, stands[path]) is Kind.CASE:
                differences.append(Difference(Kind.CASE, stands[path], expected=path))
    return differences


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
            stream.seek(0)
            if _digest_with_lf(stream) == expected:
                return [Difference(Kind.LINE_ENDS, path, expected, found)]
    except OSError as error:
        return [Difference(Kind.UNREADABLE, path, expected, f"{error.strerror}")]
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


def _read_manifest(path: Path, name: str) -> tuple[dict[str, str], list[Difference]]:
    """Read a manifest: digests by path, and one difference for each thing in it that is not canonical."""
    listed: dict[str, str] = {}
    with open_bytes(path) as stream:
        line_end = b"\r\n" if all(line.endswith(b"\r\n") for line in stream) else b"\n"
    differences = [Difference(Kind.LINE_ENDS, name)] if line_end == b"\r\n" and path.stat().st_size else []
    ordered = True
    last = b""
    with open_bytes(path) as stream:
        for number, raw in enumerate(iter(lambda: stream.readline(_LONGEST_LINE), b""), start=1):
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
    return listed, differences


def _decoded(path: str) -> str:
    """Undo the percent-encoding that RFC 8493 asks for: CR, LF and the percent sign itself, nothing else."""
    signs = {"0D": "\r", "0A": "\n", "25": "%"}
    return re.sub(r"%(0[DdAa]|25)", lambda found: signs[found[1].upper()], path)
