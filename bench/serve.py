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

from worlds import big_world

from auditlib.demo.exchange import Answer, Asked, Site
from auditlib.demo.server import EmbeddedJira


class Counting:
    """Counts requests by operation and status, and the bytes of the answers; adds the time that a network takes."""

    def __init__(self) -> None:
        self.latency = 0.0
        self.start()

    def start(self) -> None:
        """Begin to count from zero."""
        self.requests: Counter[str] = Counter()
        self.size = 0

    def __call__(self, asked: Asked, answer: Answer) -> Answer:
        self.requests[asked.path.removeprefix("/rest/api/3/")] += 1
        self.size += len(answer.body)
        return Answer(answer.status, answer.headers, answer.body, answer.cut, self.latency)


class StillJira(EmbeddedJira):
    """Keeps its answers: the world stands still, and an equal question costs no time of this process again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: dict[tuple[Any, ...], Answer] = {}

    def answer(self, site: Site, asked: Asked, headers: Mapping[str, str]) -> Answer:
        """Answer from memory, as before but for the latency, which may be another now."""
        site.pages._keep = 1_000_000  # a kept answer may carry the token of any page
        query = tuple(sorted(asked.query.items()))
        question = (asked.method, asked.path, query, asked.body, headers.get("Authorization"))
        if question not in self._kept:
            self._kept[question] = super().answer(site, asked, headers)
            return self._kept[question]
        return self._tamper(asked, self._kept[question])


def main() -> None:
    """Serve a world until standard input ends."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("issues", type=int)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--still", action="store_true", help="keep every answer")
    given = options.parse_args()
    counting = Counting()
    world = big_world(given.issues, given.seed)
    gc.freeze()
    with (StillJira if given.still else EmbeddedJira)(world, "cloud", tamper=counting) as jira:
        _say(url=jira.url, user=jira.user, token=jira.token)
        for line in sys.stdin:
            order = json.loads(line)
            counting.latency = order.get("latency", counting.latency)
            _say(requests=dict(counting.requests), bytes=counting.size)
            counting.start()


def _say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()
