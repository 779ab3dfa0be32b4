"""A Jira, a folder with parameters for it, and commands there in processes of their own."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from small_world import full_world

from auditlib.demo.server.site import EmbeddedJira

sys.path.insert(0, str(Path(__file__).parent))
from fault_commands import Command, Done, Driver, driver_of

collect_ignore_glob = ["test_*.py"] if not hasattr(os, "fork") else []  # Windows

PARAMETERS = """\
audit: Faults
jira_url: "{url}"
projects: [AC]
period_start: "2026-01-01"
period_end: "2026-09-30"
timezone: UTC
sample_seed: "seed of the faults"
sample_size: 3
attachments: true
"""

ALL = os.environ.get("AUDITLIB_FAULTS") == "all"
"""Whether every place is tried (``make faults``), and not some of them."""


def tables_of(package: Path) -> dict[str, bytes]:
    """Return the tables and full records of a package, by path, but for the pages, which say when they were asked for."""
    data = package / "data"
    found = [path for name in ("tables", "dossiers") for path in (data / name).rglob("*") if path.is_file()]
    found = [path for path in found if path.suffix != ".html"]
    return {path.relative_to(data).as_posix(): path.read_bytes() for path in found}


@dataclass(frozen=True)
class Site:
    """A folder in which commands work on one Jira."""

    folder: Path
    driver: Driver

    def start(self, *argv: object, **more: Any) -> Command:
        """Begin a command in the folder."""
        return self.driver.start(argv, self.folder, **more)

    def do(self, *argv: object, **more: Any) -> Done:
        """Run a command in the folder."""
        return self.driver.run(argv, self.folder, **more)

    def run(self, out: str, *options: str, **more: Any) -> Done:
        """Make a package without notebooks."""
        return self.do("run", "p.yaml", "--out", out, "--only", "none", *options, **more)

    def require_verified(self, out: str, tables: dict[str, bytes]) -> None:
        """Fail unless a package is whole, and holds these tables."""
        assert self.do("verify", out).status == 0
        assert tables_of(self.folder / out) == tables


@pytest.fixture(scope="session")
def faults_jira() -> Iterator[EmbeddedJira]:
    """A Jira that holds little of everything."""
    with EmbeddedJira(full_world(), "cloud") as jira:
        yield jira


@pytest.fixture(scope="session")
def faults_driver(faults_jira, tmp_path_factory) -> Iterator[Driver]:
    """The process that forks all commands."""
    who = {"JIRA_USER": faults_jira.user, "JIRA_TOKEN": faults_jira.token}
    with driver_of(tmp_path_factory.mktemp("said"), who) as driver:
        yield driver


@pytest.fixture
def site(faults_jira, faults_driver, tmp_path) -> Site:
    """An empty folder with parameters."""
    (tmp_path / "p.yaml").write_text(PARAMETERS.format(url=faults_jira.url), encoding="utf-8")
    return Site(tmp_path, faults_driver)


@dataclass(frozen=True)
class Whole:
    """A package that nothing disturbed."""

    folder: Path
    tables: dict[str, bytes]
    touches: int


@pytest.fixture(scope="session")
def whole(faults_jira, faults_driver, tmp_path_factory) -> Whole:
    """A package that nothing disturbed, with how often its run touched its working folder."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "p.yaml").write_text(PARAMETERS.format(url=faults_jira.url), encoding="utf-8")
    site = Site(folder, faults_driver)
    site.run("out", folder="out.partial", count=str(folder / "count")).require_sentence(0)
    return Whole(folder / "out", tables_of(folder / "out"), int((folder / "count").read_text("ascii")))
