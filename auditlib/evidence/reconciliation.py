"""The reconciliation: the issues of the population beside the second source, made of what the controls say of both."""

from __future__ import annotations

from typing import Final

import pandas as pd

from auditlib.audit.controls.site.deployments import SourceFile
from auditlib.audit.controls.site.second_source import second_source_table, tickets_of, told_of
from auditlib.audit.controls.site.source_findings import conclude_source, source_findings
from auditlib.audit.controls.site.unknown_keys import Standing
from auditlib.audit.finding import Finding
from auditlib.evidence.controls import PopulationControls
from auditlib.evidence.kernel_cache import kernel_cached
from auditlib.evidence.listing import Listing
from auditlib.evidence.numbers import Numbers
from auditlib.evidence.pulled import Part, Pulled
from auditlib.evidence.second_source import SecondSource
from auditlib.memory import undisturbed

_RULE: Final = "matches_deployment"


class Reconciliation(Part):
    """The second source beside the issues of the population."""

    def __init__(
        self, pulled: Pulled, source: SecondSource, controls: PopulationControls, listing: Listing, numbers: Numbers
    ) -> None:
        super().__init__(pulled)
        self._source = source
        self._controls = controls
        self._listing = listing
        self._numbers = numbers

    @property
    def _labels(self) -> list[str]:
        """The controls that compare its times."""
        return [one.label for one in self._controls.tests if one.rule == _RULE]

    @kernel_cached
    def table(self) -> pd.DataFrame:
        """``second_source.csv``; empty where no second source is given."""
        file, by_key = self._source.file, self._source.by_key
        if file is None or by_key is None:
            return second_source_table((), SourceFile(()), str, self.period)
        outcomes = self._controls.table
        outcomes = outcomes[outcomes["control"].isin(self._labels)]
        said = zip(outcomes["key"], outcomes["outcome"], outcomes["evidence"], strict=True)
        told = told_of(said) if self._labels else None
        standing = Standing(self._numbers.numbering, self._numbers.gaps, self._listing.excluded)
        tickets = tickets_of(self._listing.with_ids["key"], told, self._controls.matched, by_key)
        with undisturbed():
            return second_source_table(tickets, file, standing.say, self.period)

    @property
    def findings(self) -> list[Finding]:
        """What a reader must know of it."""
        source, file = self.params.second_source, self._source.file
        if source is None or file is None:
            return []
        return source_findings(self.table, file, source.name, compared=bool(self._labels))

    @property
    def conclusion(self) -> str:
        """How many issues it names; empty where none is given."""
        source = self.params.second_source
        return "" if source is None or self._source.file is None else conclude_source(self.table, source.name)
