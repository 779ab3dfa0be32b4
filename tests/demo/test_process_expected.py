"""The change process of the made-up company: each control says of each issue what the truth says, in both dialects."""

from __future__ import annotations

from functools import partial

import pytest
from places import ROOT

from auditlib.demo.server.site import EmbeddedJira
from auditlib.demo.story.scenery import PROCESS
from auditlib.evidence.opened import Evidence
from auditlib.params.reading import load_parameters
from auditlib.pull.collect import collect

DIALECTS = ("cloud", "data-center")


@pytest.fixture(scope="module", params=DIALECTS)
def evidence(request, small_company, tmp_path_factory) -> Evidence:
    """What was pulled of the company with the parameters of the demo."""
    folder = tmp_path_factory.mktemp("pulled")
    params = load_parameters(ROOT / "params" / "demo.yaml", [f"deployment={request.param}"])
    return collect(
        params, folder, {}, lambda *_: None, base=folder, embedded=partial(EmbeddedJira, small_company.world)
    )


def told(evidence):
    """Return what each control says, by control and key: an outcome for each round."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for row in evidence.table("controls").itertuples():
        of = found.setdefault(row.control, {})
        of[row.key] = (*of.get(row.key, ()), row.outcome)
    return found


def test_controls(evidence, small_company):
    found = told(evidence)
    names = {key: name for name, key in small_company.truth.process.items()}
    wrong = []
    for control, known in small_company.truth.controls[evidence.deployment].items():
        for key, outcomes in known.items():
            got = found.get(control, {}).get(key)
            if got != outcomes:
                wrong.append((control, key, names.get(key), outcomes, got))
    frame = evidence.table("controls").set_index(["control", "key"])
    for one in sorted(wrong, key=str):
        try:
            print(*one, frame.loc[[one[:2]], "evidence"].tolist())
        except KeyError:
            print(*one)
    assert not wrong
