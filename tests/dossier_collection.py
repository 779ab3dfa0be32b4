"""Dossiers for tests: asked of the embedded Jira, kept on disk, read back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from auditlib.demo.server import EmbeddedJira
from auditlib.demo.world import World
from auditlib.dossier.asking import ask_dossiers
from auditlib.dossier.reading import read_dossiers
from auditlib.dossier.record import Dossier, Place
from auditlib.jira.dialect import dialect
from auditlib.jira.reader import Credentials, JiraReader
from auditlib.raw import RawStore

LIVE = "https://jira.example.com"


def collect_dossiers(world: World, deployment: str, keys: Sequence[str], folder: Path) -> list[Dossier]:
    """Return the dossiers of issues, in the order of their keys, with their attachments below ``folder``."""
    store = RawStore(folder / "raw")
    with EmbeddedJira(world, deployment) as jira:
        with JiraReader(jira.url, dialect(deployment), Credentials(jira.token, jira.user), store) as reader:
            ask_dossiers(reader, keys, lambda *_: None, attachments=folder / "dossiers")
    account = world.account
    place = Place(LIVE, deployment, account.display_name, account.account_id, ZoneInfo("America/New_York"))
    return read_dossiers(store, dialect(deployment), keys, place)[0]
