"""Issue keys in texts that are not Jira's: names of branches, titles, messages. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from auditlib.keys import NUMBER, FormerKeys, renames

_BEFORE: Final = r"(?<![^\W_])(?<![A-Z0-9]_)"
"""A key begins where no letter or digit stands before it; ``MY_PAY-5`` is one of the project ``MY_PAY``."""

_AFTER: Final = r"(?![^\W_])(?!\.[0-9])"
"""It ends where none follows, and no further part of a version: ``PAY-1.2`` is none."""

_BLANK: Final = re.compile(r"\s")


class KeyFinder:
    """Finds the issue keys of some projects in a text.

    ``UTF-8`` and ``CVE-2024-1`` look like keys: only what begins with the key of one of the projects, of today or before,
    is one. In a sentence a key stands in capital letters. A name without a blank may be that of a branch, which people
    write in small letters (git allows no blank in it: https://git-scm.com/docs/git-check-ref-format), so there any case
    counts.

    Parameters
    ----------
    projects : sequence of str
        Project keys.
    former : mapping of str to tuple of str
        Keys that they had before; a key of such a project is returned as it is called today.
    moved : mapping of str to str
        Keys that issues of these projects had before they were moved, with those of today.
    """

    def __init__(
        self,
        projects: Sequence[str],
        former: FormerKeys = MappingProxyType({}),
        moved: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._today: Mapping[str, str] = {
            **renames({**dict.fromkeys(projects, ()), **former}),
            **{one: one for one in projects},
        }
        self._moved = moved
        known = {*self._today, *(key.rpartition("-")[0] for key in moved)}
        words = "|".join(sorted(map(re.escape, known), key=lambda one: (-len(one), one)))
        self._in_sentences = re.compile(f"{_BEFORE}({words})-({NUMBER}){_AFTER}")
        self._in_names = re.compile(f"{_BEFORE}((?i:{words}))-({NUMBER}){_AFTER}")

    def find(self, text: str) -> list[str]:
        """Return the keys in a text, each once, in their order.

        >>> KeyFinder(["PAY"]).find("PAY-1 and PAY-2, as UTF-8"), KeyFinder(["PAY"]).find("feature/pay-3-login")
        (['PAY-1', 'PAY-2'], ['PAY-3'])
        """
        pattern = self._in_sentences if _BLANK.search(text) else self._in_names
        found = dict.fromkeys(self._called_today(*one) for one in pattern.findall(text))
        found.pop("", None)
        return list(found)

    def _called_today(self, project: str, number: str) -> str:
        """Return what a key is called today; empty if it is of no listed project, and of no issue that was moved into one."""
        today = self._today.get(project.upper())
        key = f"{today}-{number}" if today else ""
        return self._moved.get(key) or self._moved.get(f"{project.upper()}-{number}", key)
