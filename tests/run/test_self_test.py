"""Whether this very code passed its tests, as the statement says."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from places import TESTS

from auditlib.run.self_test import (
    RECORD,
    SuiteResult,
    source_digest,
    suite_result,
    suite_sentence,
)

HERE = TESTS


@pytest.fixture
def checkout(tmp_path) -> Path:
    """A checkout with a little code."""
    (tmp_path / "auditlib" / "__pycache__").mkdir(parents=True)
    (tmp_path / "auditlib" / "one.py").write_text("ONE = 1\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\ntestpaths = ["tests"]\n', encoding="utf-8")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "conftest.py").write_text(
        "from pathlib import Path\nfrom suite_record import SuiteRecorder\nROOT = Path(__file__).parents[1]\n"
        "def pytest_configure(config):\n    if not hasattr(config, 'workerinput'):\n"
        "        config.pluginmanager.register(SuiteRecorder(ROOT), 'suite-recorder')\n",
        encoding="utf-8",
    )
    (tmp_path / "tests" / "test_two.py").write_text(
        "import pytest\ndef test_a(): pass\n@pytest.mark.parametrize('n', [1, 2])\ndef test_b(n): pass\n"
        "def test_c(): pytest.skip('not here')\n@pytest.mark.xfail\ndef test_d(): assert 0\n",
        encoding="utf-8",
    )
    return tmp_path


def run_tests(checkout: Path, *arguments: str) -> SuiteResult | None:
    """Run the tests of a checkout in a process of their own."""
    paths = os.pathsep.join((str(HERE), str(HERE.parent)))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    environ = {**os.environ, "PYTHONPATH": paths}
    environ.pop("PYTEST_ADDOPTS", None)
    subprocess.run(command, cwd=checkout, env=environ, capture_output=True, check=False)
    return suite_result(checkout)


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_a_complete_run_is_recorded(checkout, arguments):
    """Counts, day and version, and the digest of the code; with or without processes beside each other."""
    found = run_tests(checkout, *arguments)
    assert found is not None
    assert (found.passed, found.failed, found.errors, found.skipped, found.xfailed) == (3, 0, 0, 1, 1)
    assert found.source_sha256 == source_digest(checkout)
    assert suite_sentence(checkout, found).startswith(
        "3 passed, 1 skipped and 1 failed as expected outside of version control on 20"
    )


@pytest.mark.slow
def test_the_record_names_the_commit_and_whether_files_differ_from_it(checkout):
    """In a repository; the record itself is kept out of it."""
    if shutil.which("git") is None:
        pytest.skip("no git here")
    (checkout / ".gitignore").write_text(".make/\n__pycache__/\n", encoding="utf-8")
    who = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    for command in (("init", "-q"), ("add", "."), (*who, "commit", "-q", "-m", "x")):
        subprocess.run(["git", *command], cwd=checkout, check=True)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=checkout, capture_output=True, text=True, check=True).stdout
    found = run_tests(checkout)
    assert found is not None
    assert (found.commit, found.changed) == (head.strip(), False)
    (checkout / "auditlib" / "one.py").write_text("ONE = 4\n", encoding="utf-8")
    found = run_tests(checkout)
    assert found is not None
    assert (found.commit, found.changed) == (head.strip(), True)


@pytest.mark.slow
def test_a_failing_run_is_recorded_as_such(checkout):
    """A package made after a failing run says so."""
    with (checkout / "tests" / "test_two.py").open("a", encoding="utf-8") as file:
        file.write("def test_e(): assert 0\n@pytest.fixture\ndef broken(): 1 / 0\ndef test_f(broken): pass\n")
    found = run_tests(checkout)
    assert found is not None
    assert suite_sentence(checkout, found).startswith("1 failed, 1 with an error, 3 passed, 1 skipped")


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [("tests/test_two.py",), ("-k", "test_a"), ("-x",), ("--co",), ("--deselect", "tests/test_two.py::test_a")],
)
def test_a_run_of_some_tests_is_not_recorded(checkout, arguments):
    """What was chosen, left out or could break off is no complete run; an earlier record stays."""
    assert run_tests(checkout, *arguments) is None


@pytest.mark.slow
def test_code_that_changes_while_tests_run_is_not_vouched_for(checkout):
    """The digest before and after must be one."""
    with (checkout / "tests" / "test_two.py").open("a", encoding="utf-8") as file:
        file.write("def test_g():\n    from pathlib import Path\n    Path('auditlib/one.py').write_text('ONE = 2')\n")
    assert run_tests(checkout) is None


def result_for(checkout: Path, **changes: object) -> SuiteResult:
    plain = SuiteResult(
        "0a1b2c3d4e5f6a7b", False, 1234, 0, 0, 0, 0, "2026-11-24T04:21:00Z", 60.0, "3.11.9", source_digest(checkout)
    )
    return replace(plain, **changes)


def test_the_sentence_names_commit_and_day(checkout):
    """As an auditor reads it in the statement."""
    found = result_for(checkout)
    assert suite_sentence(checkout, found) == "1,234 passed at commit 0a1b2c3d4e5f on 2026-11-24 (Python 3.11.9)"
    changed = suite_sentence(checkout, replace(found, changed=True))
    assert changed == "1,234 passed at commit 0a1b2c3d4e5f with changes not committed on 2026-11-24 (Python 3.11.9)"


def test_without_a_fitting_record_the_status_is_not_known(checkout, tmp_path):
    """Never run, run on other code, or not run from a checkout: each says so, none borrows a result."""
    assert suite_sentence(checkout, None).startswith("not known: no complete run")
    found = result_for(checkout)
    (checkout / "auditlib" / "one.py").write_text("ONE = 3\n", encoding="utf-8")
    assert (
        suite_sentence(checkout, found)
        == "not known: the code has changed since the tests ran on 2026-11-24 (make test)"
    )
    assert suite_sentence(tmp_path / "auditlib", found).startswith("not known: this is an installed copy")


def test_the_digest_of_the_code_leaves_out_what_is_not_code(checkout):
    """Compiled files, evidence and private parameter files change nothing; a notebook does."""
    before = source_digest(checkout)
    (checkout / "auditlib" / "__pycache__" / "one.pyc").write_bytes(b"x")
    (checkout / "params").mkdir()
    (checkout / "params" / "mine.local.yaml").write_text("audit: x\n", encoding="utf-8")
    (checkout / "evidence").mkdir()
    (checkout / "evidence" / "x").write_text("x", encoding="utf-8")
    assert source_digest(checkout) == before
    (checkout / "notebooks").mkdir()
    (checkout / "notebooks" / "01.ipynb").write_text("{}", encoding="utf-8")
    assert source_digest(checkout) != before
    assert source_digest(checkout / "nowhere") == ""


@pytest.mark.parametrize(
    "spoil", [lambda it: it.pop("passed"), lambda it: it.update(passed="many"), lambda it: it.update(more=1)]
)
def test_a_record_of_another_shape_is_none(checkout, spoil):
    """What this version did not write is not read."""
    (checkout / RECORD).parent.mkdir()
    assert suite_result(checkout) is None
    found = result_for(checkout)
    (checkout / RECORD).write_text(found.to_json(), encoding="utf-8")
    assert suite_result(checkout) == found
    record = json.loads(found.to_json())
    spoil(record)
    (checkout / RECORD).write_text(json.dumps(record), encoding="utf-8")
    assert suite_result(checkout) is None
    (checkout / RECORD).write_text("{", encoding="utf-8")
    assert suite_result(checkout) is None
