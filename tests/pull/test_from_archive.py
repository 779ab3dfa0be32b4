"""What a package takes out of an archive is what its chain names, at the moment of the copy and when a run goes on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from archive_folders import archiver
from small_world import issue, small_world

from auditlib.params.model import Parameters
from auditlib.pull import from_archive
from auditlib.pull.from_archive import copy_archive


@pytest.fixture
def copied(parameters: Callable[..., Parameters], tmp_path: Path) -> tuple[Path, Callable[[], list[str]], Path]:
    """Make an archive, and return it, what copies it into a package and tells the problems, and the copy."""
    with archiver(small_world(issue(1)), parameters(projects="[AC]", filter_id=70), tmp_path / "archive") as made:
        made.archive()
        since = made.times[0]

    def copy() -> list[str]:
        copy_archive(tmp_path / "archive", tmp_path / "data", since)
        return json.loads((tmp_path / "data" / "archive" / "copied.json").read_text())["problems"]

    return tmp_path / "archive", copy, tmp_path / "data" / "archive"


def census_of(folder: Path) -> Path:
    return min((folder / "census").glob("*.jsonl.gz"))


def test_a_copy_that_is_whole_is_not_made_again(copied):
    """A run that goes on keeps what it began with, though the archive has grown, or gone, meanwhile."""
    archive, copy, target = copied
    assert copy() == []
    shutil.rmtree(archive)
    assert copy() == []
    assert census_of(target).is_file()


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: path.write_bytes(b"another")])
def test_a_copy_that_was_changed_while_a_run_stood_still_is_made_again(copied, spoil):
    """Else a census that nobody archived would decide what a number was."""
    archive, copy, target = copied
    copy()
    spoil(census_of(target))
    assert copy() == []
    assert census_of(target).read_bytes() == census_of(archive).read_bytes()


def test_what_changes_between_the_check_and_the_copy_is_told_and_left_out(copied, monkeypatch):
    """The copy itself is compared with the chain: what is used is what the chain names, or is named as damaged."""
    archive, copy, target = copied
    plain = from_archive._copy

    def changing(source: Path, to: Path) -> None:
        if source == census_of(archive):
            source.write_bytes(b"changed at the last moment")
        plain(source, to)

    monkeypatch.setattr(from_archive, "_copy", changing)
    (said,) = copy()
    assert "while it was copied" in said
    assert not list((target / "census").glob("*.jsonl.gz"))


def test_an_archive_that_was_damaged_before_is_no_reason_to_copy_again(copied):
    """What is left out of a copy for its damage was told then."""
    archive, copy, target = copied
    census_of(archive).write_bytes(b"damaged")
    problems = copy()
    assert problems
    shutil.rmtree(archive)
    assert copy() == problems
    assert target.is_dir()
