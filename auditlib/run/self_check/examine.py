"""Each fault planted for itself, looked for, and looked for once more where it is not planted."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from auditlib.errors import AuditError
from auditlib.jira.connection import Embedded
from auditlib.package.layout import SIGNATURE, TAG_MANIFEST
from auditlib.package.signature import sign
from auditlib.params.model import Parameters
from auditlib.params.reading import parse_parameters
from auditlib.pull.collect import collect
from auditlib.run.archive import add_to_archive
from auditlib.run.order import Run
from auditlib.run.self_check.fault import JiraFault, PackageFault, Result, Seen
from auditlib.run.self_check.faults import JIRA_FAULTS, PACKAGE_FAULTS
from auditlib.run.workbook import run
from auditlib.text import shorten

PROJECTS: Final = ("PAY", "PAYX", "OPS", "CHG")

_PARAMETERS: Final = """\
audit: "Self-check of the workbook"
jira_url: demo
deployment: cloud
projects: [{projects}]
period_start: "2026-04-01"
period_end: "2026-09-30"
timezone: America/New_York
population_jql: 'labels is EMPTY OR labels != "left-out"'
sample_keys: [{sampled}]
workflow: {{gate: [Approved], working: [In Progress], testing: [Testing], done: [Done]}}
controls:
- {{id: CT-01, applies_to: {{project: [CHG], issue_type: [Change]}}}}
- {{id: CT-04, applies_to: {{project: [CHG], issue_type: [Change]}}}}
permissions: [BROWSE_PROJECTS]
archive: "{archive}"
"""

_ONLY: Final = ("02_population",)
"""The notebook of the package that is spoilt: one is enough to have a page."""

_KEY_MAKER: Final = "ssh-keygen"

_LONGEST: Final = 170

Verify = Callable[[Path, str], list[str]]
"""Goes through one check of ``verify``, by its name, and returns what differs, in sentences."""


@dataclass(frozen=True)
class Stages:
    """The companies of a self-check, as whoever starts it brings them along.

    Attributes
    ----------
    plain : callable
        Makes the embedded Jira without a fault.
    planted : mapping of str to callable
        What makes the embedded Jira with each fault, by its name.
    cases : mapping of str to str
        The key that each fault is about, if it is about one.
    """

    plain: Embedded
    planted: Mapping[str, Embedded]
    cases: Mapping[str, str]


class SelfCheck:
    """A check of the workbook by itself, in a folder that nobody else uses.

    Parameters
    ----------
    folder : Path
        For what is pulled and spoilt.
    stages : Stages
    verify : callable
    """

    def __init__(self, folder: Path, stages: Stages, verify: Verify) -> None:
        self._folder = folder
        self._stages = stages
        self._verify = verify
        self._alarms: dict[str, list[str]] = {}

    def results(
        self,
        jira_faults: Sequence[JiraFault] = JIRA_FAULTS,
        package_faults: Sequence[PackageFault] = PACKAGE_FAULTS,
    ) -> Iterator[Result]:
        """Yield what is found of each fault, as it is found."""
        for fault in jira_faults:
            yield self._of_jira(fault)
        for one in package_faults:
            yield self._of_package(one)

    def _of_jira(self, fault: JiraFault) -> Result:
        key = self._stages.cases.get(fault.name, "")
        seen = self._pulled(fault.name, self._stages.planted[fault.name], archived=fault.archived)
        plain = self._plain_archived if fault.archived else self._plain
        result = Result(fault, key, fault.look(seen, key), fault.look(plain, key))
        shutil.rmtree(self._folder / fault.name, ignore_errors=True)
        return result

    @cached_property
    def _plain(self) -> Seen:
        return self._pulled("plain", self._stages.plain, archived=False)

    @cached_property
    def _plain_archived(self) -> Seen:
        return self._pulled("plain-archived", self._stages.plain, archived=True)

    def _pulled(self, name: str, embedded: Embedded, *, archived: bool) -> Seen:
        """Pull a company into a folder of its own."""
        params = self._parameters(self._archive if archived else self._folder / "no archive")
        folder = self._folder / name
        try:
            return Seen(collect(params, folder, {}, _silent, base=self._folder, embedded=embedded))
        except AuditError as error:
            return Seen(error=error)

    @cached_property
    def _archive(self) -> Path:
        """An archive of the company without a fault."""
        folder = self._folder / "archive"
        add_to_archive(self._parameters(folder), folder, {}, _silent, self._stages.plain)
        return folder

    def _parameters(self, archive: Path) -> Parameters:
        text = _PARAMETERS.format(
            projects=", ".join(PROJECTS), sampled=self._stages.cases["comment-gone"], archive=archive.as_posix()
        )
        return parse_parameters(text, "parameters of the self-check")

    # a package

    @cached_property
    def _package(self) -> Path:
        """A sealed package of the company without a fault, signed where this machine can sign."""
        params = self._parameters(self._folder / "no archive")
        package = run(Run(params, self._folder / "package", _ONLY, 1, embedded=self._stages.plain), {}, _silent)
        if shutil.which(_KEY_MAKER) is not None:
            (package / SIGNATURE).write_bytes(sign((package / TAG_MANIFEST).read_bytes(), self._key()))
        return package

    def _key(self) -> Path:
        """Make a key that signs nothing else."""
        key = self._folder / "key"
        command = [_KEY_MAKER, "-q", "-t", "ed25519", "-N", "", "-C", "self-check", "-f", str(key)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)  # noqa: S603 - fixed
        return key

    def _of_package(self, fault: PackageFault) -> Result:
        if fault.needs and shutil.which(fault.needs) is None:
            return Result(fault, "", "", "", f"this machine has no {fault.needs}")
        spoilt = self._folder / fault.name
        shutil.copytree(self._package, spoilt)
        path = fault.tamper(spoilt)
        told = [one for one in self._verify(spoilt, fault.check) if (fault.names or path) in one]
        shutil.rmtree(spoilt)
        return Result(fault, path, _first(told), _first(self._unspoilt(fault.check)))

    def _unspoilt(self, check: str) -> list[str]:
        """Return what a check finds in the package that nobody spoilt; it is asked once."""
        if check not in self._alarms:
            self._alarms[check] = self._verify(self._package, check)
        return self._alarms[check]


def _first(told: Sequence[str]) -> str:
    return f"verify: {shorten(told[0], _LONGEST)}" if told else ""


def _silent(*_: object) -> None:
    """Say nothing of the progress of a part."""
