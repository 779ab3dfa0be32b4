"""Topics: what each response was asked for, what it brings, and which rows it feeds. Pure.

A topic is a text in the index of ``raw/``, and the folder of its responses: ``first_pass/PAY/01``. It is written by the record
of its kind, ``FIRST_PASS.of("PAY", 1)``, and read by ``read_topic``. Nothing else puts such a text together or takes it apart,
and what asks for topics of some sort (those that bring histories, those that feed a table) picks them from ``TOPICS``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Final, Literal

from auditlib.errors import AnswerError

Rows = Literal["project", "issues", "asked", "key"]
"""How the rows are named that a response feeds.

``project``: by the topic's project, ``all`` where it has none; ``issues``: by the key of each issue that it is about;
``asked``: by each missing key that was asked for; ``key``: by the topic's issue key.
"""

_PART: Final = re.compile(r"\{(?P<name>\w+)(?P<number>:0?(?P<width>[0-9]*)d)?\}")
_DIGITS: Final = 18  # which fit into 63 bits


@dataclass(frozen=True, eq=False)
class Topic:
    """A kind of question: what a response to it is, and what it brings.

    Parameters
    ----------
    form : str
        How its texts are written: words, parts in braces, numbers with their width; a last part in brackets may be left out.
    says : str
        What a response is, in a sentence.
    issues : str
        How the issues that it finds were asked for, by ``search`` or ``identifier``; empty if it finds none.
    histories : str
        How histories come: ``with issues`` where Jira gives them so (Data Center), in ``bulk``, or of ``one`` issue; empty if
        none do. Where several topics bring histories, they are read in the order of ``TOPICS``.
    created, keys : int
        From 1 on: it tells when issues of its project were created, or which key an issue has; of several topics that tell it
        of the same issue, that with the highest number counts.
    feeds : mapping of str to str
        The tables that it feeds, with the rows.
    first_contact : bool
        It is asked before anything that a package is made of.
    anew : bool
        It belongs to the sampled issues, which are read anew when a frozen population is gone on with.
    """

    form: str
    says: str
    issues: Literal["", "search", "identifier"] = ""
    histories: Literal["", "with issues", "bulk", "one"] = ""
    created: int = 0
    keys: int = 0
    feeds: Mapping[str, Rows] = field(default_factory=dict)
    first_contact: bool = False
    anew: bool = False

    @cached_property
    def segments(self) -> tuple[str, ...]:
        """Words and parts of the form, in order."""
        return tuple(self.form.replace("[", "").replace("]", "").split("/"))

    @cached_property
    def name(self) -> str:
        """The words of the form: ``history/first_pass``."""
        return "/".join(one for one in self.segments if not _PART.fullmatch(one))

    @cached_property
    def folder(self) -> str:
        """The first word, below which all responses of the topic lie."""
        return self.segments[0]

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """Names of the parts, in order."""
        return tuple(found["name"] for one in self.segments if (found := _PART.fullmatch(one)))

    @property
    def digested(self) -> bool:
        """Whether more than one question depends on what it brings."""
        return bool(self.issues or self.histories)

    def of(self, *values: str | int) -> str:
        """Return the text of the topic with these parts, in their order.

        Raises
        ------
        ValueError
            If parts are missing, or are too many.
        """
        if len(values) not in {len(self.parts), len(self.parts) - ("[" in self.form)}:
            raise ValueError(f"the topic {self.form} takes {', '.join(self.parts) or 'nothing'}, given {values}")
        return self.below(*values)

    def below(self, *values: str | int) -> str:
        """Return what its texts with these first parts begin with, up to the next part: ``first_pass/PAY``."""
        begins: list[str] = []
        given = iter(values)
        for segment in self.segments:
            if part := _PART.fullmatch(segment):
                value = next(given, None)
                if value is None:
                    break
                begins.append(segment.format(**{part["name"]: value}))
            else:
                begins.append(segment)
        return "/".join(begins)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What its texts look like."""
        pattern = "/".join(
            _pattern_of(found) if (found := _PART.fullmatch(one)) else re.escape(one) for one in self.segments
        )
        if "[" in self.form:
            begins, _, last = pattern.rpartition("/")
            pattern = f"{begins}(?:/{last})?"
        return re.compile(pattern)

    def read(self, text: str) -> dict[str, str | int] | None:
        """Return the parts of a text by name, as far as it has them; None if it is of another topic."""
        found = self.pattern.fullmatch(text)
        if found is None:
            return None
        numbers = {part["name"] for one in self.segments if (part := _PART.fullmatch(one)) and part["number"]}
        return {
            name: int(value) if name in numbers else value
            for name, value in found.groupdict().items()
            if value is not None
        }


def _pattern_of(part: re.Match[str]) -> str:
    """Return the pattern of a part: anything without a slash, or a number of at least its width."""
    form = f"[0-9]{{{part['width'] or 1},{_DIGITS}}}" if part["number"] else "[^/]+"
    return f"(?P<{part['name']}>{form})"


@dataclass(frozen=True)
class Named:
    """A text, read: its topic, and the topic's parts by name."""

    written: str
    topic: Topic
    parts: Mapping[str, str | int]

    def text(self, part: str) -> str:
        """Return a part that is a text.

        Raises
        ------
        AnswerError
            If the topic has no such part.
        """
        return str(self._part(part))

    def number(self, part: str) -> int:
        """Return a part that is a number.

        Raises
        ------
        AnswerError
            If the topic has no such part.
        """
        return int(self._part(part))

    def _part(self, part: str) -> str | int:
        if part not in self.parts:
            raise AnswerError(f"the topic {self.written} of raw/index.jsonl names no {part}", found=self.written)
        return self.parts[part]


# who and what is asked

SERVER: Final = Topic("server", "Which Jira this is, and its clock.", feeds={"findings": "project"}, first_contact=True)
GATEWAY: Final = Topic("gateway", "The cloud id of a site that refuses the token.", first_contact=True)
ACCOUNT: Final = Topic("account", "As whom Jira is asked.", feeds={"findings": "project"}, first_contact=True)
PROJECT: Final = Topic("project/{project}", "A project, and the keys that it had before.", first_contact=True)
POWERS: Final = Topic(
    "powers/{project}", "What the account may do in a project.", feeds={"findings": "project"}, first_contact=True
)
SECURITY: Final = Topic(
    "security/{project}", "The issue security levels of a project.", feeds={"findings": "project"}, first_contact=True
)
FILTER: Final = Topic(
    "filter", "The shared filter of the parameters.", feeds={"findings": "project"}, first_contact=True
)

# the passes

COUNT: Final = Topic(
    "count/{project}", "Jira's own count of the issues of the period.", feeds={"reconciliation": "project"}
)
KEY_WALK: Final = Topic(
    "key_walk/{project}",
    "A page of all issues that a project holds, by creation.",
    issues="search",
    created=4,
    keys=4,
    feeds={"numbering": "project", "gaps": "project"},
)
PROBE: Final = Topic(
    "probe/{project}",
    "When a few issues were created, to know where they lie.",
    issues="identifier",
    created=2,
    keys=3,
    feeds={"numbering": "project", "gaps": "project"},
)
FIRST_PASS: Final = Topic(
    "first_pass/{project}/{slice:02d}",
    "A page of the issues of the period, with their fields.",
    issues="search",
    histories="with issues",
    created=1,
    keys=5,
    feeds={"population": "issues", "status": "project", "reconciliation": "project"},
)
SECOND_PASS: Final = Topic(
    "second_pass/{project}",
    "A page of the same issues once more, ids only.",
    issues="search",
    feeds={"reconciliation": "project"},
)
FILTER_PASS: Final = Topic(
    "filter_pass/{project}",
    "A page of those that the JQL or filter of the parameters lets pass.",
    issues="search",
    feeds={"reconciliation": "project", "excluded": "project"},
)
TEST_ISSUES: Final = Topic(
    "test_issues/{project}",
    "A page of those that the company marks as tests.",
    issues="search",
    feeds={"closing": "project"},
)

# histories

HISTORY_DRIFT: Final = Topic(
    "history/drift/{project}[/{batch:04d}]",
    "Histories of issues that are in one pass only.",
    histories="bulk",
    feeds={"population": "issues"},
)
HISTORY_FIRST_PASS: Final = Topic(
    "history/first_pass[/{batch:04d}]",
    "Histories of the issues of the first pass.",
    histories="bulk",
    feeds={"population": "issues"},
)
HISTORY_MISSING: Final = Topic(
    "history/missing/{asked:07d}[/{batch:04d}]",
    "Histories that tell which missing number an issue answered to, after so many were asked for.",
    histories="bulk",
    feeds={"population": "issues"},
)
HISTORY_ONE: Final = Topic(
    "history/one/{issue:d}",
    "A page of the history of an issue of which only a part had come.",
    histories="one",
    feeds={"population": "issues"},
)
HISTORY_SETTLE: Final = Topic(
    "history/settle/{project}/{asked:06d}[/{batch:04d}]",
    "Histories of the neighbours of the period, after so many were asked for.",
    histories="bulk",
    feeds={"population": "issues"},
)

# numbers

SEVERAL: Final = "several"
"""Stands for the project where keys are asked for that may be of more than one."""

SETTLE: Final = Topic(
    "settle/{project}",
    "Issues that decide where the numbers of the period begin and end.",
    issues="identifier",
    histories="with issues",
    created=3,
    keys=2,
    feeds={"numbering": "project", "gaps": "project"},
)
MISSING: Final = Topic(
    "missing/{project}",
    "What answers to the keys of missing numbers.",
    issues="identifier",
    histories="with issues",
    keys=1,
    feeds={"gaps": "asked", "numbering": "project"},
)
MANNER: Final = Topic(
    "manner/{project}",
    "How Jira answers for a key that surely does not exist.",
    feeds={"gaps": "project"},
)
DRIFT: Final = Topic(
    "drift/{project}",
    "Issues that are in one pass only.",
    issues="identifier",
    histories="with issues",
    keys=6,
    feeds={"reconciliation": "project"},
)

# the audit log

LOG_RECORDS: Final = Topic(
    "log/records", "A page of Jira's audit log.", feeds={"deletions": "project", "gaps": "project"}
)
LOG_OLDER: Final = Topic(
    "log/older",
    "Whether the log holds records from before the time that is asked for.",
    feeds={"deletions": "project", "gaps": "project"},
)
LOG_ANY: Final = Topic("log/any", "Whether the log can be read; asked by check alone.")

RIGHTS: Final = Topic("rights/{kind}", "Whether a kind of request is allowed; asked by check alone.")

# the sampled issues

AGAIN_SERVER: Final = Topic(
    "again/server", "Jira's clock when the sample was read anew.", feeds={"findings": "project"}, anew=True
)
AGAIN_ACCOUNT: Final = Topic(
    "again/account", "As whom the sample was read anew.", feeds={"findings": "project"}, anew=True
)
DOSSIER_ISSUE: Final = Topic(
    "dossier/{key}/issue",
    "An issue in full.",
    feeds={"sample_changes": "key", "sample_history": "key", "attributes": "key"},
    anew=True,
)
DOSSIER_HISTORY: Final = Topic(
    "dossier/{key}/history",
    "A page of its history.",
    feeds={"sample_history": "key", "attributes": "key"},
    anew=True,
)
DOSSIER_COMMENTS: Final = Topic(
    "dossier/{key}/comments",
    "A page of its comments.",
    feeds={"sample_comments": "key", "attributes": "key"},
    anew=True,
)
DOSSIER_WORKLOGS: Final = Topic(
    "dossier/{key}/worklogs", "A page of its worklogs.", feeds={"attributes": "key"}, anew=True
)
DOSSIER_REMOTE_LINKS: Final = Topic(
    "dossier/{key}/remote_links", "Its links to elsewhere.", feeds={"attributes": "key"}, anew=True
)
DOSSIER_WATCHERS: Final = Topic("dossier/{key}/watchers", "Who watches it.", feeds={"attributes": "key"}, anew=True)
DOSSIER_VOTES: Final = Topic("dossier/{key}/votes", "Its votes.", feeds={"attributes": "key"}, anew=True)
DOSSIER_ATTACHMENT: Final = Topic(
    "dossier/{key}/attachment/{attachment:d}", "A file of it.", feeds={"attributes": "key"}, anew=True
)

DOSSIER_PARTS: Final[Mapping[str, Topic]] = MappingProxyType(
    {
        topic.segments[-1]: topic
        for topic in (
            DOSSIER_HISTORY,
            DOSSIER_COMMENTS,
            DOSSIER_WORKLOGS,
            DOSSIER_REMOTE_LINKS,
            DOSSIER_WATCHERS,
            DOSSIER_VOTES,
        )
    }
)
"""What hangs on an issue, by the name of the part."""

OTHER: Final = Topic("other", "Of no topic of this version; it brings nothing.")
"""Is in no package: stands for a text that no topic has."""

TOPICS: Final = (
    *(SERVER, GATEWAY, ACCOUNT, PROJECT, POWERS, SECURITY, FILTER),
    *(COUNT, KEY_WALK, PROBE, FIRST_PASS, SECOND_PASS, FILTER_PASS, TEST_ISSUES),
    *(HISTORY_DRIFT, HISTORY_FIRST_PASS, HISTORY_MISSING, HISTORY_ONE, HISTORY_SETTLE),
    *(SETTLE, MISSING, MANNER, DRIFT),
    *(LOG_RECORDS, LOG_OLDER, LOG_ANY, RIGHTS),
    *(AGAIN_SERVER, AGAIN_ACCOUNT, DOSSIER_ISSUE, *DOSSIER_PARTS.values(), DOSSIER_ATTACHMENT),
)
"""Every topic, about in the order in which a run asks."""


def folders(topics: Iterable[Topic]) -> tuple[str, ...]:
    """Return the folders of topics, each once, in their order."""
    return tuple(dict.fromkeys(topic.folder for topic in topics))


def in_words(text: str) -> str:
    """Return a topic's text as people read it.

    >>> in_words("history/first_pass/0001")
    'history, first pass, 0001'
    """
    return text.replace("_", " ").replace("/", ", ")


_IN_FOLDER: Final = {folder: [one for one in TOPICS if one.folder == folder] for folder in folders(TOPICS)}


@lru_cache(maxsize=1024)
def read_topic(text: str) -> Named:
    """Read a topic's text; one that no topic has is of the topic `OTHER`, for an index may come from anybody."""
    for topic in _IN_FOLDER.get(text.partition("/")[0], ()):
        parts = topic.read(text)
        if parts is not None:
            return Named(text, topic, parts)
    return Named(text, OTHER, {})
