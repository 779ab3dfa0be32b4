"""What one would write otherwise, with a library; one task a process, which imports nothing of ours.

Started by ``run.py`` as ``peers.py TASK '{"url": …}'``; prints what came of it as one JSON object. The queries and fields
are those of our own pass, one query a project.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

Given = Mapping[str, Any]


def _atlassian(given: Given) -> Any:
    from atlassian import Jira

    return Jira(given["url"], username=given["user"], password=given["token"], cloud=True)


def atlassian_list(given: Given) -> dict[str, Any]:
    """Ask with ``enhanced_jql_get_list_of_tickets``, without a limit: with one it ends at that many issues."""
    jira = _atlassian(given)
    return _collected(lambda query: jira.enhanced_jql_get_list_of_tickets(query, fields=given["fields"]), given)


def atlassian_loop(given: Given) -> dict[str, Any]:
    """Ask with ``enhanced_jql`` in a loop of one's own, 100 issues a page: the most that Jira gives."""
    jira = _atlassian(given)

    def ask(query: str) -> list[Any]:
        found: list[Any] = []
        token = None
        while True:
            page = jira.enhanced_jql(query, fields=given["fields"], nextPageToken=token, limit=100)
            found.extend(page["issues"])
            token = page.get("nextPageToken")
            if token is None:
                return found

    return _collected(ask, given)


def jira_search(given: Given) -> dict[str, Any]:
    """Ask with ``enhanced_search_issues(maxResults=False)`` of the jira package: all, 100 issues a page."""
    from jira import JIRA

    client = JIRA(given["url"], basic_auth=(given["user"], given["token"]), options={"rest_api_version": "3"})
    return _collected(
        lambda query: client.enhanced_search_issues(query, maxResults=False, fields=given["fields"]), given
    )


def _collected(ask: Callable[[str], list[Any]], given: Given) -> dict[str, Any]:
    begun = time.perf_counter()
    found = [issue for query in given["queries"] for issue in ask(query)]
    return {"seconds": time.perf_counter() - begun, "issues": len(found)}


def one_get_a_number(given: Given) -> dict[str, Any]:
    """Ask for each missing number by itself; 404 means that it does not answer."""
    from atlassian.jira import JiraCloud
    from requests import HTTPError

    jira = JiraCloud(given["url"], username=given["user"], password=given["token"])
    moved = 0
    begun = time.perf_counter()
    for key in given["missing"]:
        try:
            moved += jira.get_issue(key, fields="created,issuetype")["key"] != key
        except HTTPError as error:
            if error.response.status_code != 404:
                raise
    return {"seconds": time.perf_counter() - begun, "moved": moved, "missing": len(given["missing"])}


TASKS: Mapping[str, Callable[[Given], dict[str, Any]]] = {
    task.__name__: task for task in (atlassian_list, atlassian_loop, jira_search, one_get_a_number)
}


def peak() -> int:
    """Return the peak of this process's memory in bytes."""
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size if sys.platform == "darwin" else size * 1024


def report(tasks: Mapping[str, Callable[[Given], dict[str, Any]]]) -> None:
    """Do the task that the command line names, and print what came of it."""
    name, given = sys.argv[1], json.loads(sys.argv[2])
    result = tasks[name](given)
    print(json.dumps({"cpu": time.process_time(), "peak": peak()} | result))


if __name__ == "__main__":
    report(TASKS)
