"""A Jira whose answers contradict each other, over HTTP: each ends in an exception that names the issue, or in an error."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from small_world import full_world

from auditlib.demo.server.site import Answer, Asked, EmbeddedJira, Tamper
from auditlib.errors import AnswerError
from auditlib.evidence.opened import Evidence
from auditlib.params.model import Parameters
from auditlib.pull.collect import collect

both_dialects = pytest.mark.parametrize("speaks", ["cloud", "data-center"])
Pull = Callable[..., Evidence]
Change = Callable[[Any], object]


def body_of(asked: Asked) -> Mapping[str, Any]:
    return json.loads(asked.body) if asked.body else {}


def is_walk(asked: Asked) -> bool:
    return "jql" in body_of(asked) and "created >=" not in body_of(asked)["jql"] and "search" in asked.path


def is_first(asked: Asked) -> bool:
    return "summary" in body_of(asked).get("fields", ())


def is_pass(asked: Asked) -> bool:
    body = body_of(asked)
    return "created >=" in body.get("jql", "") and "fields" in body and body.get("maxResults") != 0


def changed(when: Callable[[Asked], bool], change: Change) -> Tamper:
    """Change the JSON of each good answer to such a question."""

    def tamper(asked: Asked, answer: Answer) -> Answer:
        if answer.status != 200 or not when(asked):
            return answer
        body = json.loads(answer.body)
        change(body)
        return replace(answer, body=json.dumps(body).encode())

    return tamper


def issues_of(body: Any, key: str = "AC-5") -> Iterator[dict[str, Any]]:
    return (one for one in body.get("issues", [body]) if one.get("key") == key)


def without(body: Any, key: str = "AC-5") -> None:
    body["issues"] = [one for one in body["issues"] if str(one.get("key", "AC-" + str(int(one["id"]) - 100))) != key]


def named(key: str, old: str = "AC-5") -> Change:
    return lambda body: [one.update(key=key) for one in issues_of(body, old)]


@pytest.fixture
def pull(parameters: Callable[..., Parameters], tmp_path: Path) -> Pull:
    """Pull projects of a small world over loopback, January 2026 in UTC."""

    def pulled(speaks: str, tamper: Tamper | None = None, **values: object) -> Evidence:
        given = {"projects": "[AC]", "deployment": speaks, "sample_size": 8, "timezone": "UTC"}
        given |= {"period_start": "2026-01-01", "period_end": "2026-01-31"}
        with EmbeddedJira(full_world(), speaks, tamper=tamper) as server:
            who = {"JIRA_USER": server.user, "JIRA_TOKEN": server.token}
            params = parameters(**(given | {"jira_url": server.url} | values))
            return collect(params, tmp_path / "pull", who, lambda *_: None, base=tmp_path)

    return pulled


def table(evidence: Evidence, name: str) -> pd.DataFrame:
    content = evidence.table_files()[f"{name}.csv"]
    return pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)


def exceptions(evidence: Evidence) -> dict[str, str]:
    found = table(evidence, "findings")
    found = found[found["severity"] == "exception"]
    return dict(zip(found["id"], found["statement"], strict=True))


@both_dialects
def test_answers_that_agree_contradict_nothing(pull, speaks):
    """No finding of these kinds, and the conclusions say nothing of it."""
    evidence = pull(speaks)
    assert not len(evidence.identity.contradictions)
    assert not [name for name in exceptions(evidence) if "identity" in name or "walk" in name or "count" in name]
    assert "contradict" not in evidence.conclusion("02_population") + evidence.conclusion("03_numbering")


@pytest.mark.parametrize(("speaks", "key"), [("cloud", "AC-5"), ("cloud", "AC-8"), ("data-center", "AC-5")])
def test_a_walk_that_lacks_what_the_passes_hold_is_told(pull, speaks, key):
    """The keys are named, which numbers there are is not known, and nothing is 100 %."""
    evidence = pull(speaks, changed(is_walk, lambda body: without(body, key)))
    assert key in exceptions(evidence)["numbering.unwalked:AC"]
    assert table(evidence, "numbering")["continuity"].tolist() == [""]
    said = evidence.conclusion("03_numbering")
    assert "Which numbers AC holds is not known" in said
    assert "none is missing" not in said


def test_a_walk_that_ends_before_its_total_is_no_answer(pull):
    """Data Center says that eight are found, and gives none after the seventh: status 3."""
    with pytest.raises(AnswerError, match="empty at 7 of 8"):
        pull("data-center", changed(is_walk, lambda body: without(body, "AC-8")))


def test_an_exact_count_above_what_the_passes_hold_is_told(pull):
    """Data Center counts eight, and no search lists the eighth: count, walk and the number asked for by key all say so."""
    evidence = pull("data-center", changed(lambda asked: is_walk(asked) or is_pass(asked), without))
    found = exceptions(evidence)
    assert "Nothing that was pulled shows why." in found["population.count:AC"]
    assert "7 of 8" in found["numbering.walk-total:AC"]
    assert "AC-5" in found["numbering.unlisted"]
    assert "contradict each other" in evidence.conclusion("02_population")


def test_an_estimate_is_never_an_exception(pull):
    """Cloud's count may lag behind; the issue that no search lists is told by its number."""
    evidence = pull("cloud", changed(lambda asked: is_walk(asked) or is_pass(asked), without))
    assert "population.count:AC" not in exceptions(evidence)
    assert "AC-5" in exceptions(evidence)["numbering.unlisted"]


@both_dialects
def test_two_keys_of_an_issue_are_told(pull, speaks):
    """The walk gives another key than the pass, and no history shows a move."""
    evidence = pull(speaks, changed(is_walk, named("AC-9")))
    assert "AC-5, AC-9" in exceptions(evidence)["population.identity:two-keys"]
    assert "Which numbers AC holds is not known" in evidence.conclusion("03_numbering")


@both_dialects
@pytest.mark.parametrize("when", [is_walk, is_first])
def test_a_key_of_two_issues_is_no_answer(pull, speaks, when):
    """Whose it is nobody can know: status 3, with the key."""
    with pytest.raises(AnswerError, match="AC-6"):
        pull(speaks, changed(when, named("AC-6"))).table_files()


@both_dialects
def test_two_times_of_creation_are_told(pull, speaks):
    """The first pass dates an issue a second later than whatever else tells of it."""

    def later(body: Any) -> None:
        for one in issues_of(body, "AC-1"):
            one["fields"]["created"] = one["fields"]["created"].replace(":00.250", ":01.250")

    evidence = pull(speaks, changed(is_first, later))
    assert "AC-1: " in exceptions(evidence)["population.identity:created"]
    assert "contradict each other" in evidence.conclusion("02_population")


@both_dialects
@pytest.mark.parametrize(
    "created", ["0001-03-04T10:00:00.000+0000", "9999-01-02T10:00:00.000+0000", "2025-12-20T10:00:00.000+0000"]
)
def test_an_issue_of_days_that_were_not_asked_for_is_told(pull, speaks, created):
    """An answer to a question for January that holds another day's issue: it leaves no population in silence."""

    def moved(body: Any) -> None:
        for one in issues_of(body) if isinstance(body, dict) else ():
            if "created" in one.get("fields", {}):
                one["fields"]["created"] = created

    found = exceptions(pull(speaks, changed(is_first, moved)))
    assert f"AC-5: {created[:10]}" in found["population.identity:unasked"]


@both_dialects
def test_an_issue_of_another_listed_project_is_told(pull, speaks):
    """Asked for AC, the pass answers with an issue of NEW, and no history shows that it moved there meanwhile."""
    evidence = pull(speaks, changed(is_first, named("NEW-5")), projects="[AC, NEW]")
    assert "NEW-5 for AC" in exceptions(evidence)["population.identity:elsewhere"]
    assert "AC-5, NEW-5" in exceptions(evidence)["population.identity:two-keys"]


@both_dialects
def test_an_issue_that_comes_twice_unlike_is_told(pull, speaks):
    """Equal time of the last change and another title: the first is used, and that is said."""

    def twice(body: Any) -> None:
        body["issues"] += [
            one | {"fields": one["fields"] | {"summary": "Another title"}} for one in issues_of(body, "AC-3")
        ]

    evidence = pull(speaks, changed(is_first, twice))
    assert "AC-3" in exceptions(evidence)["population.identity:unlike"]


@both_dialects
def test_an_issue_that_comes_twice_alike_is_none(pull, speaks):
    """Pages overlap where an issue came meanwhile: nothing is said of it."""
    evidence = pull(speaks, changed(is_first, lambda body: body["issues"].append(body["issues"][0])))
    assert "population.identity:unlike" not in exceptions(evidence)


def test_a_history_of_an_issue_that_was_not_asked_for_is_no_answer(pull):
    """It would be taken for that of an issue whose history nobody read."""

    def of_another(body: Any) -> None:
        body["issueChangeLogs"][0]["issueId"] = "999"

    with pytest.raises(AnswerError, match="were not asked for: id 999"):
        pull("cloud", changed(lambda asked: asked.path.endswith("changelog/bulkfetch"), of_another))


@both_dialects
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda body: body.update(id="999"), "its id is 999, that of the population is 103"),
        (lambda body: body["fields"].update(created="2026-01-05T00:00:00.000+0000"), "2026-01-05T00:00:00.000Z"),
    ],
)
def test_a_record_of_another_issue_is_told_and_is_not_complete(pull, speaks, change, said):
    """Id and creation of the full record are those of the population; else it is no record of a sampled issue."""

    def is_record(asked: Asked) -> bool:
        return asked.path.endswith("/issue/AC-3")

    def with_parts(asked: Asked, answer: Answer) -> Answer:
        if "/issue/999/" in asked.path:  # what hangs on the other issue: nothing
            return Answer(404, {"Content-Type": "application/json"}, b'{"errorMessages": ["no"]}')
        return changed(is_record, change)(asked, answer)

    evidence = pull(speaks, with_parts)
    assert said in exceptions(evidence)["dossiers.identity"]
    (fact,) = (one for one in evidence.sampled.facts if one["key"] == "AC-3")
    assert said in " ".join(fact["incomplete"])
    assert "8 complete" not in evidence.conclusion("06_dossiers")
