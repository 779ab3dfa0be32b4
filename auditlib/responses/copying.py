"""Responses taken over from another package, and files of a pull that is gone on with: each compared with its digest first."""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

from auditlib.digests import digest_file
from auditlib.errors import AnswerError
from auditlib.responses.entry import Entry, read_line
from auditlib.responses.store import RawStore
from auditlib.responses.topic import Topic
from auditlib.responses.topics import read_topic

_PIECE: Final = 1 << 20


def copy_responses(read: Callable[[str], bytes], target: Path, *, without: Collection[Topic] = ()) -> None:
    """Copy the responses of another package, but for those of some topics; downloaded files go to their places beside ``raw/``.

    Parameters
    ----------
    read : callable
        Returns a file of that package by its path below ``raw/``.
    target : Path
        Folder ``raw/`` of the new one; is made.
    without : collection of Topic
        Those that are left out.

    Raises
    ------
    AnswerError
        Naming the file, if a body is not what the index says.
    """
    target.mkdir(parents=True)
    with (target / "index.jsonl").open("wb") as index:
        for line in read("index.jsonl").splitlines(keepends=True):
            entry = read_line(line)
            if read_topic(entry.topic).topic in without:
                continue
            kept = read(entry.file)
            (_require_file if entry.file.startswith("../") else _require_body)(entry, kept)
            (target / entry.file).parent.mkdir(parents=True, exist_ok=True)
            (target / entry.file).write_bytes(kept)
            index.write(line)


def _require_body(entry: Entry, kept: bytes) -> None:
    """Refuse a body that is not what the index says, without holding more of it than the index says there is."""
    digest, size = hashlib.sha256(), 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(kept)) as body:
            while size <= entry.size and (piece := body.read(_PIECE)):
                digest.update(piece)
                size += len(piece)
    except (OSError, EOFError, zlib.error) as error:
        raise AnswerError(f"raw/{entry.file} can't be read: {error}") from None
    if size != entry.size or digest.hexdigest() != entry.sha256:
        raise AnswerError(f"raw/{entry.file} is not what raw/index.jsonl says", expected=entry.sha256)


def _require_file(entry: Entry, kept: bytes) -> None:
    """Refuse a downloaded file that is not what the index says."""
    if len(kept) != entry.size or hashlib.sha256(kept).hexdigest() != entry.sha256:
        raise AnswerError(f"{entry.file} is not what raw/index.jsonl says", expected=entry.sha256)


def refuse_changed_files(store: RawStore) -> list[str]:
    """Take back the downloaded files that are not what the index says, so that they are asked for again.

    Bodies of other responses are compared whenever they are read; a file lies in its dossier, and nothing reads it.

    Returns
    -------
    list of str
        Where they lie, seen from ``raw/``.
    """
    changed = []
    for entry in store.entries():
        if entry.file.startswith("../") and not _is_whole(store.folder / entry.file, entry):
            store.refuse(entry, f"{entry.file} is not what raw/index.jsonl says")
            changed.append(entry.file)
    return changed


def _is_whole(path: Path, entry: Entry) -> bool:
    try:
        plain = path.is_file() and not path.is_symlink() and path.stat().st_size == entry.size
        return plain and digest_file(path) == entry.sha256
    except OSError:
        return False
