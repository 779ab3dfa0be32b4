"""Tables as notebooks and their pages show them."""

from __future__ import annotations

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from auditlib.report.cells import Sign
from auditlib.report.notebook_html import clean_html, network_requests
from auditlib.report.table_display import MOST_ROWS, ON_PAPER, show_table

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
    """Issue numbers are names and have no separators; times to the second with their offset; missing ones are empty."""
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


def soup_of(shown) -> BeautifulSoup:
    return BeautifulSoup(clean_html(shown._repr_html_()), "html.parser")


def test_counts_have_separators_and_names_have_none():
    """One form for counts wherever they stand; a number that names an issue, a version or an account is as Jira writes it."""
    frame = pd.DataFrame(
        {"number": [12446], "records": [12446], "history_id": [12446], "first": [1234], "change": [-1234]}
    )
    assert cells(show_table(frame, rows="rows"))[0] == ["12446", "12,446", "12446", "1234", "−1,234"]


def test_each_row_can_be_reached_by_its_key():
    """By the name of the table's file and the key, by project and first number, or by project; a key that repeats, once."""
    keys = pd.DataFrame({"key": ["AB-1", "AB-2", "AB-2", "no key <"], "n": 1})
    shown = soup_of(show_table(keys, rows="rows", file="tables/closing.csv"))
    assert shown.find(class_="table")["id"] == "closing"
    assert [row.get("id") for row in shown.tbody("tr")] == ["closing-AB-1", "closing-AB-2", None, None]
    runs = pd.DataFrame({"project": ["AB", "AB"], "first": [1, 7]})
    assert [row["id"] for row in soup_of(show_table(runs, rows="rows", file="tables/runs.csv")).tbody("tr")] == [
        "runs-AB-1", "runs-AB-7",
    ]  # fmt: skip
    assert all("id" not in one.attrs for one in soup_of(show_table(keys, rows="rows")).find_all(True))


def test_a_key_with_a_full_record_leads_to_it(gaps):
    """Any other leads to Jira."""
    shown = soup_of(show_table(gaps.head(2), rows="rows", records={"CD-1": "../dossiers/CD-1/issue.html"}))
    assert [(link.get_text(), link["href"]) for link in shown("a")] == [
        ("AB-1", "https://jira.company.example/browse/AB-1"), ("CD-1", "../dossiers/CD-1/issue.html"),
    ]  # fmt: skip


def test_a_large_table_is_light_and_says_what_it_leaves_out():
    """Of 100,000 rows a page shows some hundred, paper fewer; the caption says so, and where all are."""
    frame = pd.DataFrame({"key": [f"AB-{number}" for number in range(1, 100_001)]})
    shown = show_table(frame, rows="issues", order="by number", file="tables/population.csv")
    rows = soup_of(shown).tbody("tr")
    assert len(rows) == MOST_ROWS
    assert [row.get("class") for row in rows].count(["beyond"]) == MOST_ROWS - ON_PAPER
    assert shown.caption == (
        f"{MOST_ROWS} of 100,000 issues, the first by number; on paper the first {ON_PAPER}; all in tables/population.csv"
    )
    assert len(repr(shown).splitlines()) < 30


def test_a_column_of_few_values_can_be_chosen_from():
    """Not one of many, of long, of numbers or of one value; and not where there are few rows."""
    frame = pd.DataFrame(
        {
            "status": ["Done", "Open"] * 10, "one": ["x"] * 20, "many": [f"v{n}" for n in range(20)],
            "number": [1, 2] * 10, "text": ["a" * 40, "b" * 40] * 10,
        }
    )  # fmt: skip
    chosen = [cell.get_text() for cell in soup_of(show_table(frame, rows="rows")).thead(class_="choice")]
    assert chosen == ["status"]
    assert not soup_of(show_table(frame.head(12), rows="rows")).thead(class_="choice")


def test_a_sign_says_its_word():
    """Who can't see a dot, or does not know it, is told what it stands for; a last row has the totals."""
    frame = pd.DataFrame({"key": ["AB-1"], "in time": pd.Series([Sign("●", "exception")], dtype=object)})
    shown = soup_of(show_table(frame, rows="issues", foot=["deviate", "1 of 1"]))
    assert (shown.abbr.get_text(), shown.abbr["title"]) == ("●", "exception")
    assert [cell.get_text() for cell in shown.tfoot("td")] == ["deviate", "1 of 1"]


def test_a_sign_leads_to_what_shows_it():
    """The entry of the record that decides an outcome is one click away; a sign without one is no link."""
    signs = [Sign("●", "exception", "../dossiers/AB-1/issue.html#history-7"), Sign("✓", "pass")]
    frame = pd.DataFrame({"key": ["AB-1", "AB-2"], "in time": pd.Series(signs, dtype=object)})
    shown = show_table(frame, rows="issues")._repr_html_()
    assert '<a href="../dossiers/AB-1/issue.html#history-7"><abbr title="exception">●</abbr></a>' in shown
    assert '<abbr title="pass">✓</abbr></td>' in shown
