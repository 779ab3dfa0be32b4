"""The check of the workbook by itself, from the command line: what it says, what it writes, how it ends."""

from __future__ import annotations

import pytest

from auditlib.cli import self_check
from auditlib.run.self_check.fault import Result
from auditlib.run.self_check.faults import FAULTS


def came_to(monkeypatch, *, lost: str = "", alarm: str = "") -> None:
    """Let the check come to this, without the pulls; `run/test_self_check` makes them."""
    found = [
        Result(one, "PAY-17", "" if one.name == lost else "gaps.csv: PAY-17", "as well" if one.name == alarm else "")
        for one in FAULTS
    ]
    monkeypatch.setattr(self_check, "_results", lambda: iter(found))


def test_a_check_that_finds_all_ends_with_0_and_leaves_its_sheet(here, monkeypatch, tmp_path):
    """Every fault on the screen and on the sheet, with what was checked; the last line is the sheet's path."""
    came_to(monkeypatch)
    sheet = tmp_path / "sheet.html"
    status, out, err = here("check", "--self", "--out", sheet)
    assert (status, err) == (0, "")
    assert out.splitlines()[-1] == str(sheet)
    page = sheet.read_text(encoding="utf-8")
    for one in FAULTS:
        assert f"found       {one.name}: {one.planted}" in out
        assert one.name in page
    for named in ("auditlib", "SHA-256 of the lock file", "Tests of this code", "Python and system", "Begun"):
        assert f"\n{named}" in f"\n{out}"
        assert f">{named}<" in page


@pytest.mark.parametrize("slip", [{"lost": "hidden"}, {"alarm": "hidden"}])
def test_a_check_that_misses_one_or_sees_what_is_not_there_ends_with_1(here, monkeypatch, tmp_path, slip):
    """The sheet is written all the same, and says so."""
    came_to(monkeypatch, **slip)
    sheet = tmp_path / "sheet.html"
    status, out, err = here("check", "--self", "--out", sheet)
    assert status == 1
    assert "do not rely on it" in err
    word = "NOT FOUND" if "lost" in slip else "false alarm"
    assert f"{word:<12}hidden: " in out
    assert word in sheet.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name a parameter file, as params/2026.yaml; or give --self"),
        (("--out", "sheet.html"), "name a parameter file"),
        (("params/demo.yaml", "--self"), "--self checks the workbook, by no parameters"),
        (("--self", "-p", "sample_size=3"), "--self checks the workbook, by no parameters"),
        (("--self", "--log", "log.txt"), "--self checks the workbook, by no parameters"),
        (("params/demo.yaml", "--out", "sheet.html"), "--out is for the sheet of --self"),
    ],
)
def test_the_two_checks_are_not_mixed(here, monkeypatch, arguments, said):
    """A mistake of usage, before anything is done."""
    monkeypatch.setattr(self_check, "_results", lambda: pytest.fail("nothing is checked"))
    status, _, err = here("check", *arguments)
    assert status == 2
    assert said in err


def test_a_sheet_that_may_be_filed_is_not_written_over(here, monkeypatch, tmp_path):
    """Told before anything is planted."""
    monkeypatch.setattr(self_check, "_results", lambda: pytest.fail("nothing is checked"))
    sheet = tmp_path / "sheet.html"
    sheet.write_text("signed")
    status, _, err = here("check", "--self", "--out", sheet)
    assert (status, sheet.read_text()) == (2, "signed")
    assert "is not written over" in err
