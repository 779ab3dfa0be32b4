"""Links into a package name what is there, and nothing else."""

from __future__ import annotations

import re
from urllib.parse import unquote

from auditlib.start.links import links_of


def test_each_link_leads_to_a_file_and_each_file_has_one(tmp_path):
    """Cover, workbook, page and notebook, dossier, table; a folder without any has no links."""
    package, start = tmp_path / "evidence" / "a b", tmp_path / "notebooks"
    start.mkdir()
    made = (
        "index.html",
        "audit.xlsx",
        "notebooks/01_scope.html",
        "notebooks/01_scope.ipynb",
        "dossiers/A-1/issue.html",
        "tables/gaps.csv",
    )
    for name in made:
        path = package / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", "utf-8")
    found = [(start / unquote(one)).resolve() for one in re.findall(r'href="([^"]+)"', links_of(package, start))]
    assert sorted(found) == sorted((package / "data" / name).resolve() for name in made)
    assert re.findall(r"audit.xlsx\"( download)?>", links_of(package, start)) == [
        " download"
    ]  # JupyterLab can't show it
    assert links_of(tmp_path / "evidence" / "none", start) == ""
