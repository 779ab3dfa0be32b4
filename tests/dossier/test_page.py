"""``issue.html``: everything of an issue stands on it, in both dialects, and it does nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from bs4 import BeautifulSoup
from dossier_collection import LIVE, collect_dossiers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditlib.dossier.page import issue_page
from auditlib.errors import AuditError
from auditlib.report.safe_html import network_requests
from auditlib.text import visible_text

CASES = (
    *("issue with everything", "hostile comment", "hostile description", "hostile summary", "hostile display name"),
    *(
        "hostile attachment names",
        "long description",
        "hole in status",
        "comment restricted in sight",
        "moved",
        "no reporter",
    ),
)


@pytest.fixture(scope="module", params=["cloud", "data-center"])
def dossiers(request, small_company, tmp_path_factory):
    """By the key asked for; of each planted case all issues."""
    keys = sorted({key for name in CASES for key in small_company.truth.planted[name]})
    found = collect_dossiers(small_company.world, request.param, keys, tmp_path_factory.mktemp(request.param)).found
    return {one.asked: one for one in found}


@pytest.fixture
def first(dossiers, small_company):
    """Return the first issue of a planted case."""
    return lambda name: next(dossiers[key] for key in small_company.truth.planted[name] if key in dossiers)


def soup_of(dossier) -> BeautifulSoup:
    return BeautifulSoup(issue_page(dossier), "html.parser")


def words(text: str) -> str:
    return " ".join(text.split())


def test_every_field_comment_and_change_stands_on_the_page(dossiers):
    """Nothing is left out because it is empty, long or ugly."""
    for one in dossiers.values():
        soup = soup_of(one)
        shown = words(soup.get_text(" "))
        rows = soup.select(".all-fields > tbody > tr")
        assert len(rows) == len(one.fields)
        for row, field in zip(rows, one.fields.values(), strict=True):
            assert field.id in row.th.get_text(" ")
            raw = row.select_one("pre.json") or row.select("td")[1].find("code")
            compact = json.dumps(field.raw, ensure_ascii=False)
            assert words(raw.get_text()).replace(" ", "") == words(visible_text(compact)).replace(" ", "")
        for comment in one.comments:
            part = soup.find(id=f"comment-{comment.id}")
            assert comment.url in part.get_text()
            assert visible_text(comment.author) in part.get_text()
            assert part.time["datetime"] == comment.created.isoformat(timespec="milliseconds")
            assert (part.select_one(".edited") is not None) == comment.edited
            assert comment.visibility in part.get_text()
        for change in one.changes:
            part = soup.find(id=f"history-{change.history_id}")
            assert part.time["datetime"] == change.at.isoformat(timespec="milliseconds")
            for value in (change.before, change.before_text, change.after, change.after_text):
                assert words(visible_text(value.replace("\r\n", "\n"), keep="\n\t")) in words(part.get_text(" "))
        for worklog in one.worklogs:
            assert f"{worklog.seconds:,} seconds" in soup.find(id=f"worklog-{worklog.id}").get_text()
        for link in one.links:
            assert visible_text(link.title) in shown
            assert link.key in shown
        for file in one.attachments:
            assert f"attachment {file.id}" in shown
            assert file.sha256 in shown
            assert visible_text(file.stored_as) in shown
            assert file.url in shown
        for checked in one.replay:
            assert all(words(visible_text(note)) in shown for note in checked.notes)


def test_counts_are_checked_against_what_jira_says(first):
    """Also where they differ."""
    one = first("issue with everything")
    shown = soup_of(one).select_one("#history").get_text()
    assert f"{one.entries} entries here; Jira says there are {one.entries}" in shown
    short = replace(one, received=replace(one.received, totals={**one.received.totals, "history": one.entries + 3}))
    assert f"but Jira says there are {one.entries + 3}" in soup_of(short).select_one("#history").get_text()


def test_what_makes_it_believable_stands_on_every_sheet(first):
    """Key, live address, times in both zones, account, digest: in the band that print repeats."""
    one = first("issue with everything")
    band = soup_of(one).select_one(".band").get_text()
    begun = one.collected[0]
    for expected in (
        one.key,
        f"{LIVE}/browse/{one.key}",
        f"{begun.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC",
        one.place.account,
        one.digest,
    ):
        assert expected in band
    assert begun.astimezone(one.place.zone).isoformat()[-6:] in band
    made = soup_of(one).select_one("#record").get_text()
    assert all(source.sha256 in made and source.request in made for source in one.sources)


def test_the_order_is_that_of_jira(first):
    """Breadcrumbs, summary, status; then description, attachments, sub-tasks, links, activity; details beside them."""
    one = first("issue with everything")
    soup = soup_of(one)
    names = [part.get("id") or part.name for part in soup.select(".crumbs, h1, .state, main > section, .full")]
    assert names[:3] == ["nav", "h1", "p"]
    assert names[3:8] == ["description", "attachments", "sub-tasks", "links", "activity"]
    assert names[8:] == ["replay", "fields", "record"]
    assert [title.get_text() for title in soup.select("aside h2")][:3] == ["Details", "People", "Dates"]
    category = soup.select_one(".state .lozenge")["class"][-1]
    assert category == one.fields["status"].raw["statusCategory"]["key"]


def test_a_history_that_does_not_close_is_told_at_the_top(first):
    """And in the replay check, first of all."""
    soup = soup_of(first("hole in status"))
    assert "does not close" in soup.select_one(".head .note").get_text()
    assert soup.select_one("#replay tbody tr .verdict").get_text() == "does not close"


def test_a_moved_issue_says_under_which_key_it_was_asked_for(first):
    """The package names it by that key."""
    one = next(first(name) for name in ("moved",))
    note = soup_of(one).select_one(".head .note").get_text()
    assert one.asked in note
    assert one.key in note
    assert one.asked != one.key


def test_empty_parts_say_that_they_are_empty(first):
    """With what Jira said; a part that could not be read is not empty."""
    one = first("hostile summary")
    bare = replace(one, comments=(), worklogs=(), links=(), attachments=(), changes=(), entries=0, replay=())
    shown = soup_of(bare).get_text()
    for expected in (
        "No comments",
        "No work logged",
        "No attachments",
        "No sub-tasks",
        "No linked issues",
        "Jira gave no history entry",
    ):
        assert expected in shown
    refused = {"comments": "Jira answered 403: no right", "remote_links": "Jira answered 404"}
    hidden = soup_of(replace(bare, received=replace(one.received, refused=refused))).get_text()
    assert "could not be read: Jira answered 403: no right" in hidden
    assert "No comments" not in hidden


def test_what_is_missing_is_told_at_the_top(first):
    """One sentence each."""
    one = replace(first("issue with everything"), incomplete=("Jira says there are 9 comments, and gave 2",))
    assert "gave 2" in soup_of(one).select_one(".head .note").get_text()


def test_what_jira_does_not_show_is_said(first):
    """Deleted comments, earlier texts of edited comments."""
    shown = soup_of(first("hostile comment")).select_one("#record").get_text()
    assert "comment was edited" in shown
    assert "deleted" in shown


def test_a_file_that_a_browser_would_run_is_named_not_linked(first):
    """A page, a script or a program among the attachments opens nowhere by a click."""
    soup = soup_of(first("hostile attachment names"))
    hrefs = [link["href"] for link in soup.select("#attachments .file-name a")]
    assert hrefs
    assert all(href.startswith("attachments/1") and href.lower().endswith((".txt", ".csv", ".png")) for href in hrefs)


def test_pages_run_and_load_nothing(dossiers):
    """An oracle of its own: no element or attribute that could, and no control or direction character."""
    for one in dossiers.values():
        page = issue_page(one)
        soup = BeautifulSoup(page, "html.parser")
        assert not soup.find_all(
            ["script", "iframe", "object", "embed", "link", "base", "form", "svg", "img", "input", "video"]
        )
        assert not [
            name
            for element in soup.find_all(True)
            for name in element.attrs
            if name.startswith("on") or name == "style"
        ]
        assert visible_text(page, keep="\n\t") == page


def test_the_policy_allows_the_own_style_and_nothing_else(first):
    """By its digest, so that no other style could come in."""
    policy = soup_of(first("hostile summary")).find("meta", attrs={"http-equiv": True})["content"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_a_page_that_could_ask_is_not_given_out(first, monkeypatch):
    """Fail closed."""
    monkeypatch.setattr("auditlib.dossier.page_values.rich_html", lambda *_: "<script>x</script>")
    with pytest.raises(AuditError, match="element script"):
        issue_page(first("hostile summary"))


def test_ten_thousand_changes_and_four_hundred_comments(first):
    """All of them, in one page."""
    one = first("hostile comment")
    changes = tuple(replace(one.changes[0], history_id=10**6 + place) for place in range(10_000))
    start = one.comments[0]
    comments = tuple(
        replace(start, id=10**7 + place, created=start.created + timedelta(minutes=place)) for place in range(400)
    )
    page = issue_page(replace(one, changes=changes, entries=10_000, comments=comments))
    assert page.count('<tbody id="history-') == 10_000
    assert page.count('<article class="comment" id="comment-') == 400


def test_a_long_description_is_whole(first):
    """To its last character."""
    one = first("long description")
    text = one.text("description")
    assert len(text) > 30_000
    shown = words(soup_of(one).select_one("#description").get_text(" "))
    assert words(text)[-200:].replace(" ", "") in shown.replace(" ", "")


def test_equal_dossiers_give_equal_pages(first):
    """No clock and no chance in the page."""
    one = first("issue with everything")
    assert issue_page(one) == issue_page(one)


hostile = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            "</style><script>",
            '" onload="x',
            "<!--",
            "javascript:alert(1)",
            "url(//x)",
            "\ud800",
        ]
    ),
)


@given(words=hostile, markup=hostile, name=hostile, address=hostile)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_whatever_stands_in_an_issue_the_page_does_nothing(first, words, markup, name, address):
    """In every place to which a stranger can write."""
    one = first("issue with everything")
    field = replace(one.fields["description"], name=name, kind=name, text=words, html=markup, raw=words)
    page = issue_page(
        replace(
            one,
            key=words,
            url=address,
            fields={
                name: field,
                **{key: replace(value, text=words) for key, value in one.fields.items()},
                "description": field,
            },
            changes=tuple(
                replace(change, author=name, field=words, after_text=markup, after=words) for change in one.changes
            ),
            comments=tuple(
                replace(item, author=name, author_id=words, url=address, html=markup) for item in one.comments
            ),
            links=tuple(replace(item, title=words, status=name, url=address, type=markup) for item in one.links),
            attachments=tuple(replace(item, name=name, url=address, stored_as=words) for item in one.attachments),
            worklogs=tuple(replace(item, comment=words, author=name) for item in one.worklogs),
            place=replace(one.place, base_url=address, account=name, account_id=words),
        )
    )
    assert network_requests(page) == []
    page.encode("utf-8")
