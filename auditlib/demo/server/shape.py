"""What a form does to any answer, once it is made: objects of one kind are changed wherever they stand.

Here is what concerns many answers at once; what concerns one question stands where that is answered.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from html import escape
from typing import Any

from auditlib.demo.server.exchange import Answer, RefusalError, json_answer, json_bytes
from auditlib.demo.server.forms import Forms

Json = dict[str, Any]
Rule = Callable[[str, Json], Any]
"""Gets the member under which an object stands, and a copy of the object; returns what is sent instead."""

_BARS = "█████"
_RECORDS = re.compile(r"/rest/api/[^/]+/(issue|search|changelog|comment)\b")
_BY_NAME = frozenset({"names", "schema", "permissions", "avatarUrls", "attrs", "errors"})
_NUMBER = re.compile(rb'("customfield_[0-9]+": ?)(-?[0-9]+(?:\.[0-9]+)?)(?=[,}])')
_WORDS = {
    403: "You do not have permission to perform this operation.",
    404: "Not Found",
    401: "Unauthorized; scope does not match",
}
_PARTS: Mapping[str, re.Pattern[str]] = {
    "log": re.compile(r"/rest/(api/[^/]+/auditing/record|auditing/1\.0/events)"),
    "watchers": re.compile(r"/rest/api/[^/]+/issue/[^/]+/watchers"),
    "votes": re.compile(r"/rest/api/[^/]+/issue/[^/]+/votes"),
    "links": re.compile(r"/rest/api/[^/]+/issue/[^/]+/remotelink"),
    "worklogs": re.compile(r"/rest/api/[^/]+/issue/[^/]+/worklog"),
    "comments": re.compile(r"/rest/api/[^/]+/issue/[^/]+/comment"),
    "levels": re.compile(r"/rest/api/[^/]+/project/[^/]+/securitylevel"),
    "files": re.compile(r"/rest/api/[^/]+/attachment/content/[^/]+|/secure/attachment/.+"),
}
"""What can be refused although the account is accepted, by the paths that give it."""


def part_of(path: str) -> str:
    """Name the part that a path gives; empty for what a run can't do without."""
    return next((name for name, pattern in _PARTS.items() if pattern.fullmatch(path)), "")


def refuse_part(forms: Forms, path: str) -> None:
    """Refuse the part that the forms say is refused.

    Raises
    ------
    RefusalError
        With the status of the forms.
    """
    part = part_of(path)
    if part and forms.value("refused-part") in {part, "all"}:
        status = int(forms.value("refused-status"))
        raise RefusalError(status, _WORDS[status])


def refusal_of_part(forms: Forms, refusal: RefusalError) -> Answer:
    """Answer with a refusal of a part, its words where ``error-body`` says."""
    kind, words = forms.value("error-body"), " ".join(refusal.messages)
    if kind == "html":
        page = f"<!DOCTYPE html><html><head><title>{escape(words)}</title></head><body><h1>{escape(words)}</h1></body></html>"
        return Answer(refusal.status, {"Content-Type": "text/html;charset=UTF-8"}, page.encode())
    if kind == "xml":
        code = f"<status-code>{refusal.status}</status-code>"
        page = f'<?xml version="1.0" encoding="UTF-8"?><status>{code}<message>{escape(words)}</message></status>'
        return Answer(refusal.status, {"Content-Type": "application/xml;charset=UTF-8"}, page.encode())
    if kind == "errorMessages":
        body: Json = {"errorMessages": list(refusal.messages), "errors": {}}
    elif kind == "errors":
        body = {"errorMessages": [], "errors": {"permission": words}}
    else:
        body = {"code": refusal.status, kind: words}
    return json_answer(body, refusal.status)


class Shape:
    """Changes answers by the forms of one site; does nothing where they are the default."""

    def __init__(self, forms: Forms) -> None:
        self._forms = forms
        self._rules = [rule for (name, value), rule in _RULES.items() if forms.uses(name, value)]
        self._rules_of_records = [rule for (name, value), rule in _IN_RECORDS.items() if forms.uses(name, value)]

    def __call__(self, path: str, answer: Answer) -> Answer:
        """Return the answer to a question of this path as it is sent."""
        if not answer.headers.get("Content-Type", "").startswith("application/json"):
            return answer
        rules = [*self._rules, *(self._rules_of_records if _RECORDS.match(path) else ())]
        if rules and answer.body:
            answer = replace(answer, body=json_bytes(_changed("", json.loads(answer.body), rules)))
        if self._forms.uses("numbers", "exponent"):
            answer = replace(answer, body=_NUMBER.sub(_with_exponent, answer.body))
        kind = _TYPES.get(self._forms.value("content-type"))
        return answer if kind is None else replace(answer, headers={**answer.headers, "Content-Type": kind})


_TYPES = {"plain": "application/json", "capitals": "Application/JSON; Charset=utf-8"}


def _changed(member: str, value: Any, rules: list[Rule]) -> Any:
    """Apply rules to all objects, the inner ones first; those of a list stand under the list's member."""
    if isinstance(value, list):
        return [_changed(member, one, rules) for one in value]
    if not isinstance(value, dict):
        return value
    shown: Any = {name: _changed(name, one, rules) for name, one in value.items()}
    for rule in rules:
        if isinstance(shown, dict):
            shown = rule(member, shown)
    return shown


def _with_exponent(found: re.Match[bytes]) -> bytes:
    return found[1] + f"{Decimal(found[2].decode()).normalize():E}".encode()


def _is_person(shown: Json) -> bool:
    return "displayName" in shown and "active" in shown


def _by_name_alone(member: str, shown: Json) -> Any:
    del member
    return shown["displayName"] if _is_person(shown) else shown


def _without_id(member: str, shown: Json) -> Json:
    del member
    return (
        {k: v for k, v in shown.items() if k not in {"accountId", "key", "name", "self"}}
        if _is_person(shown)
        else shown
    )


def _unnamed(member: str, shown: Json) -> Json:
    del member
    return shown | {"displayName": ""} if _is_person(shown) and not shown["active"] else shown


def _erased(member: str, shown: Json) -> Json:
    """Replace the names of who left: on Cloud a text for all, on Data Center a new user name."""
    del member
    if not _is_person(shown) or shown["active"]:
        return shown
    kept = {name: value for name, value in shown.items() if name != "emailAddress"}
    if "accountId" in shown:
        return kept | {"displayName": "Former user"}
    name = "jirauser" + re.sub(r"\D", "", str(shown.get("key")))
    return kept | {"name": name, "displayName": name}


def _without_category(member: str, shown: Json) -> Json:
    del member
    return {name: value for name, value in shown.items() if name != "statusCategory"}


def _undefined_category(member: str, shown: Json) -> Json:
    del member
    if "statusCategory" not in shown:
        return shown
    undefined = {"id": 1, "key": "undefined", "colorName": "medium-gray", "name": "No Category"}
    return shown | {"statusCategory": undefined}


def _other_project_type(member: str, shown: Json) -> Json:
    del member
    return shown | {"projectTypeKey": "product_discovery"} if "projectTypeKey" in shown else shown


def _undated_attachment(member: str, shown: Json) -> Json:
    del member
    attached = {"filename", "mimeType"} <= shown.keys()
    return {name: value for name, value in shown.items() if name != "created"} if attached else shown


def _redacted(member: str, shown: Json) -> Json:
    """Put bars for the description, and for its earlier texts in the history."""
    if member == "fields" and isinstance(shown.get("description"), str | dict):
        bars = {"type": "doc", "version": 1, "content": [_paragraph(_BARS)]}
        return shown | {"description": bars if isinstance(shown["description"], dict) else _BARS}
    if member == "items" and shown.get("field") == "description":
        return shown | {end: _BARS for end in ("fromString", "toString") if shown.get(end) is not None}
    return shown


def _paragraph(text: str) -> Json:
    return {"type": "paragraph", "content": [{"type": "text", "text": text}]}


def _extended(member: str, shown: Json) -> Json:
    """Add members, but to objects whose members are names of something."""
    if member in _BY_NAME or shown.get("type") == "doc":
        return shown
    return shown | {"x-added": {"since": "a later version"}, "isAdded": True}


_RULES: dict[tuple[str, str], Rule] = {
    ("status-category", "missing"): _without_category,
    ("status-category", "undefined"): _undefined_category,
    ("project-type", "product_discovery"): _other_project_type,
    ("attachment-created", "absent"): _undated_attachment,
    ("redaction", "texts"): _redacted,
    ("extra-members", "everywhere"): _extended,
}
_IN_RECORDS: dict[tuple[str, str], Rule] = {
    ("people", "text"): _by_name_alone,
    ("people", "without-ids"): _without_id,
    ("people", "unnamed"): _unnamed,
    ("people", "erased"): _erased,
}
"""Only in answers about issues: a directory of people has them whole."""
