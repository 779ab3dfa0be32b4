"""Numbering: are all issue numbers of the period accounted for? Pure, no I/O.

Jira gives the numbers of a project out one after another and never again, so a number that does not answer asks a
question. The numbers to audit are found from *witnesses*, issues whose times rise with their numbers, and every
number that does not answer under its own key is told with what Jira's records say about it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from auditlib.audit.numbering.explanations import explain_gaps, text_or_none
from auditlib.audit.numbering.witnesses import NumberRange, check_present, number_range, still_missing, witnesses
from auditlib.keys import addresses
from auditlib.tables import Column, Table
from auditlib.times import Period

CLASSES = ("moved", "deleted", "existed", "unexplained")
"""What a missing number can be, in the order in which the first that applies is taken."""

NUMBERING: Final = Table(
    "numbering",
    "Per project, how many issue numbers of the period answer, and what is known of the others.",
    (
        Column("project", "text", "Key of the project."),
        Column(
            "first_number",
            "integer",
            "First number of the range that the period has to account for; empty if there is none.",
            optional=True,
        ),
        Column("last_number", "integer", "Last number of that range.", optional=True),
        Column("numbers", "integer", "Numbers from first to last: present plus missing."),
        Column("present", "integer", "Numbers that answer under their own key."),
        Column("missing", "integer", "Numbers that don't: moved, deleted, existed and unexplained together."),
        Column("moved", "integer", "Missing numbers that answer with another key."),
        Column("deleted", "integer", "Missing numbers whose deletion Jira's log records."),
        Column("existed", "integer", "Missing numbers that another record of Jira names."),
        Column("unexplained", "integer", "Missing numbers of which Jira holds no trace."),
        Column("moved_in", "integer", "Present numbers whose issue came from another project."),
        Column("out_of_order", "integer", "Present issues created before a lower-numbered one."),
        Column(
            "continuity",
            "fraction",
            "Present and moved numbers as a fraction of all; empty if there are none, or if it is not known which there are.",
        ),
    ),
    sort_keys=("project",),
)

GAPS: Final = Table(
    "gaps",
    "Every missing number, with the record of Jira that explains it where there is one.",
    (
        Column("project", "text", "Key of the project."),
        Column("number", "integer", "The missing number."),
        Column("key", "text", "The key that does not answer."),
        Column("classification", "text", "What is known: moved, deleted, existed or unexplained."),
        Column("now_key", "text", "The key with which a moved issue answers."),
        Column("actor", "text", "Who moved or deleted the issue, where a record says so."),
        Column("at", "instant", "When it was moved or deleted, where a record says so, in the audit's time zone."),
        Column("evidence", "text", "Jira's record that shows it."),
        Column("created_after", "instant", "When the next lower witness was given out, in the audit's time zone."),
        Column("created_before", "instant", "When the next higher witness was given out, in the audit's time zone."),
        Column(
            "in_period",
            "text",
            "Whether the number falls into the period, by the issues beside it: yes, no or unknown.",
        ),
        Column("url", "text", "Where the key would open in Jira."),
        Column("explanation", "text", "The analyst's explanation."),
        Column("explained_by", "text", "Who explained it."),
        Column("explained_on", "text", "The day of the explanation, as the analyst wrote it."),
    ),
    further=(Column("possible", "text", "Of an existed or unexplained number: the reasons that nothing rules out."),),
    sort_keys=("project", "number"),
)


@dataclass(frozen=True)
class Numbering:
    """What is known of the numbers of one project.

    Attributes
    ----------
    project : str
        Its key.
    audited : NumberRange
        The numbers audited.
    summary : DataFrame, shape (1, 13)
        The project's row of ``numbering.csv``.
    gaps : DataFrame, shape (missing numbers, 15)
        The project's rows of ``gaps.csv``, by number.
    present : DataFrame
        The present issues as given, sorted by number, with three boolean columns more: ``witness``, ``audited``
        (the number lies in the range) and ``out_of_order`` (created before a lower number of the range).
    """

    project: str
    audited: NumberRange
    summary: pd.DataFrame
    gaps: pd.DataFrame
    present: pd.DataFrame


def audit_numbers(  # noqa: PLR0917 - the order is agreed with the callers
    project: str,
    present: pd.DataFrame,
    resolved: pd.DataFrame,
    moves: pd.DataFrame,
    period: Period,
    base_url: str,
    named_highest: int | None = None,
    explanations: pd.DataFrame | None = None,
    other: pd.DataFrame | None = None,
) -> Numbering:
    """Account for every number of a project in the period.

    Parameters
    ----------
    project : str
        Project key.
    present : DataFrame, shape (n, 7)
        Issues that answer under their own key: ``number``, ``id``, ``order`` (rises with the time given out),
        ``given_out`` (UTC, missing where only the side is known), ``created`` (UTC or missing), ``side`` (before, in
        or after the period), ``moved_in``. Further columns are kept.
    resolved : DataFrame
        Numbers that answer under another key: ``number``, ``now_key``, ``id``.
    moves : DataFrame
        ``Key`` history items: ``issue_id``, ``at``, ``history_id``, ``from_key``, ``to_key``, ``author``.
    period : Period
        The period of the audit; its zone is the zone of the times returned.
    base_url : str
        Address of the Jira site, for links.
    named_highest : int, optional
        The highest number of the project that any record names.
    explanations : DataFrame, optional
        The analyst's answers, as `parse_explanations` gives them; those of other projects are left alone.
    other : DataFrame, optional
        What other records say: ``number``, ``classification`` (``deleted`` or ``existed``), ``actor``, ``at``,
        ``evidence``. Of several rows for one number the first of the classification that comes first counts.

    Returns
    -------
    Numbering
        ``numbers`` = ``present`` + ``missing``, and ``missing`` = the sum over the classes.

    Raises
    ------
    ParameterError
        If an explanation is for a number that is not missing.
    ValueError
        If a number repeats, or positions in time contradict the sides of the period.
    """
    own = present.sort_values("number", kind="stable").reset_index(drop=True)
    check_present(own)
    number = own["number"].to_numpy(dtype=np.int64)
    is_witness = witnesses(number, own["order"].to_numpy(dtype=np.float64))
    named = [int(value) for value in resolved["number"]]
    named += [] if other is None else [int(value) for value in other["number"]]
    named += [] if named_highest is None else [int(named_highest)]
    audited = number_range(own, max(named, default=None), is_witness=is_witness)
    in_range = (number >= audited.first) & (number <= audited.last)
    late = np.zeros(len(own), dtype=np.bool_)
    late[in_range] = _out_of_order(own[in_range])
    own = own.assign(witness=is_witness, audited=in_range, out_of_order=late)

    gaps = _classified(project, still_missing(own, audited), resolved, moves, other=other, period=period)
    gaps = _between_neighbours(gaps, own[is_witness], period)
    gaps["url"] = addresses(base_url, gaps["key"])
    for column in ("explanation", "explained_by", "explained_on"):
        gaps[column] = pd.Series([None] * len(gaps), dtype=object)
    gaps = gaps[GAPS.contract_names]
    if explanations is not None:
        gaps = explain_gaps(gaps, explanations[explanations["project"] == project])
    summary = _summary(project, audited, own[in_range], gaps)
    return Numbering(project, audited, summary, gaps, own)


def join_numberings(numberings: Iterable[Numbering]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put the projects' numberings together.

    Returns
    -------
    tuple of DataFrame
        ``numbering.csv``, one row per project, and ``gaps.csv``, one row per missing number; by project and number.
    """
    parts = sorted(numberings, key=lambda part: part.project)
    if not parts:
        raise ValueError("there is no project to put together")
    summary = pd.concat([part.summary for part in parts], ignore_index=True)
    # Frames without rows are left out: they hold nothing, and must not decide the columns' types.
    filled = [part.gaps for part in parts if len(part.gaps)] or [parts[0].gaps]
    return summary, pd.concat(filled, ignore_index=True)


def without_continuity(numbering: pd.DataFrame, projects: Collection[str]) -> pd.DataFrame:
    """Return ``numbering.csv`` without the continuity of projects of which it is not known which numbers they hold."""
    continuity = numbering["continuity"].mask(numbering["project"].isin(list(projects)))
    return numbering.assign(continuity=continuity)


def _out_of_order(present: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which issues were created before a lower-numbered one, rows sorted by number.

    Where the moment of creation is unknown (an issue far outside the period, seen by its key only) its place in the
    walk stands for it, unless it was moved in: then the place tells of the move.
    """
    created = present["created"]
    known = created.notna().to_numpy()
    home = ~present["moved_in"].to_numpy(dtype=np.bool_)
    instant = np.where(known, created.astype("datetime64[us, UTC]").astype("int64").to_numpy(), 0)
    low = np.iinfo(np.int64).min
    latest = np.maximum.accumulate(np.where(known, instant, low))
    by_instant = known & (instant < latest)
    order = present["order"].to_numpy(dtype=np.float64)
    latest_unknown = np.maximum.accumulate(np.where(home & ~known, order, -np.inf))
    latest_home = np.maximum.accumulate(np.where(home, order, -np.inf))
    by_place = home & (order < np.where(known, latest_unknown, latest_home))
    result: NDArray[np.bool_] = by_instant | by_place
    return result


def _classified(
    project: str,
    missing: NDArray[np.int64],
    resolved: pd.DataFrame,
    moves: pd.DataFrame,
    *,
    other: pd.DataFrame | None,
    period: Period,
) -> pd.DataFrame:
    """One row per missing number with what Jira's records say about it."""
    place = {number: index for index, number in enumerate(missing.tolist())}
    size = len(missing)
    text: dict[str, list[str | None]] = {name: [None] * size for name in ("now_key", "actor", "evidence")}
    classification = ["unexplained"] * size
    at: list[pd.Timestamp] = [pd.NaT] * size
    records = [] if other is None else list(other.itertuples(index=False))
    for wanted in ("existed", "deleted"):  # the later overwrites: the first that applies comes last
        for record in reversed(records):
            index = place.get(int(record.number))
            if index is None or record.classification != wanted:
                continue
            classification[index] = wanted
            text["actor"][index], text["evidence"][index] = text_or_none(record.actor), text_or_none(record.evidence)
            at[index] = pd.Timestamp(record.at)
    left = moves.sort_values("at")
    departures = {(int(move.issue_id), move.from_key): move for move in left.itertuples(index=False)}
    for answer in resolved.itertuples(index=False):
        index = place.get(int(answer.number))
        if index is None:
            continue
        move = departures.get((int(answer.id), f"{project}-{answer.number}"))
        classification[index] = "moved"
        text["now_key"][index] = answer.now_key
        text["actor"][index] = None if move is None else text_or_none(move.author)
        at[index] = pd.NaT if move is None else pd.Timestamp(move.at)
        history = None if move is None else f"history {move.history_id} of {answer.now_key}"
        text["evidence"][index] = history or f"answers as {answer.now_key}"
    return pd.DataFrame(
        {
            "project": pd.Series([project] * size, dtype=object),
            "number": missing,
            "key": pd.Series([f"{project}-{number}" for number in place], dtype=object),
            "classification": pd.Series(classification, dtype=object),
            "now_key": pd.Series(text["now_key"], dtype=object),
            "actor": pd.Series(text["actor"], dtype=object),
            "at": _in_zone(pd.Series(pd.to_datetime(at, utc=True)), period),
            "evidence": pd.Series(text["evidence"], dtype=object),
        }
    )


def _between_neighbours(gaps: pd.DataFrame, witness: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Bound each missing number by the witnesses next to it, and say whether it lies in the period."""
    number = witness["number"].to_numpy(dtype=np.int64)
    above = np.searchsorted(number, gaps["number"].to_numpy(dtype=np.int64))
    below = above - 1
    # One row more, which stands for "no neighbour" at both ends: index -1 and index n.
    sides = np.append(witness["side"].to_numpy(dtype=object), [None])
    given_out = pd.concat([witness["given_out"], pd.Series([pd.NaT], dtype="datetime64[us, UTC]")], ignore_index=True)
    low, high = sides[below], sides[above]
    in_period = np.full(len(gaps), "unknown", dtype=object)
    in_period[(low == "in") & (high == "in")] = "yes"
    in_period[(low == high) & ((low == "before") | (low == "after"))] = "no"
    return gaps.assign(
        created_after=_in_zone(given_out.iloc[below].reset_index(drop=True), period),
        created_before=_in_zone(given_out.iloc[above].reset_index(drop=True), period),
        in_period=pd.Series(in_period, index=gaps.index, dtype=object),
    )


def _summary(project: str, audited: NumberRange, present: pd.DataFrame, gaps: pd.DataFrame) -> pd.DataFrame:
    """The project's row of ``numbering.csv``; ``present`` are those of the range."""
    numbers = len(audited)
    counts = {name: int((gaps["classification"] == name).sum()) for name in CLASSES}
    ends = (audited.first, audited.last) if numbers else (None, None)
    others = (int(present[name].sum()) for name in ("moved_in", "out_of_order"))
    continuity = (len(present) + counts["moved"]) / numbers if numbers else None
    return NUMBERING.make([
        (project, *ends, numbers, len(present), len(gaps), *(counts[name] for name in CLASSES), *others, continuity)
    ])  # fmt: skip


def _in_zone(instants: pd.Series, period: Period) -> pd.Series:
    return instants.astype("datetime64[us, UTC]").dt.tz_convert(period.zone)
