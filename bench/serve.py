"""The embedded Jira in a process of its own, so that its work is not counted as the work of who asks it.

Started by ``run.py``. Takes one JSON object a line on standard input and answers each with one on standard output: first
where it listens, then what it served since it was asked last.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any

from worlds import EIGHT, PROJECTS, big_world

from auditlib.demo.server import site
from auditlib.demo.server.exchange import Answer, Asked, Site
from auditlib.demo.server.forms import parse_forms
from auditlib.demo.server.site import EmbeddedJira, Faults, Rate
from auditlib.demo.server.weather import Limiter


class Counting:
    """Counts the bytes of the answers."""

    def __init__(self) -> None:
        self.size = 0

    def __call__(self, _: Asked, answer: Answer) -> Answer:
        """Let the answer pass as it is."""
        self.size += len(answer.body)
        return answer


def keep_answers() -> None:
    """Let the embedded Jira keep every answer: the world stands still, so that an equal question costs no work again."""
    make = site._answer  # noqa: SLF001 - below the weather, which stays as it is
    kept: dict[tuple[Any, ...], Answer] = {}

    def answer(site: Site, asked: Asked, headers: Mapping[str, str]) -> Answer:
        site.pages._keep = sys.maxsize  # noqa: SLF001 - a kept answer may carry the token of any page
        question = (
            asked.method,
            asked.path,
            tuple(sorted(asked.query.items())),
            asked.body,
            headers.get("Authorization"),
        )
        if question not in kept:
            kept[question] = make(site, asked, headers)
        return kept[question]

    site._answer = answer  # noqa: SLF001 - as above


def set_weather(jira: EmbeddedJira, latency: float, rate: float, faults: int | None) -> None:
    """Change the network of a Jira that runs: seconds a request, requests a second (0: no limit), seed of the faults."""
    jira._latency = latency  # noqa: SLF001 - while it runs, so that the world is made once
    jira._limiter = Limiter(Rate(rate, burst=round(rate))) if rate else None  # noqa: SLF001 - as above
    jira._fate = (lambda: "") if faults is None else Faults(faults).drawing()  # noqa: SLF001 - as above


def main() -> None:
    """Serve a world until standard input ends."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("issues", type=int)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--still", action="store_true", help="keep every answer")
    options.add_argument("--form", action="append", default=[], help="NAME=VALUE, as of auditlib jira")
    options.add_argument("--eight", action="store_true", help="eight projects instead of three")
    given = options.parse_args()
    if given.still:
        keep_answers()
    counting, seen = Counting(), 0
    world = big_world(given.issues, given.seed, projects=EIGHT if given.eight else PROJECTS)
    gc.freeze()
    with EmbeddedJira(world, "cloud", tamper=counting, forms=parse_forms(given.form)) as jira:
        _say(url=jira.url, user=jira.user, token=jira.token)
        for line in sys.stdin:
            order = json.loads(line)
            set_weather(jira, order.get("latency", 0.0), order.get("rate", 0.0), order.get("faults"))
            served = jira.requests[seen:]
            seen += len(served)
            paths = Counter(one.path.removeprefix("/rest/api/3/") for one in served)
            times = [(round(one.at, 4), one.status) for one in served] if order.get("times") else []
            _say(requests=dict(paths), bytes=counting.size, times=times)
            counting.size = 0


def _say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()
