"""Outcomes of control tests as tables: one row an issue and attribute, and the deviation rates. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

import pandas as pd

from auditlib.audit.controls.attributes import test_subject
from auditlib.audit.controls.subject import (
    DEVIATIONS,
    EXCEPTION,
    NO_EVIDENCE,
    NOT_APPLICABLE,
    OUTCOMES,
    PASS,
    Subject,
)
from auditlib.audit.sampling.limits import CONFIDENCE, upper_limit
from auditlib.params.attributes import Attribute, ToStatus
from auditlib.records.names import NO_NAMES, Called
from auditlib.tables import Column, Table

# Tables


def attributes_table(
    subjects: Iterable[Subject], attributes: Sequence[Attribute], called: Called = NO_NAMES, *, by_rounds: bool = True
) -> pd.DataFrame:
    """Test every attribute on every issue.

    Parameters
    ----------
    subjects : iterable of Subject
        In the order in which they are listed.
    attributes : sequence of Attribute
    called : Called
        As in `test_subject`.
    by_rounds : bool
        As in `test_subject`.

    Returns
    -------
    DataFrame, shape (n · a, 5)
        ``attributes.csv``: key, attribute, outcome, evidence, history_id (Int64, missing where no single entry decides).
    """
    return ATTRIBUTES.make(
        (subject.key, attribute.name, found.outcome, found.evidence, found.history_id)
        for subject in subjects
        for attribute in attributes
        for found in (test_subject(subject, attribute, called, by_rounds=by_rounds),)
    )


def untestable(keys: Sequence[str], attributes: Sequence[Attribute]) -> pd.DataFrame:
    """Return rows of ``attributes.csv`` for sampled issues that do not answer: there is no evidence of anything."""
    said = "the issue does not answer: deleted, or hidden from this account"
    return ATTRIBUTES.make((key, attribute.name, NO_EVIDENCE, said, None) for key in keys for attribute in attributes)


def rates_table(
    outcomes: pd.DataFrame,
    attributes: Sequence[Attribute],
    *,
    scope: str,
    random: bool,
    confidence: str | Decimal = CONFIDENCE,
    tolerable_rate: Decimal | None = None,
) -> pd.DataFrame:
    """Count outcomes by attribute, and say what they allow to conclude.

    Parameters
    ----------
    outcomes : DataFrame, shape (n, k)
        Columns attribute, outcome, and count where rows stand for several issues.
    attributes : sequence of Attribute
        In the order of the rows.
    scope : str
        What was tested: ``sample`` or ``population``.
    random : bool
        Whether the issues were drawn at random, so that an upper limit follows.
    confidence : decimal text
        Of the upper limit.
    tolerable_rate : Decimal, optional
        What the parameters call tolerable.

    Returns
    -------
    DataFrame, shape (a, 12)
        ``attribute_rates.csv``. The upper limit is binomial and exact; it is empty where nothing was tested or the issues
        were not drawn at random.
    """
    counts = outcomes.groupby(["attribute", "outcome"])["count"].sum() if "count" in outcomes else None
    if counts is None:
        counts = outcomes.groupby(["attribute", "outcome"]).size()
    rows = []
    for attribute in attributes:
        by = {outcome: int(counts.get((attribute.name, outcome), 0)) for outcome in OUTCOMES}
        deviations = sum(by[outcome] for outcome in DEVIATIONS)
        tested = deviations + by[PASS]
        limit = upper_limit(tested, deviations, confidence) if random and tested else None
        rows.append(
            (
                attribute.name, attribute.question, scope, tested, by[PASS], by[EXCEPTION], by[NO_EVIDENCE],
                by[NOT_APPLICABLE], deviations / tested if tested else None, None if limit is None else float(limit),
                None if limit is None else float(confidence),
                None if tolerable_rate is None else float(tolerable_rate),
            )
        )  # fmt: skip
    return ATTRIBUTE_RATES.make(rows)


def over_population(attribute: Attribute) -> bool:
    """Say whether the data pulled for the whole population can answer an attribute.

    It holds every history, the status, the resolution, reporter and assignee; not who created an issue, not its other
    fields, its remote links, files and comments.
    """
    test = attribute.test
    if test.order is not None or test.within is not None:
        return True
    known = {"resolved", "reporter", "assignee"}
    return test.different_people is not None and all(
        isinstance(one, ToStatus) or one in known for one in test.different_people
    )


ATTRIBUTES: Final = Table(
    "attributes",
    "What each control attribute says of each sampled issue.",
    (
        Column("key", "text", "Key of the sampled issue."),
        Column("attribute", "text", "Name of the attribute, as the parameters give it."),
        Column("outcome", "text", "pass, exception, no evidence or not applicable; the second and third deviate."),
        Column("evidence", "text", "The records of Jira that show it."),
        Column(
            "history_id",
            "integer",
            "Jira's number of the history entry that decides; empty if none does.",
            optional=True,
        ),
    ),
)

ATTRIBUTE_RATES: Final = Table(
    "attribute_rates",
    "By attribute, the outcomes in the sample and in the population, and the upper limit that follows.",
    (
        Column("attribute", "text", "Name of the attribute."),
        Column("question", "text", "What is asked of each issue."),
        Column("scope", "text", "What was tested: the sample, or the whole population."),
        Column("tested", "integer", "Issues tested: passed, exceptions and no evidence together."),
        Column("passed", "integer", "Issues that show what is asked."),
        Column("exceptions", "integer", "Issues that show the contrary."),
        Column("no_evidence", "integer", "Issues that don't show it; they count as deviations."),
        Column("not_applicable", "integer", "Issues that the attribute does not concern."),
        Column("deviation_rate", "fraction", "Exceptions and no evidence as a fraction of the issues tested."),
        Column("upper_limit", "fraction", "Upper limit of the deviation rate; empty where none follows."),
        Column("confidence", "fraction", "One-sided confidence of the upper limit."),
        Column("tolerable_rate", "fraction", "Deviation rate above which the control can't be relied on."),
    ),
)

ATTRIBUTE_DEVIATIONS: Final = Table(
    "attribute_deviations",
    "Issues of the population that deviate from an attribute, as far as the data pulled shows it.",
    (
        Column("key", "text", "Key of the issue of the population."),
        Column("attribute", "text", "Name of the attribute."),
        Column("outcome", "text", "exception or no evidence."),
        Column("evidence", "text", "The records of Jira that show it."),
        Column(
            "history_id",
            "integer",
            "Jira's number of the history entry that decides; empty if none does.",
            optional=True,
        ),
        Column("sampled", "flag", "Whether the issue is in the sample, where people looked at it."),
    ),
    sort_keys=("key", "attribute"),
)
