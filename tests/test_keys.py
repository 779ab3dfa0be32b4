"""One form of keys, for everything that reads, asks for or refuses one."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from places import ROOT

from auditlib.audit.sampling.draw import select_keys
from auditlib.demo.folder.load import load_folder
from auditlib.errors import AuditError
from auditlib.jira.read_only import require_allowed
from auditlib.keys import PROJECT, is_key, is_project_key, listed_number
from auditlib.params.reading import parse_parameters
from auditlib.records.issues import split_key
from auditlib.responses.entry import ATTACHMENTS
from auditlib.responses.request import Request
from auditlib.run.dossiers import require_keys

KEYS = ("AB-1", "A-1", "A1-99", "A_B-10", "PAYX-123456", "X__9-7", f"{'L' * 255}-1", "A-999999999999999999")
OTHERS = ("1A-1", "_A-1", "ab-1", "Ab-1", "AB-0", "AB-01", "AB-1\n", " AB-1", "AB-١", "AB-", "AB1", "ÄB-1", "A B-1", "A-B-1", "",
          "AB-1000000000000000000")  # fmt: skip


def accepted(act: Callable[[], object]) -> bool:
    """Say whether something is done, and not refused."""
    try:
        return act() is not False
    except AuditError:
        return False


def parsed(**values: object) -> object:
    lines = {"audit": "A", "jira_url": "demo", "projects": ["AB"], "period_start": "2026-01-01", "period_end": "2026-01-31",
             "timezone": "UTC", **values}  # fmt: skip
    return parse_parameters(json.dumps(lines), "test")


def in_folder(folder: Path, key: str) -> bool:
    fields = {"created": "2026-01-02T10:00:00.000+0000", "issuetype": {"name": "Bug"}, "status": {"name": "Open"}}
    (folder / "issue.json").write_text(json.dumps({"id": "100", "key": key, "fields": fields}))
    return bool(load_folder(folder).world.issues)


def selected(key: str) -> bool:
    chosen = select_keys(pd.DataFrame({"key": [key]}), [key])
    return "not an issue key" not in set(chosen.rejected["reason"])


READERS: dict[str, Callable[[str, Path], bool]] = {
    "records": lambda key, _: accepted(lambda: is_key(key)),
    "answers": lambda key, _: accepted(lambda: split_key(key)),
    "what is asked": lambda key, _: accepted(lambda: require_allowed("GET", f"rest/api/3/issue/{key}")),
    "what counts together": lambda key, _: Request("GET", f"rest/api/3/issue/{key}").kind.endswith("/issue/n"),
    "files": lambda key, _: ATTACHMENTS.fullmatch(f"../dossiers/{key}/attachments/a.txt") is not None,
    "parameters": lambda key, _: accepted(lambda: parsed(projects=[key.rpartition("-")[0]], sample_keys=[key])),
    "a folder of issues": lambda key, folder: accepted(lambda: in_folder(folder, key)),
}


@pytest.mark.parametrize("reader", READERS)
def test_everything_takes_the_same_keys(reader, tmp_path):
    """A key that one part takes is refused by none of the others, one letter or an administrator's own form included."""
    assert [key for key in KEYS if not READERS[reader](key, tmp_path)] == []
    loose = {"what counts together"}  # it only tells numbers apart from names
    assert [key for key in OTHERS if READERS[reader](key, tmp_path) and reader not in loose] == []


@pytest.mark.parametrize("key", KEYS)
def test_a_project_key_is_what_stands_before_the_number(key):
    """The parameter, the request and the records agree on that form too."""
    project = key.rpartition("-")[0]
    assert is_project_key(project)
    assert parsed(projects=[project])
    require_allowed("GET", f"rest/api/2/project/{project}")
    assert selected(key)
    assert require_keys([key.lower()]) == [key]


def test_a_number_that_no_project_reached_is_none_of_its_numbers():
    """All numbers up to the highest one named are asked for: a made-up one must not make it endless."""
    former = {"AB": ()}
    assert listed_number("AB-999999999999", former, {}) == ("AB", 999_999_999_999)
    assert listed_number("AB-1000000000000", former, {}) is None


def patterns(path: Path) -> list[str]:
    """Return the texts of a module, and the literal parts of its composed ones: any of them may be a pattern."""
    texts = (node.value for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant))
    return [text for text in texts if isinstance(text, str) and len(text) < 200]


def is_of_keys(pattern: str) -> bool:
    """Say whether a pattern takes an issue key for what it is: not a word, a name or an address that may look like one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # most texts are no patterns at all
            takes = re.compile(pattern).fullmatch
    except (re.error, OverflowError):
        return False
    bounds = "/ \"'"
    keys = ("AB-1", *(f"{bound}AB-1" for bound in bounds), *(f"AB-1{bound}" for bound in bounds))
    return any(takes(key) and not takes(key.replace("1", "X")) for key in keys) and pattern != "AB-1"


@pytest.mark.parametrize(
    "pattern", [r"[A-Z]+-\d+", r"[A-Za-z][A-Za-z0-9_]*-\d+", r"\w+-[1-9][0-9]*", r"/[A-Z]{2,9}-[0-9]{1,9}"]
)
def test_a_form_of_its_own_would_be_seen(pattern):
    """The rule below can fail."""
    assert is_of_keys(pattern)


def test_no_other_form_is_written_anywhere():
    """Six parts had patterns of their own, and disagreed; the embedded Jira takes its form from here too."""
    found = {
        path.relative_to(ROOT).as_posix(): pattern
        for path in sorted((ROOT / "auditlib").rglob("*.py"))
        for pattern in patterns(path)
        if is_of_keys(pattern) or re.search(r"\[A-Z\]\[A-Z0-9", pattern)
    }
    assert found == {"auditlib/keys.py": PROJECT}
