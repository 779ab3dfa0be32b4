"""What ``06_dossiers`` shows beside its tables: outcomes by issue, what is in doubt, and a page of each record."""

from __future__ import annotations

import pandas as pd

from auditlib.audit.controls.subject import OUTCOMES
from auditlib.dossier.record import Dossier
from auditlib.evidence.opened import Evidence
from auditlib.phrases import counted
from auditlib.records.history import HISTORY_WORDS
from auditlib.report.display import Sheet, Sheets, show_table
from auditlib.run.address import address_in


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


def records_by_issue(evidence: Evidence) -> Sheets:
    """Return a page for each sampled issue, those with exceptions first."""
    by_key = {one.asked: one for one in evidence.sampled.dossiers}
    keys = outcomes_by_issue(evidence)["key"]
    sheets = [
        _sheet(by_key[key], evidence.sampled.attributes, address_in(evidence.folder, f"dossiers/{key}/issue.html"))
        for key in keys
        if key in by_key
    ]
    return Sheets(tuple(sheets))


def _sheet(dossier: Dossier, outcomes: pd.DataFrame, address: str) -> Sheet:
    """Return the page of one issue."""
    mine = outcomes.loc[outcomes["key"] == dossier.asked, ["attribute", "outcome", "evidence"]]
    shown = (
        "status",
        "resolution",
        "issuetype",
        "priority",
        "reporter",
        "assignee",
        "created",
        "updated",
        "resolutiondate",
    )
    facts = pd.DataFrame(
        [(dossier.fields[name].name, dossier.text(name)) for name in shown if name in dossier.fields],
        columns=["field", "value"],
    )
    rows = [
        (one.at, one.author, one.field, one.before_text or one.before, one.after_text or one.after, one.history_id)
        for one in dossier.changes
    ]
    changes = pd.DataFrame(rows, columns=["at", "author", "field", "from", "to", "history_id"])
    closed = HISTORY_WORDS[dossier.history_verdict]
    says = (
        f"{counted(dossier.entries, 'history entry', 'history entries')}, {counted(len(dossier.comments), 'comment')}, "
        f"{counted(len(dossier.attachments), 'attachment')}; the history {closed}."
    )
    file = f"dossiers/{dossier.asked}/history.csv"
    parts = [show_table(mine, rows="attributes", limit=len(mine))] if len(mine) else []
    parts += [
        show_table(facts, rows="fields of the head; all are in the whole record", limit=len(facts)),
        show_table(changes, rows="changes", limit=40, order="by time", file=file),
    ]
    return Sheet(f"{dossier.asked} {dossier.text('summary')}", address, says, tuple(parts))
