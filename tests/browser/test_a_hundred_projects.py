"""A hundred projects in one run: the pages stay as wide as the screen, as short as can be, and name no list without end."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from chromium import browser, found
from reading import COVER, SCREEN, faults, read_page

from auditlib.demo.folder.load import load_folder
from auditlib.demo.server.site import EmbeddedJira
from auditlib.run.order import Run
from auditlib.run.workbook import run

pytestmark = [pytest.mark.slow, pytest.mark.skipif(found() is None, reason="no Chromium is installed")]

KEYS = [f"P{number:03}" for number in range(100)]


def records() -> list[dict]:
    """Return a few issues of each project, every third project with numbers that are missing."""
    return [
        {
            "id": str(10_000 + place * 10 + number),
            "key": f"{key}-{number}",
            "fields": {
                "created": f"2026-03-{2 * number:02d}T09:00:00.000+0000",
                "updated": f"2026-03-{2 * number:02d}T09:00:00.000+0000",
                "summary": f"Number {number} of {key}",
                "issuetype": {"id": "1", "name": "Bug"},
                "status": {"id": "1", "name": "Open", "statusCategory": {"key": "new"}},
            },
        }
        for place, key in enumerate(KEYS)
        for number in range(1, 7)
        if place % 3 or number % 4
    ]


@pytest.fixture(scope="module")
def package(parameters, tmp_path_factory) -> Path:
    """A package of a hundred projects, with two of the notebooks."""
    place = tmp_path_factory.mktemp("hundred")
    (place / "issues").mkdir()
    lines = "".join(f"{json.dumps(one)}\n" for one in records())
    (place / "issues" / "issues.jsonl").write_text(lines, encoding="utf-8")
    scope = {"period_start": "2026-03-01", "period_end": "2026-03-31", "timezone": "UTC", "sample_size": 1}
    params = parameters(projects=f"[{', '.join(KEYS)}]", **scope)
    world = load_folder(place / "issues").world
    order = Run(params, place / "package", ("02_population", "03_numbering"), 2, embedded=partial(EmbeddedJira, world))
    run(order, {}, lambda *_: None)
    return place / "package"


def test_a_hundred_projects_are_read_as_easily_as_three(package, tmp_path):
    """The answer on the first screen, nothing to the side, nothing serious for axe-core; the cover no longer than the demo's."""
    data = package / "data"
    with browser(tmp_path / "profile") as tab:
        for name in ("index.html", "notebooks/02_population.html", "notebooks/03_numbering.html"):
            for medium in ("desk", "phone"):
                reading = read_page(tab, package, data / name, medium)
                assert list(faults(reading, [])) == [], (name, medium)
                head = reading.measures["first"]
                if medium == "desk":
                    assert "P000" in head
                    assert head.count(" P0") < 60, "every key stands in the head of the page"
                if name == "index.html" and medium == "desk":
                    assert reading.measures["height"] <= COVER * SCREEN
