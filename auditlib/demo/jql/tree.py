"""A parsed query as Jira's own JSON tree, the answer of ``jql/parse``."""

from __future__ import annotations

from typing import Any

from auditlib.demo.jql.syntax import Both, Call, Change, Clause, Condition, Empty, Not, Query, Value, quote


def structure(query: Query) -> dict[str, Any]:
    """Render a query."""
    shown: dict[str, Any] = {}
    if query.where is not None:
        shown["where"] = _condition(query.where)
    if query.order_by:
        shown["orderBy"] = {
            "fields": [
                {"field": _field(one.field), **({"direction": one.direction} if one.direction else {})}
                for one in query.order_by
            ]
        }
    return shown


def _condition(condition: Condition) -> dict[str, Any]:
    if isinstance(condition, Clause):
        operand = {"values": [_value(one) for one in condition.values]} if condition.listed else None
        return {
            "field": _field(condition.field),
            "operator": condition.operator,
            "operand": operand or _value(condition.values[0]),
        }
    if isinstance(condition, Change):
        predicates = [{"operator": word, "operand": _values(values)} for word, values in condition.predicates]
        return {"field": _field(condition.field), "operator": "changed", "predicates": predicates}
    if isinstance(condition, Not):
        return {"operator": "not", "clauses": [_condition(condition.condition)]}
    operator = "and" if isinstance(condition, Both) else "or"
    return {"operator": operator, "clauses": [_condition(one) for one in condition.conditions]}


def _values(values: tuple[Value, ...]) -> dict[str, Any]:
    return _value(values[0]) if len(values) == 1 else {"values": [_value(one) for one in values]}


def _field(name: str) -> dict[str, str]:
    return {"name": name, "encodedName": name if name.isalnum() else quote(name)}


def _value(value: Value) -> dict[str, Any]:
    if isinstance(value, Empty):
        return {"keyword": "empty"}
    if isinstance(value, Call):
        encoded = f"{value.name}({', '.join(quote(one) for one in value.arguments)})"
        return {"function": value.name, "arguments": list(value.arguments), "encodedOperand": encoded}
    return {"value": value.text, "encodedValue": value.text if value.text.isalnum() else quote(value.text)}
