"""The picture of the house is drawn from the imports, and is fresh."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest
from places import ROOT


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """``docs/house.py``, which is a script beside the documents."""
    spec = importlib.util.spec_from_file_location("house", ROOT / "docs" / "house.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["house"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def built(tmp_path):
    """Return a function that writes the modules of a made-up package, and returns its folder."""

    def build(**modules: str) -> Path:
        source = tmp_path / "auditlib"
        for name, text in {"__init__": '__version__ = "1"', **modules}.items():
            path = source / f"{name.replace('_in_', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return source

    return build


def test_the_picture_is_fresh(script):
    """`docs/house.svg` is what the imports say today; `make docs/house.svg` makes it so."""
    picture = (ROOT / "docs" / "house.svg").read_bytes()
    assert picture == script.drawing(script.read_house(ROOT / "auditlib")).encode("utf-8")


def test_rooms_are_folders_and_arrows_are_imports(script, built):
    """A module belongs to the first folder below the package, else to the hall; an import within a function counts."""
    source = built(
        cli="def demo():\n    from auditlib.demo import world\n",
        __main__="from auditlib.cli import demo",
        tables="import pandas",
        demo_in_world="import auditlib.tables",
        jira_in___init__='"""What speaks to Jira. And more."""',
        jira_in_client="from auditlib import __version__, tables\nfrom auditlib.jira import pace",
        jira_in_pace="from auditlib.jira.client import x\nfrom auditlib.tables import y",
    )
    house = script.read_house(source)
    assert house.rooms == ("cli", "jira", "demo", "hall")
    assert house.modules == {"cli": 2, "demo": 1, "hall": 1, "jira": 3}
    assert house.arrows == {("cli", "demo"): 1, ("demo", "hall"): 1, ("jira", "hall"): 2}
    assert (house.upward, house.floors) == ([], 3)
    assert house.sentences["jira"] == "What speaks to Jira."


def test_an_import_that_runs_up_is_seen(script, built):
    """Whoever breaks a wall sees it in the picture, in its title and in another colour."""
    house = script.read_house(built(tables="from auditlib.jira import client", jira_in_client="import auditlib.tables"))
    assert house.upward == [("hall", "jira")]
    drawn = script.drawing(house)
    assert "1 of 2 arrows runs up" in drawn
    assert script.VERMILION in drawn
    down = script.drawing(script.read_house(built(tables="")))
    assert "every import runs down" in down
    assert script.VERMILION not in down


def test_a_new_room_is_given_its_place(script, built):
    """A folder that nobody put among the others is not left out of the picture in silence."""
    with pytest.raises(ValueError, match="attic"):
        script.read_house(built(attic_in_box=""))


def test_the_picture_is_sound_whatever_a_room_says_of_itself(script, built):
    """The picture is XML that every viewer takes, with the imports in words for who does not see it."""
    house = script.read_house(
        built(jira_in___init__='"""Asks <b>Jira</b> & reads."""', tables="", jira_in_a="import auditlib.tables")
    )
    drawn = ET.fromstring(script.drawing(house))  # noqa: S314 - of our own drawing
    texts = {node.text for node in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert {"jira", "hall", "Asks <b>Jira</b> & reads."} <= texts
    assert "jira imports hall." in str(drawn.findtext("{http://www.w3.org/2000/svg}desc"))


def test_doors_are_ordered_by_who_imports_whom(script, built):
    """Without rooms each module is a door; the order is found from the imports, and a circle shows as one arrow that runs up."""
    doors = script.read_doors(built(a="import auditlib.c", b="import auditlib.a", c="", d="import auditlib.c"))
    assert (doors.rooms, doors.upward, doors.floors) == (("b", "a", "d", "c"), [], 3)
    circle = script.read_doors(built(a="import auditlib.c", b="import auditlib.a", c="import auditlib.b", d=""))
    assert len(circle.upward) == 1
