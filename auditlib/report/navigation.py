"""The one bar over all pages of a package: the cover, the notebooks in their order, the sample, the workbook, the print."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from auditlib.audit.chapters import QUESTIONS
from auditlib.report.templating import TEMPLATES, page_environment

COVER: Final = "index.html"
"""The cover page, below ``data/``."""

WORKBOOK: Final = "audit.xlsx"
PAPER: Final = "dossiers.pdf"
SAMPLE: Final = "sample"
"""Where on the cover the sampled issues stand."""


@dataclass(frozen=True)
class Stop:
    """One link of the bar.

    Attributes
    ----------
    number : str
        What stands there on a narrow screen: ``03``; empty if the name does.
    name : str
        ``Numbering``.
    href : str
        Relative to the page that bears the bar.
    here : bool
        Whether it is this page.
    """

    number: str
    name: str
    href: str
    here: bool


def stops(page: str, files: Collection[str], *, sample: str = "Sample") -> tuple[Stop, ...]:
    """Return the links of the bar, those that lead to what the package has.

    Parameters
    ----------
    page : str
        The page that bears the bar, below ``data/``: ``notebooks/03_numbering.html``.
    files : collection of str
        What the package has or will have when it is sealed, below ``data/``: pages of notebooks, ``tables/sample.csv``,
        ``audit.xlsx``, ``dossiers.pdf``; others are passed over. The cover is in every package.
    sample : str
        Name of the link to the issues of which there are full records; empty leaves it out.

    Returns
    -------
    tuple of Stop
        Each by a relative address, so that it works from a file and under any folder.
    """
    up = "../" * (len(PurePosixPath(page).parts) - 1)
    pages = (one for one in files if PurePosixPath(one).parent.name == "notebooks" and one.endswith(".html"))
    notebooks = sorted(pages, key=lambda one: _place(PurePosixPath(one).stem))
    found = [Stop("", "Cover", f"{up}{COVER}", page == COVER)]
    for one in notebooks:
        number, _, name = PurePosixPath(one).stem.partition("_")
        found.append(Stop(number, name.replace("_", " ").capitalize(), f"{up}{quote(one)}", page == one))
    if sample:
        found.append(Stop("", sample, f"{up}{COVER}#{SAMPLE}", here=False))
    found += [
        Stop("", name, f"{up}{file}", here=False)
        for name, file in (("Excel", WORKBOOK), ("PDF", PAPER))
        if file in files
    ]
    return tuple(found)


def _place(notebook: str) -> tuple[int, str]:
    """Return what notebooks are sorted by: chapters in their order, which is not that of their names."""
    order = list(QUESTIONS)
    return (order.index(notebook) if notebook in order else len(order), notebook)


def navigation_bar(page: str, files: Collection[str], *, sample: str = "Sample") -> Markup:
    """Return the bar as HTML, with a link before it that skips it: the page's ``main`` has the id ``main``.

    Parameters as `stops`. Its style is `navigation_style`.
    """
    macros = page_environment().get_template("navigation.html.j2").module
    return Markup(macros.bar(stops(page, files, sample=sample)))  # type: ignore[attr-defined]  # noqa: S704 - our own macro


def navigation_style() -> str:
    """Return the style of the bar, which shares no name with any other style."""
    return (TEMPLATES / "navigation.css").read_text("utf-8")
