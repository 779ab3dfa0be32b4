"""The controls of the library, tested on all that was pulled: every outcome, the rates, the sample of each control."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Protocol

import pandas as pd

from auditlib.audit.controls.control_findings import conclude_controls, control_findings
from auditlib.audit.controls.control_rates import control_rates_table
from auditlib.audit.controls.control_sample import ControlSample, control_sample, control_sample_table
from auditlib.audit.controls.engine import RULES
from auditlib.audit.controls.match import Match
from auditlib.audit.controls.outcomes import by_issue, controls_table, noted_in, outcomes_of
from auditlib.audit.controls.result import Result
from auditlib.audit.finding import Finding
from auditlib.audit.sampling.draw import draw_sample
from auditlib.evidence.full_records import FullRecords
from auditlib.evidence.kernel_cache import kernel_cached
from auditlib.evidence.listing import Listing
from auditlib.evidence.pulled import Part, Pulled
from auditlib.evidence.sampled import Sampled
from auditlib.params.controls import ControlTest


class OtherTests(Protocol):
    """Tests that look at something else than single issues."""

    @property
    def rules(self) -> Collection[str]:
        """The names of their rules."""

    def results(self, test: ControlTest) -> list[Result]:
        """Return what a control says of what it looks at."""


class Controls(Part):
    """What the controls say of the issues whose full record was read; of a population more is known (`PopulationControls`)."""

    def __init__(self, pulled: Pulled, collected: FullRecords) -> None:
        super().__init__(pulled)
        self._collected = collected

    @property
    def tests(self) -> tuple[ControlTest, ...]:
        """The controls that look at single issues, in the order of the parameters: of the site nothing was read."""
        return tuple(one for one in self._collected.control_tests if one.rule in RULES)

    @kernel_cached
    def _tested(self) -> tuple[pd.DataFrame, Mapping[str, tuple[Match, ...]]]:
        """Return ``controls.csv``, and the rows of the second source that CT-09 looked at, by issue; all in one pass."""
        labels = [one.label for one in self.tests]
        matched: dict[str, tuple[Match, ...]] = {}

        def noted() -> Iterator[Result]:
            for one in self._results():
                if one.beside:
                    matched.setdefault(one.key, one.beside)
                yield one

        return controls_table(noted(), labels, self.period.zone, frozenset(self._drawn)), matched

    @property
    def table(self) -> pd.DataFrame:
        """``controls.csv``."""
        table: pd.DataFrame = self._tested[0]
        return table

    @property
    def matched(self) -> Mapping[str, tuple[Match, ...]]:
        """The rows of the second source that CT-09 looked at, by issue key."""
        matched: Mapping[str, tuple[Match, ...]] = self._tested[1]
        return matched

    def _results(self) -> Iterator[Result]:
        """Yield every outcome."""
        yield from self._collected.control_results

    @kernel_cached
    def whole(self) -> pd.DataFrame:
        """What each control says of each issue as a whole, as `outcomes.by_issue`."""
        return by_issue(self.table)

    @property
    def _drawn(self) -> tuple[str, ...]:
        """The keys of the sample that are tested, in drawing order."""
        return self._collected.keys

    @kernel_cached
    def samples(self) -> dict[str, ControlSample]:
        """The sample of each control that looks at issues, by its label."""
        return self._samples(())

    def _samples(self, further: Sequence[str]) -> dict[str, ControlSample]:
        outcomes = outcomes_of(self.whole)
        labels = [one.label for one in self.tests if one.rule in RULES]
        return {label: control_sample(self._drawn, further, outcomes.get(label, {})) for label in labels}

    @kernel_cached
    def control_sample(self) -> pd.DataFrame:
        """``control_sample.csv``."""
        return control_sample_table(self.samples, self.table, self._orders(), self._drawn)

    def _orders(self) -> dict[str, int]:
        """Return the places of issues in drawing order, from 1; of those that somebody chose, in the order given."""
        return {key: place for place, key in enumerate(self._drawn, start=1)}

    @kernel_cached
    def rates(self) -> pd.DataFrame:
        """``control_rates.csv``; of issues that somebody chose no limit follows."""
        return control_rates_table(self.tests, self.whole, self.samples, random=False)

    @property
    def findings(self) -> list[Finding]:
        """What the controls show."""
        return control_findings(self.rates, self.whole, noted=noted_in(self.table), drawn=False)

    @property
    def conclusion(self) -> str:
        """The same as an answer."""
        return conclude_controls(self.rates, random=False, chosen=True)


class PopulationControls(Controls):
    """What the controls say of the whole population, and of the sample beside it.

    Parameters
    ----------
    others : sequence of OtherTests
        Those that look at something else than single issues.
    """

    _collected: Sampled

    def __init__(self, pulled: Pulled, listing: Listing, sampled: Sampled, others: Sequence[OtherTests] = ()) -> None:
        super().__init__(pulled, sampled)
        self._sampled = sampled
        self._listing = listing
        self.others = others

    @property
    def tests(self) -> tuple[ControlTest, ...]:
        """The controls that are tested, in the order of the parameters."""
        return self._collected.control_tests

    def _results(self) -> Iterator[Result]:
        """Yield every outcome: of a sampled issue by its full record, of each other one by what was pulled for all."""
        of_records = self._sampled.control_results
        recorded = {one.key for one in of_records}
        yield from of_records
        yield from (one for one in self._sampled.population_results() if one.key not in recorded)
        for test in self.tests:
            for other in self.others:
                if test.rule in other.rules:
                    yield from other.results(test)

    @property
    def _drawn(self) -> tuple[str, ...]:
        return tuple(self._sampled.drawn.tested["key"])

    @kernel_cached
    def samples(self) -> dict[str, ControlSample]:
        """The sample of each control that looks at issues: what it does not concern is replaced from the same draw."""
        asked = any(one.rule in RULES for one in self.tests)  # else the whole population would be drawn for nothing
        return self._samples(self._next_drawn if asked and self._sampled.drawn.random else ())

    def _orders(self) -> dict[str, int]:
        sample = self._sampled.sample
        orders = dict(zip(sample["key"], map(int, sample["order"]), strict=True))
        if any(one.stand_ins for one in self.samples.values()):
            orders |= {key: place for place, key in enumerate(self._next_drawn, start=len(sample) + 1)}
        return orders

    @cached_property
    def _next_drawn(self) -> tuple[str, ...]:
        """The keys that the same draw would give behind the sample, in its order."""
        drawn, population = self._sampled.drawn, self._listing.population
        assert drawn.seed is not None  # noqa: S101 - which a random draw has
        needed = population[list(dict.fromkeys(("key", *drawn.strata)))]
        order = draw_sample(needed, len(needed), drawn.seed, drawn.strata)["key"]
        return tuple(order.iloc[len(drawn.sample) :])

    @kernel_cached
    def rates(self) -> pd.DataFrame:
        """``control_rates.csv``."""
        drawn = self._sampled.drawn
        return control_rates_table(
            self.tests, self.whole, self.samples,
            random=drawn.random, confidence=drawn.confidence, tolerable_rate=drawn.tolerable,
        )  # fmt: skip

    @property
    def findings(self) -> list[Finding]:
        """What the controls show of the population, and how the sample was filled up."""
        return control_findings(self.rates, self.whole, noted=noted_in(self.table))

    @property
    def conclusion(self) -> str:
        """The same as an answer."""
        return conclude_controls(self.rates, random=self._sampled.drawn.random)
