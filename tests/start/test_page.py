"""The start page put together: its buttons are commands, and fit what there is; a whole way without a browser."""

from __future__ import annotations

import shutil
import threading

import pytest
from places import ROOT

from auditlib.package.layout import DECLARATION, INFO, MANIFEST, TAG_MANIFEST
from auditlib.start.page import StartPage


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for name in ("JIRA_USER", "JIRA_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for folder in ("notebooks", "params"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def shelf(root, name, *files):
    for file in (*files, "data/params.yaml"):
        path = root / "evidence" / name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", "utf-8")


def able(page):
    return {name for name, button in page.work._buttons.items() if not button.disabled}


def chosen(page, root, name):
    page.work._package.value = str(root / "evidence" / name)
    return page.work


def test_buttons_are_commands_of_the_terminal(root):
    """A new package for a new pull; one that is open is gone on with; a sealed one is verified and never written."""
    shelf(root, "begun.partial")
    shelf(root, "pulled.partial", "data/run.json")
    shelf(root, "sealed", DECLARATION, INFO, MANIFEST, TAG_MANIFEST)
    page = StartPage(root / "notebooks")
    assert page.work.command("check") == ["check", "params/demo.yaml"]
    new = page.work.command("pages")
    assert new[:3] == ["run", "params/demo.yaml", "--out"]
    assert new[3].startswith("evidence/soc-2-type-ii-demo-")
    assert new[4:] == ["--until", "pages"]
    begun = chosen(page, root, "begun.partial")
    assert begun.command("pull")[3:] == ["evidence/begun", "--until", "pull", "--resume"]
    pulled = chosen(page, root, "pulled.partial")
    assert pulled.command("seal")[3:] == ["evidence/pulled", "--resume"]
    assert pulled.command("pull")[3] != "evidence/pulled"
    sealed = chosen(page, root, "sealed")
    assert sealed.command("verify") == ["verify", "evidence/sealed"]
    assert able(page) == {"check", "pull", "verify"}


def test_nothing_begins_with_a_wrong_value(root):
    """Neither by a button, which can't be clicked, nor past it."""
    page = StartPage(root / "notebooks")
    assert able(page) == {"check", "pull", "pages", "seal"}
    page.editor._form.rows["period_end"]._control.value = "2026-13-01"
    assert able(page) == set()
    page.work._buttons["seal"].click()
    assert page.work.job is None
    assert "there is no such day" in page.work._said.value


def test_missing_credentials_are_one_line_that_says_how(root):
    """For another Jira than the embedded one; no field takes them."""
    page = StartPage(root / "notebooks")
    assert "no account is needed" in page.work._credentials.value
    page.editor._form.rows["jira_url"]._control.value = "https://jira.example.com"
    assert "JIRA_TOKEN is not set" in page.work._credentials.value
    assert "make lab" in page.work._credentials.value


def test_two_packages_of_one_second_have_two_names(root):
    """A folder that is there is never taken."""
    page = StartPage(root / "notebooks")
    first = page.work.command("pull")[3]
    for name in (first, page.work.command("pull")[3]):
        (root / name).mkdir(parents=True, exist_ok=True)
    assert not (root / page.work.command("pull")[3]).exists()


def test_the_page_of_an_empty_folder_stands(tmp_path):
    """Nothing is there yet, and nothing fails."""
    page = StartPage(tmp_path)
    assert able(page) == set()
    assert page.work._links.outputs == ()


@pytest.mark.slow
def test_a_command_is_run_and_its_end_is_shown(root):
    """The check of the demo, by its button: results, no traceback, the buttons are back."""
    page, ended = StartPage(root / "notebooks"), threading.Event()
    show = page.work._show_end
    page.work._show_end = lambda *how: (show(*how), ended.set())
    page.work._buttons["check"].click()
    assert able(page) == set()
    assert not page.work._stop.disabled
    assert ended.wait(300)
    assert "✓ Checked" in page.work._said.value
    assert "PAYX: can be browsed" in page.work._said.value
    assert able(page) == {"check", "pull", "pages", "seal"}


@pytest.mark.slow
def test_long_work_is_stopped_and_gone_on_with(root):
    """While it works the form lives; stopped, what was pulled is kept and chosen, and the same button goes on there."""
    page, ends = StartPage(root / "notebooks"), []
    ended, show = threading.Semaphore(0), page.work._show_end

    def shown(step, how):
        show(step, how)
        ends.append(how.status)
        ended.release()

    page.work._show_end = shown
    begun, on_pace = threading.Event(), page.work._on_pace
    page.work._on_pace = lambda pace: (on_pace(pace), begun.set() if pace.words.startswith("missing numbers") else None)
    page.work._buttons["pull"].click()
    assert begun.wait(120)
    page.editor._form.rows["audit"]._control.value = "SOC 2 Type II demo"
    page.work._stop.click()
    assert ended.acquire(timeout=120)
    assert ends == [143]
    assert "what was pulled is in" in page.work._said.value
    assert page.work._package.label.endswith("(pull not ended, not sealed)")
    page.work._buttons["pull"].click()
    assert "--resume" in page.work._typed.value
    assert ended.acquire(timeout=300)
    assert ends == [143, 0]
    assert page.work._package.label.endswith("(pulled, not sealed)")
    assert page.work._bar.value == 1
