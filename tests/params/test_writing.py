"""Parameters that are written read back as they were; the schema and the files in params/ are in step."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from typing import Any

import jsonschema
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from parameter_cases import good
from places import ROOT

from auditlib.demo.story import scenery
from auditlib.params import library
from auditlib.params.model import Parameters
from auditlib.params.reading import load_parameters, parse_parameters
from auditlib.params.second_source import EXPORTS
from auditlib.params.types import POPULATION_COLUMNS
from auditlib.params.writing import dump_parameters, json_schema, schema_text
from auditlib.times import Period

WORDS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12).filter(
    lambda text: text == text.strip() and text.isprintable()
)
# Printable text is where YAML writers slip; what looks like something else is where YAML readers do.
TEXTS = WORDS | st.sampled_from(
    ["no", "00412", "1.10", "2026-04-01", "null", "~", "a: b", "- x", "#", "'\"\\", "%", "=", "<<"]
)
JQL = TEXTS.filter(lambda text: "order" not in text.lower()) | st.just("a = 1\n  AND b = 2")
RATES = st.decimals("0.0001", "0.4999", places=4)
COUNTS = st.integers(1, 10**6)
ALLOWED = st.integers(1, 99_999)
EVENTS = st.sampled_from(["created", "resolved"]) | st.builds(lambda name: {"to_status": name}, TEXTS)
ATTRIBUTE_TESTS = (
    st.fixed_dictionaries({"order": st.fixed_dictionaries({"first": EVENTS, "then": EVENTS})})
    | st.fixed_dictionaries({"different_people": st.lists(TEXTS | EVENTS, min_size=2, max_size=4, unique_by=str)})
    | st.fixed_dictionaries({"filled_before": st.fixed_dictionaries({"field": TEXTS, "event": EVENTS})})
    | st.fixed_dictionaries({"has": st.sampled_from([{"link": True}, {"attachment": "*.pdf"}, {"comment_by": "no"}])})
    | st.fixed_dictionaries({"within": st.fixed_dictionaries({"from": EVENTS, "to": EVENTS, "days": ALLOWED})})
)
TABLES = st.builds(
    lambda bounds, sizes: {"by_population": list(zip([*sorted(bounds), None], sizes, strict=False))},
    st.lists(COUNTS, max_size=4, unique=True),
    st.lists(COUNTS | st.sampled_from(["all", "10%", "2.5%"]), min_size=5, max_size=5),
)
SIZES = (
    COUNTS
    | TABLES
    | st.builds(lambda c, t, e: {"confidence": 1 - c, "tolerable_rate": t, "expected_rate": t * e}, RATES, RATES, RATES)
)
DAYS = st.dates(date(1970, 1, 1), date(2199, 12, 31))


FIELD_VALUES = st.fixed_dictionaries({"field": TEXTS, "values": st.lists(TEXTS, min_size=1, max_size=2, unique=True)})
SECOND_SOURCES = st.fixed_dictionaries(
    {"name": TEXTS, "file": TEXTS, "key_from": st.lists(TEXTS, min_size=1, max_size=2, unique=True), "time": TEXTS},
    optional={
        "form": st.sampled_from(["columns", *EXPORTS]),
        "environment": TEXTS | FIELD_VALUES,
        "state": FIELD_VALUES,
        "ref": TEXTS,
        "timezone": st.just("Europe/Berlin"),
    },
)


@st.composite
def parameters(draw: st.DrawFn) -> Parameters:
    start, end = sorted((draw(DAYS), draw(DAYS)))
    projects = draw(
        st.lists(st.from_regex(r"[A-Z][A-Z0-9_]{1,5}", fullmatch=True), min_size=1, max_size=4, unique=True)
    )
    names = st.lists(TEXTS, max_size=3, unique=True)
    values: dict[str, Any] = {
        "audit": draw(TEXTS),
        "jira_url": draw(st.sampled_from(["demo", "https://jira.example.com/", "http://jira.corp:8080/jira"])),
        "projects": projects,
        "period_start": start,
        "period_end": end,
        "timezone": draw(st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata"])),
        "deployment": draw(st.sampled_from(["auto", "cloud", "data-center"])),
        "population_jql": draw(st.none() | JQL),
        "filter_id": draw(st.none() | COUNTS),
        "closing_resolutions": draw(names),
        "test_issue_jql": draw(st.none() | JQL),
        "gap_explanations": draw(st.none() | TEXTS),
        "sample_size": draw(SIZES),
        "attributes": [
            {"name": str(number), "question": draw(TEXTS), "test": draw(ATTRIBUTE_TESTS),
             "applies_to": draw(st.none() | st.just({"project": projects[:1], "status": ["no"]}))}
            for number in range(draw(st.integers(0, 2)))
        ],
        "second_source": draw(st.none() | SECOND_SOURCES),
        "leavers": draw(st.none() | TEXTS),
        "review": draw(st.none() | TEXTS),
        "org_id": draw(st.none() | st.just("4ef1a2b0-0000-4000-8000-0123456789ab")),
        "attachments": draw(st.booleans()),
        "previous": draw(st.none() | TEXTS),
        "timestamp_url": draw(st.none() | st.just("https://tsa.example.com/tsr?x=1")),
    }  # fmt: skip
    if draw(st.booleans()):
        values["sample_seed"] = draw(TEXTS)
        values["sample_strata"] = draw(st.lists(st.sampled_from(POPULATION_COLUMNS), max_size=2, unique=True))
    else:
        values["sample_keys"] = draw(st.just("keys.csv") | st.just([f"{key}-1" for key in projects]))
    if draw(st.booleans()):
        values["issue_types"] = draw(names)
        values["permissions"] = draw(st.just(["DELETE_ISSUES", "com.example__OWN"]))
        values["archive"] = draw(TEXTS)
    return Parameters(**values)


SCHEMA = jsonschema.Draft202012Validator(json_schema())


@settings(deadline=None)
@given(parameters())
def test_what_is_written_reads_back_as_it_was(given_parameters):
    """The package's params.yaml is the run's parameters, no more and no less."""
    text = dump_parameters(given_parameters)
    back = parse_parameters(text, "params.yaml")
    assert back == given_parameters
    assert dump_parameters(back) == text


@settings(deadline=None)
@given(parameters())
def test_what_is_written_has_the_schemas_form(given_parameters):
    """The model and its schema agree on every key."""
    SCHEMA.validate(yaml.safe_load(dump_parameters(given_parameters)))


def test_what_is_written_names_every_key():
    """Defaults of today stand in the package, for readers of the years to come."""
    assert list(yaml.safe_load(dump_parameters(good()))) == list(Parameters.model_fields)


def test_text_is_written_in_quotes():
    """Another reader of YAML, of whatever version, takes text for text."""
    assert 'sample_seed: "1e3"\n' in dump_parameters(good(sample_seed="1e3"))


# The files in params/


def test_the_schema_file_is_in_step():
    """`python -m auditlib.params.writing > params/schema.json` was run after the last change of the model."""
    assert (ROOT / "params" / "schema.json").read_text(encoding="utf-8") == schema_text()
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_the_module_writes_the_schema():
    """The command that the test above names does it."""
    run = subprocess.run([sys.executable, "-m", "auditlib.params.writing"], cwd=ROOT, capture_output=True, check=True)
    assert json.loads(run.stdout) == json_schema()


def test_every_key_is_described_for_editors():
    """An editor shows what each key means."""
    schema = json_schema()
    for record in [schema, *schema["$defs"].values()]:
        assert all(about.get("description") for about in record["properties"].values())


def test_the_demo_is_the_demo_companys():
    """The demo needs no account, and draws the same sample each time."""
    demo = load_parameters(ROOT / "params" / "demo.yaml", check_files=True)
    assert (demo.jira_url, demo.projects, demo.slug) == ("demo", ("PAY", "PAYX", "OPS", "CHG"), "soc-2-type-ii-demo")
    assert demo.sample_seed
    assert demo.projects == (*scenery.PROJECTS, scenery.PROCESS)
    assert {one.id for one in demo.controls} == set(library.ids())
    assert demo.test_issue_jql == f'labels = "{scenery.TEST_LABEL}"'
    assert set(demo.closing_resolutions) < set(scenery.RESOLUTIONS)
    assert demo.period == Period(date(2026, 4, 1), date(2026, 9, 30), demo.zone)


def test_the_example_shows_every_key_and_all_of_it_is_right():
    """A person takes a # away and it works."""
    text = (ROOT / "params" / "example.yaml").read_text(encoding="utf-8")
    first, rest = text.split("\n", 1)
    assert first == "# yaml-language-server: $schema=schema.json"
    load_parameters(ROOT / "params" / "example.yaml", check_files=True)
    shown = re.compile(rf"# ((?:{'|'.join(Parameters.model_fields)}):.*|  +(?:- |\w+: ).*)")
    blocks: dict[str, list[str]] = {}
    name = ""
    for line in rest.splitlines():
        if found := shown.fullmatch(line):
            if not found[1].startswith(" "):
                name = found[1].split(":")[0]
                blocks.setdefault(name, []).append("")
            blocks[name][-1] += found[1] + "\n"
    live = set(yaml.safe_load(text))
    assert live | set(blocks) == set(Parameters.model_fields)
    for name, variants in blocks.items():
        for block in variants:
            assert yaml.safe_load(block)[name] not in (None, [])
            other = "\n".join(line for line in text.splitlines() if not line.startswith(f"{name}:"))
            beside = blocks["workflow"][0] if name == "controls" else ""
            assert parse_parameters(f"{other}\n{block}{beside}", name)
