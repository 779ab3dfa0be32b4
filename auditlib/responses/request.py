"""A question to Jira as a record: made by the dialects, sent by the reader, named in the raw index."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import ItemsView, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urlencode

from auditlib.keys import PROJECT

_NUMBER: Final = re.compile(
    rf"(?<=secure/attachment/).+|(?<=/project/)[^/]+|(?<=/workspaces/)[^/]+|(?<=/)(?:{PROJECT}-)?[0-9]+(?=/|\Z)"
)
_WHOLE: Final = 1000  # stands for the page of a question that names none


class PackedBody(Mapping[str, Any]):
    """A JSON object as its text, read whenever it is looked at."""

    __slots__ = ("_text",)

    def __init__(self, body: Mapping[str, Any]) -> None:
        self._text = json.dumps(dict(body.items()), separators=(",", ":"))

    def _body(self) -> dict[str, Any]:
        return dict(json.loads(self._text))

    def __getitem__(self, name: str) -> Any:
        return self._body()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._body())

    def __len__(self) -> int:
        return len(self._body())

    def items(self) -> ItemsView[str, Any]:
        """Return all members, of one reading."""
        return self._body().items()


@dataclass(frozen=True)
class Request:
    """One HTTP request, without host or credentials.

    Attributes
    ----------
    method : str
        ``GET``, or ``POST`` for a question too long for an address.
    path : str
        From the base address on, without leading slash: ``rest/api/3/search/jql``.
    query : tuple of (str, str)
        Query parameters, in order.
    body : mapping or None
        JSON body of a ``POST``.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, Any] | None = field(default=None, hash=False)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of what is asked: equal questions have equal digests."""
        body = None if self.body is None else dict(self.body.items())
        text = json.dumps([self.method, self.path, self.query, body], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def kind(self) -> str:
        """What limits of a Jira count together: method and path, with a letter for each number and key in it."""
        return f"{self.method} {_NUMBER.sub('n', self.path)}"

    @property
    def parameters(self) -> dict[str, list[str]]:
        """The values of each query parameter, in order; one that is asked with several values has them all."""
        found: dict[str, list[str]] = {}
        for name, value in self.query:
            found.setdefault(name, []).append(value)
        return found

    @property
    def half(self) -> int | None:
        """Half the page that is asked for; None if it can't be smaller, or there are no pages."""
        query = dict(self.query)
        asked = (self.body or {}).get(
            "maxResults", query.get("maxResults", query.get("limit", _WHOLE if "startAt" in query else 0))
        )
        return int(asked) // 2 or None

    def packed(self) -> Request:
        """Return the same question with a body that takes only its characters: some name a thousand issues."""
        return replace(self, body=PackedBody(self.body)) if isinstance(self.body, dict) else self

    def __str__(self) -> str:
        query = f"?{urlencode(self.query)}" if self.query else ""
        return f"{self.method} {self.path}{query}"


def get(path: str, **query: str | int | None) -> Request:
    """Make a ``GET``; a parameter that is None is left out."""
    return Request("GET", path, tuple((name, str(value)) for name, value in query.items() if value is not None))


def post(path: str, **body: Any) -> Request:
    """Make a ``POST`` that asks; a member that is None is left out."""
    return Request("POST", path, body={name: value for name, value in body.items() if value is not None})
