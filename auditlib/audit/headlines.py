"""The answer of a chapter in one sentence, to be its title; the conclusion stands below it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from auditlib.phrases import agreeing, counted, listed

_MOST_PROJECTS = 4


def scope_headline(reconciliation: pd.DataFrame, interim: str | None) -> str:
    """Say whether all that was asked for arrived.

    Parameters
    ----------
    reconciliation : DataFrame
        ``reconciliation.csv``.
    interim : str or None
        When Jira was asked, if the period was not over by then.
    """
    first, second = (int(reconciliation[name].sum()) for name in ("first_pass", "second_pass"))
    projects = listed(list(reconciliation["project"]), _MOST_PROJECTS)
    so_far = " so far: the period is not over" if interim else ""
    if int(reconciliation["difference"].sum()):
        passes = f"one pass received {counted(first, 'issue')}, another {second:,}"
        return f"Not all of {projects} is shown to have arrived: {passes}{so_far}."
    if first == second:
        return f"Two passes over {projects} received the same {counted(first, 'issue')}{so_far}."
    return (
        f"Two passes over {projects} received {first:,} and {second:,} issues, and what differs is explained{so_far}."
    )


def status_headline(total: int, done_then: int | None, closed: int, questioned: int) -> str:
    """Say how many issues were done at the end of the period, and how many closed ones are to question.

    Parameters
    ----------
    total : int
        Issues of the population.
    done_then : int or None
        Those done at the end of the period; None if no history tells.
    closed, questioned : int
        Issues closed today, and those of them that are to question.
    """
    if not total:
        return "The population is empty, so there is no state to show."
    then = (
        f"How many of {counted(total, 'issue')} were done at the end of the period no history tells"
        if done_then is None
        else f"{done_then:,} of {counted(total, 'issue')} {agreeing(done_then, 'was', 'were')} done at the end of the period"
    )
    if not closed:
        return f"{then}; none is closed."
    which = f"{questioned:,}" if questioned else "none"
    return f"{then}; {which} of {counted(closed, 'closed issue')} {agreeing(questioned or 1, 'is', 'are')} to question."


def sample_headline(size: int, total: int, *, random: bool) -> str:
    """Say how many issues are tested, and whether anyone can draw them again."""
    if not size:
        return f"No issue of {total:,} is to be tested."
    if not random:
        return f"The auditor selected {size:,} of {counted(total, 'issue')}, not at random."
    if size == total:
        return f"All {total:,} issues are tested." if total != 1 else "The one issue is tested."
    drawn = f"{size:,} of {counted(total, 'issue')} {agreeing(size, 'was', 'were')} drawn at random"
    return f"{drawn}; anyone can draw {agreeing(size, 'it', 'them')} again."


def controls_headline(rates: pd.DataFrame) -> str:
    """Say how many controls show deviations, and which the most.

    Parameters
    ----------
    rates : DataFrame
        ``control_rates.csv``.
    """
    if not len(rates):
        return "No control of the library is tested, since the parameters name none."
    tested = rates[rates["population_tested"] > 0]
    idle = len(rates) - len(tested)
    if not len(tested):
        return "The one control concerns nothing." if idle == 1 else f"None of {idle:,} controls concerns anything."
    told = f"; {idle:,} more {agreeing(idle, 'concerns', 'concern')} nothing" if idle else ""
    deviating = tested[tested["deviations"] > 0]
    if not len(deviating):
        which = "The one control tested shows" if len(tested) == 1 else f"All {len(tested):,} controls tested show"
        return f"{which} no deviation{told}."
    worst = deviating.loc[deviating["rate"].idxmax()]
    most = f"{worst['control']} in {int(worst['deviations']):,} of {counted(int(worst['population_tested']), 'case')}"
    which = (
        f"{len(deviating):,} of {counted(len(tested), 'control')} tested {agreeing(len(deviating), 'shows', 'show')}"
    )
    return f"{which} deviations, {'' if len(deviating) == 1 else 'most '}{most}{told}."


def permissions_headline(able: Sequence[tuple[str, int]], projects: Sequence[str], *, in_part: bool) -> str:
    """Say how many accounts hold the gravest powers.

    Parameters
    ----------
    able : sequence of (str, int)
        What a power does, ``delete or move issues``, and how many accounts hold it; the gravest first.
    projects : sequence of str
        Those of which Jira tells.
    in_part : bool
        Whether not all holders could be read.
    """
    if not projects:
        return "Jira did not tell who may do what."
    if not able:
        return f"Nobody is shown to hold one of the permissions asked for in {listed(list(projects), _MOST_PROJECTS)}."
    least = "At least " if in_part else ""
    (does, count), *others = able[:3]
    said = f"{least}{counted(count, 'account')} can {does}".replace("no accounts", "no account")
    told = "".join(f", {number:,} can {deed}" for deed, number in others)
    return f"{said[0].upper()}{said[1:]}{told}."


def activity_headline(records: int, *, readable: bool, covers: bool) -> str:
    """Say how much Jira's log holds of the period, and whether it holds all of it."""
    if not readable:
        return "Jira's audit log could not be read."
    said = f"Jira's audit log holds {counted(records, 'record')} of the period"
    return f"{said} and reaches back to before it." if covers else f"{said}; that these are all is not shown."


def summary_headline(exceptions: int, limits: int) -> str:
    """Say how many causes need an answer, and how many limits apply."""
    need = f"{counted(exceptions, 'cause')} {agreeing(exceptions, 'needs', 'need')} an answer"
    if not exceptions:
        need = "Nothing found needs an answer"
    return f"{need}; {counted(limits, 'limit')} of what this package proves {agreeing(limits, 'is', 'are')} stated."
