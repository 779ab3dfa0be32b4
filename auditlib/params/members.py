"""The keys that a mapping in a parameter file may have, by where it stands: for the words of errors."""

from __future__ import annotations

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from auditlib.params.attributes import AppliesTo, Attribute, FilledBefore, Has, Order, Test, ToStatus, Within
from auditlib.params.controls import Concerned, Control, FieldValues, Workflow
from auditlib.params.model import Parameters
from auditlib.params.second_source import SecondSource
from auditlib.params.sizes import SizeByPopulation, SizeFromRates
from auditlib.params.yamlfile import Step


def fields_at(raw: tuple[Step, ...]) -> dict[str, FieldInfo | None]:
    """List the keys of the mapping at a path of pydantic's, tags of unions included, by the name they have in a file."""
    names = [step for step in raw if isinstance(step, str)]
    events = {"first", "then", "event", "from", "to", "different_people", "ends"}
    records: dict[str, type[BaseModel]] = {
        "<rates>": SizeFromRates, "<table>": SizeByPopulation, "<status>": ToStatus,
        "attributes": Attribute, "applies_to": AppliesTo, "test": Test, "order": Order,
        "filled_before": FilledBefore, "has": Has, "within": Within,
        "workflow": Workflow, "controls": Control, "tested_by": Has, "gate_field": FieldValues, "field": FieldValues,
        "second_source": SecondSource, "<values>": FieldValues, "state": FieldValues,
    }  # fmt: skip
    record = records.get(names[-1], Parameters) if names else Parameters
    if names[-1:] == ["applies_to"] and names[0] == "controls":
        record = Concerned
    if names and names[-1] in events:
        record = ToStatus
    return {about.alias or name: about for name, about in record.model_fields.items()}


def described(about: FieldInfo | None) -> str:
    """Say what a key means, as the end of a sentence."""
    text = about.description if about is not None and about.description else "see params/example.yaml"
    return (text if text[1:2].isupper() else text[0].lower() + text[1:]).rstrip(".")
