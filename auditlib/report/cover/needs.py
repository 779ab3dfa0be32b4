"""What needs an answer and what is not proved: one row a cause, with the way to its proof and to its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from auditlib.audit.causes import Cause
from auditlib.audit.finding import SEVERITIES
from auditlib.phrases import counted, listed, share
from auditlib.report.cells import with_keys
from auditlib.report.cover.answers import NOT_ANSWERED, answered_in_words, by_finding
from auditlib.report.cover.contents import Contents
from auditlib.text import visible_text


@dataclass(frozen=True)
class Need:
    """One cause on the cover.

    Attributes
    ----------
    cause : Cause
    headline, rest : Markup
        What its first finding says, with keys that lead to their records.
    others : Markup
        What findings of other kinds say of it, each whole; empty if there are none.
    cases, share : str
        ``118 of 528`` and ``22.3 %``.
    proof, proof_name : str
        The page of the notebook that shows it, and what that is called; empty if there is none.
    rows : str
        Where its rows are; empty if no table lists them.
    answer : str
        Who answered it, when and what, or how much of it is answered; empty where the package does not tell.
    """

    cause: Cause
    headline: Markup
    rest: Markup
    others: Markup
    cases: str
    share: str
    proof: str
    proof_name: str
    rows: str
    answer: str

    @property
    def is_open(self) -> bool:
        """Whether nothing of it is answered: then that is a word behind what was found, and no line."""
        return self.answer == NOT_ANSWERED


def needs(causes: Sequence[Cause], findings: Sequence[Mapping[str, Any]], contents: Contents) -> list[Need]:
    """Return the rows of causes, in their order; ``findings`` are those that they are made of."""
    statements = {str(one["id"]): str(one["statement"]) for one in findings}
    answers = by_finding(contents)
    return [_need(one, statements, contents, answers) for one in causes]


def _need(
    cause: Cause, statements: Mapping[str, str], contents: Contents, answers: Mapping[str, Sequence[Any]]
) -> Need:
    kind = cause.findings[0].partition(":")[0]
    others = " ".join(statements.get(one, "") for one in cause.findings if one.partition(":")[0] != kind)
    rest = cause.rest.removesuffix(others).rstrip() if others else cause.rest
    number, _, name = cause.notebook.partition("_")
    return Need(
        cause,
        with_records(cause.headline, contents),
        with_records(rest, contents),
        with_records(others if rest != cause.rest else "", contents),
        f"{cause.count:,} of {cause.of:,}" if cause.of else f"{cause.count:,}",
        share(cause.count, cause.of) if cause.of else "",
        contents.link(f"notebooks/{cause.notebook}.html"),
        f"{number} {name.capitalize()}".strip(),
        contents.place(cause.notebook, cause.table) if cause.table else "",
        answered_in_words([answers[one] for one in cause.findings if one in answers]),
    )


def with_records(text: str, contents: Contents) -> Markup:
    """Return a text as HTML, in which each key of which there is a full record leads to it."""
    return Markup("").join(
        Markup('<a href="{}">{}</a>').format(address, piece) if address else escape(visible_text(piece))
        for piece, address in with_keys(text, contents.record)
    )


def findings_caption(findings: Sequence[Mapping[str, Any]]) -> str:
    """Say how many findings there are, of each severity, and of how many causes."""
    if not findings:
        return "No findings"
    parts = []
    for severity in SEVERITIES:
        mine = [one for one in findings if one["severity"] == severity]
        causes = len({one.get("cause", one["id"]) for one in mine})
        if mine:
            parts.append(f"{counted(len(mine), severity)} ({counted(causes, 'cause')})")
    return f"{counted(len(findings), 'finding')}: {listed(parts)}"
