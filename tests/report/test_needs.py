"""What needs an answer: each row leads to its proof, its rows and the records that it names."""

from __future__ import annotations

import pytest

from auditlib.audit.causes import by_cause
from auditlib.report.cover.contents import Contents
from auditlib.report.cover.needs import needs, with_records


@pytest.fixture
def contents(tmp_path):
    for name in ("tables/gaps.csv", "tables/closing.csv", "dossiers/AB-1/issue.html", "dossiers/A_B2-17/issue.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "03_numbering.html").write_text(
        '<table id="gaps" class="rows"><tr id="gaps-AB-9"></tr></table>'
    )
    (tmp_path / "notebooks" / "04_status.html").write_text("<table></table>")
    return Contents(tmp_path)


def finding(notebook, table):
    return {
        "id": "a",
        "notebook": notebook,
        "severity": "exception",
        "statement": "S.",
        "count": 2,
        "table": table,
        "cause": "c",
    }


@pytest.mark.parametrize(
    ("notebook", "table", "proof", "rows"),
    [
        ("03_numbering", "gaps", "notebooks/03_numbering.html", "notebooks/03_numbering.html#gaps"),
        ("04_status", "closing", "notebooks/04_status.html", "tables/closing.csv"),
        ("06_dossiers", "attributes", "", ""),
        ("03_numbering", "", "notebooks/03_numbering.html", ""),
    ],
)
def test_a_row_leads_to_what_is_there(contents, notebook, table, proof, rows):
    """To the table in its notebook's page where that has it, else to its file; to nothing that is not in the package."""
    (one,) = needs(by_cause([finding(notebook, table)], {}), [], contents)
    assert (one.proof, one.rows) == (proof, rows)


def test_a_row_of_a_table_is_reached_where_the_page_has_it(contents):
    """Else the table."""
    assert contents.place("03_numbering", "gaps", "AB-9") == "notebooks/03_numbering.html#gaps-AB-9"
    assert contents.place("03_numbering", "gaps", "AB-8") == "notebooks/03_numbering.html#gaps"


def test_keys_lead_to_their_records_and_nothing_else_does(contents):
    """A key of which there is no record stays text; so does whatever looks like one within another word."""
    text = with_records("AB-1, AB-12, XAB-1, AB-1x, A_B2-17 and <b>AB-1</b>; browse/AB-1", contents)
    assert text.count("<a ") == 3
    assert '<a href="dossiers/A_B2-17/issue.html">A_B2-17</a>' in text
    assert "&lt;b&gt;" in text


def test_no_unseen_character_is_left_beside_a_link(contents):
    """A text that would turn its line is shown as what it is."""
    assert "[U+202E]" in with_records("AB-1 \u202e", contents)


def test_shares_are_those_of_their_numbers(contents):
    """5 of 5,929 is not 0.1 %."""
    record = {**finding("04_status", "closing"), "id": "closing.test-issue", "count": 5}
    (one,) = needs(by_cause([record], {"closed": 5929}), [record], contents)
    assert (one.cases, one.share) == ("5 of 5,929", "< 0.1 %")


def test_what_other_findings_say_of_a_cause_stands_apart_and_whole(contents):
    """On a page that folds it nothing of the first is cut."""
    first = {
        **finding("03_numbering", "gaps"),
        "id": "log.a",
        "statement": "The log begins on 4 May, so that: it is short.",
    }
    second = {**finding("08_activity", ""), "id": "log.b", "statement": "The log of AB-1 is odd."}
    (one,) = needs(by_cause([first, second], {}), [first, second], contents)
    assert (one.headline, one.rest) == ("The log begins on 4 May, so that:", "it is short.")
    assert one.others == 'The log of <a href="dossiers/AB-1/issue.html">AB-1</a> is odd.'
