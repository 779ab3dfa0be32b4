"""Management's answers to findings: a file with a line for each, read and checked. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from auditlib.audit.lists import Source, is_day, read_list
from auditlib.csv_cells import read_cell
from auditlib.errors import ParameterError, Problem
from auditlib.params.faults import nearest

COLUMNS: Final = ("finding", "case", "cause", "response", "by", "on")

_KEY: Final = "answers"
BY_GAP: Final[Mapping[str, str]] = {
    f"numbering.{name}": name for name in ("unexplained", "existed", "deleted", "moved")
}
"""Kinds of findings on missing numbers, with the class of those: their cases are answered in the file of ``gap_explanations``."""


@dataclass(frozen=True)
class Given:
    """One answer.

    Attributes
    ----------
    finding : str
        Id of the finding.
    case : str
        The case of it; empty where the answer is to the finding as a whole.
    cause : str
        What management says it comes from; empty where that is not told.
    response : str
        What management says, and does about it.
    by, on : str
        Who answers, and the day.
    line : int
        Where it stands in the file, for messages.
    """

    finding: str
    case: str
    cause: str
    response: str
    by: str
    on: str
    line: int

    @property
    def to(self) -> str:
        """What it answers, for messages."""
        return f"{self.finding}, {self.case}" if self.case else self.finding


def parse_answers(text: str, path: str) -> tuple[Given, ...]:
    """Read management's answers.

    A line whose cause, response, name and day are all empty is an unfilled line of the template and says nothing.

    Parameters
    ----------
    text : str
        CSV with the columns finding, case (or empty), cause, response, by, on (a date); other columns are ignored.
    path : str
        Where it comes from, for messages.

    Returns
    -------
    tuple of Given
        In the order of the file.

    Raises
    ------
    ParameterError
        With everything that is wrong in the file; whether there is such a finding is known only after the pull.

    Notes
    -----
    A response needs a name and a day, for an answer of nobody can't be asked about. The cause is asked for since the auditor
    has to investigate the nature and cause of every deviation (ISA 530, paragraph 12); "not known" is an answer too.
    """
    source = Source(text, path, _KEY)
    problems: list[Problem] = []
    first: dict[tuple[str, str], int] = {}
    given: list[Given] = []
    for line, row in read_list(source, COLUMNS):
        finding, case = read_cell(row["finding"]), read_cell(row["case"])
        one = Given(finding, case, row["cause"], row["response"], row["by"], row["on"], line)
        if not any((one.cause, one.response, one.by, one.on)):
            continue
        found = _line_problems(one)
        before = first.setdefault((one.finding, one.case), line)
        if before != line:
            found.append((one.to, f"line {before} answers it already; keep one of the two"))
        problems += [source.problem(line, value, message) for value, message in found]
        given.append(one)
    if problems:
        raise ParameterError(problems)
    return tuple(given)


def _line_problems(one: Given) -> list[tuple[str, str]]:
    """What is wrong in one line, as (value, message)."""
    found: list[tuple[str, str]] = []
    if not one.finding:
        found.append((one.case, "finding is empty; it is an id of findings.csv, as answers.template.csv has it"))
    if not one.response:
        found.append((one.to, "response is empty; say what is answered, or empty the whole line"))
    if not one.by:
        found.append((one.to, "by is empty; name who answers"))
    if not one.on:
        found.append((one.to, "on is empty; give the day of the answer, like 2026-10-30"))
    elif not is_day(one.on):
        found.append((one.on, "on must be a date like 2026-10-30 (a spreadsheet may have written it in another form)"))
    return found


def require_known(given: Sequence[Given], cases: Mapping[str, Sequence[str]], path: str) -> None:
    """Refuse answers to what a package does not have.

    Parameters
    ----------
    given : sequence of Given
    cases : mapping of str to sequence of str
        Every finding of the package by its id, with its cases; none where it is answered as a whole.
    path : str
        Where the answers come from, for messages.

    Raises
    ------
    ParameterError
        If a finding or a case is not there; all such lines are told.
    """
    problems = [
        Problem(path, one.line, _KEY, one.case if one.finding in cases else one.finding, message)
        for one in given
        if (message := _unknown(one, cases))
    ]
    if problems:
        raise ParameterError(problems)


def _unknown(one: Given, cases: Mapping[str, Sequence[str]]) -> str:
    """Say why there is nothing that an answer answers; nothing if there is."""
    if one.finding not in cases:
        return f"no finding of this package; {nearest(one.finding, cases)}findings.csv has their ids"
    if not one.case or one.case in cases[one.finding]:
        return ""
    if one.finding.partition(":")[0] in BY_GAP:
        return "missing numbers are answered one by one in the file of gap_explanations; leave case empty here"
    if not cases[one.finding]:
        return f"{one.finding} is answered as a whole; leave case empty"
    return f"no case of {one.finding}; {nearest(one.case, cases[one.finding])}answers.template.csv has its cases"
