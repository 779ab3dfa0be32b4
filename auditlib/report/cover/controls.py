"""The controls: the exact rate of the population, what the sample allows to say, and the rate that can be tolerated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final

import pandas as pd
from markupsafe import Markup, escape

from auditlib.audit.sampling.limits import says_nothing
from auditlib.phrases import counted, percent, percent_up, share

COLUMNS: Final = (
    *("attribute", "question", "scope", "tested", "passed", "exceptions", "no_evidence", "not_applicable"),
    *("upper_limit", "confidence", "tolerable_rate"),
)
OF_LIBRARY: Final = (
    *("control", "title", "criterion", "question", "population_tested", "passed", "exceptions", "no_evidence"),
    *("not_applicable", "sample_tested", "sample_passed", "sample_exceptions", "sample_no_evidence", "replaced"),
    *("upper_limit", "confidence", "tolerable_rate"),
)
_WIDE: Final = 300
_ENDS: Final = (0.1, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True)
class Tested:
    """An attribute tested on the population, or on a sample.

    Attributes
    ----------
    tested, deviations : int
    exceptions, silent : int
        Of the deviations: shown by a record, and without evidence.
    limit, confidence, tolerable : str
        As the table has them; empty where there is none.
    all_of_them : bool
        Of a sample: whether it is all that is concerned.
    """

    tested: int
    deviations: int
    exceptions: int
    silent: int
    limit: str
    confidence: str
    tolerable: str
    all_of_them: bool = False

    @property
    def rate(self) -> float:
        """Return the deviation rate."""
        return self.deviations / self.tested if self.tested else 0.0

    @property
    def nothing(self) -> bool:
        """Say whether so few issues were tested that nothing follows for the population."""
        return not self.tested or bool(
            self.limit and says_nothing(self.tested, self.confidence, self.tolerable or None)
        )

    @property
    def words(self) -> str:
        """Return ``65 of 332 (19.6 %)``, with how the deviations are divided where they are of two kinds."""
        if not self.tested:
            return "concerns none"
        split = (
            f": {counted(self.exceptions, 'exception')}, {self.silent:,} without evidence"
            if self.exceptions and self.silent
            else ""
        )
        return f"{self.deviations:,} of {self.tested:,} ({share(self.deviations, self.tested)}){split}"

    @property
    def limit_words(self) -> str:
        """Return what the sample allows to say of the population."""
        if not self.tested:
            return ""
        if self.all_of_them:
            return "all that it concerns, so that nothing is estimated"
        if not self.limit:
            return "no limit follows: the issues were not drawn at random"
        if self.nothing:
            return "too few to say anything of the population"
        limit = Fraction(self.limit)
        if limit >= 1:
            return "sets no limit for the population"
        return f"at most {percent_up(limit)} % of the population, at {percent(self.confidence)} % confidence"


@dataclass(frozen=True)
class Control:
    """One attribute.

    Attributes
    ----------
    name, question : str
    population, sample : Tested or None
        None where it was not tested there.
    drawing : Markup
        Both on one scale.
    """

    name: str
    question: str
    population: Tested | None
    sample: Tested | None
    drawing: Markup

    @property
    def rate(self) -> float:
        """Return the rate by which controls are ranked: of the population where it was tested, else of the sample."""
        tested = [one for one in (self.population, self.sample) if one is not None and one.tested]
        return tested[0].rate if tested else -1.0


def of_library(rates: pd.DataFrame) -> pd.DataFrame:
    """Return the rates of controls of the library in the form of those of attributes.

    Parameters
    ----------
    rates : DataFrame
        ``control_rates.csv``, as text.
    """
    rows = []
    for row in rates.to_dict("records"):
        about = {
            "attribute": f"{row['control']} {row['title']}",
            "question": f"{row['question']} ({row['criterion']})" if row["criterion"] else row["question"],
            "tolerable_rate": row["tolerable_rate"],
        }
        same = ("passed", "exceptions", "no_evidence")
        everywhere = {
            "scope": "population",
            "tested": row["population_tested"],
            "not_applicable": row["not_applicable"],
        }
        rows.append(about | everywhere | {name: row[name] for name in same} | {"upper_limit": "", "confidence": ""})
        if row["sample_tested"]:
            drawn = {"scope": "sample", "tested": row["sample_tested"], "not_applicable": row["replaced"]}
            limits = {name: row[name] for name in ("upper_limit", "confidence")}
            rows.append(about | drawn | {name: row[f"sample_{name}"] for name in same} | limits)
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype="str")


def controls(rates: pd.DataFrame) -> tuple[list[Control], float]:
    """Return the controls in the order of the parameters, and the rate at which the scale of their drawings ends.

    Parameters
    ----------
    rates : DataFrame
        ``attribute_rates.csv``, as text; and what `of_library` returns.
    """
    rows: dict[str, dict[str, Any]] = {}
    for row in rates.to_dict("records"):
        rows.setdefault(row["attribute"], {"question": row["question"]})[row["scope"]] = _tested(row)
    most = max(
        (_most(one) for row in rows.values() for one in (row.get("population"), row.get("sample")) if one), default=0.0
    )
    end = next((one for one in _ENDS if most < one), 1.0)
    found = []
    for name, row in rows.items():
        population, sample = row.get("population"), row.get("sample")
        if sample is not None and population is not None and not sample.limit:
            sample = replace(sample, all_of_them=0 < sample.tested == population.tested)
        drawing = _drawn(name, population, sample, end)
        found.append(Control(name, row["question"], population, sample, drawing))
    return found, end


def _tested(row: dict[str, str]) -> Tested:
    exceptions, silent = int(row["exceptions"] or 0), int(row["no_evidence"] or 0)
    return Tested(
        int(row["tested"] or 0), exceptions + silent, exceptions, silent,
        row["upper_limit"], row["confidence"], row["tolerable_rate"],
    )  # fmt: skip


def _most(one: Tested) -> float:
    """Return the highest rate that is drawn of a test."""
    drawn = [one.rate, float(one.tolerable or 0)]
    if one.limit and not one.nothing:
        drawn.append(float(one.limit))
    return max(drawn)


def _drawn(name: str, population: Tested | None, sample: Tested | None, end: float) -> Markup:
    """Draw a bar for the population's rate, a dot with its limit for the sample, a line for what can be tolerated."""
    parts = [f'<path class="axis" d="M0 25h{_WIDE}"/>']
    said = []

    def at(rate: float) -> float:
        return round(min(rate / end, 1.0) * _WIDE, 1)

    if population is not None and population.tested:
        parts.append(f'<rect class="rate" x="0" y="3" width="{max(at(population.rate), 1.5)}" height="8"/>')
        said.append(f"population {population.words}")
    if sample is not None and not sample.nothing:
        dot = at(sample.rate)
        if sample.limit:
            limit = at(float(sample.limit))
            parts.append(f'<path class="limit" d="M{dot} 18H{limit}M{limit} 14v8"/>')
        parts.append(f'<circle class="dot" cx="{max(dot, 4)}" cy="18" r="4"/>')
        said.append(f"sample {sample.words}, {sample.limit_words}")
    tolerable = next((one.tolerable for one in (population, sample) if one is not None and one.tolerable), "")
    if tolerable:
        parts.append(f'<path class="tolerable" d="M{at(float(tolerable))} 0V25"/>')
        said.append(f"tolerable {percent(tolerable)} %")
    says = escape(f"{name}: {'; '.join(said) or 'nothing to draw'}")
    return Markup(  # noqa: S704 - numbers, and text that is escaped
        f'<svg class="control" viewBox="-5 -1 {_WIDE + 10} 28" role="img" aria-label="{says}">{"".join(parts)}</svg>'
    )
