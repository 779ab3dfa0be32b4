"""What management answers to the findings of a package, from the copy of its file, beside the explanations of missing numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd

from auditlib.audit.answers.answered import answers_table
from auditlib.audit.answers.cases import cases_of
from auditlib.audit.answers.given import Given, parse_answers, require_known
from auditlib.evidence.content import Content

_FILE: Final = "answers.csv"


def answers_of(content: Content) -> pd.DataFrame:
    """Return ``answers.csv`` of a package with a population.

    Raises
    ------
    ParameterError
        If an answer is to a finding or a case that the package does not have; all such lines are told.
    """
    findings = content.findings
    cases = {str(one): cases_of(str(one), content.table) for one in findings["id"]}
    named = content.params.answers or _FILE
    given = _given(content.folder / "data" / _FILE, named)
    require_known(given, {one: tuple(mine) for one, mine in cases.items()}, named)
    asked = findings.loc[findings["severity"].eq("exception"), "id"]
    shown = {str(one) for one in asked} | {one.finding for one in given if one.case}
    return answers_table(
        findings, {one: mine for one, mine in cases.items() if one in shown}, content.table("gaps"), given
    )


def _given(path: Path, named: str) -> tuple[Given, ...]:
    return parse_answers(path.read_text(encoding="utf-8-sig"), named) if path.exists() else ()
