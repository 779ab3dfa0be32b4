"""Who holds which permission, noted; and who gained or lost one since the archive before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import pandas as pd

from auditlib.audit.archive.holders import (
    GAINED,
    HOLDER_CHANGES,
    HolderNote,
    holder_changes,
    holder_lines,
    read_holders,
)
from auditlib.errors import AnswerError
from auditlib.evidence.opened import Evidence
from auditlib.phrases import agreeing, counted
from auditlib.pull.archive.session import Archiving, Told
from auditlib.pull.permissions import ask_permissions
from auditlib.records.census import census_instant
from auditlib.responses.archive import CHANGES_ENDING, ArchiveFolder
from auditlib.tables import to_csv

HOLDERS: Final = "holders"
ENDING: Final = ".jsonl.gz"

_SHOWN: Final = 20


def archive_holders(archiving: Archiving) -> Told:
    """Ask who holds the permissions of the parameters in the projects in sight, note it, and compare with the last note."""
    session = archiving.session
    ask_permissions(session)
    asked = session.evidence
    access = Evidence(asked.folder, asked.params, store=session.reader.store).access  # opened anew over all that came
    known = [
        one.project for one in access.answered.projects if one.scheme is not None and one.scheme.grants is not None
    ]
    if not known:
        return Told(("Holders   can't be noted: this account reads no permission scheme",))
    lines = list(holder_lines(access.permissions, access.group_members, known))
    last, why = _last(archiving.before)
    now = read_holders(archiving.at, lines)
    changes = None if last is None else holder_changes(last, now)
    figures = {"holders": len(now.rows), "unread": len(now.unread)}
    writer = archiving.writer
    writer.add_lines(archiving.file(HOLDERS, ENDING), lines, {**figures, "projects": sorted(known)})
    gained = 0 if changes is None else int((changes["change"] == GAINED).sum())
    told = {"holders": len(now.rows), "gained": gained, "lost": 0 if changes is None else len(changes) - gained}
    if changes is not None:
        writer.add_file(archiving.file(HOLDERS, CHANGES_ENDING), [to_csv(HOLDER_CHANGES, changes)], told)
    writer.commit()
    return Told(
        (*_said(now, changes), *([f"Unread    {why}: not compared with"] if why else ())),
        figures={"holders": told["holders"], "holders_gained": gained, "holders_lost": told["lost"]},
    )


def _last(before: ArchiveFolder) -> tuple[HolderNote | None, str]:
    """Return the last note that can be read, and why a later one can't."""
    why = ""
    for path in reversed(before.files(HOLDERS, ENDING)):
        try:
            return read_holders(_instant(path), before.lines(path)), why
        except AnswerError as error:
            why = why or f"{path}: {error}"
    return None, why


def _said(now: HolderNote, changes: pd.DataFrame | None) -> Iterator[str]:
    new = ", for the first time" if changes is None else ""
    yield f"Holders   {counted(len(now.rows), 'holding')} of {counted(len(now.projects), 'project')} noted{new}"
    if now.unread:
        number = len(now.unread)
        yield (
            f"Unread    {counted(number, 'permission or group', 'permissions or groups')} of which not everybody can be read: "
            f"nothing is said of {agreeing(number, 'it', 'them')}"
        )
    if changes is None:
        return
    for row in changes.head(_SHOWN).itertuples(index=False):
        who = row.display_name or row.account_id or row.holder_type
        what = (
            f"{row.permission} in {row.project} through {row.holder_type} {row.holder}"
            if row.project
            else f"a place in {row.holder}"
        )
        yield f"{str(row.change).capitalize():<10}{who}: {what}"
    if len(changes) > _SHOWN:
        yield f"          and {len(changes) - _SHOWN:,} more, in the file of changes beside the holders"


def _instant(path: str) -> datetime:
    return census_instant(path.rpartition("/")[2])
