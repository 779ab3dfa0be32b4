"""What the controls of the library show, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

import pandas as pd

from auditlib.audit.controls.subject import DEVIATIONS
from auditlib.audit.finding import Finding
from auditlib.audit.sampling.limits import says_nothing
from auditlib.phrases import agreeing, clauses, counted, listed, percent, percent_up, share

NOTEBOOK: Final = "06_controls"
_FEW: Final = 3
"""Controls that a sentence names with their rates; the figure and the table have all."""


def control_findings(
    rates: pd.DataFrame,
    whole: pd.DataFrame,
    *,
    noted: Mapping[str, Sequence[str]] = MappingProxyType({}),
    drawn: bool = True,
) -> list[Finding]:
    """Say which controls the population does not bear out, which could not be looked at, and how the sample was filled up.

    Parameters
    ----------
    rates : DataFrame
        ``control_rates.csv``.
    whole : DataFrame
        As `outcomes.by_issue` returns it.
    noted : mapping of str to sequence of str
        By control, the keys of issues of which it notes something that is no deviation.
    drawn : bool
        Whether there is a population from which issues were drawn at random.
    """
    deviating = whole[whole["outcome"].isin(DEVIATIONS)]
    keys = {str(label): list(group["key"]) for label, group in deviating.groupby("control")}
    found = [
        Finding(
            f"controls.population:{row.control}", NOTEBOOK, "exception", _deviate(row, keys[row.control]),
            int(row.deviations), "controls",
        )
        for row in rates.itertuples()
        if row.deviations
    ]  # fmt: skip
    return [
        *found,
        *_noted(noted),
        *_idle(rates, drawn=drawn),
        *_due_later(rates),
        *(_filled_up(rates) if drawn else ()),
    ]


def _deviate(row: Any, keys: Sequence[str]) -> str:
    """Say how many deviate from a control, in which way, and which; the two numbers add up to the deviations."""
    count, tested = int(row.deviations), int(row.population_tested)
    noun = _noun(row, tested)
    said = (
        f"{count:,} of {noun} that {row.control} concerns {agreeing(count, 'deviates', 'deviate')} from “{row.title}” "
        f"({share(count, tested)})"
    )
    return f"{said}: {_kinds(row)}; {listed(keys)}."


def _noun(row: Any, tested: int) -> str:
    """Return what a control looks at, with its number: issues, or cases of another kind, of which no sample is drawn."""
    return counted(tested, "case" if pd.isna(row.sample_tested) else "issue")


def _kinds(row: Any) -> str:
    against, silent = int(row.exceptions), int(row.no_evidence)
    parts = [counted(against, "exception")] if against else []
    return listed([*parts, *([f"{silent:,} without evidence"] if silent else [])])


def _noted(noted: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Say of which issues a control notes something: it is where to look, and no deviation."""
    return [
        Finding(
            f"controls.noted:{label}", NOTEBOOK, "note",
            f"{label} notes something of {counted(len(keys), 'issue')}, which is no deviation: {listed(list(keys))}.",
            len(keys), "controls",
        )
        for label, keys in noted.items()
    ]  # fmt: skip


def _idle(rates: pd.DataFrame, *, drawn: bool) -> list[Finding]:
    """Say which controls concern nothing, as with a mapping of statuses that no issue has."""
    idle = [f"{row.control} “{row.title}”" for row in rates.itertuples() if not row.population_tested]
    if not idle:
        return []
    text = (
        f"{counted(len(idle), 'control')} {agreeing(len(idle), 'concerns', 'concern')} "
        f"{'nothing in the population' if drawn else 'none of the issues'}, so that nothing "
        f"of {agreeing(len(idle), 'it', 'them')} is shown: {listed(idle)}."
    )
    return [Finding("controls.idle", NOTEBOOK, "limit", text, len(idle), "control_rates")]


def _due_later(rates: pd.DataFrame) -> list[Finding]:
    """Say how much falls due after the period: it is not judged, and not late."""
    later = rates[rates["falls_due_later"] > 0]
    if not len(later):
        return []
    parts = [f"{int(row.falls_due_later):,} by {row.control}" for row in later.itertuples()]
    total = int(later["falls_due_later"].sum())
    text = (
        f"{counted(total, 'case')} {agreeing(total, 'falls', 'fall')} due after the period and "
        f"{agreeing(total, 'is', 'are')} not judged: {listed(parts)}."
    )
    return [Finding("controls.due-later", NOTEBOOK, "note", text, total, "controls")]


def _filled_up(rates: pd.DataFrame) -> list[Finding]:
    """Say where sampled issues were replaced, and where fewer are concerned than were planned, so that all are tested."""
    found = []
    sampled = rates[rates["sample_tested"].notna()]
    replaced = sampled[sampled["stand_ins"] > 0]
    if len(replaced):
        parts = [f"{row.control} {int(row.stand_ins):,} of {int(row.planned):,}" for row in replaced.itertuples()]
        total = int(replaced["stand_ins"].sum())
        text = (
            f"Sampled issues that a control does not concern were replaced by the next of the same draw: "
            f"{clauses(parts, 12, ', ')}. What stands in is tested on what was pulled for the whole population; its full "
            "record was not read."
        )
        found.append(Finding("controls.replaced", NOTEBOOK, "note", text, total, "control_sample"))
    few = sampled[(sampled["sample_tested"] < sampled["planned"]) & (sampled["population_tested"] > 0)]
    if len(few):
        parts = [f"{row.control} {int(row.sample_tested):,} of {int(row.planned):,}" for row in few.itertuples()]
        text = (
            f"{counted(len(few), 'control')} {agreeing(len(few), 'concerns', 'concern')} fewer issues in the whole population "
            f"than were planned for the sample, so that all of them are tested: {clauses(parts, 12, ', ')}."
        )
        found.append(Finding("controls.few", NOTEBOOK, "note", text, len(few), "control_rates"))
    return found


def conclude_controls(rates: pd.DataFrame, *, random: bool, chosen: bool = False) -> str:
    """Return the conclusion of ``06_controls``.

    Parameters
    ----------
    rates : DataFrame
        ``control_rates.csv``.
    random : bool
        Whether the sample was drawn at random.
    chosen : bool
        Whether somebody chose the issues, so that there is no population.
    """
    if not len(rates):
        return "No control of the library is tested, since the parameters name none."
    tested = rates[rates["population_tested"] > 0]
    idle = list(rates.loc[rates["population_tested"] == 0, "control"])
    whole = "the issues that were chosen" if chosen else "the whole population"
    parts = []
    if len(tested):
        deviating = tested[tested["deviations"] > 0]
        which = counted(len(tested), "control")
        said = f"Of {which} tested on {whole}, {_number(len(deviating))} {agreeing(len(deviating), 'shows', 'show')} deviations"
        shown = [
            f"{row.control} {int(row.deviations):,} of {int(row.population_tested):,} "
            f"({share(int(row.deviations), int(row.population_tested))})"
            for row in _highest_first(deviating, "rate")
        ]
        first = ". The highest rates:" if len(shown) > _FEW else ":"
        parts.append(f"{said}{first} {clauses(shown, _FEW, ', ')}." if shown else f"{said}.")
    if idle:
        nothing = "none of these issues" if chosen else "nothing in the population"
        parts.append(f"{listed(idle, 22)} {agreeing(len(idle), 'concerns', 'concern')} {nothing}.")
    limited = rates[rates["upper_limit"].notna()]
    if random and len(limited):
        parts.append(_sample_in_words(limited))
    return " ".join(parts)


def _highest_first(rates: pd.DataFrame, column: str) -> Iterable[Any]:
    """Yield the rows of controls, those with the highest rate first; of equal ones as they stand in the table."""
    found: Iterable[Any] = rates.sort_values(column, ascending=False, kind="stable").itertuples()
    return found


def _number(count: int) -> str:
    return f"{count:,}" if count else "none"


def _sample_in_words(rates: pd.DataFrame) -> str:
    """Say what the sample shows beside the exact rates, of the controls of which it is a part of all that is concerned."""
    shown = []
    for row in _highest_first(rates, "upper_limit"):
        tested, deviations, confidence = int(row.sample_tested), int(row.sample_deviations), str(row.confidence)
        tolerable = None if pd.isna(row.tolerable_rate) else str(row.tolerable_rate)
        limit = Fraction(str(row.upper_limit))
        if says_nothing(tested, confidence, tolerable):
            said = "too few to say anything"
        elif limit >= 1:
            said = "no limit"
        else:
            said = f"at most {percent_up(limit)} %"
        shown.append(f"{row.control} {deviations:,} of {tested:,} ({said})")
    confidence = percent(str(rates["confidence"].iloc[0]))
    return f"In the sample, with the upper limit at {confidence} % confidence: {clauses(shown, _FEW, ', ')}."
