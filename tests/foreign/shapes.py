"""What things look like in either dialect: people, issues, histories, records of the log."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from world import PEOPLE, PROJECTS, SHORT_HISTORY, STATUSES, Entry, Issue, Record, World

ZONES = {"cloud": "Pacific/Auckland", "data-center": "Asia/Kolkata"}  # of the account; of the server


class Shapes:
    """Gives each thing the form that it has in one dialect."""

    def __init__(self, dialect: str, elsewhere: str) -> None:
        self.dialect, self.elsewhere = dialect, elsewhere
        self.cloud = dialect == "cloud"
        self.zone = ZoneInfo(ZONES[dialect])
        self.world = World()
        self.base = ""

    def when(self, instant: datetime) -> str:
        """Write an instant in the site's own zone."""
        return instant.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M:%S.{:03d}%z").format(instant.microsecond // 1000)

    def person(self, who: str | None) -> dict[str, Any] | None:
        """Describe a person; some have no name to show."""
        if who is None:
            return None
        account, name, shown = PEOPLE[who]
        one: dict[str, Any] = {"active": who != "ghost", "timeZone": ZONES[self.dialect], "hue": 7}
        if self.cloud:
            one |= {"accountId": account, "accountType": "app" if who == "robot" else "atlassian"}
            one |= {"appType": "service"} if who == "robot" else {}
        else:
            one |= {"key": name.upper(), "name": name}
        return one | ({"displayName": shown} if shown else {})

    def status(self, each: str) -> dict[str, Any]:
        """Describe a status; one has no category."""
        name, category = STATUSES[each]
        one: dict[str, Any] = {"id": each, "name": name, "self": f"{self.base}/rest/api/2/status/{each}"}
        if category:
            one["statusCategory"] = {"id": 4, "key": category, "name": category.title(), "colorName": "mauve"}
        return one

    def text(self, words: str) -> Any:
        """Write text as a document on Cloud, as it is on Data Center."""
        if not self.cloud:
            return words
        paragraph = {"type": "paragraph", "content": [{"type": "text", "text": words}]}
        return {"type": "doc", "version": 1, "content": [paragraph]}

    def file(self, issue: Issue, number: int) -> dict[str, Any]:
        """Describe one attachment; the second of an issue stands at an address that is not ours."""
        place, (identity, at, name, held) = next(e for e in enumerate(issue.attachments) if e[1][0] == number)
        host = self.elsewhere if place else self.base
        way = (
            f"/rest/api/3/attachment/content/{identity}"
            if self.cloud
            else f"/secure/attachment/{identity}/{quote(name)}"
        )
        return {
            "id": identity if self.cloud else str(identity),
            "filename": name,
            "author": self.person("bo"),
            "created": self.when(at),
            "size": len(held),
            "mimeType": "text/plain",
            "content": host + way,
        }

    def all_fields(self, issue: Issue) -> dict[str, Any]:
        """Give every field of an issue."""
        identity, name, kind = PROJECTS[issue.project]
        done = {"id": "1", "name": "Done", "description": ""} if issue.resolved else None
        fields: dict[str, Any] = {
            "summary": f"Piece {issue.id} of {name}",
            "project": {"id": identity, "key": issue.project, "name": name, "projectTypeKey": kind},
            "issuetype": {"id": "10020", "name": issue.type, "subtask": issue.type == "Sub-task"},
            "status": self.status(issue.status),
            "resolution": done,
            "resolutiondate": self.when(issue.resolved) if issue.resolved else None,
            "created": self.when(issue.created),
            "updated": self.when(issue.updated),
            "reporter": self.person("mute" if issue.number % 7 == 0 else "ada"),
            "creator": self.person("ada"),
            "assignee": self.person("bo"),
            "priority": None,
            "labels": [],
            "description": self.text(f"Text of {issue.id}"),
            "customfield_10311": "@1E+2@",
            "comment": {"comments": [], "maxResults": 0, "total": len(issue.comments), "startAt": 0},
            "worklog": {"worklogs": [], "maxResults": 20, "total": len(issue.worklogs), "startAt": 0},
            "attachment": [self.file(issue, one[0]) for one in issue.attachments],
            "subtasks": [],
            "issuelinks": [self.link(*link) for link in issue.links],
            "votes": {"votes": 0, "hasVoted": False},
            "watches": {"watchCount": issue.id % 2, "isWatching": False},
        }
        if issue.parent:
            fields["parent"] = {"id": "10152", "key": issue.parent, "fields": {"summary": "…"}}
        return fields

    def link(self, identity: int, key: str) -> dict[str, Any]:
        """Describe a link to an issue, which need not be there any more."""
        kind = {"id": "10003", "name": "Blocks", "inward": "is blocked by", "outward": "blocks"}
        return {"id": str(identity), "type": kind, "outwardIssue": {"id": "10127", "key": key, "fields": {}}}

    def bean(self, issue: Issue, fields: list[str], expand: str = "") -> dict[str, Any]:
        """Give an issue with the fields asked for; nobody who asks for the id alone is given the key."""
        if fields in ([], ["id"]) and self.cloud:
            return {"id": str(issue.id)}
        every = not fields or any(name in ("*all", "*navigable") for name in fields)
        held = self.all_fields(issue)
        kept = {k: v for k, v in held.items() if (every or k in fields) and f"-{k}" not in fields}
        one: dict[str, Any] = {
            "expand": "",
            "id": str(issue.id),
            "key": issue.key,
            "self": f"{self.base}/rest/api/2/issue/{issue.id}",
        }
        one |= {"fields": kept, "x-tier": {"hot": True}}
        if "changelog" in expand:
            one["changelog"] = self.inline_history(issue)
        if "names" in expand:
            one["names"] = {name: name.title() for name in kept}
        if "schema" in expand:
            one["schema"] = {name: {"type": "any"} for name in kept}
        if "renderedFields" in expand:
            one["renderedFields"] = {"description": f"<p>Text of {issue.id}</p>"} if "description" in kept else {}
        return one

    def entry(self, entry: Entry, *, milliseconds: bool = False) -> dict[str, Any]:
        """Give one entry of a history. Nobody may be named; fieldId is missing where it was never stored."""
        items = []
        for what, identity, was, was_text, now, now_text in entry.items:
            item: dict[str, Any] = {
                "field": what,
                "fieldtype": "custom" if str(identity).startswith("custom") else "jira",
            }
            if identity and self.cloud:
                item["fieldId"] = identity
            items.append(item | {"from": was, "fromString": was_text, "to": now, "toString": now_text})
        at: Any = round(entry.at.timestamp() * 1000) if milliseconds else self.when(entry.at)
        one: dict[str, Any] = {"id": str(entry.id), "created": at, "items": items, "seq": entry.id % 5}
        if entry.who:
            one["author"] = self.person(entry.who)
        if entry.behalf:
            one["historyMetadata"] = {"description": entry.behalf, "type": "automation"}
        return one

    def inline_history(self, issue: Issue) -> dict[str, Any]:
        """Give `expand=changelog`: of two issues the newest entries only, newest first, with the total that is true."""
        entries = issue.history[:-6:-1] if issue.key in SHORT_HISTORY else issue.history
        shown = [self.entry(entry) for entry in entries]
        return {"startAt": 0, "maxResults": len(shown), "total": len(issue.history), "histories": shown}

    def record(self, record: Record) -> dict[str, Any]:
        """Give a record of Cloud's log."""
        one: dict[str, Any] = {"id": record.id, "summary": record.what, "category": "", "eventSource": "", "x": 1}
        one["created"] = record.at.isoformat(timespec="milliseconds").replace("+00:00", "+0000")
        one |= {"authorAccountId": PEOPLE[record.who][0], "authorKey": record.who} if record.who else {}
        if record.gone:
            gone = self.world.by_key.get(record.gone)
            one["objectItem"] = {"id": str(gone.id if gone else 99), "name": record.gone, "typeName": "ISSUE"}
            home = PROJECTS[record.gone.partition("-")[0]]
            one["associatedItems"] = [{"id": home[0], "name": home[1], "typeName": "PROJECT"}]
        return one

    def event(self, record: Record) -> dict[str, Any]:
        """Give a record of Data Center's log: no id, words in the server's language, the key of the action in English."""
        action = "jira.auditing.issue.deleted" if record.gone else "jira.auditing.permissionscheme.updated"
        kind = {"actionI18nKey": action, "action": "Vorgang gelöscht" if record.gone else "Geändert", "level": "BASE"}
        kind |= {
            "category": "Vorgänge",
            "categoryI18nKey": "jira.auditing.category.issues",
            "area": "END_USER_ACTIVITY",
        }
        one: dict[str, Any] = {
            "timestamp": record.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "type": kind,
        }
        if record.who:
            one["author"] = {"id": "10000", "name": PEOPLE[record.who][1], "type": "ApplicationUser", "uri": "", "x": 2}
        else:
            one["author"] = {"id": "-2", "name": "Anonymous", "type": "user"}
        gone = self.world.by_key.get(record.gone or "")
        one["affectedObjects"] = []
        if record.gone:  # the project first, then what it was
            identity, name, _ = PROJECTS[record.gone.partition("-")[0]]
            touched = {"name": record.gone, "type": "ISSUE", "id": str(gone.id if gone else 99)}
            one["affectedObjects"] = [{"name": name, "type": "PROJECT", "id": identity}, touched]
        return one | {
            "changedValues": [],
            "source": "192.0.2.7",
            "method": "Browser",
            "extraAttributes": [],
            "node": None,
        }
