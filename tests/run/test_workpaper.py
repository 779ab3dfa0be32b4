"""What a notebook works with: it writes into a working folder, only shows a sealed package, and proves what it shows."""

from __future__ import annotations

import hashlib
import re
import shutil
from functools import partial
from pathlib import Path

import pytest
from holders import held_elsewhere

from auditlib.audit.chapters import QUESTIONS
from auditlib.audit.controls.subject import OUTCOMES
from auditlib.demo.server.site import EmbeddedJira
from auditlib.errors import UsageError
from auditlib.evidence.kernel_cache import TOLD, fill_cache
from auditlib.evidence.opened import PULLED, Evidence, open_evidence
from auditlib.package.bag import seal
from auditlib.pull.collect import collect
from auditlib.report.charts.drawing import Drawing
from auditlib.report.charts.style import Chart
from auditlib.run.paper import open_workpaper
from auditlib.run.workpaper import Picture, Workpaper

QUIET = lambda *_: None  # noqa: E731 - a progress that tells nobody
WORKFLOW = "{gate: [Approved], done: [Done]}"
ATTRIBUTES = "[{name: late, question: 'In time?', test: {within: {from: created, to: resolved, days: 3}}}]"


@pytest.fixture(scope="module")
def pulled(small_company, parameters, tmp_path_factory) -> Path:
    """A working folder in which everything was pulled; not to be changed."""
    folder = tmp_path_factory.mktemp("pulled")
    params = parameters(
        projects="[PAY, OPS]", sample_size=6, sample_strata="[project]", attributes=ATTRIBUTES, controls="[CT-01]",
        workflow=WORKFLOW,
    )  # fmt: skip
    collect(params, folder, {}, QUIET, base=folder, embedded=partial(EmbeddedJira, small_company.world))
    return folder


@pytest.fixture
def working(pulled, tmp_path) -> Path:
    """A copy of it, to be written into."""
    return Path(shutil.copytree(pulled, tmp_path / "working"))


def paper_of(folder: Path, notebook: str, **given: object) -> Workpaper:
    return open_workpaper(notebook, str(folder.resolve()), **given)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def written_by(paper: Workpaper) -> set[str]:
    """Show a table, further files and a figure, and return what is new or other in the folder."""
    before = files_of(paper.evidence.folder)
    paper.table("population")
    paper.files("keys.txt", "no_such_file.txt")
    paper.figure(Chart("A claim.", lambda width: Drawing(width, 10)), "drawn")
    after = files_of(paper.evidence.folder)
    assert before.keys() <= after.keys()
    return {name for name in after if after[name] != before.get(name)}


def test_a_folder_whose_pull_did_not_finish_is_not_shown(working):
    """Half a population must not pass for one; it is said whether to wait or to go on."""
    (working / "data" / PULLED).unlink()
    with pytest.raises(
        UsageError, match="its pull did not finish; go on with the command that began it, with --resume"
    ):
        paper_of(working, "03_numbering")
    with held_elsewhere(working), pytest.raises(UsageError, match="a run works there and its pull did not finish yet"):
        paper_of(working, "03_numbering")


FIGURE = {"data/charts/drawn.png", "data/charts/drawn.svg"}


def test_in_a_working_folder_tables_files_and_figures_are_written(working):
    """By hand, each notebook leaves what it shows; the table is the one of the package to the byte."""
    paper = paper_of(working, "02_population")
    assert paper.writes
    assert written_by(paper) == {"data/tables/population.csv", "data/tables/keys.txt", *FIGURE}
    expected = open_evidence(working).table_files()
    for name in ("population.csv", "keys.txt"):
        assert (working / "data" / "tables" / name).read_bytes() == expected[name]


def test_in_a_run_figures_alone_are_written(working, monkeypatch):
    """The run writes each table itself, once: notebooks side by side must not."""
    with fill_cache(open_evidence(working), working) as folder:
        monkeypatch.setenv(TOLD, str(folder))
        assert written_by(paper_of(working, "02_population")) == FIGURE


def test_a_sealed_package_is_shown_and_not_written_into(working):
    """What an auditor opens stays as it is; the paper says that it is sealed."""
    seal(working, {"Bagging-Date": "2026-10-02"})
    paper = paper_of(working, "02_population")
    assert paper.sealed
    assert written_by(paper) == set()
    assert "sealed; nothing is written into it" in repr(paper.parameters)


def test_other_values_are_shown_and_not_written(working):
    """A trial never stands under the name of the package's own; the paper names what differs."""
    paper = paper_of(working, "05_sample", sample_seed="another")
    assert written_by(paper) == set()
    assert "shown with other values than the package has (sample_seed)" in repr(paper.parameters)
    assert set(paper.redraw["text"]) == {f"another:{key}" for key in paper.table("sample")["key"]}


def test_a_paper_shows_its_own_findings_and_the_summary_all(pulled):
    """A finding stands where its question is asked, and once more at the end; both open with the answer and the question."""
    papers = {name: paper_of(pulled, name) for name in ("03_numbering", "05_sample", "09_summary")}
    by_notebook = {name: repr(paper.causes) for name, paper in papers.items()}
    found = open_evidence(pulled).findings
    assert {"03_numbering", "05_sample"} & set(found["notebook"])
    for row in found.itertuples():
        assert row.statement in by_notebook["09_summary"]
        for name in ("03_numbering", "05_sample"):
            assert (row.statement in by_notebook[name]) == (row.notebook == name)
    for name, paper in papers.items():
        assert paper.opening.question == QUESTIONS[name]
        assert paper.opening.text == paper.evidence.conclusion(name)


def test_every_chapter_has_a_title_that_is_its_answer(pulled):
    """A sentence with a number, of a length that a heading can have; what it counts stands in the conclusion too."""
    for name in QUESTIONS:
        opening = paper_of(pulled, name).opening
        assert opening.title.endswith(".")
        assert len(opening.title) < 240
        assert re.search(r"[0-9]", opening.title), opening.title
        assert opening.name == f"{name[:2]} {name[3:].capitalize()}"


def test_a_cause_leads_to_rows_that_are_there(pulled):
    """To the table on the same page, on that of the chapter that shows it, or to its file where no page does."""
    for name in QUESTIONS:
        paper = paper_of(pulled, name)
        for one in paper.causes.found:
            page, _, table = one.rows.rpartition("#")
            tables = paper.evidence.tables
            if one.rows.endswith(".csv"):
                assert Path(one.rows).name in {one.file for one in tables}
            elif one.rows:
                assert table in {one.name for one in tables}
                assert Path(page).name in ("", *(f"{notebook}.html" for notebook in QUESTIONS))


def test_keys_lead_to_full_records_wherever_a_paper_shows_them(pulled):
    """In tables and in sentences, by an address that holds where the notebook stands."""
    paper = paper_of(pulled, "05_sample")
    records = paper.full_records
    assert set(records) <= set(paper.table("sample")["key"])
    shown = paper.show(paper.table("sample"), rows="issues")._repr_html_()
    for key, address in records.items():
        assert f'href="{address}">{key}</a>' in shown


def test_what_was_not_found_is_said_once(pulled):
    """A section without rows is not shown; the paper tells them all in one sentence."""
    paper = paper_of(pulled, "02_population")
    empty = paper.table("excluded").head(0)
    assert paper.section("Left out", "", paper.show(empty, rows="issues left out"))._repr_html_() == ""
    assert paper.section("All", "", paper.show(paper.table("population"), rows="issues"))._repr_html_()
    assert repr(paper.nothing_found) == "There are no issues left out."


def test_the_scope_tells_the_account_and_every_request(pulled):
    """Each kind of request with its count: together they are all that was asked; a permission says yes, no or not told."""
    paper = paper_of(pulled, "01_scope")
    facts = paper.source.set_index("fact")["value"]
    entries = paper.evidence.store.entries()
    assert facts["responses kept"].startswith(f"{len(entries):,} with ")
    assert paper.questions["requests"].sum() == len(entries)
    assert paper.questions["purpose"].is_unique
    powers = paper.powers.set_index("permission")
    assert list(powers.columns) == ["OPS", "PAY"]
    assert set(powers.loc["BROWSE_PROJECTS"]) == {"yes"}
    assert set(powers.to_numpy().ravel()) <= {"yes", "no", "not told"}


def test_digests_are_those_of_the_files(working):
    """The statement names the files that lie beside it."""
    paper = paper_of(working, "01_scope")
    paper.table("population")
    paper.files("keys.txt")
    said = paper.digests.set_index("of")["sha256"]
    tables = working / "data" / "tables"
    assert said["the population's keys"] == hashlib.sha256((tables / "keys.txt").read_bytes()).hexdigest()
    assert said["the population"] == hashlib.sha256((tables / "population.csv").read_bytes()).hexdigest()


def test_the_sample_adds_up_and_its_tickets_come_again(pulled):
    """Strata sum to the population and to the sample; each ticket is the SHA-256 of seed and key, as anyone computes it."""
    paper = paper_of(pulled, "05_sample")
    assert paper.strata["population"].sum() == len(paper.table("population"))
    assert paper.strata["sample"].sum() == len(paper.table("sample")) == 6
    assert set(paper.redraw["agrees"]) == {"yes"}
    for row in paper.redraw.itertuples():
        assert row.ticket == hashlib.sha256(row.text.encode()).hexdigest()
    assert list(paper.sizes["deviations"]) == [0, 1, 2, 3]
    assert paper.sizes["upper_limit"].is_monotonic_increasing


def test_a_selection_has_neither_tickets_nor_limits(pulled):
    """Issues that somebody chose prove nothing by chance, and the paper claims nothing."""
    drawn = open_evidence(pulled)
    chosen = tuple(drawn.population["key"][:3])
    selected = {"sample_keys": chosen, "sample_seed": None, "sample_strata": ()}
    paper = Workpaper("05_sample", Evidence(pulled, drawn.params.model_copy(update=selected)), selected)
    assert set(paper.table("sample")["key"]) == set(chosen)
    assert paper.redraw.empty
    assert paper.sizes.empty


def test_records_with_exceptions_come_first(pulled):
    """A reader with little time sees first what needs an answer; every record that came has its page."""
    paper = paper_of(pulled, "06_dossiers")
    shown = paper.matrix.frame
    outcomes = [OUTCOMES.index(sign.word) for sign in shown["late"]]
    assert outcomes == sorted(outcomes)
    assert len(set(outcomes)) > 1, "nothing to be put in order"
    assert sorted(shown["key"]) == sorted(paper.table("sample")["key"])
    assert list(paper.records["key"]) == list(shown["key"])
    deviating = sum(sign.word in {"exception", "no evidence"} for sign in shown["late"])
    concerned = sum(sign.word != "not applicable" for sign in shown["late"])
    assert paper.matrix.foot[-1] == f"{deviating} of {concerned}"


def test_the_summary_has_every_other_answer(pulled):
    """The answer of each other notebook stands beside its conclusion; figures are a row a project."""
    paper = paper_of(pulled, "09_summary")
    assert list(paper.conclusions["notebook"]) == [name for name in QUESTIONS if name != "09_summary"]
    answers = [paper_of(pulled, name).opening.title for name in paper.conclusions["notebook"]]
    assert list(paper.conclusions["answer"]) == answers
    assert set(paper.figures["project"]) == {"PAY", "OPS"}
    assert paper.figures["population"].sum() == len(paper.table("population"))
    assert len(paper.limits) > 0


def test_a_caption_is_text_wherever_it_stands():
    """Names of a Jira get into captions: in a page they are no markup."""
    picture = Picture(b"<svg/>", b"<svg/>", 'a "quoted" <b>name</b>\x1b')
    shown = picture._repr_html_()
    assert "<b>" not in shown
    assert 'alt="a &quot;quoted&quot; &lt;b&gt;name&lt;/b&gt;[U+001B]"' in shown
    assert repr(picture) == picture.caption
