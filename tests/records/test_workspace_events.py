"""Which action is the deletion of an issue, and how an event is read that nobody has seen yet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditlib.records.audit_log import LOG_COLUMNS
from auditlib.records.workspace_events import EventAction, event_frame, read_actions


@pytest.mark.parametrize(
    ("name", "deletes"),
    [
        *((one, True) for one in ("issue_deleted", "Issue deleted", "jira.issue.delete", "issueDeleted", "bulk_issue_deletion")),
        *((one, True) for one in ("work_item_deleted", "Work items deleted", "ISSUE_DELETED")),
        *((one, False) for one in ("issue_created", "issue_link_deleted", "Issue type deleted", "issue_comment_deleted")),
        *((one, False) for one in ("project_deleted", "Issue security scheme deleted", "", "deleted", "item deleted")),
    ],
)  # fmt: skip
def test_a_deletion_is_told_from_that_of_something_about_an_issue(name, deletes):
    """By id or by name; a link, a type or a comment of an issue is no issue."""
    assert EventAction(name, "", "").deletes_issues == deletes
    assert EventAction("x_1", name, "").deletes_issues == deletes


def test_the_catalogue_is_read_as_described():
    """Sorted by id; what has none is left out."""
    records = [
        {"id": "b", "attributes": {"displayName": "B done", "groupDisplayNames": ["Bs", None, ["x"], "All"]}},
        {"id": "a"},
        {"attributes": {"displayName": "nothing"}},
    ]
    assert read_actions(records) == (EventAction("a", "", ""), EventAction("b", "B done", "Bs, All"))
    assert read_actions(records)[1].shown == "B done (b)"


def test_an_event_is_read_as_those_of_an_organisation():
    """Actor, action, objects and address; the catalogue's name goes before the message."""
    event = {
        "id": "e-1",
        "attributes": {
            "time": "2026-05-01T10:00:00.000Z",
            "action": "issue_deleted",
            "actor": {"id": "acc:a"},
            "context": [{"id": "10001", "type": "issue", "attributes": {"key": "AC-7"}}],
            "container": {"id": "1", "type": "project"},
            "location": {"ip": "192.0.2.1"},
        },
        "message": {"content": "something"},
    }
    frame = event_frame([event, event], [EventAction("issue_deleted", "Issue deleted", "Issues")], {"acc:a": "Ada"})
    (row,) = frame.to_dict("records")
    assert (row["id"], row["actor"], row["category"], row["summary"]) == ("e-1", "Ada", "Issues", "Issue deleted")
    assert (row["object_type"], row["object_id"], row["object_name"]) == ("issue", "10001", "AC-7")
    assert row["others"] == (("project", "1", None),)
    assert (row["remote_address"], row["action_key"]) == ("192.0.2.1", "issue_deleted")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "attributes", "time", "action", "actor", "context", "container", "location", "name", "message"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.sampled_from(["id", "attributes", "message", "time"]), JSON), max_size=4))
def test_any_record_is_a_row(records):
    """Whatever its parts hold."""
    frame = event_frame(records, read_actions(records), {})
    assert list(frame.columns) == list(LOG_COLUMNS)
    assert len(frame) <= len(records)
