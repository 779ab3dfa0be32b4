"""The archive in words: what of it is damaged, and what became of comments."""

from __future__ import annotations

from auditlib.audit.archive.findings import archive_findings, archive_site_findings, archived_comment_findings


def test_damage_is_named_by_its_files_and_none_is_no_finding():
    """An auditor must know what was not used, and why."""
    (found,) = archive_findings(["log/2026-05.jsonl.gz is not there", "census/x was changed"], "01_scope")
    assert (found.severity, found.count) == ("exception", 2)
    assert "log/2026-05.jsonl.gz is not there and census/x was changed" in found.statement
    assert archive_findings([], "01_scope") == []


def test_an_archive_of_another_address_is_said_with_both():
    """What another Jira's archive misses was not deleted here; a new address of the same Jira is for a reader to tell."""
    here = "https://jira.example.com"
    (found,) = archive_site_findings(["https://old.example.com", here], here, "01_scope")
    assert (found.id, found.severity, found.count) == ("scope.archive-site", "limit", 1)
    assert "archives of https://old.example.com, and Jira was asked at https://jira.example.com" in found.statement
    assert archive_site_findings([here], here, "01_scope") == []
    assert archive_site_findings([], here, "01_scope") == []


def test_comments_that_are_gone_ask_for_an_answer_and_edited_ones_are_told():
    """By the keys of the issues, with how many comments there are."""
    facts = [
        {"key": "PAY-1", "comments_gone": 2, "comments_edited": 0},
        {"key": "PAY-2", "comments_gone": 0, "comments_edited": 1},
        {"key": "PAY-3", "comments_gone": 0, "comments_edited": 0},
    ]
    gone, edited = archived_comment_findings(facts)
    assert (gone.id, gone.severity, gone.count) == ("dossiers.comments-gone", "exception", 1)
    assert gone.statement.startswith("2 comments of 1 issue were seen by the archive and are not in Jira's answer")
    assert (edited.id, edited.severity, edited.count) == ("dossiers.comments-edited", "note", 1)
    assert "PAY-2" in edited.statement
    assert archived_comment_findings(facts[2:]) == []
