"""The documents say what is so: links lead somewhere, commands and keys exist, what is generated is in step, examples run."""

from __future__ import annotations

import csv
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
import yaml
from authorities import made_authority
from command_lines import commands
from places import ROOT
from plain_ways import side_of
from scripts import generate
from ssh_keys import made_key, public_half

from auditlib.audit.numbering.explanations import GAP_EXPLANATIONS
from auditlib.audit.numbering.gaps import CLASSES, audit_numbers
from auditlib.audit.sampling.sizes import planned_size
from auditlib.dossier.files import SOMETIMES
from auditlib.dossier.files import TABLES as DOSSIER_FILES
from auditlib.evidence.chapters import TABLES
from auditlib.jira.read_only import READ_ONLY
from auditlib.package.signature import sign
from auditlib.params import library
from auditlib.params.attributes import Attribute, Has, Test, ToStatus
from auditlib.params.controls import Control, FieldValues, Workflow
from auditlib.params.model import Parameters
from auditlib.params.second_source import EXPORTS, SecondSource
from auditlib.params.sizes import SizeByPopulation, SizeFromRates
from auditlib.records.census_changes import CHANGES
from auditlib.responses.entry import Entry
from auditlib.run.notebooks import NOTEBOOKS
from auditlib.times import Period

DOCUMENTS = sorted(
    [*(ROOT / f"{name}.md" for name in ("README", "CONTRIBUTING", "SECURITY")), *(ROOT / "docs").rglob("*.md")]
)
NAMES = [path.relative_to(ROOT).as_posix() for path in DOCUMENTS]

every_document = pytest.mark.parametrize("name", NAMES)


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str) -> list[tuple[str, str]]:
    """Return the fenced and the indented blocks of code, each with its language; the indented ones have none."""
    fenced = [(found[1], found[2]) for found in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]
    plain = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    indented = re.findall(r"(?:^\n)((?:^ {4}.*\n)+)", plain, re.MULTILINE)
    return [*fenced, *(("", block) for block in indented)]


def spans(text: str) -> list[str]:
    """Return what stands between backticks in running text, on one line or broken over two."""
    plain = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return [" ".join(span.split()) for span in re.findall(r"`([^`]+)`", plain)]


def headings(text: str) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    plain = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    titles = [re.sub(r"[`*]", "", title).strip().lower() for title in re.findall(r"^#+ (.+)$", plain, re.MULTILINE)]
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}


# Links


@every_document
def test_every_relative_link_leads_to_a_file_and_a_heading(name):
    """A reader is never sent nowhere."""
    text = text_of(name)
    targets = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r"^\[[^\]]+\]: (\S+)$", text, re.MULTILINE)
    for target in targets:
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        file = (ROOT / name).parent / path if path else ROOT / name
        assert file.exists(), f"{name}: {target}"
        if anchor:
            assert anchor in headings(file.read_text(encoding="utf-8")), f"{name}: {target}"


@every_document
def test_every_named_link_is_used_and_defined(name):
    """`[text][]` needs a line `[text]: address`, and such a line a use."""
    text = text_of(name)
    used = set(re.findall(r"\[([^\[\]]+)\]\[\]", text))
    assert used == set(re.findall(r"^\[([^\]]+)\]: ", text, re.MULTILINE))


# Commands


def calls(text: str) -> Iterator[list[str]]:
    """Yield the words of each call of ``auditlib`` in code, from the word behind it on; a namespace of ``ssh-keygen`` is none."""
    code = [block for _, block in blocks(text)] + spans(text)
    for line in "\n".join(code).replace("\\\n", " ").splitlines():
        found = re.search(r"(?:^|[\s/\\])(?<!-n )auditlib (?=[a-z-])(.*)", line.partition("  #")[0])
        if found:
            yield shlex.split(found[1].replace("…", "").replace("'", "").replace('"', ""))


@pytest.mark.parametrize("name", [name for name in NAMES if name != "docs/mistakes.md"])
def test_every_call_is_one_of_the_command_line(name):
    """Whoever types what he reads is not told that there is no such command; the page of mistakes is about those who are."""
    known = commands()
    for words in calls(text_of(name)):
        command = next((word for word in words if not word.startswith("-")), "")
        assert command in known, f"{name}: auditlib {' '.join(words)}"
        options = [word for word in words if re.fullmatch(r"--?[a-z][a-z-]*", word)]
        assert set(options) <= known[command], f"{name}: auditlib {' '.join(words)}"


@every_document
def test_every_option_named_in_text_exists(name):
    """An option that stands alone belongs to some command of ours."""
    known = set().union(*commands().values())
    named = {span.split()[0] for span in spans(text_of(name)) if re.match(r"--?[a-z]", span)}
    assert named <= known, f"{name}: {sorted(named - known)}"


def test_every_command_is_told_of():
    """A command that no document names is known to nobody."""
    told = {word for name in NAMES for words in calls(text_of(name)) for word in words}
    assert set(commands()) - {""} <= told


@every_document
def test_every_make_target_exists(name):
    """`make demo` and its like stand in the Makefile."""
    targets = set(re.findall(r"^([\w/.]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    code = "\n".join([block for _, block in blocks(text_of(name))] + spans(text_of(name)))
    assert set(re.findall(r"(?:^| )make ([\w/.]+)", code, re.MULTILINE)) <= targets


# Keys, columns, names


WORDS = {
    "left_on",
    "last_active_timestamp",
    "key_walk",
    "shared_filter",
    "access_log",
    "get_issue",
    *("service_desk", "customer_service"),
    *("data_center", "member_log", "read_at"),
}  # of raw/, of run.json, of Jira, of the library, of the histories for other tools
"""Names with an underscore that are none of the parameters, tables and columns."""


def known_words() -> set[str]:
    listed = (*TABLES, GAP_EXPLANATIONS, *DOSSIER_FILES, *SOMETIMES, CHANGES)
    columns = {name for table in listed for name in table.names}
    inner = {
        key
        for record in (
            *(Attribute, Test, Has, ToStatus, SizeFromRates, SizeByPopulation, Workflow, Control, FieldValues),
            SecondSource,
        )
        for key in record.model_fields
    }
    exported = {name for one in EXPORTS.values() for names in (one.key_from, one.time) for name in names}
    inner |= {part for name in exported for part in name.split(".")} | {one.environment for one in EXPORTS.values()}
    index = set(Entry.__dataclass_fields__)
    return {
        *Parameters.model_fields,
        *inner,
        *columns,
        *(table.name for table in listed),
        *index,
        *NOTEBOOKS,
        *CLASSES,
        *WORDS,
    }


@pytest.mark.parametrize("name", [name for name in NAMES if name != "CONTRIBUTING.md"])
def test_every_name_with_an_underscore_is_a_parameter_a_table_or_a_column(name):
    """A key that is misspelt, or that was never built, is found here; CONTRIBUTING.md names modules and functions."""
    found = {
        word for span in spans(text_of(name)) for word in re.findall(r"(?<![\w./-])[a-z]+(?:_[a-z]+)+(?![\w/(])", span)
    }
    unknown = {word for word in found if word.partition(".")[0] not in known_words()}
    assert not unknown, f"{name}: {sorted(unknown)}"


@every_document
def test_every_value_given_with_p_is_of_a_parameter(name):
    """`-p NAME=VALUE` names a key of the parameter file, or one that the notebook called declares."""
    for words in calls(text_of(name)):
        given = [words[place + 1].partition("=")[0] for place, word in enumerate(words[:-1]) if word == "-p"]
        assert {key for key in given if key != "NAME"} <= set(Parameters.model_fields), f"{name}: {words}"


def test_the_forms_of_the_sample_size_mean_what_the_analyst_is_told():
    """22 for 90 % and 10 %; 19 of 181 by the table."""
    text = text_of("docs/analysts.md")
    forms = [yaml.safe_load(span) for span in spans(text) if span.startswith(("{confidence", "{by_population"))]
    rates, table = forms
    rates = {name: str(rate) for name, rate in rates.items()}
    assert (planned_size(rates, 5000).size, planned_size(table, 181).size) == (22, 19)
    assert "no deviation is found: 22." in text
    assert "rounded up: 19 of 181" in text


# What is generated


def test_the_data_dictionary_is_in_step():
    """`docs/tables.md` is what the code says; `make docs/tables.md` makes it so."""
    assert text_of("docs/tables.md") == generate().dictionary()


def test_the_pages_of_the_control_tests_are_in_step():
    """`docs/generate.py` was run after the last change of the library: a page each, and all of them in the list."""
    text = text_of("docs/controls.md")
    assert text == generate().with_controls(text)
    pages = {path.stem for path in (ROOT / "docs" / "controls").glob("CT-*.md")}
    assert pages == set(library.ids())
    assert all(text_of(f"docs/controls/{one}.md") == generate().control_page(one) for one in pages)


def test_the_requests_are_the_read_only_list():
    """An administrator reads the very list that the code keeps to, and all of it."""
    text = text_of("docs/administrators.md")
    assert text == generate().with_requests(text)
    rows = re.findall(r"^\| (GET|POST|PUT|DELETE) \| `(.+?)` \|", text, re.MULTILINE)
    assert tuple((method, path.replace(r"\|", "|")) for method, path in rows) == READ_ONLY


def test_the_dictionary_has_every_column_of_every_file(sealed):
    """No column of a package is left without a meaning."""
    for table in (*TABLES, GAP_EXPLANATIONS):
        with (sealed.folder / "data" / "tables" / table.file).open(encoding="utf-8", newline="") as content:
            assert next(csv.reader(content)) == table.names, table.file


# Examples


def worked_example() -> pd.DataFrame:
    """Read the small example of the page for auditors: number, given_out (missing if it does not answer), witness."""
    row = r"^\| AB-(\d+) \| (?:(\d+ \w+)|no answer) \| (yes|no|) *\|$"
    rows = re.findall(row, text_of("docs/auditors.md"), re.MULTILINE)
    frame = pd.DataFrame(rows, columns=["number", "day", "witness"]).astype({"number": "int64"})
    noon = pd.to_datetime(frame["day"].replace("", None) + " 2026 12:00", format="%d %B %Y %H:%M", utc=True)
    return frame.assign(given_out=noon.astype("datetime64[us, UTC]"), witness=frame["witness"] == "yes")


def test_the_small_example_of_witnesses_comes_out_as_told():
    """The page for auditors works it by hand; the code must agree."""
    example = worked_example()
    period = Period(date(2026, 3, 1), date(2026, 3, 31), ZoneInfo("UTC"))
    present = example[example["given_out"].notna()].reset_index(drop=True)
    answers = pd.DataFrame({
        "number": present["number"], "id": present["number"], "order": present["given_out"].rank(),
        "given_out": present["given_out"], "created": present["given_out"],
        "side": [side_of(period, instant) for instant in present["given_out"]], "moved_in": present["number"] < 0,
    })  # fmt: skip
    resolved = pd.DataFrame({"number": [], "now_key": [], "id": []})
    moves = pd.DataFrame({"issue_id": [], "at": [], "history_id": [], "from_key": [], "to_key": [], "author": []})
    found = audit_numbers("AB", answers, resolved, moves, period, "https://jira.invalid")
    assert found.present["witness"].tolist() == present["witness"].tolist()
    assert found.present["witness"].sum() == 6
    assert (found.audited.first, found.audited.last) == (9, 14)
    (row,) = found.summary.to_dict("records")
    assert (row["numbers"], row["present"], row["missing"], row["out_of_order"]) == (6, 4, 2, 1)
    assert dict(zip(found.gaps["key"], found.gaps["in_period"], strict=True)) == {"AB-9": "unknown", "AB-13": "yes"}


def examples() -> list[tuple[str, str]]:
    """Return each block of commands for auditors with the output shown behind it, empty if none is."""
    pages = f"{text_of('docs/auditors.md')}\n{text_of('docs/by-hand.md')}"
    found = re.findall(r"^```sh\n(.*?)^```\n(?:```text\n(.*?)^```$)?", pages, re.MULTILINE | re.DOTALL)
    return [(command, shown) for command, shown in found if not command.startswith("auditlib demo")]


def vouched(package: Path, folder: Path) -> Path:
    """Copy a package, sign and stamp it; who may have done so stands beside it."""
    copied = shutil.copytree(package, folder / "package")
    tags, key, authority = copied / "tagmanifest-sha256.txt", made_key(folder), made_authority(folder / "authority")
    (folder / "signers.txt").write_text(f"anna@example.com {public_half(key)}\n")
    shutil.copyfile(authority.ca, folder / "authority.pem")
    tags.with_name(f"{tags.name}.sig").write_bytes(sign(tags.read_bytes(), key))
    tags.with_name(f"{tags.name}.tsr").write_bytes(authority.stamp(tags.read_bytes()))
    return copied


@pytest.mark.slow
@pytest.mark.xdist_group("pages of demo")
@pytest.mark.skipif(os.name == "nt", reason="the commands are for a POSIX shell")
@pytest.mark.parametrize("example", examples(), ids=lambda example: example[0].strip().splitlines()[-1][:40])
def test_every_command_for_auditors_gives_the_output_shown(demo_package, tmp_path, example):
    """The page is run as it stands, on the demo package; `…` stands for anything."""
    command, shown = example
    folder = vouched(demo_package, tmp_path) if re.search(r"signers.txt|authority.pem", command) else demo_package
    tool = tmp_path / "auditlib"
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m auditlib "$@"\n', encoding="utf-8")
    tool.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["sh", "-e", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    wanted = "(?s:.*)".join(re.escape(part) for part in shown.split("…"))
    assert re.fullmatch(wanted, done.stdout), f"{command}\ngave\n{done.stdout}\nshown is\n{shown}"


@pytest.mark.slow
@pytest.mark.xdist_group("pages of demo")
def test_the_load_that_an_administrator_reads_is_what_the_demo_asks(demo_package):
    """The first row of the table is counted: requests to Cloud without those for the sampled issues, issues, missing numbers."""
    page = text_of("docs/administrators.md")
    row = re.findall(r"^\| [\d,]+ \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| [\d,]+ \|$", page, re.MULTILINE)[0]
    data = demo_package / "data"
    topics = [json.loads(line)["topic"] for line in (data / "raw" / "index.jsonl").read_text("utf-8").splitlines()]
    sampled = [topic for topic in topics if topic.startswith("dossier/")]
    tables = data / "tables"
    counts = [len(tables.joinpath(name).read_text("utf-8").splitlines()) for name in ("keys.txt", "gaps.csv")]
    assert [int(cell.replace(",", "")) for cell in row] == [counts[0], counts[1] - 1, len(topics) - len(sampled)]
    files = [topic for topic in sampled if "/attachment/" in topic]
    assert f"25 of these take {len(sampled) - len(files)} requests more to" in page


@pytest.mark.slow
@pytest.mark.xdist_group("pages of demo")
def test_every_finding_that_an_analyst_reads_of_is_one(demo_package):
    """A name in the three lists is that of a finding; where the demo has it, it has the severity of the list."""
    page = text_of("docs/analysts.md").split("**To be answered**")[1].split("## 5. ")[0]
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "auditlib").rglob("*.py"))
    with (demo_package / "data" / "tables" / "findings.csv").open(encoding="utf-8", newline="") as content:
        found = {row["id"].partition(":")[0]: row["severity"] for row in csv.DictReader(content)}
    known = 0
    for severity, part in zip(("exception", "limit", "note"), page.split("\n**"), strict=True):
        cells = re.findall(r"^\| (`[a-z].*?) \|", part, re.MULTILINE)
        for name in re.findall(r"`(\w+\.[\w-]+)`", " ".join(cells)):
            assert f'"{name}' in source, name
            assert found.get(name, severity) == severity, name
            known += name in found
    assert known > 25
