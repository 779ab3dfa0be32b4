"""The notebooks: what they may hold, what they wrote into a package, and what they do when run by hand."""

from __future__ import annotations

import ast
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import bagit
import nbclient
import nbformat
import pandas as pd
import papermill
import pytest
from places import ROOT

from auditlib import tables
from auditlib.audit.chapters import QUESTIONS
from auditlib.audit.sampling.sample import SAMPLE
from auditlib.demo.server.site import EmbeddedJira
from auditlib.errors import SourceError, UsageError
from auditlib.evidence.chapters import TABLES
from auditlib.evidence.opened import open_evidence
from auditlib.package.layout import name_problem
from auditlib.package.recompute import recompute
from auditlib.package.verify import check_bag
from auditlib.params.writing import parameter_values
from auditlib.pull.collect import collect
from auditlib.report.safe_html import network_requests
from auditlib.report.tables_in_pages import SCRIPT
from auditlib.run.notebooks import NOTEBOOKS, START
from auditlib.run.paper import open_workpaper

SOURCES = ROOT / "notebooks"
QUIET = lambda *_: None  # noqa: E731 - a progress that tells nobody

every_notebook = pytest.mark.parametrize("name", NOTEBOOKS)


def source(name: str) -> nbformat.NotebookNode:
    return nbformat.read(SOURCES / f"{name}.ipynb", as_version=4)


def code_of(book: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in book.cells if cell.cell_type == "code"]


def parameters_cell(name: str) -> nbformat.NotebookNode:
    (cell,) = [cell for cell in source(name).cells if "parameters" in cell.metadata.get("tags", [])]
    return cell


# What stands in the repository


def test_there_is_a_notebook_for_each_question_and_no_other():
    """The folder, the list that a run executes and the list of questions are the same, but for the start page."""
    found = sorted(path.stem for path in SOURCES.glob("*.ipynb") if path != ROOT / START)
    assert found == sorted(NOTEBOOKS)
    assert tuple(QUESTIONS) == NOTEBOOKS
    assert (ROOT / START).is_file()


@every_notebook
def test_exactly_one_cell_is_tagged_parameters(name):
    """Without the tag papermill injects on top and the notebook overwrites what it was given, silently."""
    assert parameters_cell(name).cell_type == "code"


@every_notebook
def test_the_parameters_cell_declares_literals_with_type_and_comment(name):
    """Papermill injects after this cell: what is derived in it stays derived from the defaults."""
    text = parameters_cell(name).source
    for statement in ast.parse(text).body:
        assert isinstance(statement, ast.AnnAssign), ast.unparse(statement)
        ast.literal_eval(statement.value)
    for line in text.splitlines():
        before, mark, comment = line.partition("  # ")
        assert mark, f"no comment: {line}"
        assert comment.strip(), line
        assert "=" not in comment, f"papermill can't read a comment with '=': {line}"
        assert before.count("=") == 1, line


@every_notebook
def test_papermill_explains_every_parameter(name):
    """`papermill --help-notebook` tells name, type, default and meaning of each."""
    declared = [statement.target.id for statement in ast.parse(parameters_cell(name).source).body]
    seen = papermill.inspect_notebook(str(SOURCES / f"{name}.ipynb"))
    assert list(seen) == declared
    assert declared[0] == "package"
    for parameter in seen.values():
        assert all(parameter[part] for part in ("inferred_type_name", "default", "help")), parameter


@every_notebook
def test_a_notebook_uses_every_parameter_that_it_declares(name):
    """A parameter that changes nothing would be believed to have changed something."""
    declared = {statement.target.id for statement in ast.parse(parameters_cell(name).source).body}
    later = "\n".join(
        cell.source for cell in code_of(source(name)) if "parameters" not in cell.metadata.get("tags", [])
    )
    used = {node.id for node in ast.walk(ast.parse(later)) if isinstance(node, ast.Name)}
    assert declared <= used, declared - used


@every_notebook
def test_a_notebook_holds_no_logic(name):
    """What a test can't reach is not in a notebook: no function, class, branch or loop; magics would not even parse."""
    forbidden = (
        ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.If, ast.For, ast.While, ast.Try, ast.With,
        ast.Raise, ast.Delete, ast.Global,
    )  # fmt: skip
    for cell in code_of(source(name)):
        found = [type(node).__name__ for node in ast.walk(ast.parse(cell.source)) if isinstance(node, forbidden)]
        assert not found, f"{found} in {cell.source!r}"


@every_notebook
def test_a_notebook_imports_only_our_own(name):
    """The libraries behind are an affair of the package, where tests are."""
    for cell in code_of(source(name)):
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, ast.Import), cell.source
            if isinstance(node, ast.ImportFrom):
                assert str(node.module).startswith("auditlib."), cell.source


@every_notebook
def test_a_notebook_is_committed_as_it_is_before_any_run(name):
    """Outputs hold issue texts and names; they belong into a package, never into the repository."""
    book = source(name)
    nbformat.validate(book)
    for cell in code_of(book):
        assert cell.outputs == [], cell.id
        assert cell.execution_count is None, cell.id
    assert book.metadata.kernelspec.name == "python3"
    assert len({cell.id for cell in book.cells}) == len(book.cells)
    assert set(book.metadata) == {"kernelspec", "language_info"}


@every_notebook
def test_a_notebook_is_short(name):
    """At most fourteen code cells, none longer than a screen."""
    cells = code_of(source(name))
    assert len(cells) <= 14
    assert all(len(cell.source.splitlines()) <= 20 for cell in cells)


@every_notebook
def test_no_number_is_typed_in_prose(name):
    """Data change, a typed number does not; sentences with numbers are computed."""
    for cell in source(name).cells:
        if cell.cell_type == "markdown":
            prose = re.sub(r"`[^`]*`|^#+ Figure \d\.|SHA-256|^ {4}.*$", "", cell.source, flags=re.MULTILINE)
            assert not re.search(r"\d", prose), prose


@every_notebook
def test_a_notebook_opens_with_its_answer(name):
    """First the answer, then the figure or table that shows it, findings, proof and limits; last what was given."""
    book = source(name)
    intro, parameters, setup = book.cells[:3]
    assert (intro.cell_type, intro.metadata.tags) == ("markdown", ["intro"])
    assert intro.source.startswith(f"**{name.partition('_')[2].capitalize()}.**")
    assert parameters.metadata.tags == ["parameters"]
    assert setup.source.splitlines()[-1] == "paper.opening"
    sources = [cell.source for cell in book.cells]
    assert sources.index("paper.causes") in (3, 4, 5)
    assert (sources[-1], book.cells[-1].metadata.tags) == ("paper.parameters", ["made"])
    assert "paper.nothing_found" in sources
    assert re.search(r"^## Limits|What no package of this kind proves", "\n".join(sources), re.MULTILINE)


@every_notebook
def test_a_notebook_shows_no_code_where_that_can_be_hidden(name):
    """JupyterLab folds every code cell: who opens a notebook sees answers, figures and tables, and may unfold the rest."""
    assert all(cell.metadata.jupyter.source_hidden for cell in code_of(source(name)))


# What a run made of them


def texts_of(path: Path) -> Iterator[bytes]:
    """Yield all that a reader could find in a file: as it is, unzipped, and each member of a workbook."""
    yield path.read_bytes()
    if path.suffix == ".gz":
        yield gzip.decompress(path.read_bytes())
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            yield from (book.read(member) for member in book.namelist())


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def executed(folder: Path, name: str) -> nbformat.NotebookNode:
    return nbformat.read(folder / "data" / "notebooks" / f"{name}.ipynb", as_version=4)


def output_text(book: nbformat.NotebookNode) -> str:
    """Return everything that the cells of a notebook showed, as text."""
    return "\n".join(str(output.get("data", output)) for cell in code_of(book) for output in cell.outputs)


@pytest.mark.slow
def test_the_tables_of_a_package_are_those_of_its_raw_responses(sealed):
    """What the notebooks wrote is what is computed here from raw/ and params.yaml alone."""
    expected = open_evidence(sealed.folder).table_files()
    found = {path.name: path.read_bytes() for path in (sealed.folder / "data" / "tables").iterdir()}
    assert found.keys() == expected.keys()
    assert found == expected
    assert {table.file for table in TABLES} | {"keys.txt", "redraw.sh", "gap_explanations.template.csv"} <= set(found)


@pytest.mark.slow
def test_the_package_holds_the_truth_of_the_embedded_jira(sealed):
    """Population, missing numbers and their classes are those that the made-up company is known to have."""
    folder, truth, period = sealed.folder / "data" / "tables", sealed.company.truth, sealed.params.period
    listed = pd.read_csv(folder / "population.csv")["key"]
    assert set(listed) == truth.population(sealed.params.projects, period.begins, period.ends)
    assert listed.is_unique
    fates = {}
    for row in pd.read_csv(folder / "numbering.csv").itertuples():
        assert row.numbers == row.last_number - row.first_number + 1 == row.present + row.missing
        fates |= {fate.key: fate for fate in truth.missing(row.project, row.first_number, row.last_number).values()}
    gaps = pd.read_csv(folder / "gaps.csv")
    assert set(gaps["key"]) == fates.keys()
    for gap in gaps.itertuples():
        fate = fates[gap.key]
        provable = (
            {"unexplained"} | ({"deleted"} if fate.recorded else set()) | ({"existed"} if fate.named_by else set())
        )
        assert gap.classification in ({"moved"} if fate.classification == "moved" else provable), gap.key
        assert gap.classification != "moved" or gap.now_key == fate.now_key
    assert {"moved", "unexplained"} <= set(gaps["classification"])


@pytest.mark.slow
def test_every_notebook_ran_to_its_end(sealed):
    """Each executed copy is its source with the injected parameters, every cell ran in order, and every cell shows something."""
    names = sorted(path.name for path in (sealed.folder / "data" / "notebooks").iterdir())
    assert names == sorted(f"{name}.{kind}" for name in NOTEBOOKS for kind in ("html", "ipynb"))
    for name in NOTEBOOKS:
        book = executed(sealed.folder, name)
        cells = code_of(book)
        assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
        for cell in cells:
            assert all(output.output_type in {"execute_result", "display_data"} for output in cell.outputs), cell
            silent = {"parameters", "injected-parameters"} & set(cell.metadata.get("tags", []))
            assert bool(cell.outputs) != bool(silent), cell.source
        own = [cell.source for cell in book.cells if "injected-parameters" not in cell.metadata.get("tags", [])]
        assert own == [cell.source for cell in source(name).cells]


@pytest.mark.slow
def test_a_notebook_is_handed_only_what_it_declares_and_shows_it(sealed):
    """The injected values are the package's own, and stand in the output of `paper.parameters` too."""
    for name in NOTEBOOKS:
        book = executed(sealed.folder, name)
        declared = papermill.inspect_notebook(str(SOURCES / f"{name}.ipynb"))
        given = book.metadata.papermill.parameters
        assert set(given) <= set(declared)
        assert given["package"] == "../.."
        assert given["audit"] == sealed.params.audit
        shown = str(code_of(book)[-1].outputs[0]["data"])
        for value in (sealed.params.audit, sealed.params.sample_seed, sealed.params.timezone, "2026-04-01"):
            assert value in shown, name


@pytest.mark.slow
def test_an_executed_notebook_shows_answer_question_conclusion_and_every_finding(sealed):
    """Answer, question and computed conclusion come first; a finding of a notebook stands in it and in the summary."""
    evidence = open_evidence(sealed.folder)
    for name in NOTEBOOKS:
        cells = code_of(executed(sealed.folder, name))
        opening = cells[2].outputs[0]["data"]["text/plain"].splitlines()
        assert opening[0] == f"{name[:2]} {name[3:].capitalize()}"
        assert opening[1].endswith(".")
        assert opening[2] == QUESTIONS[name]
        assert opening[3] == evidence.conclusion(name)
        (causes,) = (cell for cell in cells if cell.source == "paper.causes")
        mine = evidence.findings if name == "09_summary" else evidence.findings.query("notebook == @name")
        for statement in mine["statement"]:
            assert statement in causes.outputs[0]["data"]["text/plain"]
        injected = [cell for cell in cells if "injected-parameters" in cell.metadata.get("tags", [])]
        assert all(cell.metadata.jupyter.source_hidden for cell in injected)


@pytest.mark.slow
def test_pages_open_offline_and_ask_the_network_for_nothing(sealed):
    """No page of a package loads anything from anywhere but the package's one script, and of records not even that."""
    pages = sorted((sealed.folder / "data").rglob("*.html"))
    assert len(pages) == len(NOTEBOOKS) + 1 + len(open_evidence(sealed.folder).sampled.sample)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        allowed = {"script_beside": f"../{SCRIPT}"} if page.parent.name == "notebooks" else {}
        allowed |= {"script_beside": SCRIPT, "drawings": True} if page.name == "index.html" else {}
        assert network_requests(text, **allowed) == [], page
        assert "Content-Security-Policy" in text


@pytest.mark.slow
def test_every_figure_is_there_as_svg_and_png(sealed):
    """A figure that a notebook shows stands in charts/ in both forms, and nothing else does."""
    found = sorted(path.name for path in (sealed.folder / "data" / "charts").iterdir())
    names = (
        "activity",
        "attribute_rates",
        "control_rates",
        "months",
        "number_grid",
        "numbering",
        "permissions",
        "status",
        *(("workflow_01", "workflow_02") if sealed.dialect == "cloud" else ()),  # Data Center tells no transitions
    )
    assert found == sorted(f"{name}.{kind}" for name in names for kind in ("png", "svg"))
    for path in (sealed.folder / "data" / "charts").iterdir():
        start = path.read_bytes()[:200]
        assert start.startswith(b"\x89PNG") if path.suffix == ".png" else b"<?xml" in start
    index = (sealed.folder / "data" / "index.html").read_text(encoding="utf-8")
    assert all(f"charts/{name}" in index for name in found if name.endswith("svg"))


@pytest.mark.slow
def test_summary_findings_and_cover_page_agree(sealed):
    """summary.json, findings.csv, the tables and the cover page are one statement."""
    data = sealed.folder / "data"
    summary = json.loads((data / "summary.json").read_text(encoding="utf-8"))
    found = pd.read_csv(data / "tables" / "findings.csv", keep_default_na=False)
    assert {tuple(finding.values()) for finding in summary["findings"]} == set(found.itertuples(index=False, name=None))
    population, gaps = (pd.read_csv(data / "tables" / f"{name}.csv") for name in ("population", "gaps"))
    figures = summary["figures"]
    assert figures["population"] == len(population)
    classes = ("moved", "deleted", "existed", "unexplained")
    assert {name: figures[name] for name in classes} == {
        name: (gaps["classification"] == name).sum() for name in classes
    }
    assert figures["missing"] == len(gaps)
    assert figures["sample"] == sealed.params.sample_size == len(pd.read_csv(data / "tables" / "sample.csv"))
    assert figures["difference"] == 0
    assert {row["project"]: row["population"] for row in summary["per_project"]} == population[
        "project"
    ].value_counts().to_dict()
    assert [row["notebook"] for row in summary["conclusions"]] == list(NOTEBOOKS)
    shown = re.sub(r"\s+", " ", (data / "index.html").read_text(encoding="utf-8"))
    for record in summary["conclusions"]:
        assert record["conclusion"].split(".")[0].replace("'", "&#39;") in shown, record["notebook"]


@pytest.mark.slow
def test_run_json_says_who_asked_what_when_and_with_what(sealed):
    """Who ran it, when, as which account with which powers, which Jira, versions, commit, JQL and counts."""
    record = json.loads((sealed.folder / "data" / "run.json").read_text(encoding="utf-8"))
    account = sealed.company.world.account
    assert record["started"] <= record["pulled"]["from"] <= record["pulled"]["to"] <= record["finished"]
    assert record["account"]["name"] == account.display_name
    assert record["account"]["id"] == (account.account_id if sealed.dialect == "cloud" else account.key)
    assert set(record["account"]["powers"]) == set(sealed.params.projects)
    assert all("BROWSE_PROJECTS" in powers for powers in record["account"]["powers"].values())
    assert record["jira"]["deployment"] == sealed.dialect
    assert record["jira"]["version"]
    assert record["notebooks"] == list(NOTEBOOKS)
    assert {"auditlib", "python", "papermill", "pandas", "atlassian-python-api"} <= set(record["versions"])
    assert set(record["jql"]["passes"]) == set(sealed.params.projects)
    assert "ran_by" in record
    store = open_evidence(sealed.folder).store
    assert record["counts"]["responses"] == len(store.entries())
    assert record["counts"]["bytes"] == sum(len(store.body(entry)) for entry in store.entries())


@pytest.mark.slow
def test_the_index_says_which_response_feeds_which_row(sealed):
    """Every issue of the population and every missing number has a response that leads to it."""
    lines = (sealed.folder / "data" / "raw" / "index.jsonl").read_text(encoding="utf-8").splitlines()
    fed: dict[str, set[str]] = {}
    for record in map(json.loads, lines):
        for table, rows in record["feeds"].items():
            fed.setdefault(table, set()).update(rows)
    evidence = open_evidence(sealed.folder)
    assert set(evidence.population["key"]) <= fed["population"]
    assert set(evidence.table("gaps")["key"]) <= fed["gaps"]


@pytest.mark.slow
def test_no_credential_stands_in_any_file(sealed):
    """Not as text, not within gzip, not in the workbook; nor does the path of the folder where the work went on."""
    world = sealed.company.world
    unwanted = [world.password.encode(), str(sealed.folder.parent).encode()]
    for path in sorted(sealed.folder.rglob("*")):
        if path.is_file():
            for text in texts_of(path):
                for needle in unwanted:
                    assert needle not in text, path


@pytest.mark.slow
def test_other_tools_verify_the_bag(sealed):
    """The bagit library, and sha256sum, which knows nothing of us, find the package whole."""
    bagit.Bag(str(sealed.folder)).validate()
    if shutil.which("sha256sum") is None:
        pytest.skip("sha256sum is not on this machine")
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "--quiet", "--strict", "-c", manifest], cwd=sealed.folder, check=True)


@pytest.mark.slow
def test_the_draw_is_redone_with_coreutils_alone(sealed):
    """redraw.sh, without any Python, arrives at the sample of the package."""
    if shutil.which("sh") is None or shutil.which("sha256sum") is None:
        pytest.skip("sh and sha256sum are not on this machine")
    folder = sealed.folder / "data" / "tables"
    done = subprocess.run(["sh", "redraw.sh", "--check"], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_every_file_name_can_travel(sealed):
    """No name that Windows, a manifest or a bag tool could not take."""
    assert {name: name_problem(name) for name in files_of(sealed.folder) if name_problem(name)} == {}


@pytest.mark.slow
def test_a_whole_package_verifies(sealed):
    """Nothing differs: neither a digest nor a table computed again."""
    assert check_bag(sealed.folder) == []
    assert recompute(sealed.folder) == []


# By hand


def cells_run(name: str, **given: Any) -> list[Any]:
    """Run the cells of a notebook here, without a kernel, after papermill put the parameters in; return what each shows last.

    A notebook holds no logic and no magic, so that its cells are plain Python. The first element is the name space.
    """
    book = papermill.execute_notebook(str(SOURCES / f"{name}.ipynb"), None, parameters=given, prepare_only=True)
    space: dict[str, Any] = {}
    shown = []
    for cell in code_of(book):
        *body, last = ast.parse(cell.source).body
        if isinstance(last, ast.Expr):
            exec(compile(ast.Module(body, []), name, "exec"), space)  # noqa: S102 - the notebook's own code
            shown.append(eval(compile(ast.Expression(last.value), name, "eval"), space))  # noqa: S307 - same
            assert shown[-1]._repr_html_() is not None
        else:
            exec(compile(ast.Module([*body, last], []), name, "exec"), space)  # noqa: S102 - same
    return [space, *shown]


@pytest.mark.slow
def test_every_notebook_shown_on_a_sealed_package_writes_nothing_into_it(sealed, tmp_path, monkeypatch):
    """A sealed package stays as it is to the byte, whichever notebook is run on it."""
    monkeypatch.chdir(tmp_path)
    before = files_of(sealed.folder)
    for name in NOTEBOOKS:
        space, opening, *_ = cells_run(name, package=str(sealed.folder))
        assert opening.text == space["paper"].evidence.conclusion(name)
        assert space["paper"].sealed
        assert not space["paper"].writes
    assert files_of(sealed.folder) == before
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.xdist_group("cloud")
@pytest.mark.parametrize("sealed", ["cloud"], indirect=True)
def test_papermill_by_hand_shows_the_table_of_the_package(sealed, tmp_path):
    """The README's papermill command works on a sealed package, shows its table and writes nothing into it."""
    before = files_of(sealed.folder)
    out = tmp_path / "out.ipynb"
    command = [
        sys.executable, "-m", "papermill", str(SOURCES / "03_numbering.ipynb"), str(out), "-p", "package",
        str(sealed.folder), "--no-progress-bar",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert files_of(sealed.folder) == before
    by_hand = nbformat.read(out, as_version=4)
    pairs = zip(code_of(by_hand), code_of(executed(sealed.folder, "03_numbering")), strict=True)
    for here, there in pairs:
        if here.source != "paper.parameters":  # which say in what state the package is
            assert [output.data for output in here.outputs] == [output.data for output in there.outputs], here.source
    assert "sealed; nothing is written into it" in output_text(by_hand)


@pytest.mark.slow
def test_another_seed_by_hand_shows_another_sample_and_writes_nothing(sealed, monkeypatch, tmp_path):
    """An auditor tries a seed on a sealed package: the draw is another one, the package is the same."""
    monkeypatch.chdir(tmp_path)
    before = files_of(sealed.folder)
    space, *shown = cells_run("05_sample", package=str(sealed.folder), sample_seed="the auditor's own")
    recorded = pd.read_csv(sealed.folder / "data" / "tables" / "sample.csv")
    assert list(space["sample"]["key"]) != list(recorded["key"])
    expected = {
        hashlib.sha256(f"the auditor's own:{row.key}".encode()).hexdigest() for row in space["sample"].itertuples()
    }
    assert set(space["sample"]["ticket"]) == expected
    assert "sample_seed" in repr(shown[-1])
    assert "the auditor's own" in repr(shown[-1])
    assert files_of(sealed.folder) == before
    again, *_ = cells_run("05_sample", package=str(sealed.folder), sample_seed=sealed.params.sample_seed)
    assert tables.to_csv(SAMPLE, again["sample"]) == before["data/tables/sample.csv"]


@pytest.mark.slow
@pytest.mark.xdist_group("cloud")
@pytest.mark.parametrize("sealed", ["cloud"], indirect=True)
@pytest.mark.parametrize("quoted", [True, False])
def test_a_parameter_file_is_understood_by_papermill_itself(sealed, tmp_path, monkeypatch, quoted):
    """`papermill NN.ipynb out.ipynb -f params.yaml`: keys that a notebook does not use do no harm, unquoted days are days."""
    monkeypatch.chdir(tmp_path)
    text = (sealed.folder / "data" / "params.yaml").read_text("utf-8")
    path = tmp_path / "params.yaml"
    path.write_text(text if quoted else re.sub(r'"(\d{4}-\d\d-\d\d)"', r"\1", text), encoding="utf-8")
    values = papermill.iorw.read_yaml_file(str(path))
    for name in NOTEBOOKS:
        space, opening, *_ = cells_run(name, **values, package=str(sealed.folder))
        assert opening.text == space["paper"].evidence.conclusion(name)
        assert not space["paper"]._given, "the file of a package differs from the package"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"projects": ["PAY"]}, "projects"),
        ({"period_end": "2026-08-31"}, "period_end"),
        ({"timezone": "UTC"}, "timezone"),
        ({"population_jql": "priority = High"}, "population_jql"),
        ({"audit": "Another"}, "audit"),
    ],
)
def test_a_scope_that_differs_from_the_packages_is_refused(sealed, monkeypatch, tmp_path, given, named):
    """Scope is set where data is pulled; a notebook can't show other data under the same name."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=named):
        cells_run("01_scope", package=str(sealed.folder), **given)


@pytest.mark.slow
def test_a_seed_that_papermill_made_a_number_of_is_refused(sealed, monkeypatch, tmp_path):
    """`-p sample_seed 00412` arrives as 412, from which another sample would be drawn: an error, not a draw."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Exception, match="seed is text"):
        cells_run("05_sample", package=str(sealed.folder), sample_seed=412)


def test_without_a_package_a_notebook_says_what_to_do(tmp_path, monkeypatch):
    """Run first of all, any notebook but 01_scope points to it."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="01_scope first"):
        cells_run("03_numbering")
    with pytest.raises(UsageError, match="holds no evidence"):
        cells_run("03_numbering", package="nowhere")


def test_a_pull_that_begins_with_an_error_leaves_no_folder(tmp_path, monkeypatch):
    """A wrong address in 01_scope leaves nothing behind that looks like evidence."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JIRA_TOKEN", "some-token-4711")
    scope = {
        "audit": "A",
        "projects": ["AB"],
        "period_start": "2024-03-01",
        "period_end": "2024-03-31",
        "timezone": "UTC",
    }
    with pytest.raises(SourceError, match="127"):
        cells_run("01_scope", jira_url="http://127.0.0.1:9", **scope)
    assert list((tmp_path / "evidence").iterdir()) == []


def test_the_newest_package_of_the_audit_is_found_whatever_else_lies_there(
    small_company, parameters, tmp_path, monkeypatch
):
    """From the checkout and from notebooks/, by title; what can't be read and what did not finish is passed over."""
    evidence = tmp_path / "evidence"
    pulled = collect(
        parameters(audit="First"),
        tmp_path / "pulled",
        {},
        QUIET,
        base=tmp_path,
        embedded=partial(EmbeddedJira, small_company.world),
    )
    for number, title in enumerate(("First", "Second", "First")):
        folder = shutil.copytree(pulled.folder, evidence / f"{title}-{number}")
        params = folder / "data" / "params.yaml"
        params.write_text(params.read_text("utf-8").replace("First", title), "utf-8")
        os.utime(folder / "data" / "run.json", (number, number))
    spoilt = evidence / "spoilt" / "data"
    spoilt.mkdir(parents=True)
    (spoilt / "run.json").write_text("{}", "utf-8")
    (spoilt / "params.yaml").write_text("nonsense: [", "utf-8")
    unfinished = evidence / "unfinished.partial" / "data"
    unfinished.mkdir(parents=True)
    shutil.copy(evidence / "First-0" / "data" / "params.yaml", unfinished)
    (tmp_path / "notebooks").mkdir()
    for start in (tmp_path, tmp_path / "notebooks"):
        monkeypatch.chdir(start)
        for title, newest in (("First", "First-2"), ("Second", "Second-1"), ("", "First-2")):
            assert open_workpaper("02_population", audit=title).evidence.folder.name == newest


@pytest.mark.slow
def test_run_all_in_jupyterlab_pulls_the_demo_and_goes_on_with_it(tmp_path):
    """01_scope in an empty folder, started as JupyterLab does, pulls into evidence/; 03_numbering then finds it."""
    folder = tmp_path / "notebooks"
    shutil.copytree(SOURCES, folder)
    shown = {}
    for name in ("01_scope", "03_numbering"):
        book = nbformat.read(folder / f"{name}.ipynb", as_version=4)
        book.cells.append(
            nbformat.v4.new_code_cell("import sys\n[it for it in sys.modules if it.startswith('auditlib.demo')]")
        )
        nbclient.NotebookClient(book, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
        assert book.cells[-1].outputs[0]["data"]["text/plain"] == "[]", "the embedded Jira is a process of its own"
        shown[name] = output_text(book)
    (made,) = (tmp_path / "evidence").iterdir()
    assert made.name.startswith("soc-2-type-ii-demo-")
    assert made.name.endswith(".partial")
    evidence = open_evidence(made)
    assert evidence.conclusion("01_scope") in shown["01_scope"]
    assert evidence.conclusion("03_numbering") in shown["03_numbering"]
    files = evidence.table_files()
    written = {path.name: path.read_bytes() for path in (made / "data" / "tables").iterdir()}
    assert {"reconciliation.csv", "numbering.csv", "gaps.csv"} <= set(written)
    assert written == {name: files[name] for name in written}
    assert {path.name for path in tmp_path.iterdir()} == {"evidence", "notebooks"}


@pytest.mark.slow
@pytest.mark.parametrize(
    "rule",
    [
        "{confidence: 0.90, tolerable_rate: 0.10, expected_rate: 0.0}",
        '{by_population: [[5, all], [10, 5], [40, "10%"], [null, 9]]}',
    ],
)
def test_every_form_of_a_sample_size_goes_through_a_notebook_unchanged(
    small_company, parameters, tmp_path, monkeypatch, rule
):
    """What the notebook is handed equals what was pulled: no rate or bound is another one on the way."""
    params = parameters(sample_size=rule)
    evidence = collect(
        params, tmp_path / "folder", {}, QUIET, base=tmp_path, embedded=partial(EmbeddedJira, small_company.world)
    )
    monkeypatch.chdir(tmp_path)
    space, *_ = cells_run(
        "05_sample", package=str(tmp_path / "folder"), sample_size=parameter_values(evidence.params)["sample_size"]
    )
    assert space["paper"].writes, "seen as another value than the package's own"
    assert tables.to_csv(SAMPLE, space["sample"]) == evidence.table_files()["sample.csv"]
