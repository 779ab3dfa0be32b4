"""Nothing that runs side by side writes one file, or both writers succeed and the file is whole."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from auditlib.collect import collect
from auditlib.computed import TOLD, kept
from auditlib.evidence import open_evidence
from auditlib.package import write_whole
from auditlib.workpaper import open_workpaper

QUIET = lambda *_: None  # noqa: E731 - a progress that tells nobody
TIMES = 150


@pytest.fixture(scope="module")
def pulled(small_company, parameters, tmp_path_factory) -> Path:
    """A working folder in which everything was pulled."""
    folder = tmp_path_factory.mktemp("pulled")
    collect(parameters(), folder, {}, QUIET, base=folder, world=small_company.world)
    return folder


def show(notebook: str, package: str, together) -> None:
    """Do what two notebooks do with a table that both show, at the same instant, again and again."""
    paper = open_workpaper(notebook, package)
    paper.table("reconciliation")
    together.wait(60)
    for _ in range(TIMES):
        paper.table("reconciliation")


def test_two_notebooks_that_write_one_table_at_the_same_instant_both_succeed(pulled):
    """By hand, two notebooks of one folder may run at once: neither stops, and whoever looks sees a whole table."""
    processes = multiprocessing.get_context("spawn")
    together = processes.Barrier(2)
    writers = [
        processes.Process(target=show, args=(name, str(pulled), together)) for name in ("01_scope", "02_population")
    ]
    for writer in writers:
        writer.start()
    target, whole = pulled / "data" / "tables" / "reconciliation.csv", open_evidence(pulled).table_files()
    seen = set()
    while any(writer.is_alive() for writer in writers):
        seen.add(target.read_bytes() if target.exists() else whole["reconciliation.csv"])
        writers[0].join(0.01)
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert seen | {target.read_bytes()} == {whole["reconciliation.csv"]}
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_notebook_of_a_run_writes_no_table(pulled, monkeypatch):
    """The run writes each table once; the notebooks that it executes side by side show them."""
    for path in (pulled / "data" / "tables").glob("*"):
        path.unlink()
    with kept(open_evidence(pulled), pulled) as folder:
        monkeypatch.setenv(TOLD, str(folder))
        paper = open_workpaper("05_sample", str(pulled))
        assert len(paper.table("sample")) == len(paper.evidence.sample)
        assert paper.files("keys.txt", "strata.txt") == ["keys.txt"]
    assert list((pulled / "data" / "tables").glob("*")) == []
    monkeypatch.delenv(TOLD)
    open_workpaper("05_sample", str(pulled)).files("keys.txt")
    assert [path.name for path in (pulled / "data" / "tables").iterdir()] == ["keys.txt"]


def test_what_can_not_be_written_whole_leaves_what_was_there(tmp_path):
    """A table that stops half-way is not seen, and nothing of it stays."""

    def half():
        yield b"head\n"
        raise MemoryError

    write_whole(tmp_path / "new" / "table.csv", [b"old\n"])
    with pytest.raises(MemoryError):
        write_whole(tmp_path / "new" / "table.csv", half())
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["table.csv"]
    assert (tmp_path / "new" / "table.csv").read_bytes() == b"old\n"
