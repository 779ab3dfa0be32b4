"""What stands in many answers: ids, keys, counts, texts, people; each in every form that a Jira is known to send. Pure.

Facts and their sources: docs/jira.md.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, TypeAlias

from msgspec import Meta

from auditlib.keys import PROJECT

_MOST: Final = 10**18
"""Numbers from here on are none of a Jira, which counts in 63 bits."""

_KEY_DIGITS: Final = 9
"""Digits of the highest number of an issue that is believed. All numbers up to the highest are accounted for, one by one, in
memory: one with more digits can be no counter that went up by one with each issue, and would be no audit but an outage.
"""

Text: TypeAlias = str | None
Scalar: TypeAlias = str | int | float | bool | None
"""What is shown as text, and whatever Jira sends there."""

Id: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9]{1,18}\Z")] | Annotated[int, Meta(ge=0, lt=_MOST)]
"""The id of an issue, as text or as a number. ASCII digits only: Python reads others, such as the superscript 2, as none."""

Key: TypeAlias = Annotated[str, Meta(pattern=rf"\A{PROJECT}-[1-9][0-9]{{0,{_KEY_DIGITS - 1}}}\Z")]
"""The key of an issue."""

ProjectKey: TypeAlias = Annotated[str, Meta(pattern=rf"\A{PROJECT}\Z")]
"""The key of a project."""

Count: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9]{1,18}\Z")] | Annotated[int, Meta(ge=0, lt=_MOST)]
"""How many there are, as a number or as text."""

Object: TypeAlias = dict[str, Any]
"""Members of which whoever reads them knows nothing."""

Person: TypeAlias = Object | str | None
"""Who did something: a user record; in old exports the plain name; null, or left out, where nobody is named."""
