"""What a package shows, in four sentences: is the list complete, are the numbers, do the controls hold, what limits it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import pandas as pd

from auditlib.audit.causes import Cause
from auditlib.audit.numbering.stretches import Line
from auditlib.phrases import agreeing, counted, listed
from auditlib.records.history import BREAKS, CLOSES, NOTHING

State = Literal["good", "answer", "doubt"]
"""Nothing needs an answer; something does; it is not shown, or only in part."""


@dataclass(frozen=True)
class Answer:
    """One sentence of the verdict.

    Attributes
    ----------
    about : str
        What it is about: ``complete``, ``numbers``, ``controls``, ``years``, ``limits``.
    state : str
        As `State`.
    sentence : str
    """

    about: str
    state: State
    sentence: str


_CONTRADICTED: Final = frozenset({"population.identity", "population.count"})
_NOT_WHOLE: Final = frozenset({"numbering.unwalked", "numbering.walk-total", "numbering.unlisted"})


def about_population(population: int, difference: int, drift: int, exceptions: Collection[str]) -> Answer:
    """Say whether the list of issues is complete.

    Parameters
    ----------
    population : int
        Issues in the population.
    difference : int
        Issues that only one of the two passes has, and nothing explains.
    drift : int
        Issues that were created, went, moved or changed between the passes.
    exceptions : collection of str
        Ids of all findings that need an answer.
    """
    kinds = {one.partition(":")[0] for one in exceptions}
    named = f"The list of {counted(population, 'issue')}"
    if difference:
        return Answer(
            "complete",
            "answer",
            f"{named} is not shown to be complete: two passes differ by {counted(difference, 'issue')} that nothing explains.",
        )
    if kinds & (_CONTRADICTED | _NOT_WHOLE | {one for one in kinds if one.startswith("population.identity")}):
        return Answer(
            "complete", "answer", f"{named} is not shown to be complete: Jira's answers contradict each other."
        )
    agree = "two passes agree issue by issue"
    if drift:
        agree += f", but for {counted(drift, 'issue')} that changed meanwhile and {agreeing(drift, 'is', 'are')} named"
    return Answer("complete", "good", f"{named} is complete as far as Jira shows it to this account: {agree}.")


def about_numbers(found: Sequence[Line], explained: int, exceptions: Collection[str]) -> Answer:
    """Say what of the issue numbers is not explained.

    Parameters
    ----------
    found : sequence of Line
        Of every project.
    explained : int
        Numbers that nothing but the analyst explains.
    exceptions : collection of str
        Ids of all findings that need an answer.
    """
    numbers, missing = sum(map(len, found)), sum(one.missing for one in found)
    silent, named = (sum(one.count(kind) for one in found) for kind in ("unexplained", "existed"))
    of = counted(numbers, "issue number")
    if not numbers:
        return Answer("numbers", "doubt", "No project has a number that the period has to account for.")
    if {one.partition(":")[0] for one in exceptions} & _NOT_WHOLE:
        said = f"{silent:,} of {of} {agreeing(silent, 'is', 'are')} unexplained among those that answered"
        return Answer("numbers", "answer", f"{said}; Jira's answers on the numbers contradict each other.")
    if not missing:
        said = "The one issue number in the range answers under its own key"
        many = f"All {numbers:,} issue numbers in the range answer under their own key"
        return Answer("numbers", "good", f"{agreeing(numbers, said, many)}.")
    said = f"{silent:,} of {of} {agreeing(silent, 'is', 'are')} unexplained{_longest(found, silent)}"
    if not silent:
        said = f"None of {of} is unexplained"
        if named:
            does = agreeing(
                named, "is named by another record of Jira and does", "are named by other records of Jira and do"
            )
            said += f", but {named:,} {does} not answer"
    if explained:
        said += f"; the analyst explains {explained:,} of {silent + named:,}"
    return Answer("numbers", "answer" if silent + named > explained else "good", f"{said}.")


def _longest(found: Sequence[Line], silent: int) -> str:
    """Say how long the longest run of unexplained numbers is, if it is one."""
    runs = [(len(run), line.project, run) for line in found for run in line.longest("unexplained")[:1]]
    if not runs:
        return ""
    size, project, run = max(runs, key=lambda one: one[0])
    if size < 2:
        return ", no two of them side by side" if silent > 1 else ""
    which = "all" if size == silent else f"{size:,}"
    return f", {which} of them in one run ({project}-{run.first} to {run.last})"


def about_controls(rates: pd.DataFrame, *, drawn: bool = True) -> Answer:
    """Say which controls show deviations: of the population where it was tested, else of the sample.

    Parameters
    ----------
    rates : DataFrame
        ``attribute_rates.csv``.
    drawn : bool
        Whether the issues were sampled of a population; those that an auditor chose are not called so.
    """
    rows: dict[str, Any] = {}
    for row in rates.itertuples():
        known = rows.get(row.attribute)
        if known is None or (row.scope == "population" and row.tested):
            rows[row.attribute] = row
    if not rows:
        return Answer("controls", "doubt", "No control was tested, since the parameters name none.")
    tested = [row for row in rows.values() if row.tested]
    idle = len(rows) - len(tested)
    if not tested:
        said = "The control concerns no issue" if idle == 1 else f"None of {idle:,} controls concerns an issue"
        return Answer("controls", "doubt", f"{said} that was tested.")
    told = f"; {idle:,} more {agreeing(idle, 'concerns', 'concern')} no issue that was tested" if idle else ""
    deviating = [(int(row.exceptions + row.no_evidence), row) for row in tested]
    deviating = sorted((one for one in deviating if one[0]), key=lambda one: -one[0] / one[1].tested)
    if not deviating:
        which = "The control tested shows" if len(tested) == 1 else f"All {len(tested):,} controls tested show"
        return Answer("controls", "good", f"{which} no deviation{told}.")
    shown = [
        f"“{row.attribute}” {count:,} of {int(row.tested):,}{' sampled' if drawn and row.scope == 'sample' else ''}"
        for count, row in deviating
    ]
    show = agreeing(len(deviating), "shows", "show")
    said = f"{len(deviating):,} of {counted(len(tested), 'control')} tested {show} deviations"
    return Answer("controls", "answer", f"{said}: {listed(shown, 6)}{told}.")


def about_years(conclusion: str, severities: Collection[str]) -> Answer:
    """Say how the package stands beside last year's.

    Parameters
    ----------
    conclusion : str
        A sentence on the two.
    severities : collection of str
        Of the findings that come of comparing them.
    """
    state: State = "answer" if "exception" in severities else "doubt" if "limit" in severities else "good"
    return Answer("years", state, conclusion)


def about_limits(limits: Sequence[Cause], standing: int) -> Answer:
    """Say how many limits apply.

    Parameters
    ----------
    limits : sequence of Cause
        Of severity ``limit``.
    standing : int
        What no package of this kind can prove.
    """
    always = f"{counted(standing, 'limit')} {agreeing(standing, 'holds', 'hold')} for every such package"
    if not limits:
        return Answer("limits", "good", f"No limit is this package's own; {always}.")
    told = sum(len(one.findings) for one in limits)
    said = f"{counted(len(limits), 'limit')} of what it proves {agreeing(len(limits), 'is', 'are')} this package's own"
    return Answer(
        "limits", "doubt", f"{said}{'' if told == len(limits) else f' (told in {told:,} findings)'}; {always}."
    )


def about_records(asked: int, records: Sequence[Mapping[str, object]]) -> list[Answer]:
    """Say what the full records of issues that an auditor chose show: whether all came, and whether their histories close.

    Parameters
    ----------
    asked : int
        Keys asked for.
    records : sequence of mapping
        Of each record ``complete`` and ``history``, a verdict of `auditlib.records.history`.
    """
    count, whole = len(records), sum(bool(one["complete"]) for one in records)
    came = f"Full records of {count:,} of {counted(asked, 'issue')} asked for are in the package"
    complete = f"{'all' if whole == count else f'{whole:,}'} complete by Jira's own counts"
    closes, broken, silent = (sum(one["history"] == kind for one in records) for kind in (CLOSES, BREAKS, NOTHING))
    first = Answer("complete", "good" if whole == asked else "answer", f"{came}, {complete}." if count else f"{came}.")
    if not count:
        return [first]
    noun = agreeing(closes or broken or silent, "history", "histories")
    leads = "" if closes else " lead from the creation to today"
    told = [
        f"{number:,} {agreeing(number, one, many)}"
        for number, one, many in (
            (closes, "leads from the creation to today", "lead from the creation to today"),
            (broken, f"does not{leads}", f"do not{leads}"),
            (silent, "holds nothing to compare", "hold nothing to compare"),
        )
        if number
    ]
    told[0] = told[0].replace(" ", f" {noun} ", 1)
    state: State = "answer" if broken else "doubt" if silent else "good"
    return [first, Answer("histories", state, f"{listed(told)}.")]
