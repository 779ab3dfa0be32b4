"""The subjects of a package with a population: whose evidence it is, the listing, the numbers, the states, the sample."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from auditlib.audit.answers.answered import ANSWERS
from auditlib.audit.chapters import SUMMARY
from auditlib.audit.finding import FINDINGS, findings_table
from auditlib.audit.scope.request_list import requests_table
from auditlib.audit.yearly.comparison import NEEDED
from auditlib.audit.yearly.rows import SINCE as YEARLY_SINCE
from auditlib.audit.yearly.year import Year
from auditlib.evidence.access import Access
from auditlib.evidence.access_changes import AccessChanges
from auditlib.evidence.access_controls import AccessControls
from auditlib.evidence.activity import Activity
from auditlib.evidence.actors import Actors
from auditlib.evidence.content import Content
from auditlib.evidence.control_fields import ControlFields
from auditlib.evidence.control_members import ControlMembers
from auditlib.evidence.controls import PopulationControls
from auditlib.evidence.follow_ups import FollowUps
from auditlib.evidence.identity import Identity
from auditlib.evidence.kernel_cache import kernel_cached
from auditlib.evidence.listing import Listing
from auditlib.evidence.management import answers_of
from auditlib.evidence.numbers import Numbers
from auditlib.evidence.passes import Passes
from auditlib.evidence.provenance import Provenance
from auditlib.evidence.pulled import Part, Pulled
from auditlib.evidence.pulled_histories import PulledHistories
from auditlib.evidence.reconciliation import Reconciliation
from auditlib.evidence.request_approvals import RequestApprovals
from auditlib.evidence.request_list import held, read_requests
from auditlib.evidence.review import Review
from auditlib.evidence.sampled import Sampled
from auditlib.evidence.second_source import SecondSource
from auditlib.evidence.site_controls import SiteControls
from auditlib.evidence.states import States
from auditlib.evidence.witnesses import Witnesses
from auditlib.evidence.workflows import Workflows
from auditlib.evidence.years import Years, kept_year, side_by_side, year_of
from auditlib.jira import jql
from auditlib.params.model import Parameters
from auditlib.responses.store import RawStore


class Subjects(Content):
    """What a package with a population shows, by subject; parameters as `Pulled`.

    Attributes
    ----------
    provenance : Provenance
        As whom Jira was asked, and what limits the asking.
    passes : Passes
        Which issues were found, and what changed meanwhile.
    control_fields : ControlFields
        The fields that controls look at.
    histories : PulledHistories
        Their changes.
    follow_ups : FollowUps
        Linked issues that follow from others.
    request_approvals : RequestApprovals
        Approvals of Jira Service Management.
    identity : Identity
        Whether the answers agree about which issue is which.
    listing : Listing
        The population, the exclusions, the reconciliation.
    states : States
        Statuses and closings of the population.
    witnesses : Witnesses
        Other records that name numbers; the log.
    numbers : Numbers
        Numbering, gaps, deletions.
    workflows : Workflows
        The workflows of the listed projects, with their versions.
    access : Access
        Who may do what in the projects.
    access_changes : AccessChanges
        What the log records of it; who belonged to groups and roles earlier.
    review : Review
        The access review.
    activity : Activity
        What Jira's logs say was done in the period.
    sampled : Sampled
        The sample, its full records, the control tests.
    second_source : SecondSource
        Deployments or merges of another tool.
    site_controls : SiteControls
        The controls of the library that look at the site.
    actors : Actors
        Who made the entries of its histories.
    controls : PopulationControls
        The controls of the library, over the population and the sample.
    reconciliation : Reconciliation
        The second source beside the issues.
    """

    def __init__(
        self, folder: Path, params: Parameters, kept: Path | None = None, *, store: RawStore | None = None
    ) -> None:
        pulled = Pulled(folder, params, kept, store=store)
        super().__init__(pulled)
        self.provenance = Provenance(pulled)
        self.passes = Passes(pulled, self.provenance)
        self.control_fields = ControlFields(pulled)
        self.histories = PulledHistories(pulled, self.passes, self.control_fields)
        self.follow_ups = FollowUps(pulled, self.passes, self.histories)
        self.request_approvals = RequestApprovals(pulled, self.passes, self.histories)
        self.identity = Identity(pulled, self.provenance, self.passes)
        self.listing = Listing(pulled, self.provenance, self.passes, self.histories)
        self.states = States(pulled, self.passes, self.histories, self.listing)
        self.witnesses = Witnesses(pulled, self.provenance)
        self.numbers = Numbers(pulled, self.provenance, self.passes, self.witnesses, self.listing, self.identity)
        self.access = Access(pulled)
        self.access_changes = AccessChanges(pulled, self.witnesses, self.access)
        self.actors = Actors(
            pulled,
            self.provenance,
            self.histories,
            self.listing,
            access=self.access,
            changes=self.access_changes,
        )
        self.review = Review(pulled, self.access, self.access_changes)
        self.activity = Activity(pulled, self.witnesses, self.access, self.actors)
        self.workflows = Workflows(pulled, self.witnesses, self.access)
        self.second_source = SecondSource(pulled, self.provenance, self.listing)
        self.sampled = Sampled(
            pulled,
            self.passes,
            self.histories,
            self.listing,
            self.numbers,
            follow_ups=self.follow_ups,
            approvals=self.request_approvals,
            members=ControlMembers(pulled, self.witnesses, self.access_changes),
            source=self.second_source,
        )
        site = (self.witnesses, self.numbers, self.access_changes, self.workflows, self.sampled)
        self.site_controls = SiteControls(pulled, *site)
        access_controls = AccessControls(pulled, self.witnesses, self.access, self.access_changes, self.review)
        self._controls = PopulationControls(pulled, self.listing, self.sampled, (self.site_controls, access_controls))
        self.reconciliation = Reconciliation(pulled, self.second_source, self._controls, self.listing, self.numbers)

    @kernel_cached
    def requests(self) -> pd.DataFrame:
        """``requests.csv``."""
        return requests_table(read_requests(self), lambda path: held(self, path))

    @property
    def collected(self) -> Sampled:
        """The full records of the sampled issues."""
        return self.sampled

    @property
    def controls(self) -> PopulationControls:
        """The controls of the library."""
        return self._controls

    @property
    def this_year(self) -> Year:
        """What a comparison with another year needs of the package: its tables but for what comes of the comparison itself."""
        of_year = [one for one in self.chapters if one.chapter is not SUMMARY]
        shown = (pair for one in of_year for pair in one.frames.items())
        tables = {table: make(self) for table, make in shown if table.name in NEEDED}
        tables[FINDINGS] = findings_table(found for one in of_year for found in one.findings(self))
        query = jql.shared_filter(self.projects, self.period, self.params.issue_types, self.passes.restrictions)
        return year_of(self.pulled, tables, query=query, interim=self.provenance.interim_until is not None)

    @kernel_cached
    def years(self) -> Years | None:
        """The package beside last year's; None if the parameters name none, or the package was made before there was this."""
        if self.params.previous is None or self.pulled.schema["tables"] < YEARLY_SINCE:
            return None
        return side_by_side(self.this_year, kept_year(self.folder))

    @property
    def parts(self) -> tuple[Part, ...]:
        """All that may remember something, each behind those that it is computed from."""
        looked_at = (
            self.provenance,
            self.passes,
            self.control_fields,
            self.histories,
            self.follow_ups,
            self.request_approvals,
            self.identity,
            self.listing,
            self.states,
            self.actors,
        )
        of_logs = (self.witnesses, self.numbers, self.access, self.access_changes, self.review, self.activity)
        of_controls = (self.sampled, self.site_controls, self.controls, self.reconciliation)
        return (*looked_at, *of_logs, self.workflows, self.second_source, *of_controls, self)

    @property
    def has_answers(self) -> bool:
        """Whether a package of its version says what is answered."""
        return ANSWERS in self.tables

    @kernel_cached
    def answered(self) -> pd.DataFrame:
        """``answers.csv``."""
        return answers_of(self)
