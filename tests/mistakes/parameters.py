"""Mistakes in the parameter file, and after ``-p``."""

from __future__ import annotations

from mistakes.scene import Mistake, Scene

CHECK = "auditlib check params.yaml"


def lower_case_key(scene: Scene) -> None:
    """Jira's search takes pay for PAY, and the browser too."""
    scene.parameters(projects="[pay, OPS]")


def projects_as_text(scene: Scene) -> None:
    """One project is no list."""
    scene.parameters(projects="PAY")


def period_swapped(scene: Scene) -> None:
    """The days stand the other way round."""
    scene.parameters(period_start='"2026-09-30"', period_end='"2026-04-01"')


def day_of_another_country(scene: Scene) -> None:
    """The day is written as people say it."""
    scene.parameters(period_start="01.04.2026")


def seed_is_a_number(scene: Scene) -> None:
    """YAML makes a number of it, and another sample would be drawn."""
    scene.parameters(sample_seed="00412")


def tab(scene: Scene) -> None:
    """The editor put a tab in."""
    text = (scene.folder / "params.yaml").read_text()
    scene.write("params.yaml", text.replace("projects: [PAY, PAYX, OPS]", "projects:\n\t- PAY"))


def unknown_key(scene: Scene) -> None:
    """A letter is wrong."""
    scene.parameters(sampel_size="60")


def colon(scene: Scene) -> None:
    """A title has a colon, and no quotes."""
    scene.parameters(audit="SOC 2: Type II")


def zone_unknown(scene: Scene) -> None:
    """A name of a zone that people say."""
    scene.parameters(timezone="New York")


def token_in_the_file(scene: Scene) -> None:
    """The credentials stand in the parameter file."""
    scene.parameters(jira_token='"a-token-of-tests"')


def sample_too_large(scene: Scene) -> None:
    """More issues are asked for than there are."""
    scene.parameters(sample_size="60000")


def key_of_another_project(scene: Scene) -> None:
    """The auditor's list names an issue of a project that is not listed."""
    scene.parameters(sample_seed=None, sample_keys="[PAY-1, HR-2]")


def key_not_in_population(scene: Scene) -> None:
    """The auditor's list is of another year."""
    scene.parameters(sample_seed=None, sample_keys="[PAY-999999]")


def list_is_a_workbook(scene: Scene) -> None:
    """The list of leavers is Excel's own file, with another name."""
    scene.write("leavers.csv", b"PK\x03\x04" + bytes(40))
    scene.parameters(leavers="leavers.csv")


def file_not_there(scene: Scene) -> None:
    """A file that the parameters name lies elsewhere."""
    scene.parameters(gap_explanations="explanations.csv")


def answers_without_a_name(scene: Scene) -> None:
    """An answer that nobody signs, to a finding that may not be there."""
    scene.write("answers.csv", "finding,case,cause,response,by,on\nnumbering.log,,,Archived since May.,,\n")
    scene.parameters(answers="answers.csv")


def wrong_folder(scene: Scene) -> None:
    """The command was typed one folder above the file's."""
    (scene.folder / "params.yaml").rename(scene.write("params/2026.yaml", ""))


MISTAKES = (
    Mistake(
        "The parameter file is not in this folder",
        "auditlib check params.yaml",
        wrong_folder,
        2,
        ("params.yaml", "no such file", "params/2026.yaml"),
        "Go to the folder of the file, or give its path; the message names parameter files that are here.",
    ),
    Mistake(
        "A project key in lower case",
        CHECK,
        lower_case_key,
        2,
        ("params.yaml:3", "did you mean PAY?"),
        "Write keys as they stand in Jira, in capitals.",
    ),
    Mistake("One project that is no list", CHECK, projects_as_text, 2, ("params.yaml:3", "[PAY"), "Write `[PAY]`."),
    Mistake(
        "The period the wrong way round",
        CHECK,
        period_swapped,
        2,
        ("period_end", "before it starts", "exchange the days"),
        "Exchange the days.",
    ),
    Mistake(
        "A day in the form of a country",
        CHECK,
        day_of_another_country,
        2,
        ("period_start = 01.04.2026", '"2026-04-01"'),
        'Write year, month, day: `"2026-04-01"`.',
    ),
    Mistake(
        "A seed without quotes",
        CHECK,
        seed_is_a_number,
        2,
        ("sample_seed = 00412", "another sample", "in quotes"),
        "Put the seed in quotes, exactly as the auditor gave it.",
    ),
    Mistake("A tab", CHECK, tab, 2, ("params.yaml:4", "a tab", "spaces"), "Indent with spaces."),
    Mistake(
        "A key with a wrong letter",
        CHECK,
        unknown_key,
        2,
        ("sampel_size", "unknown key", "did you mean sample_size?"),
        "Write the key that the message names.",
    ),
    Mistake(
        "A colon in a text without quotes",
        CHECK,
        colon,
        2,
        ("params.yaml:1", "a colon", "in quotes"),
        "Put the text in quotes.",
    ),
    Mistake(
        "A time zone as people say it",
        CHECK,
        zone_unknown,
        2,
        ("timezone = New York", "did you mean America/New_York?"),
        "Write the IANA name; it decides at which instant the period begins.",
    ),
    Mistake(
        "The token in the parameter file",
        CHECK,
        token_in_the_file,
        2,
        ("jira_token", "has no place", "JIRA_TOKEN"),
        "Take it out, renew it if the file was shared, set the variables instead.",
    ),
    Mistake(
        "A sample that is larger than the population",
        CHECK,
        sample_too_large,
        0,
        ("Sample", "60,000", "all of them would be tested"),
        "Nothing, if all are to be tested; else a smaller `sample_size`.",
    ),
    Mistake(
        "An issue of a project that is not listed in `sample_keys`",
        CHECK,
        key_of_another_project,
        2,
        ("sample_keys[1] = HR-2", "not one of projects: PAY, PAYX, OPS"),
        "List the project, or take the key out.",
    ),
    Mistake(
        "`sample_keys` of another year",
        "auditlib run params.yaml --out evidence/soc2",
        key_not_in_population,
        2,
        ("sample_keys", "PAY-999999: does not answer", "created in the period"),
        "Take keys from `tables/keys.txt` of the frozen package, and give that after `--from`.",
    ),
    Mistake(
        "A list that is a workbook of Excel",
        "auditlib run params.yaml --out evidence/soc2",
        list_is_a_workbook,
        2,
        ("leavers", "workbook", "save", "CSV UTF-8"),
        "Save the sheet as CSV UTF-8.",
    ),
    Mistake(
        "An answer to a finding without a name and a day",
        "auditlib run params.yaml --out evidence/soc2",
        answers_without_a_name,
        2,
        ("answers.csv:2", "by is empty", "on is empty"),
        "Say who answers and when; fill in `answers.template.csv` of the package.",
    ),
    Mistake(
        "A file that the parameters name is not there",
        CHECK,
        file_not_there,
        2,
        ("gap_explanations = explanations.csv", "folder"),
        "Paths count from the folder in which the command is typed.",
    ),
)
