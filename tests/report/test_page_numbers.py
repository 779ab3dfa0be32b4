"""Numbers beside each other on any page of a package: parts and wholes, shares, rows and what counts them, titles and answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag
from whole_packages import Package, first, number, parsed

NUMBER = r"[0-9](?:[0-9,]*[0-9])?"
OF = re.compile(rf"(?<![\w.,#-])({NUMBER}) of ({NUMBER})(?![\w.-]*[0-9])")
SHARE = re.compile(rf"(?<![\w.,#-])({NUMBER}) of ({NUMBER})\b[^.;:()%]{{0,90}}?(?:\(|· )([0-9]+\.[0-9]) %")
OUT_OF = re.compile(rf"^Of ({NUMBER}) .*?(?<=[ ,;])(?<! of )({NUMBER}) \(([0-9]+\.[0-9]) %\)")
COUNT = re.compile(rf"^({NUMBER}) of ({NUMBER}) ")


def words(page: BeautifulSoup | Tag) -> str:
    return " ".join(page.get_text(" ").split())


def blocks(page: BeautifulSoup) -> Iterator[str]:
    """Yield the texts of a page that stand for themselves: a number of one is no neighbour of the next one's."""
    own = ["p", "li", "td", "th", "caption", "figcaption", "h1", "h2", "h3", "dd", "dt", "summary"]
    yield from (words(one) for one in page.find_all(own) if not one.find(own))


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}"


@pytest.fixture
def package(whole_package) -> Package:
    return whole_package


def all_pages(package: Package) -> dict[str, BeautifulSoup]:
    """Return the cover, the notebooks' pages and those of the sampled issues."""
    issues = sorted((package.folder / "data" / "dossiers").glob("*/issue.html"))[:5]
    read = {path.parent.name: BeautifulSoup(path.read_text("utf-8"), "html.parser") for path in issues}
    return {**{name: package.page(name) for name in package.pages}, **read}


def wrong_parts(text: str) -> list[str]:
    """Return what is said to be more than the whole that it is a part of."""
    return [found[0] for found in OF.finditer(text) if number(found[1]) > number(found[2])]


def wrong_shares(text: str) -> list[str]:
    """Return the shares that are not those of the two numbers before them."""
    found = [(one[0], one[1], one[2], one[3]) for one in SHARE.finditer(text)]
    found += [(one[0], one[2], one[1], one[3]) for one in [OUT_OF.search(text)] if one]
    return [said for said, part, whole, told in found if number(whole) and share(number(part), number(whole)) != told]


def test_a_part_is_no_more_than_its_whole(package):
    """406 of 392 issues: whoever reads that believes no other number."""
    wrong = {
        name: said for name, page in all_pages(package).items() for text in blocks(page) if (said := wrong_parts(text))
    }
    assert not wrong


def test_a_share_is_that_of_its_numbers(package):
    """84 of 364 (23.1 %): whoever has a calculator finds the same."""
    wrong = {
        name: said for name, page in all_pages(package).items() for text in blocks(page) if (said := wrong_shares(text))
    }
    assert not wrong


def test_a_table_has_the_rows_that_its_caption_counts(package):
    """20 of 364 issues: twenty rows are there, and no fewer than those are in the table of the package."""
    seen = 0
    for name, page in all_pages(package).items():
        for table in page.find_all("table"):
            told = COUNT.search(words(table.caption)) if table.caption else None
            if told and table.tbody:
                seen += 1
                assert len(table.tbody.find_all("tr", recursive=False)) == number(told[1]), (name, words(table.caption))
    assert seen > 10


def totals(table: Tag) -> Iterator[tuple[str, list[str], list[list[str]]]]:
    """Yield the rows of a table that sum up others, with their cells and those of the rows above."""
    above: list[list[str]] = []
    for row in table.select("tbody > tr, tfoot > tr"):
        cells = [words(cell) for cell in row.find_all(["td", "th"], recursive=False)]
        if re.match(r"(all( projects)?|total|together|sum)$", cells[0], re.IGNORECASE):
            yield words(table.caption) if table.caption else "", cells, above
        else:
            above.append(cells)


def test_a_total_is_the_sum_of_its_rows(package):
    """A table that ends with a total has been added up, column by column; of one that shows a part, nobody can."""
    for name, page in all_pages(package).items():
        for table in page.find_all("table"):
            for caption, cells, above in totals(table):
                if (told := COUNT.search(caption)) and told[1] != told[2]:
                    continue
                for place, total in enumerate(cells):
                    column = [row[place] for row in above if len(row) == len(cells)]
                    if re.fullmatch(NUMBER, total) and all(re.fullmatch(NUMBER, one) for one in column):
                        assert sum(map(number, column)) == number(total), (name, caption, place)


def test_a_title_has_no_number_that_its_page_does_not_explain(package):
    """The title is the answer: its numbers are those of the conclusion, of a finding, or of the figures of the package."""
    summary = package.summary
    told = [one["conclusion"] for one in summary["conclusions"]] + [one["statement"] for one in summary["findings"]]
    known = set(re.findall(NUMBER, " ".join([*told, *summary["sums"], summary["audit"]])))
    known |= {f"{value:,}" for value in summary["figures"].values() if isinstance(value, int)}
    for name in package.pages:
        for title in package.page(name).find_all("h1"):
            assert set(re.findall(NUMBER, words(title))) <= known, (name, words(title))


def test_the_account_has_all_the_powers_that_the_page_names(package):
    """Yes where the summary has the power, no where it has not; the strongest of all is not left out."""
    account = package.summary["account"]
    assert account["name"] in words(package.page("01_scope"))
    rows = {row.pop("permission"): row for row in package.shown("01_scope", "permissions of the account")}
    assert "ADMINISTER" in rows
    for permission, row in rows.items():
        told = {project for project, have in row.items() if have == "yes"}
        assert told == {project for project, powers in account["powers"].items() if permission in powers}, permission


def test_missing_numbers_are_as_many_on_every_page_that_counts_them(package):
    """All pages that say how many numbers nothing explains say the same, or speak of one project."""
    gaps = package.table("gaps")
    unexplained = gaps[gaps["classification"] == "unexplained"]
    allowed = {len(unexplained), *unexplained["project"].value_counts()}
    for name in package.pages:
        for text in blocks(package.page(name)):
            months = re.search(
                rf"Of ({NUMBER}) missing numbers ({NUMBER}) fall.* of ({NUMBER}) the month is not known", text
            )
            if months:  # a part of them, and the sentence says which
                assert number(months[1]) == number(months[2]) + number(months[3]) == len(gaps), text
                continue
            for told in re.findall(rf"(?<![\w.,-])({NUMBER}) (?:numbers? (?:is |are )?)?unexplained", text):
                assert number(told) in allowed, (name, text)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("A second pass received 406 of 392 issues.", ["406 of 392"]),
        ("373 of 528 numbers, PAY-3 of 2 kinds", []),
        ("1,919 of 5,036 are not known", []),
        ("Issue 12 of 3.5 kinds", []),
    ],
)
def test_a_part_that_is_more_is_noticed(text, wrong):
    """The test itself would notice, and takes no key or version for a count."""
    assert wrong_parts(text) == wrong


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("84 of 364 (23.1 %)", 0),
        ("84 of 364 (23.2 %)", 1),
        ("65 of 332 issues that “in time” concerns (19.6 %)", 0),
        ("118 of 528 · 22.4 %", 1),
        ("Of 364 issues, 293 (80.5 %) were done", 0),
        ("Of 364 issues, 293 (80.6 %) were done", 1),
        ("0 of 1 deviates; at 95 % confidence at most 90.0 %", 0),
    ],
)
def test_a_share_of_other_numbers_is_noticed(text, found):
    """In each form in which a share is written."""
    assert len(wrong_shares(text)) == found


# The cover


def cards(package: Package) -> dict[str, str]:
    """Return the cards of the cover by what they are about."""
    shown = {words(card.select_one(".card-says")): words(card) for card in package.page("cover").select(".card")}
    assert len(shown) >= 4
    return shown


def test_the_cards_have_the_figures_of_the_tables(package):
    """Population, unexplained numbers and sample, each with its whole; all numbers of the range are accounted for."""
    figures, shown = package.summary["figures"], cards(package)
    population = next(text for says, text in shown.items() if "population" in says)
    assert first(rf"^({NUMBER})", population) == figures["population"] == len(package.table("population"))
    numbers = next(text for says, text in shown.items() if "unexplained" in says)
    assert first(rf"^({NUMBER})", numbers) == figures["unexplained"]
    parts = [first(rf"({NUMBER}) {name}", numbers) for name in ("answer", "moved", "deleted", "named by a record")]
    if figures["numbers"]:
        assert first(rf"of ({NUMBER})", numbers) == figures["numbers"] == sum(parts) + figures["unexplained"]
    sampled = next(text for says, text in shown.items() if "sampled" in says)
    assert first(rf"^({NUMBER})", sampled) == len(package.table("sample"))


def test_every_project_has_its_numbers_and_its_longest_run(package):
    """A line a project: missing = the sum of its classes, as in the tables; no run of unexplained numbers is longer."""
    numbering, gaps = package.table("numbering").set_index("project"), package.table("gaps")
    seen = 0
    for text in map(words, package.page("cover").select(".grid-words")):
        project = text.partition("-")[0]
        row, mine = (
            numbering.loc[project],
            gaps[(gaps["project"] == project) & (gaps["classification"] == "unexplained")],
        )
        seen += 1
        if row["missing"]:
            assert first(rf"({NUMBER}) of", text) == row["missing"]
            assert first(rf"of ({NUMBER}) numbers?", text) == row["numbers"]
            names = {
                "moved": "moved",
                "deleted": "deleted",
                "existed": "named by a record",
                "unexplained": "unexplained",
            }
            assert {name: first(rf"({NUMBER}) {said}", text) for name, said in names.items()} == {
                name: row[name] for name in names
            }
        longest = longest_run(sorted(map(int, mine["number"])))
        if longest > 1:
            assert first(rf"\(({NUMBER})\)\.$", text) == longest, text
    for row in package.page("cover").select("table.strips tbody tr"):
        counts = numbering.loc[words(row.th)]
        seen += 1
        told = [number(words(cell)) for cell in row.select("td.number")]
        assert told == [counts["numbers"], counts["missing"], counts["unexplained"]]
    assert seen == len(numbering)


def longest_run(numbers: list[int]) -> int:
    """Return how many consecutive numbers the longest run has."""
    longest = run = 0
    before = None
    for one in numbers:
        run = run + 1 if before is not None and one == before + 1 else 1
        longest, before = max(longest, run), one
    return longest


def test_what_needs_an_answer_has_the_cases_of_its_findings(package):
    """A row a cause, as many as there are; its cases are the number that its sentence begins with, or stand in it."""
    rows = package.page("cover").select("table.needs tbody tr")
    findings = package.table("findings")
    assert len(rows) == findings[findings["severity"] == "exception"]["cause"].nunique()
    for place, row in enumerate(rows, 1):
        cells = [words(cell) for cell in row.find_all("td")]
        assert cells[0] == str(place)
        cases = re.match(rf"({NUMBER})(?: of ({NUMBER}))?", cells[2])
        assert cases, cells
        assert cases[1] in re.findall(NUMBER, cells[1]) or "all " in cells[1], cells
        told = re.search(r"([0-9]+\.[0-9]) %", cells[2])
        if told and cases[2]:
            assert told[1] == share(number(cases[1]), number(cases[2])), cells


def test_controls_have_the_counts_of_their_table(package):
    """Population and sample, each with those whom the control concerns."""
    counts = counts_of_controls(package)
    seen = 0
    for row in package.page("cover").select("table.controls tbody tr"):
        cells = row.find_all(["th", "td"], recursive=False)
        name = max((one for _, one in counts if words(cells[0]).startswith(one)), key=len)
        for scope, cell in (("population", cells[1]), ("sample", cells[-1])):
            told = OF.search(words(cell))
            if told:
                seen += 1
                assert (number(told[1]), number(told[2])) == counts[scope, name], (name, scope)
    assert seen >= len({one for (_, one), (_, concerned) in counts.items() if concerned})


def counts_of_controls(package) -> dict[tuple[str, str], tuple[int, int]]:
    """Return deviations and how many are concerned, by scope and attribute, or control as the cover names it."""
    found = {
        (row.scope, row.attribute): (row.exceptions + row.no_evidence, row.tested)
        for row in package.table("attribute_rates").itertuples()
    }
    for row in package.table("control_rates").itertuples():
        found["population", row.control] = (row.deviations, row.population_tested)
        if pd.notna(row.sample_tested):
            found["sample", row.control] = (int(row.sample_deviations), int(row.sample_tested))
    return found


# Links


def test_every_link_leads_to_something_that_is_there(package):
    """A file of the package, and the place in it: a row, a section, an entry of a history."""
    data = package.folder / "data"
    wrong, seen = [], 0
    for page in pages_with_links(data):
        for link in parsed(page).select("a[href]"):
            href = urlsplit(link["href"])
            if href.scheme or href.netloc:
                continue
            target = (page.parent / unquote(href.path)).resolve() if href.path else page
            seen += 1
            if not target.exists() or package.folder.resolve() not in target.resolve().parents:
                wrong.append(f"{page.relative_to(data)}: {link['href']}: no such file")
            elif href.fragment and target.suffix == ".html" and unquote(href.fragment) not in ids_of(target):
                wrong.append(f"{page.relative_to(data)}: {link['href']}: no such place")
    assert seen > 50
    assert not wrong, "\n".join(wrong[:20])


def pages_with_links(data: Path) -> list[Path]:
    return [
        data / "index.html",
        *sorted(data.glob("notebooks/*.html")),
        *sorted(data.glob("dossiers/*/issue.html"))[:5],
    ]


@cache
def ids_of(page: Path) -> frozenset[str]:
    return frozenset(one["id"] for one in parsed(page).select("[id]"))
