"""The server `jira820` on loopback, with what it has not at all and every Jira has.

`jira820` imitates Jira Data Center 8.20; somebody else wrote it, for other clients. What it answers is left as it is: its
ids, orders, texts, times and missing members are forms that a Jira may have. Only whole resources are added here, each with
the source that says that a Jira has them ([spec] and [src] as in `docs/jira.md`), and they too answer with `jira820`'s own
records. Not added is the audit log: the account might not be allowed to read it, and a run goes on without.

Run as a program it serves what the environment says (``JIRA820_*``), and prints the address once it can be asked.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from jira820 import Store, build_store, load_config, make_app, server_read
from jira820.serialize import iid

Message = MutableMapping[str, Any]
Asgi = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]

PAGE = 50
"""Issues on a page of a search, at most, so that there are several pages; `jira820` grants whatever is asked."""


class IssueByAnyName:
    """Let an issue answer to its id and to a key that it had before, as it answers to its key.

    The resource is called ``issue/{issueIdOrKey}`` [spec]. If the key is no issue's, moved issues are searched, and the one
    found is returned under its key of today, without a redirect (`docs/jira.md`, "A moved issue answers" [spec]). A move
    leaves a history item ``Key`` with the old key (`docs/jira.md`, "A move" [src]).
    """

    def __init__(self, app: Asgi, store: Store) -> None:
        self.app = app
        self.store = store

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        """Put the key of today into the address, and hand on."""
        asked = re.fullmatch(r"(/rest/api/2/issue/)([^/]+)(/.*)?", scope.get("path", ""))
        if asked:
            path = f"{asked[1]}{self.key_of(asked[2])}{asked[3] or ''}"
            scope = {**scope, "path": path, "raw_path": quote(path).encode()}
        await self.app(scope, receive, send)

    def key_of(self, name: str) -> str:
        """Return the key of the issue that answers to an id or a key; what no issue answers to stays as it is."""
        issues = self.store.issues
        if name in issues:
            return name
        moved = (key for key, issue in issues.items() if name in former_keys(issue))
        return next((key for key in issues if iid(key) == name), None) or next(moved, name)


def former_keys(issue: dict[str, Any]) -> set[str]:
    return {item["fromString"] for entry in issue["changelog"] for item in entry["items"] if item["field"] == "Key"}


async def search(request: Request) -> Any:
    """`POST search`, which takes as JSON what `GET search` takes in its address, and can bring histories [spec].

    `jira820` answers `GET` only, and without histories.
    """
    asked = await request.json()
    answer = server_read.search(
        request,
        jql=asked.get("jql", ""),
        startAt=asked.get("startAt", 0),
        maxResults=min(asked.get("maxResults", PAGE), PAGE),
        fields=",".join(asked.get("fields", ())),
    )
    store = request.app.state.store
    if "changelog" in asked.get("expand", ()):
        for issue in answer["issues"]:
            issue["changelog"] = store.serializer.changelog(store.issues[issue["key"]])
    return answer


def project(key: str, request: Request) -> Any:
    """`GET project/{key}` tells of that project, or 404 [spec]; `jira820` tells of its first project whatever is asked."""
    store, told = request.app.state.store, server_read.project(key, request)
    if key == store.config.project_key:
        return told
    if key in store.project_keys():
        return told | store.serializer.project_ref(key)
    return JSONResponse({"errorMessages": [f"No project could be found with key '{key}'."], "errors": {}}, 404)


def my_permissions() -> Any:
    """`GET mypermissions` [spec]: who asks `jira820` may do everything."""
    keys = (
        "BROWSE_PROJECTS",
        "ADMINISTER_PROJECTS",
        "SET_ISSUE_SECURITY",
        "DELETE_ISSUES",
        "MOVE_ISSUES",
        "ADMINISTER",
    )
    return {
        "permissions": {
            key: {"id": str(number), "key": key, "name": key.title(), "havePermission": True}
            for number, key in enumerate(keys)
        }
    }


def security_levels(key: str) -> Any:
    """`GET project/{key}/securitylevel` [spec]: `jira820` hides nothing."""
    return {"levels": []}


def watchers(key: str, request: Request) -> Any:
    """`GET issue/{key}/watchers` [spec]: the count that the issue itself tells, and nobody by name."""
    watches = _fields(key, request)["watches"]
    return {**watches, "watchers": []}


def votes(key: str, request: Request) -> Any:
    """`GET issue/{key}/votes` [spec]: the count that the issue itself tells, and nobody by name."""
    return {**_fields(key, request)["votes"], "voters": []}


def _fields(key: str, request: Request) -> dict[str, Any]:
    store = request.app.state.store
    return store.serializer.issue_fields(store.get_issue(key))


def shimmed(store: Store) -> FastAPI:
    """Return `jira820` over a store, with what it lacks."""
    app = make_app(store)
    app.add_api_route("/rest/api/2/search", search, methods=["POST"])
    app.add_api_route("/rest/api/2/mypermissions", my_permissions)
    app.add_api_route("/rest/api/2/project/{key}/securitylevel", security_levels)
    app.add_api_route("/rest/api/2/issue/{key}/watchers", watchers)
    app.add_api_route("/rest/api/2/issue/{key}/votes", votes)
    app.add_api_route("/rest/api/2/project/{key}", project, include_in_schema=False)
    app.router.routes.insert(0, app.router.routes.pop())  # before jira820's own
    app.add_middleware(IssueByAnyName, store=store)
    return app


def main() -> None:
    """Serve on a free port of loopback until ended."""
    listening = socket.create_server(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)  # noqa: T201 - read by who started it
    app = shimmed(build_store(load_config()))
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


if __name__ == "__main__":
    main()
