"""The shared filter of the parameters, as Jira answers it, and whether its query is that of the archive before."""

from __future__ import annotations

import json
from typing import Final

from auditlib.errors import AnswerError
from auditlib.jira.refusal import refusal
from auditlib.pull.archive.session import Archiving, Told
from auditlib.records.filters import SharedFilter, read_filter
from auditlib.responses import topics
from auditlib.responses.archive import STAMP, ArchiveFolder
from auditlib.text import visible_text

FILTERS: Final = "filters"
ENDING: Final = ".json"


def archive_filter(archiving: Archiving) -> Told:
    """Ask for the filter that the parameters name, if they do, and keep the answer: ``filters/<UTC>.json``."""
    reader, filter_id = archiving.session.reader, archiving.session.evidence.params.filter_id
    if filter_id is None:
        return Told()
    try:
        entry, answer = reader.answer(topics.FILTER.of(), reader.dialect.shared_filter(filter_id), part=True)
        if entry.status != 200:
            why = refusal(entry.status, entry.headers, reader.store.body(entry))
            return Told((f"Filter    {filter_id} can't be read: {why}; it is not kept",))
        with reader.reading(entry):
            now = read_filter(answer)
    except AnswerError as error:
        return Told((f"Filter    {filter_id} can't be read: {error}; it is not kept",))
    before = _before(archiving.before, now.id)
    body = reader.store.body(entry)
    archiving.writer.add_file(f"{FILTERS}/{archiving.at:{STAMP}}{ENDING}", [body], {"bytes": len(body)})
    archiving.writer.commit()
    if before is None:
        return Told((f"Filter    {filter_id} kept, for the first time",))
    if before.jql == now.jql:
        return Told((f"Filter    {filter_id} kept, its query as before",))
    lines = (
        f"Filter    {filter_id} kept; its query is another than before",
        f"          then {visible_text(before.jql)}",
    )
    return Told((*lines, f"          now  {visible_text(now.jql)}"))


def _before(archive: ArchiveFolder, filter_id: str) -> SharedFilter | None:
    """Return the filter as the newest archive kept it that can be read; None if none did."""
    for path in reversed(archive.files(FILTERS, ENDING)):
        try:
            kept = read_filter(json.loads(b"".join(archive.pieces(path))))
        except (AnswerError, ValueError, RecursionError):
            continue
        if kept.id == filter_id:
            return kept
    return None
