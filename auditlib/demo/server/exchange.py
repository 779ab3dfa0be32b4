"""What passes between the embedded Jira and its callers, and what every endpoint needs to answer."""

from __future__ import annotations

import base64
import binascii
import itertools
import json
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from auditlib.demo.server.forms import Forms
from auditlib.demo.server.known_forms import Dialect
from auditlib.demo.world.lookup import Lookup
from auditlib.demo.world.records import Issue, Project, User, World

_NOT_NAVIGABLE = frozenset({"comment", "worklog", "attachment", "watches", "votes"})
NO_ISSUE = "Issue does not exist or you do not have permission to see it."
ABSENT_ISSUE = "Issue Does Not Exist"
HIDDEN_ISSUE = "You do not have the permission to see the specified issue."
HIDDEN_ISSUE_TRANSLATED = "Sie haben nicht das Recht, den angegebenen Vorgang zu sehen."


@dataclass(frozen=True)
class Asked:
    """A request as received. ``path`` is without the context path, ``query`` holds every value of each parameter."""

    method: str
    path: str
    query: Mapping[str, tuple[str, ...]]
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """A response, or what comes instead.

    ``cut`` closes the connection in the middle of the body, ``reset`` before the first byte; ``silent`` never answers;
    ``delay`` waits so many seconds first.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: bool = False
    delay: float = 0.0
    reset: bool = False
    silent: bool = False


@dataclass(frozen=True)
class Served:
    """One request that was answered; ``at`` is when it came, by a clock that never goes back, in seconds."""

    method: str
    path: str
    status: int
    at: float = field(default=0.0, compare=False)


Tamper: TypeAlias = Callable[[Asked, Answer], Answer]


class RefusalError(Exception):
    """An answer other than success; ``messages`` are Jira's ``errorMessages``."""

    def __init__(self, status: int, *messages: str) -> None:
        self.status = status
        self.messages = messages
        super().__init__(" ".join(messages))


class Pages:
    """Result lists behind page tokens, the oldest forgotten first."""

    def __init__(self, keep: int = 64) -> None:
        self._lists: OrderedDict[int, tuple[str, Sequence[Any]]] = OrderedDict()
        self._keep = keep
        self._names = itertools.count(1)

    def put(self, asked: str, items: Sequence[Any]) -> int:
        """Keep the result of what was asked; returns its name."""
        name = next(self._names)
        self._lists[name] = (asked, items)
        if len(self._lists) > self._keep:
            self._lists.popitem(last=False)
        return name

    @staticmethod
    def token(name: int, offset: int) -> str:
        """Make the token of the page that starts at ``offset``; its form is nobody's business."""
        return base64.urlsafe_b64encode(f"page:{name}:{offset}".encode()).decode()

    def read(self, token: str, asked: str) -> tuple[int, Sequence[Any], int]:
        """Find the list and the offset behind a token.

        Raises
        ------
        RefusalError
            400, if the token is unknown, forgotten, or of another question.
        """
        try:
            name, offset = map(int, base64.urlsafe_b64decode(token.encode()).decode().split(":")[1:])
            kept, items = self._lists[name]
        except (ValueError, KeyError, binascii.Error):
            raise RefusalError(400, "The next page token is invalid or has expired.") from None
        if kept != asked:
            raise RefusalError(400, "The next page token does not belong to this request.")
        self._lists.move_to_end(name)
        return name, items, offset


@dataclass
class Site:
    """One embedded Jira: its world, its address and how it answers.

    ``forms`` say which Jira it is, and how it answers where sites differ. ``zone`` is the zone in which dates in JQL are
    read and times are written: the account's on Cloud, the server's on Data Center. ``page_size`` caps every page.
    ``people`` and ``written`` are users and issues as rendered before, ``last_search`` the last result.
    """

    world: World
    forms: Forms
    url: str
    clock: Callable[[], datetime]
    page_size: int | None = None
    lookup: Lookup = field(init=False)
    pages: Pages = field(default_factory=Pages)
    people: dict[User, dict[str, Any]] = field(default_factory=dict)
    written: dict[Any, dict[int, tuple[tuple[Any, ...], bytes]]] = field(default_factory=dict)
    last_search: tuple[str, list[Issue]] | None = None

    def __post_init__(self) -> None:
        self.lookup = Lookup(self.world)

    @property
    def dialect(self) -> Dialect:
        """Which Jira it plays."""
        return self.forms.dialect

    @property
    def cloud(self) -> bool:
        """Say whether this is Jira Cloud."""
        return self.dialect == "cloud"

    @property
    def api(self) -> str:
        """Base address of the REST API, as it stands in ``self`` links."""
        return f"{self.url}/rest/api/{3 if self.cloud else 2}"

    @property
    def zone(self) -> ZoneInfo:
        """Zone of dates in JQL and of times in answers."""
        return ZoneInfo(self.world.account.time_zone if self.cloud else self.world.server_zone)

    @cached_property
    def hidden_fields(self) -> frozenset[str]:
        """Name the fields that ``*navigable`` leaves out."""
        return _NOT_NAVIGABLE | {str(one["id"]) for one in self.world.field_names if one.get("navigable") is False}

    @cached_property
    def long_text_fields(self) -> frozenset[str]:
        """Name the fields that hold long text, a document on Cloud."""
        schemas = {str(one["id"]): one.get("schema") or {} for one in self.world.field_names}
        areas = {name for name, schema in schemas.items() if str(schema.get("custom", "")).endswith(":textarea")}
        return frozenset({"description", "environment"} | areas)

    def time(self, moment: datetime | str) -> str:
        """Write an instant as Jira does; text is already Jira's."""
        if isinstance(moment, str):
            return moment
        text = moment.astimezone(self.zone).isoformat(timespec="milliseconds")
        return text[:-3] + text[-2:]  # Jira writes the offset without a colon


@dataclass(frozen=True)
class Request:
    """What an endpoint works on. ``known`` is False for an anonymous caller, who sees nothing."""

    site: Site
    asked: Asked
    known: bool
    parts: Mapping[str, str]

    @property
    def world(self) -> World:
        """The world behind the site."""
        return self.site.world

    @property
    def lookup(self) -> Lookup:
        """The site's index."""
        return self.site.lookup

    def one(self, name: str, default: str = "") -> str:
        """Read a parameter of the query."""
        return self.asked.query.get(name, (default,))[-1]

    def many(self, name: str) -> list[str]:
        """Read a parameter that may be repeated, each value a comma-separated list."""
        values = (part.strip() for value in self.asked.query.get(name, ()) for part in value.split(","))
        return [value for value in values if value]

    def number(self, name: str, default: int) -> int:
        """Read a number of the query; 400 if it is none."""
        return _whole(name, self.one(name) or default)

    def moment(self, name: str) -> datetime | None:
        """Read an instant of the query, in the site's zone if it names none; 400 if it is no date and time."""
        text = self.one(name)
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise RefusalError(400, f"The value of '{name}' is not a date and time.") from None
        return moment if moment.tzinfo else moment.replace(tzinfo=self.site.zone)

    def flag(self, name: str) -> bool:
        """Read a boolean of the query; absent is False."""
        return self.one(name).lower() == "true"

    def body(self) -> dict[str, Any]:
        """Read the JSON body; 400 if it is no JSON object."""
        try:
            value = json.loads(self.asked.body or b"null")
        except ValueError:
            value = None
        if not isinstance(value, dict):
            raise RefusalError(400, "Invalid request payload. Refer to the REST API documentation and try again.")
        return value

    def window(self, default: int, cap: int) -> tuple[int, int]:
        """Read ``startAt`` and ``maxResults``, the latter held to the cap as Jira does, without a word."""
        return max(0, self.number("startAt", 0)), self.size(self.number("maxResults", default), cap)

    def size(self, wanted: int, cap: int) -> int:
        """Hold a page size to Jira's cap and to that of the site."""
        return max(1, min(wanted, cap, self.site.page_size or cap))

    def has(self, *powers: str) -> bool:
        """Say whether the caller has one of these permissions."""
        return self.known and any(power in self.world.powers for power in powers)

    def require(self, *powers: str, status: int = 403) -> None:
        """Refuse a caller who has none of these permissions."""
        if not self.has(*powers):
            raise RefusalError(status, "You do not have permission to perform this operation.")

    def issue(self, id_or_key: str | None = None) -> Issue:
        """Find an issue; 404 with the one text for hidden, deleted and unknown alike, unless the form tells them apart."""
        name = self.parts["issue"] if id_or_key is None else id_or_key
        found = self.lookup.issue(name) if self.known else None
        if found is None:
            raise self._no_issue(name)
        return found

    def _no_issue(self, name: str) -> RefusalError:
        forms = self.site.forms
        if forms.dialect == "cloud" or forms.uses("hidden-issue", "as-absent"):
            return RefusalError(404, NO_ISSUE)
        if self.lookup.any_issue(name) is None:
            return RefusalError(404, ABSENT_ISSUE)
        status, _, translated = forms.value("hidden-issue").partition("-")
        words = (HIDDEN_ISSUE_TRANSLATED,) if translated else (HIDDEN_ISSUE,)
        return RefusalError(int(status), *words, *(("Login Required",) if status == "401" else ()))

    def project(self, *, administer: bool = False) -> Project:
        """Find the project in the path; 404 if the caller may not see it. Administrators of Jira may configure all."""
        name = self.parts["project"]
        found = self.lookup.project(name) if self.known else None
        if found is None or not (found.browsable or (administer and self.has("ADMINISTER"))):
            kind = "id" if name.isdigit() else "key"
            raise RefusalError(404, f"No project could be found with {kind} '{name}'.")
        return found


Endpoint: TypeAlias = Callable[[Request], Any]


@dataclass(frozen=True)
class Route:
    """One operation. ``anonymous`` says whether callers without credentials get an answer; else they get 401."""

    method: str
    template: str
    endpoint: Endpoint
    anonymous: bool = True

    def match(self, path: str) -> dict[str, str] | None:
        """Return the parts of the path, or None if it is another one's."""
        found = _pattern(self.template).fullmatch(path)
        return found.groupdict() if found else None


_patterns: dict[str, re.Pattern[str]] = {}


def _pattern(template: str) -> re.Pattern[str]:
    if template not in _patterns:
        parts = re.split(r"\{(\w+)\}", template)
        pattern = "".join(f"(?P<{part}>[^/]+)" if odd % 2 else part for odd, part in enumerate(parts))
        _patterns[template] = re.compile(pattern)
    return _patterns[template]


def json_bytes(value: Any, default: Callable[[Any], Any] | None = None) -> bytes:
    """Write JSON, in UTF-8 as Jira does; ``default`` renders what is no JSON yet."""
    try:
        return json.dumps(value, ensure_ascii=False, default=default).encode()
    except UnicodeEncodeError:  # half a surrogate pair, as real data may hold, has no UTF-8
        return json.dumps(value, default=default).encode()


def written_answer(body: bytes) -> Answer:
    """Answer with JSON that is written already."""
    return Answer(200, {"Content-Type": "application/json;charset=UTF-8"}, body)


def json_answer(value: Any, status: int = 200, default: Callable[[Any], Any] | None = None) -> Answer:
    """Answer with JSON; ``default`` renders what is no JSON yet."""
    return replace(written_answer(json_bytes(value, default)), status=status)


def refusal_answer(refusal: RefusalError) -> Answer:
    """Answer with Jira's error collection."""
    return json_answer({"errorMessages": list(refusal.messages), "errors": {}}, refusal.status)


def page(request: Request, items: Sequence[Any], default: int, cap: int) -> dict[str, Any]:
    """Make a page bean with ``values``, ``total``, ``isLast`` and, unless it is the last, ``nextPage``."""
    start, size = request.window(default, cap)
    values = list(items[start : start + size])
    address = f"{request.site.url}{request.asked.path}"
    bean: dict[str, Any] = {
        "self": f"{address}?startAt={start}&maxResults={size}",
        "maxResults": size,
        "startAt": start,
        "total": len(items),
        "isLast": start + size >= len(items),
        "values": values,
    }
    if not bean["isLast"]:
        bean["nextPage"] = f"{address}?startAt={start + size}&maxResults={size}"
    return bean


def whole(body: Mapping[str, Any], name: str, default: int) -> int:
    """Read a number of a JSON body; 400 if it is none."""
    value = body.get(name)
    return default if value is None else _whole(name, value)


def texts(body: Mapping[str, Any], name: str) -> list[str]:
    """Read a list of texts (numbers allowed) of a JSON body; 400 if it is something else."""
    value = body.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, str | int) for one in value):
        raise RefusalError(400, f"The value of '{name}' must be a list of strings.")
    return [str(one) for one in value]


def _whole(name: str, value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise RefusalError(400, f"The value of '{name}' is not a number.") from None
