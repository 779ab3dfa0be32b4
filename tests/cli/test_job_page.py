"""The page of a job: what a command came to, as text; nothing of what a Jira says becomes more than text there."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from html import unescape

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.filters.markdown_mistune import markdown2html_mistune
from places import ROOT

from auditlib.cli import job_page
from auditlib.text import visible_text

HOSTILE = (
    "<img src=x onerror=alert(1)> [link](https://evil.example) ![p](http://evil.example/p.png) **bold** `code` | cell | "
    "@octocat #12 :boom: www.evil.example ~~~ ``` $x^2$ \x1b[2J\u202e &amp; https://evil.example me@evil.example\n# head"
)


def rendered(markdown: str) -> BeautifulSoup:
    """Return a page as a renderer of Markdown makes it that knows tables, links without brackets, formulas and HTML."""
    return BeautifulSoup(markdown2html_mistune(markdown), "html.parser")


def test_hostile_text_is_text():
    """No element but the ones that are ours, and every character that was there."""
    page = rendered(f"- {job_page.escaped(HOSTILE)}")
    assert {one.name for one in page.find_all()} == {"ul", "li"}
    assert page.get_text().strip().replace("\u200b", "") == visible_text(HOSTILE)
    assert not re.search(r"@\w|#\d|:\w", page.get_text()), "a mention, a thread or an emoji"


@given(st.text())
def test_no_text_makes_an_element(text):
    """Whatever it is made of, in a list and in a cell of a table."""
    cell = job_page.escaped(text)
    page = rendered(f"| a | b |\n| --- | --- |\n| 1 | {cell} |\n\n- x {cell}\n")
    assert {one.name for one in page.find_all()} <= {"table", "thead", "tbody", "tr", "th", "td", "ul", "li"}
    assert len(page.find_all("td")) == 2


@given(st.lists(st.text()))
def test_no_line_leaves_its_block(lines):
    """A fence of backticks in a line does not end the block; neither does anything else."""
    page = rendered(job_page.as_shown(lines))
    assert [one.name for one in page.find_all(recursive=False)] == ["div"], (
        "the one that the renderer gives to a block of code"
    )
    assert {one.name for one in page.find_all()} == {"div", "pre", "span"}


def test_a_block_of_many_lines_says_how_many_more_there_are():
    """A package that differs in 10,000 places does not make a page that GitHub refuses."""
    shown = job_page.as_shown(["x" * 5000] * 10_000)
    assert len(shown) < 500_000
    assert "and 9,700 lines more" in shown


def test_a_package_is_told_by_verdict_and_causes():
    """Each sentence is a line of a list, each cause a row of a table; all are whole."""
    summary = {
        "audit": "SOC | 2",
        "period": None,
        "verdict": [{"about": "numbers", "state": "answer", "sentence": f"3 of 4 numbers are unexplained {HOSTILE}."}],
        "causes": [{"name": f"deviations from {HOSTILE}", "severity": "exception", "count": 3, "of": 4}],
    }
    page = rendered(job_page.of_package(summary, "evidence/a_b"))
    assert len(page.find_all("li")) == 1
    assert next(one.get_text() for one in page.find_all("td")) == "3 of 4"
    assert len(page.find_all("td")) == 2
    assert "evidence/a_b" in page.get_text()
    assert not page.find_all(["a", "img", "strong", "em", "h1"])


def ended(page: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command with the variable set, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "auditlib", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT), "GITHUB_STEP_SUMMARY": page},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_a_failure_stands_on_the_page(tmp_path):
    """Behind what earlier steps wrote: what was asked, its status, its message."""
    page = tmp_path / "summary.md"
    page.write_text("before\n\n")
    done = ended(str(page), "verify", str(tmp_path / "nowhere"))
    text = unescape(page.read_text("utf-8"))
    assert done.returncode == 2
    assert text.startswith("before\n\n### auditlib verify: failed, status 2\n")
    assert "is not a folder" in text


def test_commands_that_are_no_part_of_a_job_leave_the_page_alone(tmp_path):
    """A planner's number is no result of a job."""
    page = tmp_path / "summary.md"
    assert ended(str(page), "sample-size", "--confidence", "7", "--tolerable", "0.1").returncode == 2
    assert not page.exists()


@pytest.mark.skipif(os.name == "nt", reason="no pipes with names there")
@pytest.mark.parametrize("kind", ["folder", "pipe", "missing", "full"])
def test_a_page_that_can_not_be_written_ends_nothing(tmp_path, kind):
    """A folder, a pipe that nobody reads, a path that is not there, a full disk: told in a line; the status is the command's."""
    page = tmp_path / "page"
    if kind == "folder":
        page.mkdir()
    elif kind == "pipe":
        os.mkfifo(page)
        assert stat.S_ISFIFO(page.stat().st_mode)
    where = {"missing": f"{page}/below/it", "full": "/dev/full"}.get(kind, str(page))
    done = ended(where, "verify", str(tmp_path / "nowhere"))
    assert done.returncode == 2
    assert "the page of the job (GITHUB_STEP_SUMMARY) can't be written" in done.stderr
    assert "is not a folder" in done.stderr
