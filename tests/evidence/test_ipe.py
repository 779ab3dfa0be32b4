"""The statement on the information (IPE) of a package: its numbers are those of the tables, whatever the package."""

from __future__ import annotations

import json
import re
from functools import partial

import openpyxl
import pytest
from bs4 import BeautifulSoup

from auditlib.audit.scope.ipe import TITLE
from auditlib.audit.scope.request_list import requests_in_words
from auditlib.demo.server.site import EmbeddedJira
from auditlib.evidence.ipe import ipe_statement
from auditlib.evidence.opened import open_evidence, open_records
from auditlib.report.workbook.statement import SHEET
from auditlib.run.dossiers import collect_case_file
from auditlib.run.order import Run


def claims(statement):
    return {one.about: one for part in statement.parts for one in part.rows}


def numbers(text):
    return [int(one.replace(",", "")) for one in re.findall(r"(?<![\w.:-])\d[\d,]*(?![\w:-]|\.\d)", text)]


def test_the_numbers_are_those_of_the_tables(whole_package):
    """Of every kind of package: counted once more from the files, and equal to what the cover's figures say."""
    evidence = open_evidence(whole_package.folder)
    told = claims(ipe_statement(evidence))
    passes, numbering = evidence.table("reconciliation"), evidence.table("numbering")
    sums = {
        name: int(passes[name].sum()) for name in ("first_pass", "second_pass", "in_period", "population", "moved_out")
    }
    left = [int(passes[name].sum()) for name in ("excluded_by_type", "excluded_by_filter")]
    assert numbers(told["population"].result) == [sums["in_period"], *left, len(evidence.population)]
    assert sums["in_period"] - sum(left) == sums["population"] == len(evidence.population)
    assert numbers(told["precise"].result) == [sums["in_period"], sums["first_pass"]]
    assert numbers(told["complete"].result)[:2] == [sums["first_pass"], sums["second_pass"]]
    whole = [int(numbering[name].sum()) for name in ("numbers", "present", "missing", "unexplained")]
    assert f"{whole[0]:,} numbers in the range: {whole[1]:,} answer, {whole[2]:,} do not: " in told["complete"].result
    assert whole[1] + whole[2] == whole[0]
    classes = [int(numbering[name].sum()) for name in ("moved", "deleted", "unexplained", "existed")]
    assert sum(classes) == whole[2]
    assert f"{classes[0]:,} moved, {classes[1]:,} deleted, {classes[2]:,} unexplained" in told["complete"].result
    assert f"{whole[3]:,} unexplained" in told["uncertainty"].result
    assert numbers(told["inclusion, exclusion"].result) == [sum(left), sums["moved_out"]]
    assert sum(left) + sums["moved_out"] == len(evidence.table("excluded"))
    total, *parts = numbers(told["accurate"].result.partition(". ")[0])
    assert total == sum(parts) == len(evidence.population)
    answered = json.loads((whole_package.folder / "data" / "run.json").read_text("utf-8"))["counts"]
    assert numbers(told["answer → file"].result)[:2] == [answered["responses"], answered["bytes"]]
    assert told["Jira → API"].result.startswith(f"{answered['responses']:,} requests answered, all on the list")
    assert numbers(told["file → table"].result)[0] == len(evidence.tables)
    figures = json.loads((whole_package.folder / "data" / "summary.json").read_text("utf-8"))["figures"]
    assert (figures["population"], figures["unexplained"]) == (len(evidence.population), whole[3])
    assert f"{figures['sample']:,} issue" in told["detailed"].result
    assert (requests_in_words(evidence.requests) or "No request list was given") in told["detailed"].result


def test_three_places_show_the_same_rows(sealed):
    """Cover, first notebook and first sheet: one source, so that no two of them can disagree."""
    data = sealed.folder / "data"
    told = [
        (one.about, one.says, one.test, one.result)
        for one in claims(ipe_statement(open_evidence(sealed.folder))).values()
    ]
    for page in ("index.html", "notebooks/01_scope.html"):
        found = BeautifulSoup((data / page).read_text("utf-8"), "html.parser")
        rows = found.select("table.claims tbody tr")
        assert [tuple(cell.get_text() for cell in row(["th", "td"])) for row in rows] == told, page
        assert [row.th.get_text() for row in found.select(".ipe table.signatures tbody tr")] == [
            *("Prepared by", "Reviewed by", "Auditor"),
        ]
    book = openpyxl.load_workbook(data / "audit.xlsx", read_only=True)
    assert book.sheetnames[0] == SHEET
    cells = [[cell.value for cell in row] for row in book[SHEET].iter_rows()]
    assert cells[0][0] == TITLE
    written = {tuple(row[place] for place in (0, 1, 5, 9)) for row in cells if len(row) > 9}
    assert set(told) <= written
    assert {"Prepared by", "Reviewed by", "Auditor"} <= {row[0] for row in cells}


def test_the_first_notebook_opens_with_it(sealed):
    """Behind its answer, its question and its conclusion, before everything else."""
    page = BeautifulSoup((sealed.folder / "data" / "notebooks" / "01_scope.html").read_text("utf-8"), "html.parser")
    assert page.find("h2").get_text() == TITLE
    assert page.find("h1").find_next("h2").get_text() == TITLE


@pytest.mark.xdist_group("cloud")
def test_records_that_somebody_chose_have_a_statement_of_their_own(small_company, parameters, tmp_path):
    """No population, no particulars: whether the records are whole, and the way that they came."""
    world = small_company.world
    key = next(issue.key for issue in world.issues.values() if issue.key.startswith("PAY-"))
    order = Run(parameters(), tmp_path / "case", embedded=partial(EmbeddedJira, world))
    package, _ = collect_case_file(order, [key, "PAY-99999"], {}, lambda *_: None)
    statement = ipe_statement(open_records(package))
    assert [part.title.partition(" (")[0].partition(":")[0] for part in statement.parts] == [
        "Reliable enough?",
        "Source and way",
    ]
    told = claims(statement)
    assert told["complete"].result == "2 keys asked for, 1 record, 1 whole. Without an answer: PAY-99999."
    assert told["account"].result == "What it may do was not asked."
    assert TITLE in (package / "data" / "index.html").read_text("utf-8")
