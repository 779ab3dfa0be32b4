"""What the workbook says beside the tables: only what the package shows, in numbers that add up."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path

import openpyxl
import pytest

from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS
from auditlib.demo.server.site import EmbeddedJira
from auditlib.evidence.opened import Evidence, open_evidence
from auditlib.evidence.origin import pulled_between
from auditlib.pull.collect import collect
from auditlib.records.history import NOTHING
from auditlib.report.sheets import package_id
from auditlib.run.dossiers import collect_case_file
from auditlib.run.order import Run
from auditlib.run.working_paper import working_paper
from auditlib.run.written import write_readables

ATTRIBUTES = (
    "[{name: late, question: 'In time?', test: {within: {from: created, to: resolved, days: 3}}},"
    " {name: owned, question: 'Had it an owner?', test: {filled_before: {field: assignee, event: resolved}}}]"
)


@pytest.fixture(scope="module")
def pulled(small_company, parameters, tmp_path_factory) -> Path:
    """A working folder in which everything was pulled."""
    folder = tmp_path_factory.mktemp("pulled")
    params = parameters(projects="[PAY, OPS]", sample_size=6, attributes=ATTRIBUTES)
    collect(params, folder, {}, lambda *_: None, base=folder, embedded=partial(EmbeddedJira, small_company.world))
    return folder


@pytest.fixture(scope="module")
def evidence(pulled) -> Evidence:
    """The same, opened."""
    return open_evidence(pulled)


@pytest.fixture(scope="module")
def paper(evidence):
    """What is said of it, where all but one notebook have a page."""
    return working_paper(evidence, evidence.notebooks[:-1])


def test_the_statement_says_source_query_period_who_when_and_completeness(evidence, paper):
    """As the package has them; the passes stand beside each other, project by project, and their sum."""
    facts = dict(paper.statement.facts)
    assert facts["source system"].endswith(evidence.site.base_url)
    assert facts["package"] == package_id(evidence.params.slug, pulled_between(evidence)["to"])  # as the pages call it
    assert facts["read as"] == f"{evidence.site.account_name} ({evidence.site.account_id})"
    assert facts["population"].startswith(f"{len(evidence.population)} issues created in the period in OPS and PAY")
    assert facts["query"].startswith('project in ("OPS", "PAY") AND created >= ')
    assert evidence.period.zone.key in facts["time zone"]
    assert {"period", "first instant", "first instant after it", "read from", "read until (cut-off)"} <= facts.keys()
    head, *rows, total = paper.statement.test
    assert head[0] == "project"
    assert [row[0] for row in rows] == ["OPS", "PAY"]
    assert list(total[1:]) == [sum(column) for column in zip(*(row[1:] for row in rows), strict=True)]
    for row in (*rows, total):
        named = dict(zip(head, row, strict=True))
        assert named["in period"] - named["left out"] == named["population"]
        assert named["difference"] == 0
    assert evidence.conclusion("02_population") in paper.statement.result
    assert tuple(paper.statement.limits) == evidence.limits


def test_every_outcome_is_a_mark_and_the_totals_are_those_of_the_rates(evidence, paper):
    """Sampled issues in drawing order; each mark leads to the entry that decides, and a deviation has its evidence."""
    tests = paper.testing
    assert [row.key for row in tests.rows] == evidence.sampled.sample["key"].tolist()
    outcomes = {(row.key, row.attribute): row for row in evidence.table("attributes").itertuples()}
    names = [name for name, _ in tests.columns]
    for row in tests.rows:
        for name, mark in list(zip(names, row.marks, strict=True))[2:]:
            outcome = outcomes[row.key, name]
            assert mark.outcome == outcome.outcome
            if isinstance(outcome.history_id, int):
                assert mark.address == f"dossiers/{row.key}/issue.html#history-{outcome.history_id}"
            assert (f"{name}: {outcome.evidence}" in row.evidence) == (outcome.outcome in {EXCEPTION, NO_EVIDENCE})
    told = {fact["key"]: fact["history"] for fact in evidence.sampled.facts}
    for row in tests.rows:
        assert (row.marks[1].outcome == NOT_APPLICABLE) == (told[row.key] == NOTHING), (
            "a history that holds nothing deviates not"
        )
    totals = dict(tests.totals)
    for place, name in enumerate(names):
        counts = Counter(row.marks[place].outcome for row in tests.rows)
        assert totals["tested"][place] == len(tests.rows) - counts[NOT_APPLICABLE]
        assert [totals[one][place] for one in (PASS, EXCEPTION, NO_EVIDENCE)] == [
            counts[one] for one in (PASS, EXCEPTION, NO_EVIDENCE)
        ], name


def test_conclusions_lead_to_their_pages_and_findings_to_their_rows(evidence, paper):
    """A notebook that was not executed has no page; the findings of all chapters are counted once."""
    assert [one.notebook for one in paper.concluded] == list(evidence.notebooks)
    assert [bool(one.page) for one in paper.concluded] == [True] * (len(evidence.notebooks) - 1) + [False]
    severities = Counter(evidence.findings["severity"])
    assert sum(one.exceptions for one in paper.concluded) == severities["exception"]
    assert sum(one.limits for one in paper.concluded) == severities["limit"]
    sheets = {table.name for table in evidence.tables}
    assert paper.links["findings"]["table"].keys() == sheets
    assert set(paper.links["population"]["key"]) == set(evidence.sampled.sample["key"])


def test_every_link_of_the_workbook_leads_somewhere(pulled, evidence):
    """To a sheet, a record's entry, a notebook's page; the workbook opens beside them."""
    write_readables(evidence, ())
    book = openpyxl.load_workbook(pulled / "data" / "audit.xlsx")
    seen = Counter()
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in (one for one in row if one.hyperlink is not None):
                target, place = cell.hyperlink.target, cell.hyperlink.location
                if target is None:
                    assert place.split("!")[0].strip("'") in book.sheetnames
                    seen["sheet"] += 1
                    continue
                page = (pulled / "data" / target).read_text("utf-8")
                assert place is None or f'id="{place}"' in page, (sheet.title, cell.coordinate, target, place)
                seen["entry" if place else "page"] += 1
    assert min(seen["sheet"], seen["entry"], seen["page"]) > 5


def test_records_that_somebody_chose_have_no_population(company, parameters, tmp_path):
    """The statement says so, no limit follows, and a key without an answer is a row without marks that say anything."""
    key = company.truth.planted["issue with everything"][0]
    order = Run(parameters(), tmp_path / "case", embedded=partial(EmbeddedJira, company.world))
    package, absent = collect_case_file(order, [key, "PAY-99999"], {}, lambda *_: None)
    assert absent == ["PAY-99999"]
    book = openpyxl.load_workbook(package / "data" / "audit.xlsx")
    words = [cell.value for row in book["sheets"].iter_rows() for cell in row if isinstance(cell.value, str)]
    assert "the full records of 1 issue that somebody chose; no population was listed" in words
    assert "PAY-99999" in words
    rows = [[cell.value for cell in row] for row in book["testing"].iter_rows()]
    assert [row[:2] for row in rows if isinstance(row[0], int)] == [[1, key], [2, "PAY-99999"]]


def test_an_issue_without_type_and_title_is_shown_with_empty_cells(pulled, evidence):
    """As recorded issues may be: a missing text is no number that ends the run."""
    bare = open_evidence(pulled)
    shown = bare.listing.with_ids.assign(issue_type=None, summary=None).astype({"issue_type": "str", "summary": "str"})
    vars(bare.listing)["with_ids"] = shown
    rows = working_paper(bare, evidence.notebooks[:-1]).testing.rows
    assert rows
    assert {(row.type, row.summary) for row in rows} == {("", "")}
