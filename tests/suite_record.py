"""Records the result of a complete run of all tests in the checkout, for the packages made from it.

A run counts as complete if nothing was chosen, left out or broken off: all of ``testpaths``, no ``-k``, no ``-x``.
Any other run leaves the record alone; the digest of the source tells whether it still holds.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from auditlib.run.self_test import RECORD, SuiteResult, source_digest

CHOOSING = (
    "keyword", "markexpr", "deselect", "ignore", "ignore_glob", "lf", "stepwise", "collectonly", "maxfail", "setupplan"
)  # fmt: skip
"""Options by which fewer tests run than there are, or none."""


class SuiteRecorder:
    """A pytest plugin; with xdist it counts in the controlling process only."""

    def __init__(self, checkout: Path) -> None:
        self.checkout = checkout
        self.outcomes: dict[str, str] = {}
        self.began = time.monotonic()
        self.source = source_digest(checkout)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the worst that was said of each test."""
        kind = self._kind(report)
        if kind is not None and self.outcomes.get(report.nodeid) not in {"failed", "errors"}:
            self.outcomes[report.nodeid] = kind

    @staticmethod
    def _kind(report: pytest.TestReport) -> str | None:
        if report.failed:
            return "failed" if report.when == "call" else "errors"
        if hasattr(report, "wasxfail"):
            return "xfailed"
        if report.skipped:
            return "skipped"
        return "passed" if report.when == "call" else None

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the record, if all tests ran and the code stayed as it was."""
        if not self._is_complete(session, exitstatus) or source_digest(self.checkout) != self.source:
            return
        counts = Counter(self.outcomes.values())
        commit = self._git("rev-parse", "HEAD")
        result = SuiteResult(
            commit=commit,
            changed=bool(commit and self._git("status", "--porcelain")),
            passed=counts["passed"],
            failed=counts["failed"],
            errors=counts["errors"],
            skipped=counts["skipped"],
            xfailed=counts["xfailed"],
            finished=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            seconds=round(time.monotonic() - self.began, 1),
            python=platform.python_version(),
            source_sha256=self.source,
        )
        target = self.checkout / RECORD
        target.parent.mkdir(exist_ok=True)
        partial = target.with_name(target.name + ".tmp")
        partial.write_text(result.to_json(), encoding="utf-8")
        partial.replace(target)

    def _is_complete(self, session: pytest.Session, exitstatus: int) -> bool:
        config = session.config
        if (
            exitstatus not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}
            or session.shouldfail
            or session.shouldstop
        ):
            return False
        if config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
            return False
        if any(config.getoption(name, default=None) for name in CHOOSING):
            return False
        return 0 < session.testscollected == len(self.outcomes)

    def _git(self, *arguments: str) -> str:
        git = shutil.which("git")
        if git is None or not (self.checkout / ".git").exists():
            return ""
        done = subprocess.run([git, *arguments], cwd=self.checkout, capture_output=True, text=True, check=False)
        return done.stdout.strip() if done.returncode == 0 else ""
