"""Packages beside each other: each compared with its digests, the page written outside of all, its links kept."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from urllib.parse import unquote

import pytest
from bags import INFO, change, write
from bs4 import BeautifulSoup

from auditlib.errors import UsageError
from auditlib.package.bag import seal
from auditlib.package.target import MASKED_RECORD
from auditlib.run.together import different, link_between, read_row, require_place, write_page


def package(folder: Path, summary: object) -> Path:
    """Seal a small package with a summary and a cover page."""
    content = summary if isinstance(summary, bytes) else json.dumps(summary).encode()
    seal(write(folder, {"data/summary.json": content, "data/index.html": b"<!DOCTYPE html><title>x</title>"}), INFO)
    return folder


SUMMARY = {
    "audit": "One",
    "jira_url": "https://one.example",
    "projects": ["PAY"],
    "figures": {"population": 3},
    "findings": [],
}


def test_a_row_leads_to_its_package_and_has_its_digest(tmp_path):
    """The address is relative, so that folder and page can be moved together; the digest is that of the tag manifest."""
    one, page = package(tmp_path / "a b#1" / "one", SUMMARY), tmp_path / "covers" / "index.html"
    row = read_row(one, page)
    write_page([row], page)
    (link,) = BeautifulSoup(page.read_text("utf-8"), "html.parser").select("tbody th a")
    assert (page.parent / unquote(link["href"])).resolve() == one / "data" / "index.html"
    assert row.digest == hashlib.sha256((one / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    assert row.figures == {"population": 3}


def test_of_a_changed_package_nothing_is_told(tmp_path):
    """Its figures may be anybody's: the row names the file, and has none."""
    one = package(tmp_path / "one", SUMMARY)
    change(one / "data" / "summary.json", b'"population": 3', b'"population": 9')
    row = read_row(one, tmp_path / "index.html")
    assert row.altered
    assert "data/summary.json" in row.fault
    assert (row.figures, row.digest, row.href, row.audit) == ({}, "", "", "one")


@pytest.mark.parametrize("content", [b"{", b"[" * 100_000, b"[]", b"\xff"])
def test_a_summary_that_says_nothing_is_told(tmp_path, content):
    """A package of another program may be sealed too."""
    row = read_row(package(tmp_path / "one", content), tmp_path / "index.html")
    assert row.altered
    assert "summary.json" in row.fault


def test_a_folder_that_is_no_package_is_refused(tmp_path):
    """A mistyped name is told at once."""
    with pytest.raises(UsageError, match="not a sealed package"):
        read_row(tmp_path, tmp_path / "index.html")


def test_a_package_without_names_is_refused_and_not_called_altered(tmp_path):
    """It is what was made; a page would say of it that it is not what was sealed."""
    (tmp_path / "data").mkdir()
    (tmp_path / MASKED_RECORD).write_text("{}")
    with pytest.raises(
        UsageError, match="is a package without names, so it has no row on such a page; give the full one"
    ):
        read_row(tmp_path, tmp_path / "index.html")


def test_the_page_is_never_written_into_a_package(tmp_path):
    """It would break the package that it tells of."""
    one = package(tmp_path / "one", SUMMARY)
    for page in (one / "index.html", one / "data" / "index.html"):
        with pytest.raises(UsageError, match="would stand in the sealed package"):
            require_place(page)


def test_only_an_earlier_page_is_replaced(tmp_path):
    """A file of somebody's own is none."""
    page, own = tmp_path / "index.html", tmp_path / "own.html"
    row = read_row(package(tmp_path / "one", SUMMARY), page)
    for _ in range(2):
        write_page([row], page)
    own.write_text("<!DOCTYPE html><title>Holidays</title>", "utf-8")
    with pytest.raises(UsageError, match="is no page over packages"):
        write_page([row], own)
    assert own.read_text("utf-8").endswith("<title>Holidays</title>")
    with pytest.raises(UsageError, match="is a folder"):
        require_place(tmp_path)


def test_a_place_that_takes_no_file_is_told(tmp_path):
    """In words, with what to do."""
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(UsageError, match="can't be written"):
        write_page([], tmp_path / "file" / "index.html")


def test_names_in_links_are_quoted(tmp_path):
    """A number sign would end the address, a per cent sign begin something else; bytes that are no text lead there too."""
    assert link_between(tmp_path / "index.html", tmp_path / "50 %#a" / "x.html") == "50%20%25%23a/x.html"
    assert link_between(tmp_path / "a" / "index.html", tmp_path / "b\udcff" / "x.html") == "../b%FF/x.html"


def test_a_package_that_is_named_twice_stands_once(tmp_path, monkeypatch):
    """By a relative and by an absolute path, as two patterns of a shell may."""
    monkeypatch.chdir(tmp_path)
    assert different([Path("one"), tmp_path / "one", Path("two")]) == [Path("one"), Path("two")]
