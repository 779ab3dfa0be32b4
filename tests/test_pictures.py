"""The pictures of the documents are the demo's, small, and of one size each time."""

from __future__ import annotations

import csv
import importlib.util
import re
import sys
from itertools import groupby
from pathlib import Path
from types import ModuleType

import pytest
from chromium import browser, found
from PIL import Image
from places import ROOT

FOLDER = ROOT / "docs" / "pictures"
MOST_BYTES = 600_000
"""Of all pictures together: who clones the repository waits for them."""


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """``docs/pictures.py``, which is a script beside the documents."""
    spec = importlib.util.spec_from_file_location("pictures", ROOT / "docs" / "pictures.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["pictures"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_the_pictures_are_those_of_the_script_and_small(script):
    """Each has the size that stands there; none is left over; all together weigh little."""
    files = {path.name: path for path in FOLDER.iterdir()}
    assert set(files) == {f"{one.name}.png" for one in script.PICTURES}
    for one in script.PICTURES:
        with Image.open(files[f"{one.name}.png"]) as image:
            assert image.size == (one.width * script.SHARP, one.height * script.SHARP), one.name
    assert sum(path.stat().st_size for path in files.values()) < MOST_BYTES


def test_every_picture_is_shown_and_says_what_it_shows():
    """Who can't see it reads what is on it."""
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))]
    shown = [one for text in texts for one in re.findall(r"!\[([^\]]+)\]\((?:docs/)?pictures/([\w.]+)\)", text)]
    assert {name for _, name in shown} == {path.name for path in FOLDER.iterdir()}
    for words, name in shown:
        assert len(words.split()) >= 10, name


@pytest.mark.slow
@pytest.mark.xdist_group("demo-package")
@pytest.mark.skipif(found() is None, reason="Chromium is not there")
def test_the_script_finds_every_element_and_takes_it_in_its_size(script, demo_package, tmp_path):
    """Whatever a page becomes, `make pictures` works; what it takes is no empty area."""
    for one, file in zip(script.PICTURES, script.take(demo_package, tmp_path / "pictures"), strict=True):
        with Image.open(file) as image:
            assert image.size == (one.width * script.SHARP, one.height * script.SHARP)
            assert len(image.convert("RGB").getcolors(1 << 16) or ()) > 8, f"{one.name} shows nothing"


@pytest.mark.slow
@pytest.mark.xdist_group("demo-package")
@pytest.mark.skipif(found() is None, reason="Chromium is not there")
def test_an_element_that_is_gone_is_told_with_those_that_are_there(script, demo_package, tmp_path):
    """Who changes a page reads at once which id the picture wants."""
    gone = script.Picture("x", "data/dossiers/OPS-560/issue.html", "#no-such-place", 100, 100)
    with browser(tmp_path) as tab, pytest.raises(SystemExit, match=r"has no #no-such-place; its ids: .*\breplay\b"):
        script.taken(tab, demo_package, gone)


@pytest.mark.slow
@pytest.mark.xdist_group("demo-package")
def test_the_words_below_the_pictures_are_so(demo_package: Path):
    """The run that the README counts is the longest one of the demo; the record that it shows does not close."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    with (demo_package / "data" / "tables" / "gaps.csv").open(encoding="utf-8", newline="") as content:
        rows = [row for row in csv.DictReader(content) if row["classification"] == "unexplained"]
    placed = [(row["project"], int(row["number"]) - place) for place, row in enumerate(rows)]
    length, project = max((len(list(run)), of[0]) for of, run in groupby(placed))
    assert f"One run of {length} numbers in {project} does not answer" in " ".join(readme.split())
    with (demo_package / "data" / "tables" / "findings.csv").open(encoding="utf-8", newline="") as content:
        (replay,) = [row for row in csv.DictReader(content) if row["id"] == "dossiers.replay"]
    assert "OPS-560" in replay["statement"]
