"""What the shared filter shows: who can change it, and whether it is what the archive kept."""

from __future__ import annotations

from auditlib.audit.scope.shared_filter import filter_findings
from auditlib.records.filters import read_filter

GROUP = {"type": "group", "group": {"name": "managers"}}
FILTER = {"id": "7", "name": "Population", "jql": "a = b", "owner": {"displayName": "Ann Ex", "active": True},
          "sharePermissions": [], "editPermissions": [GROUP]}  # fmt: skip


def found(before=(), **values):
    return {one.id: one for one in filter_findings(read_filter(FILTER | values), before)}


def test_without_a_filter_there_is_nothing_to_say():
    """No finding of what was not asked."""
    assert filter_findings(None, []) == []


def test_who_can_change_the_query_is_told():
    """Owner and editors by name; an owner who left is called so."""
    (one,) = found(owner={"displayName": "Ann Ex", "active": False}).values()
    assert one.severity == "note"
    assert "can be changed by its owner Ann Ex (deactivated) and by group managers" in one.statement
    assert "nobody else" in found(editPermissions=[])["scope.filter-editors"].statement


def test_a_filter_that_everybody_can_change_is_to_question():
    """As the population of the next run is what anybody makes it."""
    one = found(editPermissions=[{"type": "loggedin"}])["scope.filter-editors"]
    assert one.severity == "exception"
    assert "everybody who is logged in" in one.statement


def test_what_jira_does_not_tell_is_a_limit():
    """Silence about editors does not mean that there are none."""
    untold = {name: value for name, value in FILTER.items() if name != "editPermissions"}
    (one,) = filter_findings(read_filter(untold | {"sharePermissions": [GROUP]}), [])
    assert one.severity == "limit"


def test_the_query_is_held_against_the_newest_archive_of_this_filter():
    """Another filter's query, and older ones of this, are not compared."""
    kept = [("t1", read_filter(FILTER | {"jql": "old"})), ("t2", read_filter(FILTER)),
            ("t3", read_filter(FILTER | {"id": "8", "jql": "c = d"}))]  # fmt: skip
    assert "archive of t2" in found(kept)["scope.filter-same"].statement
    changed = found(kept, jql="a = c")["scope.filter-changed"]
    assert changed.severity == "exception"
    assert "Then: a = b Now: a = c" in changed.statement
