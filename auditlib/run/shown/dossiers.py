"""What ``06_dossiers`` shows beside its tables: outcomes by issue, what is in doubt, and what each record holds."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from auditlib.audit.controls.proof import place_of
from auditlib.audit.controls.subject import DEVIATIONS, OUTCOMES, PASS, SIGNS
from auditlib.evidence.opened import Evidence
from auditlib.phrases import share
from auditlib.records.history import HISTORY_WORDS
from auditlib.report.cells import Sign
from auditlib.report.table_display import Table, show_table


def outcomes_by_issue(evidence: Evidence) -> pd.DataFrame:
    """Return the outcome of each attribute on each sampled issue, a column an attribute; issues with exceptions first."""
    outcomes, sample = evidence.sampled.attributes, evidence.sampled.sample
    names = [one.name for one in evidence.params.attributes]
    wide = outcomes.pivot_table(index="key", columns="attribute", values="outcome", aggfunc="first") if names else None
    frame = sample[["order", "key", "issue_type", "summary", "url"]]
    if wide is not None:
        frame = frame.merge(wide.reindex(columns=names), left_on="key", right_index=True, how="left")
        worst = frame[names].map(lambda outcome: OUTCOMES.index(outcome) if outcome in OUTCOMES else len(OUTCOMES))
        frame = (
            frame.assign(worst=worst.min(axis=1)).sort_values(["worst", "order"], kind="stable").drop(columns="worst")
        )
    return frame.reset_index(drop=True)


def doubts_by_issue(evidence: Evidence) -> pd.DataFrame:
    """Return what is in doubt of the sampled issues: incomplete records, histories that do not close; key, what, note."""
    rows = [(one.asked, "not complete", note) for one in evidence.sampled.dossiers for note in one.incomplete]
    rows += [
        (one.asked, f"history of {broken.field} does not close", note)
        for one in evidence.sampled.dossiers
        for broken in one.breaks
        for note in broken.notes
    ]
    rows += [(one.asked, "does not answer", one.said) for one in evidence.sampled.absent]
    return pd.DataFrame(rows, columns=["key", "what", "note"])


def outcome_matrix(evidence: Evidence, records: Mapping[str, str]) -> Table:
    """Return the outcomes as a table of signs, with how many issues deviate of those that an attribute concerns.

    Parameters
    ----------
    evidence : Evidence
    records : mapping of str to str
        By key, where the full record of an issue is.
    """
    frame, names = outcomes_by_issue(evidence), [one.name for one in evidence.params.attributes]
    anchors = {
        (row.key, row.attribute): place_of(row.outcome, row.history_id, row.evidence)
        for row in evidence.sampled.attributes.itertuples()
    }
    for name in names if len(frame) else ():
        frame[name] = [
            Sign(SIGNS[one], one, _entry(records.get(key, ""), anchors.get((key, name), ""))) if one in SIGNS else one
            for key, one in zip(frame["key"].tolist(), frame[name].tolist(), strict=True)
        ]
    legend = ", ".join(f"{sign} {word}" for word, sign in SIGNS.items())
    shown = ["order", "key", "issue_type", "summary", *names]
    foot = ["", "deviate", "", "", *(_deviating(evidence.sampled.attributes, name) for name in names)]
    says = f"sampled issues ({legend})" if names else "sampled issues"
    return show_table(
        frame, rows=says, columns=shown, foot=foot if names else (), records=records, file="tables/attributes.csv"
    )


def _entry(record: str, anchor: str) -> str:
    """Return where an entry stands on the page of a full record; empty where there is none."""
    return f"{record}#{anchor}" if record and anchor else ""


def _deviating(outcomes: pd.DataFrame, attribute: str) -> str:
    """Say how many issues deviate from an attribute of those that it concerns: ``9 of 23``."""
    mine = outcomes.loc[outcomes["attribute"] == attribute, "outcome"]
    concerned = mine.isin([*DEVIATIONS, PASS])
    return f"{int(mine.isin(DEVIATIONS).sum()):,} of {int(concerned.sum()):,}"


def rates_in_words(rates: pd.DataFrame) -> pd.DataFrame:
    """Return rates as a reader takes them in: ``65 of 332 (19.6 %)``; of a sample with the limit of the rate."""
    counts = rates["exceptions"] + rates["no_evidence"]
    deviate = [
        f"{count:,} of {tested:,} ({share(count, tested)})" if tested else "none tested"
        for count, tested in zip(counts.tolist(), rates["tested"].tolist(), strict=True)
    ]
    shown = rates.assign(deviate=deviate)
    kept = ["attribute", "question", "deviate", "exceptions", "no_evidence", "not_applicable"]
    limited = [name for name in ("upper_limit", "confidence", "tolerable_rate") if shown[name].notna().any()]
    return shown[[*kept, *limited]]


def records_in_short(evidence: Evidence) -> pd.DataFrame:
    """Return what each full record holds, those with exceptions first: key, summary, counts, how far its history leads."""
    by_key = {one.asked: one for one in evidence.sampled.dossiers}
    rows = [
        (
            *(key, one.text("summary"), one.text("status"), one.entries, len(one.comments), len(one.attachments)),
            *(HISTORY_WORDS[one.history_verdict], "no" if one.incomplete else "yes"),
        )
        for key in outcomes_by_issue(evidence)["key"]
        if (one := by_key.get(key)) is not None
    ]
    names = ["key", "summary", "status", "history_entries", "comments", "attachments", "history", "complete"]
    return pd.DataFrame(rows, columns=names)
