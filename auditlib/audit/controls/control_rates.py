"""How many issues deviate from each control: exactly in the population, and in the sample with what follows. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import pandas as pd

from auditlib.audit.controls.control_sample import ControlSample
from auditlib.audit.controls.rates import ATTRIBUTE_RATES
from auditlib.audit.controls.subject import DEVIATIONS, EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS
from auditlib.audit.sampling.limits import CONFIDENCE, upper_limit
from auditlib.params.controls import ControlTest
from auditlib.tables import Column, Table

CONTROL_RATES: Final = Table(
    "control_rates",
    "By control, how many issues of the population deviate, and how many of the sample.",
    (
        Column("control", "text", "The control, as in controls.csv."),
        Column("title", "text", "What it asks for, in short."),
        Column("criterion", "text", "The criteria of the trust services that it serves."),
        Column("population_tested", "integer", "Issues that it concerns, each of them tested."),
        Column("deviations", "integer", "Those that deviate: exceptions and no evidence together."),
        Column("rate", "fraction", "Deviations as a fraction of the issues tested; exact. Empty where it concerns none."),
        Column("sample_tested", "integer", "Issues of the draw that it concerns, stand-ins among them.", optional=True),
        Column("sample_deviations", "integer", "Those of them that deviate.", optional=True),
        Column("upper_limit", "fraction", "Upper limit of the deviation rate by the sample; empty where none follows."),
        Column("confidence", "fraction", "One-sided confidence of the upper limit."),
    ),
    further=(
        Column("question", "text", "What is asked of each issue."),
        Column("passed", "integer", "Issues of the population that show what is asked in each of their rounds."),
        Column("exceptions", "integer", "Issues of the population that show the contrary."),
        Column("no_evidence", "integer", "Issues of the population that don't show it; they count as deviations."),
        Column("not_applicable", "integer", "Issues of the population that it does not concern."),
        Column("falls_due_later", "integer", "Of those not applicable: issues whose deadline lies after the period."),
        Column("sample_passed", "integer", "Of the sample: issues that show what is asked.", optional=True),
        Column("sample_exceptions", "integer", "Of the sample: issues that show the contrary.", optional=True),
        Column("sample_no_evidence", "integer", "Of the sample: issues that don't show it.", optional=True),
        Column("planned", "integer", "Issues that were to be tested in the sample.", optional=True),
        Column("replaced", "integer", "Sampled issues that it does not concern.", optional=True),
        Column("stand_ins", "integer", "Issues next in the same draw that were tested in their place.", optional=True),
        Column("tolerable_rate", "fraction", "Deviation rate above which the control can't be relied on."),
    ),
)  # fmt: skip


def control_rates_table(
    tests: Sequence[ControlTest],
    whole: pd.DataFrame,
    samples: Mapping[str, ControlSample],
    *,
    random: bool,
    confidence: str | Decimal = CONFIDENCE,
    tolerable_rate: Decimal | str | None = None,
) -> pd.DataFrame:
    """Return ``control_rates.csv``, a row a control, in their order.

    Parameters
    ----------
    tests : sequence of ControlTest
    whole : DataFrame
        As `outcomes.by_issue` returns it.
    samples : mapping of str to ControlSample
        By label; a control that looks at something else than issues has none.
    random : bool
        Whether the issues were drawn at random, so that an upper limit follows.
    confidence : decimal text
        Of the upper limit.
    tolerable_rate : decimal text, optional
        What the parameters call tolerable.
    """
    groups = {str(label): group for label, group in whole.groupby("control")}
    nothing = whole.iloc[:0]
    rows = []
    for test in tests:
        mine = groups.get(test.label, nothing)
        counts = Counter(mine["outcome"].tolist())
        deviations, tested = _deviations(counts)
        sample = samples.get(test.label)
        of_sample = _of_sample(sample, mine, tested, random=random, confidence=confidence)
        rows.append(
            (
                test.label, test.title, test.criterion, tested, deviations, deviations / tested if tested else None,
                *of_sample[:4],
                test.question, counts[PASS], counts[EXCEPTION], counts[NO_EVIDENCE], counts[NOT_APPLICABLE],
                int(mine["falls_due_later"].sum()), *of_sample[4:],
                None if tolerable_rate is None or sample is None else float(tolerable_rate),
            )
        )  # fmt: skip
    return CONTROL_RATES.make(rows)


def _deviations(counts: Mapping[str, int]) -> tuple[int, int]:
    """Return how many deviate, and how many were tested."""
    deviations = sum(counts.get(one, 0) for one in DEVIATIONS)
    return deviations, deviations + counts.get(PASS, 0)


def _of_sample(
    sample: ControlSample | None, mine: pd.DataFrame, everywhere: int, *, random: bool, confidence: str | Decimal
) -> tuple[Any, ...]:
    """Return tested, deviations, limit, confidence; passed, exceptions, without evidence; planned, replaced, stand-ins."""
    if sample is None:
        return (None,) * 10
    tested_keys = frozenset(sample.tested)
    counts = Counter(
        outcome
        for key, outcome in zip(mine["key"].tolist(), mine["outcome"].tolist(), strict=True)
        if key in tested_keys
    )
    deviations, tested = _deviations(counts)
    # of a sample that is all that the control concerns no limit follows: what is found in it is exact
    limited = random and 0 < tested < everywhere
    return (
        tested, deviations,
        float(upper_limit(tested, deviations, confidence)) if limited else None, float(confidence) if limited else None,
        counts[PASS], counts[EXCEPTION], counts[NO_EVIDENCE],
        sample.planned, len(sample.unconcerned), len(sample.stand_ins),
    )  # fmt: skip


def by_scope(rates: pd.DataFrame, *, titled: bool = False) -> pd.DataFrame:
    """Return rates of controls in the form of those of attributes: a row of the population, one of the sample.

    Parameters
    ----------
    rates : DataFrame
        ``control_rates.csv``.
    titled : bool
        Whether a control is called by its label and title, for people; else by its label.
    """
    rows = []
    for row in rates.itertuples():
        name = f"{row.control} {row.title}".strip() if titled else row.control
        tolerable = None if pd.isna(row.tolerable_rate) else row.tolerable_rate
        rate = None if pd.isna(row.rate) else row.rate
        rows.append(
            (
                name, row.question, "population", row.population_tested, row.passed, row.exceptions, row.no_evidence,
                row.not_applicable, rate, None, None, tolerable,
            )
        )  # fmt: skip
        if pd.isna(row.sample_tested):
            continue
        tested, deviations = int(row.sample_tested), int(row.sample_deviations)
        limit, confidence = (None if pd.isna(one) else one for one in (row.upper_limit, row.confidence))
        rows.append(
            (
                name, row.question, "sample", tested, int(row.sample_passed), int(row.sample_exceptions),
                int(row.sample_no_evidence), int(row.replaced), deviations / tested if tested else None, limit,
                confidence, tolerable,
            )
        )  # fmt: skip
    return ATTRIBUTE_RATES.make(rows)


def beside_attributes(attribute_rates: pd.DataFrame, control_rates: pd.DataFrame) -> pd.DataFrame:
    """Return the rates of attributes and behind them those of controls, in one form: ``attribute_rates.csv``'s."""
    return pd.concat([attribute_rates, by_scope(control_rates)], ignore_index=True)
