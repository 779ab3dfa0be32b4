"""A package of dossiers only: the full records of the issues that an auditor chose, and what they show.

Nothing here asks Jira. Everything is read from ``data/raw`` and ``data/params.yaml`` of one package, so that a notebook, a
reader of a sealed package and ``auditlib verify`` see the same. ``opened`` has the packages with a population.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from auditlib.evidence.chapters import OF_DOSSIERS
from auditlib.evidence.content import Content
from auditlib.evidence.controls import Controls
from auditlib.evidence.full_records import FullRecords
from auditlib.evidence.pulled import Pulled
from auditlib.params.model import Parameters
from auditlib.responses.store import RawStore

DOSSIER_KEYS: Final = "dossier_keys.txt"
"""Names the keys of a package that holds dossiers only."""


class Chosen(FullRecords):
    """The full records of the issues that an auditor chose."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys whose full record was asked for, as they were given."""
        return tuple((self.folder / "data" / DOSSIER_KEYS).read_text(encoding="utf-8").split())


class Records(Content):
    """The content of a package of dossiers, computed when first looked at; parameters as `Pulled`."""

    known_chapters = OF_DOSSIERS

    def __init__(
        self, folder: Path, params: Parameters, kept: Path | None = None, *, store: RawStore | None = None
    ) -> None:
        super().__init__(Pulled(folder, params, kept, store=store))
        self._chosen = Chosen(self.pulled)
        self._controls = Controls(self.pulled, self._chosen)

    @property
    def collected(self) -> Chosen:
        """The full records of the issues chosen."""
        return self._chosen

    @property
    def controls(self) -> Controls:
        """The controls of the library, tested on them."""
        return self._controls
