"""The summary of an audit: the conclusion over all chapters, and what a package can't prove. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from auditlib.phrases import agreeing, counted

QUESTIONS: Final[Mapping[str, str]] = {
    "01_scope": "What was asked of which Jira, as whom, and did all of it arrive?",
    "02_population": "Which issues were created in the period, and is the listing complete?",
    "03_numbering": "Are the issue numbers continuous, and what is known of each number that is missing?",
    "04_status": "In which state were the issues at the end of the period, and in which are they today?",
    "05_sample": "Which issues are to be tested, and can anyone redo the draw?",
    "06_dossiers": "What do the full records of the sampled issues show, and do they show that the controls worked?",
    "09_summary": "What does this package show, what needs an answer, and what can it not prove?",
}
"""The question that each notebook answers."""


# 09_summary


def conclude_summary(findings: pd.DataFrame) -> str:
    """Return the conclusion of ``09_summary``: what needs an answer by cause, however many findings tell of one."""
    exceptions, limits = (findings[findings["severity"] == name] for name in ("exception", "limit"))
    causes, bounds = list(dict.fromkeys(exceptions["cause"])), limits["cause"].nunique()
    stated = f"{counted(len(limits), 'limit')} of what this package proves {agreeing(len(limits), 'is', 'are')} stated"
    if len(limits) != bounds:
        stated += f" ({counted(bounds, 'cause')})"
    if not causes:
        return f"Nothing found needs an answer; {stated}."
    told = "" if len(causes) == len(exceptions) else f" (told in {counted(len(exceptions), 'finding')})"
    return (
        f"{counted(len(causes), 'cause')} {agreeing(len(causes), 'needs', 'need')} an answer{told}: "
        f"{'; '.join(causes)}. {stated[0].upper() + stated[1:]}."
    )


DOSSIER_LIMITS: Final = (
    "Of a deleted comment Jira shows a history entry at most, and promises none; of an edited one it keeps the last text only.",
    (
        "A comment or worklog that is restricted to a group or role is left out, without a word, for an account that does not "
        "belong to it; administrators are no exception."
    ),
    "A person with sufficient rights can change Jira before it is asked; this package shows what Jira answered, and when.",
)
"""What the full record of an issue can't prove."""

LIMITS: Final = (
    (
        "Jira gives the same answer for an issue that was deleted and a number that was never allocated; Jira Cloud, and some "
        "Data Centers, also for an issue that this account may not see. Where no other record tells them apart, the number is "
        "called unexplained."
    ),
    (
        "The highest number that a project ever gave out can't be asked for: numbers above the highest one that answers or "
        "that a record names would not be noticed."
    ),
    "An issue that a security level or an archived project hides from the account is not in the population.",
    "Jira's own count is an estimate on Cloud; the proof of completeness is two passes that agree issue by issue.",
    *DOSSIER_LIMITS,
)
"""What no package of this version can prove; shown on the cover and in 09_summary."""
