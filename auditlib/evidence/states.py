"""In which states the issues of the population are and were, how far their histories lead, and which were closed how."""

from __future__ import annotations

import pandas as pd

from auditlib.audit.status import closing, distribution
from auditlib.audit.status.histories import Histories, count_histories
from auditlib.audit.status.spread import spread
from auditlib.evidence.kernel_cache import kernel_cached
from auditlib.evidence.listing import Listing
from auditlib.evidence.passes import Passes
from auditlib.evidence.pulled import Part, Pulled
from auditlib.evidence.pulled_histories import PulledHistories
from auditlib.records.reach import history_breaks
from auditlib.responses import topics


class States(Part):
    """States, histories and closings of the population."""

    def __init__(self, pulled: Pulled, passes: Passes, histories: PulledHistories, listing: Listing) -> None:
        super().__init__(pulled)
        self._passes = passes
        self._histories = histories
        self._listing = listing

    @property
    def categories(self) -> dict[str, str]:
        """Category key by status id, as the issues of the first pass show it."""
        categories: dict[str, str] = self._passes.categories
        return categories

    @kernel_cached
    def status(self) -> pd.DataFrame:
        """``status.csv``."""
        return distribution.status_table(self._listing.with_ids, self.categories)

    @kernel_cached
    def spread(self) -> pd.DataFrame:
        """The population by status at the period's end and today, and how many of these are not proved, as ``status.spread``."""
        return spread(self._listing.with_ids, self.categories)

    @property
    def changed_later(self) -> pd.DataFrame:
        """The issues of the population whose status or resolution is another than at the period's end."""
        return self._listing.population.loc[distribution.changed_later(self._listing.with_ids).index]

    @kernel_cached
    def history_breaks(self) -> pd.DataFrame:
        """Issues of the population whose history does not lead back to their creation, as ``reach.history_breaks``."""
        return history_breaks(self._listing.population, self._listing.states)

    @kernel_cached
    def history_counts(self) -> Histories:
        """How far the histories of the population lead."""
        return count_histories(self._listing.population, self._listing.states, self.categories)

    @kernel_cached
    def test_issues(self) -> frozenset[int] | None:
        """Ids of the issues that the company marks as tests; None if the parameters don't say how."""
        if not self.params.test_issue_jql:
            return None
        return frozenset().union(*(self.answers.ids(topics.TEST_ISSUES.of(project)) for project in self.projects))

    @kernel_cached
    def closing(self) -> pd.DataFrame:
        """``closing.csv``."""
        accepted, called = self.params.closing_resolutions, self._histories.called
        return closing.closing_table(
            self._listing.with_ids, accepted, self.test_issues, called, base_url=self.site.base_url
        )
