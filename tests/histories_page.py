"""Writes ``docs/controls/histories.md``, and what the engine says of each history, in words.

Besides, the histories in Data Center's form for whoever feeds them to another tool.

``make docs/controls/histories.md`` runs it; ``python -m histories_page FOLDER`` (with ``tests`` on the path) writes the files.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from control_histories import FILES, WORDS, history, in_dialect, reading
from control_outcomes import words
from places import ROOT

PAGE = ROOT / "docs" / "controls" / "histories.md"

INTRODUCTION = """\
# Histories that try to fool a control test

Written by hand, with what each must come to, before any rule stood. A tool that tests control tickets can be fooled in these
ways: approve after the release and release once more, send it back and rewrite it, let an app approve, hand the issue over
before one approves one's own work. Among them stand honest histories, which must raise no alarm. All names are made up.

{files} files, {outcomes} outcomes. `make test` runs each of them in both dialects of Jira.

## Run them against another tool

The files lie in `tests/controls/histories/`. Each is one JSON object and needs nothing of this project:

| member | what it is |
| --- | --- |
| `title`, `tries`, `trap`, `note` | what is tried, in words |
| `period` | `start`, `end`: both days belong to it, counted in `timezone` |
| `read_at` | when Jira was read: what had not happened until then had not happened |
| `workflow` | which statuses mean what: `gate`, `working`, `testing`, `done`, by name or id |
| `controls` | the controls that are tested, with what differs from [their defaults](../controls.md) |
| `statuses` | the statuses as Jira lists them today |
| `issues` | as `GET issue/{{key}}?expand=changelog,names` answers; `changelog.total` tells how many entries there are |
| `times` | the first issue stands for that many, which differ by their numbers alone |
| `comments` | of the first issue, as `GET issue/{{key}}/comment` lists them; `null`: refused; left out: there are none |
| `approvals` | where given: as `GET servicedeskapi/request/{{key}}/approval` lists them |
| `members`, `member_log` | who belongs to a role or group as of the reading, `null`: refused; what the log says of changes |
| `expected` | for each control and round what must come, and why |

In `expected`, `round` counts from 1 over the whole history: a round lasts from the creation, or from the last leaving of a
`done` status, to the next entry into one. Only rounds whose release lies in the period have a row; an issue without one has
a single row with `round: null`. `outcome` is `pass`, `exception`, `no evidence` or `not applicable`. `entries`
are history entries that must be named as deciding; `falls_due_later` marks a deadline after the period; `note` says whether
something is to be noted, which is never an exception alone. `key` is given where there are several issues.

The files are in Cloud's form. In Data Center's form accounts have no types, histories no ids of fields, and people have a user
name and a key; where that can't be told from a person's act, `data_center` says what comes instead, and why. This writes
the files in that form into a folder:

```sh
PYTHONPATH=tests python -m histories_page FOLDER
```

A tool is right if it has every row and no other. An alarm too many counts as one too few.

## The histories
"""


def page() -> str:
    """Return the page."""
    cases = [(path, history(path)) for path in FILES]
    outcomes = sum(len(case["expected"]) for _, case in cases)
    parts = [INTRODUCTION.format(files=len(cases), outcomes=outcomes)]
    for path, case in cases:
        parts += ["", *_section(path, case)]
    return "\n".join(parts) + "\n"


def _section(path: Path, case: dict[str, Any]) -> Iterator[str]:
    trap = f" Trap: {case['trap']}." if "trap" in case else ""
    yield f"### {path.stem}"
    yield ""
    yield f"{case['tries']}{trap}"
    yield ""
    yield "| control | round | must be | why |"
    yield "| --- | ---: | --- | --- |"
    for one in case["expected"]:
        where = f" of {one['key']}" if "key" in one else ""
        yield _row(f"{one['control']}{where}", one["round"], one["outcome"], one["why"])
        if "data_center" in one:
            other = one["data_center"]
            yield _row(f"{one['control']}, Data Center", one["round"], other["outcome"], other["why"])


def _row(control: str, number: int | None, outcome: str, why: str) -> str:
    return f"| {control} | {'–' if number is None else number} | {outcome} | {why} |"


def all_words() -> str:
    """Return what the engine says of each history in Cloud's form."""
    parts = ["\n".join([path.stem, *(f"  {line}" for line in words(reading(path, "cloud")))]) for path in FILES]
    return "\n".join(parts) + "\n"


def write_in_data_centers_form(folder: Path) -> None:
    """Write every history in Data Center's form into a folder, with what must come there."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in FILES:
        case = in_dialect(history(path), "data-center")
        rows = [one | one.pop("data_center", {}) for one in map(dict, case["expected"])]
        text = json.dumps(case | {"expected": rows}, indent=1, ensure_ascii=False)
        (folder / path.name).write_text(text + "\n", encoding="utf-8", newline="\n")


def main(arguments: Sequence[str]) -> int:
    """Write the page, or the files into the folder that is named."""
    if arguments:
        write_in_data_centers_form(Path(arguments[0]))
    else:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(), encoding="utf-8", newline="\n")
        WORDS.write_text(all_words(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
