"""The workflow files of a hosted CI: what they may do, when they begin, and that their scripts do what they say."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from base64 import b64encode
from copy import deepcopy
from pathlib import Path

import pytest
import yaml
from carrier import Answer, Ask, listening
from command_lines import choices, commands
from cron_lines import times_a_year
from places import ROOT
from workflow_runs import WORKFLOWS, Runner, audits_of, git, repository, scripts, workflow

from auditlib.demo.server.site import EmbeddedJira
from auditlib.jira.credentials import SECRET_VARIABLES

every_workflow = pytest.mark.parametrize("name", WORKFLOWS)
needs_bash = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "git", "make"))), reason="bash, git and make are needed"
)
SCHEDULE = ROOT / ".github" / "schedule.sh"

TRIAL = """\
audit: "Trial"
jira_url: demo
projects: [OPS]
period_start: "2026-04-01"
period_end: "2026-04-30"
timezone: UTC
sample_size: 2
sample_seed: "a trial"
"""


# What they may do


@every_workflow
def test_nothing_is_allowed_but_what_a_job_names(name):
    """A job reads the repository; the one that stores evidence may write contents, and none may do more."""
    read = workflow(name)
    assert read["permissions"] == {}
    plan, work = read["jobs"].values()
    assert plan["permissions"] == {"contents": "read"}
    assert work["permissions"] == {"contents": "write"}


@every_workflow
def test_every_action_is_named_by_a_full_commit(name):
    """A tag can be moved to other code; the version stands beside it for people."""
    used = re.findall(r"uses: (.+)$", WORKFLOWS[name].read_text(encoding="utf-8"), re.MULTILINE)
    assert used
    for one in used:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one), one


@every_workflow
def test_secrets_reach_the_one_step_that_asks_jira(name):
    """The credentials of Jira are in the environment of no other step, and the token that pushes is not beside them."""
    read = workflow(name)
    with_secrets = []
    for job in read["jobs"].values():
        assert "secrets." not in str({**job, "steps": []})
        with_secrets += [step for step in job["steps"] if "secrets." in str(step)]
    (asking,) = with_secrets
    assert re.search(r"auditlib (archive|run) ", asking["run"])
    assert "github.token" not in str(asking)
    of_people = {"JIRA_ORG_KEY"} if name == "archive" else set()  # only a run asks when somebody was last active
    assert {key: value for key, value in asking["env"].items() if "secrets." in value} == {
        key: f"${{{{ secrets.{key} }}}}" for key in {*SECRET_VARIABLES} - of_people
    }


@every_workflow
def test_no_text_from_outside_becomes_a_command(name):
    """Scripts hold no expression: values come as variables, and are quoted."""
    assert [script for script in scripts(name) if "${{" in script] == []


@every_workflow
def test_two_never_run_at_once_and_none_forever(name):
    """Both add to one storage, one after the other; each job has its limit."""
    read = workflow(name)
    assert read["concurrency"] == {"group": "evidence", "cancel-in-progress": False}
    for job in read["jobs"].values():
        assert 0 < job["timeout-minutes"] <= 360
    assert list(read["jobs"].values())[1]["strategy"]["max-parallel"] == 1


def test_the_archive_is_monthly_and_the_run_yearly():
    """The cron texts are such, and mean twelve times and once a year."""
    asked = {name: [one["cron"] for one in workflow(name)["on"]["schedule"]] for name in WORKFLOWS}
    assert {name: [times_a_year(cron) for cron in crons] for name, crons in asked.items()} == {
        "archive": [12],
        "yearly": [1],
    }


@every_workflow
def test_every_call_is_one_of_the_command_line(name):
    """A workflow that runs once a year does not find out then that there is no such option, nor such a value."""
    known, called = commands(), []
    for script in scripts(name):
        for found in re.findall(r"auditlib (.+?)(?:\|\||$)", script.replace("\\\n", " "), re.MULTILINE):
            command, *words = shlex.split(found)
            called.append(command)
            assert command in known, f"{name}: {found}"
            assert {word for word in words if re.match(r"--?[a-z]", word)} <= known[command], f"{name}: {found}"
            named = {words[place + 1] for place, word in enumerate(words) if word == "--fail-on"}
            assert not named or named <= choices(command, "--fail-on")
    assert called


# The tools that read them


@pytest.mark.parametrize(
    "spoiled", [(r"\.github/schedule\.sh plan", 'echo "${{ inputs.audits }}"'), (r"@[0-9a-f]{40}", "@v6")]
)
def test_make_check_finds_what_is_planted(tmp_path, spoiled):
    """A text that becomes a command, and an action by its tag, are found by the very line of the Makefile."""
    tool = Path(sys.executable).parent / "zizmor"
    if not tool.exists():
        pytest.skip("zizmor is not installed beside this Python")
    (line,) = re.findall(r"\$\(BIN\)/zizmor (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    text = WORKFLOWS["archive"].read_text(encoding="utf-8")
    for content, found in ((text, 0), (re.sub(*spoiled, text), 1)):
        (folder / "archive.yml").write_text(content, encoding="utf-8")
        done = subprocess.run([tool, *line.split()], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert bool(done.returncode) == bool(found), done.stdout + done.stderr


# What they do


@pytest.fixture
def origin(tmp_path) -> Path:
    return repository(tmp_path / "repository", {"trial": TRIAL, "other": TRIAL})


def runner(origin: Path, tmp_path: Path, **given: str) -> Runner:
    folder = tmp_path / "machines"
    folder.mkdir(exist_ok=True)
    return Runner(origin, folder, {name.replace("_", ".", 1): value for name, value in given.items()})


@needs_bash
@every_workflow
def test_the_plan_takes_what_is_named_and_else_all_but_the_examples(name, origin, tmp_path):
    """By hand, by the repository's variable, or everything in params/; a file that is not there ends it."""
    for given, wanted in (
        ({}, ["other", "trial"]),
        ({"vars_AUDITS": "params/trial.yaml"}, ["trial"]),
        ({"vars_AUDITS": "params/trial.yaml", "inputs_audits": "params/o*.yaml params/demo.yaml"}, ["other", "demo"]),
    ):
        done, context = runner(origin, tmp_path, **given).job(name, "plan")
        assert done[-1] == ("List the audits", 0)
        assert audits_of(context) == wanted
    for wrong in ("params/2031.yaml", "params/../params/trial.yaml", 'params/x";date.yaml', "Makefile"):
        done, context = runner(origin, tmp_path, vars_AUDITS=wrong).job(name, "plan")
        assert done[-1] == ("List the audits", 1)
        assert "is not a parameter file" in context["said.List the audits"]


def schedule(work: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", SCHEDULE, *words],
        cwd=work,
        env={"PATH": os.environ["PATH"], "STORAGE": str(work.parent / "storage"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def opened(origin: Path, machine: Path, storage: str = "branch:kept") -> Path:
    git("clone", "--quiet", origin, machine / "work")
    done = schedule(machine / "work", "open", EVIDENCE_STORAGE=storage)
    assert done.returncode == 0, done.stderr
    return machine / "work"


@needs_bash
def test_a_branch_begins_empty_and_then_grows(origin, tmp_path):
    """The storage has no history of the code, gets what is added, and is laid again with the bytes that were stored."""
    odd = {".gitattributes": b"* text eol=crlf\n", ".gitignore": b"*\n", "lines.txt": b"a\r\nb\n\x00$Id$"}
    for month in ("one", "two"):
        work = opened(origin, tmp_path / month)
        (work / "archive" / "site").mkdir(exist_ok=True)
        with (work / "archive" / "site" / "chain.txt").open("ab") as chain:
            chain.write(month.encode())
        for name, content in odd.items():
            (work / "archive" / "site" / name).write_bytes(content)
        (work / "archive" / "site.lock").touch()
        (tmp_path / month / "storage" / "packages" / "pip.lock").write_text("an attachment", encoding="utf-8")
        done = schedule(work, "keep", month, EVIDENCE_STORAGE="branch:kept")
        assert done.returncode == 0, done.stderr
    assert git("log", "--format=%s", "kept", cwd=origin).split() == ["two", "one"]
    assert {name for name in tree_of(origin, "kept") if name.endswith(".lock")} == {"packages/pip.lock"}
    again = opened(origin, tmp_path / "three") / "archive" / "site"
    assert (again / "chain.txt").read_bytes() == b"onetwo"
    assert {name: (again / name).read_bytes() for name in odd} == odd


@needs_bash
@pytest.mark.parametrize("spoil", ["rewritten", "shorter", "removed", "nothing"])
def test_what_does_not_grow_is_not_stored(origin, tmp_path, spoil):
    """Nothing in the storage is rewritten or removed by a schedule; a month that brings nothing is an error."""
    work = opened(origin, tmp_path / "one")
    (work / "archive" / "chain.txt").write_bytes(b"first\n")
    assert schedule(work, "keep", "one", EVIDENCE_STORAGE="branch:kept").returncode == 0
    before = git("rev-parse", "kept", cwd=origin)
    later = opened(origin, tmp_path / "two")
    chain = later / "archive" / "chain.txt"
    if spoil == "removed":
        chain.unlink()
    elif spoil != "nothing":
        chain.write_bytes({"rewritten": b"other\nand more\n", "shorter": b"fir"}[spoil])
    done = schedule(later, "keep", "two", EVIDENCE_STORAGE="branch:kept")
    assert done.returncode == 1
    assert "nothing" in done.stderr
    assert git("rev-parse", "kept", cwd=origin) == before


@needs_bash
def test_a_storage_that_somebody_else_added_to_meanwhile_is_not_overwritten(origin, tmp_path):
    """The later of two is refused by the repository, and fails."""
    first, second = opened(origin, tmp_path / "one"), opened(origin, tmp_path / "two")
    for work, status in ((first, 0), (second, 1)):
        (work / "archive" / "chain.txt").write_text(str(work), encoding="utf-8")
        assert bool(schedule(work, "keep", "x", EVIDENCE_STORAGE="branch:kept").returncode) == bool(status)
    assert git("show", "kept:archive/chain.txt", cwd=origin) == str(first)


@needs_bash
def test_a_folder_that_is_not_mounted_is_no_storage(origin, tmp_path):
    """An empty mount point looks like a new storage; the file EVIDENCE tells them apart."""
    share = tmp_path / "share"
    share.mkdir()
    git("clone", "--quiet", origin, tmp_path / "one" / "work")
    done = schedule(tmp_path / "one" / "work", "open", EVIDENCE_STORAGE=f"folder:{share}")
    assert done.returncode == 1
    assert "is it mounted?" in done.stderr
    (share / "EVIDENCE").touch()
    work = opened(origin, tmp_path / "two", f"folder:{share}")
    (work / "archive" / "chain.txt").write_text("kept", encoding="utf-8")
    assert schedule(work, "keep", "x", EVIDENCE_STORAGE=f"folder:{share}").returncode == 0
    assert (share / "archive" / "chain.txt").read_text(encoding="utf-8") == "kept"


@needs_bash
@pytest.mark.parametrize("storage", ["", "branch:", "bucket:x", "evidence"])
def test_a_storage_of_no_known_kind_is_refused(origin, tmp_path, storage):
    """A slip in the variable does not send evidence somewhere else."""
    git("clone", "--quiet", origin, tmp_path / "one" / "work")
    done = schedule(tmp_path / "one" / "work", "open", EVIDENCE_STORAGE=storage)
    assert (done.returncode, "is branch:NAME or folder:PATH" in done.stderr) == (1, True)


@needs_bash
def test_an_unreachable_repository_does_not_begin_a_new_storage(origin, tmp_path):
    """Only a repository that says the branch is not there gets a new one."""
    git("clone", "--quiet", origin, tmp_path / "one" / "work")
    origin.rename(tmp_path / "elsewhere")
    done = schedule(tmp_path / "one" / "work", "open", EVIDENCE_STORAGE="branch:kept")
    assert done.returncode == 1
    assert "does not say whether" in done.stderr


@needs_bash
def test_evidence_does_not_go_where_everybody_reads(origin, tmp_path):
    """A repository that answers without a token is public; so is what its branches and artifacts hold."""
    git("update-server-info", cwd=origin)

    def file_of(ask: Ask) -> Answer:
        path = origin / ask.path.lstrip("/")
        return Answer(path.read_bytes()) if path.is_file() else Answer(b"", 404)

    git("clone", "--quiet", origin, tmp_path / "one" / "work")
    with listening(file_of) as address:
        git("remote", "set-url", "origin", address, cwd=tmp_path / "one" / "work")
        done = schedule(tmp_path / "one" / "work", "open", EVIDENCE_STORAGE="branch:kept", GIT_TOKEN="t")
    assert done.returncode == 1
    assert "everybody can read" in done.stderr


@needs_bash
def test_a_private_repository_gets_the_token_and_only_when_it_asks(origin, tmp_path):
    """The token of the job is sent to the repository as git sends a password; without it the storage stays closed."""
    git("update-server-info", cwd=origin)
    wanted, seen = "Basic " + b64encode(b"x-access-token:the token").decode(), []

    def file_of(ask: Ask) -> Answer:
        given = ask.headers.get("authorization")
        seen.append(given)
        path = origin / ask.path.lstrip("/")
        if given != wanted:
            return Answer(b"", 401, {"WWW-Authenticate": 'Basic realm="private"'})
        return Answer(path.read_bytes()) if path.is_file() else Answer(b"", 404)

    for name, token, status in (("one", "", 1), ("two", "the token", 0)):
        git("clone", "--quiet", origin, tmp_path / name / "work")
        with listening(file_of) as address:
            git("remote", "set-url", "origin", address, cwd=tmp_path / name / "work")
            done = schedule(tmp_path / name / "work", "open", EVIDENCE_STORAGE="branch:kept", GIT_TOKEN=token)
        assert done.returncode == status, done.stderr
    assert seen[0] is None
    written = [path for path in (tmp_path / "two").rglob("*") if path.is_file() and b"the token" in path.read_bytes()]
    assert written == []


def test_both_workflows_plan_alike():
    """What one of them learns about the choice of audits, the other has too."""
    plans = [workflow(name)["jobs"]["plan"] for name in WORKFLOWS]
    assert plans[0] == plans[1]


# The whole of them, on the embedded Jira


def tree_of(origin: Path, branch: str) -> dict[str, bytes]:
    """Return every file of a branch."""
    names = git("ls-tree", "-r", "-z", "--name-only", branch, cwd=origin).split("\0")[:-1]
    return {
        name: subprocess.run(["git", "show", f"{branch}:{name}"], cwd=origin, capture_output=True, check=True).stdout
        for name in names
    }


@needs_bash
@pytest.mark.slow
def test_two_months_of_the_archive_workflow_add_up(origin, tmp_path):
    """Each month on a new machine: the second goes on where the first ended, and changes no byte of it."""
    months = []
    for month in (1, 2):
        done, context = runner(origin, tmp_path).job("archive", "archive", audit="trial")
        assert [status for _, status in done] == [0] * 5, (month, context)
        months.append(tree_of(origin, "evidence-archive"))
    first, second = months
    assert {name: second[name][: len(content)] for name, content in first.items()} == first
    assert len([name for name in second if re.search(r"census/[^/]*\.jsonl\.gz$", name)]) == 2
    assert {name.split("/")[1] for name in second} == {"demo"}, "only the archive, nothing that lies beside it"
    (chain,) = [name for name in second if name.endswith("chain.txt")]
    assert len(second[chain]) > len(first[chain])


@needs_bash
@pytest.mark.slow
def test_what_vanished_is_stored_before_the_job_fails_and_what_came_before_a_refusal_too(small_company, tmp_path):
    """Fails loudly in all three months, with the evidence kept: a deletion, a project out of sight, a Jira that is away."""
    world = deepcopy(small_company.world)
    jira = EmbeddedJira(world, "data-center").start()
    text = TRIAL.replace("demo", jira.url).replace("[OPS]", "[OPS, PAY]")
    origin, last = repository(tmp_path / "repository", {"trial": text}), "Fail if there was a hole, or issues vanished"
    hosted = runner(origin, tmp_path, secrets_JIRA_USER=jira.user, secrets_JIRA_TOKEN=jira.token)
    try:
        assert all(status == 0 for _, status in hosted.job("archive", "archive", audit="trial")[0])
        del world.issues[max(number for number, issue in world.issues.items() if issue.key.startswith("OPS-"))]
        done, context = hosted.job("archive", "archive", audit="trial")
        assert done[-2:] == [("Store", 0), (last, 1)], context
        before = tree_of(origin, "evidence-archive")
        del world.projects["OPS"]
        done, context = hosted.job("archive", "archive", audit="trial")
        assert done[-2:] == [("Archive", 3), ("Store", 0)], context
    finally:
        jira.stop()
    after = tree_of(origin, "evidence-archive")
    assert len(after) > len(before)
    done, context = hosted.job("archive", "archive", audit="trial")
    assert done[-2:] == [("Archive", 3), ("Store", 1)], context
    assert "nothing was added" in context["said.Store"]
    assert tree_of(origin, "evidence-archive") == after
    assert jira.token not in str(context["said.Archive"])


@needs_bash
@pytest.mark.slow
def test_the_yearly_workflow_stores_a_package_that_verifies(origin, tmp_path):
    """Drawn with the seed that was typed; sealed, stored, verified from the storage, and only then the job fails."""
    odd = 'the auditor\'s "words"; $(date) `date`'
    done, context = runner(origin, tmp_path, inputs_seed=odd).job("yearly", "run", audit="trial")
    names = [name for name, _ in done]
    assert names[-3:] == ["Keep at hand", "Verify what is stored", "Fail if there was an open gap, or drift"], context
    assert [status for _, status in done] == [0] * 7 + [1], "April has an open gap in the made-up company"
    clone = tmp_path / "auditor"
    git("clone", "--quiet", "--branch", "evidence-archive", origin, clone)
    (package,) = (clone / "packages").iterdir()
    assert package.name == context["steps.run.outputs.package"]
    assert yaml.safe_load((package / "data" / "params.yaml").read_text(encoding="utf-8"))["sample_seed"] == odd
    verified = subprocess.run(
        [sys.executable, "-m", "auditlib", "verify", package], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr
