"""The figures of each project as a table: what fits on a page, the tables of the package have the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from auditlib.report.cells import named_text

_HEADLINES: Final = (
    *("project", "population", "difference", "numbers", "present", "missing"),
    *("moved", "deleted", "existed", "unexplained", "continuity"),
)


def per_project(records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return heads and rows of a table of records; a column of numbers is aligned to the right."""
    kept = [{name: record[name] for name in _HEADLINES if name in record} for record in records]
    shown = kept if all(len(record) > 1 for record in kept) else [dict(record) for record in records]
    names = list(dict.fromkeys(name for record in shown for name in record))
    numeric = [
        all(_is_number(record.get(name)) or record.get(name) in (None, "") for record in shown) for name in names
    ]
    return {
        "heads": [(name.replace("_", " "), number) for name, number in zip(names, numeric, strict=True)],
        "rows": [
            [(_figure(name, record.get(name)), number) for name, number in zip(names, numeric, strict=True)]
            for record in shown
        ],
    }


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _figure(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else named_text(name, value)
