"""Planted faults: slips of the kind that people make, each with the rule that it breaks.

A fault is a text of a room and what stands there instead. The file is found by the text, so that a function may move to
another file of its room; white space counts as one blank. Each names the test files of its own room that are to notice it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """A fault to plant.

    Attributes
    ----------
    room : str
        A folder of ``auditlib``; ``hall`` for the modules directly in it, ``walls`` for what is held to be pure.
    rule : str
        What is broken by it.
    old, new : str
        The text, which stands once in the room, and what is planted in its place.
    tests : tuple of str
        Names of test files of the room, without ``test_`` and ending.
    """

    room: str
    rule: str
    old: str
    new: str
    tests: tuple[str, ...]


FAULTS = (
    # cli
    Fault(
        "cli",
        "a package whose tables differ is not called verified although its bag is whole",
        "if any(one.failed for one in results):",
        "if all(one.failed for one in results):",
        ("commands",),
    ),
    Fault(
        "cli",
        "runs of one second take a folder each",
        "with suppress(FileExistsError): target.mkdir() break",
        "target.mkdir(exist_ok=True)\n        break",
        ("commands",),
    ),
    Fault(
        "cli",
        "keys come from one place only",
        "if (keys_file is None) == (not keys):",
        "if keys_file is None and not keys:",
        ("commands",),
    ),
    # start
    Fault(
        "start",
        "nothing that JupyterLab does changes a package",
        "return self._package(path) is None and bool(super().is_writable(path))",
        "return bool(super().is_writable(path))",
        ("contents",),
    ),
    Fault(
        "start",
        "what somebody else changed in a parameter file is not written over",
        "if now != sheet.content:",
        "if not now:",
        ("shelf",),
    ),
    # run
    Fault(
        "run",
        "no kernel is handed a credential",
        "if name not in _USERS_OWN and not is_secret(name)",
        "if name not in _USERS_OWN",
        ("execution",),
    ),
    Fault(
        "run",
        "a clock that is behind is told like one that is ahead",
        "if abs(apart) <= ",
        "if apart <= ",
        ("check",),
    ),
    Fault(
        "run",
        "what is not there is not called a missing right",
        'if entry.status in {401, 403} else ""',
        'if entry.status >= 400 else ""',
        ("check",),
    ),
    # package
    Fault(
        "package",
        "verify computes the dossiers again",
        "return written | evidence.dossier_files()",
        "return written",
        ("recompute",),
    ),
    Fault(
        "package",
        "verify finds a dossier that nothing gives",
        '(data / "dossiers").glob("*/*")',
        '(data / "dossiers").glob("*.*")',
        ("recompute",),
    ),
    Fault(
        "package",
        "verify reads every response, whatever it feeds",
        "for entry in evidence.store.entries(): size = len",
        "for entry in evidence.store.entries()[:0]:\n        size = len",
        ("recompute",),
    ),
    Fault(
        "package",
        "a secret across two reads is found",
        "default=1) - 1",
        "default=1) - 2",
        ("secrets",),
    ),
    Fault(
        "package",
        "a path of 200 characters may travel, one of 201 may not",
        "if len(path) > LONGEST_PATH:",
        "if len(path) >= LONGEST_PATH:",
        ("bag",),
    ),
    Fault(
        "package",
        "what was pulled is never thrown away",
        "and any(path.name not in",
        "and all(path.name not in",
        ("working",),
    ),
    # pull
    Fault(
        "pull",
        "each issue is in one part of the pass",
        'f"created < {text}"',
        'f"created <= {text}"',
        ("partition",),
    ),
    Fault(
        "pull",
        "who is answered as nobody is refused",
        "if not identity:",
        "if identity is None:",
        ("refused_answers",),
    ),
    # evidence
    Fault(
        "evidence",
        "what is computed is computed anew when more has come",
        "if known is None or known[0] != count:",
        "if known is None:",
        ("answers",),
    ),
    Fault(
        "evidence",
        "a history of which a part came is not known whole",
        "known.append(ids[~np.isin(ids, list(left_out))] if left_out else ids)",
        "known.append(ids)",
        ("answers",),
    ),
    Fault(
        "evidence",
        "a version of the schema that is newer is told",
        "and 1 <= said[name] <= known for",
        "and 1 <= said[name] <= known + 1 for",
        ("schema",),
    ),
    # dossier
    Fault(
        "dossier",
        "the sanitiser itself lets no class pass that is not Jira's or ours",
        "all(word in _CLASSES or word in _OURS for word in value.split())",
        "any(word in _CLASSES or word in _OURS for word in value.split())",
        ("rich",),
    ),
    Fault(
        "dossier",
        "what is rewritten passes the sanitiser",
        "_clean = sanitiser(_KEPT, _ATTRIBUTES)",
        "_clean = str",
        ("rich",),
    ),
    Fault(
        "dossier",
        "attachments of a history are those of today",
        '"Attachment": "attachment",',
        '"Attachment": "attachments",',
        ("replay",),
    ),
    # report
    Fault(
        "report",
        "whatever could run or load is found in a finished page",
        'not name.startswith("on") and name not in',
        'not name.startswith("on") or name not in',
        ("notebook_html",),
    ),
    Fault(
        "report",
        "a table of which all is shown names no first rows",
        "if self.order and shown < total",
        "if self.order and shown <= total",
        ("display",),
    ),
    Fault(
        "report",
        "an address becomes a link only if it is one",
        'address if is_web_address(address) else ""',
        'address if "://" in address else ""',
        ("cover",),
    ),
    # the chapter numbering
    Fault(
        "audit",
        "a record of a deletion counts before a mention",
        'for wanted in ("existed", "deleted"):',
        'for wanted in ("deleted", "existed"):',
        ("gaps",),
    ),
    Fault(
        "audit",
        "a number lies in the period if both its neighbours do",
        '(low == "in") & (high == "in")',
        '(low == "in") | (high == "in")',
        ("gaps",),
    ),
    Fault(
        "audit",
        "a gap is open only if it may belong to the period",
        '.isin(["existed", "unexplained"]) & gaps["in_period"].ne("no")',
        '.isin(["existed", "unexplained"])',
        ("finding",),
    ),
    # the chapter population
    Fault(
        "audit",
        "an issue is left out for one reason only",
        'filtered = ~wrong_type & ~in_period["id"]',
        'filtered = ~in_period["id"]',
        ("cut",),
    ),
    Fault(
        "audit",
        "an issue created at the very instant of the first pass is new",
        "if created is not None and created >= began:",
        "if created is not None and created > began:",
        ("drift",),
    ),
    # the chapter status
    Fault(
        "audit",
        "an issue without a resolution has no resolution that is not accepted",
        "(unresolved, ~unresolved & ~accepted, tests)",
        "(unresolved, ~accepted, tests)",
        ("closing",),
    ),
    # the chapter sampling
    Fault(
        "audit",
        "places are dealt to strata by N / (2 n + 1)",
        "2 * given + 3",
        "2 * given + 1",
        ("draw",),
    ),
    # the chapter scope
    Fault(
        "audit",
        "the digest of the responses leaves out what they feed",
        'record.pop("feeds", None)',
        'record.pop("feed", None)',
        ("digests",),
    ),
    # the chapter controls
    Fault(
        "audit",
        "what took exactly the days allowed passes",
        "return Outcome(PASS if took <= limit else EXCEPTION",
        "return Outcome(PASS if took < limit else EXCEPTION",
        ("attributes",),
    ),
    # jira
    Fault(
        "jira",
        "files spend the retries of the whole run",
        "if self._retries.again(tries, _FILE, kind=request.kind): continue",
        "tries.faults += 1\n                if tries.faults < TRIES_PER_QUESTION:\n                    continue",
        ("downloads",),
    ),
    Fault(
        "jira",
        "only a whole path of the read-only list is sent",
        "pattern.fullmatch(path) for known, pattern",
        "pattern.match(path) for known, pattern",
        ("read_only",),
    ),
    Fault(
        "jira",
        "a restriction of several clauses restricts as a whole",
        '*(f"({without_order(restriction)})" for restriction',
        "*(without_order(restriction) for restriction",
        ("jql",),
    ),
    Fault(
        "jira",
        "a full page of Data Center is followed whatever its total says",
        "str(reached) if reached < total or _is_full(body) else None",
        "str(reached) if reached < total else None",
        ("data_center",),
    ),
    # records
    Fault(
        "records",
        "a change at the very end of the period is not yet made",
        "later = at >= end",
        "later = at > end",
        ("state",),
    ),
    Fault(
        "records",
        "a field of somebody's own that is called Key is no move",
        'item.get("field") != "Key" or item.get("fieldtype", "jira") != "jira" or history_id is None',
        'item.get("field") != "Key" or history_id is None',
        ("moves",),
    ),
    Fault(
        "records",
        "a change at the instant of reading was read",
        "if self.when[place] > ends[int(self.issue[place])]",
        "if self.when[place] >= ends[int(self.issue[place])]",
        ("transitions",),
    ),
    # responses
    Fault(
        "responses",
        "no line of the index leads out of the package",
        'any(part in {"", ".", ".."} for part in parts)',
        'parts[0] in {"", ".", ".."}',
        ("raw",),
    ),
    Fault(
        "responses",
        "no cookie is kept",
        '"server", "www-authenticate",',
        '"server", "set-cookie", "www-authenticate",',
        ("raw",),
    ),
    Fault(
        "responses",
        "a line that was never whole is cut off before the next one",
        "index.truncate(self._read_to) named =",
        "pass\n        named =",
        ("raw",),
    ),
    Fault(
        "responses",
        "a damaged file is told with its name, wherever the damage is",
        "except (OSError, EOFError, zlib.error) as error: # gzip",
        "except (OSError, EOFError) as error:  # gzip",
        ("raw",),
    ),
    # params
    Fault(
        "params",
        "a period may be one day",
        "if start is not None and value < start:",
        "if start is not None and value <= start:",
        ("model",),
    ),
    Fault(
        "params",
        "a token in a comment is found",
        "for number, line in enumerate(text.splitlines(), start=1) if ATLASSIAN_TOKEN.search(line)",
        "for number, line in enumerate(text.splitlines(), start=1)\n"
        '        if ATLASSIAN_TOKEN.search(line.partition("#")[0])',
        ("reading",),
    ),
    # hall
    Fault(
        "hall",
        "a period is half-open",
        "& (instants < pd.Timestamp(self.ends))",
        "& (instants <= pd.Timestamp(self.ends))",
        ("times",),
    ),
    Fault(
        "hall",
        "no cell of a table becomes a formula",
        '_SIGNS: Final = "=+\\\\-@',
        '_SIGNS: Final = "=+\\\\-',
        ("csv_cells",),
    ),
    Fault(
        "hall",
        "a key that a project gave up and another took is the new owner's",
        "if len(today) == 1 and key not in former}",
        "if len(today) == 1}",
        ("keys",),
    ),
    # demo
    Fault(
        "demo",
        "who is not active holds no permission",
        "if scheme is None or person is None or not person.active:",
        "if scheme is None or person is None:",
        ("directory",),
    ),
    Fault(
        "demo",
        "a history in bulk has no token after its last page",
        "following = pages.token(name, end) if end < len(entries) else None",
        "following = pages.token(name, end) if end <= len(entries) else None",
        ("cloud_issues",),
    ),
    # walls
    Fault(
        "walls",
        "what is pure asks no clock",
        "recent = {issue: at for issue, at in latest_change.items() if at >= began}",
        "recent = {issue: at for issue, at in latest_change.items() if began <= at <= datetime.now(at.tzinfo)}",
        ("walls",),
    ),
    Fault(
        "walls",
        "what is pure knows no chance",
        'import pandas as pd KINDS = ("new", "gone",',
        'import random\n\nimport pandas as pd\n\nKINDS = ("new", "gone",',
        ("walls",),
    ),
)
