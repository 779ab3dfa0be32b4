"""What people's tools do by themselves agrees with what is checked: hooks before a commit, and settings of editors."""

from __future__ import annotations

import re
import subprocess
import tomllib
from configparser import ConfigParser

import pytest
import yaml
from places import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
RUFF = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]


def editor() -> ConfigParser:
    """Read ``.editorconfig``; what stands above its first section is put into one of its own."""
    settings = ConfigParser()
    settings.read_string("[top]\n" + (ROOT / ".editorconfig").read_text(encoding="utf-8"))
    return settings


def tracked() -> list[str]:
    """Return the files of the checkout whose form is ours: all but made-up defects."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("this is no checkout")
    names = [name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]
    return [name for name in names if not name.startswith("tests/params/")]


def test_hooks_fetch_nothing():
    """Whoever commits runs the tools of this checkout, not what an address brings today."""
    repositories = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert [one["repo"] for one in repositories] == ["local"]
    assert {hook["language"] for hook in repositories[0]["hooks"]} == {"system"}


def test_hooks_are_what_make_check_does():
    """One list says what is checked; the hooks call it, and mend beforehand with no tool that it does not call."""
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    entries = [hook["entry"] for hook in repository["hooks"]]
    assert entries[-1] == "make check"
    (recipe,) = re.findall(r"^check:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    called = set(re.findall(r"\$\(BIN\)/([\w-]+(?: [a-z]+)?)", recipe))
    assert {" ".join(entry.removeprefix(".venv/bin/").split()[:2]) for entry in entries[:-1]} <= called


def test_editors_and_ruff_agree():
    """An editor breaks and indents lines where ruff does."""
    settings = editor()
    assert settings["*.py"]["max_line_length"] == str(RUFF["line-length"])
    assert settings["*.py"]["indent_size"] == str(RUFF.get("indent-width", 4))
    assert settings["*.md"]["max_line_length"] == str(RUFF["lint"]["pycodestyle"]["max-line-length"])
    assert settings["*"]["indent_style"] == RUFF.get("format", {}).get("indent-style", "space")


def test_files_have_the_form_that_editors_give_them():
    """UTF-8, LF, no space at the end of a line, one end of line at the end: nobody's editor changes lines nobody touched."""
    wrong = []
    for name in tracked():
        if name.endswith(".png"):
            continue
        text = (ROOT / name).read_bytes().decode("utf-8")
        if text and ("\r" in text or re.search(r"[ \t]$", text, re.MULTILINE) or not text.endswith("\n")):
            wrong.append(name)
    assert not wrong
