"""What the steps of an archive share: the questions, the folder that they add to, what the account sees. See ``plan``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from auditlib.keys import FormerKeys
from auditlib.pull.session import Session
from auditlib.responses.archive import STAMP, ArchiveFolder
from auditlib.responses.archive_writing import ArchiveWriter
from auditlib.responses.chain import Link


@dataclass(frozen=True)
class Told:
    """What a step of an archive tells.

    Attributes
    ----------
    lines : tuple of str
        For the screen.
    found : mapping of str to int
        What ``--fail-on`` may name, with how many there are: ``hole``, ``vanished``.
    figures : mapping
        For the chain's line of the whole archive.
    """

    lines: tuple[str, ...] = ()
    found: Mapping[str, int] = field(default_factory=dict)
    figures: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Loss:
    """A file of the archive of which something was removed, cut or changed.

    Attributes
    ----------
    path : str
        Below the archive's folder.
    why : str
        How it differs from what the chain says.
    begins, ends : datetime or None
        Between which times the records were that it lost; of a file that holds no records, None.
    known : Link or None
        The line of the chain in which an earlier archive told it.
    """

    path: str
    why: str
    begins: datetime | None
    ends: datetime | None
    known: Link | None


@dataclass(frozen=True)
class Archiving:
    """One archive under way.

    Attributes
    ----------
    session : Session
        Asks; its evidence is a folder for what came, which is gone when the archive ends.
    writer : ArchiveWriter
        Adds to the archive: what a step stages counts when it commits.
    before : ArchiveFolder
        The archive as it was before.
    at : datetime
        When this archive began, UTC, to the second: the name of its files.
    former : mapping
        The listed projects with their former keys; of one that can't be seen, none are known.
    hidden : mapping of str to str
        The listed projects that can't, with the reason.
    losses : sequence of Loss
        What is not in the folder any more as it was archived.
    """

    session: Session
    writer: ArchiveWriter
    before: ArchiveFolder
    at: datetime
    former: FormerKeys
    hidden: Mapping[str, str]
    losses: Sequence[Loss] = ()

    @property
    def seen(self) -> list[str]:
        """The listed projects that can be seen."""
        return [project for project in self.former if project not in self.hidden]

    def file(self, folder: str, ending: str) -> str:
        """Return the path of a file of this archive: ``census/20260501T031500Z.jsonl.gz``."""
        return f"{folder}/{self.at:{STAMP}}{ending}"
