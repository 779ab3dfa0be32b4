"""A document of many issues is set as far as it can be, in a process of its own where it is large."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2 as pdfium
import pytest
from hostile_issues import PLACE, dossier_of, fields_of

from auditlib.dossier import setting
from auditlib.dossier.apart import EndedError, set_apart
from auditlib.dossier.pdf import write_pdf
from auditlib.dossier.typeset import typeset
from auditlib.errors import AuditError


def issues():
    one = dossier_of({"fields": fields_of(summary="the first")})
    return [one, replace(one, asked="PAY-2", key="PAY-2", url="https://jira.example.com/browse/PAY-2")]


def words_of(pages: bytes) -> str:
    document = pdfium.PdfDocument(pages)
    text = "".join(document[at].get_textpage().get_text_range() for at in range(len(document)))
    document.close()
    return " ".join(text.split())


def test_an_issue_that_cannot_be_set_has_a_page_that_says_so(monkeypatch):
    """The other is set whole, and the list names the one that is not."""

    def refuses(template, data, at):
        if any(one["key"] == "PAY-2" and "failed" not in one for one in data["issues"]):
            raise AuditError("dossiers.typ could not be set as a PDF: URL is too long")
        return typeset(template, data, at)

    monkeypatch.setattr(setting, "typeset", refuses)
    said = words_of(write_pdf(issues(), title="T", place=PLACE))
    assert "This issue could not be set." in said
    assert "URL is too long" in said
    assert "dossiers/PAY-2/issue.html" in said
    assert "How this record was made" in said, "the first issue is whole"


def test_a_document_that_fails_without_its_issues_too_is_an_error(monkeypatch):
    """Nothing is called set that is not."""

    def refuses(*_):
        raise AuditError("no typefaces")

    monkeypatch.setattr(setting, "typeset", refuses)
    with pytest.raises(AuditError, match="no typefaces"):
        write_pdf(issues(), title="T", place=PLACE)


def test_a_large_document_is_the_same_in_a_process_of_its_own(monkeypatch):
    """To the byte: where it is set changes nothing."""
    here = write_pdf(issues(), title="T", place=PLACE)
    monkeypatch.setattr(setting, "LARGE", 0)
    assert write_pdf(issues(), title="T", place=PLACE) == here


def test_a_process_that_does_not_end_is_ended(monkeypatch):
    """After the stated time; the document then says of each issue where its record is."""
    monkeypatch.setattr(setting, "LARGE", 0)
    given = []

    def ended(template, data, at):
        given.append(data)
        return set_apart(template, data, at, seconds=0.01 if len(given) == 1 else 600)

    monkeypatch.setattr(setting, "set_apart", ended)
    said = words_of(write_pdf(issues(), title="T", place=PLACE))
    assert said.count("This issue could not be set.") == 2
    assert "the typesetter was ended after" in said


def test_a_process_that_fails_says_why():
    """A refusal of the typesetter is told from its end."""
    at = dossier_of({"fields": fields_of()}).collected[1]
    with pytest.raises(AuditError, match=r"dossiers\.typ could not be set as a PDF") as refused:
        set_apart("dossiers.typ", {"title": "x"}, at)
    assert not isinstance(refused.value, EndedError)
    with pytest.raises(EndedError):
        set_apart("dossiers.typ", {"title": "x"}, at, memory=100_000_000)
