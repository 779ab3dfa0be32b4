"""What notebooks show: the answer, the findings by cause, sections that vanish where nothing is to show."""

from __future__ import annotations

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from auditlib.report.cells import with_keys
from auditlib.report.display import (
    MOST_CAUSES,
    Caused,
    Causes,
    NothingFound,
    Opening,
    Section,
    signature_block,
)
from auditlib.report.notebook_html import clean_html, network_requests
from auditlib.report.table_display import show_table

HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(1)>"&\u202e'
SEEN = HOSTILE.replace("\u202e", "[U+202E]")


def soup_of(shown) -> BeautifulSoup:
    return BeautifulSoup(clean_html(shown._repr_html_()), "html.parser")


def test_the_title_is_the_answer():
    """The question is asked once, and the whole conclusion stands below; nothing in any of them is markup."""
    shown = soup_of(Opening("03 Numbering", f"40 of 50. {HOSTILE}", "Is *any* missing?", HOSTILE))
    assert shown.h1.get_text() == f"40 of 50. {SEEN}"
    assert shown.find(class_="answer").get_text() == SEEN
    assert shown.get_text().count("Is *any* missing?") == 1
    assert shown.find(["script", "img"]) is None


def test_an_answer_that_is_its_title_is_not_said_twice():
    """As where a chapter's conclusion is one short sentence."""
    assert soup_of(Opening("x", "None.", "Any?", "None.")).find(class_="answer") is None


def causes(*severities: str, **more) -> Causes:
    found = tuple(
        Caused(f"cause {n}", severity, f"{n} of 9 (AB-1) {HOSTILE}", "See AB-2.", "", "#gaps")
        for n, severity in enumerate(severities)
    )
    return Causes(found, {"AB-2": "../dossiers/AB-2/issue.html"}, **more)


def test_at_most_five_causes_stand_before_the_fold():
    """The others are a click away and counted; none is left out."""
    shown = soup_of(causes(*["exception"] * 4, "limit", "note", "note"))
    assert len(shown.select("ul.findings > li")) == 7
    fold = shown.select_one("details.further")
    assert "open" not in fold.attrs
    assert fold.summary.get_text() == "2 more: notes"
    assert len(fold.select("li")) == 7 - MOST_CAUSES
    assert soup_of(causes(*["exception"] * 6)).summary.get_text() == "1 more: exceptions, 1 to be answered"


def test_a_cause_leads_to_its_rows_and_to_full_records():
    """Keys of issues with a record are links in the sentence; all else is text."""
    shown = soup_of(causes("exception"))
    assert [(link.get_text(), link["href"]) for link in shown("a")] == [
        ("AB-2", "../dossiers/AB-2/issue.html"), ("rows", "#gaps"),
    ]  # fmt: skip
    assert SEEN in shown.li.get_text()
    assert shown.find(["script", "img"]) is None


def test_what_findings_of_one_cause_say_one_by_one_is_not_lost():
    """Where the headline counts the cases of several projects, each finding stands whole below it."""
    each = ("PAY: 2 of 9 (AB-2).", "OPS: 1 of 9.")
    shown = soup_of(
        Causes((Caused("x", "exception", "3 of 9.", "PAY 2 and OPS 1.", "", "", each),), {"AB-2": "a.html"})
    )
    assert shown.summary.get_text() == "2 findings in full"
    assert tuple(one.get_text() for one in shown.select("details p")) == each
    assert shown.a["href"] == "a.html"


def test_no_findings_is_said():
    """An empty list would look like something missing."""
    assert all("No findings." in text for text in (Causes((), {})._repr_html_(), repr(Causes((), {}))))


def test_a_section_without_rows_vanishes_and_is_told():
    """Not a heading over nothing; one sentence says what was looked for."""
    empty, full = (show_table(pd.DataFrame({"key": keys}), rows="deletions") for keys in ([], ["AB-1"]))
    assert Section("Deletions", "x", (empty,))._repr_html_() == ""
    shown = soup_of(Section("Deletions", "In `tables/a.csv`, *all* <b>.", (empty, full)))
    assert shown.h2.get_text() == "Deletions"
    assert (shown.code.get_text(), shown.em.get_text()) == ("tables/a.csv", "all")
    assert "<b>" in shown.get_text()
    assert len(shown("table")) == 1
    assert repr(NothingFound(("deletions", "moves"))) == "There are no deletions and no moves."
    assert repr(NothingFound(("deletions",))) == "There are no deletions."
    assert NothingFound(())._repr_html_() == ""


def test_a_place_for_signatures_has_a_line_for_each_role():
    """Empty cells to write into; it passes the cleaner of exported pages unchanged in kind, and asks for nothing."""
    shown = signature_block(["Prepared by", HOSTILE])
    page = clean_html(shown._repr_html_())
    assert network_requests(page) == []
    rows = BeautifulSoup(page, "html.parser").tbody("tr")
    assert rows[0].th.get_text() == "Prepared by"
    assert "alert" in rows[1].th.get_text()
    assert all(cell.get_text().strip("\xa0") == "" for row in rows for cell in row.find_all("td"))
    assert [len(row.find_all("td")) for row in rows] == [3, 3]
    assert "padding" in rows[0].td["style"]
    assert repr(signature_block()).startswith("Prepared by  name ___")
    with pytest.raises(ValueError, match="needs a role"):
        signature_block([])


def test_a_key_in_a_sentence_leads_to_its_record_and_one_within_an_address_does_not():
    """Cover and notebooks link alike; a key without a full record, and what only looks like one, stay words."""
    records = {"PAY-17": "dossiers/PAY-17/issue.html"}
    said = "PAY-17, PAY-18, XPAY-17, PAY-17-2 and https://jira.example/browse/PAY-17"
    assert list(with_keys(said, records.get)) == [
        ("", ""),
        ("PAY-17", "dossiers/PAY-17/issue.html"),
        (", PAY-18, XPAY-17, PAY-17-2 and https://jira.example/browse/PAY-17", ""),
    ]
