"""JQL parsed and matched by the embedded Jira Cloud."""

from __future__ import annotations

from typing import Any

from jira_caller import Caller


def test_queries_are_parsed_as_asked(cloud: Caller) -> None:
    """Strict tells what is wrong; warn tells it and shows the tree; a text that is no JQL has no tree."""
    body = {"queries": ["project = NOPE AND created > startOfDay() ORDER BY key", "project ="]}
    address = f"{cloud.jira.url}/rest/api/3/jql/parse"

    def ask(mode: str) -> list[dict[str, Any]]:
        answer = cloud.session.post(address, params={"validation": mode}, json=body, timeout=5)
        return list(answer.json()["queries"])

    wrong = ["The value 'NOPE' does not exist for the field 'project'."]
    assert ask("strict")[0] == {"query": body["queries"][0], "errors": wrong}
    assert ask("warn")[0]["warnings"] == wrong
    assert ask("none")[0]["structure"]["where"]["clauses"][1]["operand"]["function"] == "startOfDay"
    assert all("structure" not in ask(mode)[1] for mode in ("strict", "warn", "none"))
    assert cloud.session.post(address, params={"validation": "lax"}, json=body, timeout=5).status_code == 400


def test_issues_are_matched_by_id(cloud: Caller) -> None:
    """Which of these issues each query would find; hidden ones none."""
    answer = cloud.post("jql/match", issueIds=[101, 102, 120, 150], jqls=["project = AC", "type = Bug", "type = No"])
    assert answer.json() == {
        "matches": [
            {"matchedIssues": [101, 102], "errors": []},
            {"matchedIssues": [101], "errors": []},
            {"matchedIssues": [], "errors": ["The value 'No' does not exist for the field 'type'."]},
        ]
    }
