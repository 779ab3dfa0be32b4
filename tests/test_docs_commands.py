"""Every command in the documents is run as it stands, on the embedded Jira; what can't be run is listed, with the reason."""

from __future__ import annotations

import csv
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator

import pytest
import requests
from doc_blocks import Block, Machine, Step, all_blocks, blocks_of, machine_with, pattern, shown_in
from places import ROOT
from powershell_lines import do

from auditlib.demo.server.site import EmbeddedJira

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the commands are for a POSIX shell")

DEMO = "test_readme.py::test_make_demo_in_a_fresh_clone_ends_with_the_path_of_a_sealed_package"
BRANCH = "test_schedule_docs.py::test_the_monitor_of_a_clone_and_the_way_from_a_branch_to_a_folder"

ELSEWHERE = {
    ("README.md", "make demo"): DEMO,
    ("CONTRIBUTING.md", "make demo"): "test_docs_commands.py::test_every_make_target_knows_what_to_do",
    ("docs/administrators.md", "auditlib demo"): DEMO,
    ("docs/windows.md", "auditlib demo"): DEMO,
    ("docs/windows.md", "pip install"): "test_docs_commands.py::test_windows_installs_what_make_installs",
    (
        "docs/controls/histories.md",
        "histories_page",
    ): "controls/test_histories.py::test_the_files_can_be_had_in_data_centers_form",
    (
        "docs/analysts.md",
        "ssh-keygen -Y sign",
    ): "run/test_vouching.py::test_a_package_is_signed_and_stamped_by_hand_as_the_page_says",
    ("docs/by-hand.md", ""): "test_docs.py::test_every_command_for_auditors_gives_the_output_shown",
    ("docs/auditors.md", ""): "test_docs.py::test_every_command_for_auditors_gives_the_output_shown",
    ("docs/archive.md", "sha256sum"): "cli/test_archives.py::test_a_shell_checks_the_chain",
    ("docs/schedule.md", "JIRA_USER="): "test_schedule_docs.py::test_credentials_are_read_as_they_were_written",
    ("docs/schedule.md", "-mtime"): "test_schedule_docs.py::test_the_line_of_the_archive_runs",
    ("docs/schedule.md", "chain.txt"): "test_schedule_docs.py::test_the_chain_is_followed_without_this_software",
    (
        "docs/schedule.md",
        "auditlib verify",
    ): "test_schedule_docs.py::test_the_line_of_the_run_runs_and_tells_its_status",
    ("docs/schedule.md", "git log"): BRANCH,
    ("docs/schedule.md", "git clone"): BRANCH,
}
"""Blocks that another test runs: page, a text in the block, and the test."""

NOT_RUN = {
    ("docs/schedule.md", "systemctl"): "changes the services of the machine",
    ("docs/schedule.md", "systemd-creds"): "needs systemd's key of the machine",
    ("docs/schedule.md", "Export-Clixml"): "needs a Windows, whose encryption it is",
    ("docs/schedule.md", "Import-Clixml"): "needs a Windows, whose encryption it is",
    ("docs/schedule.md", "Register-ScheduledTask"): "needs a Windows, whose tasks it changes",
    ("docs/windows.md", "New-ItemProperty"): "needs a Windows, whose registry it changes",
    ("docs/windows.md", "Get-FileHash"): "needs a PowerShell",
}
"""Blocks that are not run: page, a text in the block, and the reason. No command of ours is among them."""

HERE = ("README.md", "docs/administrators.md", "docs/analysts.md", "docs/archive.md", "docs/windows.md")
"""Pages whose other blocks are run here, from top to bottom, as a reader would."""


def claim(block: Block, table: dict[tuple[str, str], str]) -> list[tuple[str, str]]:
    """Return the entries of a table that are about a block."""
    return [(page, text) for page, text in table if page == block.page and text in block.code]


def runs_here(page: str) -> list[Block]:
    """Return the blocks of a page that are run here."""
    return [block for block in blocks_of(page) if not claim(block, ELSEWHERE) and not claim(block, NOT_RUN)]


# The lists


@pytest.mark.parametrize("block", all_blocks(), ids=lambda block: block.name)
def test_every_block_of_commands_is_run_somewhere_or_says_why_not(block):
    """A command that nobody runs is wrong one day, and nobody notices."""
    claimed = len({test for entry in claim(block, ELSEWHERE) for test in [ELSEWHERE[entry]]}) + len(
        claim(block, NOT_RUN)
    )
    assert claimed == 1 or (claimed == 0 and block.page in HERE), block.code


def test_the_lists_are_minimal():
    """Each entry is about a block that is there, and names a test that is; no command of ours in a shell is left out."""
    blocks = all_blocks()
    for page, text in (*ELSEWHERE, *NOT_RUN):
        assert [block for block in blocks if block.page == page and text in block.code], f"{page}: {text}"
    for test in ELSEWHERE.values():
        file, name = test.split("::")
        assert f"\ndef {name}(" in (ROOT / "tests" / file).read_text(encoding="utf-8"), test
    for block in blocks:
        if claim(block, NOT_RUN) and block.language == "sh":
            assert not re.search(r"\b(auditlib|papermill|sha256sum|git) ", block.code), block.code


def test_no_command_hides_in_a_block_without_a_language():
    """An indented block has no language, and would be run by nobody."""
    for page in {block.page for block in all_blocks()}:
        plain = re.sub(r"^```.*?^```", "", (ROOT / page).read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        assert not re.findall(r"^\n {4,}\S*(?:auditlib|make|papermill) .*$", plain, re.MULTILINE), page


@pytest.mark.skipif(not shutil.which("make"), reason="make is needed")
def test_every_make_target_knows_what_to_do():
    """Shown, not done: suites of hours, and this test is part of one. `make demo` is done in a fresh clone."""
    lines = "".join(block.code for page in ("README.md", "CONTRIBUTING.md") for block in blocks_of(page))
    targets = re.findall(r"^make ([\w-]+)", lines, re.MULTILINE)
    assert len(targets) > 10
    for target in dict.fromkeys(targets):
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip(), target


def test_windows_installs_what_make_installs():
    """The lock with its digests, then the checkout: the same lines in both."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    quiet = r" --(?:quiet|disable-pip-version-check)"
    made = [re.sub(quiet, "", line) for line in re.findall(r"-m pip (install .+?)$", makefile, re.MULTILINE)]
    shown = re.findall(r"-m pip (install .+?)$", shown_in("docs/windows.md", "powershell", "pip install"), re.MULTILINE)
    assert len(shown) == 2
    assert set(shown) <= set(made)
    page = (ROOT / "docs" / "windows.md").read_text(encoding="utf-8")
    makes = dict(re.findall(r"^\| `make (\w+)` \| `(\.venv\\Scripts\\[^`]+)` \|$", page, re.MULTILINE))
    assert set(makes) == {"demo", "test", "lab"}
    for target, line in makes.items():
        (recipe,) = re.findall(rf"^{target}:.*\n\t@?(.+)$", makefile, re.MULTILINE)
        assert re.sub(r" \$\(\w+\)$", "", recipe.replace("$(BIN)/", ".venv\\Scripts\\")) == line


# The pages


@pytest.fixture(scope="module")
def jira(small_company) -> Iterator[EmbeddedJira]:
    """The Jira of the readers."""
    with EmbeddedJira(small_company.world, "cloud") as running:
        yield running


@pytest.fixture
def machine(tmp_path, jira) -> Machine:
    """A checkout of a reader, who has this Jira."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return machine_with(tmp_path, jira, port)


def read(machine: Machine, page: str, before: dict[str, Step]) -> None:
    """Run the blocks of a page one after another; each step is done before the first block that holds its text."""
    left = Counter(before)
    for block in runs_here(page):
        for text, step in before.items():
            if text in block.code and left.pop(text, None):
                step(machine)
        done = machine.run(block.code)
        assert done.returncode == 0, f"{block.name}\n{done.stdout}\n{done.stderr}"
        if block.shown is not None:
            assert re.fullmatch(pattern(block.shown), done.stdout), f"{block.name} gave\n{done.stdout}"
    assert not left, f"{page} has no block with {sorted(left)}"


def scoped(machine: Machine) -> None:
    """Edit the copied parameter file, as the page says."""
    machine.write("params/2026.yaml", (machine.folder / "params" / "2026.yaml").read_text(encoding="utf-8"))


def credentials(machine: Machine, jira: EmbeddedJira) -> None:
    """Export what the README says."""
    machine.variables |= {"JIRA_USER": jira.user, "JIRA_TOKEN": jira.token}


@pytest.mark.slow
def test_a_stranger_comes_to_a_first_package_with_the_readme_alone(machine, jira):
    """From the token to a package that verifies, a second draw, the records of two issues and an archive."""

    def by_cloud(machine: Machine) -> None:
        assert machine.variables == {"JIRA_USER": jira.user, "JIRA_TOKEN": jira.token}

    def of_the_page(machine: Machine) -> None:
        assert machine.variables == {"JIRA_TOKEN": jira.token}, "Data Center wants no name"
        credentials(machine, jira)
        machine.write("params/2026.yaml", shown_in("README.md", "yaml"))

    read(machine, "README.md", {"unset JIRA_USER": by_cloud, "auditlib check": of_the_page})
    evidence = machine.folder / "evidence"
    assert (evidence / "2026" / "data" / "index.html").is_file()
    drawn = (evidence / "2026-sample" / "data" / "params.yaml").read_text(encoding="utf-8")
    assert "the auditor's words" in drawn
    assert sorted(path.name for path in (evidence / "2026-chosen" / "data" / "dossiers").iterdir()) == [
        "OPS-4",
        "PAY-17",
    ]


@pytest.mark.slow
def test_an_analyst_comes_through_the_year(machine, jira):
    """Each command of the page, in its order, with the files that the page tells to make."""
    page, machine.quick = "docs/analysts.md", True

    def explained(machine: Machine) -> None:
        file = machine.folder / "params" / "gaps-2026.csv"
        head, *rows = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
        rows[0][2:5] = ["Test issue, deleted by the team lead; ticket IT-88", "A. Analyst", "2026-11-03"]
        with file.open("w", encoding="utf-8", newline="") as content:
            csv.writer(content).writerows([head, *rows])

    def answered(machine: Machine) -> None:
        file = machine.folder / "params" / "answers-2026.csv"
        head, *rows = list(csv.reader(file.read_text(encoding="utf-8").splitlines()))
        rows[0][2:6] = ["not known", "It is looked into until December.", "A. Manager", "2026-11-03"]
        with file.open("w", encoding="utf-8", newline="") as content:
            csv.writer(content).writerows([head, *rows])

    def listed(machine: Machine) -> None:
        machine.write("chosen.txt", "PAY-17\nOPS-4\n")
        machine.write("attributes.yaml", shown_in(page, "yaml", "attributes:"))

    def left(machine: Machine) -> None:
        machine.write("params/leavers.csv", "name,left_on\nNobody Here,2026-05-01\n")

    def reviewed(machine: Machine) -> None:
        shutil.copyfile(
            machine.folder / "evidence" / "q3" / "data" / "tables" / "access_review.csv",
            machine.folder / "params" / "access-review-q3.csv",
        )

    def for_two_sites(machine: Machine) -> None:
        one = (machine.folder / "params" / "2026.yaml").read_text(encoding="utf-8")
        for site, project in (("eu", "PAY"), ("us", "OPS")):
            machine.write(
                f"params/{site}.yaml", re.sub("^projects: .*$", f"projects: [{project}]", one, flags=re.MULTILINE)
            )

    def interrupted(machine: Machine) -> None:
        shutil.rmtree(machine.folder / "evidence" / "frozen")
        running = machine.begin("auditlib run params/2026.yaml --out evidence/frozen")
        asked = machine.folder / "evidence" / "frozen.partial" / "data" / "raw" / "index.jsonl"
        while running.poll() is None and not (asked.exists() and b'"first_pass' in asked.read_bytes()):
            time.sleep(0.01)
        running.send_signal(signal.SIGINT)
        running.communicate()
        assert running.returncode == 130

    read(
        machine,
        page,
        {
            "auditlib check": scoped,
            "-p gap_explanations": explained,
            "-p answers": answered,
            "06_dossiers.ipynb": listed,
            "evidence/q3": left,
            "evidence/q4": reviewed,
            "eu.yaml": for_two_sites,
            "--resume": interrupted,
        },
    )


@pytest.mark.slow
def test_an_administrator_sees_what_is_asked(machine, jira):
    """`check` answers, the access log is read, and the embedded Jira can be left running."""
    page = "docs/administrators.md"
    credentials(machine, jira)
    machine.write("params/2026.yaml", shown_in("README.md", "yaml"))
    agent = '"auditlib/0.1.0"'
    asked = ("GET /rest/api/2/search?startAt=0", "GET /rest/api/2/search?startAt=9", "GET /rest/api/2/myself")
    log = "".join(f'127.0.0.1 1x1 audit [t] "{one} HTTP/1.1" 200 5 1 "-" {agent} "1"\n' for one in asked)
    machine.write("access_log.2026-10-02", log)
    for block in runs_here(page):
        if not block.code.startswith("auditlib jira"):
            done = machine.run(block.code)
            assert done.returncode == 0, done.stderr
            if "access_log" in block.code:
                assert done.stdout.split() == ["1", "GET", "/rest/api/2/myself", "2", "GET", "/rest/api/2/search"]
            continue
        running = machine.begin(block.code)
        assert running.stdout is not None
        address = next(found[0] for line in running.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
        assert requests.get(f"{address}/rest/api/2/serverInfo", timeout=30).status_code == 200
        running.send_signal(signal.SIGINT)
        running.communicate()


@pytest.mark.slow
def test_an_archive_is_begun_as_its_page_says(machine, jira):
    """In the default folder, and in another that is named."""
    credentials(machine, jira)
    machine.write("params/2026.yaml", shown_in("README.md", "yaml"))
    read(machine, "docs/archive.md", {})
    assert (machine.folder / "archive" / "127.0.0.1" / "chain.txt").is_file()
    assert (machine.folder / "mnt" / "lasting" / "jira" / "chain.txt").is_file()


@pytest.mark.slow
def test_the_commands_for_windows_do_what_their_page_says(machine):
    """The same commands with paths written the other way; the PowerShell around them is done by hand."""
    machine.quick = True
    for block in runs_here("docs/windows.md"):
        for line in block.code.splitlines():
            if line.startswith("Remove-Item"):
                kept = dict(machine.variables)
            done = do(line, machine)
            if line.startswith("Remove-Item"):
                assert "JIRA_TOKEN" not in machine.variables
                machine.variables = kept  # the next section goes on in the same window
            assert done is None or done.returncode == 0, f"{line}\n{done.stderr}"
    drawn = (machine.folder / "evidence" / "2026-sample" / "data" / "params.yaml").read_text(encoding="utf-8")
    assert "the auditor's words" in drawn


def test_a_line_of_powershell_that_nobody_tries_is_refused(machine):
    """Else the page for Windows could say anything."""
    with pytest.raises(ValueError, match="Stop-Computer"):
        do("Stop-Computer", machine)
