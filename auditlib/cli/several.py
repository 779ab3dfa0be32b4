"""``run`` with several parameter files: one package each, one after the other; one that fails stops no other."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from auditlib.cli import job_page
from auditlib.cli.embedded import embedded_jira
from auditlib.cli.options import FailOn
from auditlib.cli.screen import err, out, say, say_remark
from auditlib.cli.statuses import FOUND, end_by
from auditlib.cli.target import target_of, telling_interruption
from auditlib.errors import ParameterError, UsageError

if TYPE_CHECKING:
    from auditlib.params.model import Parameters
    from auditlib.run.several import Audit, Outcome


@dataclass(frozen=True)
class Common:
    """What holds for each of several runs.

    Attributes
    ----------
    notebooks, jobs, most_questions
        As of a single one.
    fail_on : sequence of FailOn
        What ends the command with status 1 although all is sealed.
    out : Path or None
        Folder that is to hold a package for each file.
    resume : bool
        Go on where an interrupted command stopped.
    log : Path or None
        One for all.
    """

    notebooks: tuple[str, ...]
    jobs: int
    most_questions: int
    fail_on: Sequence[FailOn] = ()
    out: Path | None = None
    resume: bool = False
    log: Path | None = None


def found_by(summary: Mapping[str, Any], package: Path, fail_on: Sequence[FailOn]) -> str:
    """Return what a package shows of what ``--fail-on`` names, in a sentence; empty if it shows none of it."""
    named = dict.fromkeys(fail_on)
    counted = {what: _count(what, summary, package) for what in named}
    shown = ", ".join(
        f"{what.value} ({count:,})" if what not in _OUTSIDE else what.value for what, count in counted.items() if count
    )
    return f"the package is sealed and shows what --fail-on names: {shown}" if shown else ""


_OUTSIDE: Final = (FailOn.UNSIGNED, FailOn.UNSTAMPED)
"""What stands beside the payload, and in no summary."""


def _count(what: FailOn, summary: Mapping[str, Any], package: Path) -> int:
    """Return how often a package shows something."""
    from auditlib.package.vouched import is_signed, is_stamped

    if what is FailOn.UNSIGNED:
        return int(not is_signed(package))
    if what is FailOn.UNSTAMPED:
        return int(not is_stamped(package))
    if what is FailOn.OPEN_FINDINGS and "open_findings" not in summary["figures"]:  # it has no place for answers
        return sum(one["severity"] == "exception" for one in summary["findings"])
    return int(summary["figures"][what.value.replace("-", "_")])


def require_vouchers(params: Parameters, fail_on: Sequence[FailOn]) -> None:
    """Refuse to begin a run of which it is known that it ends with what ``--fail-on`` names.

    Raises
    ------
    UsageError
        Naming the key of the parameter file that is missing.
    """
    for what, key in ((FailOn.UNSIGNED, "signing_key"), (FailOn.UNSTAMPED, "timestamp_url")):
        if what in fail_on and getattr(params, key) is None:
            raise UsageError(
                f"--fail-on {what.value}: the parameters name no {key}, so the package would be {what.value} anyway"
            )


def run_several(files: Sequence[Path], overrides: Sequence[str], common: Common) -> None:
    """Run each audit, tell all of them together, and exit with the worst of their statuses."""
    from auditlib.jira.request_log import logged_to
    from auditlib.run.several import Outcome, environments, require_folder, require_names

    audits = _load(files, overrides)
    require_names(audits)
    for audit in audits:
        require_vouchers(audit.params, common.fail_on)
    around = environments(audits, os.environ)
    if common.out is not None:
        require_folder(common.out, resume=common.resume)
    outcomes: list[Outcome] = []
    try:
        with logged_to(common.log):
            for place, (audit, environ) in enumerate(zip(audits, around, strict=True), 1):
                say(err, f"{place:,} of {len(audits):,}: {audit.file}")
                outcomes.append(_run_one(audit, environ, common))
    except SystemExit as ended:  # interrupted: what was done until then is told, and what was not begun
        status = ended.code if isinstance(ended.code, int) else FOUND
        outcomes += [Outcome(audit, status, said="interrupted, or not begun") for audit in audits[len(outcomes) :]]
        _close(outcomes, common)
        raise
    _close(outcomes, common)
    worst = max(one.status for one in outcomes)
    if worst:
        sys.exit(worst)


def _load(files: Sequence[Path], overrides: Sequence[str]) -> list[Audit]:
    """Read all parameter files before the first run begins; what is wrong in any of them is told, of all of them."""
    from auditlib.params.reading import load_parameters
    from auditlib.run.several import Audit

    audits: list[Audit] = []
    wrong: list[ParameterError] = []
    for file in files:
        try:
            audits.append(Audit(file, load_parameters(file, list(overrides), check_files=True)))
        except ParameterError as error:
            wrong.append(error)
    for fault in wrong[:-1]:
        say(err, str(fault))
    if wrong:
        raise wrong[-1]
    return audits


def _run_one(audit: Audit, environ: Mapping[str, str], common: Common) -> Outcome:
    """Make the package of one audit, and return what it came to; only an interruption ends more than this one."""
    from auditlib.run.several import Outcome

    try:
        package = _sealed(audit, environ, common)
        summary = json.loads((package / "data" / "summary.json").read_text(encoding="utf-8"))
        found = found_by(summary, package, common.fail_on)
        return Outcome(audit, FOUND if found else 0, package, summary, found)
    except Exception as error:  # noqa: BLE001 - whatever ends one run is told as of a single one, and the next begins
        said = " ".join(str(error).split()) or type(error).__name__
        try:
            end_by(error)
        except SystemExit as ended:
            return Outcome(audit, ended.code if isinstance(ended.code, int) else FOUND, said=said)


def _sealed(audit: Audit, environ: Mapping[str, str], common: Common) -> Path:
    """Return the package of an audit: that of an earlier command where one goes on, else a new one."""
    from auditlib.run.order import Run
    from auditlib.run.progress import progress
    from auditlib.run.several import is_begun, is_done
    from auditlib.run.workbook import hard_at_work, run

    folder = None if common.out is None else common.out / audit.name
    if folder is not None and common.resume and is_done(audit, folder):
        return folder
    resume = folder is not None and common.resume and is_begun(folder)
    with ExitStack() as around:
        target = around.enter_context(target_of(folder, audit.params))
        order = Run(audit.params, target, common.notebooks, common.jobs, embedded=embedded_jira(audit.params))
        order = replace(order, resume=resume, most_questions=common.most_questions, remark=say_remark)
        around.enter_context(telling_interruption(target))
        tell = around.enter_context(progress(err))
        around.enter_context(hard_at_work())
        return run(order, environ, tell)


def _close(outcomes: Sequence[Outcome], common: Common) -> None:
    """Tell what all audits came to, on the screen, on a page over all packages, and on the page of the job."""
    from auditlib.package.target import EVIDENCE
    from auditlib.run.several import COVER, closing_table, rows_of
    from auditlib.run.together import write_page

    width = min(out.width, 100) if out.is_terminal else 80
    lines = closing_table(outcomes, width=width)
    say(out, "\n".join(["", *lines]))
    sealed = [one for one in outcomes if one.package is not None]
    parts = [job_page.of_package(one.summary, str(one.package)) for one in sealed]
    job_page.add(lines[0], "\n\n".join([job_page.as_shown(lines[2:]), *parts]))
    if not sealed:
        return
    page = (
        Path(EVIDENCE) / f"packages-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.html"
        if common.out is None
        else common.out / COVER
    )
    write_page(rows_of(outcomes, page), page)
    say(out, f"\nOpen {page.absolute().as_uri()}")
    say(out, str(page))
