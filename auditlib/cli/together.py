"""The command that makes one page over several packages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from auditlib.cli.screen import err, out, say
from auditlib.errors import DifferenceError


def cover(
    packages: Annotated[
        list[Path], typer.Argument(metavar="PACKAGE", help="Folders of sealed packages.", show_default=False)
    ],
    *,
    page: Annotated[
        Path,
        typer.Option("--out", metavar="FILE", help="The page to write, outside of all packages.", show_default=False),
    ],
) -> None:
    """Make one page over several sealed packages: a row each, with what it shows, its digest and a link to it.

    Each package is compared with its digests first. Of one that is not what was sealed the page says so and nothing else, and
    the command ends with status 4. The page works offline and is no evidence itself; one of an earlier time is replaced.

    Examples:

        auditlib cover evidence/2025 evidence/2026 --out evidence/index.html

        auditlib cover evidence/*/ --out evidence/index.html
    """
    from auditlib.run.together import different, read_row, require_place, write_page

    require_place(page)
    rows = [read_row(package, page) for package in different(packages)]
    write_page(rows, page)
    altered = [row for row in rows if row.altered]
    for row in altered:
        say(err, f"auditlib: {row.fault}")
    say(out, f"Open {page.absolute().as_uri()}")
    say(out, str(page))
    if altered:
        sys.exit(DifferenceError.status)
