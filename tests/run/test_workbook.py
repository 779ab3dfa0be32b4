"""A whole run without its notebooks: what it seals, what it says of itself, and when it refuses to begin or to go on."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from places import ROOT

from auditlib.demo.server.site import Answer, Asked, EmbeddedJira
from auditlib.errors import AuditError, SourceError, UsageError
from auditlib.evidence.opened import open_evidence
from auditlib.package.frozen import SealedFiles
from auditlib.package.target import is_sealed
from auditlib.package.verify import check_bag
from auditlib.params.model import Parameters
from auditlib.run.dossiers import collect_case_file
from auditlib.run.order import Frozen, Run, require_same_origin, require_same_parameters, require_same_scope
from auditlib.run.until import Until
from auditlib.run.workbook import _copy_frozen, run

QUIET = lambda *_: None  # noqa: E731 - a progress that tells nobody
ENVIRON = {"USER": "somebody"}


@pytest.fixture(scope="module")
def order(small_company, parameters, tmp_path_factory) -> Run:
    """A run of two projects, with no notebook: the pull, the tables and the seal are real."""
    params = parameters(projects="[PAY, OPS]", sample_size=4)
    out = tmp_path_factory.mktemp("run") / "package"
    return Run(params, out, (), embedded=partial(EmbeddedJira, small_company.world))


@pytest.fixture(scope="module")
def package(order) -> Path:
    """Its sealed package; not to be changed."""
    return run(order, ENVIRON, QUIET)


def json_of(package: Path, name: str) -> dict[str, object]:
    return json.loads((package / "data" / name).read_text(encoding="utf-8"))


def table_of(package: Path, name: str) -> bytes:
    return (package / "data" / "tables" / name).read_bytes()


def test_a_run_leaves_a_sealed_package_and_nothing_beside_it(order, package):
    """Only what is sealed has the package's name; the working folder is gone."""
    assert package == order.out
    assert check_bag(package) == []
    assert [path.name for path in package.parent.iterdir()] == [package.name]


def test_a_run_says_who_asked_when_and_with_what(package):
    """Provenance: the person, the times in their order, the Jira, the account with its powers, versions and the lock."""
    record = json_of(package, "run.json")
    assert record["ran_by"] == "somebody"
    assert record["started"] <= record["pulled"]["from"] <= record["pulled"]["to"] <= record["finished"]
    assert set(record["account"]["powers"]) == {"PAY", "OPS"}
    assert set(record["jql"]["passes"]) == {"PAY", "OPS"}
    assert record["notebooks"] == []
    assert record["from"] is None
    lock = hashlib.sha256((ROOT / "requirements.lock").read_bytes()).hexdigest()
    assert record["versions"]["lock_sha256"] == lock


def test_the_summary_is_the_tables_in_figures(package):
    """What a program reads first is what the tables hold, counted."""
    summary = json_of(package, "summary.json")
    figures = summary["figures"]
    for name, rows in (("population", None), ("sample", None), ("gaps", "missing")):
        assert figures[rows or name] == len(pd.read_csv(package / "data" / "tables" / f"{name}.csv")), name
    assert {row["project"] for row in summary["per_project"]} == {"PAY", "OPS"}
    assert sum(row["population"] for row in summary["per_project"]) == figures["population"]
    severities = [finding["severity"] for finding in summary["findings"]]
    assert severities == sorted(severities, key=["exception", "limit", "note"].index), "the gravest first"


def test_both_kinds_of_package_have_one_summary(order, package, tmp_path):
    """Who reads the summary of a run reads that of dossiers alone: the same keys, but for the sums and the keys asked for."""
    key = open_evidence(package).population["key"].iloc[0]
    case, absent = collect_case_file(replace(order, out=tmp_path / "case"), [key], ENVIRON, QUIET)
    whole, dossiers = json_of(package, "summary.json"), json_of(case, "summary.json")
    assert absent == []
    assert [name for name in dossiers if name != "keys"] == [name for name in whole if name != "sums"]
    assert dossiers["keys"] == [key]
    assert dossiers["period"] is None
    assert dossiers["figures"]["dossiers"] == 1
    assert set(dossiers["limits"]) < set(whole["limits"])


def test_a_run_that_fails_leaves_no_package(order, small_company, tmp_path):
    """What was pulled stays in the working folder, to go on with; the package's name stays free."""

    def broken(asked: Asked, answer: Answer) -> Answer:
        return replace(answer, status=403) if asked.path.endswith("/changelog/bulkfetch") else answer

    out = tmp_path / "out"
    embedded = partial(EmbeddedJira, small_company.world, tamper=broken)
    with pytest.raises(SourceError):
        run(replace(order, out=out, embedded=embedded), ENVIRON, QUIET)
    assert not out.exists()
    assert (tmp_path / "out.partial" / "data" / "raw").is_dir()
    with pytest.raises(UsageError, match="begun with another sample_size"):
        require_same_parameters(replace(order, out=out, params=with_values(order.params, sample_size=5)))
    assert require_same_parameters(replace(order, out=out)) == order.params
    assert run(replace(order, out=out, resume=True), ENVIRON, QUIET) == out
    assert check_bag(out) == []


def with_values(params: Parameters, **values: object) -> Parameters:
    return params.model_copy(update=values)


def test_a_run_without_a_seed_goes_on_with_the_one_that_it_drew(order, tmp_path):
    """The seed is drawn once, when the run begins, and is recorded: going on must not draw another sample."""
    begun = with_values(order.params, sample_seed="drawn by the run")
    data = tmp_path / "out.partial" / "data"
    data.mkdir(parents=True)
    text = (order.out / "data" / "params.yaml").read_text("utf-8")
    (data / "params.yaml").write_text(text.replace("a seed for tests", "drawn by the run"), "utf-8")
    seedless = replace(order, out=tmp_path / "out", params=with_values(order.params, sample_seed=None))
    assert require_same_parameters(seedless) == begun
    with pytest.raises(UsageError, match="no interrupted run"):
        require_same_parameters(replace(order, out=tmp_path / "elsewhere"))


def test_a_frozen_population_is_taken_over_and_its_sample_is_read_anew(order, package, tmp_path):
    """--from: tables of the population to the byte, another draw, the sampled issues as they are today, and the origin named."""
    again = replace(
        order, out=tmp_path / "again", frozen=package, params=with_values(order.params, sample_seed="another")
    )
    made = run(again, ENVIRON, QUIET)
    for name in ("population.csv", "numbering.csv", "gaps.csv", "keys.txt"):
        assert table_of(made, name) == table_of(package, name), name
    assert table_of(made, "sample.csv") != table_of(package, "sample.csv")
    origin = json_of(made, "run.json")["from"]
    assert origin["package"] == package.name
    assert origin["tagmanifest_sha256"] == hashlib.sha256((package / "tagmanifest-sha256.txt").read_bytes()).hexdigest()
    first, second = ({entry.topic: entry.at for entry in open_evidence(one).store.entries()} for one in (package, made))
    assert {topic for topic in first if topic.startswith("first_pass")} <= second.keys()
    dossiers = [at for topic, at in second.items() if topic.startswith("dossier")]
    assert dossiers
    assert min(dossiers) > max(first.values())
    assert check_bag(made) == []


@pytest.mark.parametrize(("name", "value"), [("projects", ("PAY",)), ("timezone", "UTC"), ("issue_types", ("Bug",))])
def test_another_scope_is_not_frozen(order, package, name, value):
    """A population is that of its scope; the differing key is named."""
    with pytest.raises(UsageError, match=f"pulled with another {name}"):
        require_same_scope(with_values(order.params, **{name: value}), package)


def test_a_folder_that_is_not_sealed_is_not_frozen(order, tmp_path):
    """What may still change is no population to start from."""
    with pytest.raises(UsageError, match="not a sealed package"):
        require_same_scope(order.params, tmp_path)


def copy_of(package: Path, target: Path) -> Path:
    shutil.copytree(package, target)
    return target


def first_answer(package: Path) -> Path:
    return min((package / "data" / "raw" / "first_pass").rglob("*.gz"))


def test_a_frozen_package_that_was_changed_is_not_taken(order, package, tmp_path):
    """Its answers were changed after sealing: status 2 with the file's name, and nothing is begun."""
    spoilt = copy_of(package, tmp_path / "spoilt")
    path = first_answer(spoilt)
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b"Bug", b"Gub")))
    name = path.relative_to(spoilt).as_posix()
    with pytest.raises(UsageError, match=f"is not what was sealed, so nothing is taken from it: {re.escape(name)}"):
        run(replace(order, out=tmp_path / "again", frozen=spoilt), ENVIRON, QUIET)
    assert {path.name for path in tmp_path.iterdir()} == {"spoilt"}


def test_a_frozen_package_that_is_changed_while_it_is_taken_is_noticed(order, package, tmp_path):
    """Between the check and the copy: what was copied is never something else than what the recorded digest stands for."""
    spoilt = copy_of(package, tmp_path / "spoilt")
    frozen = require_same_scope(order.params, spoilt)
    path = first_answer(spoilt)
    path.write_bytes(gzip.compress(b"{}"))
    target = tmp_path / "data"
    target.mkdir()
    with pytest.raises(UsageError, match="is not what was sealed; nothing is taken"):
        _copy_frozen(frozen.files, target)
    assert not (target / "raw").exists()


def test_going_on_takes_the_frozen_package_that_was_begun_with(order, package, tmp_path):
    """Another one, or none, would record a digest that the answers are not of."""
    frozen = require_same_scope(order.params, package)
    partial_folder = tmp_path / "out.partial"
    (partial_folder / "data").mkdir(parents=True)
    require_same_origin(partial_folder, frozen)  # it was ended before anything was copied
    require_same_origin(partial_folder, None)
    _copy_frozen(frozen.files, partial_folder / "data")
    require_same_origin(partial_folder, frozen)
    other = Frozen(SealedFiles(package, b"", b""), frozen.evidence)
    for wrong in (None, other):
        with pytest.raises(UsageError, match=f"was begun with --from {package.name}"):
            require_same_origin(partial_folder, wrong)
    (partial_folder / "data" / "from.json").write_text("[]")
    with pytest.raises(UsageError, match="can't be read"):
        require_same_origin(partial_folder, frozen)
    (partial_folder / "data" / "from.json").unlink()
    with pytest.raises(UsageError, match="was begun without --from"):
        require_same_origin(partial_folder, frozen)


def test_a_token_in_the_package_stops_the_seal(order, tmp_path, small_company):
    """A secret of the environment that stands in any file is found before anything gets the package's name."""
    name = small_company.world.account.display_name
    with pytest.raises(AuditError, match="a credential of this run stands in it"):
        run(replace(order, out=tmp_path / "out"), {"JIRA_USER": "u", "JIRA_TOKEN": name}, QUIET)
    assert not (tmp_path / "out").exists()


def test_a_run_ends_where_it_is_told_to_and_goes_on_from_there(order, small_company, tmp_path):
    """Pulled, and with pages, it is no package yet; what Jira answered is asked once, and the seal is that of any run."""
    asked: list[str] = []

    def noted(one: Asked, answer: Answer) -> Answer:
        asked.append(one.path)
        return answer

    out = tmp_path / "out"
    embedded = partial(EmbeddedJira, small_company.world, tamper=noted)
    pull = replace(order, out=out, embedded=embedded, until=Until.PULL)
    partial_folder = run(pull, ENVIRON, QUIET)
    assert partial_folder == tmp_path / "out.partial"
    assert {path.name for path in (partial_folder / "data").iterdir()} == {"params.yaml", "raw", "run.json"}
    searches = [path for path in asked if "search" in path]
    assert run(replace(pull, resume=True, until=Until.PAGES), ENVIRON, QUIET) == partial_folder
    assert (partial_folder / "data" / "index.html").is_file()
    assert not is_sealed(partial_folder)
    assert not out.exists()
    assert run(replace(pull, resume=True, until=Until.SEAL), ENVIRON, QUIET) == out
    assert [path for path in asked if "search" in path] == searches
    assert check_bag(out) == []
