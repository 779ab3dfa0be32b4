"""A package is a closed list: what is too much and what is missing is named, though every digest was redone."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest
from tampering import Tampered, changed, copy_of

from auditlib.evidence.differences import Difference, Kind
from auditlib.evidence.opened import open_records
from auditlib.package.closed_list import ALWAYS, check_contents
from auditlib.package.recompute import guarded
from auditlib.package.verify import check_bag


@pytest.fixture(scope="module")
def copied(sealed, tmp_path_factory) -> Tampered:
    return copy_of(sealed.folder, tmp_path_factory.mktemp("contents") / "package")


@pytest.fixture
def package(copied) -> Iterator[Tampered]:
    with changed(copied):
        yield copied


def found_in(package: Tampered) -> list[Difference]:
    return guarded(package.folder, lambda: check_contents(open_records(package.folder)))


NEEDED = sorted(ALWAYS - {"params.yaml", "raw/index.jsonl"})


@pytest.mark.parametrize(
    "name", [*NEEDED, "dossiers.pdf", "access_review.xlsx", "notebooks/01_scope.html", "notebooks/09_summary.ipynb"]
)
def test_what_every_run_makes_is_missed(package, name):
    """The record of the run, the cover, the summary, a notebook: gone from folder and manifests, and missed all the same."""
    package.remove(f"data/{name}")
    package.redo()
    assert check_bag(package.folder) == []
    if name == "run.json":
        assert found_in(package)
    else:
        assert [(one.kind, one.path) for one in found_in(package)] == [(Kind.CONTENTS_LESS, f"data/{name}")]


@pytest.mark.parametrize(
    "name",
    [
        "computed/Passes.first.pickle",
        "archive.zip",
        "tables/deep/population.csv",
        "dossiers/readme.txt",
        "dossiers/PAY-1/attachments/deep/x.pdf",
        "notebooks/00_start.ipynb",
        "notebooks/01_scope.pickle",
        "charts/MONTHS.svg",
        "leavers.csv",
        "from.json",
        "archive/census/20260101T000000Z.changes.csv",
        "page/other.js",
    ],
)
def test_what_no_run_makes_is_too_much(package, name):
    """A pickle, an archive, a list that the parameters do not name, a page of nobody: listed well, and told."""
    package.write(f"data/{name}", pickle.dumps({"a": 1}))
    package.redo()
    assert check_bag(package.folder) == []
    assert [(one.kind, one.path) for one in found_in(package)] == [(Kind.CONTENTS_MORE, f"data/{name}")]


def test_a_chart_stands_there_in_both_forms(package):
    """Of a chart that is there as SVG alone the other form is missed."""
    chart = min(path.name for path in (package.folder / "data" / "charts").glob("*.png"))
    package.remove(f"data/charts/{chart}")
    package.redo()
    assert [(one.kind, one.path) for one in found_in(package)] == [(Kind.CONTENTS_LESS, f"data/charts/{chart}")]


def test_nothing_is_found_in_a_package_as_it_was_sealed(package):
    """In either dialect."""
    assert found_in(package) == []
