"""Issues of a Jira that wants the audit to fall: one of each kind, as it is answered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from auditlib.deep_json import cut
from auditlib.dossier.numbers import loads
from auditlib.dossier.parts import Place, Received, Source
from auditlib.dossier.record import Dossier, read_dossier

AT = "2026-04-01T09:00:00.000+0000"
PLACE = Place("https://jira.example.com", "cloud", "Ada", "a-1", ZoneInfo("UTC"))


def fields_of(**fields: Any) -> dict[str, Any]:
    return {"created": AT, "summary": "s", "status": {"id": "1", "name": "Open"}, **fields}


def paragraph(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "paragraph", "content": [{"type": "text", "text": text, **more}]}


def document(*nodes: Any) -> dict[str, Any]:
    return {"type": "doc", "version": 1, "content": list(nodes)}


def within(kinds: tuple[str, ...], levels: int) -> dict[str, Any]:
    node = paragraph("the deepest word")
    for _ in range(levels):
        for kind in reversed(kinds):
            node = {"type": kind, "content": [node]}
    return document(node)


def comment(number: int, body: Any = "x", **more: Any) -> dict[str, Any]:
    return {"id": str(number), "created": AT, "updated": AT, "author": {"displayName": "Ada"}, "body": body, **more}


def change(number: int, before: str, after: str) -> dict[str, Any]:
    item = {"field": "summary", "fieldId": "summary", "from": None, "fromString": before, "to": None, "toString": after}
    return {"id": str(number), "created": AT, "author": {"displayName": "Ada"}, "items": [item]}


def link(address: Any) -> dict[str, Any]:
    return document(paragraph("click", marks=[{"type": "link", "attrs": {"href": address}}]))


def html(markup: str) -> dict[str, Any]:
    return {"fields": fields_of(description="x"), "renderedFields": {"description": markup}}


ODD_FIELDS = {
    "status": 5,
    "issuetype": [1],
    "priority": {"name": 7},
    "resolution": True,
    "assignee": 3,
    "reporter": [{}],
    "labels": {"a": 1},
    "components": "x",
    "parent": 5,
    "subtasks": [5, {"fields": 7}],
    "project": 7,
    "watches": 5,
    "issuelinks": {"type": 5, "outwardIssue": {"key": 5, "fields": []}},
    "votes": "x",
    "comment": [5],
    "worklog": True,
    "attachment": [5, {"id": []}, {"id": "7", "filename": 5, "size": {}, "mimeType": [], "content": 6}],
    "duedate": 9e99,
    "updated": {},
    "resolutiondate": [],
    "timespent": "x",
    "timeoriginalestimate": True,
}
UNKNOWN_NODES = document(
    {"type": "zork", "attrs": {"x": [1, {}]}, "content": [paragraph("in"), 5, None]},
    *({"type": 5}, {"type": ["a"]}, {"type": {}, "content": "x"}, {"type": "text", "text": None, "marks": [5, None]}),
    {"type": "heading", "attrs": {"level": "x"}, "content": [{"type": "text", "text": 5, "marks": "strong"}]},
    *({"type": "date", "attrs": {"timestamp": "9" * 400}}, {"type": "media", "attrs": 5}),
    *link({"a": 1})["content"],
)
CONTROLS = "".join(map(chr, range(0x200))) + "\u202e\u2066\u2028"

HOSTILE: dict[str, dict[str, Any]] = {
    "a link of 9,000 characters": {"fields": fields_of(description=link("https://a.example/" + "x" * 9_000))},
    "a link of a megabyte": {"fields": fields_of(description=link("https://a.example/" + "x" * 1_000_000))},
    "a long link in HTML": html(f'<a href="https://a.example/{"x" * 9_000}">c</a>'),
    "240 lists": {"fields": fields_of(description=within(("bulletList", "listItem"), 240))},
    "240 lists in HTML": html("<ul><li>" * 240 + "the deepest word"),
    "a document of 1,000 levels": {"fields": fields_of(description=within(("blockquote",), 1_000))},
    "JSON of 5,000 levels": {"fields": fields_of(customfield_1=loads("[" * 5_000 + "]" * 5_000))},
    "half a character": {
        "fields": fields_of(description="a\ud800b", **{"customfield_\ud800": "x"}),
        "comments": [comment(1, "\udfff")],
    },
    "half a character in a document": {"fields": fields_of(description=document(paragraph("a\ud800b")))},
    "a word of a megabyte": {"fields": fields_of(description="x" * 1_000_000)},
    "marks without end": {"fields": fields_of(description="a" + "\u0301" * 300_000)},
    "joined pictures": {"fields": fields_of(description="\U0001f469\u200d" * 30_000)},
    "a summary of a megabyte": {"fields": fields_of(summary="s" * 1_000_000)},
    "control characters": {
        "fields": fields_of(description=CONTROLS, summary=CONTROLS),
        "comments": [comment(1, CONTROLS)],
    },
    "turned directions": {"fields": fields_of(description="\u202e" * 100_000)},
    "a table of 1,000 columns": html(f"<table><tr>{'<td>x</td>' * 1_000}</tr></table>"),
    "cells that span everything": html(f"<table>{'<tr><td colspan=99999 rowspan=99999>x</td></tr>' * 300}</table>"),
    "a picture of 1 by 100,000": html('<img src="data:image/png;base64,AAAA" width=1 height=100000>'),
    "unknown nodes": {"fields": fields_of(description=UNKNOWN_NODES)},
    "bodies that are no text": {
        "fields": fields_of(description=17),
        "comments": [comment(n, body) for n, body in enumerate((17, [1, 2], {"x": 1}, None, True), start=1)],
        "worklogs": [{"id": 5, "comment": 9}],
    },
    "fields of other types": {
        "fields": fields_of(**ODD_FIELDS),
        "watchers": {"watchers": 5, "watchCount": "x"},
        "votes": {"votes": [], "voters": {}},
        "remote_links": [{"object": 5}, {"application": []}, {"object": {"url": 7, "title": {}, "status": 3}}],
        "history": [{"items": 5}, {"id": {}, "items": [5, {"field": {}, "from": [1]}]}],
        "worklogs": [{}],
        "comments": [{}],
    },
    "tags without an end": html('<a "' * 20_000),
    "ends without a tag": html("<b>x</i>" * 20_000),
    "a sprint without an end": {
        "fields": fields_of(customfield_1="com.atlassian.greenhopper" + "[" * 30_000 + "name=" * 10_000)
    },
    "1,200 links in one paragraph": {
        "fields": fields_of(
            description=document(
                {
                    "type": "paragraph",
                    "content": [
                        n for it in range(1_200) for n in link(f"https://a.example/{it}")["content"][0]["content"]
                    ],
                }
            )
        )
    },
}
"""By name: ``fields`` and what else Jira answers."""


def received(kind: dict[str, Any]) -> Received:
    """Return what came of an issue, as it is read from disk: its depth bounded."""
    issue = {"id": "10001", "key": "PAY-1", "fields": kind["fields"], "renderedFields": kind.get("renderedFields", {})}
    return Received(
        asked="PAY-1",
        issue=cut(issue),
        history=kind.get("history", []),
        comments=kind.get("comments", []),
        worklogs=kind.get("worklogs", []),
        remote_links=kind.get("remote_links", []),
        watchers=kind.get("watchers"),
        votes=kind.get("votes"),
        totals={},
        sources=[Source("issue", "issue.json.gz", "0" * 64, datetime(2026, 5, 1, tzinfo=UTC), "GET /issue/PAY-1")],
        files={},
        refused={},
    )


def dossier_of(kind: dict[str, Any]) -> Dossier:
    """Read the dossier of an issue."""
    return read_dossier(received(kind), PLACE)
