"""What the sample shows, in words. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from auditlib.audit.finding import Finding
from auditlib.audit.sampling.limits import plan_words
from auditlib.phrases import agreeing, counted, listed

# 05_sample


def sample_findings(
    reason: str, rejected: pd.DataFrame, *, reduced: bool, sample: pd.DataFrame, changes: pd.DataFrame
) -> list[Finding]:
    """Say what of the sample a reader must know.

    Parameters
    ----------
    reason : str
        Where the size comes from.
    rejected : DataFrame
        Keys of the auditor's list that can't be tested: position, given, reason.
    reduced : bool
        Whether there are fewer issues than asked for.
    sample : DataFrame
        ``sample.csv``, with drawn_as and replaced.
    changes : DataFrame
        ``sample_changes.csv``.
    """
    found = []
    if reduced:
        found.append(Finding("sample.all", "05_sample", "note", f"{reason}.", 0, "sample"))
    for cause, group in rejected.groupby(rejected["reason"].str.partition(":")[0], sort=True) if len(rejected) else ():
        given = [
            f"{row.given} ({row.reason.partition(': ')[2]})" if ": " in row.reason else str(row.given)
            for row in group.itertuples()
        ]
        text = f"{counted(len(given), 'key')} of the auditor's list can't be tested ({cause}): {listed(given)}."
        identity = f"sample.{str(cause).replace(' ', '-')}"
        found.append(Finding(identity, "05_sample", "exception", text, len(given), ""))
    added = sample[sample["drawn_as"].str.startswith("extension: ")]
    for why, group in added.groupby(added["drawn_as"].str.partition(": ")[2], sort=True) if len(added) else ():
        text = f"The sample was extended by {counted(len(group), 'issue')}, without drawing anew: {why}."
        found.append(Finding("sample.extended", "05_sample", "note", text, len(group), "sample"))
    replaced = sample[sample["replaced"] != ""]
    if len(replaced):
        shown = listed([f"{row.key} ({row.replaced})" for row in replaced.itertuples()])
        were = agreeing(len(replaced), "was", "were")
        text = f"{counted(len(replaced), 'sampled issue')} {were} replaced by the next drawn: {shown}."
        found.append(Finding("sample.replaced", "05_sample", "note", text, len(replaced), "sample"))
    for change, group in changes.groupby("change", sort=True):
        happened = {"gone": "no longer", "moved": "under another key", "edited": ""}[str(change)]
        verb = (
            agreeing(len(group), "was changed", "were changed")
            if change == "edited"
            else agreeing(len(group), "answers", "answer")
        )
        text = (
            f"{counted(len(group), 'sampled issue')} {f'{verb} {happened}'.strip()} since the population was read: "
            f"{listed(list(group['key']))}."
        )
        severity = "exception" if change == "gone" else "note"
        found.append(Finding(f"sample.changed:{change}", "05_sample", severity, text, len(group), "sample_changes"))
    return found


def conclude_sample(
    sample: pd.DataFrame, total: int, *, seed: str | None, strata: Sequence[str], reason: str, confidence: str
) -> str:
    """Return the conclusion of ``05_sample``; ``seed`` is None for the auditor's own selection."""
    were = agreeing(len(sample), "was", "were")
    if seed is None:
        return (
            f"{counted(len(sample), 'issue')} of a population of {total:,} {were} selected by the auditor. A selection is no "
            "random draw: no rate for the population follows from it."
        )
    if not len(sample):
        return f"No issue is drawn ({reason}; the seed is “{seed}”)."
    by = f", spread over {' and '.join(strata)}" if strata else ""
    tested = int((sample["replaced"] == "").sum())
    shows = f" {plan_words(tested, confidence)}." if tested else ""
    if tested == total:
        shows = " It is the whole population, so that what is found in it is exact."
    return (
        f"{counted(len(sample), 'issue')} of a population of {total:,} {were} drawn at random{by} with the seed “{seed}” "
        f"({reason}). tables/redraw.sh redoes the draw with sha256sum and sort.{shows}"
    )
