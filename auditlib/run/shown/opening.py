"""What each notebook opens with: the answer as its title, and its findings by what they come from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from auditlib.audit import chapters
from auditlib.audit.activity.records import of_jira_log
from auditlib.audit.causes import Cause, by_cause
from auditlib.audit.controls.control_rates import beside_attributes
from auditlib.audit.headlines import (
    activity_headline,
    controls_headline,
    permissions_headline,
    sample_headline,
    scope_headline,
    status_headline,
    summary_headline,
)
from auditlib.audit.numbering.runs import RUNS
from auditlib.audit.numbering.stretches import lines
from auditlib.audit.permissions.findings import POWERS
from auditlib.audit.status.closing import is_closed
from auditlib.audit.status.distribution import categories_then
from auditlib.audit.verdict import about_controls, about_numbers, about_population
from auditlib.evidence.opened import Evidence
from auditlib.phrases import share
from auditlib.report.display import MOST_CAUSES, Caused, Causes, Opening
from auditlib.run.address import address_in


def opening(evidence: Evidence, notebook: str) -> Opening:
    """Return a notebook's title, which is its answer, with its question and its conclusion."""
    number, _, name = notebook.partition("_")
    title = _TITLES[notebook](evidence)
    return Opening(f"{number} {name.capitalize()}", title, chapters.QUESTIONS[notebook], evidence.conclusion(notebook))


def causes(evidence: Evidence, notebook: str, records: Mapping[str, str]) -> Causes:
    """Return the findings of a notebook by cause, the gravest first; the summary has those of all.

    Parameters
    ----------
    evidence : Evidence
    notebook : str
    records : mapping of str to str
        By key, where the full record of an issue is.
    """
    found = evidence.findings
    if notebook != chapters.SUMMARY.notebook:
        found = found[found["notebook"] == notebook]
    grouped = by_cause(found.to_dict("records"), wholes(evidence), _tested(evidence))
    statements = dict(zip(found["id"].tolist(), found["statement"].tolist(), strict=True))
    shown = tuple(_caused(evidence, notebook, one, statements) for one in grouped)
    if notebook == chapters.SUMMARY.notebook:  # which is there to say all that needs an answer
        return Causes(shown, records, max(MOST_CAUSES, sum(one.severity == "exception" for one in shown)))
    return Causes(shown, records)


def _caused(evidence: Evidence, notebook: str, one: Cause, statements: Mapping[str, str]) -> Caused:
    part, said = "", f"{one.headline} {one.rest}"
    if one.of:
        counts, portion = f"{one.count:,} of {one.of:,}", share(one.count, one.of)
        portion = f"{portion} of {one.whole}"
        part = f"{counts} ({portion})" if counts not in said else "" if share(one.count, one.of) in said else portion
    as_runs = one.findings[0].startswith("numbering.unexplained")
    rows = _rows(evidence, notebook, RUNS.name if as_runs else one.table)
    each = tuple(statements[name] for name in one.findings if statements[name] not in said)
    return Caused(one.name, one.severity, one.headline, one.rest, part, rows, each)


def _rows(evidence: Evidence, notebook: str, table: str) -> str:
    """Return where the rows of a table stand: on the page of this notebook, on another one's, or in their file."""
    shown = [one.chapter.notebook for one in evidence.chapters if table in {frame.name for frame in one.frames}]
    if table == RUNS.name:
        shown = [chapters.NUMBERING.notebook]
    if not shown:
        return ""
    if table in _ONLY_FILES:
        return address_in(evidence.folder, f"tables/{table}.csv")
    place = f"#{table}" if len(evidence.table(table)) else ""  # of an empty one the page says a sentence
    if shown[0] == notebook:
        return place
    return address_in(evidence.folder, f"notebooks/{shown[0]}.html{place}")


_ONLY_FILES: Final = frozenset({"sample_history", "sample_comments", "access_review_import"})
"""Tables that no notebook shows."""


def wholes(evidence: Evidence) -> Mapping[str, int]:
    """Return how many there are of what findings count a part of, by the names of `auditlib.audit.causes.WHOLES`."""
    listing = evidence.listing
    return MappingProxyType(
        {
            "numbers": int(evidence.numbers.numbering["numbers"].sum()),
            "closed": int(is_closed(evidence.population).sum()),
            "population": len(evidence.population),
            "created": int(listing.reconciliation[["in_period", "moved_out"]].to_numpy().sum()),
            "dossiers": len(evidence.sampled.dossiers),
            "sample": len(evidence.sampled.sample),
        }
    )


def _tested(evidence: Evidence) -> Mapping[tuple[str, str], int]:
    """Return by attribute and scope how many issues were tested."""
    rates = beside_attributes(evidence.sampled.attribute_rates, evidence.controls.rates)
    return {(row.attribute, row.scope): int(row.tested) for row in rates.itertuples()}


def _exceptions(evidence: Evidence) -> list[str]:
    return [str(one) for one in evidence.findings.loc[evidence.findings["severity"] == "exception", "id"]]


def _scope(evidence: Evidence) -> str:
    return scope_headline(evidence.listing.reconciliation, evidence.provenance.interim_until)


def _population(evidence: Evidence) -> str:
    counts = evidence.listing.reconciliation
    difference, drift = int(counts["difference"].sum()), int(counts["drift"].sum())
    return about_population(len(evidence.population), difference, drift, _exceptions(evidence)).sentence


def _numbering(evidence: Evidence) -> str:
    gaps = evidence.numbers.gaps
    silent = gaps["classification"].isin(["unexplained", "existed"])
    explained = int((silent & gaps["explanation"].notna()).sum())
    return about_numbers(lines(evidence.numbers.numbering, gaps), explained, _exceptions(evidence)).sentence


def _status(evidence: Evidence) -> str:
    population, states = evidence.listing.with_ids, evidence.states
    told = states.history_counts.silent < len(population)
    done = int(categories_then(population, states.categories).eq("done").sum()) if told else None
    return status_headline(
        len(population), done, int(is_closed(population).sum()), int(states.closing["key"].nunique())
    )


def _sample(evidence: Evidence) -> str:
    return sample_headline(len(evidence.sampled.sample), len(evidence.population), random=evidence.drawn.random)


def _dossiers(evidence: Evidence) -> str:
    return about_controls(evidence.sampled.attribute_rates).sentence


def _controls(evidence: Evidence) -> str:
    return controls_headline(evidence.controls.rates)


def _permissions(evidence: Evidence) -> str:
    found = evidence.access.answered
    able = [
        (power.does, len(found.able.people(found.told, asked)))
        for power in POWERS
        if (asked := [name for name in power.permissions if name in found.permissions])
    ]
    in_part = any(way.is_open for one in found.holdings for way in one.ways)
    return permissions_headline(able, list(found.told), in_part=in_part)


def _activity(evidence: Evidence) -> str:
    jiras, reach = of_jira_log(evidence.activity.activity), evidence.witnesses.log_reach
    covers = reach.covers(evidence.period.begins)
    return activity_headline(int(jiras["at"].notna().sum()), readable=reach.readable, covers=covers)


def _summary(evidence: Evidence) -> str:
    found = evidence.findings
    needing, limits = (found.loc[found["severity"] == name, "cause"].nunique() for name in ("exception", "limit"))
    return summary_headline(int(needing), int(limits))


_TITLES: Final[Mapping[str, Callable[[Evidence], str]]] = MappingProxyType(
    {
        chapters.SCOPE.notebook: _scope,
        chapters.POPULATION.notebook: _population,
        chapters.NUMBERING.notebook: _numbering,
        chapters.STATUS.notebook: _status,
        chapters.SAMPLE.notebook: _sample,
        chapters.DOSSIERS.notebook: _dossiers,
        chapters.CONTROLS.notebook: _controls,
        chapters.PERMISSIONS.notebook: _permissions,
        chapters.ACTIVITY.notebook: _activity,
        chapters.SUMMARY.notebook: _summary,
    }
)
