"""What ``06_controls`` shows beside its tables: outcomes by issue, what deviates with its entries, what each test can't prove."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from auditlib.audit.controls.control_rates import by_scope
from auditlib.audit.controls.proof import place_of
from auditlib.audit.controls.subject import DEVIATIONS, NOT_APPLICABLE, OUTCOMES, SIGNS
from auditlib.evidence.opened import Evidence
from auditlib.params.library import entry
from auditlib.phrases import share
from auditlib.report.cells import Linked, Sign
from auditlib.report.table_display import Table, show_table


def control_matrix(evidence: Evidence, records: Mapping[str, str]) -> Table:
    """Return the outcomes of controls as a table of signs: sampled issues, and behind them those that stand in; exceptions first.

    Parameters
    ----------
    evidence : Evidence
    records : mapping of str to str
        By key, where the full record of an issue is.
    """
    outcomes = evidence.controls.control_sample
    names = list(dict.fromkeys(outcomes["control"]))
    cells: dict[str, dict[str, Sign]] = {}
    for row in outcomes.itertuples():
        cells.setdefault(row.key, {})[row.control] = _sign(row, records.get(row.key, ""))
    orders = dict(zip(outcomes["key"], outcomes["order"], strict=True))
    described = evidence.population.set_index("key")[["issue_type", "summary", "url"]]
    rows = [
        (orders[key], key, *described.loc[key], *(mine.get(name, "") for name in names))
        for key, mine in sorted(cells.items(), key=lambda one: (_gravest(one[1]), list(cells).index(one[0])))
    ]
    columns = ["order", "key", "issue_type", "summary"]
    legend = ", ".join(f"{sign} {word}" for word, sign in SIGNS.items())
    return show_table(
        pd.DataFrame(rows, columns=[*columns, "url", *names]),
        rows=f"sampled issues and issues that stand in ({legend})",
        columns=[*columns, *names],
        foot=["", "deviate", "", "", *(_deviating(outcomes, name) for name in names)] if names else (),
        records=records,
        file="tables/control_sample.csv",
    )


def _sign(row: object, record: str) -> Sign:
    """Return the sign of an outcome, which leads to the entry that decides where there is a record."""
    outcome, ids, evidence = (getattr(row, name) for name in ("outcome", "history_ids", "evidence"))
    anchor = place_of(outcome, int(ids.rpartition(" ")[2]) if ids else None, evidence)
    return Sign(SIGNS[outcome], outcome, f"{record}#{anchor}" if record and anchor else "")


def _gravest(signs: Mapping[str, Sign]) -> int:
    return min(OUTCOMES.index(one.word) for one in signs.values())


def _deviating(outcomes: pd.DataFrame, control: str) -> str:
    mine = outcomes.loc[outcomes["control"] == control, "outcome"]
    return f"{int(mine.isin(DEVIATIONS).sum()):,} of {int((mine != NOT_APPLICABLE).sum()):,}"


def control_deviations(evidence: Evidence, records: Mapping[str, str]) -> pd.DataFrame:
    """Return what deviates in the whole population, exceptions first, each with its entries; parameters as `control_matrix`.

    An entry leads to its place in the full record where there is one.
    """
    outcomes = evidence.controls.table
    found = outcomes[outcomes["outcome"].isin(DEVIATIONS)]
    found = found.assign(grave=found["outcome"].map(OUTCOMES.index)).sort_values("grave", kind="stable")
    entries = [
        Linked(ids, [(one, f"{records[key]}#history-{one}" if key in records else "") for one in ids.split()])
        for key, ids in zip(found["key"].tolist(), found["history_ids"].tolist(), strict=True)
    ]
    shown = found.assign(history_ids=pd.Series(entries, index=found.index, dtype=object))
    return shown[
        ["control", "key", "round", "outcome", "decided_at", "evidence", "history_ids", "sampled"]
    ].reset_index(drop=True)


def control_rates_in_words(evidence: Evidence) -> pd.DataFrame:
    """Return the rates of controls as a reader takes them in: ``6 of 35 (17.1 %)``, the sample's with its limit."""
    rates = evidence.controls.rates
    shown = rates.assign(
        population=[
            _rate(row.deviations, row.population_tested) for row in rates.itertuples()
        ],
        sample=[
            "" if pd.isna(row.sample_tested) else _rate(row.sample_deviations, row.sample_tested)
            for row in rates.itertuples()
        ],
    )  # fmt: skip
    kept = ["control", "title", "criterion", "population", "exceptions", "no_evidence", "not_applicable"]
    later = ["falls_due_later"] if rates["falls_due_later"].any() else []
    filled = ["replaced", "stand_ins"] if rates["replaced"].fillna(0).any() else []
    limited = [name for name in ("upper_limit", "confidence", "tolerable_rate") if rates[name].notna().any()]
    return shown[[*kept, *later, "sample", *filled, *limited]]


def _rate(deviations: int, tested: int) -> str:
    return (
        f"{int(deviations):,} of {int(tested):,} ({share(int(deviations), int(tested))})" if tested else "none tested"
    )


def rates_of_controls(evidence: Evidence) -> pd.DataFrame:
    """Return the rates of controls in the form of those of attributes, by label and title, for the figure."""
    return by_scope(evidence.controls.rates, titled=True)


def what_controls_prove(evidence: Evidence) -> pd.DataFrame:
    """Return of each control what it asks, what it proves and what it can't, and what to do with an exception."""
    known = [(test.label, entry(test.id)) for test in evidence.controls.tests]
    rows = [(label, one.question, one.proves, one.does_not_prove, one.on_exception) for label, one in known]
    return pd.DataFrame(rows, columns=["control", "question", "proves", "does_not_prove", "on_exception"])
