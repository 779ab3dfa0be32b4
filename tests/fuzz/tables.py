"""Mutations at the level of reader and tables: many in a process of their own, which is ended where one hangs."""

from __future__ import annotations

import faulthandler
import json
import os
import random
import subprocess
import sys
import time
from dataclasses import replace
from typing import Any, Final

from fuzz.judging import judged
from fuzz.mutations import Mutation, mutated
from fuzz.outcomes import Outcomes
from fuzz.pulls import GROUNDS, MODES, Ground, Seen, impatient, kind, question
from places import ROOT, TESTS

SECONDS: Final = 600
"""The longest that one mutation may take by the clock; it takes half a second, and what hangs hangs for ever."""

CPU_SECONDS: Final = 30
"""The longest that it may work, however busy the machine is."""


def fuzz_tables(first: int, count: int, at_once: int = 1) -> Outcomes:
    """Try so many seeds, each with so many mutated answers.

    One that hangs or ends its process is noted, and the next process goes on behind it.
    """
    found = Outcomes(again=f"PYTHONPATH=tests python -m fuzz --from {{seed}} --count 1 --at-once {at_once}")
    seed, ends = first, first + count
    while seed < ends:
        lines = _lines(seed, ends - seed, at_once)
        found.lines += lines
        seed = lines[-1]["seed"] + 1 if lines else seed
        if seed < ends:
            why = f"no outcome within {SECONDS} s, or the process ended: see the trace on stderr"
            found.lines.append({"seed": seed, "outcome": "hang", "mutation": "", "why": why})
            seed += 1
    return found


def _lines(first: int, count: int, at_once: int) -> list[dict[str, Any]]:
    """Let a process of its own try seeds, and return what it came to."""
    words = [
        sys.executable,
        "-m",
        "fuzz",
        "--work",
        "--from",
        str(first),
        "--count",
        str(count),
        "--at-once",
        str(at_once),
    ]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(TESTS)])}
    with subprocess.Popen(words, stdout=subprocess.PIPE, env=env, text=True) as process:
        assert process.stdout is not None
        return [json.loads(line) for line in process.stdout if line.startswith("{")]


def work(seeds: range, at_once: int) -> None:
    """Try seeds in this process, a line each on stdout."""
    impatient()
    grounds: dict[str, Ground] = {}
    for seed in seeds:
        faulthandler.dump_traceback_later(SECONDS, exit=True)
        rng = random.Random(seed)  # noqa: S311 - a seed names a case
        speaks = rng.choice(("cloud", *GROUNDS))
        if speaks not in grounds:
            grounds[speaks] = Ground(speaks)
        began = time.process_time()
        line = {"seed": seed, **tried(grounds[speaks], rng, at_once)}
        line["seconds"] = round(time.process_time() - began, 2)
        if line["seconds"] > CPU_SECONDS:
            line |= {"outcome": "slow", "why": f"{line['seconds']} seconds of work"}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
    faulthandler.cancel_dump_traceback_later()
    for ground in grounds.values():
        ground.close()


def tried(ground: Ground, rng: random.Random, at_once: int = 1) -> dict[str, Any]:
    """Mutate answers of one thing that asks, and judge what comes of it."""
    mode = rng.choice(MODES)
    usual, seen = ground.known(mode)
    mutations = dict(drawn(seen, rng) for _ in range(at_once))
    result = ground.result(
        mode,
        lambda asked, answer: mutations[question(asked)].answer if question(asked) in mutations else answer,
        frozenset(mutations),
    )
    verdict = judged(result, usual, malformed=all(one.malformed for one in mutations.values()))
    where = "; ".join(one.name for one in mutations.values())
    return {"outcome": verdict.outcome, "mutation": f"{ground.name}, {mode}: {where}", "why": verdict.why}


def drawn(seen: list[Seen], rng: random.Random) -> tuple[str, Mutation]:
    """Draw an answer, each kind of question as likely as any other, and change it; return it by its question."""
    kinds: dict[str, list[Seen]] = {}
    for one in seen:
        kinds.setdefault(kind(one[0]), []).append(one)
    asked, answer = rng.choice(kinds[rng.choice(sorted(kinds))])
    mutation = mutated(answer, rng)
    return question(asked), replace(mutation, name=f"{kind(asked)}: {mutation.name}")
