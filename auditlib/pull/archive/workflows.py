"""The versions of workflows that Jira keeps, as they came; and which are other than in the archive before.

Jira keeps versions for 60 days. What each answer says is kept in a file of its own, so that a run may read those that Jira has
no longer: ``workflows/<UTC>/<workflow id>-<version>.json.gz``; of what has no version, ``now-``, ``statuses-``, ``schemes-`` and
``names``, with the project and the issue type.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

from auditlib.errors import AnswerError
from auditlib.phrases import counted, listed
from auditlib.pull.archive.session import Archiving, Told
from auditlib.pull.workflows import ask_workflows
from auditlib.records.workflows import Workflow, read_workflows
from auditlib.responses import topics
from auditlib.responses.archive import STAMP, ArchiveFolder
from auditlib.responses.bounds import BoundError, unpack
from auditlib.responses.topic import Named
from auditlib.responses.topics import read_topic

WORKFLOWS: Final = "workflows"
ENDING: Final = ".json.gz"

_NAMES: Final[Mapping[str, str]] = {
    topics.WORKFLOW_STATUSES.name: "statuses",
    topics.WORKFLOW_SCHEMES.name: "schemes",
    topics.WORKFLOW_SCHEME.name: "scheme",
    topics.WORKFLOW_NAMES.name: "names",
    topics.WORKFLOW_NOW.name: "now",
    topics.WORKFLOW_VERSIONS.name: "versions",
}
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_-]+")


def archive_workflows(archiving: Archiving) -> Told:
    """Ask for the workflows of the projects in sight and every version that Jira keeps, and keep the answers."""
    ask_workflows(archiving.session)
    bodies, unread = dict(_bodies(archiving)), tuple(_unread(archiving))
    if not bodies:
        return Told(("Workflows can't be read by this account: none is kept", *unread))
    found = [one for name, body in sorted(bodies.items()) for one in _workflows(name, body)]
    before = _before(archiving.before)
    folder = f"{WORKFLOWS}/{archiving.at:{STAMP}}"
    for name, body in sorted(bodies.items()):
        archiving.writer.add_file(f"{folder}/{name}{ENDING}", [gzip.compress(body, mtime=0)], {"bytes": len(body)})
    archiving.writer.commit()
    versions = {(one.id, one.number): one for one in found}
    changed = [] if before is None else [one for key, one in versions.items() if before.get(key) != one]
    return Told(
        (*_said(versions, changed, before), *unread),
        figures={"workflow_versions": len(versions), "workflow_versions_new": len(changed)},
    )


def _bodies(archiving: Archiving) -> Iterator[tuple[str, bytes]]:
    """Yield the answers that Jira gave, by the name of their file."""
    store = archiving.session.reader.store
    for entry in store.entries(topics.WORKFLOW_STATUSES.folder):
        if entry.status == 200:
            yield _name(read_topic(entry.topic)), store.body(entry)


def _unread(archiving: Archiving) -> Iterator[str]:
    """Say which answers could not be used: what they told is in no file, and nothing is said of it."""
    refused = [
        one
        for one in archiving.session.reader.store.refusals()
        if read_topic(one.topic).topic.folder == topics.WORKFLOW_STATUSES.folder
    ]
    questions = {(one.topic, one.request.digest) for one in refused}
    if refused:
        yield f"Unread    {counted(len(questions), 'answer')} about workflows can't be used: {refused[0].refused}"


def _name(named: Named) -> str:
    parts = [_UNSAFE.sub("_", str(part)) for part in named.parts.values()]
    if named.topic is topics.WORKFLOW_VERSION:
        return "-".join(parts)
    return "-".join([_NAMES[named.topic.name], *parts])


def _workflows(name: str, body: bytes) -> Iterator[Workflow]:
    """Yield the workflows of an answer that holds some."""
    if any(name.startswith(f"{other}") for other in _NAMES.values() if other != "now"):
        return
    try:
        yield from read_workflows(json.loads(body))
    except (ValueError, RecursionError, AnswerError):
        return  # kept as it came; who reads it says that it is none


def _before(archive: ArchiveFolder) -> dict[tuple[str, Any], Workflow] | None:
    """Return the versions that earlier archives kept, as far as they can be read; None if there are none."""
    files = archive.files(WORKFLOWS, ENDING)
    found: dict[tuple[str, Any], Workflow] = {}
    for path in files:
        try:
            body = unpack(b"".join(archive.pieces(path)))
        except (AnswerError, BoundError, OSError, EOFError, zlib.error):
            continue
        found |= {(one.id, one.number): one for one in _workflows(path.rpartition("/")[2], body)}
    return found if files else None


def _said(
    versions: Mapping[tuple[str, Any], Workflow], changed: list[Workflow], before: Mapping[Any, Workflow] | None
) -> Iterator[str]:
    new = ", for the first time" if before is None else ""
    workflows = {workflow for workflow, _ in versions}
    yield f"Workflows {counted(len(versions), 'version')} of {counted(len(workflows), 'workflow')} kept{new}"
    if changed:
        names = [f"{one.name} {one.number or ''}".strip() for one in changed]
        yield f"Changed   {listed(sorted(names))}: not so in an earlier archive"
