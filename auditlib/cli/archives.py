"""The command ``archive``."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from auditlib.cli import job_page
from auditlib.cli.embedded import embedded_jira
from auditlib.cli.options import LogFile, Overrides, ParamsFile
from auditlib.cli.screen import err, out, say
from auditlib.cli.statuses import FOUND
from auditlib.errors import NotBrowsableError


class ArchiveFailOn(StrEnum):
    """What ends an archive with status 1 although everything was kept."""

    HOLE = "hole"
    VANISHED = "vanished"


ArchiveFailOns = Annotated[
    list[ArchiveFailOn] | None,
    typer.Option(
        "--fail-on",
        metavar="WHAT",
        help="Keep everything, then end with status 1 if this archive shows: hole (records of the log were lost between two "
        "archives, or a file of the archive was removed or changed) or vanished (an issue is gone). May be repeated.",
    ),
]


def archive(
    params_file: ParamsFile,
    *,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="DIR",
            help="The archive; by default what the parameter archive says, archive/<host>.",
            show_default=False,
        ),
    ] = None,
    overrides: Overrides = None,
    fail_on: ArchiveFailOns = None,
    log: LogFile = None,
) -> None:
    """Keep what Jira forgets: append the new records of its audit log, and a census of all issues. For every month.

    Says what vanished since the last census, and whether the months of the log join.

    Examples:

        auditlib archive params/2026.yaml

        auditlib archive params/2026.yaml --to /mnt/lasting/jira --fail-on hole
    """
    from auditlib.files import expanded
    from auditlib.jira.request_log import logged_to
    from auditlib.params.reading import load_parameters
    from auditlib.run.archive import add_to_archive
    from auditlib.run.course import ARCHIVE
    from auditlib.run.progress import progress

    params = load_parameters(params_file, overrides or [])
    folder = to if to is not None else expanded(params.archive)
    with logged_to(log), progress(err, ARCHIVE) as tell:
        report = add_to_archive(params, folder, os.environ, tell, embedded_jira(params))
    say(out, "\n".join(report.lines))
    job_page.add("kept", job_page.as_shown(report.lines))
    if report.hidden:
        why = "\n".join(f"{key}: {words}" for key, words in sorted(report.hidden.items()))
        raise NotBrowsableError(
            f"everything else is kept, but this account can't see {', '.join(sorted(report.hidden))}\n{why}",
            list(report.hidden),
        )
    shown = [
        f"{what.value} ({report.found[what.value]:,})"
        for what in dict.fromkeys(fail_on or [])
        if report.found.get(what.value)
    ]
    if shown:
        say(err, f"auditlib: everything is kept, and the archive shows what --fail-on names: {', '.join(shown)}")
        sys.exit(FOUND)
