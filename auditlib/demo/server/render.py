"""A world's records as Jira's JSON, in the dialect of the site."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import quote

from auditlib.demo.server.exchange import Site, json_bytes
from auditlib.demo.server.known_forms import NEWEST
from auditlib.demo.server.markup import to_adf, to_html
from auditlib.demo.world.lookup import attachments_of
from auditlib.demo.world.records import Attachment, Comment, Group, History, Issue, Project, User, Worklog

Json = dict[str, Any]

_KEPT_ELSEWHERE = frozenset({"comment", "worklog", "attachment", "watches", "votes"})  # not in ``Issue.fields``
_MOST_WRITTEN = 30_000  # issues whose JSON is remembered, about 50 MB
_INLINE_CAP = 20  # worklogs inside an issue of Data Center: whoever needs all must ask for them
_RECENT_CHANGES = 40  # what ``expand=changelog`` shows on Cloud


@dataclass(frozen=True)
class Selection:
    """Which fields are wanted: everything, the navigable ones, some by name; ``dropped`` are taken out again."""

    everything: bool
    navigable: bool
    named: frozenset[str]
    dropped: frozenset[str]

    @property
    def bare(self) -> bool:
        """Say whether only ids and keys are wanted, for which Cloud gives far longer pages."""
        return not self.everything and not self.navigable and self.named <= {"id", "key"}

    def with_key(self) -> Selection:
        """Ask for the key as well: all but ``search/jql`` give it always."""
        return replace(self, named=self.named | {"key"})

    def only(self) -> frozenset[str] | None:
        """List the fields that are wanted, if they are named one by one; else None."""
        return None if self.everything or self.navigable else self.named - self.dropped

    def has(self, field_id: str, hidden: Collection[str]) -> bool:
        """Say whether a field is wanted; ``hidden`` are the fields that are not navigable."""
        if field_id in self.dropped:
            return False
        return self.everything or field_id in self.named or (self.navigable and field_id not in hidden)


def select(fields: Iterable[str], default: str) -> Selection:
    """Read a ``fields`` parameter; exclusions alone are taken out of the default."""
    names = list(fields)
    wanted = {name for name in names if not name.startswith("-")}
    dropped = frozenset(name[1:] for name in names if name.startswith("-"))
    if not wanted:
        wanted = {default}
    named = frozenset(wanted - {"*all", "*navigable"})
    return Selection("*all" in wanted, "*navigable" in wanted, named, dropped)


def user(site: Site, person: User | Json | None) -> Json | None:
    """Render a person; a dict is real data and stays as it is. The same dict comes for the same person."""
    if person is None or isinstance(person, dict):
        return person
    shown = site.people.get(person)
    if shown is None:
        shown = site.people[person] = _user(site, person)
    return shown


def _user(site: Site, person: User) -> Json:
    parameter = f"accountId={quote(person.account_id)}" if site.cloud else f"username={quote(person.name)}"
    shown: Json = {"self": f"{site.api}/user?{parameter}"}
    if site.cloud:
        shown |= {"accountId": person.account_id, "accountType": person.account_type}
    else:
        shown |= {"name": person.name, "key": person.key}
    if person.email:
        shown["emailAddress"] = person.email
    return shown | {
        "avatarUrls": avatars(f"{site.url}/secure/useravatar?avatarId=10122"),
        "displayName": person.display_name,
        "active": person.active,
        "timeZone": person.time_zone,
    }


def avatars(address: str) -> Json:
    """Render the four sizes of a picture."""
    sizes = {"48x48": "", "24x24": "&size=small", "16x16": "&size=xsmall", "32x32": "&size=medium"}
    return {size: f"{address}{suffix}" for size, suffix in sizes.items()}


def group(site: Site, record: Group) -> Json:
    """Render a group's name."""
    if not site.cloud:
        return {"name": record.name, "self": f"{site.api}/group?groupname={quote(record.name)}"}
    address = f"{site.api}/group?groupId={quote(record.group_id)}"
    return {"name": record.name, "groupId": record.group_id, "self": address}


def history(site: Site, record: History) -> Json:
    """Render one history entry. Data Center calls people by their user keys."""
    items = record.items if site.cloud else tuple(_item_of_server(site, item) for item in record.items)
    if not site.forms.uses("field-ids", "all"):
        system_only = site.forms.uses("field-ids", "system")
        items = tuple(_without_field_id(item, system_only=system_only) for item in items)
    return {"id": str(record.id), **_by(site, record), "created": site.time(record.created), "items": items}


def _by(site: Site, record: History) -> Json:
    """Say who made an entry, as far as it is said."""
    forms, author = site.forms, user(site, record.author)
    if author is None:
        return {}
    if record.id % 3 == 0:
        if forms.uses("authors", "some-absent"):
            return {}
        if forms.uses("authors", "service", "agent"):
            return {"author": author | {"accountType": "app", "appType": forms.value("authors")}}
        if forms.uses("authors", "on-behalf"):
            account = site.world.account
            named = f"accountId={account.account_id}" if site.cloud else f"user={account.key}"
            return {"author": author, "historyMetadata": {"description": f"on behalf of {named}"}}
    return {"author": author}


def _without_field_id(item: Json, *, system_only: bool) -> Json:
    if system_only and item.get("fieldtype") != "custom":
        return item
    return {name: value for name, value in item.items() if name != "fieldId"}


def _item_of_server(site: Site, item: Json) -> Json:
    shown = dict(item)
    if item.get("field") in {"assignee", "reporter"}:
        for end in ("from", "to"):
            person = site.world.users.get(str(item.get(end)))
            if person is not None:
                shown[end] = person.key
    return shown


def comment(site: Site, issue: Issue, record: Comment | Json, *, html: bool = False) -> Json:
    """Render a comment; on Cloud its body is a document."""
    if isinstance(record, dict):
        return record
    shown: Json = {"self": f"{site.api}/issue/{issue.id}/comment/{record.id}", "id": str(record.id)}
    for name, person in (("author", record.author), ("updateAuthor", record.update_author)):
        rendered = user(site, person)
        if rendered is not None:
            shown[name] = rendered
    shown["body"] = text(site, record.body)
    if html:
        shown["renderedBody"] = to_html(record.body)
    shown |= {"created": site.time(record.created), "updated": site.time(record.updated)}
    if record.visibility:
        parts = ("type", "value", "identifier") if site.cloud else ("type", "value")
        shown["visibility"] = {part: record.visibility[part] for part in parts if part in record.visibility}
    if site.cloud:
        shown["jsdPublic"] = True
    return shown


def comments(issue: Issue) -> list[Comment | Json]:
    """List the comments that the asking account sees, oldest first."""
    if issue.raw and not issue.comments:
        return list((issue.fields.get("comment") or {}).get("comments") or [])
    return [record for record in sorted(issue.comments, key=lambda one: (one.created, one.id)) if record.visible]


def worklogs(issue: Issue) -> list[Worklog | Json]:
    """List the worklogs, oldest first."""
    if issue.raw and not issue.worklogs:
        return list((issue.fields.get("worklog") or {}).get("worklogs") or [])
    records = sorted(issue.worklogs, key=lambda one: (one.created, one.id))
    return list(records)


def worklog(site: Site, issue: Issue, record: Worklog | Json) -> Json:
    """Render a worklog."""
    if isinstance(record, dict):
        return record
    shown: Json = {"self": f"{site.api}/issue/{issue.id}/worklog/{record.id}"}
    author = user(site, record.author)
    if author is not None:
        shown |= {"author": author, "updateAuthor": author}
    if record.comment:
        shown["comment"] = text(site, record.comment)
    hours, minutes = divmod(record.seconds // 60, 60)
    spent = " ".join(part for part in (f"{hours}h" if hours else "", f"{minutes}m" if minutes else "") if part)
    return shown | {
        "created": site.time(record.created),
        "updated": site.time(record.updated),
        "started": site.time(record.started),
        "timeSpent": spent or "0m",
        "timeSpentSeconds": record.seconds,
        "id": str(record.id),
        "issueId": str(issue.id),
    }


def attachment(site: Site, record: Attachment | Json) -> Json:
    """Render an attachment as it stands inside an issue."""
    if isinstance(record, dict):
        return record
    content = f"{site.api}/attachment/content/{record.id}"
    if not site.cloud:
        content = f"{site.url}/secure/attachment/{record.id}/{quote(record.filename)}"
    shown: Json = {"self": f"{site.api}/attachment/{record.id}", "id": str(record.id), "filename": record.filename}
    author = user(site, record.author)
    if author is not None:
        shown["author"] = author
    return shown | {
        "created": site.time(record.created),
        "size": record.size,
        "mimeType": record.mime_type,
        "content": content,
    }


def project(site: Site, record: Project) -> Json:
    """Render a project as it stands inside an issue."""
    shown: Json = {
        "self": f"{site.api}/project/{record.id}",
        "id": str(record.id),
        "key": record.key,
        "name": record.name,
        "projectTypeKey": record.type_key,
    }
    if site.cloud:
        shown["simplified"] = record.style == "next-gen"
    return shown | {"avatarUrls": avatars(f"{site.url}/secure/projectavatar?pid={record.id}")}


def text(site: Site, wiki: str) -> Any:
    """Render a long text: a document on Cloud, wiki text on Data Center."""
    return to_adf(wiki) if site.cloud else wiki


def value(site: Site, content: Any) -> Any:
    """Render a person or an instant, wherever it stands in an answer: called when its JSON is written."""
    if isinstance(content, User):
        return user(site, content)
    if isinstance(content, datetime):
        return site.time(content)
    raise TypeError(f"{type(content).__name__} has no place in an answer")


def fields(site: Site, issue: Issue, selection: Selection) -> Json:
    """Render the wanted fields of an issue; people and dates inside them are left to ``value``."""
    hidden, long_texts = site.hidden_fields, site.long_text_fields
    wanted = selection.only()
    if wanted is None:
        shown = {name: content for name, content in issue.fields.items() if selection.has(name, hidden)}
    else:
        shown = {name: content for name, content in issue.fields.items() if name in wanted}
    if issue.raw:
        return shown
    for name in long_texts & shown.keys():
        if isinstance(shown[name], str):
            shown[name] = text(site, shown[name])
    for name, make in _COMPUTED.items():
        if name not in shown and selection.has(name, hidden):
            shown[name] = make(site, issue)
    return shown


def _project_field(site: Site, issue: Issue) -> Json | None:
    record = site.world.projects.get(issue.project)
    return project(site, record) if record else None


def _comment_field(site: Site, issue: Issue) -> Json:
    records = comments(issue)
    shown = records[: site.forms.most("inline-comments", len(records))] if site.cloud else records
    return {
        "comments": [comment(site, issue, record) for record in shown],
        "maxResults": len(shown),
        "total": len(records),
        "startAt": 0,
    }


def _worklog_field(site: Site, issue: Issue) -> Json:
    records = worklogs(issue)
    most = site.forms.most("inline-comments", len(records)) if site.cloud else _INLINE_CAP
    shown = [worklog(site, issue, record) for record in records[:most]]
    return {"startAt": 0, "maxResults": most, "total": len(records), "worklogs": shown}


def _watches_field(site: Site, issue: Issue) -> Json:
    names = site.world.watchers.get(issue.id, ())
    return {
        "self": f"{site.api}/issue/{issue.key}/watchers",
        "watchCount": len(names),
        "isWatching": site.world.account.account_id in names,
    }


_COMPUTED: dict[str, Callable[[Site, Issue], Any]] = {
    "project": _project_field,
    "created": lambda site, issue: site.time(issue.created),
    "updated": lambda site, issue: site.time(issue.updated),
    "comment": _comment_field,
    "worklog": _worklog_field,
    "attachment": lambda site, issue: [attachment(site, one) for one in attachments_of(issue)],
    "watches": _watches_field,
    "votes": lambda site, issue: {"self": f"{site.api}/issue/{issue.key}/votes", "votes": 0, "hasVoted": False},
}


def changelog(site: Site, issue: Issue) -> Json:
    """Render what ``expand=changelog`` gives: on Cloud the newest 40 entries, newest first; on Data Center all."""
    most = _RECENT_CHANGES if site.cloud else len(issue.histories)
    if site.forms.uses("history-expand", "newest", "newest-alone"):
        most = NEWEST
    newest_first = site.cloud or not site.forms.uses("history-expand", "all")
    records = sorted(issue.histories, key=lambda record: (record.created, record.id), reverse=newest_first)
    shown = records[:most]
    return {
        "startAt": 0,
        "maxResults": len(shown),
        "total": len(records),
        "histories": [history(site, record) for record in shown],
    }


def issue(site: Site, record: Issue, selection: Selection, expand: Collection[str] = ()) -> Json:
    """Render an issue; Cloud gives nothing but the id where nothing else is asked for."""
    if selection.bare and "key" not in selection.named and not expand:
        return {"id": str(record.id)}
    shown: Json = {
        "expand": "operations,versionedRepresentations,editmeta,changelog,renderedFields",
        "id": str(record.id),
        "self": f"{site.api}/issue/{record.id}",
        "key": record.key,
    }
    if not selection.bare:
        shown["fields"] = fields(site, record, selection)
    if "changelog" in expand:
        shown["changelog"] = changelog(site, record)
    if "renderedFields" in expand:
        shown["renderedFields"] = rendered_fields(site, record, shown.get("fields", {}))
    return shown


def written_issue(site: Site, record: Issue, selection: Selection) -> bytes:
    """Write an issue as JSON, or take what was written before if nothing of it was replaced since.

    A world that is changed while it is served gets new values in ``Issue.fields``, or longer lists; a change deep inside
    a value would not be seen.
    """
    named = selection.only()
    if named is None or named & _KEPT_ELSEWHERE:
        return json_bytes(issue(site, record, selection), partial(value, site))
    values = list(record.fields.values())
    lengths = [len(content) for content in values if isinstance(content, list)]
    state = (record.key, record.created, record.updated, site.world.projects.get(record.project), values, lengths)
    known = site.written.setdefault(selection, {})
    found = known.get(record.id)
    if found is not None and found[0] == state:
        return found[1]
    if len(known) >= _MOST_WRITTEN:
        known.clear()
    text_of_issue = json_bytes(issue(site, record, selection), partial(value, site))
    known[record.id] = (state, text_of_issue)
    return text_of_issue


def rendered_fields(site: Site, record: Issue, shown: Mapping[str, Any]) -> Json:
    """Render long texts as HTML; everything that has no HTML is null."""
    long_texts = site.long_text_fields
    rendered: Json = dict.fromkeys(shown)
    for name in shown:
        content = record.fields.get(name)
        if name in long_texts and isinstance(content, str):
            rendered[name] = to_html(content)
    return rendered


def names(site: Site, shown: Iterable[str]) -> Json:
    """Name the fields shown, as ``expand=names`` does."""
    known = {str(one["id"]): one["name"] for one in site.world.field_names}
    return {field_id: known.get(field_id, field_id) for field_id in shown}


def schema(site: Site, shown: Iterable[str]) -> Json:
    """Describe the types of the fields shown, as ``expand=schema`` does."""
    known = {str(one["id"]): one.get("schema") for one in site.world.field_names}
    return {field_id: known[field_id] for field_id in shown if known.get(field_id)}
