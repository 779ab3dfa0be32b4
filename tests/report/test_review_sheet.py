"""The sheet to be filled in: what it offers, what it takes, and that it is read back as the last review."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import openpyxl
import pytest
from access_cases import answered

from auditlib.audit.permissions.last_review import DECISIONS, Decision, parse_review
from auditlib.audit.permissions.leavers import Left
from auditlib.audit.permissions.review import Known, access_review
from auditlib.report.review_sheet import write_review_sheet
from auditlib.report.workbook.book import Looks

ASKED = datetime(2026, 10, 4, 12, tzinfo=UTC)
LOOKS = Looks("Test audit", "test-audit 20261004T120000Z")
KNOWN = Known(
    last_active={"7:1": "2026-09-14T14:00:00.000-04:00", "7:2": "2026-09-20", "7:4": "none told"},
    left={"7:2": Left("2026-05-01"), "7:1": Left("2026-06-01", sure=False)},
    decided={("7:2", "PAY"): Decision(frozenset(), "keep", "Eve", "2026-07-01")},
)


@pytest.fixture
def target(tmp_path):
    """Write the sheet of the small company."""
    write_review_sheet(access_review(answered(), KNOWN), tmp_path / "access_review.xlsx", LOOKS, ASKED)
    return tmp_path / "access_review.xlsx"


def rows_of(sheet):
    header, *rows = ([cell.value for cell in row] for row in sheet.iter_rows())
    return header, {row[header.index("account_id")]: dict(zip(header, row, strict=True)) for row in rows}


def test_days_are_days_and_what_is_not_known_is_text(target):
    """A reviewer sorts and filters by them."""
    _, rows = rows_of(openpyxl.load_workbook(target)["access review"])
    assert rows["7:1"]["last_active"] == datetime(2026, 9, 14)  # noqa: DTZ001 - Excel's know no zone
    assert rows["7:2"]["last_active"] == datetime(2026, 9, 20)  # noqa: DTZ001
    assert (rows["7:4"]["last_active"], rows["7:3"]["last_active"]) == ("none told", "not readable")
    assert rows["7:2"]["leaver"] == datetime(2026, 5, 1)  # noqa: DTZ001
    assert rows["7:1"]["leaver"] == "2026-06-01 (name only)"


def test_the_last_decision_stands_beside_an_empty_one(target):
    """Nobody takes last quarter's decision for this quarter's."""
    _, rows = rows_of(openpyxl.load_workbook(target)["access review"])
    row = rows["7:2"]
    assert (row["last_decision"], row["last_reviewer"], row["decision"], row["reviewer"]) == ("keep", "Eve", None, None)


def test_it_takes_only_what_can_be_read_back(target):
    """A list of the decisions, and days; the header stays in sight."""
    sheet = openpyxl.load_workbook(target)["access review"]
    decision, day = sheet.data_validations.dataValidation
    assert decision.formula1 == f'"{",".join(DECISIONS)}"'
    assert (day.type, day.operator) == ("date", "greaterThanOrEqual")
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref is not None


def test_a_name_like_a_formula_is_text(target):
    """Whoever opens the sheet computes nothing that Jira wrote."""
    sheet = openpyxl.load_workbook(target)["access review"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "d", "n"}
    assert "=Robot" in {cell.value for cell in sheet["A"]}


def test_equal_rows_give_equal_bytes(target, tmp_path):
    """The seal of a package must not depend on when the sheet was written."""
    again = tmp_path / "again.xlsx"
    write_review_sheet(access_review(answered(), KNOWN), again, LOOKS, ASKED)
    assert again.read_bytes() == target.read_bytes()


def test_a_filled_sheet_is_read_back_as_the_last_review(target):
    """As Excel saves it where a comma is the decimal mark: parted by semicolons, days as they are shown."""
    header, rows = rows_of(openpyxl.load_workbook(target)["access review"])
    filled = {"decision": "remove", "reviewer": "Eve", "reviewed_on": "2026-10-05"}
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(header)
    writer.writerows([(row | filled)[name] for name in header] for row in rows.values())
    found = parse_review(text.getvalue(), "filled.csv")
    assert found["7:2", "PAY"] == Decision(
        frozenset({"BROWSE_PROJECTS", "DELETE_ISSUES"}), "remove", "Eve", "2026-10-05"
    )
    assert len(found) == 4


def test_nobody_makes_a_sheet_with_a_header(tmp_path):
    """A Jira that tells nothing gives a sheet all the same."""
    write_review_sheet(access_review(answered(), Known()).iloc[:0], tmp_path / "none.xlsx", LOOKS, ASKED)
    header, rows = rows_of(openpyxl.load_workbook(tmp_path / "none.xlsx")["access review"])
    assert ("decision" in header, rows) == (True, {})


def test_it_prints_whole_and_long_cells_are_read_whole(target):
    """Landscape, all columns on a page, the head and the name on each; what a cell holds is not cut."""
    sheet = openpyxl.load_workbook(target)["access review"]
    wide = sheet.page_setup.fitToWidth or 1  # which is what a file that leaves it out says
    assert (sheet.page_setup.orientation, wide, sheet.page_setup.fitToHeight) == ("landscape", 1, 0)
    assert sheet.oddFooter.left.text.strip() == LOOKS.package
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$1:$1", "$A:$A")
    assert sheet["G2"].alignment.wrap_text
