"""A small Jira by another hand: written from Atlassian's descriptions and public threads alone, never from the client.

It speaks Cloud (REST v3) and Data Center (REST v2 and the log's own interface) and takes another way than a client may
expect wherever the documents leave room. `DEVIATIONS` says where, and whence that form is known.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from carrier import Answer, Ask, RefusalError, listening
from foreign_jql import JqlError, matcher, sorter
from shapes import Shapes
from world import PEOPLE, PROJECTS, SHORT_HISTORY, STATUSES, Entry, Issue, Record, utc

USER, TOKEN = "reader@example.org", "tok:en-of-nobody"
# What departs from Atlassian's own description on purpose, or is left open there: how a validator's complaint about it
# begins (None: no validator sees it), and where the form comes from.
DEVIATIONS: dict[str, tuple[str | None, str]] = {
    "milliseconds": (
        r"changelog/bulkfetch .*\.created type",
        "Atlassian's own example has a number; clients' tests have milliseconds",
    ),
    "null token": (
        r"(search/jql|changelog/bulkfetch) \$\.nextPageToken type",
        "described as text, seen as null at the end",
    ),
    "null texts": (
        r"\S+ .*\.items\[\d+\]\.(from|to|fromString|toString) type",
        "published history entries of live sites",
    ),
    "unknown project type": (
        r"project \$\.projectTypeKey enum",
        "product_discovery is on live sites, in no description",
    ),
    "more members": (r"\S+ \S+ additionalProperties", "live sites send members that no description names"),
    "search/jql": (
        None,
        "isLast absent, or true beside a token; an issue on two pages; an empty page (tests of public clients)",
    ),
    "entries again": (
        None,
        "changelog/bulkfetch grants fewer, and repeats the last entry on the next page (JRACLOUD-94906)",
    ),
    "count of comments": (None, "`total` is described as the number of items returned"),
    "log repeats": (
        None,
        "auditing/record stays at one place from some offset on; only from and to help (JRACLOUD-93153)",
    ),
    "attachment id": (None, "a number, as in Atlassian's own example of search/jql"),
    "status category": (None, "may be missing in what apps and old exports made"),
    "1E+2": (None, "as Java writes a large decimal; seen in public exports"),
    "HTML": (None, "votes and watchers answered by a proxy or plug-in with a page of HTML"),
    "history cut": (
        None,
        "Data Center: newest entries, newest first, true total; /changelog there or not (tests of public clients)",
    ),
    "log by link": (
        None,
        "Data Center: nextPageLink only, on another address (three public clients); no ids (JRASERVER-78785)",
    ),
    "hidden told": (
        None,
        "Data Center: 401 or 403 with its own text, 404 for what is not there (tests of old Jira, public bots)",
    ),
}


class ForeignJira(Shapes):
    """The server's mind: what it answers to each request, whatever carries it."""

    def __init__(self, dialect: str, elsewhere: str, user: str = USER) -> None:
        super().__init__(dialect, elsewhere)
        self.user = user
        self.context = "" if self.cloud else "/tracker"
        self.asked: list[Ask] = []
        self._lock = threading.Lock()
        self._once = {"search": 503, "changelog/bulkfetch": 429, "auditing": 429}
        root = r"/rest/api/(?:2|3|latest)/" if self.cloud else r"/rest/api/(?:2|latest)/"
        both: list[tuple[str, str, Callable[..., Answer]]] = [
            ("GET", "serverInfo", self.server_info),
            ("GET", "myself", self.myself),
            ("GET", "mypermissions", self.mypermissions),
            ("GET", "project/([^/]+)", self.project),
            ("GET", "project/([^/]+)/securitylevel", self.security_levels),
            ("GET", "issue/([^/]+)", self.issue),
            ("GET", "issue/([^/]+)/changelog", self.changelog),
            ("GET", "issue/([^/]+)/comment", self.comments),
            ("GET", "issue/([^/]+)/worklog", self.worklogs),
            ("GET", "issue/([^/]+)/remotelink", lambda _, key: Answer(self.found(key) and [])),
            ("GET", "issue/([^/]+)/votes", self.votes),
            ("GET", "issue/([^/]+)/watchers", self.watchers),
            ("GET", "field", self.fields),
            ("GET", "status", lambda _: Answer([self.status(each) for each in STATUSES])),
        ]
        own: list[tuple[str, str, Callable[..., Answer]]] = [
            ("POST", "search/jql", self.search_cloud),
            ("POST", "search/approximate-count", self.count),
            ("POST", "issue/bulkfetch", self.bulk_issues),
            ("POST", "changelog/bulkfetch", self.bulk_changelogs),
            ("GET", "auditing/record", self.log_cloud),
            ("GET", "attachment/content/([^/]+)", self.attachment_cloud),
        ]
        server: list[tuple[str, str, Callable[..., Answer]]] = [
            ("GET", "search", self.search_server),
            ("POST", "search", self.search_server),
        ]
        self.routes = [(m, re.compile(root + p + "$"), do) for m, p, do in both + (own if self.cloud else server)]
        if not self.cloud:
            self.routes.append(("GET", re.compile("/rest/auditing/1.0/events$"), self.log_server))
            self.routes.append(("GET", re.compile("/secure/attachment/([^/]+)/.+$"), self.attachment_server))

    # --- the way in ------------------------------------------------------------------------------------------------

    def answer(self, ask: Ask) -> Answer:
        """Answer one request; what is not known is refused as Jira refuses it."""
        with self._lock:
            self.asked.append(ask)
            hurdle = next((name for name in self._once if name in ask.path), None)
            status = self._once.pop(hurdle) if hurdle else 0
        if status == 503:
            soon = format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)
            return Answer("<html><body>Service unavailable</body></html>", 503, {"Retry-After": soon})
        if status == 429:
            return Answer({"errorMessages": ["Rate limit exceeded."], "errors": {}}, 429)
        try:
            return self.routed(ask)
        except RefusalError as refused:
            return Answer({"errorMessages": list(refused.messages), "errors": {}, "x-trace": "f00"}, refused.status)

    def routed(self, ask: Ask) -> Answer:
        """Find who answers, once the account is known."""
        path = ask.path.removeprefix(self.context)
        if not ask.path.startswith(self.context + "/"):
            return Answer("<html><title>Not here</title></html>", 404)
        open_to_all = path.endswith("/serverInfo")
        if not open_to_all and ask.headers.get("authorization") != basic(self.user):
            raise RefusalError(401, "Client must be authenticated to access this resource.")
        for method, pattern, do in self.routes:
            found = pattern.match(path)
            if found and method == ask.method:
                answer = do(ask, *found.groups())
                name = PEOPLE["ada"][0] if self.cloud else PEOPLE["ada"][1]
                answer.headers.setdefault("X-AAccountId" if self.cloud else "X-AUSERNAME", name)
                if not self.cloud:  # sent with every answer; 0 while there are tokens left
                    answer.headers.update({"retry-after": "0", "X-RateLimit-Remaining": "97"})
                return answer
        return Answer("<html><title>Oops, you've found a dead link.</title></html>", 404)

    # --- what is asked once ----------------------------------------------------------------------------------------

    def server_info(self, _: Ask) -> Answer:
        """Say which Jira this is; its own idea of its address is not where it was found."""
        info: dict[str, Any] = {
            "serverTitle": "Foreign",
            "serverTime": self.when(datetime.now(UTC)),
            "buildNumber": 100_290,
        }
        if self.cloud:
            info |= {
                "baseUrl": "https://foreign.example.net",
                "version": "1001.0.0-SNAPSHOT",
                "deploymentType": "Cloud",
            }
            return Answer(info | {"versionNumbers": [1001, 0, 0], "serverTimeZone": "Etc/UTC"})
        info |= {"baseUrl": self.elsewhere + self.context, "version": "9.12.4", "deploymentType": "Server"}
        return Answer(info | {"versionNumbers": [9, 12, 4]})

    def myself(self, _: Ask) -> Answer:
        """Say who asks."""
        return Answer((self.person("ada") or {}) | {"locale": "de_DE", "emailAddress": self.user})

    def mypermissions(self, ask: Ask) -> Answer:
        """Say what the account may; Cloud wants to be told which powers are meant."""
        usual = ["BROWSE_PROJECTS", "ADMINISTER", "ADMINISTER_PROJECTS", "DELETE_ISSUES", "SYSTEM_ADMIN"]
        names = ask.names("permissions") or usual
        if self.cloud and not ask.names("permissions"):
            raise RefusalError(400, "The permissions query parameter is required.")
        give = {n: {"id": str(i), "key": n, "name": n.title(), "havePermission": True} for i, n in enumerate(names)}
        return Answer({"permissions": give})

    def project(self, ask: Ask, key: str) -> Answer:
        """Describe a project, listed or not."""
        held = next((k for k, v in PROJECTS.items() if key.upper() == k or key == v[0]), None)
        if held is None:
            raise RefusalError(404, f"No project could be found with key '{key}'.")
        identity, name, kind = PROJECTS[held]
        one: dict[str, Any] = {
            "id": identity,
            "key": held,
            "name": name,
            "projectTypeKey": kind,
            "lead": self.person("ada"),
            "x": 1,
        }
        one["self"] = f"{self.base}/rest/api/2/project/{identity}"
        if "projectKeys" in ask.one("expand"):
            one["projectKeys"] = [held]
        return Answer(one | ({"style": "classic", "simplified": False} if self.cloud else {"archived": False}))

    def security_levels(self, _: Ask, key: str) -> Answer:
        """Give the levels of issue security."""
        level = {
            "id": "10200",
            "name": "Board only",
            "description": "",
            "self": f"{self.base}/rest/api/2/securitylevel/10200",
        }
        return Answer({"levels": [level] if key.upper() == "LUM" else []})

    def fields(self, _: Ask) -> Answer:
        """List the fields of the site."""
        names = {name: name.title() for name in self.all_fields(self.world.issues[0])}
        names["customfield_10310"] = "Risk"
        custom = [
            {"id": k, "name": v, "custom": k.startswith("custom"), "schema": {"type": "any"}} for k, v in names.items()
        ]
        return Answer(custom)

    # --- issues ----------------------------------------------------------------------------------------------------

    def found(self, key: str) -> Issue:
        """Find by id, key of today or of before, in any case of letters."""
        issue = self.world.by_id.get(int(key)) if key.isdigit() else self.world.by_key.get(key.upper())
        if issue and not issue.hidden:
            return issue
        if self.cloud:
            raise RefusalError(404, "Issue does not exist or you do not have permission to see it.")
        if issue:
            raise RefusalError(
                401 if issue.id % 2 == 0 else 403,
                "You do not have the permission to see the specified issue.",
                "Login Required",
            )
        raise RefusalError(404, "Issue Does Not Exist")

    def issue(self, ask: Ask, key: str) -> Answer:
        """Give one issue."""
        fields = ask.names("fields") or ["*all"]
        return Answer(self.bean(self.found(key), fields, ask.one("expand")))

    def changelog(self, ask: Ask, key: str) -> Answer:
        """Give the history by pages, on Data Center of one issue only; other versions do not know the address."""
        issue = self.found(key)
        if not self.cloud and not SHORT_HISTORY.get(issue.key):
            return Answer("<html><title>Oops</title></html>", 404)
        start, size = ask.number("startAt", 0), min(ask.number("maxResults", 100), 30)
        values = [self.entry(entry) for entry in issue.history[start : start + size]]
        return Answer({"startAt": start, "maxResults": size, "total": len(issue.history), "values": values})

    def comments(self, ask: Ask, key: str) -> Answer:
        """Give comments by pages; `total` is "the number of items returned"."""
        issue = self.found(key)
        start, size = ask.number("startAt", 0), min(ask.number("maxResults", 100), 9)
        shown = []
        for identity, at, who, words in issue.comments[start : start + size]:
            one: dict[str, Any] = {
                "id": str(identity),
                "author": self.person(who),
                "body": self.text(words),
                "created": self.when(at),
            }
            one |= {"updated": self.when(at), "updateAuthor": self.person(who), "jsdPublic": True, "x": None}
            shown.append(one | ({"renderedBody": f"<p>{words[:4]}</p>"} if "renderedBody" in ask.one("expand") else {}))
        total = len(shown) if self.cloud else len(issue.comments)
        return Answer({"startAt": start, "maxResults": size, "total": total, "comments": shown})

    def worklogs(self, ask: Ask, key: str) -> Answer:
        """Give worklogs: by threes on Cloud; Data Center knows no pages here and gives all, whatever it is asked."""
        issue = self.found(key)
        size = min(ask.number("maxResults", 5000), 3) if self.cloud else len(issue.worklogs)
        start = ask.number("startAt", 0) if self.cloud else 0
        shown = []
        for identity, at, who, seconds in issue.worklogs[start : start + size]:
            one: dict[str, Any] = {
                "id": str(identity),
                "issueId": str(issue.id),
                "author": self.person(who),
                "started": self.when(at),
            }
            one |= {"created": self.when(at), "updated": self.when(at), "timeSpentSeconds": seconds, "timeSpent": "…"}
            shown.append(one | {"comment": self.text("made up")})
        return Answer({"startAt": start, "maxResults": size, "total": len(issue.worklogs), "worklogs": shown})

    def votes(self, _: Ask, key: str) -> Answer:
        """Be a page of HTML: voting is switched off."""
        self.found(key)
        return Answer("<html><body><h1>404</h1>Voting is switched off.</body></html>", 404)

    def watchers(self, _: Ask, key: str) -> Answer:
        """Be a page of HTML, or a list, by turns."""
        if self.found(key).id % 2 == 0:
            return Answer("<html><body><h1>403 Forbidden</h1></body></html>", 403)
        return Answer({"watchCount": 1, "isWatching": False, "watchers": [self.person("mute")], "self": self.base})

    # --- searches --------------------------------------------------------------------------------------------------

    def hits(self, jql: str) -> list[Issue]:
        """Find what a query finds, in its order."""
        try:
            keep, order = matcher(jql, self.world, self.zone, bounded=self.cloud), sorter(jql)
        except JqlError as error:
            raise RefusalError(400, str(error)) from error
        return order([issue for issue in self.world.issues if not issue.hidden and keep(issue)])

    def search_cloud(self, ask: Ask) -> Answer:
        """Give the next page: fewer than asked, the last issue of a page again, page 2 empty, an `isLast` that lies."""
        body = ask.body
        fields, jql = list(body.get("fields") or []), str(body.get("jql", ""))
        hits = self.hits(jql)
        start, page = self.token(body.get("nextPageToken"), jql)
        size = min(int(body.get("maxResults", 50)), 40 if fields in ([], ["id"], ["key"]) else 17)
        size = 0 if page == 1 else max(size, 2)
        end = start + size
        shown = [self.bean(issue, fields, str(body.get("expand") or "")) for issue in hits[start:end]]
        answer: dict[str, Any] = {"issues": shown, "nextPageToken": None, "x-took": "3"}
        if end < len(hits):
            answer["nextPageToken"] = self.mark(end - (1 if size else 0), page + 1, jql)
            answer |= {"isLast": True} if page == 2 else {}
        return Answer(answer)

    def mark(self, start: int, page: int, about: str) -> str:
        """Make a token that means a place in one query."""
        return base64.urlsafe_b64encode(json.dumps([start, page, about]).encode()).decode()

    def token(self, mark: str | None, about: str) -> tuple[int, int]:
        """Read a token, which belongs to one query."""
        if mark is None:
            return 0, 0
        try:
            start, page, said = json.loads(base64.urlsafe_b64decode(mark))
        except ValueError:
            raise RefusalError(400, "The provided next page token is invalid.") from None
        if said != about:
            raise RefusalError(400, "The provided next page token belongs to another query.")
        return start, page

    def search_server(self, ask: Ask) -> Answer:
        """Give a page of at most 23 issues, counted from `startAt`, with the true total."""
        posted = ask.body or {}
        jql = str(posted.get("jql", ask.one("jql")))
        start = int(posted.get("startAt", ask.number("startAt", 0)))
        size = min(int(posted.get("maxResults", ask.number("maxResults", 50))), 23)
        fields = list(posted.get("fields") or ask.names("fields"))
        expand = ",".join(posted.get("expand") or ask.names("expand"))
        hits = self.hits(jql)
        shown = [self.bean(issue, fields, expand) for issue in hits[start : start + size]]
        return Answer({"startAt": start, "maxResults": size, "total": len(hits), "issues": shown, "x-node": "n2"})

    def count(self, ask: Ask) -> Answer:
        """Count what a search would find."""
        return Answer({"count": len(self.hits(ask.body["jql"]))})

    def bulk_issues(self, ask: Ask) -> Answer:
        """Give what is there, in the order of ids; what is not there is not named."""
        asked = [str(one) for one in ask.body["issueIdsOrKeys"]]
        if len(asked) > 100:
            raise RefusalError(400, "The number of issues exceeds the limit of 100.")
        found = {}
        for one in asked:
            issue = self.world.by_id.get(int(one)) if one.isdigit() else self.world.by_key.get(one.upper())
            if issue and not issue.hidden:
                found[issue.id] = issue
        fields = list(ask.body.get("fields") or ["*navigable"])
        expand = ",".join(ask.body.get("expand") or [])
        return Answer(
            {"issues": [self.bean(found[i], fields, expand) for i in sorted(found)], "issueErrors": [], "x": 0}
        )

    def bulk_changelogs(self, ask: Ask) -> Answer:
        """Give entries of many issues, 25 at a time however many are wanted, the last of a page again on the next."""
        asked = [str(one) for one in ask.body["issueIdsOrKeys"]]
        if len(asked) > 1000:
            raise RefusalError(400, "issueIdsOrKeys may hold at most 1000.")
        issues = [self.world.by_id.get(int(a)) if a.isdigit() else self.world.by_key.get(a.upper()) for a in asked]
        wanted = ask.body.get("fieldIds")
        lines = [(i.id, e) for i in issues if i and not i.hidden for e in i.history if self.concerns(e, wanted)]
        lines.sort(key=lambda line: (line[0], line[1].at, line[1].id))
        about = json.dumps([asked, wanted])
        start, page = self.token(ask.body.get("nextPageToken"), about)
        end = start + min(max(2, int(ask.body.get("maxResults", 1000))), 25)
        logs: dict[int, list[Any]] = {}
        for identity, entry in lines[start:end]:
            logs.setdefault(identity, []).append(self.entry(entry, milliseconds=True))
        shown = [{"issueId": str(identity), "changeHistories": entries} for identity, entries in logs.items()]
        mark = self.mark(end - 1, page + 1, about) if end < len(lines) else None
        return Answer({"issueChangeLogs": shown, "nextPageToken": mark, "x": []})

    def concerns(self, entry: Entry, wanted: list[str] | None) -> bool:
        """Tell whether an entry holds one of the fields asked for."""
        return not wanted or any(item[1] in wanted or item[0] in wanted for item in entry.items)

    # --- logs and files --------------------------------------------------------------------------------------------

    def between(self, ask: Ask) -> list[Record]:
        """Give the records of the log from and to an instant, both included."""
        low, high = ask.one("from"), ask.one("to")
        records = self.world.log
        records = [r for r in records if not low or r.at >= utc(low)]
        return [r for r in records if not high or r.at <= utc(high)]

    def log_cloud(self, ask: Ask) -> Answer:
        """Give at most 50 records; an offset beyond 100 brings the same ones again, as on sites that complain of it."""
        records = self.between(ask)
        size, offset = min(ask.number("limit", 1000), 50), ask.number("offset", 0)
        start = min(offset, 100)
        shown = [self.record(record) for record in records[start : start + size]]
        return Answer({"offset": offset, "limit": size, "total": len(records), "records": shown})

    def log_server(self, ask: Ask) -> Answer:
        """Give 20 records and a link to the next ones, on the address that the server believes to have."""
        records = self.between(ask)
        size = min(ask.number("limit", 100), 20)
        start = ask.number("offset", 0)
        cursor = ask.one("pageCursor")
        if cursor:
            start = next(n for n, record in enumerate(records) if self.cursor(record) == cursor) + 1
        shown = records[start : start + size]
        paging: dict[str, Any] = {"lastPage": start + size >= len(records), "size": len(shown)}
        if not paging["lastPage"]:
            kept = {name: ask.one(name) for name in ("from", "to") if ask.one(name)}
            query = urlencode(kept | {"limit": str(size), "pageCursor": self.cursor(shown[-1])})
            paging["nextPageLink"] = f"{self.elsewhere}{self.context}/rest/auditing/1.0/events?{query}"
        return Answer({"pagingInfo": paging, "entities": [self.event(record) for record in shown]})

    def cursor(self, record: Record) -> str:
        """Say where a record stands."""
        return f"{round(record.at.timestamp() * 1000)},{record.id}"

    def attachment_cloud(self, ask: Ask, identity: str) -> Answer:
        """Lead to the place of the file, on another host; with redirect=false give it."""
        held = next((one for i in self.world.issues for one in i.attachments if str(one[0]) == identity), None)
        if held is None:
            raise RefusalError(404, "The attachment with id '" + identity + "' does not exist")
        if ask.one("redirect") == "false":
            return Answer(held[3])
        return Answer("", 303, {"Location": f"{self.elsewhere}/media/{identity}?signature=s"})

    def attachment_server(self, _: Ask, identity: str) -> Answer:
        """Give a file at the address that the issue tells."""
        held = next((one for i in self.world.issues for one in i.attachments if str(one[0]) == identity), None)
        return Answer(held[3]) if held else Answer("<html><title>Oops</title></html>", 404)


def basic(user: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{TOKEN}".encode()).decode()


class Elsewhere:
    """Another host. What stands in links must not lead there; what a file's redirect leads to may, without credentials."""

    def __init__(self) -> None:
        self.asked: list[Ask] = []

    def answer(self, ask: Ask) -> Answer:
        """Note what was asked for, and answer files only."""
        self.asked.append(ask)
        return Answer(b"made up: from elsewhere", 200 if ask.path.startswith("/media/") else 404)


@contextmanager
def serving(dialect: str, user: str = USER) -> Iterator[tuple[ForeignJira, Elsewhere]]:
    """Serve the company in one dialect, and the other host beside it."""
    other = Elsewhere()
    with listening(other.answer) as elsewhere:
        jira = ForeignJira(dialect, elsewhere, user)
        with listening(jira.answer) as base:
            jira.base = base + jira.context
            yield jira, other
