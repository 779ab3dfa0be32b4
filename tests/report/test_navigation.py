"""The bar over all pages: every link leads to what is there, by an address that works from a file."""

from __future__ import annotations

from posixpath import join, normpath
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from auditlib.report.navigation import navigation_bar, navigation_style, stops
from auditlib.report.safe_html import network_requests

FILES = {
    *("audit.xlsx", "dossiers.pdf", "tables/sample.csv", "notebooks/01_scope.html", "notebooks/01_scope.ipynb"),
    *("notebooks/03_numbering.html", "dossiers/AB-1/issue.html", "dossiers/AB-1/attachments/01_scope.html"),
}


@pytest.mark.parametrize("page", ["index.html", "notebooks/03_numbering.html", "dossiers/AB-1/issue.html"])
def test_every_link_leads_to_a_file_of_the_package_from_whatever_depth(page):
    """Relative to the page that bears the bar; the cover is always there."""
    names = {one.name: normpath(join(page, "..", unquote(urlsplit(one.href).path))) for one in stops(page, FILES)}
    assert names == {
        "Cover": "index.html",
        "Scope": "notebooks/01_scope.html",
        "Numbering": "notebooks/03_numbering.html",
        "Sample": "index.html",
        "Excel": "audit.xlsx",
        "PDF": "dossiers.pdf",
    }


def test_what_a_package_has_not_has_no_link():
    """A run of one notebook, and a package without records, have no dead link."""
    assert [one.name for one in stops("index.html", {"notebooks/03_numbering.html"}, sample="")] == [
        "Cover",
        "Numbering",
    ]


def test_the_page_itself_is_marked_and_no_other():
    """A screen reader says where one is."""
    soup = BeautifulSoup(navigation_bar("notebooks/03_numbering.html", FILES), "html.parser")
    assert [one.get_text() for one in soup.select("[aria-current=page]")] == ["03 Numbering"]
    assert soup.nav["aria-label"]
    assert soup.a["href"] == "#main"


def test_the_bar_asks_for_nothing_and_shows_names_as_text():
    """Neither its markup nor its style names an address; a file's name is text."""
    bar = navigation_bar("index.html", {"notebooks/01_<b>.html"})
    assert network_requests(f"<style>{navigation_style()}</style>{bar}") == []
    assert BeautifulSoup(bar, "html.parser").b is None
