"""An issue as tests look at it, from its full record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hostile_issues import comment, dossier_of, fields_of

from auditlib.dossier.subject import subject_of_dossier

ADA = {"accountId": "a", "displayName": "Ada", "accountType": "atlassian"}
BOB = {"accountId": "b", "displayName": "Bob", "accountType": "atlassian"}
AT = datetime(2026, 7, 1, tzinfo=UTC)


def test_who_edited_a_comment_is_told_by_id():
    """Two people of one name are two; a comment that was changed by somebody else is seen to be."""
    record = comment(7, author=ADA, updateAuthor=BOB, updated="2026-06-05T10:00:00.000+0000")
    subject = subject_of_dossier(dossier_of({"fields": fields_of(), "comments": [record]}), AT)
    (found,) = subject.comments or ()
    assert (found.author.id, found.update_author.id) == ("a", "b")
    assert found.updated > found.created
    assert subject.all_comments


def test_comments_that_jira_refused_are_not_all():
    """Of what was not read nothing follows."""
    dossier = dossier_of({"fields": fields_of()})
    refused = replace(dossier, received=replace(dossier.received, refused={"comments": "status 403"}))
    assert subject_of_dossier(dossier, AT).all_comments
    assert not subject_of_dossier(refused, AT).all_comments


def test_the_period_is_that_which_is_handed_over():
    """A go before it is no matter of the period."""
    subject = subject_of_dossier(dossier_of({"fields": fields_of()}), AT, AT, AT.replace(month=4))
    assert (subject.period_ends, subject.period_begins) == (AT, AT.replace(month=4))
