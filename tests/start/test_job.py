"""A command at work beside the page: what it says is told as it is, it can be stopped, it knows the kernel's environment."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from places import ROOT

from auditlib.start.job import Ended, Job, Pace, _pace


class Ear:
    """Hears what a job tells."""

    def __init__(self) -> None:
        self.paces: list[Pace] = []
        self.ends: list[Ended] = []
        self.began = threading.Event()

    def pace(self, pace: Pace) -> None:
        """Take note of a report."""
        self.paces.append(pace)
        self.began.set()


def done(arguments: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Job, Ear]:
    """Run a command to its end."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    ear = Ear()
    job = Job(arguments, folder, ear.pace, ear.ends.append)
    assert job.wait(300)
    return job, ear


def test_results_status_and_command_are_those_of_the_terminal(tmp_path, monkeypatch):
    """Whoever types what the page shows gets what the page got."""
    job, ear = done(["--version"], tmp_path, monkeypatch)
    assert job.typed == "auditlib --version"
    assert ear.ends == [Ended(0, (ear.ends[0].results[0],), ())]
    assert ear.ends[0].results[0].startswith("auditlib ")


def test_an_error_is_told_in_the_words_of_the_command(tmp_path, monkeypatch):
    """Its lines, its status, and no traceback."""
    (tmp_path / "x.yaml").write_text("audit: x\n", "utf-8")
    _, ear = done(["check", "x.yaml"], tmp_path, monkeypatch)
    (ended,) = ear.ends
    assert ended.status == 2
    assert ended.results == ()
    assert all(line.startswith("x.yaml:1: ") for line in ended.remarks)


@pytest.mark.slow
def test_a_pull_tells_its_pace_and_can_be_stopped(tmp_path, monkeypatch):
    """From the first report on it gets on; stopped, it keeps what was pulled and says where."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    ear = Ear()
    job = Job(
        ["run", str(ROOT / "params" / "demo.yaml"), "--out", "evidence/x", "--until", "pull"],
        tmp_path,
        ear.pace,
        ear.ends.append,
    )
    assert ear.began.wait(120)
    job.stop()
    assert job.wait(120)
    (ended,) = ear.ends
    assert ended.status == 143
    assert "there is no package at evidence/x" in " ".join(ended.remarks)
    assert ear.paces[0].words
    assert all(0 <= one.share <= 1 for one in ear.paces)
    assert not [line for line in ended.remarks if line.startswith("{")]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            '{"stage": "keys", "done": 1200, "total": 3000, "share": 0.25, "about": "35/s"}',
            "keys: 1,200 of 3,000, 35/s",
        ),
        ('{"stage": "keys", "done": 12, "total": null, "share": 0, "about": ""}', "keys: 12"),
        ('{"stage": "tables", "done": 0, "total": null, "share": 0.5, "about": ""}', "tables"),
    ],
)
def test_a_report_is_words_and_a_share(line, words):
    """What is done of how much, and what the command says of its rate."""
    pace = _pace(line)
    assert pace is not None
    assert pace.words == words


@pytest.mark.parametrize("line", ["keys 12", "{", '{"stage": 1}', '{"done": "x"}', "[]"])
def test_what_is_no_report_is_a_remark(line):
    """It is shown, and stops nothing."""
    assert _pace(line) is None
