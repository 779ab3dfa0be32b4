"""The second source: the file in the package, read again as it was given, and how it was reconciled with the issues."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Final

from auditlib.audit.controls.match import Deployment
from auditlib.audit.controls.site.deployments import SourceFile, read_deployments
from auditlib.audit.controls.site.ticket_keys import KeyFinder
from auditlib.evidence.provenance import Provenance
from auditlib.evidence.pulled import Part, Pulled

SOURCE_FILES: Final = ("second_source.csv", "second_source.jsonl")
"""How the copy in ``data/`` is called, by its form."""


class SecondSource(Part):
    """Deployments or merges of another tool, as the file in the package tells them."""

    def __init__(self, pulled: Pulled, provenance: Provenance) -> None:
        super().__init__(pulled)
        self._provenance = provenance

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
        finder = KeyFinder(self.projects, self._provenance.former_keys)
        return read_deployments(path.read_text(encoding="utf-8-sig"), path.name, source, finder)

    @cached_property
    def by_key(self) -> Mapping[str, tuple[Deployment, ...]]:
        """The rows by the issue keys that they name, in the order of the file."""
        found: dict[str, list[Deployment]] = {}
        for row in () if self.file is None else self.file.rows:
            for key, _ in row.keys:
                found.setdefault(key, []).append(row)
        return {key: tuple(rows) for key, rows in found.items()}
