"""The cover page, whose links all lead somewhere."""

from __future__ import annotations

import json
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

from auditlib.files import write_json
from auditlib.report.cover.page import write_cover
from auditlib.report.safe_html import network_requests
from auditlib.report.tables_in_pages import SCRIPT

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
