"""Figures are seen: on a page by its width, on paper, and in a JupyterLab that does not trust the notebook. In a real browser."""

from __future__ import annotations

import importlib.util
import json
import time

import nbformat
import pytest
from chart_cases import busy, lines
from chromium import browser, found
from jupyterlab import jupyterlab

from auditlib.report.charts.grid import grid_figure
from auditlib.report.charts.style import PAGE, PHONE, figure_files
from auditlib.report.notebook_html import export_html
from auditlib.run.workpaper import Picture

pytestmark = [pytest.mark.slow, pytest.mark.skipif(found() is None, reason="no Chromium is installed")]

LOOK = (
    "JSON.stringify([...document.querySelectorAll('figure img')].map(one => "
    "[one.complete, one.naturalWidth, one.getBoundingClientRect().width, one.alt, one.closest('figure').innerText.trim()]))"
)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A notebook that shows one figure, as a run leaves it."""
    chart = grid_figure(lines([busy()]))
    files = figure_files(chart)
    shown = Picture(files.svg, files.narrow, chart.claim)._repr_html_()
    output = nbformat.v4.new_output("execute_result", {"text/html": shown, "text/plain": "x"}, execution_count=1)
    path = tmp_path_factory.mktemp("figures") / "book.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("0", outputs=[output])]), path)
    return path, chart.claim


def seen(tab, seconds=60):
    """Return what is known of the figures' pictures, as soon as they are loaded."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        pictures = json.loads(tab.evaluate(LOOK))
        if pictures and all(one[0] and one[1] for one in pictures):
            return pictures
        time.sleep(0.2)
    return json.loads(tab.evaluate(LOOK))


def test_a_page_shows_the_form_that_fits_it(book, tmp_path):
    """The wide one on a screen and on paper, which are no wider than a page; the narrow one on a telephone, not scaled down."""
    path, claim = book
    page = tmp_path / "book.html"
    export_html(path, page, title="Figures")
    with browser(tmp_path / "profile") as tab:
        for width, medium, expected in ((1440, "screen", PAGE), (390, "screen", PHONE), (673, "print", PAGE)):
            tab.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False)
            tab.call("Emulation.setEmulatedMedia", media=medium)
            tab.call("Page.navigate", url=page.as_uri())
            ((_, natural, drawn, words, text),) = seen(tab)
            assert natural == expected
            assert drawn <= width
            assert drawn >= 0.9 * expected
            assert words == text == claim


@pytest.mark.skipif(importlib.util.find_spec("jupyterlab") is None, reason="no JupyterLab is installed")
def test_jupyterlab_shows_a_figure_of_a_notebook_that_it_does_not_trust(book, tmp_path):
    """Whoever opens a package has not run its notebooks: the sanitiser of JupyterLab leaves picture, words and caption."""
    path, claim = book
    home = tmp_path / "home"
    home.mkdir()
    with jupyterlab(path.parent, home) as address, browser(tmp_path / "profile", reaches="127.0.0.1") as tab:
        tab.call("Emulation.setDeviceMetricsOverride", width=1440, height=900, deviceScaleFactor=1, mobile=False)
        tab.call("Page.navigate", url=f"{address}lab/tree/book.ipynb")
        ((_, natural, _, words, text),) = seen(tab, 150)
        assert natural == PAGE
        assert words == text == claim
