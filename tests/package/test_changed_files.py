"""What somebody may do to one file of a bag: each is told as what it is, once, under the file's own name."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from auditlib.evidence.differences import Kind
from auditlib.package.checks import Check, Outcome, go_through
from auditlib.package.verify import check_bag, renamed

FILE = "data/tables/gaps.csv"


def replaced(make: Callable[[Path], object]) -> Callable[[Path], None]:
    """Put something else in the place of the file."""

    def change(bag: Path) -> None:
        (bag / FILE).unlink()
        make(bag / FILE)

    return change


def copied(bag: Path) -> None:
    shutil.copy(bag / FILE, bag / "data" / "tables" / "again.csv")


CASES = {
    "emptied": (lambda bag: (bag / FILE).write_bytes(b""), [(Kind.EMPTIED, FILE)]),
    "renamed": (lambda bag: (bag / FILE).rename(bag / "data/tables/x.csv"), [(Kind.RENAMED, FILE)]),
    "renamed beside data": (
        lambda bag: (bag / FILE).rename(bag / "gaps.csv"),
        [(Kind.BESIDE_DATA, "gaps.csv"), (Kind.MISSING, FILE)],
    ),
    "copied": (copied, [(Kind.COPIED, "data/tables/again.csv")]),
    "another case": (
        lambda bag: (bag / FILE).rename(bag / "data/tables/Gaps.csv"),
        [(Kind.CASE, "data/tables/Gaps.csv")],
    ),
    "a link": (replaced(lambda path: path.symlink_to("../Index.html")), [(Kind.NO_FILE, FILE), (Kind.MISSING, FILE)]),
    "a folder": (replaced(lambda path: path.mkdir()), [(Kind.NO_FILE, FILE), (Kind.MISSING, FILE)]),
    "a pipe": (replaced(os.mkfifo), [(Kind.NO_FILE, FILE), (Kind.MISSING, FILE)]),
    "a pipe more": (lambda bag: os.mkfifo(bag / "data/raw/pipe"), [(Kind.NO_FILE, "data/raw/pipe")]),
    "a folder too deep": (
        lambda bag: (bag / "data" / ("d" * 100) / ("d" * 120) / "e").mkdir(parents=True),
        [(Kind.NO_FILE, f"data/{'d' * 100}/{'d' * 120}")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_change_of_a_file_is_told_as_what_it_is(bag, name):
    """Kind and path of each difference, nothing more and nothing less."""
    change, told = CASES[name]
    change(bag)
    assert sorted((one.kind, one.path) for one in check_bag(bag)) == sorted(told)


def test_an_empty_file_under_another_name_is_missing_and_unexpected(bag):
    """Nothing is like nothing: what an empty file was called before can't be told."""
    (bag / "data/zürich-東京.txt").rename(bag / "data/elsewhere.txt")
    assert [one.kind for one in check_bag(bag)] == [Kind.UNLISTED, Kind.MISSING]


def test_a_hard_link_is_told_and_is_no_difference(bag):
    """Backups are kept as hard links: the content is what was sealed, and whoever reads it is told."""
    os.link(bag / FILE, bag.parent / "elsewhere.csv")
    check = Check(
        "bag", "Bag", "intact", ("difference", "differences"), lambda one: Outcome([*check_bag(one), *renamed(one)])
    )
    (result,) = go_through([check], bag)
    assert not result.failed
    assert "hard link" in result.remarks()[0]
    assert FILE in result.remarks()[0]


def test_more_lines_than_files_are_not_read(bag):
    """A manifest of a million lines in front of five files is told, and left alone."""
    with (bag / "manifest-sha256.txt").open("a") as manifest:
        manifest.writelines(f"{'0' * 64}  data/x/{number:07d}\n" for number in range(200_000))
    kinds = [one.kind for one in check_bag(bag)]
    assert Kind.TOO_MANY_LINES in kinds
    assert kinds.count(Kind.MISSING) == 1000
    assert kinds.count(Kind.AND_MORE) == 1
