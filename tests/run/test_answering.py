"""A run that only adds answers to a frozen package asks Jira nothing, and leaves all else as it was."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from auditlib.demo.server.site import Answer, Asked, EmbeddedJira
from auditlib.errors import ParameterError, UsageError
from auditlib.evidence.opened import open_evidence
from auditlib.package.recompute import recompute
from auditlib.package.verify import check_bag
from auditlib.run.answering import only_answers
from auditlib.run.order import Run, require_same_scope
from auditlib.run.workbook import run
from auditlib.run.workpaper import Workpaper

QUIET = lambda *_: None  # noqa: E731 - a progress that tells nobody
HEADER = "finding,case,cause,response,by,on\n"
DIALECTS = [pytest.param(name, marks=pytest.mark.xdist_group(f"answering {name}")) for name in ("cloud", "data-center")]


@pytest.fixture(scope="module", params=DIALECTS)
def order(request, small_company, parameters, tmp_path_factory) -> Run:
    """A run of two projects, with files of its sampled issues and no notebook: the pull, the tables and the seal are real."""
    params = parameters(
        projects="[PAY, OPS]", sample_size=4, sample_seed="a seed for tests 9", deployment=request.param
    )
    params = params.model_copy(update={"attachments": True, "closing_resolutions": ("Done",)})
    out = tmp_path_factory.mktemp("answering") / "package"
    return Run(params, out, (), embedded=partial(EmbeddedJira, small_company.world))


@pytest.fixture(scope="module")
def package(order) -> Path:
    """Its sealed package; not to be changed."""
    return run(order, {"USER": "somebody"}, QUIET)


def files_of(package: Path, *below: str) -> dict[str, bytes]:
    data = package / "data"
    return {
        path.relative_to(data).as_posix(): path.read_bytes()
        for folder in below
        for path in sorted((data / folder).rglob("*"))
        if path.is_file()
    }


def rows_of(package: Path, name: str) -> list[dict[str, str]]:
    with (package / "data" / "tables" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def summary_of(package: Path) -> dict[str, object]:
    return json.loads((package / "data" / "summary.json").read_text("utf-8"))


def counting(order: Run, asked: list[Asked]) -> Run:
    """The same run on a Jira that notes whatever it is asked."""

    def note(one: Asked, answer: Answer) -> Answer:
        asked.append(one)
        return answer

    return replace(order, embedded=partial(order.embedded, tamper=note))


def answering(order: Run, package: Path, folder: Path, text: str, **values: object) -> Run:
    """A run from the package with a file of answers."""
    (folder / "answers.csv").write_text(HEADER + text, "utf-8")
    params = order.params.model_copy(update={"answers": "answers.csv", **values})
    return replace(order, params=params, out=folder / "answered", frozen=package, base=folder)


def test_only_answers_change_when_only_answers_are_added(order, package, tmp_path):
    """No question to Jira; every other table, full record and response to the byte; who ran it, and of what, is told."""
    first = rows_of(package, "answers.template.csv")
    case = next(row for row in first if row["case"] and row["finding"] == "closing.not-accepted")
    text = f"numbering.log,,,Archived monthly from now on.,Ada Quill,2026-10-30\n{case['finding']},{case['case']},"
    text += "a copy,Set right.,Ada Quill,2026-10-31\n"
    gap = next(row for row in rows_of(package, "gaps.csv") if row["classification"] == "unexplained")
    asked: list[Asked] = []
    again = counting(answering(order, package, tmp_path, text), asked)
    made = run(again, {"USER": "another"}, QUIET)
    assert asked == []
    before, after = (files_of(one, "tables", "raw", "dossiers") for one in (package, made))
    assert any("/attachments/" in path for path in before)
    assert {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)} == {
        "tables/answers.csv",
        "tables/answers.template.csv",
    }
    record, begun = (json.loads((one / "data" / "run.json").read_text("utf-8")) for one in (made, package))
    assert (record["ran_by"], begun["ran_by"]) == ("another", "somebody")
    assert (record["account"], record["pulled"], record["jira"]) == (begun["account"], begun["pulled"], begun["jira"])
    assert record["from"]["sample_read_anew"] is False
    assert check_bag(made) == []
    assert recompute(made) == []

    shown = Workpaper("09_summary", open_evidence(made), {}).answers
    assert shown.loc[:1, "response"].tolist() == ["Archived monthly from now on.", "Set right."], "the answers first"
    assert set(shown.loc[2:, "state"]) == {"open"}
    assert set(shown.loc[2:, "case"]) == {""}, "open cases are in the table alone"

    # a further run, from the answered package, adds an explanation: still nothing is asked
    (tmp_path / "gaps.csv").write_text(
        f"project,number,explanation,explained_by,explained_on\n{gap['project']},{gap['number']},burnt,Ada,2026-11-01\n"
    )
    later = replace(
        again,
        params=again.params.model_copy(update={"gap_explanations": "gaps.csv"}),
        out=tmp_path / "explained",
        frozen=made,
    )
    explained = run(later, {}, QUIET)
    assert asked == []
    told = [row for row in rows_of(explained, "answers.csv") if row["told_in"]]
    assert {(row["told_in"], row["response"]) for row in told} == {
        ("answers", "Archived monthly from now on."),
        ("answers", "Set right."),
        ("gap_explanations", "burnt"),
    }


def test_answers_are_counted(order, package, tmp_path):
    """Open and answered add up to the exceptions and limits; nothing is open once each exception is answered."""
    exceptions = [row["id"] for row in rows_of(package, "findings.csv") if row["severity"] == "exception"]
    limits = [row["id"] for row in rows_of(package, "findings.csv") if row["severity"] == "limit"]
    figures = summary_of(package)["figures"]
    assert (figures["to_answer"], figures["answered"]) == (len(exceptions) + len(limits), 0)
    assert (figures["unanswered"], figures["open_findings"]) == (len(exceptions) + len(limits), len(exceptions))
    lines = "".join(f"{one},,,Seen.,Ada Quill,2026-10-30\n" for one in exceptions)
    made = run(answering(order, package, tmp_path, lines), {}, QUIET)
    figures = summary_of(made)["figures"]
    assert (figures["answered"], figures["unanswered"], figures["open_findings"]) == (len(exceptions), len(limits), 0)
    wholes = [row for row in rows_of(made, "answers.csv") if not row["case"]]
    assert sum(row["state"] != "open" for row in wholes) == len(exceptions)
    assert {row["finding"] for row in rows_of(made, "answers.template.csv")} == set(limits)
    page = (made / "data" / "index.html").read_text("utf-8")
    assert f"{len(exceptions)} of {len(wholes)} exceptions and limits are answered, {len(limits)} are open." in page
    assert "Answered by Ada Quill, 30 October 2026: Seen." in page


def test_an_answer_to_nothing_is_told_and_what_was_pulled_is_kept(order, package, tmp_path):
    """Known only once the findings are: status 2 with all lines; the run goes on with --resume once they are mended."""
    wrong = answering(
        order, package, tmp_path, "numbering.logs,,,Why,Ada,2026-10-30\nscope.none,,,Why,Ada,2026-10-30\n"
    )
    with pytest.raises(ParameterError) as caught:
        run(wrong, {}, QUIET)
    assert [one.line for one in caught.value.problems] == [2, 3]
    assert "answers.csv:2: answers = numbering.logs: no finding of this package; did you mean numbering.log?" in str(
        caught.value
    )
    assert (tmp_path / "answered.partial" / "data" / "raw").is_dir()
    (tmp_path / "answers.csv").write_text(f"{HEADER}numbering.log,,,Why,Ada,2026-10-30\n", "utf-8")
    asked: list[Asked] = []
    made = run(counting(replace(wrong, resume=True), asked), {}, QUIET)
    assert asked == []
    assert summary_of(made)["figures"]["answered"] == 1


def test_a_file_that_is_wrong_in_itself_is_told_before_anything_is_begun(order, package, tmp_path):
    """Nothing is copied for it."""
    with pytest.raises(ParameterError, match="response is empty"):
        run(answering(order, package, tmp_path, "numbering.log,,why,,Ada,2026-10-30\n"), {}, QUIET)
    assert {path.name for path in tmp_path.iterdir()} == {"answers.csv"}


@pytest.mark.parametrize(
    ("values", "alone"),
    [
        ({}, True),
        ({"timestamp_url": "https://tsa.example"}, True),
        ({"sample_seed": None}, True),
        ({"sample_seed": "another"}, False),
        ({"sample_size": 3}, False),
        ({"leavers": "leavers.csv"}, False),
        ({"closing_resolutions": ()}, False),
    ],
)
def test_what_only_answers(order, package, tmp_path, values, alone):
    """Whatever changes another table, or the sample, has the sampled issues read anew."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "answers.csv").write_text(HEADER, "utf-8")
    params = answering(order, package, tmp_path, "", **values).params
    assert only_answers(params, require_same_scope(params, package), data) is alone


def test_lists_of_people_count_by_what_stands_in_them(order, package, tmp_path):
    """The same name for another list is no answer; nothing new at all asks for the sample of today."""
    frozen = require_same_scope(order.params, package)
    assert not only_answers(order.params, frozen, tmp_path)
    params = order.params.model_copy(update={"answers": "answers.csv"})
    assert only_answers(params, frozen, tmp_path)
    (tmp_path / "leavers.csv").write_text("name,left_on\n", "utf-8")
    assert not only_answers(params, frozen, tmp_path)


def test_answers_are_not_taken_into_a_package_that_has_no_place_for_them(order, package, tmp_path, monkeypatch):
    """One made before answers had a table: told before anything is begun, so that no answer is lost without a word."""
    monkeypatch.setattr("auditlib.evidence.pulled.schema_of", lambda _: {"tables": 5, "index": 1})
    assert not open_evidence(package).has_answers
    with pytest.raises(UsageError, match=r"before packages had answers\.csv"):
        run(answering(order, package, tmp_path, ""), {}, QUIET)
