"""What the company's management answers to findings: some as a whole, some case by case, and most not yet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Final

ANSWERS: Final = "answers.csv"

_MANAGER, _LEAD = "Made-up manager of operations", "Made-up lead of the help desk"

_WHOLE: Final = (
    (
        "numbering.log",
        "Nobody had asked how long Jira keeps its audit log.",
        "Since October the log is archived each month; what lies before it can't be brought back.",
        _MANAGER,
        "2026-10-12",
    ),
    (
        "closing.test-issue",
        "Testers use the live projects since the test site was given up.",
        "The issues concern no system. A project for tests is there since 1 October.",
        _MANAGER,
        "2026-10-12",
    ),
    (
        "controls.population:CT-10",
        "not known",
        "Both incidents were small. The steps are made required in the workflow by the end of the year.",
        _LEAD,
        "2026-10-13",
    ),
)
_BY_CASE: Final = (
    (
        "controls.population:CT-12",
        "incident without a cause",
        "The engineer left before the review was written.",
        "The cause was found again and is in the ticket since 14 October: a certificate that had ended.",
        _LEAD,
        "2026-10-14",
    ),
    (
        "controls.population:CT-12",
        "incident without an action taken",
        "The action was thought to be part of another project.",
        "It is planned for November, and the ticket names who does it.",
        _LEAD,
        "2026-10-14",
    ),
    (
        "controls.population:CT-02",
        "change sent back after its approval",
        "It was sent back for a small correction, and nobody thought that it takes a second approval.",
        "The manager of releases looked at the change on 13 October, without objection. Such changes are told apart from now on.",
        _MANAGER,
        "2026-10-13",
    ),
)


def answers(cases: Mapping[str, str]) -> str:
    """Write the answers, as management fills the template in.

    Parameters
    ----------
    cases : mapping of str to str
        Key of the issue by the name of the case.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("finding", "case", "cause", "response", "by", "on"))
    writer.writerows((finding, "", *said) for finding, *said in _WHOLE)
    writer.writerows((finding, cases[case], *said) for finding, case, *said in _BY_CASE)
    return text.getvalue()
