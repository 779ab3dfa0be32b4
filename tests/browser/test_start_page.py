"""From an empty folder to a sealed package in JupyterLab, by mouse and keyboard; and what JupyterLab can't do to that package."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest
from chromium import browser, found
from jupyterlab import jupyterlab
from lab_page import LabPage
from places import ROOT

from auditlib.errors import ParameterError
from auditlib.params.reading import load_parameters, parse_parameters
from auditlib.run.notebooks import NOTEBOOKS, START

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(found() is None, reason="no Chromium is installed"),
    pytest.mark.xdist_group("start page"),
]

TOKEN = "made-up-token-of-nobody"
"""In JupyterLab's environment: the embedded Jira has no use for it, and it must get nowhere."""

TEXT = ".auditlib-text textarea"
PROJECTS = ".auditlib-field-projects input"
END = ".auditlib-field-period_end input"


@dataclass
class Lab:
    """JupyterLab on a folder, and what was seen in it."""

    root: Path
    page: LabPage
    seen: dict[str, str] = field(default_factory=dict)

    @property
    def package(self) -> Path:
        """The one package."""
        (package,) = (self.root / "evidence").iterdir()
        return package

    def verify(self) -> int:
        """Return the exit status of ``auditlib verify``."""
        command = [sys.executable, "-m", "auditlib", "verify", str(self.package)]
        done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False, capture_output=True)
        return done.returncode


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    root = tmp_path_factory.mktemp("checkout")
    for folder in ("notebooks", "params"):
        shutil.copytree(ROOT / folder, root / folder)
    home, profile = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("profile")
    with (
        jupyterlab(root, home, {"JIRA_TOKEN": TOKEN, "JIRA_USER": "nobody"}) as address,
        browser(profile, reaches="127.0.0.1") as tab,
    ):
        tab.call("Emulation.setDeviceMetricsOverride", width=1440, height=900, deviceScaleFactor=1, mobile=False)
        yield Lab(root, LabPage(tab, address))


@pytest.fixture(scope="module")
def made(lab):
    """The whole way: a wrong value, mended in the text; a smaller scope, entered in the form; check, pull, run, seal, verify."""
    page, seen = lab.page, lab.seen
    page.open("notebooks/00_start.ipynb")
    page.run_all()
    page.wait(f"document.querySelector('{TEXT}')")
    page.type_into(END, "2026-09-31")
    page.wait_for(".auditlib-message-period_end", "calendar")
    seen["wrong"], seen["wrong text"] = page.text_of(".auditlib-message-period_end"), page.value_of(TEXT)
    seen["check is off"] = str(page.see("document.querySelector('.auditlib-do-check').disabled"))
    page.type_into(TEXT, page.value_of(TEXT).replace("2026-09-31", "2026-09-30"))
    page.wait(f"document.querySelector('{END}').value === '2026-09-30'")
    page.wait("!document.querySelector('.auditlib-message-period_end').innerText")
    page.type_into(PROJECTS, "PAYX, OPS, CHG")
    page.wait(f'document.querySelector(\'{TEXT}\').value.includes(\'projects: ["PAYX", "OPS", "CHG"]\')')
    for name, until in (
        ("check", "Checked"),
        ("pull", "Pulled"),
        ("pages", "Pages are made"),
        ("seal", "Sealed"),
        ("verify", "Verified"),
    ):
        page.press(f".auditlib-do-{name}")
        page.wait_for(".auditlib-said", until)
        seen[name] = page.text_of(".auditlib-said")
    seen["all"] = str(page.see("document.querySelector('.jp-Notebook').innerText"))
    page.save()
    page.wait("!document.querySelector('.jp-mod-dirty')")
    return lab


def test_a_wrong_value_is_one_line_beside_its_field(made):
    """In the words of ``auditlib check``; what would fail can't be begun meanwhile."""
    with pytest.raises(ParameterError) as refused:
        parse_parameters(made.seen["wrong text"], "params/demo.yaml")
    (problem,) = refused.value.problems
    assert made.seen["wrong"] == f"✗ {problem.message}"
    assert made.seen["check is off"] == "True"


def test_the_form_writes_into_the_file_and_nothing_else(made):
    """One value changed, comments and all; the file is what the commands read."""
    before, after = (folder / "params" / "demo.yaml" for folder in (ROOT, made.root))
    changed = [
        (old, new)
        for old, new in zip(before.read_text("utf-8").splitlines(), after.read_text("utf-8").splitlines(), strict=True)
        if old != new
    ]
    assert changed == [("projects: [PAY, PAYX, OPS, CHG]", 'projects: ["PAYX", "OPS", "CHG"]')]
    assert load_parameters(after).projects == ("PAYX", "OPS", "CHG")


def test_the_way_ends_with_a_package_that_verify_accepts(made):
    """Sealed by a button, verified by a button and by hand; it holds the notebooks, and not the page that made it."""
    assert made.verify() == 0
    books = {path.stem for path in (made.package / "data" / "notebooks").glob("*.ipynb")}
    assert books == set(NOTEBOOKS)
    assert made.seen["seal"].strip().endswith(f"evidence/{made.package.name}")
    assert "Account" in made.seen["check"]


def test_no_traceback_and_no_token_came_to_be_seen(made):
    """Neither on the page nor in any file: not in the package, and the saved page is as nobody saw it."""
    assert "Traceback" not in made.seen["all"]
    assert TOKEN not in made.seen["all"]
    holding = [path for path in made.root.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()]
    assert holding == []
    assert (made.root / START).read_bytes() == (ROOT / START).read_bytes()


def links_in(page: LabPage, css: str) -> list[str]:
    """Return the addresses on this server to which the links within a part of the page lead."""
    found = page.see(f"JSON.stringify([...document.querySelectorAll('{css} a[href]')].map(a => a.href))")
    return sorted({one.partition("#")[0] for one in json.loads(found) if one.startswith(page.address)})


def test_links_of_the_start_page_lead_somewhere(made):
    """Cover, pages, notebooks, dossiers and tables of the chosen package; the cover opens beside the page."""
    page = made.page
    page.open("notebooks/00_start.ipynb")
    page.run_all()
    page.wait(f"document.querySelector('{TEXT}')")
    page.see(
        "(() => { const s = document.querySelector('.auditlib-package select'); s.selectedIndex = 1;"
        " s.dispatchEvent(new Event('change', {bubbles: true})) })()"
    )
    page.wait("document.querySelector('.auditlib-package-links a[href]')")
    page.wait("[...document.querySelectorAll('.auditlib-package-links a')].every(a => a.href.includes('/files/'))")
    links = links_in(page, ".auditlib-package-links")
    tables = len(list((made.package / "data" / "tables").glob("*.csv")))
    assert len(links) > tables + 2 * len(NOTEBOOKS)
    assert set(page.statuses_of(links).values()) == {200}
    page.click("document.querySelector('.auditlib-package-links a')")
    page.wait("document.querySelector('.jp-HTMLViewer iframe')")


@pytest.mark.parametrize(
    ("place", "name"),
    [("package", "06_dossiers.ipynb"), ("checkout", "06_dossiers.ipynb"), ("checkout", "09_summary.ipynb")],
)
def test_a_notebook_that_is_run_again_breaks_nothing_and_its_links_lead_somewhere(made, place, name):
    """Opened, run and saved in JupyterLab, in the package and beside it: the package is what it was, no link is a 404."""
    page = made.page
    folder = f"evidence/{made.package.name}/data/notebooks" if place == "package" else "notebooks"
    before = (made.root / folder / name).read_bytes()
    page.open(f"{folder}/{name}")
    page.run_all()
    page.wait("document.querySelector('.jp-OutputArea a[href*=\"/files/\"]')")
    links = links_in(page, ".jp-OutputArea")
    dossiers = [one for one in links if re.search(r"/data/dossiers/[A-Z]+-\d+/issue\.html(\?|$)", one)]
    assert dossiers
    assert set(page.statuses_of(links).values()) == {200}
    assert "Traceback" not in str(page.see("document.querySelector('.jp-Notebook').innerText"))
    page.save()
    page.click("[...document.querySelectorAll('.jp-OutputArea a')].filter(a => a.href.includes('/issue.html'))[0]")
    page.wait("document.querySelector('.jp-HTMLViewer iframe')")
    if place == "package":
        assert (made.root / folder / name).read_bytes() == before
    assert list(made.package.rglob(".ipynb_checkpoints")) == []
    assert made.verify() == 0


def test_the_page_in_the_repository_holds_no_outputs():
    """Its logic is in the package, and what somebody saw on it stays with them."""
    book = nbformat.read(ROOT / "notebooks" / "00_start.ipynb", as_version=4)
    assert all(not cell.get("outputs") and not cell.get("execution_count") for cell in book.cells)
    assert "widgets" not in book.metadata
