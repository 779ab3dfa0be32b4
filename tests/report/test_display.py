"""What notebooks show."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from auditlib.report.display import conclusion, show_table, show_tables, signature_block
from auditlib.report.notebook_html import clean_html, network_requests

HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(1)>"&\u202e'


@pytest.fixture
def gaps():
    return pd.DataFrame(
        {
            "key": ["AB-1", "AB-2", HOSTILE],
            "number": pd.array([1, 12446, None], dtype="Int64"),
            "rate": [0.5, 1 / 3, float("nan")],
            "at": pd.to_datetime(["2026-04-01T09:15:00.123", None, "2026-12-01T00:00:00.000"]).tz_localize(
                "America/New_York"
            ),
            "now_key": ["CD-1", None, None],
            "url": ["https://jira.company.example/browse/AB-1", "javascript:alert(1)", "https://x/"],
        }
    )


def cells(shown) -> list[list[str]]:
    return [
        [cell.get_text() for cell in row.find_all("td")]
        for row in BeautifulSoup(shown._repr_html_(), "html.parser").tbody("tr")
    ]


def test_a_table_says_what_its_rows_are_and_how_many_of_how_many(gaps):
    """No table without its number of rows and the whole."""
    shown = show_table(
        gaps, rows="missing numbers", total=345, limit=2, order="by project and number", file="tables/gaps.csv"
    )
    caption = "2 of 345 missing numbers, the first by project and number; all in tables/gaps.csv"
    assert BeautifulSoup(shown._repr_html_(), "html.parser").caption.get_text() == caption
    assert repr(shown).splitlines()[0] == caption
    assert len(cells(shown)) == 2
    assert show_table(gaps, rows="missing numbers", order="by key").caption == "3 of 3 missing numbers"


def test_an_empty_table_says_so(gaps):
    """Nothing found is a result, not an empty frame."""
    shown = show_table(gaps.head(0), rows="missing numbers")
    assert repr(shown) == "No missing numbers."
    assert "No missing numbers." in shown._repr_html_()


def test_cells_are_readable(gaps):
    """Numbers without separators as in the CSV, times to the second with their offset, missing ones empty."""
    rows = cells(show_table(gaps, rows="numbers"))
    assert rows[0] == ["AB-1", "1", "0.5", "2026-04-01 09:15:00 -04:00", "CD-1"]
    assert rows[1] == ["AB-2", "12446", "0.3333", "", ""]
    assert rows[2][3] == "2026-12-01 00:00:00 -05:00"


def test_a_day_does_not_break_across_lines(gaps):
    """A hyphen is a place to break for a browser: a day is one word, also within a time, which may break on paper."""
    frame = gaps[["at"]].head(1).assign(first="2026-05-04")
    shown = BeautifulSoup(clean_html(show_table(frame, rows="times")._repr_html_()), "html.parser")
    at, first = shown.find_all("td")
    assert (at["class"], at.find("span", class_="day").get_text()) == (["time"], "2026-04-01")
    assert first["class"] == ["day"]


def test_a_time_that_is_text_is_shown_as_times_are():
    """Where a column may also say ``none told`` its times are text; the table itself keeps milliseconds."""
    at = "2026-10-15T06:58:33.000+02:00"
    frame = pd.DataFrame({"last_active": [at, "none told", f"on {at}"], "note": [f"not before {at}", "", ""]})
    shown = cells(show_table(frame, rows="people"))
    assert [row[0] for row in shown] == ["2026-10-15 06:58:33 +02:00", "none told", f"on {at}"]
    assert shown[0][1] == "not before 2026-10-15 06:58:33 +02:00"


def test_a_long_cell_has_a_column_of_some_width():
    """Beside a name that can't be broken it would be a column of single words, as tall as the page."""
    frame = pd.DataFrame({"via": ["role Viewers by group users; " * 5, "group users"]})
    shown = BeautifulSoup(clean_html(show_table(frame, rows="people")._repr_html_()), "html.parser")
    assert [cell.get("class") for cell in shown.find_all("td")] == [["long"], None]


def test_a_digest_may_break_across_lines():
    """It is one word of 64 letters, for which a table would leave its page."""
    frame = pd.DataFrame({"ticket": ["0af9" * 16, "0af9"]})
    shown = BeautifulSoup(clean_html(show_table(frame, rows="tickets")._repr_html_()), "html.parser")
    assert [cell.get("class") for cell in shown.find_all("td")] == [["digest"], None]


def test_numbers_are_aligned_to_the_right(gaps):
    """Heads and cells alike, also where our style sheet is not loaded."""
    soup = BeautifulSoup(show_table(gaps, rows="numbers")._repr_html_(), "html.parser")
    right = [cell.get_text() for cell in soup.find_all(["th", "td"]) if "right" in cell["style"]]
    assert right == ["number", "rate", "1", "0.5", "12446", "0.3333", "", ""]


def test_text_from_jira_is_escaped_and_unseen_characters_are_shown(gaps):
    """A summary is text, whatever is in it."""
    page = show_table(gaps, rows="numbers")._repr_html_()
    assert network_requests(page) == []
    assert cells(show_table(gaps, rows="numbers"))[2][0] == HOSTILE.replace("\u202e", "[U+202E]")
    assert "\u202e" not in repr(show_table(gaps, rows="numbers"))


def test_only_web_addresses_become_links(gaps):
    """The key is linked where the address is one; a column of addresses is shown if it is asked for."""
    soup = BeautifulSoup(show_table(gaps, rows="numbers", limit=2)._repr_html_(), "html.parser")
    assert [(link.get_text(), link["href"]) for link in soup("a")] == [
        ("AB-1", "https://jira.company.example/browse/AB-1")
    ]
    soup = BeautifulSoup(show_table(gaps, rows="numbers", columns=["url"])._repr_html_(), "html.parser")
    assert [link["href"] for link in soup("a")] == ["https://jira.company.example/browse/AB-1", "https://x/"]


def test_the_sanitiser_leaves_our_tables_as_they_are(gaps):
    """What we show is what the exported page shows."""
    page = show_table(gaps, rows="numbers")._repr_html_()
    before, after = BeautifulSoup(page, "html.parser"), BeautifulSoup(clean_html(page), "html.parser")
    assert after.get_text() == before.get_text()
    assert [link["href"] for link in after("a")] == [link["href"] for link in before("a")]
    assert len(after(class_="number")) == len(before(class_="number")) > 0


def test_a_wrong_column_or_total_is_an_error(gaps):
    """A table can't show less than it says."""
    with pytest.raises(ValueError, match="no column nonsense"):
        show_table(gaps, rows="numbers", columns=["nonsense"])
    with pytest.raises(ValueError, match="can't be of 2"):
        show_table(gaps, rows="numbers", total=2)


@dataclass(frozen=True)
class Found:
    """A finding as a record."""

    severity: str
    statement: str


@pytest.mark.parametrize(
    "findings",
    [
        [Found("exception", HOSTILE)],
        [{"severity": "exception", "statement": HOSTILE}],
        pd.DataFrame({"severity": ["exception"], "statement": [HOSTILE]}),
    ],
)
def test_a_conclusion_stands_with_its_findings(findings):
    """As HTML, as Markdown and as text; nothing in it is markup."""
    shown = conclusion("Is *any* missing?", "40 <of> 50.", findings)
    soup = BeautifulSoup(shown._repr_html_(), "html.parser")
    assert soup.strong.get_text() == "40 <of> 50."
    assert HOSTILE.replace("\u202e", "[U+202E]") in soup.li.get_text()
    assert soup.script is None
    assert soup.img is None
    before, _, said = shown._repr_markdown_().partition("\n\n")
    assert before == '<div class="mathjax_ignore tex2jax_ignore">'
    assert said.startswith("*Is \\*any\\* missing?*\n\n**40 \\<of\\> 50.**")
    assert "\\<script\\>" in shown._repr_markdown_()
    assert repr(shown).splitlines()[:2] == ["Is *any* missing?", "40 <of> 50."]


def test_no_findings_is_said():
    """An empty list would look like something missing."""
    shown = conclusion("Any?", "None.")
    assert all("No findings." in text for text in (shown._repr_html_(), shown._repr_markdown_(), repr(shown)))


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


def test_several_tables_stand_one_after_the_other():
    """Each with its own caption, in the order given; an empty one says so."""
    first = show_table(pd.DataFrame({"key": ["PAY-1"]}), rows="issues")
    second = show_table(pd.DataFrame({"key": []}), rows="groups")
    both = show_tables(first, second)
    assert both._repr_html_() == first._repr_html_() + second._repr_html_()
    assert repr(both).endswith("No groups.")
