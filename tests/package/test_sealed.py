"""What was sealed is read once more before it gets its name: whatever changed meanwhile is named."""

from __future__ import annotations

import hashlib
import re
from functools import partial

import pytest
from small_world import full_world

from auditlib.demo.server.site import EmbeddedJira
from auditlib.errors import DifferenceError
from auditlib.package import sealed as sealing
from auditlib.package.sealed import require_whole
from auditlib.run import workbook
from auditlib.run.order import Run
from auditlib.run.workbook import run


def spoil(folder, pattern):
    """Change or add a file of a folder that is being sealed; return its path there."""
    found = sorted((folder / "data").glob(pattern))
    path = found[0] if found else folder / "data" / pattern
    path.write_bytes(path.read_bytes() + b"x" if found else b"x")
    return path.relative_to(folder).as_posix()


BEFORE = ("tables/gaps.csv", "dossiers/*/history.csv", "raw/server/000001.json.gz")
AFTER = ("tables/gaps.csv", "tables/more.csv", "raw/index.jsonl")


@pytest.fixture
def order(parameters, tmp_path):
    """A run over a small world, without notebooks."""
    params = parameters(projects="[AC]", period_start="2026-01-01", sample_size=3, timezone="UTC")
    return Run(params, tmp_path / "out", (), embedded=partial(EmbeddedJira, full_world()))


@pytest.mark.parametrize(("when", "name"), [*(("before", one) for one in BEFORE), *(("after", one) for one in AFTER)])
def test_what_changes_while_a_package_is_sealed_is_named_and_nothing_gets_its_name(order, monkeypatch, when, name):
    """Another program in the folder, between a file's writing and the end: status 4, and the folder stays partial."""
    real, spoiled = workbook.seal, []

    def seal(folder, *given, **more):
        if when == "before":
            spoiled.append(spoil(folder, name))
        digest = real(folder, *given, **more)
        if when == "after":
            spoiled.append(spoil(folder, name))
        return digest

    monkeypatch.setattr(workbook, "seal", seal)
    with pytest.raises(DifferenceError, match="changed while it was sealed") as caught:
        run(order, {}, lambda *_: None)
    assert caught.value.status == 4
    assert len(caught.value.differences) == 1
    assert spoiled[0] in caught.value.differences[0]
    assert not order.out.exists()
    monkeypatch.undo()
    assert order.out.with_name("out.partial").is_dir()


def test_what_was_written_is_what_was_sealed(sealed):
    """A package that nobody disturbed is whole; of what is not as it was computed, each file is named."""
    from auditlib.evidence.opened import open_records  # noqa: PLC0415 - one test's need

    records = open_records(sealed.folder)
    data = sealed.folder / "data"
    files = [*(data / "tables").iterdir(), *(data / "dossiers").glob("*/*.*")]
    written = {path.relative_to(data).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    require_whole(records, written)
    gone = written.popitem()[0]
    written["tables/never.csv"] = "0" * 64
    with pytest.raises(DifferenceError) as caught:
        require_whole(records, written)
    assert caught.value.differences == sorted(
        [
            f"data/{gone}: it was not written by this run",
            "data/tables/never.csv: it was written, and is not there any more",
        ]
    )
    assert re.search("sealed", str(caught.value))
    assert sealing.check_bag(sealed.folder) == []
