"""``check --self``: the embedded company with planted faults, and whether the workbook finds each."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from auditlib.cli import job_page
from auditlib.cli.screen import err, out, say
from auditlib.cli.statuses import FOUND
from auditlib.errors import UsageError

if TYPE_CHECKING:
    from auditlib.demo.faults.cases import Plain
    from auditlib.demo.faults.plants import Plant
    from auditlib.demo.server.known_forms import Dialect
    from auditlib.demo.server.site import EmbeddedJira
    from auditlib.report.self_check_sheet import Line
    from auditlib.run.self_check.examine import Stages
    from auditlib.run.self_check.fault import Result


def check_self(sheet: Path | None) -> None:
    """Plant each fault, say what was found of it, and write the sheet; end with status 1 if one was not found."""
    from auditlib.files import write_whole
    from auditlib.report.self_check_sheet import self_check_page, verdict_of

    if sheet is not None and (sheet.exists() or sheet.is_symlink()):
        raise UsageError(f"--out {sheet} exists; a sheet that may be filed is not written over: give another name")
    facts = _facts()
    for name, value in facts.items():
        say(out, f"{name:<26}{value}")
    lines = []
    for result in _results():
        lines.append(_line(result))
        say(out, _told(result))
    verdict = verdict_of(lines)
    say(out, verdict)
    if sheet is not None:
        write_whole(sheet, [self_check_page(lines, facts).encode()])
        say(out, str(sheet))
    job_page.add(verdict, job_page.as_shown([f"{one.verdict:<12}{one.name}" for one in lines]))
    if not all(one.good for one in lines):
        say(err, "auditlib: this version, as it is installed here, does not find what it must; do not rely on it")
        sys.exit(FOUND)


def _results() -> Iterator[Result]:
    from auditlib.run.self_check.examine import SelfCheck

    with tempfile.TemporaryDirectory(prefix="auditlib-self-", ignore_cleanup_errors=True) as folder:
        yield from SelfCheck(Path(folder), stages(), differing).results()


def stages() -> Stages:
    """Return the embedded companies: without a fault, and with each."""
    from auditlib.demo.faults.cases import plain_company
    from auditlib.demo.faults.plants import PLANTS, without_fault
    from auditlib.run.self_check.examine import Stages

    company = plain_company()
    planted = {name: partial(_served, plant, company) for name, plant in PLANTS.items()}
    return Stages(partial(_served, without_fault, company), planted, company.cases)


def _served(plant: Plant, company: Plain, dialect: Dialect) -> EmbeddedJira:
    return plant(company).serve(dialect)


def differing(package: Path, name: str) -> list[str]:
    """Return what one check of ``verify`` finds in a package, in sentences."""
    from auditlib.cli.verification import checks
    from auditlib.evidence.differences import sentences
    from auditlib.package.checks import go_through

    wanted = [one for one in checks() if one.name == name]
    return [line for result in go_through(wanted, package) for line in sentences(result.differences)]


def _facts() -> dict[str, str]:
    """Return what is checked, when, and on what."""
    from auditlib.run.circumstances import CHECKOUT
    from auditlib.run.made_by import versions
    from auditlib.run.self_test import suite_result, suite_sentence

    known: Mapping[str, str] = versions()
    return {
        "auditlib": known["auditlib"],
        "Commit": known.get("commit", "not known: this is an installed copy"),
        "SHA-256 of the lock file": known.get("lock_sha256", "not known: this is an installed copy"),
        "Tests of this code": suite_sentence(CHECKOUT, suite_result(CHECKOUT)),
        "Python and system": f"{known['python']} on {platform.platform()}",
        "Begun": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC",
        "By": os.environ.get("USER") or os.environ.get("USERNAME") or "not known",
    }


def _line(result: Result) -> Line:
    from auditlib.report.self_check_sheet import Line

    fault = result.fault
    return Line(
        fault.name,
        fault.planted,
        fault.expected,
        result.about,
        result.verdict,
        result.found,
        result.alarm,
        result.untried,
        result.good,
    )


def _told(result: Result) -> str:
    where = result.found or result.untried or f"expected: {result.fault.expected}"
    alarm = f"\n{'':<26}reported without it: {result.alarm}" if result.alarm else ""
    return f"{result.verdict:<12}{result.fault.name}: {result.fault.planted}\n{'':<12}{where}{alarm}"
