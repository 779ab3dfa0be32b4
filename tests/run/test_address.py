"""Links of a notebook lead to the files of its package, wherever the notebook stands."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote

import pytest

from auditlib.run.address import address_in

DOSSIER = "dossiers/PAY-17/issue.html"


def made(folder: Path) -> Path:
    """Make a package with one dossier, and return the package."""
    file = folder / "data" / DOSSIER
    file.parent.mkdir(parents=True)
    file.write_text("x", "utf-8")
    (folder / "data" / "notebooks").mkdir()
    return folder


@pytest.mark.parametrize("name", ["a", "with blank", "a#b", "50%", "müsli"])
@pytest.mark.parametrize("stands", ["data/notebooks", "../../notebooks"])
def test_a_link_leads_to_the_file_from_both_places(tmp_path, name, stands):
    """From the package's own notebooks and from those of the checkout; signs that mean something in an address are encoded."""
    package = made(tmp_path / "evidence" / name)
    (tmp_path / "notebooks").mkdir()
    start = Path(os.path.normpath(package / stands))
    address = address_in(package, f"{DOSSIER}#entry-3", start)
    path, _, place = address.partition("#")
    assert place == "entry-3"
    assert (start / unquote(path)).resolve() == (package / "data" / DOSSIER).resolve()


def test_an_executed_notebook_names_what_lies_beside_it(tmp_path, monkeypatch):
    """Within a package no link names the package: it may be moved and renamed, as a working folder is when it is sealed."""
    package = made(tmp_path / "x.partial")
    monkeypatch.chdir(package / "data" / "notebooks")
    assert address_in(Path("../.."), DOSSIER) == "../dossiers/PAY-17/issue.html"
