"""What ``audit.xlsx`` says beside the tables: the statement on their source, the tests of the sample, the conclusions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import pandas as pd

from auditlib import __version__
from auditlib.audit.chapters import POPULATION, QUESTIONS, SCOPE
from auditlib.audit.controls.control_rates import beside_attributes
from auditlib.audit.controls.proof import place_of, record_address
from auditlib.audit.controls.subject import DEVIATIONS, EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS
from auditlib.audit.finding import FINDINGS
from auditlib.evidence.content import Content
from auditlib.evidence.ipe import ipe_statement
from auditlib.evidence.opened import Evidence
from auditlib.evidence.origin import pulled_between
from auditlib.jira import jql
from auditlib.phrases import counted, days, listed
from auditlib.records.history import BREAKS, NOTHING
from auditlib.report.sheets import package_id
from auditlib.report.spreadsheet import WorkingPaper
from auditlib.report.workbook.book import Looks
from auditlib.report.workbook.signing import Concluded
from auditlib.report.workbook.statement import Statement
from auditlib.report.workbook.table_sheet import Links
from auditlib.report.workbook.testing import Mark, SampleRow, SampleTests
from auditlib.times import format_instant, format_utc

_RECORD: Final = ("record whole", "Did all of the issue's record come, as many entries as Jira says there are?")
_CLOSES: Final = ("history closes", "Does the history lead from the creation to today's values?")
_RATES: Final = {
    "tested": "tested", PASS: "passed", EXCEPTION: "exceptions", NO_EVIDENCE: "no_evidence", NOT_APPLICABLE: "not_applicable",
}  # fmt: skip
"""The counts below a column, and what ``attribute_rates`` calls them."""

_RECONCILED: Final = (
    *("project", "first_pass", "second_pass", "jira_count", "in_period", "left_out", "population", "drift"),
    "difference",
)
_HOW: Final = (
    "Both passes and Jira's own count are of the query two days wider on both sides; in the period less left out is the "
    "population. Drift: issues that were new, gone or moved between the passes. Difference: issues of one pass only, less drift."
)
_VERIFY: Final = (
    "auditlib verify PACKAGE: the digests of all files, and every table computed again from the answers in data/raw/, offline. "
    "Without auditlib: sha256sum -c manifest-sha256.txt in the folder of the package."
)
_SPOT_CHECK: Final = (
    "In Jira, as an account of your own: run the query above, and look up keys that 01_scope names for a spot check."
)
_DEPLOYMENTS: Final = {"cloud": "Jira Cloud", "data-center": "Jira Data Center"}


def working_paper(records: Content, pages: Collection[str]) -> WorkingPaper:
    """Return what the workbook of a package says beside its tables.

    Parameters
    ----------
    records : Content
        The package.
    pages : collection of str
        The notebooks that it has pages of.
    """
    entries = records.store.entries()
    asked = (min(entry.at for entry in entries), max(entry.at for entry in entries))
    package = package_id(records.params.slug, pulled_between(records)["to"])
    return WorkingPaper(
        looks=Looks(records.params.audit, f"{package} · {records.site.base_url}"),
        made=asked[1],
        asked=asked[0],
        statement=_statement(records, package, asked),
        testing=_testing(records),
        concluded=list(_concluded(records, pages)),
        links=_links(records, pages),
    )


# The statement


def _statement(records: Content, package: str, asked: tuple[datetime, datetime]) -> Statement:
    whole = isinstance(records, Evidence)
    return Statement(
        facts=[
            ("audit", records.params.audit),
            ("package", package),
            *_source(records, asked),
            *(_of_population(records) if isinstance(records, Evidence) else _of_records(records)),
        ],
        ipe=ipe_statement(records),
        test=_reconciled(records) if isinstance(records, Evidence) else (),
        result=[_HOW, *(records.conclusion(one.notebook) for one in (SCOPE, POPULATION))] if whole else (),
        limits=records.limits,
        again=(_VERIFY, _SPOT_CHECK) if whole else (_VERIFY,),
    )


def _source(records: Content, asked: tuple[datetime, datetime]) -> Iterator[tuple[str, str]]:
    site, zone = records.site, records.period.zone
    entries = records.store.entries()
    yield "source system", f"{_DEPLOYMENTS.get(site.deployment, site.deployment)} {site.version}, {site.base_url}"
    yield "read as", f"{site.account_name} ({site.account_id})"
    yield "read from", f"{format_instant(asked[0], zone)} = {format_utc(asked[0])}"
    yield "read until (cut-off)", f"{format_instant(asked[1], zone)} = {format_utc(asked[1])}"
    yield (
        "read with",
        f"auditlib {__version__}, which sends reading requests only; data/run.json names its versions and who ran it",
    )
    yield (
        "answers kept",
        f"{len(entries):,} with {sum(entry.size for entry in entries):,} bytes, as received, in data/raw/",
    )


def _of_records(records: Content) -> Iterator[tuple[str, str]]:
    found, absent = records.collected.dossiers, records.collected.absent
    yield (
        "what it is",
        f"the full records of {counted(len(found), 'issue')} that somebody chose; no population was listed",
    )
    if absent:
        yield "did not answer", listed([one.asked for one in absent], most=40)
    yield "time zone", records.period.zone.key


def _of_population(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Yield what the population is, how it was asked for, and of which time."""
    period, params, until = evidence.period, evidence.params, evidence.provenance.interim_until
    restrictions = evidence.passes.restrictions
    issues = counted(len(evidence.population), "issue")
    yield (
        "population",
        f"{issues} created in the period in {listed(evidence.projects, most=20)}, as far as this account sees them",
    )
    if params.issue_types:
        yield "issue types", f"{', '.join(params.issue_types)}; what that leaves out is in excluded"
    for one in restrictions:
        yield "narrowed by", f"{one}\nWhat that leaves out is in excluded."
    yield "period", days(period)
    yield "first instant", f"{format_instant(period.begins, period.zone)} = {format_utc(period.begins)}"
    yield "first instant after it", f"{format_instant(period.ends, period.zone)} = {format_utc(period.ends)}"
    if until is not None:
        yield "interim", f"the period was not over when Jira was asked ({until})"
    yield "time zone", f"{period.zone.key}: the days of the period and all times of these sheets"
    if evidence.pulled.asked_again != evidence.pulled.began:
        later, place = format_instant(evidence.pulled.asked_again, period.zone), evidence.pulled.place
        yield "sampled issues", f"their full records were read from {later} on, as {place.account} ({place.account_id})"
    yield "query", jql.shared_filter(evidence.projects, period, params.issue_types, restrictions)
    first = evidence.projects[0]
    yield (
        "as asked",
        (
            f"{jql.period_pass(first, period)}\nProject by project, two days wider on both sides since the zones of accounts "
            "differ; the issues are then cut by the exact instants. data/run.json has the query of each project."
        ),
    )


def _reconciled(evidence: Evidence) -> list[Sequence[str | int]]:
    """Return the test of completeness: both passes and Jira's own count, of each project and of all."""
    table = evidence.listing.reconciliation
    left_out = table["excluded_by_type"] + table["excluded_by_filter"]
    shown = table.assign(left_out=left_out)[list(_RECONCILED)]
    rows: list[Sequence[str | int]] = [[name.replace("_", " ") for name in _RECONCILED]]
    rows += [[_number(value) for value in row] for row in shown.itertuples(index=False)]
    if len(shown) > 1:
        sums = [shown[name].sum(min_count=len(shown)) for name in _RECONCILED[1:]]
        rows.append(["all", *map(_number, sums)])
    return rows


def _number(value: Any) -> str | int:
    if isinstance(value, str):
        return value
    return "not told" if pd.isna(value) else int(value)


# The tests


def _testing(records: Content) -> SampleTests | None:
    """Return the tests of the issues looked at one by one; None if there is none."""
    collected = records.collected
    facts = {one["key"]: one for one in collected.facts}
    if not collected.keys:
        return None
    asked = _columns(records)
    by_key, places = _outcomes(records)
    described, replaced = _described(records), collected.replaced
    rows = [
        _tested(
            place, key, described.get(key, ("", "")), facts.get(key), [by_key.get((key, name)) for name, _ in asked]
        )
        for place, key in enumerate(collected.keys, start=1)
    ]
    rows = [
        replace(row, evidence=f"not tested, counted in no total: {replaced[row.key]}") if row.key in replaced else row
        for row in rows
    ]
    standing_in = [
        _stands_in(place, key, described.get(key, ("", "")), [by_key.get((key, name)) for name, _ in asked])
        for key, place in sorted(places.items(), key=lambda one: one[1])
    ]
    return SampleTests(
        facts=list(_drawn(records)),
        columns=[_RECORD, _CLOSES, *asked],
        rows=[*rows, *standing_in],
        totals=list(_totals(records, [row for row in rows if row.key not in replaced], [name for name, _ in asked])),
    )


@dataclass(frozen=True)
class _Said:
    """What an attribute or a control says of an issue."""

    attribute: str
    outcome: str
    evidence: str
    history_id: int | None


def _columns(records: Content) -> list[tuple[str, str]]:
    """Return what each column tests and asks: attributes, and behind them the controls that look at issues."""
    sampled = set(records.controls.control_sample["control"])
    controls = [(one.label, f"{one.title}. {one.question}") for one in records.controls.tests if one.label in sampled]
    return [*((one.name, one.question) for one in records.params.attributes), *controls]


def _outcomes(records: Content) -> tuple[dict[tuple[str, str], _Said], dict[str, int]]:
    """Return what is said of issues, by key and column, and the places in the draw of those that stand in for others."""
    said = {
        (row.key, row.attribute): _Said(row.attribute, row.outcome, row.evidence, row.history_id)
        for row in records.collected.attributes.itertuples()
    }
    places = {}
    for row in records.controls.control_sample.itertuples():
        last = row.history_ids.rpartition(" ")[2]
        said[row.key, row.control] = _Said(row.control, row.outcome, row.evidence, int(last) if last else None)
        if row.in_place_of:
            places[row.key] = int(row.order)
    return said, places


def _stands_in(place: int, key: str, described: tuple[str, str], outcomes: Sequence[_Said | None]) -> SampleRow:
    """Return an issue that stands in for sampled ones that a control does not concern; it has no record."""
    marks = [Mark(""), Mark(""), *(Mark("" if one is None else one.outcome) for one in outcomes)]
    told = [f"{one.attribute}: {one.evidence}" for one in outcomes if one is not None and one.outcome in DEVIATIONS]
    return SampleRow(place, key, *described, "", marks, "\n".join(["stands in for issues not concerned", *told]))


def _described(records: Content) -> dict[str, tuple[str, str]]:
    """Return type and summary of each issue, by the key that was asked for."""
    if isinstance(records, Evidence):
        listed_here = {*records.sampled.keys, *records.controls.control_sample["key"]}
        shown = records.population[records.population["key"].isin(listed_here)]
        texts = (shown[name].fillna("") for name in ("issue_type", "summary"))
        return dict(zip(shown["key"], zip(*texts, strict=True), strict=True))
    return {one.asked: (one.text("issuetype"), one.text("summary")) for one in records.collected.dossiers}


def _tested(
    place: int, key: str, described: tuple[str, str], fact: Mapping[str, Any] | None, outcomes: Sequence[Any]
) -> SampleRow:
    """Return an issue with its tick marks: two of its record, one an attribute."""
    if fact is None:
        marks = [Mark(NO_EVIDENCE), Mark(NO_EVIDENCE)]
    else:
        page = record_address(key)
        closes = {BREAKS: EXCEPTION, NOTHING: NOT_APPLICABLE}.get(fact["history"], PASS)
        marks = [
            Mark(EXCEPTION if fact["incomplete"] else PASS, page if fact["incomplete"] else ""),
            Mark(closes, f"{page}#replay"),
        ]
    deviating = []
    for one in outcomes:
        anchor = "" if one is None or fact is None else place_of(one.outcome, one.history_id, one.evidence)
        marks.append(Mark("" if one is None else one.outcome, record_address(key, anchor) if anchor else ""))
        if one is not None and one.outcome in DEVIATIONS:
            deviating.append(f"{one.attribute}: {one.evidence}")
    return SampleRow(place, key, *described, "" if fact is None else record_address(key), marks, "\n".join(deviating))


def _drawn(records: Content) -> Iterator[tuple[str, str]]:
    """Yield what was tested, of what."""
    yield "audit", records.params.audit
    if not isinstance(records, Evidence):
        yield (
            "issues",
            f"{counted(len(records.collected.keys), 'issue')}, chosen by who asked for them; no rate follows",
        )
        return
    yield "sample", records.conclusion("05_sample")


def _totals(
    records: Content, rows: Sequence[SampleRow], names: Sequence[str]
) -> Iterator[tuple[str, list[int | float | None]]]:
    """Yield the counts below each column, and what follows for the population, as the tables of rates have it."""
    rates = beside_attributes(records.collected.attribute_rates, records.controls.rates)
    sample = {row.attribute: row for row in rates[rates["scope"] == "sample"].itertuples()}
    known = [sample.get(name) for name in names]
    of_records = [[row.marks[place].outcome for row in rows] for place in range(2)]
    whole = {"tested": len(rows)}
    for label, column in _RATES.items():
        here: list[int | float | None] = [whole.get(label, marks.count(label)) for marks in of_records]
        yield label, [*here, *(None if one is None else int(getattr(one, column)) for one in known)]
    for label, column in (("deviation rate", "deviation_rate"), ("upper limit", "upper_limit")):
        values = [
            None if one is None or pd.isna(getattr(one, column)) else float(getattr(one, column)) for one in known
        ]
        yield label, [None, None, *values]
    population = rates[rates["scope"] == "population"]
    if len(population):
        exact = {row.attribute: row for row in population.itertuples()}
        over = [exact.get(name) for name in names]
        yield "population: tested", [None, None, *(None if one is None else int(one.tested) for one in over)]
        yield (
            "population: deviate",
            [
                None,
                None,
                *(None if one is None else int(one.exceptions) + int(one.no_evidence) for one in over),
            ],
        )


# The conclusions, links


def _concluded(records: Content, pages: Collection[str]) -> Iterator[Concluded]:
    findings = records.findings
    for one in records.notebooks:
        mine = findings[findings["notebook"] == one]["severity"]
        page = f"notebooks/{one}.html" if one in pages else ""
        yield Concluded(
            one,
            QUESTIONS[one],
            records.conclusion(one),
            page,
            int((mine == "exception").sum()),
            int((mine == "limit").sum()),
        )


def _links(records: Content, pages: Collection[str]) -> dict[str, Links]:
    """Return where the cells of tables lead: keys to the records, findings to their notebook and to the sheet of their rows."""
    keys = {"key": {key: f"external:{record_address(key)}" for key in records.collected.made}}
    links: dict[str, Links] = {table.name: keys for table in records.tables if "key" in table.names}
    sheets = {table.name: f"internal:'{table.name}'!A1" for table in records.tables}
    notebooks = {one: f"external:notebooks/{one}.html" for one in pages}
    return links | {FINDINGS.name: {"notebook": notebooks, "table": sheets}}
