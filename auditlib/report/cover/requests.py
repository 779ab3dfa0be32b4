"""The auditor's requests on the cover: what was asked for, the files named for it, and whether they are here."""

from __future__ import annotations

from dataclasses import dataclass

from auditlib.audit.scope.request_list import ABSENT, OPEN, PROVIDED, REQUESTS, requests_in_words
from auditlib.report.cover.contents import Contents


@dataclass(frozen=True)
class Asked:
    """One request.

    Attributes
    ----------
    name, wanted, state : str
    files : tuple of (str, str)
        What is named for it: address, empty where nothing to open is there, and path.
    answer : bool
        Whether it needs an answer.
    provided : bool
        Whether something is there for it.
    """

    name: str
    wanted: str
    state: str
    files: tuple[tuple[str, str], ...]
    answer: bool
    provided: bool


def requests(contents: Contents) -> list[Asked]:
    """Return the requests of a package, in the order of the list; none where there is no list."""
    return [
        Asked(
            row.request,
            row.wanted,
            row.state,
            tuple((_address(contents, path), path) for path in row.answered_by.split("; ") if path),
            row.state in {OPEN, ABSENT},
            row.state == PROVIDED,
        )
        for row in contents.table(REQUESTS.name, REQUESTS.names).itertuples()
    ]


def requests_caption(contents: Contents) -> str:
    """Say how many requests are in which state; empty where there is no list."""
    return requests_in_words(contents.table(REQUESTS.name, REQUESTS.names))


def _address(contents: Contents, path: str) -> str:
    """Return where a path leads; of a full record its page, and of another folder nowhere."""
    folder, _, key = path.rstrip("/").partition("/")
    return contents.record(key) if folder == "dossiers" and path.endswith("/") else contents.link(path)
