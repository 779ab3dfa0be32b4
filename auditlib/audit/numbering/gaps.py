"""Numbering: are all issue numbers of the period accounted for? Pure, no I/O.

Jira gives the numbers of a project out one after another and never again, so a number that does not answer asks a
question. The numbers to audit are found from *witnesses*, issues whose times rise with their numbers, and every
number that does not answer under its own key is told with what Jira's records say about it.
"""

from __future__ import annotations

import csv
import io
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from auditlib.errors import ParameterError, Problem
from auditlib.tables import Column, Table, take_long_cells
from auditlib.times import Period

CLASSES = ("moved", "deleted", "existed", "unexplained")
"""What a missing number can be, in the order in which the first that applies is taken."""

SIDES = ("before", "in", "after")
"""Where the time at which a number was given out lies, seen from the period; in the order of time."""

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
        Column("continuity", "fraction", "Present and moved numbers as a fraction of all; empty if there are none."),
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

GAP_EXPLANATIONS: Final = Table(
    "gap_explanations",
    "The missing numbers in the form in which an analyst explains them.",
    (
        Column("project", "text", "Key of the project."),
        Column("number", "text", "The missing number, or a run of them: 12446-12465."),
        Column("explanation", "text", "The analyst's explanation; empty until it is given."),
        Column("explained_by", "text", "Who explained it."),
        Column("explained_on", "text", "The day of the explanation."),
    ),
    further=(
        Column("classification", "text", "What is known of the number; for the reader, not read back."),
        Column("numbers", "integer", "How many numbers the row stands for; for the reader, not read back."),
    ),
    ending=".template.csv",
)

_NUMBERS = re.compile(r"(?P<first>[0-9]{1,12})(?:\s*[-–]\s*(?P<last>[0-9]{1,12}))?")


@dataclass(frozen=True)
class NumberRange:
    """The numbers audited, both ends included; ``last < first`` means that there are none."""

    first: int
    last: int

    def __len__(self) -> int:
        return max(0, self.last - self.first + 1)


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


def witnesses(numbers: NDArray[np.int64], order: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Find the largest set of issues whose times never decrease as their numbers rise.

    A longest non-decreasing subsequence, so that neither a back-dated import nor one late stranger misleads. Of
    several such sets it is the one with the higher numbers: compared from the highest member down, the one whose
    first differing member is higher.

    Parameters
    ----------
    numbers : array of int64, shape (n,)
        Issue numbers, strictly rising.
    order : array of float64, shape (n,)
        Position in time at which each number was given out; only comparisons count.

    Returns
    -------
    array of bool, shape (n,)
        True for witnesses.

    Raises
    ------
    ValueError
        If the numbers do not rise strictly, the shapes differ, or a position is not a number.

    Notes
    -----
    Patience sorting, O(n log n): M. L. Fredman, "On computing the length of longest increasing subsequences",
    Discrete Mathematics 11 (1975), doi:10.1016/0012-365X(75)90103-X. ``length[i]`` is the size of the largest set
    that ends with issue i. Read from the top, the highest issue that can stand at each place is taken; any issue of
    the right length that is not later in time completes to a largest set, so the greedy choice is the rule above.
    """
    if numbers.shape != order.shape or numbers.ndim != 1:
        raise ValueError(f"numbers {numbers.shape} and order {order.shape} must be two lists of one length")
    if np.any(np.diff(numbers) <= 0):
        raise ValueError("numbers must rise strictly")
    if np.isnan(order).any():
        raise ValueError("every present issue needs a position in time")
    values: list[float] = order.tolist()
    smallest_end: list[float] = []  # smallest_end[k]: least last position of a set of k + 1 issues seen so far
    length: list[int] = []
    for value in values:
        place = bisect_right(smallest_end, value)
        if place == len(smallest_end):
            smallest_end.append(value)
        else:
            smallest_end[place] = value
        length.append(place + 1)
    chosen = np.zeros(len(values), dtype=np.bool_)
    wanted = len(smallest_end)
    limit = float("inf")
    for index in range(len(values) - 1, -1, -1):
        if length[index] == wanted and values[index] <= limit:
            chosen[index] = True
            limit = values[index]
            wanted -= 1
    return chosen


def number_range(
    present: pd.DataFrame, named_highest: int | None = None, *, is_witness: NDArray[np.bool_] | None = None
) -> NumberRange:
    """Find the numbers that the period has to account for.

    From 1 + the highest witness given out before the period (none: 1) to the lowest witness given out after it,
    minus 1 (none: the highest number that answers or that any record names).

    Parameters
    ----------
    present : DataFrame, shape (n, ≥ 3)
        ``number``, ``order`` and ``side`` of every issue that answers under its own key, sorted by number.
    named_highest : int, optional
        The highest number that answers under another key or that a record names.
    is_witness : array of bool, shape (n,), optional
        As `witnesses` says, if the caller knows it already.

    Returns
    -------
    NumberRange
        Both ends included.
    """
    number = present["number"].to_numpy(dtype=np.int64)
    side = present["side"].to_numpy(dtype=object)
    chosen = witnesses(number, present["order"].to_numpy(dtype=np.float64)) if is_witness is None else is_witness
    before = number[chosen & (side == "before")]
    after = number[chosen & (side == "after")]
    first = int(before.max()) + 1 if before.size else 1
    if after.size:
        return NumberRange(first, int(after.min()) - 1)
    named = [0 if named_highest is None else named_highest, int(number.max()) if number.size else 0]
    return NumberRange(first, max(named))


def missing_numbers(present: pd.DataFrame, named_highest: int | None = None) -> list[int]:
    """List the numbers of the audited range that do not answer under their own key, rising.

    Parameters
    ----------
    present : DataFrame, shape (n, ≥ 3)
        ``number``, ``order`` and ``side``, sorted by number.
    named_highest : int, optional
        The highest number that answers under another key or that a record names.
    """
    return [int(number) for number in _missing(present, number_range(present, named_highest))]


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
    _check_present(own)
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

    gaps = _classified(project, _missing(own, audited), resolved, moves, other=other, period=period)
    gaps = _between_neighbours(gaps, own[is_witness], period)
    gaps["url"] = base_url.rstrip("/") + "/browse/" + gaps["key"]
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


def explain_gaps(gaps: pd.DataFrame, explanations: pd.DataFrame) -> pd.DataFrame:
    """Merge the analyst's explanations into the missing numbers.

    Parameters
    ----------
    gaps : DataFrame, shape (n, 15)
        Missing numbers, of one or several projects.
    explanations : DataFrame, shape (m, ≥ 5)
        As `parse_explanations` gives them.

    Returns
    -------
    DataFrame, shape (n, 15)
        The same rows, explained where an explanation was given.

    Raises
    ------
    ParameterError
        If an explanation is for a number that is not missing; all such lines are told.
    """
    wanted = pd.MultiIndex.from_frame(explanations[["project", "number"]].astype(object))
    found = pd.MultiIndex.from_frame(gaps[["project", "number"]].astype(object))
    stray = explanations[~wanted.isin(found)]
    if len(stray):
        raise ParameterError(_stray_problems(stray))
    if not len(explanations):
        return gaps
    place = wanted.get_indexer(found)
    hit = place >= 0
    merged = gaps.copy()
    for column in ("explanation", "explained_by", "explained_on"):
        values = merged[column].to_numpy(dtype=object, copy=True)
        values[hit] = explanations[column].to_numpy(dtype=object)[place[hit]]
        merged[column] = pd.Series(values, index=merged.index, dtype=object)
    return merged


def parse_explanations(text: str, path: str, projects: Sequence[str] | None = None) -> pd.DataFrame:
    """Read the analyst's explanations of missing numbers.

    A line whose explanation, name and day are all empty is an unfilled line of the template and says nothing.

    Parameters
    ----------
    text : str
        CSV with the columns project, number (``12446`` or ``12446-12465``), explanation, explained_by,
        explained_on (a date); other columns are ignored.
    path : str
        Where it comes from, for messages.
    projects : sequence of str, optional
        The audited projects; another one is an error.

    Returns
    -------
    DataFrame
        One row per number: project, number (int64), explanation, explained_by, explained_on (text, None if not
        given), and path and line, for messages.

    Raises
    ------
    ParameterError
        With everything that is wrong in the file.
    """
    take_long_cells(len(text))
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    header = [name.strip() for name in next(reader, [])]
    names = GAP_EXPLANATIONS.contract_names
    absent = [name for name in names if name not in header]
    if absent:
        seen = ", ".join(header)
        message = f"missing column {', '.join(absent)}; the first line names the columns, separated by commas"
        raise ParameterError([Problem(path, 1, "gap_explanations", seen, message)])
    problems: list[Problem] = []
    rows: list[tuple[str, int, str | None, str | None, str | None, str, int]] = []
    lines: dict[tuple[str, int], int] = {}
    line = reader.line_num + 1
    for cells in reader:
        row = dict.fromkeys(names, "") | dict(zip(header, map(str.strip, cells), strict=False))
        answer = tuple(row[name] for name in ("explanation", "explained_by", "explained_on"))
        if any(answer):
            found, numbers = _line_problems(row, projects)
            problems += [Problem(path, line, "gap_explanations", value, message) for value, message in found]
            for number in () if found else numbers:
                before = lines.setdefault((row["project"], number), line)
                if before != line:
                    key = f"{row['project']}-{number}"
                    message = f"line {before} explains it already; keep one of the two"
                    problems.append(Problem(path, line, "gap_explanations", key, message))
                    break
                rows.append((row["project"], number, answer[0], answer[1] or None, answer[2] or None, path, line))
        line = reader.line_num + 1
    if problems:
        raise ParameterError(problems)
    frame = pd.DataFrame(rows, columns=[*names, "path", "line"], dtype=object)
    return frame.astype({"number": "int64", "line": "int64"})


def explanations_template(gaps: pd.DataFrame) -> pd.DataFrame:
    """List the missing numbers that still need an explanation, ready to be filled in.

    Parameters
    ----------
    gaps : DataFrame, shape (n, ≥ 4)
        Missing numbers, of one or several projects.

    Returns
    -------
    DataFrame, shape (m, 7)
        The columns of `parse_explanations`, and for the reader ``classification`` and ``numbers`` (count).
        Consecutive numbers of one project and classification stand in one row, ``number`` then being
        ``12446-12465``.
    """
    has_none = gaps["explanation"].isna() | (gaps["explanation"] == "")
    open_gaps = gaps[gaps["classification"].isin(["existed", "unexplained"]) & has_none]
    open_gaps = open_gaps.sort_values(["project", "number"]).reset_index(drop=True)
    number = open_gaps["number"].astype("int64")
    starts = (
        (number.diff() != 1)
        | (open_gaps["project"] != open_gaps["project"].shift())
        | (open_gaps["classification"] != open_gaps["classification"].shift())
    )
    runs = open_gaps.groupby(starts.cumsum())
    first = runs["number"].min().to_list()
    last = runs["number"].max().to_list()
    ranges = [str(low) if low == high else f"{low}-{high}" for low, high in zip(first, last, strict=True)]
    projects, classes = runs["project"].first().to_list(), runs["classification"].first().to_list()
    nothing = [None] * len(ranges)
    rows = zip(projects, ranges, nothing, nothing, nothing, classes, runs.size().to_list(), strict=True)
    return GAP_EXPLANATIONS.make(rows)


def _check_present(present: pd.DataFrame) -> None:
    """Refuse positions in time that contradict the sides of the period: every later figure would be wrong."""
    unknown = sorted(set(present["side"]) - set(SIDES))
    if unknown:
        raise ValueError(f"side must be one of {', '.join(SIDES)}, not {', '.join(map(str, unknown))}")
    latest = -np.inf
    for side in SIDES:
        order = present.loc[present["side"] == side, "order"]
        if len(order) and order.min() < latest:
            raise ValueError(f"an issue given out {side!r} stands before one of an earlier side of the period")
        latest = max(latest, order.max()) if len(order) else latest


def _missing(present: pd.DataFrame, audited: NumberRange) -> NDArray[np.int64]:
    """Return the numbers of the range that no issue holds."""
    everything = np.arange(audited.first, audited.last + 1, dtype=np.int64)
    return np.setdiff1d(everything, present["number"].to_numpy(dtype=np.int64), assume_unique=True)


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
            text["actor"][index], text["evidence"][index] = _text(record.actor), _text(record.evidence)
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
        text["actor"][index] = None if move is None else _text(move.author)
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


def _stray_problems(stray: pd.DataFrame) -> list[Problem]:
    """One problem per line of the file that explains numbers which are not missing."""
    located = stray.assign(
        path=stray.get("path", "gap_explanations"),
        line=stray.get("line", 0),
    )
    problems = []
    for (path, line, project), rows in located.groupby(["path", "line", "project"], sort=True):
        numbers = [str(number) for number in rows["number"]]
        shown = ", ".join(numbers[:5]) + (f" and {len(numbers) - 5} more" if len(numbers) > 5 else "")
        message = "not among the missing numbers of the audited range; explain only numbers of gaps.csv"
        problems.append(Problem(str(path), int(line) or None, "gap_explanations", f"{project} {shown}", message))
    return problems


def _line_problems(row: dict[str, str], projects: Sequence[str] | None) -> tuple[list[tuple[str, str]], range]:
    """What is wrong in one line of explanations, as (value, message), and the numbers it is about."""
    found: list[tuple[str, str]] = []
    numbers = range(0)
    if projects is not None and row["project"] not in projects:
        found.append((row["project"], f"not an audited project; those are {', '.join(projects)}"))
    match = _NUMBERS.fullmatch(row["number"])
    if match is None:
        message = "number must be a number, or a range like 12446-12465 (a spreadsheet may have made a date of it)"
        found.append((row["number"], message))
    else:
        first, last = int(match["first"]), int(match["last"] or match["first"])
        numbers = range(first, last + 1)
        if last < first:
            found.append((row["number"], "the range ends before it begins"))
        elif len(numbers) > 10_000_000:
            found.append((row["number"], "no project has that many numbers"))
    if not row["explanation"]:
        found.append((row["number"], "explanation is empty; say why the number is missing, or empty the whole line"))
    if row["explained_on"] and not _is_date(row["explained_on"]):
        found.append((row["explained_on"], "explained_on must be a date like 2026-04-30"))
    return found, numbers


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _in_zone(instants: pd.Series, period: Period) -> pd.Series:
    return instants.astype("datetime64[us, UTC]").dt.tz_convert(period.zone)


def _text(value: object) -> str | None:
    return None if value is None or value is pd.NA or value != value else str(value)  # noqa: PLR0124 - NaN is not itself
