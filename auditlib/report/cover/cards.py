"""The cards below the verdict: a figure with the whole that it is a part of, and what it is made of; the parts add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from auditlib.audit.causes import Cause, causes_in_words
from auditlib.audit.numbering.stretches import PRESENT, Line
from auditlib.audit.status.closing import NO_RESOLUTION, NOT_ACCEPTED, TEST_ISSUE
from auditlib.phrases import agreeing, counted, listed, share
from auditlib.records.history import BREAKS, CLOSES, NOTHING
from auditlib.report.cover.contents import Contents


@dataclass(frozen=True)
class Card:
    """One figure.

    Attributes
    ----------
    figure : str
    of : str
        Of how many, and the share.
    says : str
        What it counts.
    parts : tuple of str
        What it is made of, or what stands beside it.
    state : str
        As `auditlib.audit.verdict.State`.
    href : str
        The part of the cover that has more of it.
    """

    figure: str
    of: str
    says: str
    parts: tuple[str, ...]
    state: str
    href: str


def _of(part: int, whole: int, *, percent: bool = True) -> str:
    return f"of {whole:,}{f' · {share(part, whole)}' if percent and whole else ''}"


def population_card(summary: Mapping[str, Any], contents: Contents) -> Card:
    """Return the card of the population: of all issues that were created in the period, also those that moved out."""
    names = ("in_period", "excluded_by_type", "excluded_by_filter", "moved_out", "difference", "drift", "population")
    sums = _sums(contents.table("reconciliation", names))
    created = sums["in_period"] + sums["moved_out"]
    population = int(summary["figures"].get("population", sums["population"]))
    parts = [
        f"{sums[name]:,} {words}"
        for name, words in (
            ("excluded_by_type", "left out by type"),
            ("excluded_by_filter", "left out by the filter"),
            ("moved_out", "moved out of the listed projects"),
        )
        if sums[name]
    ]
    parts.append(f"the two passes differ by {sums['difference']:,}")
    whole = _of(population, created, percent=False) if created >= population else ""
    state = "answer" if sums["difference"] else "good"
    return Card(
        f"{population:,}",
        f"{whole} created in the period".strip(),
        "issues in the population",
        tuple(parts),
        state,
        "#population",
    )


def _sums(frame: pd.DataFrame) -> dict[str, int]:
    return {name: int(pd.to_numeric(frame[name], errors="coerce").fillna(0).sum()) for name in frame.columns}


def numbers_card(found: Sequence[Line], explained: int) -> Card:
    """Return the card of the issue numbers: unexplained of all of the range, and what the others are."""
    numbers, silent = sum(map(len, found)), sum(line.count("unexplained") for line in found)
    words = {PRESENT: "answer", "moved": "moved", "deleted": "deleted", "existed": "named by a record, gone"}
    counts = {kind: sum(line.count(kind) for line in found) for kind in words}
    parts = [" · ".join(f"{counts[kind]:,} {said}" for kind, said in words.items() if counts[kind])]
    if explained:
        parts.append(f"the analyst explains {explained:,}")
    state = "answer" if silent + counts["existed"] > explained else "good" if numbers else "doubt"
    says = f"{agreeing(silent, 'number', 'numbers')} of the range unexplained"
    return Card(f"{silent:,}", _of(silent, numbers), says, tuple(part for part in parts if part), state, "#numbers")


def closing_card(contents: Contents) -> Card:
    """Return the card of the closed issues to question."""
    closed = int((contents.table("population", ["status_category"])["status_category"] == "done").sum())
    rows = contents.table("closing", ["key", "reason"])
    questioned, counts = rows["key"].nunique(), rows["reason"].value_counts()
    words = {NO_RESOLUTION: "without a resolution", NOT_ACCEPTED: "not accepted", TEST_ISSUE: "marked as a test"}
    parts = [" · ".join(f"{int(counts[reason]):,} {said}" for reason, said in words.items() if reason in counts)]
    if not closed:
        parts.append("no issue is closed")
    if len(rows) > questioned:
        parts.append(f"{len(rows) - questioned:,} for two of these reasons")
    says = f"closed {agreeing(questioned, 'issue', 'issues')} to question"
    state = "answer" if questioned else "good"
    return Card(
        f"{questioned:,}", _of(questioned, closed), says, tuple(part for part in parts if part), state, "#answers"
    )


def sample_card(sampled: int, population: int | None, records: Sequence[Mapping[str, Any]]) -> Card:
    """Return the card of the sample, or of the issues that an auditor chose: how many records, how many complete."""
    whole = sum(bool(one["complete"]) for one in records)
    parts = [f"{counted(len(records), 'full record')}, {whole:,} complete"]
    words = (
        (CLOSES, "lead to today", "leads to today"),
        (BREAKS, "do not", "does not"),
        (NOTHING, "nothing to compare", ""),
    )
    told = []
    for kind, many, one in words:
        number = sum(record["history"] == kind for record in records)
        if number:
            told.append(f"{number:,} {(one or many) if number == 1 else many}")
    if told:
        parts.append(f"histories: {', '.join(told)}")
    broken = any(record["history"] == BREAKS for record in records)
    state = "answer" if broken else "doubt" if whole < sampled or len(records) < sampled else "good"
    if population is None:
        figure, of, says = f"{len(records):,}", f"of {sampled:,} asked for", "full records"
    else:
        figure, of, says = (
            f"{sampled:,}",
            _of(sampled, population, percent=False),
            f"{agreeing(sampled, 'issue', 'issues')} sampled",
        )
    return Card(figure, of, says, tuple(parts), state, "#sample")


def outcomes_card(outcomes: pd.DataFrame) -> Card:
    """Return the card of control tests of issues that an auditor chose."""
    counts = outcomes["outcome"].value_counts()
    against, silent, held = (int(counts.get(name, 0)) for name in ("exception", "no evidence", "pass"))
    parts = [
        f"{against:,} {agreeing(against, 'exception', 'exceptions')} · {silent:,} without evidence · {held:,} passed"
    ]
    tested = against + silent + held
    state = "answer" if against + silent else "good"
    return Card(
        f"{against + silent:,}", _of(against + silent, tested), "outcomes that deviate", tuple(parts), state, "#sample"
    )


def limits_card(limits: Sequence[Cause], standing: int) -> Card:
    """Return the card of the limits that are this package's own."""
    parts = [listed([one.name for one in limits], 4)] if limits else []
    parts.append(f"and {standing:,} of every such package")
    says = f"{agreeing(len(limits), 'limit', 'limits')} of what it proves"
    told = "" if len(limits) == sum(len(one.findings) for one in limits) else causes_in_words(limits).partition(", ")[2]
    return Card(f"{len(limits):,}", told, says, tuple(parts), "doubt" if limits else "good", "#limits")
