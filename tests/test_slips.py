"""Small slips are made one at a time, of each kind, and never where nothing runs."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest
from mutants import controls
from mutants.equal import EQUAL
from mutants.slips import slips
from places import ROOT

MODULE = '''\
"""A module."""
from itertools import count
SIZE: int | None = 3


def f(a: int, b: list[int]) -> str:
    """Say something."""
    if a < 2 and not b:
        return f"{a} of 5"
    total = 0
    for one in b:
        if one in (7, a):
            continue
        total += one * 2
    print(total)
    return PASS if any(x for x in b if x) else None
'''


@pytest.fixture
def made(tmp_path):
    path = tmp_path / "module.py"
    path.write_text(MODULE, encoding="utf-8")
    return list(slips(path, tmp_path))


def test_each_kind_of_slip_is_made(made):
    """Comparison, condition, number, outcome, arithmetic, filter, statement."""
    assert {(one.old, one.new) for one in made} == {
        ("3", "4"),
        ("2", "3"),
        ("0", "1"),
        ("7", "8"),
        ("a < 2", "a <= 2"),
        ("a < 2", "a > 2"),
        ("a < 2 and (not b)", "a < 2 or not b"),
        ("a < 2 and (not b)", "a < 2"),
        ("a < 2 and (not b)", "not b"),
        ("not b", "b"),
        ("one in (7, a)", "one not in (7, a)"),
        ("one * 2", "one / 2"),
        ("PASS if any((x for x in b if x)) else None", "None if any((x for x in b if x)) else PASS"),
        ("PASS", "EXCEPTION"),
        ("any", "all"),
        ("if x", ""),
        ("if a < 2 and (not b): …", ""),
        ("if one in (7, a): …", ""),
        ("continue", "pass"),
        ("total += one * 2", "pass"),
        ("print(total)", "pass"),
    }


def test_a_slip_changes_one_thing(made):
    """What is not changed stays; each is another program, and has a name of its own."""
    whole = ast.unparse(ast.parse(MODULE))
    texts = [ast.unparse(one.tree) for one in made]
    assert whole not in texts
    assert len(set(texts)) == len({one.name for one in made}) == len(made)
    assert all(compile(one.tree, "module", "exec") for one in made)


def test_names_do_not_depend_on_lines(tmp_path, made):
    """A list of slips that change nothing outlives a line that is added above them."""
    path = tmp_path / "module.py"
    path.write_text(MODULE.replace("SIZE", "\nSIZE"), encoding="utf-8")
    assert [one.name for one in slips(path, tmp_path)] == [one.name for one in made]


def test_what_changes_nothing_is_there():
    """Each line of the list names a slip that can be made, and gives a reason."""
    known = {slip.name for path in controls.modules(()) for slip in slips(path, ROOT)}
    assert EQUAL.keys() <= known
    assert all(reason.endswith(".") for reason in EQUAL.values())


def test_every_module_of_the_folder_is_tried():
    """And with its own tests first."""
    found = controls.modules(())
    assert {path.stem for path in found} >= {"engine", "rounds", "gates", "approval"}
    assert controls.modules(("rounds",)) == [controls.FOLDER / "attribute_rounds.py", controls.FOLDER / "rounds.py"]
    assert [Path(one).name for one in controls.own_tests(controls.FOLDER / "rounds.py")][:1] == ["test_rounds.py"]


@pytest.mark.parametrize(("survived", "enough"), [(0, True), (5, True), (6, False)])
def test_one_in_twenty_may_survive(survived, enough):
    """What changes nothing does not count."""
    count = Counter(histories=60, tests=40 - survived, survived=survived, equal=50)
    assert (controls.share(count) >= controls.NEEDED) == enough
