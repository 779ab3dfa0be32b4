"""The chapters: one tuple from which tables, questions, limits and the order of the notebooks follow."""

from __future__ import annotations

from collections import Counter

import pytest
from places import ROOT

from auditlib.audit.chapters import CHAPTERS, QUESTIONS, SUMMARY, limits_of
from auditlib.errors import UsageError
from auditlib.evidence.chapters import OF_DOSSIERS, OF_POPULATION, TABLES, tables_of
from auditlib.evidence.dossier_package import Records
from auditlib.evidence.opened import Evidence
from auditlib.run.notebooks import NOTEBOOKS, START


def test_every_chapter_is_shown_in_its_place():
    """A chapter that is named is shown, in the same order; none is shown that is not named."""
    assert [one.chapter for one in OF_POPULATION] == list(CHAPTERS)
    assert list(QUESTIONS) == list(NOTEBOOKS) == [one.notebook for one in CHAPTERS]
    assert CHAPTERS[-1] is SUMMARY
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert there - {START} == {f"notebooks/{name}.ipynb" for name in NOTEBOOKS}


def test_every_limit_is_said_once():
    """What a chapter can't prove is on the cover, whichever chapter it is."""
    assert Counter(limits_of(CHAPTERS)) == Counter(limit for one in CHAPTERS for limit in one.limits)
    assert set(Counter(limits_of(CHAPTERS)).values()) == {1}


def test_every_table_has_one_chapter():
    """A table is written once; a package of dossiers has the same ones, as far as it can."""
    assert max(Counter(TABLES).values()) == 1
    assert set(tables_of(OF_DOSSIERS)) < set(TABLES)


@pytest.mark.parametrize("kind", [Evidence, Records])
def test_what_is_in_no_chapter_is_in_no_package(kind, parameters, tmp_path):
    """A name that is not known is refused, not looked up among whatever else the evidence has."""
    evidence = kind(tmp_path, parameters())
    with pytest.raises(KeyError):
        evidence.table("params")
    with pytest.raises(UsageError, match="there is no notebook 07_access"):
        evidence.conclusion("07_access")
