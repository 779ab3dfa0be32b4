"""The cases of a finding: which rows of its table they are, what each is called, and what was found of it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from auditlib.audit.controls.outcomes import CONTROLS
from auditlib.audit.controls.rates import ATTRIBUTE_DEVIATIONS, ATTRIBUTES
from auditlib.audit.controls.site.second_source import DEPLOYMENT_ONLY, SECOND_SOURCE, UNKNOWN_KEY
from auditlib.audit.controls.site.unknown_keys import UNSHOWN
from auditlib.audit.controls.subject import DEVIATIONS, EXCEPTION, NO_EVIDENCE
from auditlib.audit.numbering.causes import DELETIONS
from auditlib.audit.population.cut import EXCLUDED
from auditlib.audit.status.closing import CLOSING, NO_RESOLUTION, NOT_ACCEPTED, TEST_ISSUE

Tables = Callable[[str], pd.DataFrame]
"""Gives a table of the package by its name."""


@dataclass(frozen=True)
class _Rows:
    """The rows of a table that are the cases of one kind of finding.

    Attributes
    ----------
    table : str
        Its name.
    mine : callable
        Of the table and what stands behind the colon of the finding's id, says which rows are cases.
    says : tuple of str
        The columns that say what was found of a case.
    called : str
        The column by which a case is called.
    """

    table: str
    mine: Callable[[pd.DataFrame, str], pd.Series]
    says: tuple[str, ...]
    called: str = "key"


def _outcomes(column: str, *outcomes: str) -> Callable[[pd.DataFrame, str], pd.Series]:
    return lambda rows, of: rows[column].eq(of) & rows["outcome"].isin(outcomes)


def _reason(reason: str) -> Callable[[pd.DataFrame, str], pd.Series]:
    return lambda rows, _: rows["reason"].eq(reason)


def _in_period(rows: pd.DataFrame, side: str) -> pd.Series:
    return rows["side"].eq(side) & rows["in_period"].fillna(value=False).astype(bool)


_OUTCOME: Final = ("outcome", "evidence")
_CLOSED: Final = ("reason", "status", "resolution")

_KINDS: Final[Mapping[str, _Rows]] = {
    "attributes.exception": _Rows(ATTRIBUTES.name, _outcomes("attribute", EXCEPTION), _OUTCOME),
    "attributes.no-evidence": _Rows(ATTRIBUTES.name, _outcomes("attribute", NO_EVIDENCE), _OUTCOME),
    "attributes.population": _Rows(ATTRIBUTE_DEVIATIONS.name, _outcomes("attribute", *DEVIATIONS), _OUTCOME),
    "closing.no-resolution": _Rows(CLOSING.name, _reason(NO_RESOLUTION), _CLOSED),
    "closing.not-accepted": _Rows(CLOSING.name, _reason(NOT_ACCEPTED), _CLOSED),
    "closing.test-issue": _Rows(CLOSING.name, _reason(TEST_ISSUE), _CLOSED),
    "controls.population": _Rows(CONTROLS.name, _outcomes("control", *DEVIATIONS), _OUTCOME),
    "numbering.deletions": _Rows(DELETIONS.name, lambda rows, _: rows["key"].notna(), ("source", "actor")),
    "population.moved-out": _Rows(EXCLUDED.name, _reason("moved out"), ("reason", "now_key")),
    "second-source.no-issue": _Rows(
        SECOND_SOURCE.name,
        lambda rows, _: _in_period(rows, UNKNOWN_KEY) & rows["verdict"].str.startswith(UNSHOWN),
        ("ref", "verdict"),
    ),
    "second-source.without-ticket": _Rows(
        SECOND_SOURCE.name, lambda rows, _: _in_period(rows, DEPLOYMENT_ONLY), ("verdict",), "ref"
    ),
}
"""Kinds of findings of which each case can be answered by itself; any other finding is answered as a whole."""


def cases_of(finding: str, tables: Tables) -> dict[str, str]:
    """Return the cases of a finding, each with what was found of it, in the order of its table.

    Parameters
    ----------
    finding : str
        Its id.
    tables : callable
        Gives a table by its name.

    Returns
    -------
    dict of str to str
        As many as the finding counts; none where it is answered as a whole. A case of several rows, as an issue of several
        rounds, has what all of them say.
    """
    kind, _, of = finding.partition(":")
    if kind not in _KINDS:
        return {}
    how = _KINDS[kind]
    table = tables(how.table)
    rows = table[how.mine(table, of)]
    cases: dict[str, list[str]] = {}
    for called, *parts in rows[[how.called, *how.says]].itertuples(index=False, name=None):
        said = [one for one in parts if isinstance(one, str) and one]
        cases.setdefault(str(called), []).append(": ".join([*said[:1], *filter(None, [", ".join(said[1:])])]))
    return {called: "; ".join(dict.fromkeys(said)) for called, said in cases.items()}
