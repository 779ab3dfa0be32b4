"""No file of a package runs or loads anything: each is opened in a real Chromium, and all that it does is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from chromium import Browser, Seen, browser, found
from dossier_collection import collect_dossiers

from auditlib.dossier.page import issue_page
from auditlib.dossier.rich import safe_html
from auditlib.report.tables_in_pages import SCRIPT

pytestmark = pytest.mark.skipif(found() is None, reason="no Chromium is installed")

HOSTILE = (
    *("hostile comment", "hostile description", "hostile summary", "hostile display name", "hostile attachment names"),
    *("long description", "issue with everything"),
)

ACTS = {
    "a script": "<script>document.title = 'ran'</script>",
    "a dialog": "<body onload=\"alert('seen')\">x</body>",
    "a picture": '<img src="https://evil.example/pixel.png">',
    "a picture that fails": '<img src=x onerror="alert(1)">',
    "a style": "<style>body { background: url(https://evil.example/x.png) }</style>",
    "a font": "<style>@font-face { font-family: x; src: url(https://evil.example/x) } p { font-family: x }</style><p>x</p>",
    "a frame": '<iframe src="https://evil.example/"></iframe>',
    "a refresh": '<meta http-equiv="refresh" content="0; url=https://evil.example/">',
    "a link's script": '<a href="#" onmouseover="alert(1)">x</a>',
    "a style sheet": '<link rel="stylesheet" href="https://evil.example/x.css">',
}


def pages_of(package: Path) -> list[Path]:
    """Return every page that we make in a package; attachments are evidence as they came, and are not ours."""
    return sorted(path for path in (package / "data").rglob("*.html") if "attachments" not in path.parts)


def look_at(tab: Browser, page: Path) -> list[Seen]:
    """Open a page as a reader would, and once more with its own policy switched off."""
    return [tab.open(page), tab.open(page, bypass_policy=True, hover=0)]


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.mark.parametrize("page", [pytest.param(page, id=name) for name, page in ACTS.items()])
def test_an_acting_page_is_seen(tab, tmp_path, page):
    """The test itself would notice, with and without the page's policy."""
    (tmp_path / "page.html").write_text(f"<!DOCTYPE html><title>x</title>{page}", "utf-8")
    assert tab.open(tmp_path / "page.html").acts


def test_what_the_policy_stops_is_seen_too(tab, tmp_path):
    """A page that only its policy holds back is not a harmless page."""
    policy = "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">"
    (tmp_path / "page.html").write_text(
        f"<!DOCTYPE html>{policy}<script>alert(1)</script><img src=https://evil.example/>", "utf-8"
    )
    guarded, bare = look_at(tab, tmp_path / "page.html")
    assert not guarded.dialogs
    assert guarded.acts
    assert bare.dialogs == ["1"]
    assert bare.requests == ["https://evil.example/"]


@pytest.mark.parametrize("page", [pytest.param(page, id=name) for name, page in ACTS.items()])
def test_made_harmless_it_does_nothing(tab, tmp_path, page):
    """The sanitiser alone is enough."""
    (tmp_path / "page.html").write_text(f"<!DOCTYPE html><title>x</title><main>{safe_html(page)}</main>", "utf-8")
    assert [seen.acts for seen in look_at(tab, tmp_path / "page.html")] == [[], []]


@pytest.mark.slow
@pytest.mark.parametrize("deployment", ["cloud", "data-center"])
def test_hostile_issues_do_nothing(tab, tmp_path, small_company, deployment):
    """Every text of the made-up company that breaks careless programs, in its dossier."""
    keys = sorted({key for name in HOSTILE for key in small_company.truth.planted[name]})
    dossiers = collect_dossiers(small_company.world, deployment, keys, tmp_path).found
    assert [one.asked for one in dossiers] == keys
    for one in dossiers:
        page = tmp_path / f"{one.asked}.html"
        page.write_text(issue_page(one), "utf-8")
        for seen in look_at(tab, page):
            assert seen.acts == [], one.asked
            assert seen.page["text"] > 2000, "the page is empty"


def but_for_the_script(seen: Seen, script: str) -> list[str]:
    """Return what a page did beside running the package's own script, which is all that a page of tables may do.

    The script, which is not of the page's text, makes the fields in which one searches and chooses.
    """
    assert seen.requests.count(script) == seen.page["scripts"] == 1
    seen.requests.remove(script)
    seen.scripts = [one for one in seen.scripts if one != script]
    seen.page["scripts"] = 0
    seen.page["loading"] = [one for one in seen.page["loading"] if one != "INPUT"]
    return seen.acts


@pytest.mark.slow
def test_no_page_of_a_package_acts(tab, sealed):
    """The cover page, every notebook, every dossier: no more than the package's one script runs, and in a dossier none."""
    data = sealed.folder / "data"
    pages = pages_of(sealed.folder)
    assert data / "index.html" in pages
    assert len(pages) > 6
    script = (data / SCRIPT).resolve().as_uri()
    for page in pages:
        with_script = SCRIPT in page.read_text("utf-8").partition("</head>")[0]
        assert with_script == (page.parent.name == "notebooks") or page.name == "index.html"
        for seen in look_at(tab, page):
            if (
                page.name == "index.html"
            ):  # its drawings stand in the page, and draw only (`safe_html.network_requests`)
                seen.page["loading"] = [one for one in seen.page["loading"] if one != "svg"]
            acts = but_for_the_script(seen, script) if with_script else seen.acts
            assert acts == [], page
            assert seen.page["elements"] > 20, "the page is empty"
