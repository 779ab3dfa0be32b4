"""What a run computed is read by its own kernels only, gives the same, and never travels."""

from __future__ import annotations

import gc
import os
import pickle
import weakref
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from auditlib.demo.server.site import EmbeddedJira
from auditlib.errors import NotebookError
from auditlib.evidence.kernel_cache import FOLDER, TOLD, cache_of_run, cached_names, drop, fill_cache
from auditlib.evidence.opened import Evidence, open_evidence
from auditlib.evidence.pulled import Part
from auditlib.pull.collect import collect
from auditlib.run.kernel_environment import kernel_environment
from auditlib.run.order import Run
from auditlib.run.workbook import run

QUIET = lambda *_: None  # noqa: E731 - a progress that tells nobody


@pytest.fixture(scope="module")
def pulled(small_company, parameters, tmp_path_factory) -> Path:
    """A working folder in which everything was pulled."""
    folder = tmp_path_factory.mktemp("pulled")
    collect(parameters(), folder, {}, QUIET, base=folder, embedded=partial(EmbeddedJira, small_company.world))
    return folder


def names(evidence: Evidence) -> list[str]:
    """Name every property that is kept, of the evidence and of the parts that it is made of."""
    return [f"{type(part).__name__}.{name}" for part, name in cached_names(evidence.parts)]


class Trap:
    """What an enemy would put into a package: reading it does something."""

    def __reduce__(self):
        return Path.touch, (Path(os.environ["TRAP"]),)


@pytest.fixture
def trap(pulled, tmp_path, monkeypatch):
    """The folder that a run would make, with a trap for every name; return what appears when one snaps."""
    snapped = tmp_path / "snapped"
    monkeypatch.setenv("TRAP", str(snapped))
    folder = pulled / FOLDER
    folder.mkdir()
    for name in names(open_evidence(pulled)):
        (folder / f"{name}.pickle").write_bytes(pickle.dumps(Trap()))
    yield snapped
    drop(pulled)


def test_the_trap_would_snap(trap, pulled, monkeypatch):
    """The tests below would notice: told by a run, a kernel does read."""
    monkeypatch.setenv(TOLD, str(pulled.resolve() / FOLDER))
    assert open_evidence(pulled).findings is None
    assert trap.exists()


@pytest.mark.parametrize("told", [None, "", ".", "elsewhere"])
def test_nothing_is_read_because_it_lies_in_a_package(trap, pulled, tmp_path, monkeypatch, told):
    """A pickle from a stranger could do anything: without the word of a run, or with one for another folder, all is computed."""
    monkeypatch.delenv(TOLD, raising=False)
    if told is not None:
        monkeypatch.setenv(TOLD, told and str(tmp_path / told / FOLDER))
    assert open_evidence(pulled).table_files()
    assert not trap.exists()


def test_a_run_throws_away_what_lies_there(trap, pulled):
    """After an interruption, or from whoever put it there: it is not read, and gone when the run goes on or fails."""
    found: list[str] = []

    def fail() -> None:
        with fill_cache(open_evidence(pulled), pulled) as folder:
            found.extend(path.stem for path in folder.iterdir())
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert sorted(found) == sorted(names(open_evidence(pulled)))
    assert not (pulled / FOLDER).exists()
    assert not trap.exists()


def test_tables_are_equal_to_the_byte_with_and_without(pulled, monkeypatch):
    """What was computed once is what would be computed again, and the responses are not read for it any more."""
    wanted = open_evidence(pulled)
    files, conclusions = wanted.table_files(), [wanted.conclusion(name) for name in ("02_population", "04_status")]
    with fill_cache(open_evidence(pulled), pulled) as folder:
        monkeypatch.setenv(TOLD, str(folder))
        found = open_evidence(pulled)
        monkeypatch.setattr("auditlib.evidence.answers.Answers.digests", None)
        assert found.table_files() == files
        assert [found.conclusion(name) for name in ("02_population", "04_status")] == conclusions
        for (mine, name), (theirs, _) in zip(cached_names(found.parts), cached_names(wanted.parts), strict=True):
            if isinstance(getattr(theirs, name), pd.DataFrame):
                pd.testing.assert_frame_equal(getattr(mine, name), getattr(theirs, name), obj=name)


def test_no_part_is_forgotten(pulled):
    """What a part computes is kept only if the evidence names that part among its own, and under a name that none other has."""
    evidence = open_evidence(pulled)
    assert {one for one in vars(evidence).values() if isinstance(one, Part)} | {evidence} == set(evidence.parts)
    kept_of = names(evidence)
    assert len(kept_of) == len(set(kept_of)) > 20


def test_an_evidence_that_is_let_go_is_gone(pulled):
    """A pull remembers the responses of a million issues; no circle of parts holds them until someone looks for circles."""
    evidence = open_evidence(pulled)
    assert len(evidence.population)
    assert "steps" not in vars(evidence.histories), "changes are let go when the states are made of them"
    left = [weakref.ref(one) for one in (*evidence.parts, evidence.pulled, evidence.answers)]
    gc.collect()
    gc.disable()
    try:
        del evidence
        assert [one() for one in left] == [None] * len(left)
    finally:
        gc.enable()


def test_other_parameters_are_computed(pulled, monkeypatch):
    """Another seed by hand never shows the sample of the run."""
    with fill_cache(open_evidence(pulled), pulled) as folder:
        monkeypatch.setenv(TOLD, str(folder))
        theirs = open_evidence(pulled)
        other = Evidence(pulled, theirs.params.model_copy(update={"sample_seed": "another"}))
        assert list(other.sampled.sample["key"]) != list(theirs.sampled.sample["key"])


def test_only_kernels_of_the_run_are_told(pulled):
    """The word is for one folder, and is not handed on from the environment that a run was started in."""
    folder = pulled.resolve() / FOLDER
    assert cache_of_run(pulled, {TOLD: str(folder)}) == folder
    assert cache_of_run(pulled, {}) is None
    assert kernel_environment({}, folder)[TOLD] == str(folder)
    assert TOLD not in kernel_environment({TOLD: str(folder)})


@pytest.mark.slow
def test_it_never_ends_in_a_package(small_company, parameters, tmp_path, monkeypatch):
    """A run that fails leaves nothing of it, and the one that goes on seals none of it."""
    order = Run(
        parameters(),
        tmp_path / "package",
        notebooks=("05_sample",),
        embedded=partial(EmbeddedJira, small_company.world),
    )
    seen = []

    def fail(*given, **_):
        seen.append({path.stem for path in given[-1].iterdir()})
        raise NotebookError("stopped", notebook="05_sample", cell=1, status=70)

    with monkeypatch.context() as patched:
        patched.setattr("auditlib.run.readables.execute", fail)
        with pytest.raises(NotebookError):
            run(order, {}, QUIET)
    assert seen == [set(names(Evidence(tmp_path, order.params)))]
    assert not (tmp_path / "package.partial" / FOLDER).exists()
    run(Run(order.params, order.out, order.notebooks, embedded=order.embedded, resume=True), {}, QUIET)
    assert not [path for path in order.out.rglob("*") if path.name == FOLDER or path.suffix == ".pickle"]
