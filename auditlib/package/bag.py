"""The sealed evidence package: a BagIt bag (RFC 8493) with canonical SHA-256 manifests.

A run works in ``DIR.partial``; only a sealed folder is renamed to ``DIR``, so that nothing half done ever stands under
the final name. Any bag tool verifies the result, and so does ``sha256sum -c manifest-sha256.txt``.

Names are kept to what every system and every tool understands alike. RFC 8493 writes ``%`` in a manifest as ``%25``;
the ``bagit`` library does not read that back and ``sha256sum`` never could: a name with ``%`` is refused, not encoded.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import os
import re
import stat
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BufferedReader
from pathlib import Path
from secrets import token_hex
from urllib.parse import quote, quote_plus

import bagit

from auditlib import __version__
from auditlib.errors import AuditError, UsageError
from auditlib.evidence.differences import Difference, Kind
from auditlib.package.transit import difference_of_names, left_by_a_file_manager, stand_as
from auditlib.text import visible_text

EVIDENCE = "evidence"
"""Folder in which packages are made, below the working directory."""

PARTIAL = ".partial"
"""Ending of the folder of a package that is not sealed yet."""

DECLARATION = "bagit.txt"
INFO = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
SIGNATURE = "tagmanifest-sha256.txt.sig"
TIME_STAMP = "tagmanifest-sha256.txt.tsr"

LONGEST_PATH = 200
SHORTEST_SECRET = 8

_LISTED_TAGS = (INFO, DECLARATION, MANIFEST)
_TOP = frozenset({"data", DECLARATION, INFO, MANIFEST, TAG_MANIFEST, SIGNATURE, TIME_STAMP})
_DECLARED = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_CHUNK = 1 << 20
_LONGEST_LINE = 4096
_FORBIDDEN = frozenset('<>:"|?*\\%')
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\Z", re.IGNORECASE)
_CANONICAL = re.compile(r"([0-9a-f]{64})  (\S.*)\Z", re.DOTALL)
_LENIENT = re.compile(r"([0-9A-Fa-f]{64})[ \t]+\*?(\S.*)\Z", re.DOTALL)
_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9-]*\Z")


# A target that is complete or not there


def working_name(out: Path, *, resume: bool = False) -> Path:
    """Return the folder that a run works in for a package at ``out``; nothing is made.

    Parameters
    ----------
    out, resume
        As in `prepare_target`.

    Returns
    -------
    Path
        ``out`` with ``.partial`` appended; absolute.

    Raises
    ------
    UsageError
        If ``out`` can't be a package or holds something, or ``resume`` is true and there is nothing to go on with.
    """
    out = Path(os.path.abspath(out))  # noqa: PTH100 -- resolve() would follow a link at the end, which is refused below
    if not out.name:
        raise UsageError(f"{out} can't hold a package: give a folder of its own")
    if not is_unicode(str(out)):
        raise UsageError(f"{out} is no Unicode: what is written in notebooks could not name it; give another --out")
    _refuse_occupied(out)
    partial = out.with_name(out.name + PARTIAL)
    if partial.is_symlink() or (partial.exists() and not partial.is_dir()):
        raise UsageError(f"{partial} is in the way: the run works in a folder of this name; move it away")
    if resume and not partial.exists():
        raise UsageError(f"{partial} is no interrupted run, so there is nothing to resume")
    return partial


def prepare_target(out: Path, *, resume: bool = False) -> Path:
    """Make the folder a run works in, beside the one it will become.

    Parameters
    ----------
    out : Path
        Where the package shall stand. Must not exist, or be an empty folder.
    resume : bool
        Go on in a partial folder that is there already.

    Returns
    -------
    Path
        ``out`` with ``.partial`` appended, existing; absolute.

    Raises
    ------
    UsageError
        If ``out`` holds something or can't be made; if the partial folder exists and ``resume`` is false, or the other
        way round.
    """
    partial = working_name(out, resume=resume)
    try:
        partial.mkdir(parents=True, exist_ok=resume)
    except FileExistsError:
        raise UsageError(
            f"{partial} exists: an earlier run did not finish. "
            "Go on with --resume, or remove the folder, or give another --out"
        ) from None
    except OSError as error:
        raise UsageError(f"{partial} can't be made: {error.strerror}; give another --out") from error
    return partial


def publish(partial: Path, out: Path) -> None:
    """Give a sealed folder its final name, in one step, after all of it is on the disk.

    Parameters
    ----------
    partial : Path
        The sealed folder, on the same file system as ``out``.
    out : Path
        The final name; not there, or an empty folder.

    Raises
    ------
    AuditError
        If ``partial`` is not sealed.
    UsageError
        If something came to stand at ``out`` meanwhile.
    """
    if not is_sealed(partial):
        raise AuditError(f"{partial} is not sealed; it stays where it is")
    _refuse_occupied(out)
    _flush(partial)
    try:
        if os.name == "nt" and out.exists():  # elsewhere, renaming onto an empty folder is one step
            out.rmdir()
        partial.rename(out)
    except OSError as error:
        raise UsageError(f"{out} can't be made: {error.strerror}; the package is complete in {partial}") from error
    _flush_folder(out.parent)


def is_sealed(folder: Path) -> bool:
    """Say whether ``folder`` has a payload and all tag files. Whether they agree is for `check_bag`."""
    tags = all(_is_file(folder / name) for name in (DECLARATION, INFO, MANIFEST, TAG_MANIFEST))
    return tags and (folder / "data").is_dir()


def _refuse_occupied(out: Path) -> None:
    """Raise UsageError unless ``out`` is free, or an empty folder."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise UsageError(f"{out} exists and is no folder; give another --out")
    if out.is_dir() and any(out.iterdir()):
        raise UsageError(f"{out} is not empty; give another --out, a package is never written over")


# Seal


def seal(folder: Path, info: Mapping[str, str], *, secrets: Sequence[str] = ()) -> str:
    """Make a bag of ``folder``, whose payload stands in ``folder/data``.

    Everything is read once. Files that can't travel, and files in which a secret stands, are refused before anything is
    written. The tag manifest comes last: with it the folder is sealed, without it it is not.

    Parameters
    ----------
    folder : Path
        Holds ``data`` and nothing else but the tag files of an earlier seal, which are replaced. A signature and a time
        stamp are removed: they were for another content.
    info : mapping of str to str
        Lines of ``bag-info.txt`` in this order, such as ``Bagging-Date`` and ``External-Description``.
        ``Payload-Oxum`` is computed, ``Bag-Software-Agent`` filled in if it is not given.
    secrets : sequence of str
        Must stand nowhere: as text, quoted for JSON, HTML or an address, in base64 at any alignment, or any of these
        within gzip. Give ``user:token`` beside ``token``. One under 8 characters can't be told from ordinary words and
        is not looked for.

    Returns
    -------
    str
        SHA-256 of ``tagmanifest-sha256.txt``, which stands for the whole package.

    Raises
    ------
    AuditError
        Naming each file that can't be sealed, and why; never the secret.

    Notes
    -----
    RFC 8493, sections 2.1, 2.2.1 and 2.2.2. Canonical here: lower-case hex, two spaces, the path as UTF-8, LF;
    sorted by the bytes of the path.
    """
    needles = _needles(secrets)
    paths = _payload(folder)
    for name in (TAG_MANIFEST, SIGNATURE, TIME_STAMP):  # first, so that a refusal below leaves the folder unsealed
        (folder / name).unlink(missing_ok=True)
    lines: list[tuple[bytes, str]] = []
    size = 0
    for path in paths:
        digest, length = _digest(folder / path, path, needles)
        lines.append((path.encode(), digest))
        size += length
    described = _info_bytes(info, f"{size}.{len(lines)}")
    if _holds([described], needles):
        raise AuditError(f"{INFO} would hold a credential; nothing was sealed")

    _write(folder / DECLARATION, _DECLARED)
    _write(folder / INFO, described)
    _write(folder / MANIFEST, _manifest_bytes(lines))
    tags = _manifest_bytes((name.encode(), digest_file(folder / name)) for name in _LISTED_TAGS)
    _write(folder / TAG_MANIFEST, tags)
    _flush_folder(folder)
    return hashlib.sha256(tags).hexdigest()


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file of which nobody ever sees a part, and which two may write at the same instant: the later one stands.

    Parameters
    ----------
    path : Path
        Its folder is made if it is not there. Replaced if it is there.
    pieces : iterable of bytes
        The content.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{token_hex(8)}.tmp")  # beside it, so that taking its place is one step
    try:
        with partial.open("xb") as stream:
            stream.writelines(pieces)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file in lower-case hex, reading it in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_unicode(path: str) -> bool:
    """Say whether a path is text; on Unix it may be any bytes, and Python has a stand-in for those that are none."""
    return not any("\ud800" <= character <= "\udfff" for character in path)


def name_problem(path: str) -> str | None:
    """Say why a file of this path can't stand in a package, or None if it can.

    Parameters
    ----------
    path : str
        Relative to the package, parts joined by ``/``.

    Returns
    -------
    str or None
        The reason, to be read after the path.

    Notes
    -----
    Windows file names: Microsoft Learn, "Naming Files, Paths, and Namespaces".
    """
    if len(path) > LONGEST_PATH:
        return f"its path has {len(path)} characters, at most {LONGEST_PATH} are allowed"
    for part in path.split("/"):
        stem = part.split(".", 1)[0].rstrip(" ")
        if part in {"", ".", ".."}:
            return "its path has a part that is no name"
        if not part.isprintable():
            return "its name holds a control or an invisible character"
        if _FORBIDDEN.intersection(part):
            return f"its name holds one of {' '.join(sorted(_FORBIDDEN))}"
        if part != part.strip() or part.endswith("."):
            return "its name begins with a space, or ends in a space or a dot"
        if _RESERVED.match(stem):
            return f"its name is reserved by Windows ({stem})"
    return None


def _payload(folder: Path) -> list[str]:
    """List the payload's files in byte order, or raise AuditError naming all that can't be sealed."""
    if folder.is_symlink() or (folder / "data").is_symlink() or not (folder / "data").is_dir():
        raise AuditError(f"{folder} has no folder 'data' to seal")
    problems = [
        f"{visible_text(entry.name)}: stands beside 'data', where a package holds only its manifests"
        for entry in os.scandir(folder)
        if entry.name not in _TOP or (entry.name != "data" and not entry.is_file(follow_symlinks=False))
    ]
    paths = []
    folded: dict[str, str] = {}
    for path, kind in _walk(folder, "data"):
        same = folded.setdefault(unicodedata.normalize("NFC", unicodedata.normalize("NFD", path).casefold()), path)
        reason = name_problem(path)
        if kind in {"link", "other"}:
            reason = (
                "is a link, and a package holds the file itself" if kind == "link" else "is neither file nor folder"
            )
        elif reason is None and same != path:
            reason = f"has the same name as {visible_text(same)} where upper and lower case are one"
        if reason is not None:
            problems.append(f"{visible_text(path)}: {reason}")
        elif kind == "file":
            paths.append(path)
    if problems:
        more = [f"and {len(problems) - 3} more"] if len(problems) > 3 else []
        raise AuditError("\n".join([*(f"can't be sealed: {problem}" for problem in problems[:3]), *more]))
    if not paths:
        raise AuditError(f"{folder / 'data'} is empty; there is nothing to seal")
    return sorted(paths, key=str.encode)


def _walk(folder: Path, top: str) -> Iterator[tuple[str, str]]:
    """Yield path within ``folder`` and kind (``file``, ``folder``, ``link``, ``other``) of all below ``top``.

    No link is followed.
    """
    waiting = [top]
    while waiting:  # no recursion: folders may be nested deeper than Python's stack
        inner = waiting.pop()
        with os.scandir(folder / inner) as entries:
            found = sorted(entries, key=lambda entry: _path_bytes(entry.name))
        for entry in found:
            path = f"{inner}/{entry.name}"
            if entry.is_symlink() or getattr(entry, "is_junction", bool)():  # junctions: Windows, Python 3.12
                yield path, "link"
            elif entry.is_dir(follow_symlinks=False):
                yield path, "folder"
                waiting.append(path)
            else:
                yield path, "file" if entry.is_file(follow_symlinks=False) else "other"


def _info_bytes(info: Mapping[str, str], oxum: str) -> bytes:
    """Write ``bag-info.txt``: one line a label, in the order given; white space one space, unseen characters shown."""
    labels = {"Bag-Software-Agent": f"auditlib {__version__}", **info, "Payload-Oxum": oxum}
    lines = []
    for label, value in labels.items():
        if not _LABEL.match(label):
            raise AuditError(f"{label!r} can't be a label of {INFO}: letters, digits and hyphens only")
        lines.append(f"{label}: {visible_text(' '.join(value.split()))}\n")
    return "".join(lines).encode()


def _manifest_bytes(lines: Iterable[tuple[bytes, str]]) -> bytes:
    return b"".join(digest.encode() + b"  " + path + b"\n" for path, digest in sorted(lines))


# Secrets


def _needles(secrets: Sequence[str]) -> tuple[bytes, ...]:
    """Return every form in which one of ``secrets`` could stand in a file."""
    needles: set[bytes] = set()
    for secret in secrets:
        if len(secret) < SHORTEST_SECRET:
            continue
        plain = secret.encode("utf-8", "surrogatepass")
        needles |= {plain, html.escape(secret).encode("utf-8", "surrogatepass")}
        needles |= {
            json.dumps(secret, ensure_ascii=ascii_only)[1:-1].encode("utf-8", "surrogatepass")
            for ascii_only in (True, False)
        }
        needles |= {quote(plain, safe="").encode(), quote_plus(plain).encode()}
        for before in range(3):
            # Three bytes make four characters. Characters that also hold bits of a neighbour are cut off, so that the
            # rest is found in the base64 of any longer text, such as "user:secret".
            encoded = base64.b64encode(b"\0" * before + plain)
            inner = encoded[(0, 2, 3)[before] : len(encoded) - (0, 3, 2)[(before + len(plain)) % 3]]
            needles |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return tuple(sorted(needles))


def _digest(path: Path, shown: str, needles: tuple[bytes, ...]) -> tuple[str, int]:
    """Return the SHA-256 and size of a payload file, or raise AuditError if a secret stands in it or its path."""
    digest = hashlib.sha256()
    size = 0

    def pieces(stream: BufferedReader) -> Iterator[bytes]:
        nonlocal size
        while piece := stream.read(_CHUNK):
            digest.update(piece)
            size += len(piece)
            yield piece

    with _open(path) as stream:
        found = _holds(pieces(stream), needles)
    if found or _holds([shown.encode()], needles) or (needles and _holds(_unzipped(path), needles)):
        name = "a file whose name is a credential" if _holds([shown.encode()], needles) else visible_text(shown)
        raise AuditError(
            f"can't be sealed: {name}: a credential of this run stands in it. Nothing was sealed; report this"
        )
    return digest.hexdigest(), size


def _holds(pieces: Iterable[bytes], needles: tuple[bytes, ...]) -> bool:
    """Read all ``pieces``; say whether one of ``needles`` stands in them, across their borders too."""
    overlap = max((len(needle) for needle in needles), default=1) - 1
    found = False
    tail = b""
    for piece in pieces:
        window = tail + piece
        found = found or any(needle in window for needle in needles)
        tail = window[-overlap:] if overlap else b""
    return found


def _unzipped(path: Path) -> Iterator[bytes]:
    """Yield what a gzip file holds, as far as it can be read; nothing for any other file, whatever its name."""
    with _open(path) as stream:
        if stream.read(2) != b"\x1f\x8b":
            return
        stream.seek(0)
        with gzip.GzipFile(fileobj=stream) as inner:
            try:
                while piece := inner.read(_CHUNK):
                    yield piece
            except (OSError, EOFError, zlib.error):
                return  # an attachment may be cut or no gzip at all: its bytes were searched as they are


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
    if not (folder / "data").is_dir() or not _is_file(folder / MANIFEST):
        return []
    listed, _ = _read_manifest(folder / MANIFEST, MANIFEST)
    found = (path for path, kind in _walk(folder, "data") if kind == "file")
    pairs = stand_as(listed, found).items()
    return [Difference(Kind.FORM, path) for path, at in pairs if difference_of_names(path, at) is Kind.FORM]


def read_info(folder: Path) -> dict[str, str]:
    """Read the lines of ``bag-info.txt`` as `seal` writes them; lines of any other form are left out."""
    pairs = (line.partition(": ") for line in (folder / INFO).read_text("utf-8").splitlines())
    return {label: value for label, colon, value in pairs if colon}


def _check_tags(folder: Path) -> list[Difference]:
    """Compare the files beside ``data`` with the tag manifest."""
    differences: list[Difference] = []
    present = {}
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: _path_bytes(entry.name)):
            if entry.name not in _TOP:
                differences.append(_unexpected(entry.name, Kind.BESIDE_DATA))
            elif entry.name != "data":
                present[entry.name] = entry.is_file(follow_symlinks=False)
    differences += [Difference(Kind.TAG_NO_FILE, name) for name, is_file in present.items() if not is_file]
    missing = [name for name in (*_LISTED_TAGS, TAG_MANIFEST) if name not in present]
    differences += [Difference(Kind.TAG_MISSING, name) for name in missing]
    if not present.get(TAG_MANIFEST):
        return differences
    listed, malformed = _read_manifest(folder / TAG_MANIFEST, TAG_MANIFEST)
    differences += malformed
    for name in sorted({*_LISTED_TAGS, *listed}):
        if name not in _LISTED_TAGS:
            differences.append(Difference(Kind.TAG_UNKNOWN, TAG_MANIFEST, found=name))
        elif name not in listed:
            differences.append(Difference(Kind.TAG_UNLISTED, TAG_MANIFEST, expected=name))
        elif present.get(name):
            differences += _compare(folder, name, listed[name])
    transferred = any(one.path == DECLARATION and one.kind is Kind.LINE_ENDS for one in differences)
    if present.get(DECLARATION) and (folder / DECLARATION).stat().st_size != len(_DECLARED) and not transferred:
        differences.append(Difference(Kind.DECLARATION, DECLARATION))
    return differences


def _check_payload(folder: Path) -> list[Difference]:
    """Compare what stands in ``data`` with the manifest."""
    if (folder / "data").is_symlink() or not (folder / "data").is_dir():
        return [Difference(Kind.NO_PAYLOAD, "data")]
    listed, differences = _read_manifest(folder / MANIFEST, MANIFEST) if _is_file(folder / MANIFEST) else ({}, [])
    found = set()
    for path, kind in _walk(folder, "data"):
        if kind == "file":
            found.add(path)
        elif kind != "folder":
            differences.append(Difference(Kind.NO_FILE, path, found="a link" if kind == "link" else "no file"))
    stands = stand_as(listed, found)
    for path in sorted({*(found - set(stands.values())), *listed}, key=_path_bytes):
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
        (folder / path).stat(follow_symlinks=False).st_size for path, kind in _walk(folder, "data") if kind == "file"
    ]
    counted = f"{sum(sizes)}.{len(sizes)}"
    said = read_info(folder).get("Payload-Oxum", "nothing")
    return [] if said == counted else [Difference(Kind.SIZE, INFO, said, counted)]


def _compare(folder: Path, path: str, expected: str) -> list[Difference]:
    """Return one difference if the file's digest is not the expected one."""
    try:
        with _open(folder / path) as stream:
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
    while piece := stream.read(_CHUNK):
        whole = held + piece
        held = b"\r" if whole.endswith(b"\r") else b""  # what follows it comes with the next piece
        digest.update(whole[: len(whole) - len(held)].replace(b"\r\n", b"\n"))
    digest.update(held)
    return digest.hexdigest()


def _read_manifest(path: Path, name: str) -> tuple[dict[str, str], list[Difference]]:
    """Read a manifest: digests by path, and one difference for each thing in it that is not canonical."""
    listed: dict[str, str] = {}
    with _open(path) as stream:
        line_end = b"\r\n" if all(line.endswith(b"\r\n") for line in stream) else b"\n"
    differences = [Difference(Kind.LINE_ENDS, name)] if line_end == b"\r\n" and path.stat().st_size else []
    ordered = True
    last = b""
    with _open(path) as stream:
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
            ordered = ordered and last <= _path_bytes(entry[2])
            last = _path_bytes(entry[2])
    if not ordered:
        differences.append(Difference(Kind.ORDER, name))
    return listed, differences


def _decoded(path: str) -> str:
    """Undo the percent-encoding that RFC 8493 asks for: CR, LF and the percent sign itself, nothing else."""
    signs = {"0D": "\r", "0A": "\n", "25": "%"}
    return re.sub(r"%(0[DdAa]|25)", lambda found: signs[found[1].upper()], path)


# The disk


def _path_bytes(path: str) -> bytes:
    """Return what paths are ordered by; a name that is not Unicode is refused elsewhere, it must not stop the walk."""
    return path.encode("utf-8", "surrogatepass")


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _open(path: Path) -> BufferedReader:
    """Open a file for reading, never through a link, not even one that was put there a moment ago."""
    descriptor = os.open(
        path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
    )
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise AuditError(f"{visible_text(str(path))} is not a file any more")
    return os.fdopen(descriptor, "rb")


def _write(path: Path, content: bytes) -> None:
    path.unlink(missing_ok=True)
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _flush(folder: Path) -> None:
    """Wait until all files and folders below ``folder`` are on the disk."""
    for path, kind in [("data", "folder"), *_walk(folder, "data")]:
        _flush_folder(folder / path) if kind == "folder" else _flush_file(folder / path)
    _flush_folder(folder)


def _flush_file(path: Path) -> None:
    if os.name != "nt":  # Windows flushes only what is open for writing
        with _open(path) as stream:
            os.fsync(stream.fileno())


def _flush_folder(path: Path) -> None:
    if os.name != "nt":  # Windows can't open a folder
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
