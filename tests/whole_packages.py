"""Whole sealed packages, with their tables and pages, for tests that read them as an auditor does who believes nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import pandas as pd
from bs4 import BeautifulSoup
from places import SHARED
from table_reading import from_csv

from auditlib.demo.folder.load import load_folder
from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.story.company import Company
from auditlib.evidence.chapters import TABLES
from auditlib.params.model import Parameters
from auditlib.run.order import Run
from auditlib.run.workbook import run

KINDS = ("demo", "cloud", "data-center", "issues", "real")
"""The demo as everybody sees it; the small company in both dialects, with attributes; recorded issues; issues of a real site."""

ATTRIBUTES = (
    '[{name: four eyes, question: "Two people?", applies_to: {issue_type: [Change]}, '
    "test: {different_people: [{to_status: Approved}, {to_status: Done}]}}, "
    '{name: in time, question: "Within 30 days?", test: {within: {from: created, to: resolved, days: 30}}}, '
    '{name: owner named, question: "An owner?", test: {filled_before: {field: assignee, event: resolved}}}, '
    '{name: linked, question: "A link?", applies_to: {issue_type: [Nothing such]}, test: {has: {link: true}}}]'
)
RULES = {
    "attributes": ATTRIBUTES,
    "closing_resolutions": "[Done, Duplicate]",
    "test_issue_jql": 'labels = "test-data"',
    "sample_size": 14,
}


@cache
def parsed(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


@dataclass(frozen=True)
class Package:
    """A sealed package, its tables and its pages."""

    kind: str
    folder: Path

    def table(self, name: str) -> pd.DataFrame:
        """Return a table from its CSV file."""
        (table,) = (one for one in TABLES if one.name == name)
        return from_csv(table, (self.folder / "data" / "tables" / table.file).read_bytes())

    def page(self, name: str) -> BeautifulSoup:
        """Return the cover or the page of a notebook."""
        return parsed(self.folder / "data" / ("index.html" if name == "cover" else f"notebooks/{name}.html"))

    @property
    def pages(self) -> tuple[str, ...]:
        """The names of its pages: the cover and the notebooks."""
        return ("cover", *sorted(path.stem for path in (self.folder / "data" / "notebooks").glob("*.html")))

    @property
    def summary(self) -> dict:
        """Return what ``summary.json`` says."""
        return json.loads((self.folder / "data" / "summary.json").read_text("utf-8"))

    def conclusion(self, name: str) -> str:
        """Return what the notebook's own page concludes, which must be what the cover says."""
        said = self.page(name).select_one(".conclusion .answer").get_text(" ", strip=True)
        told = next(one["conclusion"] for one in self.summary["conclusions"] if one["notebook"] == name)
        assert said == told
        assert told in self.page("cover").get_text(" ")
        return said

    def finding(self, identity: str) -> str:
        """Return the sentence of a finding, empty if there is none."""
        found = [one["statement"] for one in self.summary["findings"] if one["id"] == identity]
        return found[0] if found else ""

    def shown(self, page: str, rows: str) -> list[dict[str, str]]:
        """Return a table of a page by what its caption says the rows are."""
        for grid in self.page(page).select("table"):
            caption = grid.caption.get_text(" ", strip=True) if grid.caption else ""
            if re.match(rf"[\d,]+ of [\d,]+ {rows}\b", caption):
                head = [cell.get_text(" ", strip=True) for cell in grid.select("thead th")]
                return [
                    dict(zip(head, [cell.get_text(" ", strip=True) for cell in row.select("td")], strict=True))
                    for row in grid.select("tbody tr")
                ]
        return []


def recorded(folder: Path) -> Path:
    """Write a few recorded issues: no history, a cut list of comments, a link out of the folder."""
    folder.mkdir()
    people = {"accountId": "a1", "displayName": "Ann Recorded"}
    records = []
    for number in (2, 3, 5, 9, 10, 14):
        closed = number % 2 == 1
        fields = {
            "created": f"2026-03-{number:02d}T09:00:00.000+0000",
            "updated": f"2026-03-{number + 1:02d}T09:00:00.000+0000",
            "summary": f"Number {number}",
            "issuetype": {"id": "1", "name": "Bug"},
            "status": {"id": "6" if closed else "1", "name": "Closed" if closed else "Open",
                       "statusCategory": {"key": "done" if closed else "new"}},
            "resolution": {"id": "1", "name": "Fixed"} if closed else None,
            "resolutiondate": f"2026-03-{number + 1:02d}T09:00:00.000+0000" if closed else None,
            "reporter": people,
            "assignee": None,
            "comment": {"comments": [], "total": number % 3, "maxResults": 0, "startAt": 0},
            "issuelinks": [{"id": "7", "type": {"name": "Blocks"}, "outwardIssue": {"id": "99", "key": "ELSE-1"}}]
            if number == 5 else [],
        }  # fmt: skip
        records.append({"id": str(100 + number), "key": f"REC-{number}", "fields": fields})
    (folder / "issues.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in records), encoding="utf-8")
    return folder


def made_package(kind: str, company: Company, parameters: Callable[..., Parameters], place: Path) -> Package:
    """Make a package with attributes, of the made-up company, of recorded issues, or of those of a real site."""
    if kind in {"issues", "real"}:
        folder = load_folder(recorded(place / "issues") if kind == "issues" else SHARED / "data" / "devlake")
        first, last = ("2026-03-01", "2026-03-31") if kind == "issues" else (folder.first_day, folder.last_day)
        scope = {
            "projects": f"[{', '.join(folder.projects)}]",
            "period_start": first,
            "period_end": last,
            "timezone": "UTC",
        }
        world, params = folder.world, parameters(sample_size=4, attributes=ATTRIBUTES, **scope)
    else:
        world, params = company.world, parameters(deployment=kind, **RULES)
    run(Run(params, place / "package", jobs=2, embedded=partial(EmbeddedJira, world)), {}, lambda *_: None)
    return Package(kind, place / "package")


# Numbers in texts


def number(text: str) -> int:
    return int(text.replace(",", ""))


def numbers(pattern: str, text: str) -> list[int]:
    """Return the numbers that a pattern finds in a text, in order; it must be found."""
    found = re.search(pattern, text)
    assert found, f"{pattern!r} is not in {text!r}"
    return [number(one) for one in found.groups()]


def first(pattern: str, text: str) -> int:
    """Return the number that a pattern finds, 0 if it is not there."""
    found = re.search(pattern, text)
    return number(found[1]) if found else 0
