"""Plant each fault of `faults` in a copy of the checkout, and see whether the tests of its own room notice it.

``make mutants`` runs it; ``python -m mutants.plant jira pull`` (with ``tests`` on the path) plants those of some rooms only.
The copy holds what is under version control, as it stands. A fault counts as noticed by a test that fails with it and passes
without it. Exit status 1: fewer than nine of ten were noticed, or a fault could not be planted or judged.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mutants.faults import FAULTS, Fault

ROOT = Path(__file__).parents[2]
SECONDS = 900
"""The longest that the tests of one fault may take; on a busy machine they take long."""

COMMAND_LINE = ("__main__.py",)
_SUMMARY = re.compile(r"^(?:FAILED|ERROR) (\S+?\.py::\w+(?:\[.*?\])?)(?: - .*)?$", re.MULTILINE)


def sources(room: str, checkout: Path) -> list[Path]:
    """Return the files of a room in which a fault may be planted."""
    package = checkout / "auditlib"
    if room == "hall":
        found = [path for path in package.glob("*.py") if path.name not in COMMAND_LINE]
    elif room == "cli":
        found = [*(package / name for name in COMMAND_LINE), *(package / "cli").rglob("*.py")]
    elif room == "walls":
        found = [path for pure in ("audit", "records") for path in (package / pure).rglob("*.py")]
    else:
        found = list((package / room).rglob("*.py"))
    return sorted(path for path in found if path.is_file())


def places(fault: Fault, checkout: Path) -> list[tuple[Path, int, int]]:
    """Return every place at which the text of a fault stands: the file, and from where to where."""
    text = re.compile(r"\s+".join(map(re.escape, fault.old.split())))
    return [
        (path, found.start(), found.end())
        for path in sources(fault.room, checkout)
        for found in text.finditer(path.read_text(encoding="utf-8"))
    ]


def planted(fault: Fault, checkout: Path) -> tuple[Path, str]:
    """Return the file of a fault, and its text with the fault in it.

    Raises
    ------
    ValueError
        If the text does not stand there exactly once, or what comes of it is no Python.
    """
    found = places(fault, checkout)
    if len(found) != 1:
        raise ValueError(f"{fault.old!r} stands {len(found)} times in {fault.room}, and must once")
    path, start, end = found[0]
    text = path.read_text(encoding="utf-8")
    spoilt = text[:start] + fault.new + text[end:]
    ast.parse(spoilt)
    return path, spoilt


def own_tests(fault: Fault, checkout: Path) -> list[str]:
    """Return the test files of the fault's own room, from the top of the checkout.

    Raises
    ------
    ValueError
        If one is not there.
    """
    own = [checkout / "tests" / fault.room]
    if fault.room in {"hall", "walls"}:
        own.append(checkout / "tests")
    found = [
        [folder / f"test_{name}.py" for folder in own if (folder / f"test_{name}.py").is_file()] for name in fault.tests
    ]
    if not all(found):
        raise ValueError(f"the tests of {fault.room} have no file for each of {', '.join(fault.tests)}")
    return [path.relative_to(checkout).as_posix() for paths in found for path in paths]


@dataclass(frozen=True)
class Outcome:
    """What became of a fault: the test that noticed it, empty if none did; what went wrong otherwise."""

    fault: Fault
    by: str = ""
    wrong: str = ""

    @property
    def test(self) -> str:
        """The test that noticed it, without its parameters."""
        return self.by.partition("[")[0]

    def __str__(self) -> str:
        what = self.by or self.wrong or "SURVIVED"
        return f"{self.fault.room:<10} {self.fault.rule:<76} {what}"


@contextmanager
def copied() -> Iterator[Path]:
    """Copy what is under version control to a folder that is gone afterwards."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    with tempfile.TemporaryDirectory(prefix="auditlib-mutants-") as folder:
        target = Path(folder) / "checkout"
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).is_file():
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                (target / name).write_bytes((ROOT / name).read_bytes())
        yield target


def ran(checkout: Path, tests: Sequence[str], *, all_of_them: bool = False) -> subprocess.CompletedProcess[str]:
    """Run tests of a copy, until one fails if not all of them; those that take long are left out, nothing compiled is kept."""
    environment = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"}
    options = ("-q", "--tb=no", "-rfE", "-p", "no:cacheprovider", "-m", "not slow", *(() if all_of_them else ("-x",)))
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, *tests],
        cwd=checkout,
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=SECONDS,
        check=False,
    )


def judged(fault: Fault, checkout: Path) -> Outcome:
    """Plant a fault in a copy, run the tests of its room, and take it out again."""
    try:
        path, spoilt = planted(fault, checkout)
        tests = own_tests(fault, checkout)
    except (ValueError, SyntaxError) as error:
        return Outcome(fault, wrong=f"NOT PLANTED: {error}")
    whole = path.read_bytes()
    try:
        path.write_text(spoilt, encoding="utf-8", newline="\n")
        done = ran(checkout, tests)
    except subprocess.TimeoutExpired:
        return Outcome(fault, wrong=f"NOT JUDGED: the tests were not over after {SECONDS} s")
    finally:
        path.write_bytes(whole)
    if done.returncode == 0:
        return Outcome(fault)
    noticed = _SUMMARY.search(done.stdout)
    if done.returncode != 1 or noticed is None:
        return Outcome(fault, wrong=f"NOT JUDGED: pytest ended with {done.returncode}: {done.stdout[-300:]}")
    return Outcome(fault, by=noticed[1])


def failing_anyway(outcomes: Sequence[Outcome], checkout: Path) -> set[str]:
    """Return the tests that noticed a fault and fail without any, too, with whatever parameters: what they say is nothing.

    Raises
    ------
    RuntimeError
        If the tests can't be run.
    """
    noticed = sorted({one.test for one in outcomes if one.by})
    if not noticed:
        return set()
    done = ran(checkout, noticed, all_of_them=True)
    if done.returncode not in {0, 1}:
        raise RuntimeError(f"pytest ended with {done.returncode}: {(done.stdout + done.stderr)[-500:]}")
    return {found.partition("[")[0] for found in _SUMMARY.findall(done.stdout)}


def main(rooms: Sequence[str]) -> int:
    """Plant the faults of some rooms, of all if none is named; print a line each, and the sum."""
    if hasattr(os, "nice"):
        os.nice(10)
    chosen = [fault for fault in FAULTS if not rooms or fault.room in rooms]
    outcomes = []
    with copied() as checkout:
        for fault in chosen:
            outcomes.append(judged(fault, checkout))
            sys.stdout.write(f"{outcomes[-1]}\n")
            sys.stdout.flush()
        anyway = failing_anyway(outcomes, checkout)
    for test in sorted(anyway):
        sys.stdout.write(f"NOT JUDGED: {test} fails without a fault, too\n")
    noticed = sum(bool(one.by) and one.test not in anyway for one in outcomes)
    wrong = len(anyway) + sum(bool(one.wrong) for one in outcomes)
    sys.stdout.write(f"{noticed} of {len(outcomes)} noticed by the tests of their own room\n")
    return int(wrong > 0 or 10 * noticed < 9 * len(outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
