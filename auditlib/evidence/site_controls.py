"""Controls that look at the site: its workflows, its log, the reviews of the period, the numbers, as far as Jira told them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Final

from auditlib.audit.controls.concerned import outside
from auditlib.audit.controls.result import Result
from auditlib.audit.controls.site.configuration import Configuration, configuration_ticketed
from auditlib.audit.controls.site.deleted import nothing_deleted
from auditlib.audit.controls.site.reviews import review_took_place
from auditlib.audit.controls.site.workflow_gate import workflow_enforces_gate
from auditlib.audit.controls.subject import Subject
from auditlib.evidence.access_changes import AccessChanges
from auditlib.evidence.numbers import Numbers
from auditlib.evidence.pulled import Part, Pulled
from auditlib.evidence.sampled import Sampled
from auditlib.evidence.witnesses import Witnesses
from auditlib.evidence.workflows import Workflows
from auditlib.params.controls import ControlTest

REVIEWS: Final = "review_took_place"
CONFIGURATION: Final = "configuration_ticketed"
_OF_ISSUES: Final = frozenset({REVIEWS, CONFIGURATION})
"""Rules that look for issues of the population."""


class SiteControls(Part):
    """What the controls of the site say."""

    def __init__(  # noqa: PLR0917 - the parts that it is computed from
        self,
        pulled: Pulled,
        witnesses: Witnesses,
        numbers: Numbers,
        access_changes: AccessChanges,
        workflows: Workflows,
        sampled: Sampled,
    ) -> None:
        super().__init__(pulled)
        self._witnesses = witnesses
        self._numbers = numbers
        self._changes = access_changes
        self._workflows = workflows
        self._sampled = sampled

    @property
    def rules(self) -> Collection[str]:
        """The names of their rules."""
        return _RULES

    def results(self, test: ControlTest) -> list[Result]:
        """Return what a control says, whose rule is one of `rules`."""
        return _RULES[test.rule](self, test)

    @cached_property
    def _matching(self) -> Mapping[str, list[Subject]]:
        """The issues of the population that the controls look for, by the control's label; all read in one pass."""
        tests = [one for one in self._sampled.control_tests if one.rule in _OF_ISSUES]
        found: dict[str, list[Subject]] = {one.label: [] for one in tests}
        called = self._sampled.called
        for subject in self._sampled.population_subjects() if tests else ():
            for test in tests:
                if not outside(subject, test.given.applies_to, called):
                    found[test.label].append(subject)
        return found

    def _enforced(self, test: ControlTest) -> list[Result]:
        known, changes = self._workflows, self._changes.all_changes
        return workflow_enforces_gate(
            test, known.held, known.versions, known.logged, self.period, self._sampled.called, changes
        )

    def _configured(self, test: ControlTest) -> list[Result]:
        held = self._workflows.held
        told = held and all(one.name for one in held) and set(self._workflows.types) >= set(self.projects)
        names = {one.name for one in held} | {
            one.workflow.name for known in self._workflows.versions.values() for one in known
        }
        known = Configuration(
            self._changes.all_changes,
            self._witnesses.log_reach,
            self.projects,
            names if told else None,
            schemes_told=self._changes.schemes_told,
        )
        return configuration_ticketed(test, known, self._matching[test.label], self.period, self._sampled.called)

    def _reviewed(self, test: ControlTest) -> list[Result]:
        return review_took_place(test, self._matching[test.label], self.period, self.pulled.began, self._sampled.called)

    def _deleted(self, test: ControlTest) -> list[Result]:
        numbers = self._numbers
        return nothing_deleted(test, numbers.numbering, numbers.gaps, numbers.deletions)


_RULES: Final[Mapping[str, Callable[[SiteControls, ControlTest], list[Result]]]] = MappingProxyType(
    {
        "workflow_enforces_gate": SiteControls._enforced,  # noqa: SLF001 - its own
        CONFIGURATION: SiteControls._configured,  # noqa: SLF001
        REVIEWS: SiteControls._reviewed,  # noqa: SLF001
        "nothing_deleted": SiteControls._deleted,  # noqa: SLF001
    }
)
