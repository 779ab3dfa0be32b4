"""What people read of a package is made again and compared: each change is named with the file and the place."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from auditlib.evidence.differences import Kind, sentence
from auditlib.evidence.opened import open_records
from auditlib.run import reperform as reperforming
from auditlib.run.circumstances import around
from auditlib.run.here import RemadePaper, execute_here
from auditlib.run.made_by import code_digest, made_otherwise, read_record
from auditlib.run.notebooks import own_notebooks
from auditlib.run.pages import values_of
from auditlib.run.reperform import reperform

ONE = pytest.mark.parametrize("sealed", [pytest.param("cloud", marks=pytest.mark.xdist_group("cloud"))], indirect=True)
"""Where one dialect says it all."""


def copied(package: Path, target: Path) -> Path:
    """Return a copy of links to the files, so that it costs nothing; what is changed is written anew."""
    for source in package.rglob("*"):
        place = target / source.relative_to(package)
        if source.is_file():
            place.parent.mkdir(parents=True, exist_ok=True)
            os.link(source, place)
    return target


def rewrite(path: Path, before: str, after: str) -> None:
    """Put other words into a file, once."""
    text = path.read_text("utf-8")
    assert before in text, (path.name, before)
    path.unlink()
    path.write_text(text.replace(before, after, 1), "utf-8", newline="\n")


def rewrite_cell(path: Path, before: str, after: str) -> None:
    """Put another text into the cells of a workbook."""
    content = io.BytesIO()
    with zipfile.ZipFile(path) as read, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as write:
        for one in read.infolist():
            write.writestr(one, read.read(one).replace(before.encode(), after.encode()))
    assert content.getvalue() != path.read_bytes()
    path.unlink()
    path.write_bytes(content.getvalue())


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    path.unlink()
    path.write_bytes(bytes(content))


def test_each_change_is_named_and_nothing_else_differs(sealed, tmp_path):
    """Pages, their notebooks, charts, workbooks, PDF, summary and cover: whatever was changed, the file and the place."""
    package = copied(sealed.folder, tmp_path / "package")
    data = package / "data"
    population = len(open_records(package).table("population"))
    rewrite(data / "notebooks" / "03_numbering.ipynb", "Project by project", "Project after project")
    rewrite(data / "notebooks" / "04_status.html", "each sum to the population", "each sum to nearly the population")
    rewrite(data / "notebooks" / "05_sample.ipynb", '"duration": ', '"duration": -')
    rewrite(data / "charts" / "status.svg", "</svg>", '<path d="M 0 0 L 9 9"/></svg>')
    flip(data / "charts" / "numbering.png")
    flip(data / "dossiers.pdf")
    rewrite_cell(data / "audit.xlsx", "sha256sum -c", "sha512sum -c")
    rewrite_cell(data / "access_review.xlsx", "+1 Plusfirst", "+2 Plusfirst")
    rewrite(data / "summary.json", f'"population": {population}', f'"population": {population + 1}')
    rewrite(data / "index.html", "does not prove", "does prove")
    (data / "charts" / "another.svg").write_text("<svg/>")
    found = reperform(package, open_records)
    assert {one.path for one in found} == {
        f"data/{name}"
        for name in (
            *("notebooks/03_numbering.ipynb", "notebooks/04_status.html", "notebooks/05_sample.ipynb"),
            "notebooks/05_sample.html",  # which tells the digest of that notebook
            *("charts/status.svg", "charts/numbering.png", "charts/another.svg", "dossiers.pdf"),
            *("audit.xlsx", "access_review.xlsx", "summary.json", "index.html"),
        )
    }
    told = {one.path: sentence(one) for one in reversed(found)}
    assert "cell [" in told["data/notebooks/03_numbering.ipynb"]
    assert "nearly the population" in told["data/notebooks/04_status.html"]
    assert ", cell " in told["data/audit.xlsx"]
    assert "sheet 'access review', cell " in told["data/access_review.xlsx"]
    assert f"figures.population is '{population + 1}', computed '{population}'" in told["data/summary.json"]


@ONE
def test_code_of_a_package_is_never_executed(sealed, tmp_path, monkeypatch):
    """Somebody verifies from within a package whose notebooks would leave a mark: they are read, and differ."""
    package = copied(sealed.folder, tmp_path / "package")
    mark = tmp_path / "mark"
    for path in (package / "data" / "notebooks").glob("*.ipynb"):
        book = json.loads(path.read_text("utf-8"))
        for cell in book["cells"]:
            if cell["cell_type"] == "code":
                cell["source"] = [f"open({str(mark)!r}, 'w')"]
        path.unlink()
        path.write_text(json.dumps(book), "utf-8")
    monkeypatch.chdir(package / "data")
    monkeypatch.setattr(reperforming, "write_readables", lambda *_: None)  # for what else is made, see above
    monkeypatch.setattr(reperforming, "write_cover", lambda *_: None)
    assert own_notebooks() != package / "data" / "notebooks"
    differing = {one.path for one in reperform(package, open_records)}
    assert "data/notebooks/09_summary.ipynb" in differing
    assert not mark.exists()


@ONE
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, ""),
        ({"code_sha256": "0" * 64, "commit": "176f4e5df59f4e20"}, "auditlib 0.1.0, commit 176f4e5df59f"),
        ({"typst": "0.0.1"}, "typst 0.0.1 (here "),
    ],
)
def test_what_other_code_made_is_known(sealed, change, said):
    """By the digest of the code, and by the versions of what decides how a page looks."""
    record = read_record(sealed.folder)
    assert record["versions"]["code_sha256"] == code_digest()
    found = made_otherwise({"versions": {**record["versions"], **change}})
    assert found.startswith(said)
    assert bool(found) == bool(said)


@ONE
def test_of_other_code_figures_are_compared_and_the_rest_is_told(sealed, tmp_path):
    """A package that another version made is not called changed for its words; a figure of it that is wrong is."""
    package = copied(sealed.folder, tmp_path / "package")
    data = package / "data"
    rewrite(data / "run.json", code_digest(), "0" * 64)
    rewrite(data / "notebooks" / "04_status.html", "each sum to the population", "each sum up")
    (remark,) = reperform(package, open_records)
    assert remark.kind is Kind.NOT_COMPARED
    population = len(open_records(package).table("population"))
    rewrite(data / "summary.json", f'"population": {population}', f'"population": {population + 1}')
    assert [(one.kind, one.path) for one in reperform(package, open_records)] == [
        (Kind.CONTENT, "data/summary.json"),
        (Kind.NOT_COMPARED, "data/run.json"),
    ]


@ONE
def test_a_notebook_executed_here_is_what_a_kernel_makes_of_it(sealed):
    """The same cells, the same outputs, in the same order and form."""
    evidence, source = open_records(sealed.folder), own_notebooks() / "09_summary.ipynb"
    paper = RemadePaper("09_summary", evidence, around(sealed.folder), sealed.folder / "nowhere")
    here = execute_here(source, values_of(evidence), paper)
    theirs = json.loads((sealed.folder / "data" / "notebooks" / source.name).read_text("utf-8"))
    shown = [[sorted(one["data"]) for one in cell.get("outputs", ())] for cell in here["cells"]]
    assert shown == [[sorted(one["data"]) for one in cell.get("outputs", ())] for cell in theirs["cells"]]
    assert sum(map(len, shown)) > 5
    assert not (sealed.folder / "nowhere").exists()
