"""Where there is nothing, that is what tables, findings, notebooks and pages say: in both dialects, without falling over it."""

from __future__ import annotations

import json
import os
import re
from functools import partial
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from fuzz.empties import EMPTIES

from auditlib.demo.server.site import EmbeddedJira
from auditlib.errors import SampleError
from auditlib.package.recompute import recompute
from auditlib.package.verify import check_bag
from auditlib.pull.collect import collect
from auditlib.run.notebooks import NOTEBOOKS
from auditlib.run.order import Run
from auditlib.run.workbook import run

LONG = os.environ.get("AUDITLIB_FUZZ") == "all"
EVERY = [(name, dialect) for name in EMPTIES for dialect in ("cloud", "data-center")]
WHOLE = EVERY if LONG else [("nothing at all", "cloud"), ("none in the period", "data-center")]

NOTHING = re.compile(r"\b(None(?! [a-z]|\.)|nan|NaN|NaT|inf)\b|<NA>")
"""What a program writes where it has nothing, and what nobody is to read."""


def quiet(*_: object) -> None:
    """Tell nobody."""


@pytest.mark.parametrize(("name", "dialect"), EVERY)
def test_nothing_is_told_as_nothing(tmp_path, name, dialect):
    """Every table, finding and conclusion is there; the population and the sample have the rows that there are."""
    empty = EMPTIES[name]
    pull = partial(
        collect,
        empty.params(dialect),
        tmp_path,
        {},
        quiet,
        base=tmp_path,
        embedded=partial(EmbeddedJira, empty.world()),
    )
    if empty.refused:
        with pytest.raises(SampleError, match=empty.refused):
            pull()
        return
    evidence = pull()
    files = evidence.table_files()
    assert all(f"{table.name}.csv" in files for table in evidence.tables)
    assert len(evidence.population) == empty.population
    assert len(evidence.drawn.sample) == len(evidence.collected.dossiers) == empty.sampled
    for notebook in evidence.notebooks:
        said = evidence.conclusion(notebook)
        assert said.endswith(".")
        assert not NOTHING.search(said), said
    for row in evidence.findings.itertuples():
        assert not NOTHING.search(row.statement), row.statement


@pytest.mark.slow
@pytest.mark.parametrize(("name", "dialect"), WHOLE)
def test_a_whole_package_of_nothing_is_sealed_and_verifies(tmp_path, name, dialect):
    """Notebooks run to their end, pages show no number where there is none, and everything can be computed again."""
    empty = EMPTIES[name]
    order = Run(empty.params(dialect), tmp_path / "package", jobs=2, embedded=partial(EmbeddedJira, empty.world()))
    if empty.refused:
        with pytest.raises(SampleError, match=empty.refused):
            run(order, {}, quiet)
        return
    package = run(order, {}, quiet)
    assert check_bag(package) == []
    assert recompute(package) == []
    summary = json.loads((package / "data" / "summary.json").read_text("utf-8"))
    assert summary["figures"]["population"] == empty.population
    concluded = {one["notebook"]: one["conclusion"] for one in summary["conclusions"]}
    assert list(concluded) == list(NOTEBOOKS)
    for page, named in [(package / "data" / "index.html", ""), *_pages(package)]:
        shown = _shown(page)
        assert not NOTHING.search(shown), (page.name, NOTHING.search(shown))
        assert not named or concluded[named] in shown


def _pages(package: Path) -> list[tuple[Path, str]]:
    return [(package / "data" / "notebooks" / f"{name}.html", name) for name in NOTEBOOKS]


def _shown(page: Path) -> str:
    """Return what a page says, but for the code of its cells, which may say None."""
    read = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    for code in read.select(".code"):
        code.decompose()
    return read.get_text(" ", strip=True)
