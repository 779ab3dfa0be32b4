"""Archives of an embedded Jira whose world changes between them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.world.records import Issue, World
from auditlib.evidence.opened import Evidence
from auditlib.jira.client import JiraReader
from auditlib.jira.credentials import Credentials
from auditlib.jira.protocol import dialect
from auditlib.params.model import Parameters
from auditlib.pull.archive.plan import Archived, archive
from auditlib.responses import topics
from auditlib.responses.archive_writing import ArchiveWriter

BEGUN = datetime(2026, 5, 1, 3, 15, tzinfo=UTC)
MONTH = timedelta(days=31)


class Archiver:
    """Archives one embedded Jira as often as it is asked to, at times of its own."""

    def __init__(self, jira: EmbeddedJira, params: Parameters, folder: Path, begun: datetime) -> None:
        self.jira, self.params, self.folder, self._begun = jira, params, folder, begun
        self.times: list[datetime] = []

    @property
    def world(self) -> World:
        """What Jira holds; the tests change it between two archives."""
        return self.jira.world

    def archive(self) -> Archived:
        """Archive once, a month after the time before."""
        at = self._begun + len(self.times) * MONTH
        self.times.append(at)
        writer = ArchiveWriter(self.folder, lambda: at)
        try:
            evidence = Evidence(writer.work / "jira", self.params)
            who = Credentials(self.jira.token, self.jira.user)
            with JiraReader(
                self.jira.url, dialect(self.jira.dialect), who, evidence.store, trust_environment=False
            ) as reader:
                reader.ask(topics.SERVER.of(), reader.dialect.server_info())
                return archive(reader, evidence, writer, at, lambda *_: None)
        finally:
            writer.close()


@contextmanager
def archiver(
    world: World, params: Parameters, folder: Path, speaks: Any = "cloud", begun: datetime = BEGUN, **options: Any
) -> Iterator[Archiver]:
    """Serve a world, whose clock stands after all archives."""
    with EmbeddedJira(world, speaks, **options) as jira:
        yield Archiver(jira, params, folder, begun)


def edit_comment(issue: Issue, body: str, at: datetime) -> int:
    """Change the text of an issue's first comment and nothing else, as where Jira does not call the issue updated."""
    first = issue.comments[0]
    issue.comments[0] = replace(first, body=body, updated=at)
    return first.id


def figures_of(done: Archived) -> dict[str, int]:
    """Return the figures of all steps."""
    return {name: count for told in done.told for name, count in told.figures.items()}


def lines_of(done: Archived) -> list[str]:
    """Return what all steps say."""
    return [line for told in done.told for line in told.lines]
