"""A notebook as a page that asks the network for nothing, whatever is in it."""

from __future__ import annotations

import base64
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from hostile.html import HOSTILE, PNG, SVG
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from auditlib.errors import AuditError
from auditlib.report.notebook_html import Place, clean_html, export_html, network_requests
from auditlib.report.tables_in_pages import SCRIPT


def notebook(*cells, **metadata) -> nbformat.NotebookNode:
    return new_notebook(cells=list(cells), metadata={"language_info": {"name": "python"}, **metadata})


def shown(output: dict[str, str], **metadata) -> nbformat.NotebookNode:
    return new_code_cell("x", execution_count=1, outputs=[new_output("display_data", data=output, metadata=metadata)])


@pytest.fixture
def export(tmp_path):
    def _export(node: nbformat.NotebookNode, **more) -> BeautifulSoup:
        nbformat.write(node, tmp_path / "03_numbering.ipynb")
        export_html(tmp_path / "03_numbering.ipynb", tmp_path / "x.html", title="SOC 2 <2026>", **more)
        page = (tmp_path / "x.html").read_text("utf-8")
        assert network_requests(page, script_beside=f"../{SCRIPT}") == []
        soup = BeautifulSoup(page, "html.parser")
        (script,) = soup.head("script")
        assert script.extract()["src"] == f"../{SCRIPT}"
        return soup

    return _export


def asks_for_nothing(soup: BeautifulSoup) -> bool:
    """An oracle of its own, over a parsed page: elements and attributes that could run or load."""
    for element in soup.find_all(True):
        if element.name in {
            "script",
            "iframe",
            "object",
            "embed",
            "link",
            "base",
            "form",
            "svg",
            "video",
            "math",
            "input",
            "button",
        }:
            return False
        for name, value in element.attrs.items():
            text = " ".join(value) if isinstance(value, list) else value
            if name.startswith("on") or name in {
                "srcset",
                "srcdoc",
                "ping",
                "background",
                "poster",
                "formaction",
                "data",
            }:
                return False
            if name == "src" and not text.startswith("data:image/"):
                return False
            if name == "href" and not text.startswith(("#", "https://", "http://", "mailto:", "../", "./")):
                return False
            if name == "style" and ("url" in text or "\\" in text):
                return False
    return all("url(" not in style.get_text() and "@import" not in style.get_text() for style in soup("style"))


PLACES = {
    "output": lambda markup: shown({"text/html": markup}),
    "isolated output": lambda markup: shown({"text/html": markup}, **{"text/html": {"isolated": True}}),
    "markdown output": lambda markup: shown({"text/markdown": markup}),
    "markdown cell": new_markdown_cell,
    "raw cell": lambda markup: new_raw_cell(markup, metadata={"raw_mimetype": "text/html"}),
    "text": lambda markup: shown({"text/plain": markup}),
    "code": lambda markup: new_code_cell(f"# {markup}"),
    "error": lambda markup: new_code_cell(
        "x", outputs=[new_output("error", ename="E", evalue=markup, traceback=[markup])]
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_hostile_markup_does_nothing_anywhere(export, place):
    """No script, no handler, nothing loaded, wherever the markup stands."""
    soup = export(notebook(*(PLACES[place](markup) for markup in HOSTILE)))
    assert asks_for_nothing(soup)
    assert "evil.example" in soup.get_text()


@pytest.mark.parametrize("markup", HOSTILE)
def test_hostile_markup_is_defused_one_by_one(markup):
    """The sanitiser alone, on each."""
    assert asks_for_nothing(BeautifulSoup(clean_html(markup), "html.parser"))


def test_hostile_metadata_do_nothing(export):
    """A notebook's metadata are text too."""
    mark = '"><script>alert(1)</script>'
    node = notebook(
        shown({"image/png": PNG}, **{"image/png": {"alt": mark, "width": mark, "height": 10}}),
        papermill={"parameters": {mark: mark}, "start_time": "2026-10-02T08:00:00+00:00", "duration": 1.25},
    )
    node.cells[0].metadata["tags"] = [mark]
    soup = export(node, info={mark: mark})
    assert asks_for_nothing(soup)
    assert soup.img["alt"] == mark
    assert soup.title.get_text() == "SOC 2 <2026>"


def test_pictures_are_in_the_page(export):
    """As data; an SVG as a picture, in which nothing runs."""
    attached = new_markdown_cell("![chart](attachment:a.png)")
    attached["attachments"] = {"a.png": {"image/png": PNG}}
    soup = export(
        notebook(shown({"image/png": PNG + "\n"}), shown({"image/svg+xml": SVG}), shown({"image/jpeg": PNG}), attached)
    )
    assert [image["src"] for image in soup("img")] == [
        f"data:image/png;base64,{PNG}",
        f"data:image/svg+xml;base64,{base64.b64encode(SVG.encode()).decode()}",
        f"data:image/jpeg;base64,{PNG}",
        f"data:image/png;base64,{PNG}",
    ]
    assert all(image["alt"] for image in soup("img"))


@pytest.mark.parametrize(
    "kind", ["application/javascript", "application/vnd.jupyter.widget-view+json", "text/vnd.mermaid"]
)
def test_what_needs_a_script_is_not_shown_as_one(export, kind):
    """Its text form is, where there is one."""
    content = {"model_id": "x"} if kind.endswith("json") else "alert(1)"
    soup = export(notebook(shown({kind: content, "text/plain": "the text form"})))
    assert asks_for_nothing(soup)


def test_outputs_of_every_kind_are_shown(export):
    """Streams, results, tables and errors stand open; only code is folded."""
    code = new_code_cell(
        "answer = 42",
        execution_count=7,
        outputs=[
            new_output("stream", name="stdout", text="345 missing\n <b>207</b>\x1b[31mred\x1b[0m\u202e"),
            new_output("stream", name="stderr", text="a warning"),
            new_output(
                "execute_result", data={"text/html": "<table><tr><th>n</th><td>1</td></tr></table>"}, execution_count=7
            ),
            new_output("execute_result", data={"text/plain": "plain & simple"}, execution_count=7),
            new_output("display_data", data={"text/latex": "$x<y$"}),
            new_output("error", ename="E", evalue="v", traceback=["Traceback", "ValueError: no"]),
        ],
    )
    soup = export(notebook(code))
    folded = soup.select_one("details.code").extract()
    assert folded.summary.get_text().split() == ["Code", "7"]
    assert "open" not in folded.attrs
    assert folded.pre.get_text().strip() == "answer = 42"
    text = soup.main.get_text()
    for part in ("345 missing\n <b>207</b>red[U+202E]", "a warning", "plain & simple", "$x<y$", "ValueError: no"):
        assert part in text
    assert soup.td.get_text() == "1"


def test_what_made_the_page_is_folded_at_its_end(export):
    """Facts on the package, time, parameters as papermill recorded them, code and the notebook's digest."""
    node = notebook(
        new_markdown_cell("# Is anything missing?\n\ntext"),
        new_code_cell("answer = 42", execution_count=1),
        papermill={
            "parameters": {"projects": ["AB", "CD"], "sample_seed": "00412", "package": ""},
            "start_time": "2026-10-02T08:00:00.123456+00:00",
            "duration": 4.25,
        },
    )
    soup = export(node, info={"Period": "2026"})
    assert soup.header.p.get_text() == "SOC 2 <2026> · 2026"
    assert soup.header.h1.get_text() == "Is anything missing?"
    made = soup.select_one("details.made")
    assert "open" not in made.attrs
    facts = [cell.get_text() for cell in made.find_all(["dt", "dd"])]
    assert facts[:4] == ["Period", "2026", "Executed", "2026-10-02 08:00:00 UTC, took 4.2 s"]
    assert facts[4] == "SHA-256"
    given = [cell.get_text() for cell in made.find_all("td")]
    assert dict(zip(given[::2], given[1::2], strict=True)) == {
        "projects": "AB, CD",
        "sample_seed": "00412",
        "package": "none",
    }
    assert made.select_one("details.code pre").get_text().strip() == "answer = 42"
    assert not [code for code in soup.select("details.code") if code.find_parent("details", class_="made") is None]


OPENING = (
    '<div class="mathjax_ignore"><div class="opening"><p class="kicker">03 Numbering</p><h1>40 of 50.</h1>'
    '<p class="question"><em>Any?</em></p><p class="answer">All of it.</p></div></div>'
)


def test_the_answer_stands_in_the_head_and_what_is_marked_so_below_the_fold(export):
    """Title, question with what the notebook says of itself, conclusion; parameters shown by a cell belong to the fold."""
    intro = new_markdown_cell("**03 Numbering.** Numbers are *given* out once.", metadata={"tags": ["intro"]})
    made = shown({"text/html": "<p>parameters</p>"})
    made.metadata["tags"] = ["made"]
    soup = export(notebook(intro, shown({"text/html": OPENING}), made, new_markdown_cell("## Limits\n\nnone")))
    assert soup.header.h1.get_text() == "40 of 50."
    assert soup.header.find(class_="question").get_text() == "Any? Numbers are given out once."
    assert soup.header.find(class_="answer").get_text() == "All of it."
    assert len(soup("h1")) == 1
    assert "parameters" in soup.select_one("details.made section").get_text()
    assert soup.main.get_text().count("Numbers are") == 1


def test_a_link_to_a_place_that_is_not_on_the_page_is_none(export):
    """As to the rows of a table that has none; a place that is there twice is the first one."""
    soup = export(
        notebook(
            shown(
                {
                    "text/html": '<a href="#gone">words</a> <a class="to-rows" href="#gone">rows</a> <a href="#t-AB-1">AB-1</a>'
                }
            ),
            shown({"text/html": '<table><tbody><tr id="t-AB-1"><td>1</td></tr></tbody></table>'}),
            shown({"text/html": '<table><tbody><tr id="t-AB-1"><td>2</td></tr></tbody></table>'}),
        )
    )
    assert [link["href"] for link in soup.select(".html a")] == ["#t-AB-1"]
    assert "words" in soup.main.get_text()
    assert "rows" not in soup.select_one(".html").get_text()
    assert [row.get("id") for row in soup.select(".html tr")] == ["t-AB-1", None]


def test_a_table_that_scrolls_can_be_reached_by_keyboard(export):
    """One with links is reached by these; another is a stop of its own, named by its caption."""
    table = '<div class="table"><table><caption>{}</caption><tbody><tr><td>{}</td></tr></tbody></table></div>'
    soup = export(
        notebook(
            shown({"text/html": table.format("2 of 2 sums", "7")}),
            shown({"text/html": table.format("1 of 1 keys", '<a href="https://jira.example/browse/AB-1">AB-1</a>')}),
        )
    )
    first, second = soup.select(".html div.table")
    assert (first["tabindex"], first["role"], first["aria-label"]) == ("0", "region", "2 of 2 sums")
    assert second.get("tabindex") is None


def test_a_page_leads_to_the_others_of_its_package(export):
    """One bar, and beside the contents the other notebooks."""
    files = ("notebooks/x.html", "notebooks/04_status.html", "audit.xlsx")
    soup = export(notebook(new_markdown_cell("## A\n## B")), place=Place("soc-2", files))
    assert "04_status.html" in soup.select_one("nav.bar").decode()
    assert [link["href"] for link in soup.select(".others a")] == ["../notebooks/04_status.html"]
    assert "Package soc-2" in soup.style.get_text()


def test_a_notebook_nobody_executed_says_so(export):
    """No time is invented."""
    assert "no time recorded" in export(notebook()).select_one("details.made").get_text()


def test_headings_are_listed_and_every_entry_leads_to_one(export):
    """Equal headings get names of their own."""
    node = notebook(new_markdown_cell("# T\n## Limits\n### Of Jira\n## Data & <more>\n## Limits"))
    soup = export(node)
    links = soup.nav("a")
    assert [link.get_text() for link in links] == ["Limits", "Of Jira", "Data & <more>", "Limits"]
    targets = [soup.find(id=link["href"][1:]) for link in links]
    assert [target.get_text() for target in targets] == ["Limits", "Of Jira", "Data & <more>", "Limits"]
    assert len({link["href"] for link in links}) == 4
    assert soup.nav.select("ul ul a")[0].get_text() == "Of Jira"


def test_markdown_keeps_its_form(export):
    """The sanitiser lets through what text needs."""
    text = "a < b & c **bold** `x < 1`\n\n> quote\n\n| a | b |\n|---|--:|\n| x | 1 |\n\n"
    text += "```python\nif a < b: pass\n```\n\n[t](../tables/gaps.csv)"
    soup = export(notebook(new_markdown_cell(text)))
    assert soup.strong.get_text() == "bold"
    assert soup.blockquote.get_text().strip() == "quote"
    assert soup.pre.get_text().strip() == "if a < b: pass"
    assert soup.find("td", style=True)["style"].replace(" ", "").startswith("text-align:right")
    assert soup.find("a")["href"] == "../tables/gaps.csv"


def test_the_page_forbids_every_request_itself(export):
    """A policy in the page, should anything ever slip through."""
    policy = export(notebook()).find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert re.match(r"default-src 'none'; script-src 'nonce-[\w-]+'; style-src 'unsafe-inline'; img-src data:;", policy)


def test_rules_of_pandas_tables_are_not_shown_as_text():
    """Pandas writes a style element before each table."""
    assert (
        clean_html("<div><style scoped>\n .dataframe { x }</style><table><tr><td>1</td></tr></table></div>").count(
            "dataframe"
        )
        == 0
    )


@pytest.mark.parametrize("markup", [markup for markup in HOSTILE if "<scr<" not in markup])
def test_the_second_reader_finds_what_the_sanitiser_would_stop(markup):
    """The last look at the page does not lean on the sanitiser."""
    assert network_requests(f"<main>{markup}</main>") != []


def test_a_page_that_could_ask_is_not_written(tmp_path, monkeypatch):
    """Fail closed."""
    monkeypatch.setattr("auditlib.report.notebook_html.arranged", lambda page: page + "<script>x</script>")
    nbformat.write(notebook(), tmp_path / "a.ipynb")
    with pytest.raises(AuditError, match="element script"):
        export_html(tmp_path / "a.ipynb", tmp_path / "a.html", title="x")
    assert not (tmp_path / "a.html").exists()


@pytest.mark.parametrize("content", ["", "no notebook", "{}", "[]"])
def test_what_is_no_notebook_is_told(tmp_path, content):
    """With the file's name."""
    path = Path(tmp_path / "a.ipynb")
    path.write_text(content)
    with pytest.raises(AuditError, match=r"a\.ipynb: can't be read"):
        export_html(path, tmp_path / "a.html", title="x")


def test_equal_notebooks_give_equal_pages(export):
    """No clock and no chance in the page."""
    node = notebook(new_markdown_cell("## A"), shown({"text/html": "<p>x</p>"}))
    assert str(export(node)) == str(export(node))


def test_pages_are_cleaned_side_by_side():
    """Notebooks are exported in several threads; a sanitiser that they share would mix up their elements."""
    markup = "<table>" + "<tr><td>one</td><td><b>two</b></td></tr>" * 300 + "</table>"
    expected = clean_html(markup)
    with ThreadPoolExecutor(4) as pool:
        assert all(page == expected for page in pool.map(clean_html, [markup] * 24))


def test_the_head_of_a_page_names_a_few_projects_and_the_facts_all(export):
    """A hundred keys before the answer are no head."""
    keys = [f"P{number}" for number in range(100)]
    soup = export(notebook(new_markdown_cell("# Any")), info={"Projects": ", ".join(keys), "Period": "2026"})
    told = soup.get_text(" ").count("P99")
    assert told == 1
    assert "P7 and 92 more · 2026" in " ".join(soup.get_text(" ").split())
