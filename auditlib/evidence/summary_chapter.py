"""What the last chapter shows: the findings of all others, their answers, the year before. Read by `evidence.chapters`."""

from __future__ import annotations

from typing import Final

from auditlib.audit import chapters
from auditlib.audit.answers.answered import ANSWERS, ANSWERS_TEMPLATE, tally
from auditlib.audit.answers.answered import SINCE as ANSWERS_SINCE
from auditlib.audit.finding import FINDINGS, Finding
from auditlib.audit.summary import conclude_summary
from auditlib.audit.yearly.rows import SINCE as YEARLY_SINCE
from auditlib.audit.yearly.rows import YEARLY, yearly_table
from auditlib.evidence.content import Content, Shown
from auditlib.evidence.subjects import Subjects

SUMMARY_SHOWN: Final = Shown[Content](
    chapters.SUMMARY,
    frames={FINDINGS: lambda evidence: evidence.findings},
    findings=lambda _: (),
    conclude=lambda evidence: conclude_summary(evidence.findings),
)


def _years_findings(evidence: Subjects) -> tuple[Finding, ...]:
    return () if evidence.years is None else evidence.years.compared.findings


def _conclude_summary(evidence: Subjects) -> str:
    said = [conclude_summary(evidence.findings)]
    if evidence.has_answers:
        said.append(f"{tally(evidence.answered).words}.")
    if evidence.years is not None:
        said.append(evidence.years.conclusion)
    return " ".join(said)


SUMMARY_OF_POPULATION: Final = Shown[Subjects](
    chapters.SUMMARY,
    frames={
        **SUMMARY_SHOWN.frames,
        ANSWERS: lambda evidence: evidence.answered,
        YEARLY: lambda evidence: yearly_table(() if evidence.years is None else evidence.years.compared.rows),
    },
    findings=_years_findings,
    conclude=_conclude_summary,
    beside={ANSWERS_TEMPLATE.file: ANSWERS_TEMPLATE.says},
    later={ANSWERS: ANSWERS_SINCE, YEARLY: YEARLY_SINCE},
)
"""The summary, with management's answers, and with the year before where the parameters name its package."""
