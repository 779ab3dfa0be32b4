"""The replay of a history: what was added must be there, what was removed must not, and the last change leads to today."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from auditlib.dossier.fields import Field
from auditlib.dossier.replay import history_verdict, replay
from auditlib.records.history import BREAKS, CLOSES, NOTHING, Change

AT = datetime(2026, 5, 1, tzinfo=UTC)


def change(number: int, field: str, before: str = "", after: str = "", **more: str) -> Change:
    texts = {"before_text": before and f"named {before}", "after_text": after and f"named {after}", **more}
    return Change(number, AT, "Ana", "a", field, more.pop("field_id", ""), before=before, after=after, **texts)


def field(name: str, raw: object, text: str = "") -> dict[str, Field]:
    return {name: Field(name, name, "", text, "", raw)}


HELD = {
    "Attachment": ("attachment", lambda number: {"id": number, "filename": f"named {number}"}),
    "Fix Version": ("fixVersions", lambda number: {"id": number, "name": f"named {number}"}),
    "Version": ("versions", lambda number: {"id": number, "name": f"named {number}"}),
    "Component": ("components", lambda number: {"id": number, "name": f"named {number}"}),
}


@pytest.mark.parametrize("name", HELD)
def test_things_that_were_added_and_removed_are_those_of_today(name):
    """A file, version or component is there if it was added last, and not if it was removed last; else a change is missing."""
    field_id, thing = HELD[name]
    history = [change(1, name, after="7"), change(2, name, after="8"), change(3, name, before="7")]
    assert [one.verdict for one in replay(history, field(field_id, [thing("8")]), AT)] == [CLOSES]
    for today, told in (
        ([], "history 2 added 'named 8', which is not there after it"),
        ([thing("7"), thing("8")], "history 3 removed 'named 7', which is there after it"),
    ):
        (found,) = replay(history, field(field_id, today), AT)
        assert (found.verdict, found.notes) == (BREAKS, (told,))
    (found,) = replay(
        [history[0], history[1], history[2], change(4, name, before="9")], field(field_id, [thing("8")]), AT
    )
    assert found.verdict == CLOSES, "9 was there before the history began"
    (found,) = replay([change(1, name, before="9"), change(2, name, before="9")], field(field_id, []), AT)
    assert found.verdict == BREAKS, "it can't be removed twice"


def test_files_of_one_name_are_told_apart_by_their_ids():
    """The first of two was deleted, the second is there; one that is said to be deleted and is there is a missing change."""
    names = {"after_text": "log.txt"}
    history = [change(1, "Attachment", after="7", **names), change(2, "Attachment", after="8", **names)]
    history.append(change(3, "Attachment", before="7", before_text="log.txt"))
    held = {one: {"id": one, "filename": "log.txt"} for one in ("7", "8")}
    assert [one.verdict for one in replay(history, field("attachment", [held["8"]]), AT)] == [CLOSES]
    assert [one.verdict for one in replay(history, field("attachment", [held["7"]]), AT)] == [BREAKS]
    assert [one.verdict for one in replay(history, field("attachment", list(held.values())), AT)] == [BREAKS]


def test_a_changed_field_leads_to_today_or_breaks():
    """The last change is compared with today's value, and each change with the next."""
    history = [change(1, "status", "1", "2"), change(2, "status", "2", "3")]
    today = field("status", {"id": "3", "name": "named 3"}, "named 3")
    assert [one.verdict for one in replay(history, today, AT)] == [CLOSES]
    assert [one.verdict for one in replay(history[:1], today, AT)] == [BREAKS]
    assert [one.verdict for one in replay([history[1], history[0]], today, AT)] == [BREAKS]


def test_one_break_outweighs_everything():
    """A history closes only if none of its fields breaks; one that shows nothing says nothing."""
    status = replay([change(1, "status", "1", "2")], field("status", {"id": "2"}, "named 2"), AT)
    lost = replay([change(1, "Attachment", after="7")], field("attachment", []), AT)
    assert (history_verdict(status), history_verdict([*status, *lost]), history_verdict(())) == (
        CLOSES,
        BREAKS,
        NOTHING,
    )


@pytest.mark.parametrize("raw", [7, True, "text", {"id": "8"}, [7, None], [{"outwardIssue": 7}]])
@pytest.mark.parametrize("name", [*HELD, "Link"])
def test_what_is_no_list_of_things_holds_none(name, raw):
    """A field of another form than Jira's is shown as sent; the replay reads no thing out of it, and ends nothing."""
    field_id = HELD[name][0] if name in HELD else "issuelinks"
    (found,) = replay([change(1, name, after="8")], field(field_id, raw), AT)
    assert found.verdict != CLOSES
