"""What is asked of single issues, and put on disk: the issue, its history to the end, and all that hangs on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from auditlib.dossier.names import attachment_names, attachment_sizes, stored_names
from auditlib.errors import AnswerError
from auditlib.jira.client import JiraReader
from auditlib.records.issues import number_of
from auditlib.responses.bounds import LARGEST_FILE
from auditlib.responses.topics import DOSSIER_ATTACHMENT, DOSSIER_ISSUE, DOSSIER_PARTS

_SIDE_BY_SIDE: Final = 8


def ask_dossiers(
    reader: JiraReader,
    keys: Sequence[str],
    tell: Callable[[str, int, int | None], None],
    *,
    attachments: Path | None = None,
) -> None:
    """Ask for the full record of issues, several at once.

    Parameters
    ----------
    reader : JiraReader
        Keeps what comes, under the topics of dossiers.
    keys : sequence of str
        As asked for; an old key leads to the issue of today. A key that does not answer is kept as that answer.
    tell : callable
        Progress.
    attachments : Path, optional
        The folder ``dossiers/`` into which files are downloaded; none are if left out.

    Raises
    ------
    SourceError
        If Jira can't be reached or can't be trusted.
    """
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        futures = [pool.submit(_ask_dossier, reader, key, attachments) for key in dict.fromkeys(keys)]
        try:
            for done, future in enumerate(as_completed(futures), start=1):
                future.result()
                tell("dossiers", done, len(futures))
        except BaseException:
            reader.stop("the collection of dossiers has ended")
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _ask_dossier(reader: JiraReader, key: str, attachments: Path | None) -> None:
    dialect = reader.dialect
    hidden = dialect.refused_numbers()
    allowed = (200, 404, *hidden)
    entry, issue = reader.answer(DOSSIER_ISSUE.of(key), dialect.issue(key), allowed=allowed, part=bool(hidden))
    if entry.status != 200:
        return
    try:
        with reader.reading(entry):
            issue_id = number_of(issue.get("id"), f"issue {key}")
    except AnswerError:
        return  # kept as refused, with the reason; the issue is named, and the others are read
    for part in (*dialect.PARTS, *(["history"] if dialect.brought_in_part(issue) else [])):
        _ask_part(reader, DOSSIER_PARTS[part].of(key), part, issue_id)
    if attachments is not None:
        _download(reader, key, issue, attachments / key / "attachments")


def _ask_part(reader: JiraReader, topic: str, part: str, issue_id: int) -> None:
    """Ask for a part of an issue to its end; one whose form can't be read is kept as refused, and the rest goes on."""
    with suppress(AnswerError):  # kept as refused, with the reason
        reader.issue_part(topic, part, issue_id)


def _download(reader: JiraReader, key: str, issue: dict[str, Any], folder: Path) -> None:
    names, sizes = attachment_names(issue), attachment_sizes(issue)
    for number, stored in stored_names(names).items():
        request = reader.dialect.attachment(number, names[number])
        # A file that is larger than Jira says is not that file, however long it goes on.
        most = min(LARGEST_FILE, sizes.get(number, LARGEST_FILE))
        reader.download(DOSSIER_ATTACHMENT.of(key, number), request, folder / stored, most)
