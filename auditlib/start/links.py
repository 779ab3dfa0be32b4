"""Links from the start page into a package: addresses that JupyterLab opens, of what is there."""

from __future__ import annotations

import html
from pathlib import Path

from auditlib.phrases import counted
from auditlib.run.address import address_in
from auditlib.run.notebooks import NOTEBOOKS
from auditlib.start.words import escaped


def links_of(package: Path, start: Path) -> str:
    """Return links to the pages, notebooks, dossiers and tables of a package, as HTML.

    Parameters
    ----------
    package : Path
        The package or working folder.
    start : Path
        Folder of the notebook that shows them: JupyterLab reckons relative addresses from there.
    """
    data = package / "data"

    def link(path: str, words: str, *, download: bool = False) -> str:
        kept = " download" if download else ""
        return f'<a href="{html.escape(address_in(package, path, start))}"{kept}>{escaped(words)}</a>'

    tops = [("index.html", "Cover", False), ("dossiers.pdf", "Dossiers as PDF", False)]
    tops += [("audit.xlsx", "Excel (download)", True), ("access_review.xlsx", "Access review (download)", True)]
    first = [link(path, words, download=download) for path, words, download in tops if (data / path).is_file()]
    pages = [
        link(f"notebooks/{name}.html", name.replace("_", " "))
        for name in NOTEBOOKS
        if (data / "notebooks" / f"{name}.html").is_file()
    ]
    books = [
        link(f"notebooks/{name}.ipynb", name) for name in NOTEBOOKS if (data / "notebooks" / f"{name}.ipynb").is_file()
    ]
    dossiers = [
        link(f"dossiers/{path.parent.name}/issue.html", path.parent.name) for path in _of(data, "dossiers/*/issue.html")
    ]
    tables = [link(f"tables/{path.name}", path.name) for path in _of(data, "tables/*.csv")]
    return "".join(
        [
            _line("", first),
            _line("Pages", pages),
            _line("Notebooks", books),
            _folded(counted(len(dossiers), "dossier"), dossiers),
            _folded(counted(len(tables), "table"), tables),
        ]
    )


def _of(data: Path, pattern: str) -> list[Path]:
    return sorted(data.glob(pattern))


def _line(title: str, links: list[str]) -> str:
    before = f"<b>{title}:</b> " if title else ""
    return f'<p class="auditlib-links">{before}{" · ".join(links)}</p>' if links else ""


def _folded(title: str, links: list[str]) -> str:
    return f"<details><summary>{title}</summary>{_line('', links)}</details>" if links else ""
