"""What is asked of single issues, and put on disk: the issue, its history to the end, and all that hangs on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from auditlib.dossier.names import attachment_names, attachment_sizes, stored_names
from auditlib.errors import AnswerError, FormError
from auditlib.jira import service_desk
from auditlib.jira.client import JiraReader
from auditlib.jira.judging import CutAnswerError
from auditlib.pull.session import tell_waits
from auditlib.records.issues import json_object, number_of
from auditlib.records.service_desk import is_service_project
from auditlib.responses.bounds import LARGEST_FILE
from auditlib.responses.topics import DOSSIER_ATTACHMENT, DOSSIER_ISSUE, DOSSIER_PARTS

_SIDE_BY_SIDE: Final = 12
"""Questions that are worked on at once; how many are under way at once the gate says (8, ``jira.gate``)."""

_Further = Sequence[Callable[[], None]]
"""What is to be asked of an issue once it is there."""


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
    tell_waits(reader, tell)
    told = dict.fromkeys(keys)
    with ThreadPoolExecutor(_SIDE_BY_SIDE) as pool:
        waiting: dict[Future[_Further | None], str] = {
            pool.submit(_ask_dossier, reader, key, attachments): key for key in told
        }
        left = Counter(waiting.values())
        try:
            while waiting:
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    key, further = waiting.pop(future), future.result() or ()
                    waiting |= {pool.submit(question): key for question in further}
                    left[key] += len(further) - 1
                    if not left[key]:
                        del left[key]
                        tell("dossiers", len(told) - len(left), len(told))
        except BaseException:
            reader.stop("the collection of dossiers has ended")
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _ask_dossier(reader: JiraReader, key: str, attachments: Path | None) -> _Further:
    """Ask for an issue, and return what asks for all that hangs on it, in any order."""
    dialect = reader.dialect
    hidden = dialect.refused_numbers()
    allowed = (200, 404, *hidden)
    try:
        entry, issue = reader.answer(DOSSIER_ISSUE.of(key), dialect.issue(key), allowed=allowed, part=bool(hidden))
    except (FormError, CutAnswerError):
        return ()  # kept as refused, with the reason; the issue is named, and the others are read
    if entry.status != 200:
        return ()
    issue_id = number_of(issue["id"], f"issue {key}")
    parts = (*dialect.PARTS, *(["history"] if dialect.brought_in_part(issue) else []))
    further = [partial(_ask_part, reader, DOSSIER_PARTS[part].of(key), part, issue_id) for part in parts]
    if is_service_project(json_object(issue.get("fields")).get("project")):
        further.append(partial(_ask_request, reader, key, issue_id))
    if attachments is not None:
        further.append(partial(_download, reader, key, issue, attachments / key / "attachments"))
    return further


def _ask_part(reader: JiraReader, topic: str, part: str, issue_id: int) -> None:
    """Ask for a part of an issue to its end; one whose form can't be read is kept as refused, and the rest goes on."""
    with suppress(AnswerError):  # kept as refused, with the reason
        reader.issue_part(topic, part, issue_id)


def _ask_request(reader: JiraReader, key: str, issue_id: int) -> None:
    """Ask for the issue as a customer request, and where it is one, for its approvals and SLAs."""
    of_request, *others = service_desk.PARTS
    with suppress(AnswerError):  # kept as refused, with the reason
        if reader.issue_part(DOSSIER_PARTS[of_request].of(key), of_request, issue_id):
            for part in others:
                _ask_part(reader, DOSSIER_PARTS[part].of(key), part, issue_id)


def _download(reader: JiraReader, key: str, issue: dict[str, Any], folder: Path) -> None:
    names, sizes = attachment_names(issue), attachment_sizes(issue)
    for number, stored in stored_names(names).items():
        request = reader.dialect.attachment(number, names[number])
        # A file that is larger than Jira says is not that file, however long it goes on.
        most = min(LARGEST_FILE, sizes.get(number, LARGEST_FILE))
        reader.download(DOSSIER_ATTACHMENT.of(key, number), request, folder / stored, most)
