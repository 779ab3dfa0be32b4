"""What `docs/schedule.md` shows for a machine of one's own: its lines are read by what will read them, and its commands run."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import time
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from command_lines import commands
from cron_lines import times_a_year, values
from places import ROOT
from workflow_runs import git, stand_in, workflow

from auditlib.responses.archive_writing import ArchiveWriter

PAGE = (ROOT / "docs" / "schedule.md").read_text(encoding="utf-8")
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"

TRIAL = """\
audit: "Trial"
jira_url: demo
projects: [OPS]
period_start: "2026-04-01"
period_end: "2026-04-30"
timezone: UTC
sample_size: 2
archive: "/srv/evidence/jira.example.com"
"""

needs_sh = pytest.mark.skipif(os.name == "nt", reason="the commands are for a POSIX shell")


def blocks(language: str) -> list[str]:
    """Return the blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def block_with(language: str, text: str) -> str:
    """Return the one block that holds a text."""
    (found,) = [block for block in blocks(language) if text in block]
    return found


def run(command: str, machine: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the page on a machine whose folders lie below one of ours."""
    for folder in ("/srv/", "/etc/"):
        command = re.sub(rf"(?<![\w/]){folder}", f"{machine}{folder}", command)
    return subprocess.run(
        ["sh", "-c", command],
        cwd=machine,
        env={"PATH": os.environ["PATH"], "HOME": str(machine), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def machine(tmp_path) -> Path:
    """A machine as the page lays it out: checkout, storage, credentials."""
    stand_in(tmp_path / "srv" / "audit" / ".venv" / "bin")
    for name in ("srv/evidence", "srv/audit/params", "etc/auditlib"):
        (tmp_path / name).mkdir(parents=True)
    here = TRIAL.replace("/srv/", f"{tmp_path}/srv/")
    (tmp_path / "srv" / "audit" / "params" / "2026.yaml").write_text(here, encoding="utf-8")
    credentials = block_with("sh", "JIRA_USER=").replace("the token", "it's $HOME".replace("'", "'\\''"))
    (tmp_path / "etc" / "auditlib" / "2026.env").write_text(credentials, encoding="utf-8")
    return tmp_path


@needs_sh
@pytest.mark.parametrize("block", blocks("sh"), ids=lambda block: block.splitlines()[0][:40])
def test_every_block_of_commands_is_read_by_the_shell(block):
    """No quote is left open."""
    assert subprocess.run(["sh", "-n", "-c", block], capture_output=True, check=False).stderr == b""


# cron


def cron_lines() -> dict[str, tuple[str, str]]:
    """Return fields and command of each line, by the command of ours."""
    (table,) = blocks("crontab")
    lines = [line for line in table.splitlines() if not re.match(r"[A-Z]+=", line)]
    split = [line.split(None, 5) for line in lines]
    return {re.findall(r"auditlib (\w+)", rest)[0]: (" ".join(fields), rest) for *fields, rest in split}


def test_cron_begins_the_archive_monthly_and_the_run_yearly():
    """The same times as on a hosted CI; cron reads % as a line feed, so none stands there."""
    found = cron_lines()
    assert {name: times_a_year(fields) for name, (fields, _) in found.items()} == {"archive": 12, "run": 1}
    for name, file in (("archive", "archive"), ("run", "yearly")):
        assert [found[name][0]] == [one["cron"] for one in workflow(file)["on"]["schedule"]]
        assert "%" not in found[name][1]


@pytest.mark.parametrize(
    ("line", "count"), [("0 0 29 2 *", 0), ("0 0 1 * 1", 63), ("*/20 1,3 5-6 * *", 144), ("0 4 * * 7", 52)]
)
def test_fields_of_cron_are_counted_as_cron_does(line, count):
    """2026 has no 29 February, 52 Mondays of which one is a first, 52 Sundays."""
    assert times_a_year(line) == count


@pytest.mark.parametrize("line", ["60 * * * *", "* * 0 * *", "* * * *", "@monthly", "5-1 * * * *", "* * * * MON"])
def test_what_is_no_line_of_cron_is_refused(line):
    """A line with a slip would never begin anything."""
    with pytest.raises(ValueError, match=r"cron|range"):
        times_a_year(line)
    assert values("*/15", 0, 59) == {0, 15, 30, 45}


@needs_sh
@pytest.mark.slow
def test_the_line_of_the_archive_runs(machine):
    """Twice, as cron would: quiet about failure, and the monitor finds the census."""
    for _ in range(2):
        done = run(cron_lines()["archive"][1], machine)
        assert done.returncode == 0
        assert "FAILED" not in done.stdout, done.stdout + done.stderr
    chain = machine / "srv/evidence/jira.example.com/chain.txt"
    digests = block_with("sh", "chain.txt")
    last = hashlib.sha256(chain.read_bytes().splitlines(keepends=True)[-1]).hexdigest()
    assert run(digests, machine).stdout.splitlines() == [last]
    monitor = block_with("sh", "-mtime -35")
    assert run(monitor, machine).stdout == ""
    for census in (machine / "srv/evidence/jira.example.com/census").iterdir():
        os.utime(census, (time.time() - 36 * 86400,) * 2)
    assert run(monitor, machine).stdout == "no archive for 35 days\n"


@needs_sh
@pytest.mark.parametrize("spoil", ["", "grown", "changed", "line changed", "line left out"])
def test_the_chain_is_followed_without_this_software(machine, spoil):
    """The commands of the page find a byte that was changed and a line that was; bytes that no line names are none of it."""
    folder = machine / "srv/evidence/jira.example.com"
    writer = ArchiveWriter(folder)
    for month in (1, 2):
        writer.append("log/2026-01.jsonl.gz", [f"a record of {month}"], {"a": "* $HOME \\ `date`"})
        writer.add_file(f"census/{month}.csv", [b"key\n"], {})
        writer.note("archive", {})
        writer.commit()
    writer.close()
    log, chain = folder / "log/2026-01.jsonl.gz", folder / "chain.txt"
    lines = chain.read_bytes().splitlines(keepends=True)
    wanted = [hashlib.sha256(lines[-1]).hexdigest()]
    if spoil == "grown":
        log.write_bytes(log.read_bytes() + b"more")
    elif spoil == "changed":
        log.write_bytes(log.read_bytes()[:-1] + b"?")
        wanted = ["log/2026-01.jsonl.gz is not what was added at", *wanted]
    elif spoil:
        chain.write_bytes(
            b"".join([*lines[:1], *([lines[1].replace(b"{}", b"[]")] if "changed" in spoil else []), *lines[2:]])
        )
        wanted = ["the line of", *wanted]
    shown = run(block_with("sh", "chain.txt"), machine).stdout.splitlines()
    assert [one.startswith(start) for one, start in zip(shown, wanted, strict=True)] == [True] * len(wanted), shown


@needs_sh
@pytest.mark.slow
def test_the_line_of_the_run_runs_and_tells_its_status(machine):
    """Cron ignores a status: the line says it. April has an open gap in the made-up company."""
    done = run(cron_lines()["run"][1], machine)
    assert done.stdout.splitlines()[-1] == "FAILED with status 1", done.stderr
    (package,) = (machine / "srv" / "audit" / "evidence").iterdir()
    (machine / "srv" / "evidence" / "packages").mkdir()
    package.rename(machine / "srv" / "evidence" / "packages" / "2026-20270115T042300Z")
    path = f"{machine / 'srv/audit/.venv/bin'}{os.pathsep}{os.environ['PATH']}"
    verified = run(block_with("sh", "auditlib verify"), machine, PATH=path)
    assert verified.returncode == 0, verified.stdout + verified.stderr


@needs_sh
def test_credentials_are_read_as_they_were_written(machine):
    """Quotes keep a token with signs of the shell as it is, and the program finds both."""
    line = cron_lines()["run"][1].partition(".venv/bin")[0]
    done = run(f"{line} env | grep ^JIRA_", machine)
    assert sorted(done.stdout.splitlines()) == ["JIRA_TOKEN=it's $HOME", "JIRA_USER=you@example.com"]


@needs_sh
@pytest.mark.skipif(not shutil.which("git"), reason="git is needed")
def test_the_monitor_of_a_clone_and_the_way_from_a_branch_to_a_folder(machine):
    """A new commit of the branch is silence, an old one is told; the copied archive has the bytes of the branch."""
    tree = machine / "tree"
    (tree / "archive" / "jira.example.com").mkdir(parents=True)
    (tree / "archive" / "jira.example.com" / "chain.txt").write_bytes(b"a\r\nb\n")
    git("init", "--quiet", "--initial-branch=evidence-archive", cwd=tree)
    git("add", "--all", cwd=tree)
    monitor, move = block_with("sh", "git log -1"), block_with("sh", "git clone")
    for age, said in ((36, "no archive for 35 days\n"), (1, "")):
        at = {**os.environ, "GIT_COMMITTER_DATE": f"{int(time.time()) - age * 86400} +0000"}
        commit = ["git", "-c", "user.name=t", "-c", "user.email=t@localhost", "commit", "--quiet", "--amend", "-m", "x"]
        commit.remove("--amend") if age == 36 else None
        subprocess.run(commit, cwd=tree, env=at, check=True)
        git("update-ref", "refs/remotes/origin/evidence-archive", "HEAD", cwd=tree)
        assert run(f"cd tree\n{monitor}", machine).stdout == said
    done = run(move, machine, REPOSITORY=str(tree))
    assert done.returncode == 0, done.stderr
    assert (machine / "srv" / "evidence" / "jira.example.com" / "chain.txt").read_bytes() == b"a\r\nb\n"


# systemd


def units() -> dict[str, str]:
    """Return the units that the page names, the yearly ones and the one with an encrypted token made as it says."""
    shown = dict(
        re.findall(r"^`/etc/systemd/system/([\w@.-]+)`[^\n]*:\n\n```ini\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    )
    service, timer = shown["auditlib-archive@.service"], shown["auditlib-archive@.timer"]
    encrypted = re.sub(r"^EnvironmentFile=.*\n", "", service, flags=re.MULTILINE)
    encrypted = re.sub(
        r"^ExecStart=.*\n", lambda _: block_with("ini", "LoadCredentialEncrypted"), encrypted, flags=re.MULTILINE
    )
    yearly = block_with("ini", "auditlib run")
    added, calendar = yearly.removeprefix("[Service]\n").split("\n[Timer]\n")
    for line in added.splitlines():
        key = line.partition("=")[0]
        before = service
        service = re.sub(rf"^{key}=.*$", lambda _, line=line: line, service, flags=re.MULTILINE)
        if service == before:
            service = service.replace("UMask=", f"{line}\nUMask=")
    return {
        **shown,
        "auditlib-encrypted@.service": encrypted,
        "auditlib-run@.service": service,
        "auditlib-run@.timer": re.sub(r"^OnCalendar=.*\n", lambda _: calendar, timer, flags=re.MULTILINE),
    }


needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not there")


def analyze(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, check=False)


@needs_systemd
@pytest.mark.parametrize("name", sorted(units()))
def test_systemd_reads_every_unit_without_a_word(tmp_path, name):
    """No key is misspelt, none stands in the wrong section, and what is started is there."""
    stand_in(tmp_path / "srv" / "audit" / ".venv" / "bin")
    for unit, text in units().items():
        here = text.replace("/srv/audit/.venv", f"{tmp_path}/srv/audit/.venv")
        (tmp_path / unit.replace("@.", "@2026.")).write_text(here, encoding="utf-8")
    done = analyze("verify", "--man=no", tmp_path / name.replace("@.", "@2026."))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@needs_systemd
@pytest.mark.parametrize(
    "name", [name for name in sorted(units()) if name.endswith(".service") and "failed" not in name]
)
def test_a_unit_may_do_little(tmp_path, name):
    """Of the ten that systemd gives to a unit that may do everything, two at most are left."""
    (tmp_path / name.replace("@.", "@2026.")).write_text(units()[name], encoding="utf-8")
    done = analyze("security", "--offline=yes", "--threshold=20", tmp_path / name.replace("@.", "@2026."))
    assert done.returncode == 0, done.stdout + done.stderr


@needs_systemd
@pytest.mark.parametrize(("name", "months"), [("auditlib-archive@.timer", 1), ("auditlib-run@.timer", 12)])
def test_a_timer_begins_monthly_and_yearly(name, months):
    """Three starts in a row are so far apart; and one that was missed is made up for."""
    text = units()[name]
    (calendar,) = re.findall(r"^OnCalendar=(.+)$", text, re.MULTILINE)
    shown = analyze("calendar", "--iterations=3", calendar).stdout
    starts = re.findall(r"(?:Next elapse|Iteration #\d|Iter\. #\d): \w+ (\d+)-(\d+)-(\d+)", shown)
    counted = [int(year) * 12 + int(month) for year, month, _ in starts]
    assert [later - earlier for earlier, later in pairwise(counted)] == [months, months], shown
    assert "\nPersistent=yes\n" in text


def test_units_ask_what_the_lines_of_cron_ask():
    """The same command with the same options, whoever starts it."""
    for name, command in (("auditlib-archive@.service", "archive"), ("auditlib-run@.service", "run")):
        (started,) = re.findall(r"^ExecStart=/srv/audit/(.+)$", units()[name], re.MULTILINE)
        assert started.replace("%i", "2026") in cron_lines()[command][1]
    assert (
        units()["auditlib-archive@.service"].split("ExecStart=/srv/audit/")[1].split("\n")[0]
        in (units()["auditlib-encrypted@.service"])
    )


# Windows


def task() -> ET.Element:
    (text,) = re.findall(r"@'\n(.*?)^'@$", block_with("powershell", "Register-ScheduledTask"), re.MULTILINE | re.DOTALL)
    return ET.fromstring(text)  # noqa: S314 - our own text


def test_the_windows_task_begins_on_one_day_of_every_month():
    """All twelve months, the day that the others take, and what was missed is made up for."""
    months = task().find(f".//{TASK}ScheduleByMonth/{TASK}Months")
    assert months is not None
    assert len({month.tag for month in months}) == 12
    (day,) = task().findall(f".//{TASK}DaysOfMonth/{TASK}Day")
    assert day.text == cron_lines()["archive"][0].split()[2]
    assert task().findtext(f".//{TASK}StartWhenAvailable") == "true"


def test_the_windows_task_holds_no_secret_and_no_power():
    """It runs as the account of the archive, without more rights than that has; the password is asked for."""
    assert task().findtext(f".//{TASK}RunLevel") == "LeastPrivilege"
    shown = block_with("powershell", "Register-ScheduledTask")
    assert re.findall(r"-Password (\S+)", shown) == ["$account.GetNetworkCredential().Password"]
    assert "archive.ps1" in str(task().findtext(f".//{TASK}Arguments"))


def test_the_windows_script_asks_what_the_line_of_cron_asks():
    """The options are the same, and its status is the command's."""
    script = block_with("powershell", "Import-Clixml")
    (line,) = re.findall(r"auditlib\.exe' (.+)$", script, re.MULTILINE)
    assert re.findall(r"--fail-on (\w+)", line) == re.findall(r"--fail-on (\w+)", cron_lines()["archive"][1])
    assert set(re.findall(r"--[a-z-]+", line)) <= commands()["archive"]
    assert script.endswith("exit $status\n")


@pytest.mark.parametrize("block", blocks("powershell"), ids=lambda block: block.splitlines()[0][:40])
def test_powershell_reads_every_block(tmp_path, block):
    """No quote or bracket is left open."""
    if not shutil.which("pwsh"):
        pytest.skip("PowerShell is not there")
    file = tmp_path / "block.ps1"
    file.write_text(block, encoding="utf-8")
    ask = (
        "$errors = $null; [void][System.Management.Automation.Language.Parser]::ParseFile("
        f"'{file}', [ref]$null, [ref]$errors); $errors | Out-String; exit $errors.Count"
    )
    done = subprocess.run(["pwsh", "-NoProfile", "-Command", ask], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
