"""One who asks the embedded Jira over loopback."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import requests

from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.world.records import World

NOW = datetime(2026, 3, 15, 10, 30, tzinfo=UTC)


class Caller:
    """Asks one embedded Jira, with its credentials unless told otherwise."""

    def __init__(self, jira: EmbeddedJira) -> None:
        self.jira = jira
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = (jira.user, jira.token)
        self.version = 3 if jira.dialect == "cloud" else 2

    def get(self, path: str, **params: Any) -> requests.Response:
        """Ask with GET."""
        return self.session.get(f"{self.jira.url}/rest/api/{self.version}/{path}", params=params, timeout=10)

    def post(self, path: str, **body: Any) -> requests.Response:
        """Ask with POST and a JSON body."""
        return self.session.post(f"{self.jira.url}/rest/api/{self.version}/{path}", json=body, timeout=10)

    def anonymous(self) -> Caller:
        """Make a caller without credentials."""
        other = Caller(self.jira)
        other.session.auth = None
        return other


def serve(world: World, dialect: Any = "cloud", **options: Any) -> Iterator[Caller]:
    with EmbeddedJira(world, dialect, clock=lambda: NOW, **options) as jira:
        caller = Caller(jira)
        yield caller
        caller.session.close()


def walk(caller: Caller, jql: str, **body: Any) -> tuple[list[dict[str, Any]], int]:
    """Read all pages of a search; returns the issues and the number of pages."""
    issues: list[dict[str, Any]] = []
    token, pages = None, 0
    while True:
        answer = caller.post("search/jql", jql=jql, **body, **({"nextPageToken": token} if token else {}))
        page = answer.json()
        assert answer.status_code == 200, page
        issues.extend(page["issues"])
        pages += 1
        assert page["isLast"] == ("nextPageToken" not in page)
        token = page.get("nextPageToken")
        if token is None:
            return issues, pages
