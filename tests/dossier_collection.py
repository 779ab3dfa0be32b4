"""Dossiers for tests: asked of the embedded Jira, kept on disk, read back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.world.records import World
from auditlib.dossier.parts import Absent, Place
from auditlib.dossier.record import Dossier
from auditlib.evidence.dossiers import read_dossiers
from auditlib.jira.client import JiraReader
from auditlib.jira.credentials import Credentials
from auditlib.jira.protocol import dialect
from auditlib.pull.access import identify
from auditlib.pull.dossiers import ask_dossiers
from auditlib.responses.store import RawStore

LIVE = "https://jira.example.com"
ZONE = ZoneInfo("America/New_York")


@dataclass(frozen=True)
class Asking:
    """What was collected: the records, the keys that did not answer, the store, and how many requests were sent."""

    found: list[Dossier]
    absent: list[Absent]
    store: RawStore
    requests: int


def collect_dossiers(
    world: World,
    deployment: str,
    keys: Sequence[str],
    folder: Path,
    *,
    files: bool = True,
    account_id: str | None = None,
    **jira: object,
) -> Asking:
    """Ask for dossiers, with their attachments below ``folder/data``, and read them back from disk.

    ``jira`` goes to the embedded Jira; ``account_id`` is the account that every answer must be for, if one is given.
    """
    store, attachments = RawStore(folder / "data" / "raw"), folder / "data" / "dossiers" if files else None
    with EmbeddedJira(world, deployment, **jira) as server:  # type: ignore[arg-type]
        who, patience = Credentials(server.token, server.user), {"first_wait_seconds": 0.01, "timeout_seconds": 2}
        with JiraReader(server.url, dialect(deployment), who, store, **patience) as reader:
            reader.account_id = account_id
            identify(reader)
            ask_dossiers(reader, keys, lambda *_: None, attachments=attachments)
        count = len(server.requests)
    place = Place(LIVE, deployment, world.account.display_name, world.account.account_id, ZONE)
    found, absent = read_dossiers(RawStore(store.folder), dialect(deployment), keys, place)
    return Asking(found, absent, store, count)
