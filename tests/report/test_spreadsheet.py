"""The workbook as a working paper, read back by another library: all of its sheets, and what is the same on each."""

from __future__ import annotations

import hashlib
import re
import zipfile
from datetime import UTC, datetime, timedelta

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import get_column_letter

from auditlib.audit.controls.subject import EXCEPTION, NO_EVIDENCE, NOT_APPLICABLE, PASS
from auditlib.audit.finding import FINDINGS
from auditlib.audit.numbering.gaps import GAPS, NUMBERING
from auditlib.audit.population.cut import POPULATION
from auditlib.audit.scope.ipe import ROLES, TITLE, Claim, IpeStatement, Part
from auditlib.report import spreadsheet
from auditlib.report.spreadsheet import WorkingPaper
from auditlib.report.workbook import statement, table_sheet
from auditlib.report.workbook.book import Looks
from auditlib.report.workbook.signing import VERDICTS, Concluded
from auditlib.report.workbook.statement import Statement
from auditlib.report.workbook.testing import Mark, SampleRow, SampleTests
from auditlib.tables import Table, to_csv

HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://evil.example")',
    "https://evil.example",
    "007",
    "1e5",
    "TRUE",
    "<r><t>not</t></r>",
    "a <b> & _x0041_",
]
ASKED = datetime(2026, 10, 2, 8, 31, 12, tzinfo=UTC)
IPE = IpeStatement(
    about=(("audit", "2026"), ("query", "=cmd|' /C calc'!A0")),
    parts=(Part("Reliable enough?", (Claim("complete", "All of it.", "Asked for twice.", "-12 and 12 agree."),)),),
    unsaid=("What nobody sees.",),
)
PAPER = WorkingPaper(
    looks=Looks("2026 & <SOC 2>", "soc-2-2026 20261002T083112Z"),
    made=ASKED,
    asked=ASKED,
    statement=Statement(
        facts=[("source system", "https://jira.company.example"), ("query", "=cmd|' /C calc'!A0")],
        ipe=IPE,
        test=[["project", "first pass"], ["PAY", 12]],
        result=["The two passes agree."],
        limits=["Hidden issues can't be told from deleted ones."],
        again=["auditlib verify PACKAGE"],
    ),
    testing=SampleTests(
        facts=[("sample", "=2 issues")],
        columns=[("four eyes", "Was it approved by another?"), ("-in time", "In time?")],
        rows=[
            SampleRow(
                *(1, "PAY-1", "Bug", "@summary", "dossiers/PAY-1/issue.html"),
                [Mark(PASS), Mark(EXCEPTION, "dossiers/PAY-1/issue.html#history-7")],
                "in time: late",
            ),
            SampleRow(2, "PAY-2", "Bug", "gone", "", [Mark(NO_EVIDENCE), Mark(NOT_APPLICABLE)]),
        ],
        totals=[("tested", [2, 1]), ("deviation rate", [0.5, None])],
    ),
    concluded=[Concluded("01_scope", "What?", "+All of it.", "notebooks/01_scope.html", 2, 1)],
    links={"findings": {"table": {"TRUE": "internal:'gaps'!A1"}, "notebook": {"007": "external:notebooks/007.html"}}},
)


def filled(table: Table, texts: list[str]) -> pd.DataFrame:
    """Return a table with ``texts`` in every text column."""
    count = len(texts)
    moments = pd.date_range("2026-03-08T01:30:00.040", periods=count, freq="3h", tz="America/New_York", unit="us")
    values = {
        "text": texts,
        "integer": range(1, count + 1),
        "fraction": [0.25] * count,
        "flag": [True] * count,
        "instant": moments,
        "instant_utc": moments.tz_convert("UTC"),
    }
    return pd.DataFrame({column.name: values[column.kind] for column in table.columns})


@pytest.fixture(scope="module")
def tables():
    return {table: filled(table, HOSTILE) for table in (POPULATION, NUMBERING, GAPS, FINDINGS)}


def written(tables, target, paper=PAPER):
    """Write a workbook, and read it back."""
    files = target.parent / "tables"
    files.mkdir(exist_ok=True)
    for table, frame in tables.items():
        (files / table.file).write_bytes(to_csv(table, frame))
    spreadsheet.write_workbook(tables, files, target, paper)
    return openpyxl.load_workbook(target)


@pytest.fixture(scope="module")
def book(tables, tmp_path_factory):
    """All sheets of a workbook, not to be changed."""
    return written(tables, tmp_path_factory.mktemp("book") / "audit.xlsx")


def texts_of(sheet):
    return [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]


def shown(text: str) -> str:
    """Return a text as a cell holds it: this reader leaves Excel's own way of writing ``_x0041_`` as it is."""
    return text.replace("\r", "[U+000D]").replace("_x0041_", "_x005F_x0041_")


# All sheets


def test_the_statement_comes_first_then_what_is_to_be_signed_then_a_sheet_a_table(book, tables):
    """File, rows and the digest of the CSV, of every table, each with a link to its sheet."""
    first = (statement.SHEET, statement.CONTENTS, "testing", "review")
    assert book.sheetnames == [*first, *(table.name for table in tables)]
    sheet = book[statement.CONTENTS]
    for table, frame in tables.items():
        (line,) = (row for row in sheet.iter_rows() if row[0].value == table.name)
        cells = [cell.value for cell in line if cell.value is not None]
        digest = hashlib.sha256(to_csv(table, frame)).hexdigest()
        assert cells == [table.name, table.says, f"data/tables/{table.file}", len(frame), len(frame), digest]
        assert line[0].hyperlink.location == f"'{table.name}'!A1"
    assert "The two passes agree." in texts_of(sheet)


def test_the_first_sheet_states_tests_and_leaves_room_to_sign(book):
    """What is stated, how it is tested, what that came to; a row a role, empty but for it."""
    rows = [[cell.value for cell in row] for row in book[statement.SHEET].iter_rows()]
    assert rows[0][0] == TITLE
    assert ["complete", "All of it.", "Asked for twice.", "-12 and 12 agree."] in [
        [row[place] for place in (0, 1, 5, 9)] for row in rows
    ]
    signed = [row for row in rows if row[0] in ROLES]
    assert [row[0] for row in signed] == list(ROLES)
    assert not any(cell for row in signed for cell in row[1:])
    assert "What nobody sees." in texts_of(book[statement.SHEET])


def test_no_text_becomes_a_formula_a_link_or_a_number(book):
    """Neither when it is opened nor, thanks to Excel's own text mark, when a cell is edited; links lead nowhere but here."""
    seen = set()
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n", "d", "inlineStr")
                if cell.hyperlink is not None:
                    target = cell.hyperlink.target or ""
                    assert "://" not in target
                    assert target.startswith(("dossiers/", "notebooks/")) or cell.hyperlink.location
                if isinstance(cell.value, str) and cell.value[:1] in ("=", "+", "-", "@", "\t"):
                    assert cell.quotePrefix, (sheet.title, cell.coordinate, cell.value)
                    seen.add(sheet.title)
    assert {statement.SHEET, statement.CONTENTS, "testing", "population", "gaps"} <= seen


def test_the_file_holds_no_formula_and_every_part_is_whole_xml(tables, tmp_path):
    """Markup that a text holds stands there as text: a reader that repairs files has nothing to repair."""
    written(tables, tmp_path / "audit.xlsx")
    with zipfile.ZipFile(tmp_path / "audit.xlsx") as package:
        assert not any(b"<f>" in package.read(name) or b"<f " in package.read(name) for name in package.namelist())
    sheet = openpyxl.load_workbook(tmp_path / "audit.xlsx")["findings"]
    assert [sheet.cell(row, 4).value for row in range(2, len(HOSTILE) + 2)] == [shown(text) for text in HOSTILE]


def test_every_sheet_prints_on_landscape_a4_with_package_and_page(book):
    """Whoever finds a sheet in a file knows of which package it is, and of how many sheets; the head stands on each."""
    for sheet in book:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        high = 2 if sheet.title == statement.SHEET else 0
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, high)
        assert sheet.oddFooter.left.text.strip() == "soc-2-2026 20261002T083112Z"
        assert sheet.oddFooter.right.text.strip() == "&P / &N"
        assert sheet.oddHeader.left.text.strip() == "2026 && <SOC 2>"
        assert sheet.print_title_rows or sheet.title in {statement.SHEET, statement.CONTENTS}


def test_equal_tables_give_equal_bytes(tables, tmp_path):
    """The date inside is the given one, not today's."""
    for name in ("a.xlsx", "b.xlsx"):
        written(tables, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    created = openpyxl.load_workbook(tmp_path / "a.xlsx").properties.created
    assert created.replace(tzinfo=UTC) == ASKED


# Tables


@pytest.mark.parametrize("table", [POPULATION, NUMBERING, GAPS, FINDINGS], ids=lambda table: table.name)
def test_cells_are_those_of_the_csv(book, tables, table):
    """Numbers are numbers and text is text; times are dates in the audit's zone, and their exact text stands beside them."""
    head, *rows = [[cell.value for cell in row] for row in book[table.name].iter_rows()]
    assert head[: len(table.names)] == table.names
    frame = tables[table]
    columns = dict(zip(head, zip(*rows, strict=True), strict=True))
    for name, kind in table.kinds.items():
        if kind in ("integer", "fraction"):
            assert list(columns[name]) == frame[name].tolist()
        elif kind == "text":
            assert list(columns[name]) == [shown(text) for text in frame[name]]
        elif kind == "instant":
            wall = [moment.replace(tzinfo=None, microsecond=0) for moment in frame[name]]
            assert all(
                abs(found - one) < timedelta(milliseconds=1) for found, one in zip(columns[name], wall, strict=True)
            )
            exact = columns[f"{name}_utc"] if f"{name}_utc" in columns else columns[f"{name} (as in the file)"]
            assert all(re.fullmatch(r"2026-03-\d\dT\d\d:\d\d:\d\d\.040(Z|-0[45]:00)", text) for text in exact)
            assert [datetime.fromisoformat(text) for text in exact] == frame[name].tolist()


def test_times_can_be_filtered_as_dates_and_their_texts_are_folded(book):
    """What a filter needs is in view; what proves it is one click away."""
    sheet = book["population"]
    columns = {cell.value: get_column_letter(cell.column) for cell in sheet[1]}
    assert sheet[f"{columns['created']}2"].number_format == "yyyy-mm-dd hh:mm:ss"
    groups = [one for one in sheet.column_dimensions.values() if one.hidden]
    hidden = {cell.value for cell in sheet[1] for one in groups if one.min <= cell.column <= one.max}
    assert {"created_utc", "updated (as in the file)", "resolved (as in the file)"} <= hidden
    assert {"created", "key", "summary"}.isdisjoint(hidden)


def test_sheets_can_be_read_and_filtered(book):
    """Head and key stay in view, every column can be filtered, texts that are cut on screen wrap."""
    sheet = book["gaps"]
    assert (sheet.freeze_panes, book["population"].freeze_panes, book["findings"].freeze_panes) == ("D2", "B2", "B2")
    assert sheet.auto_filter.ref.startswith("A1:")
    assert sheet.auto_filter.ref.endswith(str(len(HOSTILE) + 1))
    assert sheet.column_dimensions["C"].width > 8


def test_a_width_is_shared_so_that_a_page_holds_all_columns(tmp_path):
    """The longest texts wrap, and their rows are as high as they need."""
    book = written({FINDINGS: filled(FINDINGS, ["word " * 60] * 3)}, tmp_path / "audit.xlsx")
    sheet = book["findings"]
    width = sum(one.width for one in sheet.column_dimensions.values() if not one.hidden)
    assert width < 280
    assert sheet["D2"].alignment.wrap_text
    assert sheet.row_dimensions[2].height > 60


def test_links_lead_to_sheets_and_pages(book):
    """A finding leads to its rows and to its notebook; other cells of the column are text."""
    sheet = book["findings"]
    row = HOSTILE.index("TRUE") + 2
    assert sheet.cell(row, 6).hyperlink.location == "'gaps'!A1"
    assert sheet.cell(HOSTILE.index("007") + 2, 2).hyperlink.target == "notebooks/007.html"
    assert sheet.cell(2, 6).hyperlink is None


def test_a_cut_sheet_says_so_on_itself_and_on_the_first(tables, tmp_path, monkeypatch):
    """No row goes missing in silence."""
    for module in (table_sheet, statement):
        monkeypatch.setattr(module, "MOST_ROWS", 5)
    book = written({GAPS: tables[GAPS], NUMBERING: tables[NUMBERING].head(5)}, tmp_path / "audit.xlsx")
    assert book["gaps"]["A1"].value == "Cut: the first 5 of 13 rows; all are in data/tables/gaps.csv"
    assert (book["gaps"]["A2"].value, book["gaps"].max_row, book["gaps"].freeze_panes) == ("project", 7, "D3")
    assert book["gaps"].print_title_rows == "$2:$2"
    assert (book["numbering"]["A1"].value, book["numbering"].max_row) == ("project", 6)
    assert "A sheet holds at most 5 rows. Cut: gaps." in texts_of(book[statement.CONTENTS])
    assert [13, 5] in [[row[7].value, row[8].value] for row in book[statement.CONTENTS].iter_rows()]


def test_the_limit_is_100000_rows(tmp_path):
    """Excel has ten times as many; a reader has not. Beyond the rows by which widths are fitted too."""
    assert table_sheet.MOST_ROWS == 100_000
    book = written({FINDINGS: filled(FINDINGS, ["x"] * 2_500)}, tmp_path / "audit.xlsx")
    assert book["findings"].max_row == 2_501
    assert book["findings"]["A2501"].value == "x"


def test_an_empty_table_is_a_sheet_with_its_head(tmp_path):
    """Nothing found is a result; a package without tests and conclusions has no sheet for them."""
    bare = WorkingPaper(PAPER.looks, ASKED, ASKED, Statement([("audit", "x")], IPE))
    book = written({FINDINGS: filled(FINDINGS, [])}, tmp_path / "audit.xlsx", bare)
    assert book.sheetnames == [statement.SHEET, statement.CONTENTS, "findings"]
    assert book["findings"]["A1"].value == "id"


def test_what_excel_cannot_hold_is_cut_or_shown(tmp_path):
    """A cell has 32,767 UTF-16 units and no control characters; a number of more than 15 digits would lose some."""
    frame = filled(FINDINGS, ["👍" * 20_000, "a\x00\x07\u202eb", "two\nlines"])
    frame["count"] = [10**15, 10**14, 1]
    sheet = written({FINDINGS: frame}, tmp_path / "audit.xlsx")["findings"]
    assert sheet["A2"].value.endswith("👍 … [cut; the whole text is in data/tables/findings.csv]")
    assert len(sheet["A2"].value.encode("utf-16-le")) // 2 <= 32_767
    assert sheet["A3"].value == "a[U+0000][U+0007][U+202E]b"
    assert sheet["A4"].value == "two\nlines"
    assert [sheet.cell(row, 5).value for row in (2, 3, 4)] == [str(10**15), 10**14, 1]


# The tests, the review


def test_the_tests_are_a_matrix_of_tick_marks_with_their_legend(book):
    """A mark leads to the entry that shows it, a key to its record; what a reviewer writes has its place."""
    sheet = book["testing"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    top = next(place for place, row in enumerate(rows, 1) if row[0] == "#")
    assert rows[top - 1] == [
        "#",
        "key",
        "type",
        "summary",
        "four eyes",
        "-in time",
        "evidence",
        "remark",
        "reviewer",
        "reviewed on",
    ]
    assert rows[top][:7] == [1, "PAY-1", "Bug", "@summary", "✓", "●", "in time: late"]
    assert rows[top + 1][4:6] == ["○", "–"]
    legend = {row[1]: row[2] for row in rows[: top - 1] if row[2]}
    assert legend == {"✓": PASS, "●": EXCEPTION, "○": NO_EVIDENCE, "–": NOT_APPLICABLE}
    mark = sheet.cell(top + 1, 6)
    assert (mark.hyperlink.target, mark.hyperlink.location) == ("dossiers/PAY-1/issue.html", "history-7")
    assert sheet.cell(top + 1, 2).hyperlink.target == "dossiers/PAY-1/issue.html"
    assert sheet.cell(top + 2, 2).hyperlink is None
    assert ["tested", 2, 1] in [row[3:6] for row in rows]
    assert sheet.print_title_rows == f"${top}:${top}"
    assert sheet.freeze_panes == f"C{top + 1}"


def test_a_conclusion_is_reviewed_by_choosing_and_signing(book):
    """Nobody reviews before there was something to review."""
    sheet = book["review"]
    assert [cell.value for cell in sheet[2]][:5] == ["01_scope", "What?", "+All of it.", 2, 1]
    assert sheet["A2"].hyperlink.target == "notebooks/01_scope.html"
    choice, day = sheet.data_validations.dataValidation
    assert choice.formula1 == f'"{",".join(VERDICTS)}"'
    assert (day.type, day.operator, day.formula1) == ("date", "greaterThanOrEqual", "46297")
