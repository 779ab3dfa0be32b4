"""What the last chapter shows: the findings of all others, and what management answers to them."""

from __future__ import annotations

from typing import Final

from auditlib.audit import chapters
from auditlib.audit.answers.answered import ANSWERS, ANSWERS_TEMPLATE, SINCE, tally
from auditlib.audit.finding import FINDINGS
from auditlib.audit.summary import conclude_summary
from auditlib.evidence.content import Content, Shown
from auditlib.evidence.subjects import Subjects

SUMMARY_SHOWN: Final = Shown[Content](
    chapters.SUMMARY,
    frames={FINDINGS: lambda evidence: evidence.findings},
    findings=lambda _: (),
    conclude=lambda evidence: conclude_summary(evidence.findings),
)


def _conclude_answered(evidence: Subjects) -> str:
    said = conclude_summary(evidence.findings)
    return f"{said} {tally(evidence.answered).words}." if evidence.has_answers else said


ANSWERED_SHOWN: Final = Shown[Subjects](
    chapters.SUMMARY,
    frames={**SUMMARY_SHOWN.frames, ANSWERS: lambda evidence: evidence.answered},
    findings=SUMMARY_SHOWN.findings,
    conclude=_conclude_answered,
    beside={ANSWERS_TEMPLATE.file: ANSWERS_TEMPLATE.says},
    later={ANSWERS: SINCE},
)
"""The summary of a package with a population, which management answers."""
