"""The change process of the made-up company: each control says of each issue what the truth says, in both dialects."""

from __future__ import annotations

from functools import partial

import pytest
from places import ROOT

from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.story.company import build_company
from auditlib.demo.story.process.requests import CONTROL as PORTAL
from auditlib.demo.story.scenery import PROCESS
from auditlib.evidence.opened import Evidence
from auditlib.params.library import ids
from auditlib.params.reading import load_parameters
from auditlib.pull.collect import collect
from auditlib.times import format_utc

DIALECTS = ("cloud", "data-center")

SEVERAL = {
    "pass": {*ids()},
    "exception": {*ids()} - {"CT-21"},
    "no evidence": {
        *(
            "CT-01",
            "CT-02",
            "CT-03",
            "CT-04",
            "CT-05",
            "CT-06",
            "CT-07",
            "CT-08",
            "CT-09",
            "CT-10",
            "CT-11",
            "CT-13",
            "CT-14",
        ),
        *("CT-15", "CT-16", "CT-17", "CT-18", "CT-19", "CT-20"),
    },
    "not applicable": {
        *(
            "CT-01",
            "CT-02",
            "CT-03",
            "CT-04",
            "CT-05",
            "CT-06",
            "CT-07",
            "CT-08",
            "CT-09",
            "CT-10",
            "CT-12",
            "CT-13",
            "CT-14",
        ),
        *("CT-15", "CT-16", "CT-17", "CT-20"),
    },
}
"""The controls of which the truth has a case with an outcome; CT-21 only notes."""


@pytest.fixture(scope="module", params=DIALECTS)
def evidence(request, small_company, tmp_path_factory) -> Evidence:
    """What was pulled of the company with the parameters of the demo."""
    folder = tmp_path_factory.mktemp("pulled")
    params = load_parameters(ROOT / "params" / "demo.yaml", [f"deployment={request.param}"])
    (folder / "params" / "demo").mkdir(parents=True)
    for name, text in small_company.truth.lists.items():
        (folder / "params" / "demo" / name).write_text(text, encoding="utf-8")
    return collect(
        params, folder / "work", {}, lambda *_: None, base=folder, embedded=partial(EmbeddedJira, small_company.world)
    )


@pytest.fixture
def known(evidence, small_company):
    """What the truth says, by control and key; Data Center's records of the log are called by their instants."""
    called = {f"log {one.id}": f"log {format_utc(one.created)}" for one in small_company.world.log}
    here = small_company.truth.controls[evidence.deployment]
    if evidence.deployment == "cloud":
        return here
    return {control: {called.get(key, key): one for key, one in of.items()} for control, of in here.items()}


def told(evidence, control):
    """Return what a control says by key: an outcome for each round."""
    found: dict[str, tuple[str, ...]] = {}
    table = evidence.table("controls")
    for row in table[table["control"] == control].itertuples():
        found[row.key] = (*found.get(row.key, ()), row.outcome)
    return found


@pytest.mark.parametrize("control", [*(one for one in ids() if one != "CT-21"), PORTAL])
def test_each_control_says_what_the_truth_says(evidence, known, small_company, control):
    """Of every issue of the process that it concerns and of the site; no other issue of the population is judged."""
    names = {key: name for name, key in small_company.truth.process.items()}
    found, wanted = told(evidence, control), known[control]
    wrong = {names.get(key, key): (found.get(key), one) for key, one in wanted.items() if found.get(key) != one}
    assert not wrong, wrong
    keys = set(evidence.table("population")["key"])
    others = {key: one for key, one in found.items() if key in keys and key not in wanted}
    assert set(others.values()) <= {("not applicable",)}, others


@pytest.mark.parametrize("control", ["CT-15", "CT-17"])
def test_controls_of_lists_say_nothing_else(evidence, known, control):
    """Each line of the list has its row, and no other row is there."""
    assert told(evidence, control).keys() == known[control].keys()


def test_management_has_answered_what_the_demo_says(evidence):
    """Each line of its file is an answer, in both dialects; one finding is answered case by case, of another a case is open."""
    told = evidence.answered[evidence.answered["told_in"].notna()]
    assert len(told) == 6
    states = evidence.answered.set_index(["finding", "case"])["state"]
    assert states["controls.population:CT-12", ""] == "answered case by case"
    assert states["controls.population:CT-10", "CHG-5"] == "answered as a whole"
    assert states["controls.population:CT-02", ""] == "open"


def test_the_lists_beside_the_parameters_are_those_of_the_demo():
    """Whoever changes the company writes them anew: they name its people and its issues."""
    for name, text in build_company().truth.lists.items():
        assert (ROOT / "params" / "demo" / name).read_text(encoding="utf-8") == text, name


def test_a_note_is_no_deviation(evidence):
    """CT-21 says of nothing that it is an exception."""
    assert set(told(evidence, "CT-21").values()) <= {("pass",), ("not applicable",)}


def test_the_process_has_every_outcome_of_every_control(small_company):
    """Pass, exception, no evidence and not applicable, where a control has that outcome at all."""
    cloud = small_company.truth.controls["cloud"]
    for outcome, controls in SEVERAL.items():
        has = {control for control, of in cloud.items() if any(outcome in one for one in of.values())}
        assert controls - has == ({"CT-21"} if outcome == "pass" else set()), outcome


def test_the_process_is_the_same_for_every_seed(small_company, company):
    """Nothing of it is drawn: keys and what is said of them are the same in a company of another size."""
    assert company.truth.process == small_company.truth.process
    for control, of in company.truth.controls["cloud"].items():
        if control not in {"CT-15", "CT-17", "CT-19"}:
            assert of == small_company.truth.controls["cloud"][control]
    keys = {issue.key for issue in company.world.issues.values() if issue.project == PROCESS}
    assert keys == set(company.truth.process.values())
