"""The numbering of each project: which numbers answer, which are missing, and what is known of each of those."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Final

import pandas as pd

from auditlib.audit.numbering.causes import Sight, contradicted, deletions_table, possibilities
from auditlib.audit.numbering.explanations import GAP_EXPLANATIONS, explanations_template, parse_explanations
from auditlib.audit.numbering.gaps import (
    GAPS,
    NUMBERING,
    Numbering,
    audit_numbers,
    join_numberings,
    without_continuity,
)
from auditlib.audit.numbering.issued import present_numbers
from auditlib.audit.numbering.runs import runs_of
from auditlib.audit.numbering.sums import RangeSums, range_sums, sums
from auditlib.evidence.identity import Identity
from auditlib.evidence.kernel_cache import kernel_cached
from auditlib.evidence.listing import Listing
from auditlib.evidence.passes import Passes
from auditlib.evidence.provenance import Provenance
from auditlib.evidence.pulled import Part, Pulled
from auditlib.evidence.witnesses import Witnesses
from auditlib.keys import reused, today_keys
from auditlib.tables import to_csv

_SHOWN: Final = ["number", "given_out", "witness", "audited", "out_of_order"]
"""What charts and sums need of the numbers that answer."""


class Numbers(Part):
    """Numbers, gaps and deletions."""

    def __init__(  # noqa: PLR0917 - the parts that it is computed from
        self,
        pulled: Pulled,
        provenance: Provenance,
        passes: Passes,
        witnesses: Witnesses,
        listing: Listing,
        identity: Identity,
    ) -> None:
        super().__init__(pulled)
        self._provenance = provenance
        self._passes = passes
        self._witnesses = witnesses
        self._listing = listing
        self._identity = identity

    def present(self, project: str) -> pd.DataFrame:
        """Return what is known of each number that the project holds today, as ``issued.present_numbers``."""
        answers = self.answers
        walk, created = answers.walk(project), answers.created(project)
        moves, asked = self._moves_by_todays_names(), answers.known_histories
        return present_numbers(project, walk, created, moves, period=self.period, asked=asked)

    def _moves_by_todays_names(self) -> pd.DataFrame:
        """Return the key changes, with keys of projects that were renamed since under their name of today."""
        moves, former = self.answers.moves, self._provenance.former_keys
        return moves.assign(from_key=today_keys(moves["from_key"], former), to_key=today_keys(moves["to_key"], former))

    @cached_property
    def explanations(self) -> pd.DataFrame | None:
        """The analyst's explanations of missing numbers, from the copy in the package."""
        path = self.folder / "data" / "gap_explanations.csv"
        if not path.exists():
            return None
        named = self.params.gap_explanations or str(path)
        return parse_explanations(path.read_text(encoding="utf-8-sig"), named, self.projects)

    @kernel_cached
    def numberings(self) -> dict[str, Numbering]:
        """What is known of the numbers of each project."""
        moves, witnesses = self._moves_by_todays_names(), self._witnesses
        found = {}
        for project in self.projects:
            present, highest = self.present(project), witnesses.named_highest(project)
            numbering = audit_numbers(
                project,
                present,
                self.answers.resolved(project, self._provenance.former_keys),
                moves,
                self.period,
                self.site.base_url,
                named_highest=highest,
                explanations=self.explanations,
                other=witnesses.of_missing(project, present, highest),
            )
            found[project] = replace(numbering, present=numbering.present[_SHOWN])  # the rest takes most of its memory
        return found

    @kernel_cached
    def _numbering_and_gaps(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        numbering, gaps = join_numberings(self.numberings.values())
        if unsure := self._identity.unsure:
            numbering = without_continuity(numbering, unsure)
        reused_keys = reused(self._provenance.former_keys)
        sights = {
            project: Sight(security_levels=self._provenance.security_levels[project], used_by=reused_keys.get(project))
            for project in self.projects
        }
        gaps = gaps.assign(possible=possibilities(gaps, sights, self._witnesses.log_reach))
        return NUMBERING.check(numbering), GAPS.check(gaps)

    @property
    def numbering(self) -> pd.DataFrame:
        """``numbering.csv``."""
        numbering: pd.DataFrame = self._numbering_and_gaps[0]
        return numbering

    @property
    def gaps(self) -> pd.DataFrame:
        """``gaps.csv``."""
        gaps: pd.DataFrame = self._numbering_and_gaps[1]
        return gaps

    @property
    def runs(self) -> pd.DataFrame:
        """``runs.csv``."""
        return runs_of(self.gaps)

    @kernel_cached
    def range_sums(self) -> RangeSums:
        """How the numbers that answer and the population belong together."""
        return range_sums(self.numberings.values(), self._listing.with_ids, self._listing.excluded)

    @property
    def sums(self) -> list[str]:
        """How the headline figures add up, in sentences."""
        return sums(self._listing.reconciliation, self.numbering, self.range_sums)

    @kernel_cached
    def deletions(self) -> pd.DataFrame:
        """``deletions.csv``."""
        (ids, keys), witnesses = self._answering, self._witnesses
        return deletions_table(
            witnesses.issue_deletions,
            witnesses.vanished,
            self.period,
            answering_ids=ids,
            answering_keys=keys,
            census=witnesses.census_mentions,
        )

    @cached_property
    def _answering(self) -> tuple[frozenset[int], frozenset[str]]:
        """Ids and keys of deletions that answer nevertheless, but for issues that went while Jira was asked."""
        gone, records, missed = self._passes.gone, self._witnesses.issue_deletions, self._witnesses.vanished
        ids = {*records["issue_id"].dropna().astype("int64"), *missed["issue_id"]} - gone
        called = self.answers.named_as(records["key"].dropna().tolist())
        return (
            frozenset(self.answers.keys_of(ids)),
            frozenset(key for issue, key in called.items() if issue not in gone),
        )

    @property
    def contradicted(self) -> pd.DataFrame:
        """Deletions that the log records of issues that answer, as ``causes.contradicted``."""
        return contradicted(self._witnesses.issue_deletions, *self._answering)

    def companion_files(self) -> dict[str, bytes]:
        """Return what stands beside the tables in ``tables/``: the template of the explanations."""
        return {
            GAP_EXPLANATIONS.file: to_csv(
                GAP_EXPLANATIONS, explanations_template(self.gaps), self.pulled.schema["tables"]
            )
        }
