"""What kind of actor each author is, in every form of a record: page, tables, paper; and records made before it was told."""

from __future__ import annotations

from typing import Any

import pypdfium2 as pdfium
import pytest
from bs4 import BeautifulSoup
from hostile_issues import AT, PLACE, comment, dossier_of, fields_of

from auditlib.dossier.files import HISTORY, KINDS_SINCE, LINKS
from auditlib.dossier.made import made_files
from auditlib.dossier.pdf import write_pdf
from auditlib.dossier.record import Dossier
from auditlib.tables import Table

ANA = {"accountId": "5f1", "accountType": "atlassian", "displayName": "Ana Brook"}
TIDY = {"accountId": "557058:a", "accountType": "app", "appType": "agent", "displayName": "Tidy"}
PAT = {"accountId": "qm:1", "accountType": "customer", "displayName": "Pat Portal"}
GONE = {"accountId": "unknown", "accountType": "unknown", "displayName": "Former user"}


def entry(number: int, author: Any, **more: Any) -> dict[str, Any]:
    item = {"field": "summary", "fieldId": "summary", "fromString": f"s{number}", "toString": f"s{number + 1}"}
    return {"id": str(number), "created": AT, "author": author, "items": [item], **more}


@pytest.fixture(scope="module")
def record() -> Dossier:
    file = {"id": "7", "filename": "a.txt", "size": 1, "created": AT, "author": PAT}
    return dossier_of(
        {
            "fields": fields_of(reporter=PAT, creator=TIDY, assignee=ANA, attachment=[file]),
            "history": [
                entry(11, ANA),
                entry(12, TIDY, historyMetadata={"description": "on behalf of accountId=5f1"}),
                entry(13, ANA, historyMetadata={"type": "a:merge"}),
                entry(14, GONE, historyMetadata={"description": "on behalf of accountId=<b>x"}),
                entry(15, None),
            ],
            "comments": [
                comment(21, author=PAT, updateAuthor=TIDY, updated="2026-04-02T09:00:00.000+0000"),
                comment(22, author=ANA),
            ],
            "worklogs": [{"id": "31", "started": AT, "author": TIDY, "timeSpentSeconds": 60}],
        }
    )


def rows_of(content: bytes) -> list[dict[str, str]]:
    head, *lines = content.decode().splitlines()
    return [dict(zip(head.split(","), line.split(","), strict=True)) for line in lines]


def test_the_tables_say_it_behind_what_they_said_before(record):
    """Columns are only added: an old reader finds all that it knew where it was."""
    files = made_files(record, "Audit").files
    history = rows_of(files["history.csv"])
    assert [(one["author_kind"], one["on_behalf_of"]) for one in history] == [
        ("person", ""),
        ("on behalf", "5f1"),
        ("on behalf", "5f1"),
        ("erased", "<b>x"),
        ("unknown", ""),
    ]
    assert list(history[0])[-2:] == ["author_kind", "on_behalf_of"]
    told = [(one["author_kind"], one["update_author_kind"]) for one in rows_of(files["comments.csv"])]
    assert told == [("customer", "agent"), ("person", "")]
    assert [one["author_kind"] for one in rows_of(files["worklogs.csv"])] == ["agent"]
    assert [one["author_kind"] for one in rows_of(files["attachments.csv"])] == ["customer"]


def test_the_page_says_it_beside_each_name(record):
    """Also for whom a program acted; and of each account as what it stands on the page."""
    page = BeautifulSoup(made_files(record, "Audit").files["issue.html"].decode(), "html.parser")
    by = {
        one["id"]: one.select_one(".by").get_text(" ", strip=True)
        for one in page.select("[id^=history-], [id^=comment-]")
    }
    for place, said in {
        "history-11": "Ana Brook person",
        "history-12": "Tidy on behalf of 5f1",
        "history-13": "Ana Brook by a program, under this account",
        "history-14": "Former user erased, on behalf of <b>x",
        "history-15": "Nobody unknown",
        "comment-21": "Pat Portal customer",
        "comment-22": "Ana Brook person",
    }.items():
        assert said in by[place]
    assert "by Tidy (agent)" in by["comment-21"]
    people = [[cell.get_text() for cell in row.select("td")] for row in page.select(".people tbody tr")]
    assert ["Ana Brook", "5f1", "person, on behalf"] in people
    assert ["Pat Portal", "qm:1", "customer"] in people
    beside = page.get_text(" ", strip=True)
    assert "Tidy agent" in beside, "the creator, among the fields"


def test_paper_says_it_too(record):
    """The same words as the page has."""
    document = pdfium.PdfDocument(write_pdf([record], title="Audit", place=PLACE))
    text = "".join("".join(page.get_textpage().get_text_bounded().split()) for page in document)
    document.close()
    for said in (
        "on behalf of 5f1",
        "by a program, under this account",
        "by Tidy (agent)",
        "person, on behalf",
        "customer",
    ):
        assert said.replace(" ", "") in text.replace("\u200b", "").replace("\xad", "")


def test_an_older_record_is_as_it_was(record):
    """To the byte: neither a column nor a word more, so that a package made before verifies."""
    files = made_files(record, "Audit", KINDS_SINCE - 1).files
    for name in ("history.csv", "comments.csv", "worklogs.csv", "attachments.csv"):
        assert b"kind" not in files[name].splitlines()[0]
    page = files["issue.html"].decode()
    for new in (">person<", "by a program", "agent)", "<th>Kind</th>"):
        assert new not in page
    assert page == made_files(record, "Audit", 1).files["issue.html"].decode()


def test_a_table_of_an_older_version_has_the_columns_of_then():
    """Columns that came later are left out of both parts; one without any is the very table."""
    then = HISTORY.as_of(KINDS_SINCE - 1)
    assert isinstance(then, Table)
    assert then.names == HISTORY.contract_names
    assert HISTORY.as_of(KINDS_SINCE) is HISTORY
    assert LINKS.as_of(1) is LINKS
