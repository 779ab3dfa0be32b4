"""The analyst's explanations of missing numbers: a file with a line for each, read and checked. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import pandas as pd

from auditlib.audit.lists import Source, is_day, read_list
from auditlib.audit.numbering.witnesses import NUMBERS
from auditlib.errors import ParameterError, Problem
from auditlib.tables import Column, Table

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
    problems: list[Problem] = []
    names = GAP_EXPLANATIONS.contract_names
    source = Source(text, path, "gap_explanations")
    rows: list[tuple[str, int, str | None, str | None, str | None, str, int]] = []
    lines: dict[tuple[str, int], int] = {}
    for line, row in read_list(source, names):
        answer = tuple(row[name] for name in ("explanation", "explained_by", "explained_on"))
        if any(answer):
            found, numbers = _line_problems(row, projects)
            problems += [source.problem(line, value, message) for value, message in found]
            for number in () if found else numbers:
                before = lines.setdefault((row["project"], number), line)
                if before != line:
                    key = f"{row['project']}-{number}"
                    message = f"line {before} explains it already; keep one of the two"
                    problems.append(source.problem(line, key, message))
                    break
                rows.append((row["project"], number, answer[0], answer[1] or None, answer[2] or None, path, line))
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
    match = NUMBERS.fullmatch(row["number"])
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
    if row["explained_on"] and not is_day(row["explained_on"]):
        found.append((row["explained_on"], "explained_on must be a date like 2026-04-30"))
    return found, numbers


def text_or_none(value: object) -> str | None:
    """Return a cell as text; None if nothing stands there."""
    return None if value is None or value is pd.NA or value != value else str(value)  # noqa: PLR0124 - NaN is not itself
