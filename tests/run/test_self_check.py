"""The workbook is checked by faults that are planted: each is found, and one that is not makes the check fail."""

from __future__ import annotations

import re
import shutil

import pytest

from auditlib.cli.self_check import differing, stages
from auditlib.cli.verification import checks
from auditlib.demo.faults.plants import PLANTS
from auditlib.errors import AuditError, ReconciliationError
from auditlib.run.self_check import looks
from auditlib.run.self_check.examine import SelfCheck
from auditlib.run.self_check.fault import Fault, JiraFault, PackageFault, Result, Seen
from auditlib.run.self_check.faults import FAULTS, JIRA_FAULTS, PACKAGE_FAULTS
from auditlib.run.self_check.tampering import add_file, change_row, forge_response

ONE = next(one for one in JIRA_FAULTS if one.name == "left-out")


def nothing(_: Seen, key: str) -> str:
    """Look, and find nothing: as a workbook would that lost a detection."""
    return ""


@pytest.mark.slow
@pytest.mark.xdist_group("self-check")
def test_every_planted_fault_is_found_and_none_where_nothing_is_planted(tmp_path):
    """The whole of it, as the command goes through it; each names the issue or the file that it is about."""
    results = list(SelfCheck(tmp_path, stages(), differing).results())
    assert [(one.fault.name, one.verdict, one.alarm) for one in results if not one.untried] == [
        (one.name, "found", "") for one in FAULTS if not getattr(one, "needs", "") or shutil.which(one.needs)
    ]
    for one in (one for one in results if not one.untried):
        named = one.about.removeprefix("data/") in one.found or one.fault.name in {
            "same-key",
            "drift",
            "response-forged",
        }
        assert named, one


@pytest.mark.xdist_group("self-check")
def test_a_detection_that_is_lost_is_told(tmp_path):
    """A fault that is planted and not found is no success, nor is one that is found where it is not planted."""
    blind = JiraFault(ONE.name, ONE.planted, ONE.expected, nothing)
    seeing_ghosts = JiraFault(ONE.name, ONE.planted, ONE.expected, lambda _, key: f"{key} is odd")
    check = SelfCheck(tmp_path, stages(), differing)
    results = list(check.results([ONE, blind, seeing_ghosts], []))
    assert [one.verdict for one in results] == ["found", "NOT FOUND", "false alarm"]
    assert [one.good for one in results] == [True, False, False]
    assert results[2].alarm == f"{results[2].about} is odd"


def test_a_verify_that_overlooks_is_told(tmp_path, sealed, monkeypatch):
    """Of a package too: no word of verify is no detection, and neither is a word on another file."""
    faults = [PackageFault("file-added", "", "", add_file, "bag"), PackageFault("row", "", "", change_row, "tables")]
    check = SelfCheck(tmp_path, stages(), lambda *_: ["data/another.csv: changed"])
    monkeypatch.setattr(SelfCheck, "_package", sealed.folder)
    told = list(check.results([], faults))
    assert [(one.found, one.good) for one in told] == [("", False), ("", False)]
    assert all(one.alarm for one in told)
    check = SelfCheck(tmp_path, stages(), differing)
    (told,) = check.results([], faults[:1])
    assert told.good
    assert "data/tables/note.csv" in told.found


def test_what_this_machine_can_not_plant_is_not_tried_and_said_so(tmp_path):
    """Neither found nor missed: the reason stands in its place."""
    fault = PackageFault("x", "", "", add_file, "bag", needs="no-program-of-this-name")
    (told,) = SelfCheck(tmp_path, stages(), differing).results([], [fault])
    assert (told.verdict, told.good, told.untried) == ("not tried", True, "this machine has no no-program-of-this-name")


def test_each_fault_of_a_jira_is_planted_by_the_embedded_company_and_each_has_a_name():
    """What must be found and what plants it stand in two rooms: their names agree."""
    assert {one.name for one in JIRA_FAULTS} == PLANTS.keys()
    names = [one.name for one in FAULTS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in names)
    assert all(one.planted.endswith(".") and one.expected.endswith(".") for one in FAULTS)
    assert {one.check for one in PACKAGE_FAULTS} == {one.name for one in checks()} - {"previous"}


def test_each_fault_is_about_an_issue_of_its_own():
    """So that what is found of one can't be what was planted for another; a control's two faults are planted apart."""
    cases = stages().cases
    about = [key for name, key in cases.items() if name not in {"approved-late", "same-person"}]
    assert len(set(about)) == len(about)
    assert {name for name, key in cases.items() if key.startswith("CHG-")} == {"approved-late", "same-person"}


def test_a_run_that_ends_otherwise_is_no_detection():
    """Neither another sentence nor another kind of error; of a run that ended no table is looked at."""
    look = looks.refused("differ", "KEY")
    ended = Seen(error=ReconciliationError("they differ: PAY-1", {}))
    assert look(ended, "PAY-1") == "the run ends with status 3: they differ: PAY-1"
    assert look(ended, "PAY-2") == ""
    assert look(Seen(error=AuditError("they differ: PAY-1")), "PAY-1") == ""
    assert look(Seen(), "PAY-1") == ""
    others = [
        looks.gap("moved"),
        looks.deletion,
        looks.control("CT-01", "exception"),
        looks.left_out,
        looks.history_break,
    ]
    assert {look(ended, "PAY-1") for look in (*others, looks.finding("02_population", "x"))} == {""}


@pytest.mark.parametrize(
    ("found", "alarm", "verdict"),
    [("here", "", "found"), ("", "", "NOT FOUND"), ("here", "there", "false alarm"), ("", "there", "NOT FOUND")],
)
def test_only_what_is_found_where_it_is_planted_and_nowhere_else_is_good(found, alarm, verdict):
    """The four ways in which it can come out."""
    result = Result(Fault("x", "", ""), "", found, alarm)
    assert (result.verdict, result.good) == (verdict, verdict == "found")


def test_what_is_spoilt_is_a_copy(tmp_path):
    """A package that lacks what is to be spoilt is named in a sentence."""
    folder = tmp_path / "data" / "raw"
    folder.mkdir(parents=True)
    (folder / "index.jsonl").write_text("")
    with pytest.raises(AuditError, match="no response to first_pass/PAY/"):
        forge_response(tmp_path)
