"""The record of a kind of question: how its text is written and read, what a response to it brings, which rows it feeds. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
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
