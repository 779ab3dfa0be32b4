"""What was sealed, read once more before it gets its name: a package never stands there that ``verify`` would refuse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditlib.errors import AnswerError, DifferenceError
from auditlib.evidence.content import Content
from auditlib.evidence.differences import sentences
from auditlib.package.verify import check_bag, listed_digests


def require_whole(records: Content, written: Mapping[str, str]) -> None:
    """Check a folder that was just sealed, from the disk: its bag, its tables and full records, its answers.

    Two that write into one folder at once, or a disk that loses what it was given, are noticed here.

    Parameters
    ----------
    records : Content
        Of the folder, with all that was computed.
    written : mapping of str to str
        SHA-256 of every table and of every file of a full record, as it was computed, by path below ``data/``.

    Raises
    ------
    DifferenceError
        If something differs; the folder is left as it is, without its name.
    """
    folder = records.folder
    found = sentences(check_bag(folder)) or [*_tables(listed_digests(folder), written), *_answers(records)]
    if found:
        raise DifferenceError(
            f"{folder} changed while it was sealed, so it is no package; does another program write there? "
            "End it, and go on with --resume",
            found,
        )


def _tables(sealed: Mapping[str, str], written: Mapping[str, str]) -> Iterator[str]:
    """Compare what was sealed with what was computed; attachments are answers, and compared with those."""
    computed = {f"data/{path}": digest for path, digest in written.items()}
    there = {path for path in sealed if path.startswith("data/tables/") or _of_dossier(path)}
    for path in sorted(computed.keys() | there):
        if path not in sealed:
            yield f"{path}: it was written, and is not there any more"
        elif path not in computed:
            yield f"{path}: it was not written by this run"
        elif sealed[path] != computed[path]:
            yield f"{path}: it was changed after it was written"


def _of_dossier(path: str) -> bool:
    return path.startswith("data/dossiers/") and path.count("/") == 3


def _answers(records: Content) -> Iterator[str]:
    """Read every answer, as ``verify`` does."""
    for entry in records.store.entries():
        try:
            records.store.body(entry)
        except AnswerError as error:
            yield f"data/{error}"
