"""Fields that controls look at, in words: which this Jira does not have or tell, and which were not pulled. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from auditlib.audit.chapters import CONTROLS
from auditlib.audit.finding import Finding
from auditlib.phrases import agreeing, clauses, listed


def field_findings(
    named: Mapping[str, Sequence[str]],
    meant: Mapping[str, Sequence[str]],
    not_pulled: Sequence[str],
    *,
    takes: str,
) -> list[Finding]:
    """Say which fields of controls can't be looked at in the population.

    Parameters
    ----------
    named : mapping of str to sequence of str
        Fields as the parameters write them, with the labels of the controls that look at each.
    meant : mapping of str to sequence of str
        The ids that each means; none where there is no such field.
    not_pulled : sequence of str
        Ids for which the pass over the population did not ask.
    takes : str
        What it takes to be told the list of fields, where Jira did not tell it; empty where it did.
    """
    unknown = {name: labels for name, labels in named.items() if not meant.get(name)}
    late = {name: labels for name, labels in named.items() if any(one in not_pulled for one in meant.get(name, ()))}
    found = []
    if unknown and takes:
        text = (
            f"Jira did not tell which fields there are (it takes {takes}), so {_whose(unknown)} could not be looked at; "
            "the id of a field, such as customfield_10042, is understood without that list."
        )
        found.append(_finding("controls.fields-untold", text, len(unknown)))
    elif unknown:
        text = (
            f"Jira has no field of that name, or hides it from this account: {_whose(unknown)}. Correct the name, or give "
            "the id."
        )
        found.append(_finding("controls.fields-unknown", text, len(unknown)))
    if late:
        text = (
            f"The population was pulled before {agreeing(len(late), 'this field was', 'these fields were')} named, so "
            f"{agreeing(len(late), 'it is', 'they are')} known of the sampled issues only: {_whose(late)}. A new pull has "
            f"{agreeing(len(late), 'it', 'them')}."
        )
        found.append(_finding("controls.fields-not-pulled", text, len(late)))
    return found


def _finding(name: str, text: str, count: int) -> Finding:
    return Finding(name, CONTROLS.notebook, "limit", text, count, "")


def _whose(fields: Mapping[str, Sequence[str]]) -> str:
    return clauses([f"“{name}” of {listed(list(labels))}" for name, labels in fields.items()])
