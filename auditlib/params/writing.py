"""Parameters written as YAML and JSON, and the JSON schema for editors."""

from __future__ import annotations

import json
import sys
from datetime import date
from decimal import Decimal
from typing import Any

import yaml
from pydantic import BaseModel

from auditlib.params.chosen import given
from auditlib.params.controls import Control
from auditlib.params.model import Parameters
from auditlib.params.yamlfile import read_yaml

# Writing -------------------------------------------------------------------------------------------------------------


class _Quoted(str):
    """Text that is written in quotes, so that every YAML reader takes it for text."""

    __slots__ = ()


class _Writer(yaml.SafeDumper):
    """SafeDumper, with quoted text and decimals as they were given; never an anchor."""

    def ignore_aliases(self, _data: object) -> bool:
        """Write equal values out each time."""
        return True


def _write_quoted(writer: _Writer, text: _Quoted) -> yaml.Node:
    return writer.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')


def _write_decimal(writer: _Writer, number: Decimal) -> yaml.Node:
    text = f"{number:f}"
    return writer.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Writer.add_representer(_Quoted, _write_quoted)
_Writer.add_representer(Decimal, _write_decimal)


def dump_parameters(params: Parameters) -> str:
    """Write parameters as canonical YAML: every key, in the contract's order, with the value that holds.

    Parameters
    ----------
    params : Parameters
        A model holds no credentials, so the text holds none.

    Returns
    -------
    str
        YAML that `parse_parameters` reads back as an equal model, and equal text for equal models.
    """
    values = {name: _plain(getattr(params, name)) for name in Parameters.model_fields}
    return yaml.dump(values, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=10**9, default_flow_style=False)


def _plain(value: object) -> object:
    """Turn a value of the model into what YAML has; inside of mappings, what was not given is left out."""
    match value:
        case Control():
            return {name: _plain(item) for name, item in given(value).items() if item is not None and item != ()}
        case BaseModel():
            fields = type(value).model_fields.items()
            items = ((about.alias or name, getattr(value, name)) for name, about in fields)
            return {name: _plain(item) for name, item in items if item is not None and item != ()}
        case dict():
            return {name: _plain(item) for name, item in value.items()}
        case tuple():
            return [_plain(item) for item in value]
        case date():
            return _Quoted(value.isoformat())
        case str():
            return _Quoted(value)
        case _:
            return value


def parameter_values(params: Parameters) -> dict[str, Any]:
    """Return the effective values by key, as JSON can hold them: a rate is its decimal text, so that it stays exact."""
    value = read_yaml(dump_parameters(params)).value
    return {str(key): _json_ready(part) for key, part in value.items()} if isinstance(value, dict) else {}


def _json_ready(value: object) -> Any:
    if isinstance(value, dict):
        return {str(key): _json_ready(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_json_ready(part) for part in value]
    return str(value) if isinstance(value, Decimal) else value


def json_schema() -> dict[str, Any]:
    """Describe the parameter file as JSON Schema (2020-12), for editors.

    Returns
    -------
    dict
        The content of ``params/schema.json``. It knows each key and its form; checks across keys are made by
        `load_parameters` alone.
    """
    schema = Parameters.model_json_schema(by_alias=True)
    schema.pop("description", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Parameter file of auditlib",
        **{key: value for key, value in schema.items() if key != "title"},
    }


def schema_text() -> str:
    """Write the schema as the file ``params/schema.json`` holds it."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())
