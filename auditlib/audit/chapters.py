"""The chapters of an audit: the notebook of each, the question that it answers, and what it can't prove. Pure.

The order of the notebooks, the questions and the limits on the cover are derived from `CHAPTERS`. What a chapter shows of an
evidence (its tables, findings and conclusion) stands in ``evidence.chapters``: to compute that takes what a list of names,
as the command line needs it, must not load.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Chapter:
    """One chapter of an audit.

    Attributes
    ----------
    notebook : str
        The notebook that shows it, by which findings name it too.
    question : str
        What it answers.
    limits : tuple of str
        What it can't prove in any package of this version.
    """

    notebook: str
    question: str
    limits: tuple[str, ...] = ()


SCOPE: Final = Chapter("01_scope", "What was asked of which Jira, as whom, and did all of it arrive?")

POPULATION: Final = Chapter(
    "02_population",
    "Which issues were created in the period, and is the listing complete?",
    (
        "An issue that a security level or an archived project hides from the account is not in the population.",
        "Jira's own count is an estimate on Cloud; the proof of completeness is two passes that agree issue by issue.",
    ),
)

NUMBERING: Final = Chapter(
    "03_numbering",
    "Are the issue numbers continuous, and what is known of each number that is missing?",
    (
        (
            "Jira gives the same answer for an issue that was deleted and a number that was never allocated; Jira Cloud, and "
            "some Data Centers, also for an issue that this account may not see. Where no other record tells them apart, the "
            "number is called unexplained."
        ),
        (
            "The highest number that a project ever gave out can't be asked for: numbers above the highest one that answers or "
            "that a record names would not be noticed."
        ),
    ),
)

STATUS: Final = Chapter(
    "04_status", "In which state were the issues at the end of the period, and in which are they today?"
)

SAMPLE: Final = Chapter("05_sample", "Which issues are to be tested, and can anyone redo the draw?")

DOSSIERS: Final = Chapter(
    "06_dossiers",
    "What do the full records of the sampled issues show, and do they show that the controls worked?",
    (
        (
            "Of a deleted comment Jira shows a history entry at most, and promises none; of an edited one it keeps the last text "
            "only."
        ),
        (
            "A comment or worklog that is restricted to a group or role is left out, without a word, for an account that does "
            "not belong to it; administrators are no exception."
        ),
        "A person with sufficient rights can change Jira before it is asked; this package shows what Jira answered, and when.",
    ),
)

CONTROLS: Final = Chapter(
    "06_controls",
    "Did the controls hold in every case of the period, and what shows it?",
    (
        (
            "A person with the rights of an administrator can have an automation rule act under another person's name; a history "
            "entry of such a rule can't be told from one of the person."
        ),
        (
            "A control test looks at what Jira's histories record. An approval by other means, or work that was begun before "
            "anybody said so in Jira, is not seen."
        ),
    ),
)

PERMISSIONS: Final = Chapter(
    "07_permissions",
    "Who can delete, move, rewrite or hide issues in each project, and through what?",
    (
        (
            "Who administers Jira can give any permission to anybody, and take it back; no answer that the workbook knows names "
            "all who do."
        ),
        "Permissions are those of the day on which Jira was asked; who held them earlier in the period is not shown by them.",
    ),
)

ACTIVITY: Final = Chapter(
    "08_activity",
    "What did Jira's own log record in the period, who did it, and does the log reach that far?",
    (
        (
            "Jira's audit log holds what Jira chooses to record, on Data Center what its administrator has it record and keep; "
            "what it does not name may have been done all the same. Whether it records the deletion of an issue at all is not "
            "told by Atlassian in any text that is known here."
        ),
    ),
)

SUMMARY: Final = Chapter("09_summary", "What does this package show, what needs an answer, and what can it not prove?")

CHAPTERS: Final = (SCOPE, POPULATION, NUMBERING, STATUS, SAMPLE, DOSSIERS, CONTROLS, PERMISSIONS, ACTIVITY, SUMMARY)
"""Every chapter of this version, in the order of the notebooks; the summary is over all others, and comes last."""

QUESTIONS: Final[Mapping[str, str]] = MappingProxyType({one.notebook: one.question for one in CHAPTERS})
"""The question that each notebook answers."""


def limits_of(chapters: Collection[Chapter]) -> tuple[str, ...]:
    """Return what no package with these chapters can prove: first what the numbers leave open, which no other can close."""
    ordered = sorted(chapters, key=lambda one: one is not NUMBERING)
    return tuple(limit for one in ordered for limit in one.limits)
