"""The page of an issue among others: the strip leads to neighbours and entries, comments that are gone stand in their place."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from hostile_issues import HOSTILE, change, comment, dossier_of, fields_of

from auditlib.dossier.known import ArchivedComments, KnownChange
from auditlib.dossier.page import issue_page
from auditlib.dossier.standing import CHOSEN, SAMPLED, Mark, Standing
from auditlib.records.comment_census import EDITED, GONE
from auditlib.report.safe_html import network_requests

ZONE = ZoneInfo("UTC")
SEEN = datetime(2026, 7, 1, tzinfo=UTC)


def entry(number: int) -> Mark:
    evidence = f"Assignee was empty; history {number}: resolved <b>Done</b>"
    return Mark("owner <named>", "exception", evidence, f"history-{number}")


@pytest.fixture(scope="module")
def issue():
    """An issue with a change and two comments."""
    later = comment(3, created="2026-06-03T10:00:00.000+0000", updated="2026-06-03T10:00:00.000+0000")
    return dossier_of({"fields": fields_of(), "history": [change(29199, "a", "s")], "comments": [comment(1), later]})


STANDING = Standing(
    SAMPLED, 6, 25, (5, "PAY-550"), (7, "PAY-844"), (entry(29199), entry(1)), ("four eyes",), "withdrawn by <x>"
)


def soup_of(dossier, standing=STANDING) -> BeautifulSoup:
    return BeautifulSoup(issue_page(dossier, audit="Audit", standing=standing), "html.parser")


def test_the_strip_says_which_of_how_many_and_leads_to_its_neighbours(issue):
    """And to the entries that show an outcome, those that the page has; by words, not by colour alone."""
    strip = soup_of(issue).select_one("nav.strip")
    words = " ".join(strip.get_text(" ").split())
    assert "Sample 6 of 25" in words
    assert "owner <named>: exception" in words
    assert "not applicable: four eyes" in words
    assert "not tested withdrawn by <x>" in words
    assert [link["href"] for link in strip("a", class_="step")] == ["../PAY-550/issue.html", "../PAY-844/issue.html"]
    assert [link["href"] for link in strip.select(".mark a")] == ["#history-29199"]


@pytest.mark.parametrize(
    ("before", "after", "steps"), [(None, (2, "B-2"), ["next"]), ((1, "A-1"), None, ["prev"]), (None, None, [])]
)
def test_at_an_end_there_is_one_neighbour(issue, before, after, steps):
    """A link to nothing would be worse than none."""
    strip = soup_of(issue, Standing(CHOSEN, 1, 2, before, after)).select_one("nav.strip")
    assert [link["rel"] for link in strip("a")] == [[one] for one in steps]
    assert "Record 1 of 2" in strip.get_text()


def test_every_link_within_the_page_leads_somewhere(issue):
    """Of an entry that is not there the words stand alone."""
    soup = soup_of(issue)
    anchors = {element["id"] for element in soup.find_all(id=True)}
    within = {link["href"][1:] for link in soup.find_all("a", href=True) if link["href"].startswith("#")}
    assert within <= anchors
    assert {"history-29199", "comment-1", "comment-3"} <= anchors
    assert "history 1:" in soup.select_one("#outcomes").get_text()


def test_the_page_runs_and_loads_nothing_with_its_strip_too():
    """Whatever the issue, the attribute and the key hold."""
    hostile = Standing(SAMPLED, 1, 2, None, (2, 'X"><script>'), (Mark("<script>", "pass", "history 1<img src=x>", ""),))
    for made in HOSTILE.values():
        assert network_requests(issue_page(dossier_of(made), standing=hostile)) == []


def test_landmarks_hold_all_of_the_page(issue):
    """A screen reader goes from one to the next: bar, source, strip, head, main, column beside, sections, foot."""
    soup = soup_of(issue)
    assert soup.select_one("main#main")
    labelled = {part["aria-labelledby"] for part in soup.select("section.full")}
    assert labelled == {"outcomes-title", "replay-title", "fields-title", "record-title"}
    assert all(soup.find(id=one) for one in labelled)
    assert soup.select_one(".band")["role"] == "region"
    assert len(soup.find_all("main")) == len(soup.select("header.head")) == len(soup.select("footer.foot")) == 1


def known(number: int, change: str, created: datetime | str) -> KnownChange:
    return KnownChange(
        number, change, SEEN, SEEN + timedelta(days=30), created, created, None if change == GONE else True
    )


def test_a_comment_that_is_gone_stands_where_it_was_written(issue):
    """Between those before and after it, with what the archive knows; one whose time can't be read at the end."""
    second = datetime(2026, 6, 2, 10, tzinfo=UTC)
    first = issue.comments[0].created
    assert isinstance(first, datetime)
    archived = ArchivedComments(
        [SEEN], [known(2, GONE, second), known(9, GONE, "no time"), known(3, EDITED, first), known(0, GONE, first)]
    )
    soup = soup_of(replace(issue, archived=archived))
    told = soup.select("article.comment[id^=comment-]")
    assert [one["id"] for one in told] == ["comment-0", "comment-1", "comment-2", "comment-3", "comment-9"]
    assert "deleted, or hidden from this account" in told[2].get_text()
    assert "with another text" in told[3].select_one(".archived").get_text()
    assert "3 comments more that the archive alone knows" in soup.select_one("#comments").get_text()
    note = soup.select_one(".head").get_text()
    assert "knows more of the comments" in note
    before = BeautifulSoup(issue_page(replace(issue, archived=archived)), "html.parser")
    assert [one["id"] for one in before.select("article.comment")][:2] == ["comment-1", "comment-3"], (
        "as older packages have it"
    )


def test_without_a_standing_the_page_is_that_of_older_packages(issue):
    """To the byte, so that they verify: nothing of the strip is on it, its style least of all."""
    page = issue_page(issue, audit="Audit")
    for new in ("strip", 'class="bar"', 'id="main"', "aria-labelledby", "underline-offset"):
        assert new not in page
