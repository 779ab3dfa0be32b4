"""One archive: who we are and what we see, then every step, each of which counts as soon as it is done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from auditlib.errors import RenamedError
from auditlib.evidence.opened import Evidence
from auditlib.jira.client import JiraReader
from auditlib.keys import former_keys
from auditlib.pull.access import identify, why_hidden
from auditlib.pull.archive.census import archive_census
from auditlib.pull.archive.comments import archive_comments
from auditlib.pull.archive.filters import archive_filter
from auditlib.pull.archive.holders import archive_holders
from auditlib.pull.archive.log import archive_log
from auditlib.pull.archive.losses import archive_losses, losses_of
from auditlib.pull.archive.session import Archiving, Told
from auditlib.pull.archive.workflows import archive_workflows
from auditlib.pull.archive.worklogs import archive_worklogs
from auditlib.pull.session import CHAINS, Session, Tell, tell_waits
from auditlib.responses import topics
from auditlib.responses.archive_writing import ArchiveWriter

Step = Callable[[Archiving], Told]
"""Asks for one kind of thing, stages what is new and commits it."""

STEPS: Final[tuple[Step, ...]] = (
    archive_losses,
    archive_log,
    archive_census,
    archive_comments,
    archive_worklogs,
    archive_workflows,
    archive_holders,
    archive_filter,
)


@dataclass(frozen=True)
class Archived:
    """What came of an archive.

    Attributes
    ----------
    told : list of Told
        What each step tells.
    hidden : dict of str to str
        The listed projects that can't be seen, with the reason.
    requests : int
        How often Jira was asked.
    """

    told: list[Told]
    hidden: dict[str, str]
    requests: int


def archive(reader: JiraReader, evidence: Evidence, writer: ArchiveWriter, at: datetime, tell: Tell) -> Archived:
    """Ask what is new, and add it to an archive.

    Parameters
    ----------
    reader : JiraReader
        Its store is the evidence's.
    evidence : Evidence
        A folder for what came, empty.
    writer : ArchiveWriter
        Of the archive.
    at : datetime
        When it began.
    tell : callable
        Is told the progress.

    Raises
    ------
    SourceError
        If Jira can't be reached, or refuses the account.
    UsageError
        If the archive can't be written.
    """
    before = writer.archive
    tell_waits(reader, tell)
    tell("asking who we are", 0, None)
    identify(reader)
    hidden = {key: why for key in evidence.projects if (why := _why_hidden(reader, key))}
    seen = [key for key in evidence.projects if key not in hidden]
    answers = [reader.store.json(entry) for key in seen for entry in reader.store.entries(topics.PROJECT.of(key))]
    with ThreadPoolExecutor(CHAINS) as pool:
        session = Session(reader, evidence, tell, pool)
        former = former_keys(answers) | dict.fromkeys(hidden, ())
        archiving = Archiving(session, writer, before, at, former, hidden, losses_of(before))
        told = [step(archiving) for step in STEPS]
    asked = [*reader.store.entries(), *reader.store.refusals()]
    requests = sum(entry.tries for entry in asked)
    figures = {name: count for one in told for name, count in one.figures.items()}
    writer.note(
        "archive",
        {**figures, "requests": requests, "bytes": writer.written, "hidden": hidden, "site": evidence.params.jira_url},
    )
    writer.commit()
    return Archived(told, hidden, requests)


def _why_hidden(reader: JiraReader, key: str) -> str | None:
    try:
        return why_hidden(reader, key)
    except RenamedError as error:
        return str(error)
