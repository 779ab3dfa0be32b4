"""Mutations at the level of reader and tables: many in a process of their own, which is ended where one hangs."""

from __future__ import annotations

import faulthandler
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from fuzz.judging import BAD, GOOD, judged
from fuzz.mutations import Mutation, mutated
from fuzz.pulls import DIALECTS, MODES, Ground, Seen, impatient, kind, question
from places import ROOT, TESTS

SECONDS: Final = 60
"""The longest that one mutation may take; it takes half a second."""


@dataclass
class Outcomes:
    """What came of many mutations, a line each."""

    lines: list[dict[str, Any]] = field(default_factory=list)

    @property
    def fallen(self) -> list[dict[str, Any]]:
        """Those that are not allowed."""
        return [one for one in self.lines if one["outcome"] in BAD]

    def report(self) -> int:
        """Print what came by kind, and how to see again what fell; return the exit status."""
        for one in self.fallen:
            sys.stdout.write(f"seed {one['seed']}: {one['outcome']}: {one['mutation']}\n{one['why']}\n")
            sys.stdout.write(f"  again: PYTHONPATH=tests python -m fuzz --from {one['seed']} --count 1\n")
        counts = Counter(one["outcome"] for one in self.lines)
        said = ", ".join(f"{name} {counts[name]}" for name in (*GOOD, *BAD) if counts[name])
        seeds = f"seeds {self.lines[0]['seed']} to {self.lines[-1]['seed']}" if self.lines else "no seeds"
        sys.stdout.write(f"{len(self.lines)} mutations ({seeds}): {said}\n")
        return 1 if self.fallen else 0


def fuzz_tables(first: int, count: int) -> Outcomes:
    """Try so many seeds; one that hangs or ends its process is noted, and the next process goes on behind it."""
    found, seed, ends = Outcomes(), first, first + count
    while seed < ends:
        for line in _lines(seed, ends - seed):
            found.lines.append(line)
            seed = line["seed"] + 1
        if seed < ends and (not found.lines or found.lines[-1]["seed"] != ends - 1):
            why = f"no outcome within {SECONDS} s, or the process ended"
            found.lines.append({"seed": seed, "outcome": "hang", "mutation": "see the trace on stderr", "why": why})
            seed += 1
    return found


def _lines(first: int, count: int) -> list[dict[str, Any]]:
    """Let a process of its own try seeds, and return what it came to."""
    words = [sys.executable, "-m", "fuzz", "--work", "--from", str(first), "--count", str(count)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(TESTS)])}
    with subprocess.Popen(words, stdout=subprocess.PIPE, env=env, text=True) as process:
        assert process.stdout is not None
        return [json.loads(line) for line in process.stdout if line.startswith("{")]


def work(seeds: range) -> None:
    """Try seeds in this process, a line each on stdout."""
    impatient()
    grounds: dict[str, Ground] = {}
    for seed in seeds:
        faulthandler.dump_traceback_later(SECONDS, exit=True)
        rng = random.Random(seed)
        speaks = DIALECTS[seed % 2]
        if speaks not in grounds:
            grounds[speaks] = Ground(speaks)
        began = time.perf_counter()
        line = {"seed": seed, "dialect": speaks, **tried(grounds[speaks], rng)}
        line["seconds"] = round(time.perf_counter() - began, 2)
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
    faulthandler.cancel_dump_traceback_later()
    for ground in grounds.values():
        ground.close()


def tried(ground: Ground, rng: random.Random) -> dict[str, Any]:
    """Mutate one answer of one thing that asks, and judge what comes of it."""
    mode = rng.choice(MODES)
    usual, seen = ground.known(mode)
    asked, mutation = drawn(seen, rng)
    wanted = question(asked)
    result = ground.result(mode, lambda one, answer: mutation.answer if question(one) == wanted else answer)
    verdict = judged(result, usual, malformed=mutation.malformed)
    where = f"{ground.dialect}, {mode}: {kind(asked)}: {mutation.name}"
    return {"outcome": verdict.outcome, "mutation": where, "why": verdict.why}


def drawn(seen: list[Seen], rng: random.Random) -> tuple[Any, Mutation]:
    """Draw an answer, each kind of question as likely as any other, and change it."""
    kinds: dict[str, list[Seen]] = {}
    for one in seen:
        kinds.setdefault(kind(one[0]), []).append(one)
    asked, answer = rng.choice(kinds[rng.choice(sorted(kinds))])
    return asked, mutated(answer, rng)
