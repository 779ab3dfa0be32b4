"""Make every small slip in the rules of the controls, one by one, and see whether the histories or the room's tests notice it.

``make mutants-controls`` runs it; ``python -m mutants.controls rounds rules`` (with ``tests`` on the path) only for modules whose
path holds one of these words; ``--every 10`` tries each tenth slip, ``--again OUTPUT`` those that survived before. Exit status 1:
fewer than 95 of a hundred were noticed, or a line of `EQUAL` is of no use.

What takes long is done once: Python, the libraries and the histories are read, then each slip is tried in a process of its own
that is forked from there (so not on Windows). The histories come first; only what they do not notice is given to pytest.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import importlib.abc
import importlib.util
import io
import json
import os
import re
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final

import control_histories
import control_subjects
import hypothesis
import pandas as pd
import pytest
from mutants.equal import EQUAL
from mutants.slips import Slip, slips
from places import ROOT, TESTS

FOLDER: Final = ROOT / "auditlib" / "audit" / "controls"
NAME: Final = "auditlib.audit.controls"
SECONDS: Final = 240
"""The longest that one slip may take; a slip that goes round in circles is noticed by that."""
NEEDED: Final = 0.95
NEED_SUBJECT: Final = (f"{NAME}.subject", "auditlib.dossier.subject", "control_subjects")
"""What is read once for all slips, though a module of the folder is among it: anew where that one has the slip."""
QUIETLY: Final = (
    "-x",
    "-q",
    "--tb=no",
    "--assert=plain",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "-p",
    "no:unraisableexception",  # it collects garbage ten times, which takes longer than the tests
    f"--rootdir={ROOT}",
)

Told = tuple[Path, str]
"""A history, and the dialect in which it is told."""


def modules(words: Sequence[str]) -> list[Path]:
    """Return the modules of the room's folder whose path holds one of the words; all if there are none."""
    found = [path for path in sorted(FOLDER.rglob("*.py")) if path.name != "__init__.py"]
    names = {path: path.relative_to(FOLDER).with_suffix("").as_posix() for path in found}
    return [path for path in found if not words or any(word in names[path] for word in words)]


def own_tests(path: Path) -> list[str]:
    """Return the files of the room's tests of a module: called by it, importing it, importing what imports it, in this order."""
    names = {one: one.relative_to(FOLDER).with_suffix("").as_posix().replace("/", ".") for one in modules(())}
    nearer = {name for one, name in names.items() if names[path] in _imports(one)}
    found: dict[int, list[str]] = {0: [], 1: [], 2: []}
    for test in sorted((TESTS / "audit").rglob("test_*.py")):
        needs = _imports(test)
        if test.stem.removeprefix("test_").endswith(path.stem):
            found[0].append(str(test))
        elif names[path] in needs:
            found[1].append(str(test))
        elif needs & nearer:
            found[2].append(str(test))
    found[0].sort(key=len)  # of `attribute_rounds` and `rounds` the one that is called so
    return [one for many in found.values() for one in many]


def _imports(path: Path) -> set[str]:
    """Return the modules of the folder that a file imports; what makes issues for tests runs the engine on them."""
    text = path.read_text(encoding="utf-8")
    return {*re.findall(rf"^from {re.escape(NAME)}\.(\S+) import", text, re.MULTILINE)} | (
        {"engine"} if "from control_tests import" in text else set()
    )


# One slip, in a process of its own


class _Loader(importlib.abc.Loader, importlib.abc.MetaPathFinder):
    """Gives Python the module with the slip."""

    def __init__(self, slip: Slip) -> None:
        self._name = slip.module.removesuffix(".py").replace("/", ".")
        self._code: CodeType = compile(slip.tree, slip.module, "exec", dont_inherit=True)

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        return importlib.util.spec_from_loader(name, self) if name == self._name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(self._code, module.__dict__)  # noqa: S102 - the module itself, with a slip


def histories_wrong(among: Iterable[Told]) -> Iterator[Told]:
    """Yield the histories, each in a dialect, that come to something else than they must."""
    from control_outcomes import words, wrong  # noqa: PLC0415 - it imports what has the slip

    for path, dialect in among:
        told = control_histories.reading(path, dialect)
        others = dialect == "cloud" and words(told) != control_histories.kept_words()[path.stem]
        if others or any(wrong(told, way) for way in control_histories.ways(told.case)):
            yield path, dialect


def tests_notice(tests: Sequence[str]) -> bool:
    """Say whether a test fails."""
    return pytest.main([*QUIETLY, "-m", "not slow", *tests]) not in {
        pytest.ExitCode.OK,
        pytest.ExitCode.NO_TESTS_COLLECTED,
    }


def noticed_by(slip: Slip | None, tests: Sequence[str], among: Sequence[Told]) -> str:
    """Try a slip, or none, in a process of its own; return what noticed it, empty if nothing did."""
    child = os.fork()
    if not child:
        os._exit(_tried(slip, tests, among))
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "time"
    return {0: "", 1: "histories", 2: "tests"}[os.WEXITSTATUS(status)]


def _tried(slip: Slip | None, tests: Sequence[str], among: Sequence[Told]) -> int:
    """Return 1 where the histories notice it, 2 where a test does, else 0; runs in the child."""
    signal.alarm(SECONDS)
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    if slip is not None:
        if slip.module.endswith("/controls/subject.py"):
            for name in NEED_SUBJECT:
                del sys.modules[name]
        sys.meta_path.insert(0, _Loader(slip))
    try:
        if next(histories_wrong(among), None) is not None:
            return 1
        return 2 if tests and tests_notice(tests) else 0
    except BaseException:  # noqa: BLE001 - whatever it is, without the slip it does not come
        return 1


def without_slip() -> tuple[list[Told], set[str]]:
    """Return the histories that come to what they must without a slip, and the modules that they need.

    The other histories say nothing about a slip, nor does any about a module that none needs.
    """
    every = [(path, dialect) for path in control_histories.FILES for dialect in control_histories.DIALECTS]
    every.sort(key=lambda one: control_histories.history(one[0]).get("times", 1))  # what takes long comes last
    read, write = os.pipe()
    child = os.fork()
    if not child:
        with os.fdopen(write, "w", encoding="utf-8") as out:
            wrong = set(histories_wrong(every))
            json.dump(
                [[one not in wrong for one in every], [name for name in sys.modules if name.startswith(NAME)]], out
            )
        os._exit(0)
    os.close(write)
    with os.fdopen(read, encoding="utf-8") as told:
        sound, needed = json.load(told)
    os.waitpid(child, 0)
    return [one for one, good in zip(every, sound, strict=True) if good], set(needed)


# All of them


def warm() -> None:
    """Read what every slip needs, and nothing of what may have one."""
    hypothesis.settings.register_profile("mutants", database=None, derandomize=True)
    pd.DataFrame({"warm": [1]}).groupby("warm").size()
    for path in control_histories.FILES:
        for dialect in control_histories.DIALECTS:
            told = control_histories.reading(path, dialect)
            control_subjects.called(told)
            for way in control_histories.ways(told.case):
                control_subjects.subjects(told, way)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        (Path(folder) / "test_nothing.py").write_text("def test_nothing():\n    pass\n", encoding="utf-8")
        pytest.main([*QUIETLY, folder])
    gc.freeze()
    early = [name for name in sys.modules if name.startswith(f"{NAME}.") and name not in NEED_SUBJECT]
    if early:
        raise RuntimeError(f"read too early, so that no slip would be seen in them: {', '.join(early)}")


def chosen(path: Path, every: int, again: Path | None) -> list[Slip]:
    """Return the slips of a module that are tried: all, each n-th, or those that survived by an earlier output."""
    found = list(slips(path, ROOT))
    if again is not None:
        survived = again.read_text(encoding="utf-8")
        found = [one for one in found if f" {one.name}\n" in survived]
    return found[every // 2 :: every]


def main(arguments: Sequence[str]) -> int:
    """Try the slips of some modules; print those that nobody noticed, a line a module, and the sum."""
    parser = argparse.ArgumentParser(prog="mutants.controls", description=main.__doc__)
    parser.add_argument("words", nargs="*", help="modules whose path holds one of these words; all if left out")
    parser.add_argument("--every", type=int, default=1, help="only each n-th slip, for a first look")
    parser.add_argument("--again", type=Path, help="only the slips that survived by this earlier output")
    given = parser.parse_args(arguments)
    warm()
    among, needed = without_slip()
    left_out = len(control_histories.FILES) * len(control_histories.DIALECTS) - len(among)
    if left_out:
        sys.stdout.write(f"{left_out} histories come to something else without a slip, too, and are left out\n")
    total: Counter[str] = Counter()
    used: set[str] = set()
    paths = modules(given.words)
    for path in paths:
        name = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
        tried = chosen(path, given.every, given.again)
        if not tried:
            continue
        count, equal = of_module(path, tried, among if name in needed else [])
        total += count
        used |= equal
        sys.stdout.write(f"{path.relative_to(FOLDER)}: {_told(count)}\n")
    partly = given.every > 1 or given.again is not None
    mine = (
        set()
        if partly
        else {name for name in EQUAL if name.startswith(tuple(f"{it.relative_to(ROOT).as_posix()} " for it in paths))}
    )
    for name in sorted(mine - used):
        sys.stdout.write(f"NOT EQUAL, or not there: {name}\n")
    sys.stdout.write(f"all: {_told(total)}\n")
    return int(share(total) < NEEDED or not mine <= used or left_out > 0)


def of_module(path: Path, tried: Sequence[Slip], among: Sequence[Told]) -> tuple[Counter[str], set[str]]:
    """Try the slips of a module; return how many what noticed, and which of `EQUAL` are there."""
    tests, count, equal = own_tests(path), Counter[str](), set[str]()
    if noticed_by(None, tests, among):
        sys.stdout.write(f"NOT JUDGED by tests: one of {path.name} fails without a slip\n")
        tests = []
    for slip in tried:
        by = noticed_by(slip, tests, among) or ("equal" if slip.name in EQUAL else "survived")
        if by == "equal":
            equal.add(slip.name)
        elif by == "survived":
            sys.stdout.write(f"SURVIVED line {slip.line} {slip.name}\n")
        count[by] += 1
        sys.stdout.flush()
    return count, equal


def share(count: Counter[str]) -> float:
    """Return which part of the slips was noticed; those that change nothing don't count."""
    judged = count.total() - count["equal"]
    return 1.0 if not judged else 1 - count["survived"] / judged


def _told(count: Counter[str]) -> str:
    judged = count.total() - count["equal"]
    by = ", ".join(f"{count[name]} by {name}" for name in ("histories", "tests", "time") if count[name])
    return (
        f"{judged - count['survived']} of {judged} noticed ({share(count):.1%}): {by}; {count['equal']} change nothing"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
