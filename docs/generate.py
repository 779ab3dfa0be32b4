"""Writes what these documents take from the code: the dictionary, the list of requests, the library of control tests.

They stand in ``tables.md``, in ``administrators.md``, and in ``controls.md`` with a page for each test in ``controls/``.

Run by ``make docs/tables.md``; ``tests/test_docs.py`` says when that is due.
"""
# ruff: noqa: INP001 - a script beside the documents, no package

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

from auditlib.audit.answers.answered import ANSWERS_TEMPLATE
from auditlib.audit.numbering.explanations import GAP_EXPLANATIONS
from auditlib.audit.sampling.sample import BESIDE
from auditlib.dossier.files import SOMETIMES
from auditlib.dossier.files import TABLES as DOSSIER_FILES
from auditlib.evidence.chapters import TABLES
from auditlib.jira.read_only import READ_ONLY
from auditlib.jira.scopes import NEEDS
from auditlib.params import library
from auditlib.params.controls import REGIONS, Control
from auditlib.tables import Table

DOCS: Final = Path(__file__).parent

KINDS: Final = {
    "text": "text",
    "integer": "number",
    "fraction": "fraction",
    "instant": "time",
    "instant_utc": "time, UTC",
    "flag": "true or false",
}

REQUESTS: Final = {
    "tenant_info": ("the cloud id of a site, by which the gateway knows it; asked without credentials (Cloud)", "none"),
    "serverInfo": ("which Jira this is, and its clock", "none"),
    "myself": ("as whom it is asked, and in which time zone", "access to Jira"),
    "mypermissions": ("what the account may do in a project", "none"),
    "field": (
        "which fields there are, where control tests name some; asked only then",
        "access to Jira; without it the run goes on",
    ),
    "servicedeskapi/request": (
        "of sampled issues of a service project, and of those whose approvals a control needs: the type of the request",
        "to see the request; without it the run goes on",
    ),
    "servicedeskapi/request/approval": ("its approvals", "as above"),
    "servicedeskapi/request/sla": ("its SLAs", "agent of the service project; without it the run goes on"),
    "project": ("that the project is there, and the keys it had before", "Browse Projects"),
    "project/securitylevel": (
        "whether issues may be hidden",
        "Browse Projects; levels are named only to who has Set Issue Security",
    ),
    "user/list": ("all users, to tell when people of a large company were last active (Data Center)", "Browse Users"),
    "project/permissionscheme": (
        "what is granted to whom in a project",
        "Administer Projects, or Administer Jira; without it the run goes on",
    ),
    "project/role": (
        "who is in a role to which a permission asked for leads, or that a control names; the roles of a team-managed project",
        "as above",
    ),
    "permissionscheme": ("the grants of a scheme that came without them", "access to Jira"),
    "group/member": (
        "who is in a group to which a permission asked for leads, or that a control names",
        "Browse users and groups, or Administer Jira; without it the run goes on",
    ),
    "applicationrole": (
        "which groups give access to an application, where a permission is granted to all its users",
        "Administer Jira; without it the run goes on",
    ),
    "user/bulk": ("name and state of people whom no group told (Cloud)", "access to Jira"),
    "user": ("the same (Data Center), one by one, at most 500", "Browse users and groups; without it the run goes on"),
    "filter": ("the shared filter of `filter_id`", "the filter is shared with the account"),
    "issue": ("one issue by key or id", "Browse Projects, and the issue's security level"),
    "issue/changelog": ("the whole history of one issue (Data Center: where only a part came along)", "as above"),
    "issue/comment": ("its comments", "as above; restricted ones also their group or role"),
    "issue/worklog": ("its worklogs", "as above"),
    "issue/remotelink": ("its links to elsewhere", "as above"),
    "issue/watchers": ("who watches it", "as above; names also View Voters and Watchers"),
    "issue/votes": ("its votes", "as above"),
    "worklog/updated": ("which worklogs were changed since the last archive; asked by archive alone", "access to Jira"),
    "worklog/deleted": ("which worklogs were deleted since; asked by archive alone", "access to Jira"),
    "worklog/list": (
        "those worklogs; asked by archive alone",
        "Browse Projects; restricted ones also their group or role",
    ),
    "attachment/content": ("a file of a sampled issue, if `attachments` is true (Cloud)", "as above"),
    "secure/attachment": ("a file of a sampled issue, if `attachments` is true (Data Center)", "as above"),
    "auditing/record": (
        "Jira's audit log (Cloud, and Data Center below 8.8)",
        "Administer Jira; without it the run goes on",
    ),
    "workspaces/event-actions": (
        "at Atlassian's gateway: which actions the site records, the deletion of issues among them or not (Cloud)",
        "Administer Jira; without it the run goes on",
    ),
    "workspaces/events": (
        "at Atlassian's gateway: Workspace Events of the period (Cloud)",
        "Administer Jira; without it the run goes on",
    ),
    "project/statuses": ("the statuses of each issue type", "Browse Projects"),
    "project/workflowscheme": (
        "which workflow each issue type has (Data Center)",
        "Administer Jira; without it the run goes on",
    ),
    "workflow": ("the names of all workflows, and who last changed each (Data Center)", "access to Jira"),
    "workflowscheme/project": (
        "which workflow each issue type has (Cloud)",
        "Administer Jira; without it the run goes on",
    ),
    "workflows": (
        "the statuses, transitions and rules of a workflow as it is now (Cloud)",
        "Administer Jira; for a team-managed project's own Administer Projects or View (Read-Only) Workflow",
    ),
    "workflow/history/list": ("which versions of a workflow Jira keeps (Cloud)", "as above"),
    "workflow/history": ("a version of a workflow that Jira keeps (Cloud)", "as above"),
    "auditing/events": ("Jira's audit log (Data Center)", "Jira administrator; without it the run goes on"),
    "search/jql": ("the passes and the walk over the keys (Cloud)", "Browse Projects, and each issue's security level"),
    "search/approximate-count": ("Jira's own estimate of the size (Cloud)", "as above"),
    "issue/bulkfetch": ("up to 100 issues by key or id (Cloud)", "as above"),
    "changelog/bulkfetch": ("the history of up to 1,000 issues (Cloud)", "as above"),
    "search": ("the passes, the walk, the count and the histories (Data Center)", "as above"),
}
"""Why each request of the read-only list is sent, and what the account needs for it; by the path less what varies."""


def short_name(path: str) -> str:
    r"""Return the path of a line of the read-only list without root, keys and numbers.

    >>> short_name(r"rest/api/[23]/project/[A-Z][A-Z0-9_]*/securitylevel")
    'project/securitylevel'
    """
    steps = re.sub(r"^(?:rest/(?:api/[^/]+/)?|audit-log/v1/)", "", path).replace(r"\.", ".").split("/")
    return "/".join(step for step in steps if re.fullmatch(r"[a-z][A-Za-z_-]+", step))


def requests_table() -> str:
    """Return the read-only list as a Markdown table, each path as the code has it.

    Raises
    ------
    KeyError
        If a line of the list is new; say in ``REQUESTS`` what it is for.
    """
    lines = ["| method | path below the base address (a regular expression) | what for | the account needs |"]
    lines += ["| --- | --- | --- | --- |"]
    for method, path in READ_ONLY:
        what, needs = REQUESTS[short_name(path)]
        shown = path.replace("|", r"\|")
        lines.append(f"| {method} | `{shown}` | {what} | {needs} |")
    return "\n".join(lines)


def dictionary() -> str:
    """Return the text of ``tables.md``."""
    head = """# Data dictionary

Written by `docs/generate.py` from the code (`make docs/tables.md`). Do not edit.

The tables of a package, in `data/tables/`. CSV as RFC 4180 has it: UTF-8 without a byte order mark, lines ended by LF, a
header row first. An empty cell is a missing value. Later versions may add columns behind these, and rename none.

- *time*: ISO 8601 in the audit's zone, with milliseconds and offset: `2026-04-01T09:15:00.000-04:00`. *time, UTC* ends in `Z`.
- *fraction*: from 0 to 1, at most six decimals; only all is `1`, only none is `0`.
- *text*: as Jira gave it, but that nothing in it acts on who opens the file. A control character, a mark that turns the direction
  of a line, and what no file can hold is an escape of six characters, `\\u001b`; a backslash that such an escape would begin
  with is `\\u005c`. What a spreadsheet could take for a formula has an apostrophe before it: at the begin of a text that begins,
  perhaps behind spaces, with `=`, `+`, `-`, `@` (also full width), or with TAB, CR or an apostrophe; and within it behind a line
  end, TAB, `;`, `|` (and `=`, `@` behind a comma). To read a text, take the escapes back, then the first apostrophe, then one
  behind each of those signs where a formula follows. Packages of tables before version 3 (`data/run.json`, `schema`) escape NUL
  and halves of characters only, and guard the first character, apostrophes not.

Rows are sorted by project and number; `sample.csv` in drawing order, `findings.csv` by notebook and severity, `requests.csv` in
the order of the auditor's list. `data/audit.xlsx` holds the same tables, at most 100,000 rows a sheet, behind four sheets of its
own: the statement on the information (IPE), what was asked and which sheets there are, the tests of the sample, and a review
sheet to sign. There, times are dates of Excel in the audit's
zone; their exact texts are folded beside them.
"""
    parts = [
        head,
        *map(_section, TABLES),
        _section(GAP_EXPLANATIONS),
        _section(ANSWERS_TEMPLATE),
        _other_files(),
        _DOSSIER_HEAD,
    ]
    parts += [_section(table, 3) for table in (*DOSSIER_FILES, *SOMETIMES)]
    return "\n".join(parts)


_DOSSIER_HEAD: Final = """## In a dossier

`data/dossiers/KEY/` holds the full record of a sampled issue, KEY being the one under which it was asked for: `issue.html` to
read, `issue.json` with what Jira answered, unchanged, the files below, and `attachments/` with the files that were downloaded.
"""


def _section(table: Table, level: int = 2) -> str:
    rows = [f"| `{column.name}` | {KINDS[column.kind]} | {column.meaning} |" for column in table.columns]
    return "\n".join(
        [
            f"{'#' * level} {table.file}",
            "",
            table.says,
            "",
            "| column | kind | meaning |",
            "| --- | --- | --- |",
            *rows,
            "",
        ]
    )


def _other_files() -> str:
    return f"""## Beside the tables

| file | what |
| --- | --- |
| `keys.txt` | {BESIDE["keys.txt"]} |
| `redraw.sh` | {BESIDE["redraw.sh"]} Not there if the auditor selected the sample. |
| `strata.txt` | Key, TAB and stratum of each issue of the population. Only there if `sample_strata` is set. |
"""


def scopes_table() -> str:
    """Return the scopes of each request to Cloud as a Markdown table."""
    lines = ["| request | classic | granular: all of these | without it |", "| --- | --- | --- | --- |"]
    for name, need in NEEDS.items():
        if need.classic:
            granular = ", ".join(f"`{scope}`" for scope in need.granular)
            lines.append(f"| `{name}` | `{need.classic}` | {granular} | {need.without} |")
    return "\n".join(lines)


def granular_scopes() -> str:
    """Return all granular scopes that a token for everything takes, as a block to tick off."""
    scopes = sorted({scope for need in NEEDS.values() for scope in need.granular})
    return "\n".join(["```text", *scopes, "```"])


def with_requests(text: str) -> str:
    """Return the text of ``administrators.md`` with the read-only list and the scopes, each between its two marks."""
    for mark, table in (("requests", requests_table()), ("scopes", scopes_table()), ("granular", granular_scopes())):
        begin, end = f"<!-- {mark}: begin -->", f"<!-- {mark}: end -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}\n{table}\n{end}{after}"
    return text


CONTROLS_BEGIN: Final = "<!-- controls: begin -->"
CONTROLS_END: Final = "<!-- controls: end -->"


def with_controls(text: str) -> str:
    """Return the text of ``controls.md`` with the list of all control tests between its marks."""
    before, _, rest = text.partition(CONTROLS_BEGIN)
    _, _, after = rest.partition(CONTROLS_END)
    lines = ["| id | test | criterion | exception when |", "| --- | --- | --- | --- |"]
    for control in library.ids():
        known = library.entry(control)
        exception = known.outcomes.exception or "never: it is listed as a note"
        lines.append(f"| [{control}](controls/{control}.md) | {known.title} | {_criteria(known)} | {exception} |")
    return f"{before}{CONTROLS_BEGIN}\n{chr(10).join(lines)}\n{CONTROLS_END}{after}"


def _criteria(known: library.Entry) -> str:
    """Return the criteria of a control with their points of focus: ``CC8.1 (8, 9)``."""
    return ", ".join(
        f"{one.criterion} ({', '.join(map(str, one.focus))})" if one.focus else one.criterion for one in known.criteria
    )


def control_page(control: str) -> str:
    """Return the page of one control test."""
    known = library.entry(control)
    outcomes = [
        ("`pass`", known.outcomes.passed),
        ("`exception`", known.outcomes.exception),
        ("`no evidence`, a deviation too", known.outcomes.no_evidence),
        ("`not applicable`", known.outcomes.not_applicable),
    ]
    return "\n".join(
        [
            f"# {control}: {known.title}",
            "",
            f"**{known.question}**",
            "",
            f"Written by `docs/generate.py` from `params/library/{control}.yaml` in the package. [All controls](../controls.md).",
            "",
            "| | |",
            "| --- | --- |",
            f"| criterion | {_criteria(known)} |",
            f"| looks at | {known.looks_at} |",
            f"| rule | {known.how} |",
            f"| evidence | {known.evidence} |",
            "",
            "## In the parameter file",
            "",
            "```yaml",
            "controls:",
            f"  - {known.example}",
            "```",
            "",
            *_keys_of(known),
            "## Outcomes",
            "",
            "| outcome | when |",
            "| --- | --- |",
            *(f"| {name} | {said} |" for name, said in outcomes if said),
            "",
            "## What it proves",
            "",
            known.proves,
            "",
            "## What it does not prove",
            "",
            known.does_not_prove,
            "",
            "## What to do with an exception",
            "",
            known.on_exception,
            "",
        ]
    )


def _keys_of(known: library.Entry) -> list[str]:
    """Return the keys that a control takes, each with its default, as a Markdown table."""
    if not known.takes:
        return ["It takes no key but `name`.", ""]
    needs = [" or ".join(f"`{name}`" for name in group) for group in known.needs]
    rows = [
        f"| `{key}` | {_default(key, value)} | {Control.model_fields[key].description} |"
        for key, value in known.takes.items()
    ]
    said = [f"It needs {', and '.join(needs)}.", ""] if needs else []
    return ["| key | default | meaning |", "| --- | --- | --- |", *rows, "", *said]


def _default(key: str, value: object) -> str:
    """Return the default of a key as it would be written."""
    if key in REGIONS:
        return "as in `workflow`"
    return "none" if value in (None, []) else f"`{json.dumps(value) if not isinstance(value, str) else value}`"


def main() -> None:
    """Write all of them."""
    controls = DOCS / "controls.md"
    controls.write_text(with_controls(controls.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    for control in library.ids():
        (DOCS / "controls" / f"{control}.md").write_text(control_page(control), encoding="utf-8", newline="\n")
    (DOCS / "tables.md").write_text(dictionary(), encoding="utf-8", newline="\n")
    administrators = DOCS / "administrators.md"
    text = administrators.read_text(encoding="utf-8")
    administrators.write_text(with_requests(text), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
