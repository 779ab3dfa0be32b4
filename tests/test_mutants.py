"""Planted faults stay planted: each text is where it can be found, in every room, and its tests are the room's own."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from mutants import plant
from mutants.faults import FAULTS, Fault
from places import ROOT

HOUSE = ROOT / "auditlib"
ROOMS = {path.name for path in HOUSE.iterdir() if path.is_dir() and any(path.glob("**/*.py")) and path.name[0] != "_"}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.room}: {fault.rule}")
def test_a_fault_can_be_planted(fault):
    """Its text stands once in its room, what comes of it is another program, and the tests that are to notice it are there."""
    path, spoilt = plant.planted(fault, ROOT)
    assert spoilt != path.read_text(encoding="utf-8")
    assert plant.own_tests(fault, ROOT)


def test_there_are_faults_in_every_room():
    """Two at least in each, and five of the many that the judgements could have; a new room without any is seen here."""
    planted = Counter(fault.room for fault in FAULTS)
    assert planted.keys() == {*ROOMS, "hall", "cli", "walls"}
    assert min(planted.values()) >= 2
    assert planted["audit"] >= 5
    assert len(FAULTS) >= 30


def test_no_two_faults_are_one():
    """Each breaks a rule of its own."""
    assert len({fault.rule for fault in FAULTS}) == len({(fault.room, fault.old) for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ({"old": "no such text"}, "stands 0 times in hall, and must once"),
        ({"old": "return"}, r"stands \d+ times in hall"),
        ({"room": "jira"}, "stands 0 times in jira"),
        ({"tests": ("times", "nowhere")}, "have no file for each of times, nowhere"),
    ],
    ids=["gone", "several", "another room", "no tests"],
)
def test_a_fault_that_can_not_be_planted_is_told(spoil, said):
    """It counts against the run instead of being left out in silence."""
    half_open = next(fault for fault in FAULTS if fault.rule == "a period is half-open")
    outcome = plant.judged(replace(half_open, **spoil), ROOT)
    assert outcome.by == ""
    assert re.search(f"^NOT PLANTED: .*{said}", outcome.wrong)


def small_house(folder: Path, code: str, test: str) -> Path:
    """Make a house of one room with one module and one test."""
    for name, text in {
        "auditlib/__init__.py": "",
        "auditlib/room/one.py": code,
        "tests/room/test_one.py": f"from auditlib.room.one import one\n\n\ndef test_one():\n    {test}\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "auditlib/room/one.py"


@pytest.mark.parametrize(
    ("new", "by"),
    [("return not bool(1)", "tests/room/test_one.py::test_one"), ("return True", "")],
    ids=["noticed", "survived"],
)
def test_a_fault_is_noticed_by_a_test_that_passes_without_it(tmp_path, new, by):
    """What fails because of the fault is named, and the fault is taken out again."""
    code = "def one() -> bool:\n    return bool(1)\n"
    module = small_house(tmp_path, code, "assert one()")
    outcome = plant.judged(Fault("room", "one is true", "return bool(1)", new, ("one",)), tmp_path)
    assert (outcome.wrong, outcome.by) == ("", by)
    assert plant.failing_anyway([outcome], tmp_path) == set()
    assert module.read_text(encoding="utf-8") == code


def test_a_test_that_fails_anyway_notices_nothing(tmp_path):
    """Whatever fails without a fault, too, is mended first; until then nobody knows."""
    small_house(tmp_path, "one = 1\n", "assert one == 3")
    outcome = plant.judged(Fault("room", "one is one", "one = 1", "one = 2", ("one",)), tmp_path)
    assert plant.failing_anyway([outcome], tmp_path) == {outcome.test} == {"tests/room/test_one.py::test_one"}
    with pytest.raises(RuntimeError, match="pytest ended with 4"):
        plant.failing_anyway([replace(outcome, by="tests/room/test_one.py::test_two")], tmp_path)
