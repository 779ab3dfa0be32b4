"""Mistakes with folders, packages and commands."""

from __future__ import annotations

import shutil

from mistakes.account import answered, instead
from mistakes.scene import Mistake, Scene
from places import ROOT

RUN = "auditlib run params.yaml --out evidence/soc2"


def folder_is_there(scene: Scene) -> None:
    """A run of last week stands there."""
    scene.write("evidence/soc2/bagit.txt", "BagIt-Version: 1.0\n")


def interrupted(scene: Scene) -> None:
    """Leave what an interrupted run leaves: Jira was asked, and then said no more."""
    down = True
    scene.serve(tamper=instead(answered(403, "No."), lambda asked: down and "search/jql" in asked.path))
    scene.run(RUN)
    down = False


def other_parameters(scene: Scene) -> None:
    """A parameter was changed since the run was interrupted."""
    interrupted(scene)
    scene.parameters(period_end='"2026-08-31"')


def nothing_to_resume(scene: Scene) -> None:
    """The folder is misspelt, or the run was sealed."""


def partial_is_there(scene: Scene) -> None:
    """The run was interrupted, and is begun once more."""
    interrupted(scene)


def no_package(scene: Scene) -> None:
    """A folder of something else."""
    scene.write("photos/cat.txt", "no cat")


def data_folder(scene: Scene) -> None:
    """The folder data/ of a package, where its cover page lies."""
    scene.write("evidence/soc2/bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    scene.write("evidence/soc2/manifest-sha256.txt", "")
    scene.write("evidence/soc2/data/index.html", "")


def cover_page(scene: Scene) -> None:
    """The page that one looked at."""
    data_folder(scene)


def unfinished(scene: Scene) -> None:
    """The folder in which a run was interrupted."""
    interrupted(scene)


def command_mistyped(scene: Scene) -> None:
    """A letter too many."""


def notebook_without_package(scene: Scene) -> None:
    """A notebook is executed by hand before anything was pulled."""
    shutil.copytree(ROOT / "notebooks", scene.folder / "notebooks")


def notebook_mistyped(scene: Scene) -> None:
    """A notebook that there is not."""


MISTAKES = (
    Mistake(
        "The folder for the package is there already",
        RUN,
        folder_is_there,
        2,
        ("evidence/soc2", "not empty", "--out"),
        "Give another folder after `--out`, or none: then each run makes one of its own.",
    ),
    Mistake(
        "An interrupted run is begun once more",
        RUN,
        partial_is_there,
        2,
        ("evidence/soc2.partial", "--resume"),
        "Add `--resume` to go on; remove the folder to begin anew.",
    ),
    Mistake(
        "`--resume` with other parameters",
        f"{RUN} --resume",
        other_parameters,
        2,
        ("another period_end", "--resume", "--out"),
        "Set the parameter back, or begin a new run in another folder.",
    ),
    Mistake(
        "`--resume` where no run was interrupted",
        f"{RUN} --resume",
        nothing_to_resume,
        2,
        ("evidence/soc2.partial", "no interrupted run", "without --resume"),
        "Leave `--resume` out.",
    ),
    Mistake(
        "`verify` of a folder that is no package",
        "auditlib verify photos",
        no_package,
        2,
        ("photos", "no package", "bagit.txt"),
        "Give the folder in which `bagit.txt` stands.",
    ),
    Mistake(
        "`verify` of the data folder of a package",
        "auditlib verify evidence/soc2/data",
        data_folder,
        2,
        ("evidence/soc2/data", "auditlib verify evidence/soc2"),
        "Give the folder above.",
    ),
    Mistake(
        "`verify` of the cover page",
        "auditlib verify evidence/soc2/data/index.html",
        cover_page,
        2,
        ("lies in a package", "auditlib verify evidence/soc2"),
        "Give the folder of the package.",
    ),
    Mistake(
        "`verify` of a run that was not finished",
        "auditlib verify evidence/soc2.partial",
        unfinished,
        2,
        ("evidence/soc2.partial", "never sealed", "--resume"),
        "Finish the run with `--resume`.",
    ),
    Mistake(
        "A command with a wrong letter",
        "auditlib chek params.yaml",
        command_mistyped,
        2,
        ("chek", "Did you mean"),
        "Type the command that is meant.",
    ),
    Mistake(
        "A notebook by hand, before anything was pulled",
        "papermill notebooks/03_numbering.ipynb out.ipynb",
        notebook_without_package,
        1,
        ("there is no package under evidence/", "run 01_scope first, or auditlib run"),
        "Type `auditlib run` first, or execute `01_scope`, which pulls; then the others find the newest package.",
    ),
    Mistake(
        "A notebook that there is not",
        f"{RUN} --only numbers",
        notebook_mistyped,
        2,
        ("--only numbers", "03_numbering"),
        "Name one that the message lists; `03` will do.",
    ),
)
