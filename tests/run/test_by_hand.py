"""What 01_scope pulls by hand, and the embedded Jira that it starts as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import requests
from places import ROOT

from auditlib.errors import SourceError
from auditlib.run.by_hand import JiraProcess, pull_by_hand


@pytest.mark.slow
@pytest.mark.parametrize(("speaks", "version"), [("cloud", 3), ("data-center", 2)])
def test_the_embedded_jira_answers_as_long_as_it_is_entered(speaks, version):
    """It tells address and account, answers them, and its process is gone afterwards."""
    jira = JiraProcess(speaks)
    with jira:
        answer = requests.get(f"{jira.url}/rest/api/{version}/myself", auth=(jira.user, jira.token), timeout=60)
        assert answer.status_code == 200
        assert jira._process.poll() is None
    assert jira._process.poll() is not None
    with pytest.raises(requests.ConnectionError):
        requests.get(jira.url, timeout=60)


def test_an_embedded_jira_that_does_not_begin_says_why():
    """A process that ends instead of answering is an error of the source, with its own words; none is left."""
    jira = JiraProcess("no-such-dialect")  # type: ignore[arg-type]
    with pytest.raises(SourceError, match=r"did not begin: .*no-such-dialect"), jira:
        pass
    assert jira._process.poll() is not None


@pytest.mark.slow
def test_the_demo_is_pulled_and_its_world_is_not_loaded(tmp_path):
    """The process that pulls knows of the made-up company what its Jira answers, and nothing else."""
    code = """
import sys
from pathlib import Path
from auditlib.params.reading import load_parameters
from auditlib.run.by_hand import pull_by_hand
evidence = pull_by_hand(load_parameters(Path(sys.argv[1]), ["projects=[PAYX]", "controls=[]"]), Path("evidence"), Path.cwd(), {})
assert len(evidence.population) > 0
print([name for name in sys.modules if name.startswith("auditlib.demo")])
"""
    command = [sys.executable, "-c", code, str(ROOT / "params" / "demo.yaml")]
    done = subprocess.run(
        command, cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr
    (made,) = (tmp_path / "evidence").iterdir()
    assert made.name.endswith(".partial")
    assert 'jira_url: "demo"' in (made / "data" / "params.yaml").read_text("utf-8")


def test_a_pull_that_does_not_begin_leaves_nothing(parameters, tmp_path):
    """The same notebook works once the address is right."""
    params = parameters(jira_url="http://127.0.0.1:9")
    with pytest.raises(SourceError):
        pull_by_hand(params, tmp_path / "evidence", tmp_path, {"JIRA_TOKEN": "t"})
    assert list(Path(tmp_path / "evidence").iterdir()) == []
