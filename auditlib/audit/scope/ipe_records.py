"""What the statement on the information (IPE) says of full records that somebody chose, without a population. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from auditlib.audit.scope.ipe import Claim, Part
from auditlib.phrases import counted, listed
from auditlib.records.history import BREAKS, CLOSES, NOTHING


@dataclass(frozen=True)
class Chosen:
    """What is known of the records.

    Attributes
    ----------
    asked : int
        Keys that were asked for.
    absent : sequence of str
        Those that did not answer.
    whole : int
        Records with as many entries as Jira says there are.
    histories : sequence of str
        Of each record whether its history closes, a verdict of `auditlib.records.history`.
    """

    asked: int
    absent: Sequence[str]
    whole: int
    histories: Sequence[str]


def completeness_of_records(of: Chosen) -> str:
    """Return the step of the way that shows whether all was received: statement, test and result, a line each."""
    return "\n".join(
        (
            "Each key was asked for, and each part of its record followed to the last page.",
            "The entries of each part are counted beside Jira's own count.",
            _complete(of),
        )
    )


def reliability_of_records(of: Chosen) -> Part:
    """Return what ISA 500.9 asks for, as far as records without a population show it."""
    counts = [of.histories.count(kind) for kind in (CLOSES, BREAKS, NOTHING)]
    return Part(
        "Reliable enough? (ISA 500.9)",
        (
            Claim(
                "accurate",
                "A record is what Jira answered of the issue.",
                "Its history must lead from the creation to today's values.",
                f"{counts[0]:,} close, {counts[1]:,} do not, {counts[2]:,} show nothing to compare.",
            ),
            Claim(
                "complete",
                "The records of the issues that somebody chose; no population was listed, so that no rate follows.",
                "Keys asked for beside keys that answered; entries beside Jira's own count.",
                _complete(of),
            ),
            Claim(
                "precise and detailed",
                "Every field, history entry, comment, worklog, link and attachment that Jira shows to this account.",
                "details.csv, history.csv and the others of each record, beside issue.json as received.",
                "What a record lacks stands in it, and among the findings.",
            ),
        ),
    )


def _complete(of: Chosen) -> str:
    absent = f" Without an answer: {listed(of.absent, 6)}." if of.absent else ""
    return f"{counted(of.asked, 'key')} asked for, {counted(len(of.histories), 'record')}, {of.whole:,} whole.{absent}"
