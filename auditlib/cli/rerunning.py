"""The command that executes the notebooks of a package once more."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from auditlib.cli import job_page
from auditlib.cli.options import Jobs, PackageFolder, default_jobs
from auditlib.cli.screen import err, out, say
from auditlib.cli.verification import require_package
from auditlib.errors import DifferenceError, UsageError


def rerun(
    package: PackageFolder,
    *,
    out_folder: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Keep what is made again here: notebooks, pages, tables, charts. Must not exist or be empty.",
            show_default=False,
        ),
    ] = None,
    jobs: Jobs = default_jobs(),
) -> None:
    """Execute the notebooks of a package once more, offline, on its own raw responses, and compare every table and figure.

    Examples:

        auditlib rerun evidence/soc2-type-ii-2026-20261002T080000Z

        auditlib rerun /media/usb/soc2-2026 --out /tmp/again

    The notebooks are those of this auditlib, never the package's, and nothing is written into the package. Results are compared,
    not when they came about. Status 4 if something differs.
    """
    require_package(package)
    from auditlib.evidence.differences import sentences
    from auditlib.package.checks import Check, Outcome, Result
    from auditlib.package.target import require_full
    from auditlib.run.course import RERUN
    from auditlib.run.progress import progress
    from auditlib.run.quick_import import quick_import

    require_full(package, "there is nothing to execute notebooks on")
    with _target(out_folder, package) as target, progress(err, RERUN) as tell:
        differences = quick_import("auditlib.run.rerun").rerun(package, target, jobs, tell)
    check = Check(
        "rerun", "Notebooks executed again, tables and figures", "equal", ("differs", "differ"), lambda _: Outcome()
    )
    result = Result(check, Outcome(differences))
    told = [result.heading(), *result.remarks()]
    for line in told:
        say(out, line)
    if out_folder is not None:
        told.append(f"Kept: {out_folder}")
        say(out, told[-1])
    if result.failed:
        raise DifferenceError(f"{package} is not what its own answers give", sentences(result.differences))
    job_page.add("verified", job_page.as_shown(told))


@contextmanager
def _target(out_folder: Path | None, package: Path) -> Iterator[Path]:
    """Yield the folder in which all is made again; one of its own that is gone afterwards, if none is given."""
    if out_folder is None:
        with tempfile.TemporaryDirectory(prefix="auditlib-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)
        return
    target = out_folder.resolve()
    if target == package.resolve() or package.resolve() in target.parents:
        raise UsageError(f"{out_folder} lies in the package, into which nothing is written; give another --out")
    if out_folder.is_symlink() or (out_folder.exists() and not (out_folder.is_dir() and not any(out_folder.iterdir()))):
        raise UsageError(f"{out_folder} is there and not empty; give another --out")
    out_folder.mkdir(parents=True, exist_ok=True)
    yield out_folder
