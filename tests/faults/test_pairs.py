"""Two commands at once in one folder: equal tables, or a refusal with a sentence. As ``docs/concurrency.md`` says."""

from __future__ import annotations

import pytest
from conftest import ALL, tables_of

NOTHING = ["--only", "none"]
COMMANDS = {
    "run": ["run", "p.yaml", "--out", "out", *NOTHING],
    "resume": ["run", "p.yaml", "--out", "out", "--resume", *NOTHING],
    "from": ["run", "p.yaml", "--out", "out", "--from", "before", *NOTHING],
    "dossiers": ["dossiers", "p.yaml", "AC-2", "--out", "out"],
    "archive": ["archive", "p.yaml", "--to", "kept"],
    "verify": ["verify", "before"],
    "check": ["check", "p.yaml"],
    "notebook": ["notebook", "out.partial"],
}
WORKS_IN_OUT = ("run", "resume", "from", "dossiers")

STOPS = [0.15, 0.4, 0.7, 0.9, 0.99] if ALL else [0.4]
"""Where the first of two stands while the second comes: as parts of what a run does to its folder."""


def begun(site, first, whole, part):
    """Begin a command, and let it stand in the middle of its work."""
    if first == "resume":
        done = site.run("out", folder="out.partial", end_at=int(whole.touches * 0.3))
        assert done.status < 0
    folder = {"archive": "kept", "verify": "before", "check": "p.yaml"}.get(first, "out.partial")
    touches = {"run": whole.touches, "resume": whole.touches // 2, "from": whole.touches // 2}.get(first, 20)
    at = {"check": 1}.get(first, max(1, int(touches * part)))
    command = site.start(*COMMANDS[first], folder=folder, stop_at=at)
    command.wait_until_stopped()
    return command


@pytest.mark.parametrize("part", STOPS)
@pytest.mark.parametrize("first", [name for name in COMMANDS if name != "notebook"])
def test_two_at_once_give_equal_tables_or_a_refusal(site, whole, first, part):
    """Whatever comes while another stands in the middle of its work is refused, or disturbs nothing; both end well."""
    (site.folder / "before").symlink_to(whole.folder)
    command = begun(site, first, whole, part)
    for second, argv in COMMANDS.items():
        if second in WORKS_IN_OUT and first not in WORKS_IN_OUT:
            continue  # it would do its work, and not meet the first: tried in the other order
        done = site.do(*argv)
        if second in WORKS_IN_OUT or second == first == "archive":
            done.require_sentence(2)
            assert f"another run works there (process {command.pid} on " in done.err
        else:
            done.require_sentence(0, 2)
    command.go_on()
    command.wait().require_sentence(0)
    if first in WORKS_IN_OUT:
        assert site.do("verify", "out").status == 0
        if first != "dossiers":
            assert {name: text for name, text in tables_of(site.folder / "out").items() if "sample" not in name} == {
                name: text for name, text in whole.tables.items() if "sample" not in name
            }
    site.do("archive", "p.yaml", "--to", "kept", "--fail-on", "hole").require_sentence(0)


def test_of_two_that_begin_at_one_instant_one_is_refused(site, whole):
    """Resumed four times at once, an interrupted run is sealed once, and as it should be."""
    assert site.run("out", folder="out.partial", end_at=int(whole.touches * 0.2)).status < 0
    commands = [site.start(*COMMANDS["resume"]) for _ in range(4)]
    ended = [command.wait() for command in commands]
    assert sorted(done.require_sentence(0, 2).status for done in ended) == [0, 2, 2, 2]
    site.require_verified("out", whole.tables)
    assert {path.name for path in site.folder.iterdir()} == {"p.yaml", "out"}


def test_a_notebook_by_hand_writes_nothing_where_a_run_works(site, whole):
    """It shows what is there; the run seals what it wrote itself. Where no run works, its tables are written."""
    command = site.start(*COMMANDS["run"], folder="audit.xlsx", stop_at=1)
    command.wait_until_stopped()
    tables = site.folder / "out.partial" / "data" / "tables"
    before = {path: path.stat().st_mtime_ns for path in tables.iterdir()}
    site.do("notebook", "out.partial").require_sentence(0)
    assert {path: path.stat().st_mtime_ns for path in tables.iterdir()} == before
    command.go_on()
    command.wait().require_sentence(0)
    site.require_verified("out", whole.tables)


def test_a_notebook_by_hand_in_an_interrupted_run_and_a_resume_after_it(site, whole):
    """What it writes there is what the run would write, and the run makes it anew."""
    assert site.run("out", folder="audit.xlsx", end_at=1).status < 0
    site.do("notebook", "out.partial").require_sentence(0)
    assert (site.folder / "out.partial" / "data" / "charts" / "numbering.svg").is_file()
    site.run("out", "--resume").require_sentence(0)
    site.require_verified("out", whole.tables)
    assert not (site.folder / "out" / "data" / "charts").exists()


def test_a_run_reads_an_archive_that_grows(site, whole):
    """It takes what stood there at one instant, and says nothing of what comes meanwhile."""
    site.do(*COMMANDS["archive"]).require_sentence(0)
    command = site.start("run", "p.yaml", "--out", "out", "-p", "archive=kept", *NOTHING, folder="kept", stop_at=6)
    command.wait_until_stopped()
    site.do(*COMMANDS["archive"]).require_sentence(0)
    command.go_on()
    command.wait().require_sentence(0)
    assert site.do("verify", "out").status == 0
    told = (site.folder / "out" / "data" / "tables" / "findings.csv").read_text("utf-8")
    assert "scope.archive," not in told
    assert not (site.folder / "kept" / ".work").exists()


def test_a_link_to_an_archive_is_that_archive(site):
    """Two archives into one folder under two names are refused as under one."""
    (site.folder / "kept").mkdir()
    (site.folder / "link").symlink_to("kept")
    command = site.start(*COMMANDS["archive"], folder="kept", stop_at=4)
    command.wait_until_stopped()
    site.do("archive", "p.yaml", "--to", "link").require_sentence(2)
    command.go_on()
    command.wait().require_sentence(0)
