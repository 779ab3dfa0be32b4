"""``cover``: a page over packages, with the status of the worst of them."""

from __future__ import annotations

import json
from functools import partial

import pytest
from bags import INFO, change, write

from auditlib.package.bag import seal


@pytest.fixture
def cover(here):
    """Run the command, and return its status and what it printed."""
    return partial(here, "cover")


@pytest.fixture
def packages(tmp_path):
    """Two small sealed packages."""
    for name in ("one", "two"):
        summary = {"audit": f"Audit {name}", "figures": {"population": 3}, "findings": []}
        seal(write(tmp_path / name, {"data/summary.json": json.dumps(summary).encode()}), INFO)
    return tmp_path / "one", tmp_path / "two"


def test_the_page_has_a_row_for_each_package(cover, packages, tmp_path):
    """And its path is the last line, alone."""
    page = tmp_path / "over.html"
    status, out, _ = cover(*packages, packages[0], "--out", page)
    assert status == 0
    assert out.splitlines()[-1] == str(page)
    text = page.read_text("utf-8")
    assert text.count("<tr>") == 3
    assert "Audit one" in text
    assert "Audit two" in text


def test_a_package_that_differs_is_told_with_its_status(cover, packages, tmp_path):
    """The page is made all the same: it says which."""
    change(packages[1] / "data" / "summary.json", b'"population": 3', b'"population": 9')
    status, _, err = cover(*packages, "--out", tmp_path / "over.html")
    assert status == 4
    assert "two" in err
    assert "1 package is what was sealed; 1 is not." in (tmp_path / "over.html").read_text("utf-8")


@pytest.mark.parametrize(("named", "told"), [("nowhere", "not a sealed package"), ("one/data", "not a sealed package")])
def test_what_is_no_package_is_refused(cover, packages, tmp_path, named, told):
    """Nothing is written."""
    status, _, err = cover(packages[0], tmp_path / named, "--out", tmp_path / "over.html")
    assert status == 2
    assert told in err
    assert not (tmp_path / "over.html").exists()
