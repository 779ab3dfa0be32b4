"""Every page of a package reads well: on a desk, on a phone, on paper, and for those who don't see it."""

from __future__ import annotations

from pathlib import Path

import pytest
from chromium import browser, found
from reading import COVER, MEDIA, SCREEN, Reading, answers_of, faults, pages_to_read, read_page

from auditlib.report.templating import TEMPLATES
from auditlib.run.notebooks import NOTEBOOKS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(found() is None, reason="no Chromium is installed"),
    pytest.mark.xdist_group("pages of demo"),
]

PAGES = (
    "index.html",
    *(f"notebooks/{name}.html" for name in NOTEBOOKS),
    "the first dossier",
    "one between",
    "the last dossier",
)

BAD = {
    "a picture without words": ("<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>", "image-alt"),
    "grey on white": ("<p style='color:#aaa'>Nobody reads this sentence.</p>", "color-contrast"),
    "grey in a fold": ("<details><summary>More</summary><p style='color:#aaa'>Nor this.</p></details>", "color-contrast"),
    "a button without a name": ("<button></button>", "button-name"),
}  # fmt: skip


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture(scope="module")
def readings(tab, demo_package) -> dict[tuple[str, str], Reading]:
    """Each page at each medium, one after the other in one browser."""
    pages = pages_to_read(demo_package)
    assert len(pages) == len(PAGES)
    return {
        (name, medium): read_page(tab, demo_package, page, medium)
        for name, page in zip(PAGES, pages, strict=True)
        for medium in MEDIA
    }


@pytest.mark.parametrize("medium", MEDIA)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_reads_well(readings, demo_package, name, medium):
    """It asks for nothing but files of its package, nothing is cut, the answer stands first, axe-core finds nothing serious."""
    reading = readings[name, medium]
    wrong = list(faults(reading, answers_of(demo_package).get(reading.page, [])))
    assert not wrong, "\n".join([f"{reading.page}, {medium}:", *wrong])


def folder_with(folder: Path, body: str) -> Path:
    """Write a package's folder with one page."""
    page = folder / "data" / "index.html"
    page.parent.mkdir()
    head = '<!DOCTYPE html><html lang="en"><meta name="viewport" content="width=device-width"><title>A page</title>'
    page.write_text(f"{head}<main><h1>A page</h1>{body}</main></html>", "utf-8")
    return page


@pytest.mark.parametrize(("body", "rule"), [pytest.param(*case, id=name) for name, case in BAD.items()])
def test_a_page_that_keeps_people_out_is_noticed(tab, tmp_path, body, rule):
    """The test itself would notice, also what is folded."""
    page = folder_with(tmp_path, body)
    wrong = list(faults(read_page(tab, tmp_path, page, "desk"), []))
    assert any(rule in line for line in wrong), wrong


def test_a_page_without_fault_has_none(tab, tmp_path):
    """And it would not find fault with everything; a phone, a desk and a sheet are not taken for each other."""
    page = folder_with(tmp_path, "<p>364 issues.</p>")
    for medium, (width, _) in MEDIA.items():
        reading = read_page(tab, tmp_path, page, medium)
        assert reading.measures["width"] == width
        assert [line for line in faults(reading, ["364"]) if "no number" not in line] == []


def test_a_page_that_is_too_wide_is_noticed(tab, tmp_path):
    """To the side of a phone, and beyond the edge of a sheet."""
    clipped = '<div style="overflow:auto;width:9em"><p style="width:20em">y</p></div>'
    page = folder_with(tmp_path, f'<div style="width:1200px">x</div>{clipped}')
    assert any("px wider" in line for line in faults(read_page(tab, tmp_path, page, "phone"), []))
    wrong = list(faults(read_page(tab, tmp_path, page, "paper"), []))
    assert any("px wider" in line for line in wrong)
    assert any("is cut at the edge" in line for line in wrong)


def test_an_answer_below_the_first_screen_is_noticed(tab, tmp_path):
    """As is a cover that goes on for ever, a request to elsewhere, and a sheet without its number."""
    far = f'<div style="height:{SCREEN * COVER}px"></div><p>118 of 528</p><img alt="" src="https://elsewhere.example/x.png">'
    page = folder_with(tmp_path, far)
    wrong = "\n".join(faults(read_page(tab, tmp_path, page, "desk"), ["118"]))
    assert "'118' is not on the first screen" in wrong
    assert "screens long" in wrong
    assert "asks for https://elsewhere.example/x.png" in wrong
    paper = "\n".join(faults(read_page(tab, tmp_path, page, "paper"), ["118"]))
    assert "sheets bear no number" in paper
    assert "'118' is not on the first sheet" in paper


@pytest.mark.parametrize("heading", ["h1", "h2", "h3"])
def test_a_heading_of_one_long_word_stays_on_a_phone(tab, tmp_path, heading):
    """Titles of audits, and names of fields that head a text, are what people typed."""
    told = f"<{heading}>{'W' * 300}</{heading}>"
    for names in (["style.css"], ["issue.css", "issue_strip.css"]):
        rules = "".join((TEMPLATES / name).read_text("utf-8") for name in names)
        folder = tmp_path / names[0]
        folder.mkdir()
        page = folder_with(folder, f"<style>{rules}</style>{told}")
        assert read_page(tab, folder, page, "phone").measures["over"] <= 0
