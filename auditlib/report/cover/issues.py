"""The sampled issues with the outcomes of their tests, and the issues of the population."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from auditlib.audit.controls.proof import place_of
from auditlib.audit.controls.subject import DEVIATIONS, EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS, SIGNS
from auditlib.records.history import BREAKS, CLOSES, NOTHING
from auditlib.report.cover.contents import Contents

MOST_POPULATION: Final = 5_000
"""Rows of the population on the cover; the table has all of them."""

MOST_SAMPLE: Final = 1_000
ON_PAPER: Final = 25
"""Rows of a long table that are printed."""

MARKS: Final[Mapping[str, tuple[str, str]]] = {
    PASS: (SIGNS[PASS], "pass"),
    EXCEPTION: (SIGNS[EXCEPTION], "exception"),
    NO_EVIDENCE: (SIGNS[NO_EVIDENCE], "no evidence"),
    NOT_APPLICABLE: (SIGNS[NOT_APPLICABLE], "not concerned"),
}
"""How an outcome is written in a narrow column, and what it is called."""


HISTORIES: Final[Mapping[str, str]] = {
    CLOSES: "leads to today",
    BREAKS: "does not close",
    NOTHING: "nothing to compare",
}
"""What the replay of a history shows, for a narrow column."""


@dataclass(frozen=True)
class Sampled:
    """One issue of which there is a full record, or should be.

    Attributes
    ----------
    place : str
        Its place in the order of the draw, or of the keys as they were given.
    key, href : str
        The key, and where its record is; empty if there is none.
    issue_type, summary, status : str
    history : str
        What the replay of its history shows.
    remark : str
        What is to be said of it: replaced, not complete, now under another key.
    outcomes : tuple of (str, str, str, str)
        By attribute: a mark, what it is called, the name of its style, and where the entry stands that shows it.
    """

    place: str
    key: str
    href: str
    issue_type: str
    summary: str
    status: str
    history: str
    remark: str
    outcomes: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True)
class Sample:
    """The sampled issues, and what their tests show together.

    Attributes
    ----------
    rows : list of Sampled
    total : int
        All of them, also those beyond `MOST_SAMPLE`.
    attributes : list of str
        The control attributes, and behind them the controls of the library.
    totals : list of str
        By attribute, deviations of tested.
    filled_up : list of str
        The same with the issues that stand in for those not concerned; empty if none does.
    legend : list of (str, str, int)
        Marks, what they are called, and how often they stand there.
    """

    rows: list[Sampled]
    total: int
    attributes: list[str]
    totals: list[str]
    filled_up: list[str]
    legend: list[tuple[str, str, int]]


def sampled_issues(contents: Contents, records: Sequence[Mapping[str, Any]], keys: Sequence[str] = ()) -> Sample:
    """Return the sample, or the issues that an auditor chose.

    Parameters
    ----------
    contents : Contents
    records : sequence of mapping
        Of each full record ``key``, ``now_key``, ``complete``, ``history``, ``issue_type``, ``summary`` and ``status``.
    keys : sequence of str
        The keys asked for, where nobody drew a sample.
    """
    columns = ("order", "key", "issue_type", "summary", "status", "drawn_as", "replaced")
    drawn = contents.table("sample", columns).to_dict("records")
    chosen = [{"order": str(place), "key": key} for place, key in enumerate(keys, start=1)]
    rows = drawn or chosen
    outcomes = contents.table("attributes", ("key", "attribute", "outcome", "evidence", "history_id"))
    attributes = list(dict.fromkeys(outcomes["attribute"]))
    by_issue = {
        (row.key, row.attribute): (row.outcome, place_of(row.outcome, row.history_id or None, row.evidence))
        for row in outcomes.itertuples()
    }
    library = contents.table("control_sample", ("control", "key", "in_place_of", "outcome", "evidence", "history_ids"))
    by_issue |= {
        (row.key, row.control): (
            row.outcome, place_of(row.outcome, row.history_ids.rpartition(" ")[2] or None, row.evidence),
        )
        for row in library[library["in_place_of"] == ""].itertuples()
    }  # fmt: skip
    controls = list(dict.fromkeys(library["control"]))
    known = {str(one["key"]): one for one in records}
    shown = [
        _sampled(row, known.get(row["key"], {}), contents, by_issue, [*attributes, *controls])
        for row in rows[:MOST_SAMPLE]
    ]
    counts = pd.concat([outcomes["outcome"], library.loc[library["in_place_of"] == "", "outcome"]]).value_counts()
    legend = [(mark, name, int(counts.get(outcome, 0))) for outcome, (mark, name) in MARKS.items()]
    totals = _totals(contents, attributes)
    own, filled_up = (
        [_deviating(part, one) for one in controls] for part in (library[library["in_place_of"] == ""], library)
    )
    return Sample(
        shown, len(rows), [*attributes, *controls], [*totals, *own], [*totals, *filled_up] if own != filled_up else [],
        legend if attributes or controls else [],
    )  # fmt: skip


def _sampled(
    row: Mapping[str, Any],
    record: Mapping[str, Any],
    contents: Contents,
    outcomes: Mapping[tuple[str, str], tuple[str, str]],
    attributes: Sequence[str],
) -> Sampled:
    key = str(row["key"])
    remarks = [
        "" if not row.get("replaced") else f"replaced: {row['replaced']}",
        "" if row.get("drawn_as", "first draw") in {"", "first draw"} else str(row["drawn_as"]),
        f"now {record['now_key']}" if record and record["now_key"] != key else "",
        "record not complete" if record and not record["complete"] else "",
        "" if record or contents.record(key) else "no record",
    ]
    marks = [outcomes.get((key, name), ("", "")) for name in attributes]
    href = contents.record(key) or contents.record(str(record.get("now_key", "")))
    return Sampled(
        place=str(row["order"]),
        key=key,
        href=href,
        issue_type=str(row.get("issue_type") or record.get("issue_type") or ""),
        summary=str(row.get("summary") or record.get("summary") or ""),
        status=str(row.get("status") or record.get("status") or ""),
        history=HISTORIES.get(str(record.get("history")), ""),
        remark="; ".join(one for one in remarks if one),
        outcomes=tuple(
            (
                *MARKS.get(outcome, (outcome, outcome)),
                outcome.replace(" ", "-"),
                f"{href}#{anchor}" if href and anchor else "",
            )
            for outcome, anchor in marks
        ),
    )


def _totals(contents: Contents, attributes: Sequence[str]) -> list[str]:
    """Return by attribute how many of those tested deviate, as ``attribute_rates.csv`` has it."""
    rates = contents.table("attribute_rates", ("attribute", "scope", "tested", "exceptions", "no_evidence"))
    found = {}
    for row in rates[rates["scope"] == "sample"].itertuples():
        deviations, tested = int(row.exceptions) + int(row.no_evidence), int(row.tested)
        found[row.attribute] = f"{deviations:,} of {tested:,}"
    return [found.get(name, "") for name in attributes]


def _deviating(library: pd.DataFrame, control: str) -> str:
    """Say how many issues deviate from a control of those that it concerns, of rows of ``control_sample.csv``."""
    mine = library.loc[library["control"] == control, "outcome"]
    return f"{int(mine.isin(DEVIATIONS).sum()):,} of {int((mine != NOT_APPLICABLE).sum()):,}"


@dataclass(frozen=True)
class Population:
    """The first issues of the population.

    Attributes
    ----------
    rows : list of mapping
        Of each: key, href, issue_type, summary, status, resolution, created, assignee, project.
    total : int
        All of them.
    """

    rows: list[dict[str, str]]
    total: int


def population(contents: Contents, total: int) -> Population:
    """Return the issues of the population by project and number, at most `MOST_POPULATION`."""
    columns = (
        "key",
        "project",
        "number",
        "issue_type",
        "summary",
        "status",
        "resolution",
        "created",
        "assignee",
        "url",
    )
    rows = contents.table("population", columns, MOST_POPULATION).to_dict("records")
    for row in rows:
        row["href"] = contents.record(row["key"])
        row["created"] = row["created"][:10]
    return Population(rows, max(total, len(rows)))
