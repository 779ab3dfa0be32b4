"""The workbook, read back by another library, and the cover page, whose links all lead somewhere."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from datetime import UTC, datetime
from urllib.parse import unquote

import openpyxl
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from table_reading import from_csv

from auditlib.audit.finding import FINDINGS
from auditlib.audit.numbering.gaps import GAPS, NUMBERING
from auditlib.audit.population.cut import POPULATION
from auditlib.pull.collect import write_json
from auditlib.report import spreadsheet
from auditlib.report.cover.page import write_cover
from auditlib.report.safe_html import network_requests
from auditlib.report.tables_in_pages import SCRIPT
from auditlib.tables import Table, to_csv

ABOUT = {"audit": "SOC 2 Type II 2026", "Jira": "https://jira.company.example", "made": "2026-10-02T08:31:12Z"}
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
]


def filled(table: Table, texts: list[str]) -> pd.DataFrame:
    """Return a table with ``texts`` in every text column."""
    count = len(texts)
    moments = pd.date_range("2026-03-08T01:30:00", periods=count, freq="3h", tz="America/New_York", unit="us")
    values = {
        "text": texts,
        "integer": range(1, count + 1),
        "fraction": [0.25] * count,
        "flag": [True] * count,
        "instant": moments,
        "instant_utc": moments.tz_convert("UTC"),
    }
    return pd.DataFrame({column.name: values[column.kind] for column in table.columns})


@pytest.fixture
def tables():
    return {table: filled(table, HOSTILE) for table in (POPULATION, NUMBERING, GAPS, FINDINGS)}


def opened(path):
    return openpyxl.load_workbook(path)


# The workbook


def write_workbook(tables, target, about):
    files = target.parent / "tables"
    files.mkdir(exist_ok=True)
    for table, frame in tables.items():
        (files / table.file).write_bytes(to_csv(table, frame))
    spreadsheet.write_workbook(tables, files, target, about)


def test_a_workbook_has_a_sheet_a_table_after_the_one_that_says_where_they_come_from(tmp_path, tables):
    """File, rows and the digest of the CSV, of every table."""
    write_workbook(tables, tmp_path / "audit.xlsx", ABOUT)
    book = opened(tmp_path / "audit.xlsx")
    assert book.sheetnames == ["about", "population", "numbering", "gaps", "findings"]
    rows = [[cell.value for cell in row] for row in book["about"].iter_rows()]
    assert ["Jira", "https://jira.company.example"] in [row[:2] for row in rows]
    for table, frame in tables.items():
        (line,) = (row for row in rows if row[0] == table.name)
        digest = hashlib.sha256(to_csv(table, frame)).hexdigest()
        assert line[1:] == [table.says, f"data/tables/{table.file}", len(frame), len(frame), digest]


@pytest.mark.parametrize("table", [POPULATION, NUMBERING, GAPS, FINDINGS], ids=lambda table: table.name)
def test_cells_are_those_of_the_csv(tmp_path, tables, table):
    """Numbers are numbers, text is text, times are the CSV's own text."""
    write_workbook(tables, tmp_path / "audit.xlsx", ABOUT)
    sheet = opened(tmp_path / "audit.xlsx")[table.name]
    written = to_csv(table, tables[table])
    head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert head == written.decode().split("\n", 1)[0].split(",")
    frame = from_csv(table, written)
    for column, values in zip(head, zip(*rows, strict=True), strict=True):
        kind = table.kinds[column]
        if kind in ("integer", "fraction"):
            assert list(values) == frame[column].tolist()
        elif kind == "text":
            assert [value.replace("[U+000D]", "\r") for value in values] == frame[column].tolist()
        else:
            assert all(re.fullmatch(r"2026-03-\d\dT\d\d:\d\d:\d\d\.000(Z|-0[45]:00)", value) for value in values)


def test_no_text_becomes_a_formula_a_link_or_a_number(tmp_path, tables):
    """Neither when it is opened nor, thanks to Excel's own text mark, when a cell is edited."""
    write_workbook(tables, tmp_path / "audit.xlsx", ABOUT)
    for sheet in opened(tmp_path / "audit.xlsx"):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n", "inlineStr")
                assert cell.hyperlink is None
                if isinstance(cell.value, str) and cell.value[:1] in ("=", "+", "-", "@", "\t"):
                    assert cell.quotePrefix
    with zipfile.ZipFile(tmp_path / "audit.xlsx") as package:
        assert not any(b"<f>" in package.read(name) for name in package.namelist())


def test_sheets_can_be_read_and_filtered(tmp_path, tables):
    """The head stays in view, every column can be filtered."""
    write_workbook(tables, tmp_path / "audit.xlsx", ABOUT)
    sheet = opened(tmp_path / "audit.xlsx")["gaps"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == f"A1:P{len(HOSTILE) + 1}"
    assert sheet.column_dimensions["C"].width > 10


def test_equal_tables_give_equal_bytes(tmp_path, tables):
    """The date inside is the given one, not today's."""
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(tables, tmp_path / name, ABOUT)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    created = opened(tmp_path / "a.xlsx").properties.created
    assert created.replace(tzinfo=UTC) == datetime(2026, 10, 2, 8, 31, 12, tzinfo=UTC)


def test_a_cut_sheet_says_so_on_itself_and_on_the_first(tmp_path, tables, monkeypatch):
    """No row goes missing in silence."""
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 5)
    write_workbook({GAPS: tables[GAPS], NUMBERING: tables[NUMBERING].head(5)}, tmp_path / "audit.xlsx", ABOUT)
    book = opened(tmp_path / "audit.xlsx")
    assert book["gaps"]["A1"].value == "Cut: the first 5 of 11 rows; all are in data/tables/gaps.csv"
    assert (book["gaps"]["A2"].value, book["gaps"].max_row, book["gaps"].freeze_panes) == ("project", 7, "A3")
    assert (book["numbering"]["A1"].value, book["numbering"].max_row) == ("project", 6)
    text = [cell.value for row in book["about"].iter_rows() for cell in row]
    assert "A sheet holds at most 5 rows. Cut: gaps." in text
    assert [11, 5] in [[row[3].value, row[4].value] for row in book["about"].iter_rows()]


def test_the_limit_is_100000_rows(tmp_path):
    """Excel has ten times as many; a reader has not. Beyond the first 200 rows too."""
    assert spreadsheet.MOST_ROWS == 100_000
    write_workbook({FINDINGS: filled(FINDINGS, ["x"] * 500)}, tmp_path / "audit.xlsx", ABOUT)
    assert opened(tmp_path / "audit.xlsx")["findings"].max_row == 501


def test_an_empty_table_is_a_sheet_with_its_head(tmp_path):
    """Nothing found is a result."""
    write_workbook({FINDINGS: filled(FINDINGS, [])}, tmp_path / "audit.xlsx", ABOUT)
    assert opened(tmp_path / "audit.xlsx")["findings"]["A1"].value == "id"


def test_what_excel_cannot_hold_is_cut_or_shown(tmp_path):
    """A cell has 32,767 UTF-16 units and no control characters."""
    write_workbook(
        {FINDINGS: filled(FINDINGS, ["👍" * 20_000, "a\x00\x07\u202eb", "two\nlines"])},
        tmp_path / "audit.xlsx",
        ABOUT,
    )
    sheet = opened(tmp_path / "audit.xlsx")["findings"]
    assert sheet["A2"].value.endswith("👍 … [cut; the whole text is in data/tables/findings.csv]")
    assert len(sheet["A2"].value.encode("utf-16-le")) // 2 <= 32_767
    assert sheet["A3"].value == "a[U+0000][U+0007][U+202E]b"
    assert sheet["A4"].value == "two\nlines"


# The cover page

SUMMARY = {
    "audit": "SOC 2 <Type II> 2026",
    "jira_url": "https://jira.company.example",
    "deployment": "data-center",
    "projects": ["AB", "CD"],
    "period": {
        "start": "2026-01-01",
        "end": "2026-09-30",
        "timezone": "America/New_York",
        "begins": "2026-01-01T05:00:00Z",
        "ends": "2026-10-01T04:00:00Z",
    },
    "interim": False,
    "account": {"id": "reader", "name": "Audit Reader", "time_zone": "UTC", "powers": {"AB": []}},
    "pulled": {"from": "2026-10-02T08:00:00Z", "to": "2026-10-02T08:31:12Z"},
    "conclusions": [
        {"notebook": "03_numbering", "question": "Any missing?", "conclusion": "345 <b>of</b> 17,232."},
        {"notebook": "09_summary", "question": "And in all?", "conclusion": "Not executed."},
    ],
    "figures": {"population": 16887, "sample": 25, "by type": {"Bug": 3}, "continuity": 0.99188},
    "per_project": [
        {"project": "AB", "population": 11989, "continuity": 0.9953, "first_pass": 3},
        {"project": "CD", "population": 4898, "continuity": None, "first_pass": 4},
    ],
    "findings": [
        {
            "id": "a",
            "notebook": "03_numbering",
            "severity": "exception",
            "statement": "40 & more",
            "count": 40,
            "table": "gaps",
            "cause": "deleted issues",
        },
        {
            "id": "b",
            "notebook": "01_scope",
            "severity": "limit",
            "statement": "no log",
            "count": 0,
            "table": "",
            "cause": "log",
        },
    ],
    "limits": ["Hidden issues can't be told from deleted ones."],
    "versions": {"auditlib": "0.1.0"},
}


@pytest.fixture
def package(tmp_path):
    files = [
        *("audit.xlsx", "summary.json", "params.yaml", "run.json", "raw/index.jsonl", "raw/search/0001.json.gz"),
        *(
            "notebooks/03_numbering.html",
            "notebooks/03_numbering.ipynb",
            "tables/gaps.csv",
            "tables/keys.txt",
            "tables/redraw.sh",
        ),
        *(
            "tables/own.csv",
            "charts/numbering_missing.svg",
            "charts/numbering_missing.png",
            "dossiers/AB-1/attachments/50 & more #1.txt",
        ),
    ]
    for name in files:
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 1234)
    return tmp_path


def cover(package, /, **changes) -> BeautifulSoup:
    write_cover(package, {**SUMMARY, **changes}, {"gaps.csv": "Every missing number."})
    page = (package / "data" / "index.html").read_text("utf-8")
    assert network_requests(page, script_beside=SCRIPT, drawings=True) == []
    return BeautifulSoup(page, "html.parser")


def test_every_link_of_the_cover_page_leads_to_a_file_of_the_package(package):
    """Or to Jira, or to a part of the page. Every file is linked, but those of folders below a folder, which are counted."""
    soup = cover(package)
    linked = set()
    for link in soup("a"):
        address = link["href"]
        if address == "https://jira.company.example":
            continue
        if address.startswith("#"):
            assert soup.find(id=address[1:])
            continue
        path, _, place = address.partition("#")
        target = package / "data" / unquote(path)
        assert target.is_file()
        assert target.resolve().is_relative_to(package / "data")
        if place:
            assert f'id="{place}"' in target.read_text("utf-8")
        linked.add(target.relative_to(package / "data").as_posix())
    files = {path.relative_to(package / "data").as_posix() for path in (package / "data").rglob("*") if path.is_file()}
    below = {one for one in files if one.count("/") > 1}
    assert linked == files - below
    told = {row.code.get_text(): row.select("td")[2].get_text() for row in soup.select("#all-files tbody tr")}
    assert sum(map(int, told.values())) == len(files) - 1
    assert (told["data/raw/"], told["data/dossiers/"], told["data/"]) == ("2", "1", "4")


def test_the_cover_page_says_what_was_audited(package):
    """Title, period with both ends, Jira, account in two lines; exactly, with every instant, at its end; text is text."""
    soup = cover(package)
    assert soup.h1.get_text() == "SOC 2 <Type II> 2026"
    assert [one.get_text(" ", strip=True) for one in soup.select(".facts-line")] == [
        "AB and CD · created 1 January 2026 to 30 September 2026, both days included (America/New_York)",
        "https://jira.company.example · data-center · read 2 October 2026, 08:00:00 to 08:31:12 UTC · as Audit Reader",
    ]
    names, values = ([one.get_text() for one in soup.select(f"#made-with {tag}")] for tag in ("dt", "dd"))
    facts = dict(zip(names, values, strict=True))
    assert facts == {
        "Period": "2026-01-01 to 2026-09-30, both days included, in America/New_York",
        "As instants": "from 2026-01-01 05:00:00 UTC up to, not including, 2026-10-01 04:00:00 UTC",
        "Projects": "AB, CD",
        "Jira": "https://jira.company.example",
        "Deployment": "data-center",
        "Read as": "Audit Reader (reader)",
        "Read": "from 2026-10-02 08:00:00 UTC to 2026-10-02 08:31:12 UTC",
        "auditlib": "0.1.0",
    }
    assert "Interim" not in soup.get_text()


def test_an_interim_run_says_so_on_top(package):
    """A period that is not over is told everywhere."""
    assert "not over when Jira was read" in cover(package, interim=True).header.get_text()


def test_the_cover_page_shows_conclusions_findings_limits(package):
    """One conclusion a notebook; a notebook that was not executed has no link."""
    soup = cover(package)
    items = soup.select(".conclusions > li")
    assert [item.select_one(".answer").get_text() for item in items] == ["345 <b>of</b> 17,232.", "Not executed."]
    assert [link["href"] for link in items[0]("a")] == ["notebooks/03_numbering.html", "notebooks/03_numbering.ipynb"]
    assert items[1]("a") == []
    found = [[cell.get_text() for cell in row("td")] for row in soup.select(".findings-table tbody tr")]
    assert found == [
        ["exception", "deleted issues", "40 & more", "40", "gaps.csv", "03_numbering"],
        ["limit", "log", "no log", "0", "", "01_scope"],
    ]
    assert [one.get_text(" ", strip=True) for one in soup.select(".limits li")] == [
        "no log",
        "Hidden issues can't be told from deleted ones.",
    ]


def test_no_findings_are_said_too(package):
    """Silence is not a result."""
    text = cover(package, findings=[]).get_text()
    assert "Nothing that was found needs an answer." in text
    assert "No findings." in text


def test_the_cover_page_tells_how_to_verify_and_to_redraw(package):
    """With tools that are there, and what they can't say."""
    commands = [pre.get_text() for pre in cover(package)("pre")]
    assert any("sha256sum -c manifest-sha256.txt" in command for command in commands)
    assert any("Get-FileHash" in command for command in commands)
    assert any("auditlib verify" in command for command in commands)
    assert any("redraw.sh" in command for command in commands)
    (package / "data/tables/redraw.sh").unlink()
    assert cover(package).find(id="redraw") is None
    assert not any("redraw.sh" in command.get_text() for command in cover(package)("pre"))


def test_the_cover_page_says_what_each_table_holds(package):
    """In the order given; a file that nobody described stands behind them, by its name."""
    rows = cover(package).find(id="tables").find_next("tbody")("tr")
    shown = [tuple(cell.get_text(strip=True) for cell in row("td")[:2]) for row in rows]
    assert shown == [("gaps.csv", "Every missing number."), ("keys.txt", ""), ("own.csv", ""), ("redraw.sh", "")]


@pytest.mark.parametrize("field", ["audit", "deployment", "package"])
def test_hostile_text_is_text(package, field):
    """Escaped, and with unseen characters shown; the one script is ours, and stands in the head."""
    soup = cover(package, **{field: "</style><script>alert(1)</script>\u202e"})
    assert [one.get("src") for one in soup("script")] == [SCRIPT]
    assert "</style><script>alert(1)</script>[U+202E]" in soup.get_text()


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "javascript://%0aalert(1)", "file:///etc/passwd", "https://a b"]
)
def test_a_jira_address_that_is_none_is_no_link(package, address):
    """Only http and https are linked, and only what is a whole address; the others are shown as they are."""
    page = cover(package, jira_url=address)
    assert address in page.get_text()
    assert address not in [link["href"] for link in page("a")]


def test_the_cover_page_is_a_function_of_its_package(package):
    """Written twice, it is the same."""
    assert str(cover(package)) == str(cover(package))


def test_the_summary_is_json_for_programs(package):
    """As given, no rounding."""
    write_json(package / "data" / "summary.json", SUMMARY)
    text = (package / "data" / "summary.json").read_text("utf-8")
    assert json.loads(text) == SUMMARY
    assert text.endswith("}\n")
