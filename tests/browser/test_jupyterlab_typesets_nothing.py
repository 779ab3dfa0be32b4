"""JupyterLab typesets formulas in the outputs of notebooks; none of Jira's text is one. In a real JupyterLab."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time

import nbformat
import pandas as pd
import pytest
from chromium import browser, found
from jupyterlab import jupyterlab, places_of

from auditlib.report.display import Caused, Causes, Lines, NothingFound, Opening, Section
from auditlib.report.table_display import show_table

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(found() is None, reason="no Chromium is installed"),
    pytest.mark.skipif(importlib.util.find_spec("jupyterlab") is None, reason="no JupyterLab is installed"),
]

FORMULAS = (
    "costs $5 now and $6 later",
    "twice $$a_1$$ or so",
    r"in \(a^2\) brackets",
    r"in \[b^2\] square ones",
    r"\begin{equation} c^2 \end{equation}",
    r"escaped \$d$ e$",
    r"a back\\slash \\(f\\)",
)


def output(shown, kind="text/html"):
    data = {"text/plain": "x", kind: shown}
    return nbformat.v4.new_code_cell("0", outputs=[nbformat.v4.new_output("execute_result", data, execution_count=1)])


def displayed():
    """Return every form in which a text of Jira reaches a notebook."""
    frame = pd.DataFrame({"summary": list(FORMULAS)})
    table = show_table(frame, rows=FORMULAS[0])
    said = Opening(FORMULAS[0], FORMULAS[1], FORMULAS[2], " ".join(FORMULAS))
    found = Causes(tuple(Caused("x", "note", one, one, one, "") for one in FORMULAS), {})
    none = NothingFound(FORMULAS)
    section = Section(FORMULAS[0], FORMULAS[1], (table,))
    return [output(one._repr_html_()) for one in (table, said, found, Lines(FORMULAS), none, section)]


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """What JupyterLab shows of each output, and how often it typeset something: our outputs, then a formula that is one."""
    folder, home = tmp_path_factory.mktemp("books"), tmp_path_factory.mktemp("home")
    book = nbformat.v4.new_notebook(cells=[*displayed(), output("<p>see $x^2$</p>")])
    nbformat.write(book, folder / "book.ipynb")
    trust = [sys.executable, "-m", "jupyter", "trust", str(folder / "book.ipynb")]
    subprocess.run(trust, env={**os.environ, **places_of(home)}, check=True, capture_output=True)
    with jupyterlab(folder, home) as address, browser(tmp_path_factory.mktemp("profile"), reaches="127.0.0.1") as tab:
        tab.call("Page.navigate", url=f"{address}lab/tree/book.ipynb")
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and not tab.evaluate("document.querySelectorAll('mjx-container').length"):
            time.sleep(0.5)
        look = (
            "JSON.stringify([...document.querySelectorAll('.jp-OutputArea-output')]"
            ".map(one => [one.textContent, one.querySelectorAll('mjx-container').length]))"
        )

        yield json.loads(tab.evaluate(look))


def test_a_formula_that_is_one_is_typeset(shown):
    """The test itself would notice: this JupyterLab typesets."""
    assert shown[-1][1] == 1
    assert "$" not in shown[-1][0]


def test_no_text_of_jira_is_typeset(shown):
    """Tables, answers, findings, lines and sections: every sign is there, and nothing was made a formula."""
    assert len(shown) == 7
    for place, (text, formulas) in enumerate(shown[:-1]):
        assert formulas == 0, text
        for one in FORMULAS:
            assert one in text, (place, one, text)
