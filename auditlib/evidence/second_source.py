"""The second source: the file in the package, read again as it was given, with the issues that its rows name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Final

from auditlib.audit.controls.match import Deployment
from auditlib.audit.controls.site.deployments import SourceFile, read_deployments
from auditlib.audit.controls.site.ticket_keys import KeyFinder
from auditlib.evidence.listing import Listing
from auditlib.evidence.provenance import Provenance
from auditlib.evidence.pulled import Part, Pulled
from auditlib.memory import undisturbed

SOURCE_FILES: Final = ("second_source.csv", "second_source.jsonl")
"""How the copy in ``data/`` is called, by its form."""


class SecondSource(Part):
    """Deployments or merges of another tool, as the file in the package tells them."""

    def __init__(self, pulled: Pulled, provenance: Provenance, listing: Listing) -> None:
        super().__init__(pulled)
        self._provenance = provenance
        self._listing = listing

    @property
    def copy(self) -> Path | None:
        """The copy of the file in the package; None where the parameters name none."""
        paths = [self.folder / "data" / name for name in SOURCE_FILES]
        return None if self.params.second_source is None else next((one for one in paths if one.is_file()), None)

    @cached_property
    def file(self) -> SourceFile | None:
        """What the file tells; None where there is none."""
        source, path = self.params.second_source, self.copy
        if source is None or path is None:
            return None
        finder = KeyFinder(self.projects, self._provenance.former_keys, self._moved())
        with undisturbed():
            return read_deployments(path.read_text(encoding="utf-8-sig"), path.name, source, finder)

    def _moved(self) -> dict[str, str]:
        """Return the keys that issues of the population had in other projects, with those of today."""
        population = self._listing.with_ids
        today = dict(zip(population["id"], population["key"], strict=True))
        moves = self.answers.moves
        return {
            before: today[issue]
            for issue, before in zip(moves["issue_id"], moves["from_key"], strict=True)
            if issue in today
        }

    @cached_property
    def by_key(self) -> Mapping[str, tuple[Deployment, ...]] | None:
        """The rows by the issue keys that they name, in the order of the file; None where there is no file."""
        if self.file is None:
            return None
        found: dict[str, list[Deployment]] = {}
        for row in self.file.rows:
            for key, _ in row.keys:
                found.setdefault(key, []).append(row)
        return {key: tuple(rows) for key, rows in found.items()}
