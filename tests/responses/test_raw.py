"""Responses on disk: what is damaged is named, and no index leads out of the package."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditlib.errors import AnswerError
from auditlib.responses.request import Request
from auditlib.responses.store import RawStore

AT = datetime(2026, 10, 1, tzinfo=UTC)
BODY = json.dumps({"issues": [{"id": str(number), "key": f"PAY-{number}"} for number in range(40)]}).encode()
OUTSIDE = (
    "../../params.yaml", "../secret.json.gz", "/etc/passwd", "walk/../../../x.gz", "walk//x.gz", "./x.gz", "walk/..", "", "..",
    "..\\..\\x.gz", "walk\\x.gz", "../dossiers/PAY-1/attachments/../../x", "../dossiers/PAY-1/attachments/a/b",
    "../dossiers/PAY-1/attachments/", "../dossiers/pay-1/attachments/a", "../dossiers/../attachments/a",
    "../dossiers/PAY-1/page.html", "../dossiers/PAY-1/attachments/a\\b",
)  # fmt: skip


def kept(folder: Path) -> tuple[RawStore, Path]:
    """Keep one response; return the store and the file."""
    store = RawStore(folder / "raw")
    entry = store.keep(
        "walk/PAY", Request("GET", "rest/api/3/search"), status=200, headers={}, body=BODY, at=AT, tries=1
    )
    return store, store.folder / entry.file


def test_whatever_byte_flips_the_file_is_named(tmp_path):
    """Of every single flipped bit either the body is the same (gzip's own header) or the error says which file it is."""
    store, path = kept(tmp_path)
    (entry,) = store.entries()
    whole = path.read_bytes()
    told = []
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        try:
            assert store.body(entry) == BODY
        except AnswerError as error:
            told.append(str(error))
    assert all(words.startswith(f"raw/{entry.file} ") for words in told)
    assert len(told) > len(whole) - 12


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b", b"no gzip", None], ids=["empty", "cut", "other", "gone"])
def test_a_file_that_is_no_response_is_named(tmp_path, content):
    """Emptied, cut, replaced or removed: never a bare error."""
    store, path = kept(tmp_path)
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AnswerError, match=r"^raw/walk/PAY/000001\.json\.gz (can't be read|is not what)"):
        store.json(store.entries()[0])


@pytest.mark.parametrize("file", OUTSIDE)
def test_no_line_of_the_index_leads_out_of_the_package(tmp_path, file):
    """An index may come from someone who wants another file to be read, or shown, as a response of Jira."""
    store, _ = kept(tmp_path)
    record = json.loads(store.index.read_text("utf-8"))
    store.index.write_text(json.dumps(record | {"file": file}) + "\n", encoding="utf-8")
    with pytest.raises(AnswerError, match=r"raw/index\.jsonl holds a line that can't be read"):
        RawStore(store.folder)


def test_one_file_of_two_issues_is_downloaded_for_each_at_once(tmp_path):
    """Two issues may name one attachment, and two keys lead to one issue: neither download takes the other's pieces."""
    store = RawStore(tmp_path / "data" / "raw")
    request = Request("GET", "rest/api/3/attachment/content/7")
    first, second = (tmp_path / f"data/dossiers/PAY-{n}/attachments/7-a.txt" for n in (1, 2))

    def keep(target, pieces):
        return store.keep_file("dossier/PAY-1/attachment/7", request, pieces, target, status=200, headers={}, tries=1)

    def pieces():
        yield b"one "
        keep(second, iter([b"another"]))
        yield b"file"

    assert keep(first, pieces()).size == 8
    assert (first.read_bytes(), second.read_bytes()) == (b"one file", b"another")


def test_a_downloaded_file_lies_in_its_dossier(tmp_path):
    """The one place outside that the index may name."""
    store, _ = kept(tmp_path)
    target = tmp_path / "dossiers" / "PAY-1" / "attachments" / "0001-a.txt"
    request = Request("GET", "rest/api/3/attachment/content/1")
    entry = store.keep_file("dossier/PAY-1/attachments", request, iter([b"a"]), target, status=200, headers={}, tries=1)
    again = RawStore(store.folder)
    (found,) = again.entries("dossier")
    assert found.file == entry.file == "../dossiers/PAY-1/attachments/0001-a.txt"
    assert again.body(found) == b"a"
    with pytest.raises(ValueError, match="no place for an attachment"):
        store.keep_file("dossier", request, iter([b"a"]), tmp_path / "elsewhere.txt", status=200, headers={}, tries=1)


def test_a_cookie_is_not_kept_with_a_response(tmp_path):
    """Of the headers only those of the list are written: a session or a signed address would go out with the package."""
    store = RawStore(tmp_path / "raw")
    sent = {"Set-Cookie": "JSESSIONID=private", "Authorization": "Basic private", "Location": "https://x.invalid/?sig=private",
            "X-AREQUESTID": "42x1", "Retry-After": "3"}  # fmt: skip
    request, target = Request("GET", "rest/api/3/x"), tmp_path / "dossiers" / "PAY-1" / "attachments" / "1-a.txt"
    entry = store.keep("walk/PAY", request, status=200, headers=sent, body=b"{}", at=AT, tries=1)
    downloaded = store.keep_file("dossier/PAY-1/x", request, iter([b"a"]), target, status=200, headers=sent, tries=1)
    assert entry.headers == downloaded.headers == {"x-arequestid": "42x1", "retry-after": "3"}
    assert "private" not in store.index.read_text("utf-8")


def test_a_line_that_was_never_whole_does_not_spoil_the_next_one(tmp_path):
    """Whoever goes on after a crash writes behind the last whole line, and the body that no line names is gone."""
    store, path = kept(tmp_path)
    stray = path.with_name("000002.json.gz")
    stray.write_bytes(b"half")
    with store.index.open("ab") as index:
        index.write(b'{"file": "walk/PAY/000002.json.gz", "top')
    again = RawStore(store.folder)
    assert len(again.entries()) == 1
    assert stray.exists(), "who only reads changes nothing"
    again.keep("walk/PAY", Request("GET", "rest/api/3/other"), status=200, headers={}, body=b"{}", at=AT, tries=1)
    assert [entry.file for entry in RawStore(store.folder).entries()] == [
        "walk/PAY/000001.json.gz",
        "walk/PAY/000002.json.gz",
    ]
    assert again.json(again.entries()[1]) == {}


def test_the_time_of_an_answer_is_the_one_that_the_index_keeps(tmp_path):
    """Who made a package and who reads it later compute the same: nobody knows more of a time than the line says."""
    store, at = RawStore(tmp_path), datetime(2026, 4, 1, 9, 30, 0, 123_999, tzinfo=UTC)
    kept = store.keep(
        "server", Request("GET", "rest/api/3/serverInfo"), status=200, headers={}, body=b"{}", at=at, tries=1
    )
    (read,) = RawStore(tmp_path).entries()
    assert kept.at == read.at
