"""A boundary around one issue: its record comes out as far as it can, what could not be made is named, the rest goes on."""

from __future__ import annotations

import time
from dataclasses import replace

import pypdfium2 as pdfium
import pytest
from hostile_issues import HOSTILE, PLACE, comment, dossier_of, fields_of

from auditlib.dossier import made as making
from auditlib.dossier.bounds import SECTION, bounded, first_of, in_parts, size_of
from auditlib.dossier.made import made_files, reason
from auditlib.dossier.pdf import write_pdf
from auditlib.errors import AuditError
from auditlib.report.safe_html import network_requests

NAMES = {
    *("details.csv", "history.csv", "comments.csv", "worklogs.csv", "links.csv", "attachments.csv", "issue.json"),
    "issue.html",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_every_file_of_a_hostile_issue_is_made(name):
    """Nothing that one issue holds keeps a file of it, or its pages on paper, from being made, and all is harmless."""
    one = dossier_of(HOSTILE[name])
    made = made_files(one, "Audit")
    assert made.lacks == ()
    assert made.files.keys() == NAMES
    assert network_requests(made.files["issue.html"].decode()) == []
    assert made_files(one, "Audit") == made, "a function of the answer alone"
    document = pdfium.PdfDocument(write_pdf([one], title="Audit", place=PLACE))
    assert len(document) > 1
    document.close()


@pytest.mark.parametrize("name", ["240 lists", "240 lists in HTML", "a document of 1,000 levels"])
def test_what_is_nested_too_deeply_is_shown_as_text(name):
    """The deepest word is on the page; what was not read to its depth is said."""
    one = dossier_of(HOSTILE[name])
    page = made_files(one, "").files["issue.html"].decode()
    assert "the deepest word" in page
    assert ("nested" in page) or one.incomplete


def test_depth_that_was_not_read_is_named():
    """The record says which field, and how deep."""
    (said,) = dossier_of(HOSTILE["JSON of 5,000 levels"]).incomplete
    assert said == "customfield_1: nested in more than 300 levels; what lies deeper is shown as its source"


def test_a_file_that_cannot_be_made_is_named_in_the_record(monkeypatch):
    """The other files are there, and the page says what is missing."""
    one = dossier_of({"fields": fields_of()})
    broken = {**making.file_makers(one), "links.csv": lambda: {}["x"]}
    monkeypatch.setattr(making, "file_makers", lambda *_: broken)
    made = made_files(one, "")
    assert made.lacks == ("links.csv could not be made: a form that is not known (KeyError)",)
    assert made.files.keys() == NAMES - {"links.csv"}
    assert "links.csv could not be made" in made.files["issue.html"].decode()


def test_a_page_that_cannot_be_made_has_one_in_its_place(monkeypatch):
    """It says so, names where everything is, and asks for nothing."""

    def broken(*_, **__):
        raise AuditError("the page <would> run something")

    monkeypatch.setattr(making, "issue_page", broken)
    made = made_files(replace(dossier_of({"fields": fields_of()}), incomplete=("watchers: hidden",)), "")
    page = made.files["issue.html"].decode()
    assert made.lacks == ("issue.html could not be made: the page <would> run something",)
    assert "the page &lt;would&gt; run something" in page
    assert "watchers: hidden" in page
    assert network_requests(page) == []


def test_a_reason_has_no_words_that_differ_between_machines():
    """Of what was not foreseen only its kind."""
    assert reason(KeyError("/folder/of/someone")) == "a form that is not known (KeyError)"
    assert reason(AuditError("x\x1by\nz")) == "x[U+001B]y z"


def test_fifty_thousand_odd_comments_are_named_in_linear_time():
    """Each is named once, and naming takes no longer for the last than for the first."""
    started = time.process_time()
    one = dossier_of({"fields": fields_of(), "comments": [comment(n, created="x", updated="x") for n in range(50_000)]})
    assert len(one.incomplete) == 100_000
    assert time.process_time() - started < 60, "the square of it would take many minutes"


# the bounds of what is set


def issue_of(**sections):
    """Return an issue as the typesetter takes it, with these sections."""
    rows = (
        "attachments",
        "subtasks",
        "links",
        "comments",
        "worklogs",
        "history",
        "approvals",
        "sla",
        "fields",
        "details",
        "people",
        "notes",
    )
    made = {"requests": [], "replay": [], "missing": [], "people": []}
    return {
        "description": {"blocks": [], "addresses": []},
        "unset": "",
        "made": made,
        **{one: [] for one in rows},
        **sections,
    }


def test_what_is_within_the_bounds_is_whole():
    """Nothing is cut, and what is counted is what is there."""
    given = issue_of(history=[{"text": "x"}] * 5)
    (kept,) = bounded([given])
    assert kept["cut"] == []
    assert kept["counts"]["history"] == 5
    assert {name: kept[name] for name in given} == given


def test_a_long_section_shows_its_first_part_and_says_so():
    """The others are whole; the number that is shown on paper is that of all."""
    row = {"text": "x" * 1_000, "long": False}
    (kept,) = bounded([issue_of(history=[row] * 10_000, comments=[row] * 3)])
    assert size_of(kept["history"]) <= SECTION * 1.01
    assert kept["counts"]["history"] == 10_000
    assert kept["cut"] == [f"history ({len(kept['history']):,} of 10,000)"]
    assert len(kept["comments"]) == 3


def test_many_issues_share_what_a_document_may_hold():
    """Each gets the same room, and ordinary ones stay whole beside long ones."""
    row = {"text": "x" * 1_000}
    kept = bounded([*(issue_of(history=[row] * 3_000) for _ in range(20)), issue_of(history=[row] * 50)])
    assert len({len(one["history"]) for one in kept[:-1]}) == 1
    assert kept[-1]["cut"] == []
    assert sum(size_of(one["history"]) for one in kept) < 6_000_000


@pytest.mark.parametrize("left", [0, 39, 40, 41, 300, 5_000, 10**6])
def test_a_cut_takes_the_first_pieces(left):
    """In their order, with nothing of what says how they are set lost."""
    blocks = [{"is": "paragraph", "runs": [{"text": "y" * 100, "marks": ["bold"]}]} for _ in range(50)]
    kept, rest = first_of({"is": "quote", "blocks": blocks}, left)
    assert rest >= 0
    assert kept["is"] == "quote"
    assert all(one["is"] == "paragraph" for one in kept["blocks"])
    assert [one for one in kept["blocks"][:-1] if one not in blocks] == []


@pytest.mark.parametrize(
    "text", ["x" * 20_000, "a b " * 5_000, "x\n" * 10_000, "\U0001f469\u200d" * 9_000, "a\u0301" * 9_000]
)
def test_parts_are_the_whole_text(text):
    """But for the line ends at which it is cut; none is longer than the typesetter takes in its stride."""
    parts = in_parts(text, "\u200b")
    assert max(map(len, parts)) <= 4_000
    assert "".join(parts).replace("\n", "") == text.replace("\n", "")
    assert not any(one[:1] in {"\u0301", "\u200d"} for one in parts)
