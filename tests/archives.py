"""A Jira whose log is given record by record, and archives of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from archive_driver import ACCOUNT
from places import ROOT, TESTS
from small_world import issue, small_world

from auditlib.demo.server.site import Answer, Asked, EmbeddedJira
from auditlib.demo.world.records import World
from auditlib.jira.reading import readable_instant
from auditlib.params.model import Parameters
from auditlib.params.reading import parse_parameters
from auditlib.run.archive import ArchiveReport, add_to_archive
from auditlib.times import parse_instant

Records = Sequence[Mapping[str, Any]]

PARAMS = """
audit: Archive
jira_url: {url}
projects: {projects}
period_start: "2026-01-01"
period_end: "2026-03-31"
timezone: UTC
deployment: {deployment}
"""


def serving_log(
    records: Callable[[], Records], world: World | None = None, *, page: int = 1000, breaks_after: int = 1 << 30
) -> AbstractContextManager[EmbeddedJira]:
    """Serve a small Jira Cloud whose log holds, whenever it is asked, the records that a function returns.

    ``page`` records at most come at once, and after so many pages every further one is no JSON.
    """
    pages = count()

    def tamper(asked: Asked, answer: Answer) -> Answer:
        if not asked.path.endswith("auditing/record") or answer.status != 200:
            return answer
        one = {name: values[0] for name, values in asked.query.items()}
        begins = parse_instant(one["from"]) if "from" in one else None
        ends = parse_instant(one["to"]) if "to" in one else None
        found = []
        for record in sorted(records(), key=lambda record: str(record["created"]), reverse=True):
            at = readable_instant(record["created"])
            if at is None or ((begins is None or at >= begins) and (ends is None or at <= ends)):
                found.append(record)
        offset, limit = int(one.get("offset", 0)), min(page, int(one.get("limit", 1000)))
        if next(pages) >= breaks_after:
            return replace(answer, body=b'{"records": "none"}')
        shown = {"offset": offset, "limit": limit, "total": len(found), "records": found[offset : offset + limit]}
        return replace(answer, body=json.dumps(shown).encode())

    return EmbeddedJira(world or small_world(issue(1), issue(2), issue(3)), "cloud", tamper=tamper)


def parameters_of(jira: EmbeddedJira, projects: str = "[AC, NEW]") -> Parameters:
    """Return parameters for a Jira that is served."""
    return parse_parameters(text_of(jira, projects), "test")


def text_of(jira: EmbeddedJira, projects: str = "[AC, NEW]") -> str:
    """Return the parameter file for a Jira that is served."""
    return PARAMS.format(url=jira.url, projects=projects, deployment=jira.dialect)


def archived(jira: EmbeddedJira, folder: Path, projects: str = "[AC, NEW]") -> ArchiveReport:
    """Archive a Jira that is served."""
    account = ACCOUNT if jira.dialect == "cloud" else {"JIRA_USER": jira.user, "JIRA_TOKEN": jira.token}
    return add_to_archive(parameters_of(jira, projects), folder, account, lambda *_: None)


def driven(*words: str | Path) -> dict[str, Any]:
    """Run ``archive_driver.py``."""
    done = subprocess.run(
        [sys.executable, TESTS / "archive_driver.py", *map(str, words)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def spans(report: ArchiveReport, word: str) -> list[str]:
    """Return what a report says under a word."""
    return [line.removeprefix(word).strip() for line in report.lines if line.startswith(word)]
