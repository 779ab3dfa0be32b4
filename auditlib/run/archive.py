"""The archive: what Jira forgets is kept month by month, and what vanished since the last time is told."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Final

from auditlib.errors import UsageError
from auditlib.evidence.opened import Evidence
from auditlib.jira.connection import Embedded, connected
from auditlib.package.lock import locked
from auditlib.params.model import Parameters
from auditlib.phrases import counted
from auditlib.pull.archive.plan import Archived, archive
from auditlib.pull.session import Tell
from auditlib.records.census import census_instant
from auditlib.responses.archive import CHAIN, CHANGES_ENDING, ArchiveFolder
from auditlib.responses.archive_writing import ArchiveWriter
from auditlib.times import format_utc

_LONG: Final = timedelta(days=32)
"""From one archive to the next, of a monthly schedule; after more than that one was missed."""

_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True)
class ArchiveReport:
    """What an archive came to.

    Attributes
    ----------
    lines : tuple of str
        For the screen.
    found : mapping of str to int
        What ``--fail-on`` may name, with how many there are.
    hidden : mapping of str to str
        The listed projects that the account can't see, with the reason.
    """

    lines: tuple[str, ...]
    found: Mapping[str, int]
    hidden: Mapping[str, str]


def add_to_archive(
    params: Parameters, folder: Path, environ: Mapping[str, str], tell: Tell, embedded: Embedded | None = None
) -> ArchiveReport:
    """Append what is new to an archive, and say what vanished and whether the months join.

    Parameters
    ----------
    params : Parameters
        Address and projects.
    folder : Path
        The archive; made if it is not there.
    environ : mapping
        For the credentials.
    tell : callable
        Progress.
    embedded : callable, optional
        Makes the embedded Jira, for ``jira_url: demo``.

    Raises
    ------
    UsageError
        If another archive works there, or nothing can be written there.
    SourceError
        If Jira can't be reached, or refuses the account.
    AnswerError
        If the chain is broken.
    """
    folder = folder.absolute()
    with locked(Path(os.path.realpath(folder)), "--to"):  # a link to an archive is that archive
        writer = ArchiveWriter(folder)
        try:
            before = writer.archive
            at = _begins(before, datetime.now(UTC))
            found = _untold(before)
            lines = [f"Archive   {folder}", *_state(before, writer, at, params.jira_url), *_words(found)]
            evidence = Evidence(writer.work / "jira", params)
            with connected(params, evidence.store, environ, embedded) as (reader, _):
                done = archive(reader, evidence, writer, at, tell)
        finally:
            writer.close()
    for told in done.told:
        found.update(told.found)
    lines += [line for told in done.told for line in told.lines]
    lines.append(_effort(done, writer, folder))
    return ArchiveReport(tuple(lines), dict(found), done.hidden)


def _begins(before: ArchiveFolder, now: datetime) -> datetime:
    """Return the time that names the files of this archive: now, and never that of an earlier one."""
    now = now.replace(microsecond=0)
    named = [census_instant(PurePosixPath(path).name) for path in before.censuses[-1:]]
    last = max([*named, *(link.at for link in before.links[-1:])], default=None)
    if last is None or last < now:
        return now
    if last - now > timedelta(minutes=1):
        raise UsageError(
            f"the archive's last line is of {format_utc(last)}, and this machine's clock says {format_utc(now)}: set it right; "
            "if it is right, the clock was wrong at the last archive: keep this folder, and begin another one with --to"
        )
    return last + _SECOND


def _state(before: ArchiveFolder, writer: ArchiveWriter, at: datetime, site: str) -> list[str]:
    """Say what was there: an archive that ended in the middle, one of another site, one that is long ago."""
    lines = []
    if writer.completed:
        many = counted(len(writer.completed), "addition")
        lines.append(f"Completed {many} of an archive that was ended in the middle")
    ended = before.events("archive")
    if ended and ended[-1].added.detail.get("site") not in {None, site}:
        lines.append(
            f"Site      the last archive in this folder was of {ended[-1].added.detail['site']}, this one is of {site}"
        )
    if ended and at - ended[-1].at > _LONG:
        ago = counted((at - ended[-1].at).days, "day")
        lines.append(f"Missed    the last archive is of {format_utc(ended[-1].at)}, {ago} ago: a month was missed")
    return lines


def _untold(before: ArchiveFolder) -> Counter[str]:
    """Count what an archive noted that did not come to its end, so that nobody was told."""
    ended = max((link.number for link in before.events("archive")), default=0)
    found: Counter[str] = Counter()
    for link in before.links[ended:]:
        found["hole"] += link.added.what == "hole"
        if link.added.path.endswith(CHANGES_ENDING):
            vanished = link.added.detail.get("vanished")
            found["vanished"] += vanished if isinstance(vanished, int) else 0
    return found


def _words(untold: Counter[str]) -> list[str]:
    lines = []
    if untold["hole"]:
        lines.append(
            f"Untold    {counted(untold['hole'], 'hole')} that the last archive noted before it was ended: see {CHAIN}"
        )
    if untold["vanished"]:
        many = f"{counted(untold['vanished'], 'issue')} that the last archive missed before it was ended"
        lines.append(f"Untold    {many}: see the latest file of changes beside the censuses")
    return lines


def _effort(done: Archived, writer: ArchiveWriter, folder: Path) -> str:
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    figures = {name: count for told in done.told for name, count in told.figures.items()}
    what = (
        f"{counted(figures.get('records', 0), 'new record')}, a census of {counted(figures.get('issues', 0), 'issue')}"
    )
    return (
        f"Added     {what}: {counted(writer.written, 'byte')} in {counted(done.requests, 'request')}; "
        f"the archive has {counted(size, 'byte')}"
    )
