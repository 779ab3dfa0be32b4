"""What a package keeps of last year's leads back to what was sealed: a changed copy is named, whatever else was made to fit."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from auditlib.errors import UsageError
from auditlib.evidence.differences import Kind, sentences
from auditlib.package.bag import seal
from auditlib.package.previous import check_previous, copy_previous, open_previous, previous_record, read_file
from auditlib.params.model import Parameters

PARAMS = b'projects: ["AB"]\nperiod_start: "2025-01-01"\nperiod_end: "2025-12-31"\n'
POPULATION = b"key,project,id,issue_type,status,status_category,created,created_utc,resolved,reporter\n"
FILES = {
    "params.yaml": PARAMS,
    "run.json": b'{"schema": {"tables": 6, "index": 1}}',
    "summary.json": b'{"package": "audit-2025"}',
    "tables/population.csv": POPULATION,
    "tables/status.csv": b"project\n",
}


@pytest.fixture
def last(tmp_path) -> Path:
    """A sealed package of last year; its tables are as short as they can be."""
    return sealed(tmp_path / "last", FILES)


def sealed(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    seal(folder, {"Bagging-Date": "2026-01-10"})
    return folder


@pytest.fixture
def named(parameters) -> Callable[[Path], Parameters]:
    return lambda package: parameters().model_copy(update={"previous": str(package)})


@pytest.fixture
def this(last, named, tmp_path) -> Path:
    """A working folder of this year, with what it keeps, and its record."""
    folder = tmp_path / "this"
    copy_previous(named(last), folder, tmp_path)
    (folder / "data" / "run.json").write_text(json.dumps({"previous": previous_record(folder)}))
    return folder


def test_what_a_comparison_needs_is_copied_and_nothing_else(this, last):
    """Records, tables that are compared, both manifests: the file list is closed."""
    kept = this / "data" / "previous"
    found = {path.relative_to(kept).as_posix() for path in kept.rglob("*") if path.is_file()}
    assert found == {*FILES, "manifest-sha256.txt", "tagmanifest-sha256.txt"} - {"tables/status.csv"}
    assert all((kept / name).read_bytes() == content for name, content in FILES.items() if name in found)
    assert json.loads((this / "data" / "run.json").read_text())["previous"] == {
        "package": "audit-2025",
        "tagmanifest_sha256": open_previous(last).digest,
    }
    assert check_previous(this) == []


def test_without_the_parameter_nothing_is_kept_or_recorded(parameters, tmp_path):
    """And what lies there all the same is named."""
    copy_previous(parameters(), tmp_path, tmp_path)
    assert not (tmp_path / "data").exists()
    assert previous_record(tmp_path) is None
    (tmp_path / "data" / "previous").mkdir(parents=True)
    (tmp_path / "data" / "run.json").write_text('{"previous": null}')
    assert [one.kind for one in check_previous(tmp_path)] == [Kind.PREVIOUS_UNKNOWN]


def kept(this: Path, name: str) -> Path:
    return this / "data" / "previous" / name


def _link(this: Path) -> None:
    path = kept(this, "summary.json")
    path.rename(this / "elsewhere")
    path.symlink_to(this / "elsewhere")


@pytest.mark.parametrize(
    ("change", "kind", "path"),
    [
        (lambda it: kept(it, "params.yaml").write_bytes(b"x"), Kind.PREVIOUS_CHANGED, "params.yaml"),
        (lambda it: kept(it, "tables/population.csv").unlink(), Kind.PREVIOUS_MISSING, "tables/population.csv"),
        (lambda it: kept(it, "tables/gaps.csv").write_bytes(b"x"), Kind.PREVIOUS_UNKNOWN, "tables/gaps.csv"),
        (lambda it: kept(it, "manifest-sha256.txt").write_bytes(b""), Kind.PREVIOUS_CHANGED, "manifest-sha256.txt"),
        (lambda it: kept(it, "manifest-sha256.txt").unlink(), Kind.PREVIOUS_MISSING, "manifest-sha256.txt"),
        (lambda it: kept(it, "tagmanifest-sha256.txt").write_bytes(b""), Kind.PREVIOUS_OTHER, "tagmanifest-sha256.txt"),
        (lambda it: shutil.rmtree(it / "data" / "previous"), Kind.PREVIOUS_MISSING, "tagmanifest-sha256.txt"),
        (_link, Kind.PREVIOUS_MISSING, "summary.json"),
    ],
)
def test_a_changed_copy_is_named_with_what_is_wrong_with_it(this, change, kind, path):
    """Digests of this year's package don't matter: none is looked at."""
    change(this)
    assert (kind, f"data/previous/{path}") in [(one.kind, one.path) for one in check_previous(this)]
    assert all("previous/" in line for line in sentences(check_previous(this)))


def test_a_pipe_in_the_place_of_a_copy_is_not_waited_for(this):
    """A stranger's package ends in a sentence."""
    kept(this, "summary.json").unlink()
    os.mkfifo(kept(this, "summary.json"))
    assert [one.kind for one in check_previous(this)] == [Kind.PREVIOUS_MISSING]


def test_a_package_that_was_changed_is_not_compared_with(last, named, tmp_path):
    """It is checked whole before anything is asked of Jira, and nothing is kept of it."""
    (last / "data" / "tables" / "status.csv").write_bytes(b"other")
    with pytest.raises(UsageError, match=r"^previous: .* is not what was sealed, .*tables/status\.csv"):
        copy_previous(named(last), tmp_path / "this", tmp_path)
    assert not (tmp_path / "this").exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("tables/population.csv", None, "has no population"),
        ("params.yaml", None, "has no params.yaml"),
        ("params.yaml", b"- 1\n", "params.yaml is not what a run writes"),
        ("params.yaml", b"\xff\xfe", "params.yaml is not what a run writes"),
        ("params.yaml", b"period_start: soon\n", "no period_start that is a day"),
        ("run.json", b"[" * 100_000, "run.json is not what a run writes"),
        ("tables/population.csv", b"key\nAB-1\n", "tables/population.csv has no column project, id"),
        ("tables/population.csv", b'key,"\n', "tables/population.csv"),
        ("tables/population.csv", b"\x00" * 99, "tables/population.csv"),
    ],
)
def test_what_no_run_writes_is_refused_in_a_sentence(tmp_path, named, name, content, said):
    """Sealed as it may be."""
    files = {path: it for path, it in (FILES | {name: content}).items() if it is not None}
    package = sealed(tmp_path / "strange", files)
    with pytest.raises(UsageError, match=said):
        copy_previous(named(package), tmp_path / "this", tmp_path)


def test_a_file_larger_than_any_of_a_run_is_not_read(last, monkeypatch):
    """By its size on the disk, before a byte of it is taken."""
    monkeypatch.setattr("auditlib.package.previous.LARGEST", 20)
    with pytest.raises(UsageError, match=r"data/summary\.json has 25 bytes"):
        open_previous(last)


def test_a_folder_that_is_not_sealed_is_told_as_such(tmp_path):
    """In words that fit a comparison."""
    with pytest.raises(UsageError, match="is not a sealed package, so there is nothing to compare with"):
        open_previous(tmp_path)


def test_a_file_that_the_package_lacks_is_none(last):
    """An older package has fewer tables."""
    files = open_previous(last)
    read = partial(read_file, files)
    assert read("tables/control_rates.csv") is None
    assert read("params.yaml") == PARAMS
